"""SQL around lists: remembered mappings, what a check writes, problems by page, live figures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, case, delete, func, insert, select, update

from formserver.core.clock import format_instant
from formserver.equipment.lists_counting import REMOVED
from formserver.equipment.repository import BLOCKED
from formserver.equipment.tables import (
    equipment_decision,
    equipment_list,
    equipment_mapping,
    equipment_photo,
    equipment_row,
    equipment_words,
)

_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Figure:
    """Rows and units (without what was taken down) of one standing."""

    rows: int = 0
    units: int = 0


@dataclass(frozen=True, slots=True)
class ProblemQuery:
    """Which problems: empty fields do not narrow."""

    level: str = ""
    code: str = ""
    column: str = ""

    def finds(self, problem: Mapping[str, str]) -> bool:
        """Whether this is one of them."""
        asked = (("level", self.level), ("code", self.code), ("column", self.column))
        return all(value in ("", problem[name]) for name, value in asked)

    def marks(self) -> list[str]:
        """Texts the kept JSON of a row with such a problem is sure to hold."""
        asked = (("level", self.level), ("code", self.code), ("column", self.column))
        found = [f'"{name}":{json.dumps(value, ensure_ascii=False)}' for name, value in asked if value]
        return found or ['"problems":[{']


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A row of a list that has problems, as kept."""

    number: int
    problems: Sequence[Mapping[str, str]]


class MappingRepository:
    """How an enterprise lays out its lists: confirmed once, used again for files laid out alike."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, agency_id: str, enterprise_id: str, signature: str) -> Mapping[str, Any] | None:
        """What was confirmed for files of this signature."""
        t = equipment_mapping
        query = select(t.c.mapping, t.c.by_name, t.c.at).where(
            t.c.agency_id == agency_id, t.c.enterprise_id == enterprise_id, t.c.signature == signature
        )
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        return {"plan": json.loads(row["mapping"]), "by_name": row["by_name"], "at": row["at"]}

    def keep(
        self,
        agency_id: str,
        enterprise_id: str,
        signature: str,
        plan: Mapping[str, Any],
        by_name: str,
        at: datetime,
    ) -> None:
        """Remember what was confirmed last."""
        t = equipment_mapping
        key = {"agency_id": agency_id, "enterprise_id": enterprise_id, "signature": signature}
        self._connection.execute(delete(t).where(*(t.c[name] == value for name, value in key.items())))
        values = {"mapping": json.dumps(dict(plan), ensure_ascii=False), "by_name": by_name}
        self._connection.execute(insert(t).values(**key, **values, at=format_instant(at)))


class ListWorkRepository:
    """What is asked and written around the rows of one list. The caller has checked its scope."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def clear(self, list_id: str) -> None:
        """Take away the rows of an earlier check, and decisions it had carried over: it begins anew."""
        t = equipment_decision
        for rows in (equipment_row, equipment_words):
            self._connection.execute(delete(rows).where(rows.c.list_id == list_id))
        self._connection.execute(delete(t).where(t.c.list_id == list_id, t.c.carried_from != ""))

    def spoken(self, list_id: str) -> bool:
        """Whether a person has decided, commented or photographed anything of this list itself."""
        decided = select(equipment_decision.c.id).where(
            equipment_decision.c.list_id == list_id, equipment_decision.c.carried_from == ""
        )
        photos = select(equipment_photo.c.id).where(equipment_photo.c.list_id == list_id)
        return any(self._connection.execute(one.limit(1)).first() is not None for one in (decided, photos))

    def figures(self, list_ids: Sequence[str]) -> dict[str, dict[str, Figure]]:
        """Rows and units by standing (``blocked`` for rows not judged) as they are now, for each list."""
        t = equipment_row
        units = func.coalesce(func.sum(case((t.c.status == REMOVED, 0), else_=t.c.units)), 0)
        query = (
            select(t.c.list_id, t.c.standing, func.count().label("rows"), units.label("units"))
            .where(t.c.list_id.in_(list(list_ids)))
            .group_by(t.c.list_id, t.c.standing)
        )
        found: dict[str, dict[str, Figure]] = {one: {} for one in list_ids}
        for row in self._connection.execute(query).mappings():
            found[row["list_id"]][row["standing"] or BLOCKED] = Figure(int(row["rows"]), int(row["units"]))
        return found

    def problem_rows(
        self, list_id: str, wanted: ProblemQuery, *, after: int = 0, limit: int = 50
    ) -> tuple[ProblemRow, ...]:
        """Rows with such problems, in order, from the one behind ``after``."""
        t = equipment_row
        query = select(t.c.number, t.c.stated).where(t.c.list_id == list_id)
        query = query.where(*(t.c.stated.contains(mark, autoescape=True) for mark in wanted.marks()))
        found: list[ProblemRow] = []
        while len(found) < limit:
            page = query.where(t.c.number > after).order_by(t.c.number).limit(min(_BATCH, limit))
            rows = self._connection.execute(page).all()
            for number, stated in rows:
                problems = [one for one in json.loads(stated).get("problems", ()) if wanted.finds(one)]
                if problems:
                    found.append(ProblemRow(int(number), problems))
            if not rows:
                break
            after = int(rows[-1][0])
        return tuple(found[:limit])

    def retitle(self, list_id: str, title: str) -> None:
        """Another title; nothing else changes, whatever state the list is in."""
        self._connection.execute(
            update(equipment_list).where(equipment_list.c.id == list_id).values(title=title)
        )
