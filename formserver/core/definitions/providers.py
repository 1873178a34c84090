"""Providers of prefill that need nothing but what they are given: facts, a team, earlier papers, libraries, laws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from formserver.core.clock import SHANGHAI, Clock
from formserver.core.definitions.conditions import ABSENT, lookup, split_pointer
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.prefill import Origin, Provided
from formserver.core.definitions.repository import DEFINITION_NOT_FOUND
from formserver.core.definitions.sources import Source
from formserver.core.errors import AppError


@dataclass(frozen=True, slots=True)
class FactsProvider:
    """Facts of one record: the enterprise, the agency, the user, the task. ``text`` is the mark (来自企业档案)."""

    facts: Mapping[str, Any]
    text: str
    reference: Mapping[str, str]

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The fact of that name; an empty one is unknown."""
        del body
        value = self.facts.get(source.path)
        if isinstance(value, date):
            value = value.isoformat()
        if value in (None, "", [], ()):
            return None
        return Provided(
            list(value) if isinstance(value, tuple) else value, Origin(self.text, reference=self.reference)
        )


@dataclass(frozen=True, slots=True)
class TeamProvider:
    """The inspectors of the task, the leader first. Each has ``name org cert_no cert_valid_to role``."""

    members: Sequence[Mapping[str, Any]]
    text: str = "来自监察组"

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """All members, or one field of the first member that has the value asked for."""
        del body
        origin = Origin(self.text)
        if not source.path:
            return Provided([dict(member) for member in self.members], origin) if self.members else None
        for member in self.members:
            if source.select is None or member.get(source.select[0]) == source.select[1]:
                value = member.get(source.path)
                return None if value in (None, "") else Provided(value, origin)
        return None


@dataclass(frozen=True, slots=True)
class PreviousPaper:
    """An earlier document of the same task or enterprise: ``document`` has what ``prev(…).doc.<name>`` asks for."""

    title: str
    body: Mapping[str, Any]
    document: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PreviousProvider:
    """Looks into earlier papers. ``find`` gives the latest document of a type that belongs here, or None."""

    find: Callable[[str], PreviousPaper | None]

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The value at the path; rows come without their keys."""
        del body
        paper = self.find(source.argument)
        if paper is None:
            return None
        head, _, rest = source.path.partition(".")
        if head == "doc":
            value: Any = paper.document.get(rest) or ABSENT
        else:
            value = lookup("/" + source.path.replace(".", "/"), body=paper.body)
        if value is ABSENT:
            return None
        number = paper.document.get("number", "")
        reference = {k: v for k, v in paper.document.items() if k in ("id", "number", "version")}
        return Provided(value, Origin(f"来自《{paper.title}》{number}", reference=reference))


@dataclass(frozen=True, slots=True)
class ClockProvider:
    """The day and the minute in Asia/Shanghai."""

    clock: Clock

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """``today`` as a date, ``now`` to the minute."""
        del body
        now: datetime = self.clock.now().astimezone(SHANGHAI)
        value = now.date().isoformat() if source.path == "today" else now.strftime("%Y-%m-%dT%H:%M")
        return Provided(value, Origin("系统时间"))


@dataclass(frozen=True, slots=True)
class ClausesProvider:
    """The clause libraries in force on a day (None: today)."""

    catalogue: Catalogue
    on: date | None = None

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The text of a text library, the items of a library of rows."""
        try:
            library = self.catalogue.library(source.argument, self.on)
        except AppError as error:
            if error.code != DEFINITION_NOT_FOUND:
                raise
            return None
        topic, chosen = "", []
        if source.place:
            topic = split_pointer(source.place)[-1]
            value = lookup(source.place, body=body)
            chosen = value if isinstance(value, list) else [] if value is ABSENT else [value]
        items = library.select(key=source.key, topic=topic, chosen=chosen)
        if not items:
            return None
        value = library.text_of(items) if library.kind == "text" else [dict(item) for item in items]
        text = f"来自条款库《{library.title}》{library.edition}"
        return Provided(value, Origin(text, reference=library.reference()))


@dataclass(frozen=True, slots=True)
class LawsProvider:
    """Sets of the law register in force on a day; ``regime`` (``N33``) prefers a set of its own (``notice_n33``)."""

    catalogue: Catalogue
    on: date
    regime: str = ""

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The rows of a set: law, article, date of the text."""
        del body
        laws = self.catalogue.laws()
        own = laws.law_set(f"{source.argument}_{self.regime.lower()}", self.on) if self.regime else []
        rows = own or laws.law_set(source.argument, self.on)
        return Provided(rows, Origin(f"来自法规库（{self.on} 施行的文本）")) if rows else None
