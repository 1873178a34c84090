"""What the page 制作文书 shows of a list: what stands against a paper, and what it will say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formserver.core.store_ports import UnitOfWork
from formserver.equipment.models import EquipmentList, ListRow
from formserver.equipment.papers_models import MOST_INLINE
from formserver.equipment.papers_rows import plate, taken
from formserver.equipment.repository import BLOCKED, EquipmentListRepository, RowQuery

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Standing:
    """Some rows of one kind: how many in all, the first of them as (number, place, name, model, what is said)."""

    count: int
    rows: tuple[tuple[int, str, str, str, str], ...]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class PapersPage:
    """``counts`` are rows by standing verdict; ``apart`` says of which tables the rows go to the attachment."""

    counts: Mapping[str, int]
    undecided: Standing
    blocked: Standing
    apart: Mapping[str, bool]

    @property
    def rows(self) -> int:
        """All rows of the list."""
        return sum(self.counts.values())


def papers_page(u: UnitOfWork, one: EquipmentList) -> PapersPage:
    """The figures of a list whose scope was checked."""
    lists = u.repository(EquipmentListRepository)
    counts = dict(lists.groups(one.id, "standing", RowQuery()))
    blocked = counts.pop("", 0)
    return PapersPage(
        counts={**counts, "blocked": blocked},
        undecided=_standing(lists, one.id, RowQuery(standing="review", decided="none")),
        blocked=_standing(lists, one.id, RowQuery(standing=BLOCKED)),
        apart={
            "equipment_list": sum(counts.values()) > MOST_INLINE,
            "elimination_list": counts.get("eliminated", 0) > MOST_INLINE,
        },
    )


def _standing(lists: EquipmentListRepository, list_id: str, query: RowQuery) -> Standing:
    rows = lists.rows(list_id, query, limit=SHOWN)
    count = lists.count(list_id, query) if len(rows) == SHOWN else len(rows)
    return Standing(count, tuple(_named(row) for row in rows))


def _named(row: ListRow) -> tuple[int, str, str, str, str]:
    one = taken(row, None)
    cells = plate(one)
    if one.judgement is not None:
        text = one.judgement.says
    else:
        problems = row.stated.get("problems")
        found = [p for p in (problems if isinstance(problems, list) else ()) if p.get("level") == "error"]
        text = "；".join(str(p.get("message", "")) for p in found)
    return row.number, str(cells["place"]), str(cells["name"]), str(cells["model"]), text[:200]
