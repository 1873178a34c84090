"""本年度检查次数: how often a firm was inspected this year, counted over all agencies, whatever the asker may see.

The shared fact layer of design §5: every agency entitled to inspect a firm may know how often it was inspected; which
papers these are and what they say stays hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.core.clock import Clock, today_in_china
from formserver.core.definitions.prefill import Origin, Provided, Provider
from formserver.core.definitions.sources import Source
from formserver.core.models import Document, State
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.store_ports import DocumentQuery, UnitOfWork
from formserver.enterprises.finding import uscc_key

FACT: Final = "year_check_count"
TEXT: Final = "本平台登记的本年度检查次数"
_PAPERS: Final = ("inspection_notice", "site_record")
_DONE: Final = (State.SIGNED, State.SERVED, State.ARCHIVED)
_MOST_PAGES: Final = 10


@dataclass(frozen=True, slots=True)
class YearChecks:
    """Answers ``enterprise.year_check_count`` and leaves every other fact to ``facts``."""

    facts: Provider
    u: UnitOfWork
    clock: Clock
    uscc: str
    but: str

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The count (0 counts as known); nothing for a firm without a code, which nobody could tell apart."""
        if source.path != FACT:
            return self.facts.provide(source, body)
        if not self.uscc:
            return None
        count = checks_in_year(self.u, self.uscc, today_in_china(self.clock).year, but=self.but)
        return Provided(count, Origin(TEXT))


def checks_in_year(u: UnitOfWork, uscc: str, year: int, *, but: str = "") -> int:
    """How many inspections of a firm are on record in ``year``; ``but`` is a document that does not count.

    One inspection has a notice and a site record. Papers of one task are one inspection; of papers without a task, an
    agency has made as many inspections as it has notices or site records, whichever are more.
    """
    tasks: set[tuple[str, str]] = set()
    loose: Counter[tuple[str, str]] = Counter()
    for document in _papers(u, uscc, year):
        if document.id == but or uscc_key(document.facets.uscc) != uscc_key(uscc):
            continue
        if document.task_id:
            tasks.add((document.agency_id, document.task_id))
        else:
            loose[document.agency_id, document.type] += 1
    agencies = {agency for agency, _ in loose}
    return len(tasks) + sum(max(loose[agency, paper] for paper in _PAPERS) for agency in agencies)


def _papers(u: UnitOfWork, uscc: str, year: int) -> list[Document]:
    found: list[Document] = []
    cursor = ""
    for _ in range(_MOST_PAGES):
        query = DocumentQuery(
            text=uscc_key(uscc),
            types=_PAPERS,
            states=_DONE,
            date_from=date(year, 1, 1),
            date_to=date(year, 12, 31),
            cursor=cursor,
            limit=200,
        )
        page = u.documents.find(query, SYSTEM_SCOPE)
        found += page.items
        cursor = page.next_cursor
        if not cursor:
            break
    return found
