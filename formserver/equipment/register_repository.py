"""SQL of an enterprise's equipment register: sums over lists, differences between two, what people wrote."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, func, or_, select

from formserver.equipment.register_models import Side, Total
from formserver.equipment.tables import equipment_row

_BATCH: Final = 500
_SEEN: Final = ("number", "sheet", "row", "stated", "verdict", "standing", "decided")


class RegisterRepository:
    """The caller has checked the scope of every list it names."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def totals(self, list_ids: Sequence[str]) -> Mapping[str, Total]:
        """Rows and, of what stands as eliminated and is not taken down, units, W and VA; by list."""
        t = equipment_row
        counted = (t.c.standing == "eliminated") & (t.c.status != "已拆除")
        query = (
            select(
                t.c.list_id,
                t.c.standing,
                counted.label("counted"),
                func.count(),
                func.sum(t.c.units),
                func.sum(t.c.watts),
                func.sum(t.c.va),
            )
            .where(t.c.list_id.in_(list(list_ids)))
            .group_by(t.c.list_id, t.c.standing, counted)
        )
        found = {list_id: Total() for list_id in list_ids}
        for list_id, standing, is_counted, rows, units, watts, va in self._connection.execute(query).all():
            one = found[list_id]
            one.rows[standing] = one.rows.get(standing, 0) + int(rows)
            if is_counted:
                one.units, one.watts, one.va = int(units), int(watts), int(va)
        return found

    def only_in(self, list_id: str, other_id: str) -> Iterator[Side]:
        """Rows of one list whose equipment the other does not have, in their order."""
        mine, theirs = equipment_row.alias("mine"), equipment_row.alias("theirs")
        joined = mine.outerjoin(theirs, _same(mine, theirs, other_id))
        query = (
            select(*(mine.c[name] for name in _SEEN))
            .select_from(joined)
            .where(mine.c.list_id == list_id, theirs.c.number.is_(None))
            .order_by(mine.c.number)
        )
        for row in self._stream(query):
            yield _side(row)

    def in_both(self, old_id: str, new_id: str) -> Iterator[tuple[Side, Side]]:
        """The same equipment in two lists (old, new) where what is kept of it is not the same text."""
        old, new = equipment_row.alias("old"), equipment_row.alias("new")
        differs = or_(*(old.c[name] != new.c[name] for name in ("stated", "verdict", "standing", "decided")))
        query = (
            select(*(old.c[name] for name in _SEEN), *(new.c[name] for name in _SEEN))
            .select_from(new.join(old, _same(new, old, old_id)))
            .where(new.c.list_id == new_id, differs)
            .order_by(new.c.number)
        )
        for row in self._stream(query):
            yield _side(row[: len(_SEEN)]), _side(row[len(_SEEN) :])

    def same(self, old_id: str, new_id: str) -> int:
        """How many rows of the new list are also in the old one."""
        old, new = equipment_row.alias("old"), equipment_row.alias("new")
        query = (
            select(func.count())
            .select_from(new.join(old, _same(new, old, old_id)))
            .where(new.c.list_id == new_id)
        )
        return int(self._connection.execute(query).scalar_one())

    def _stream(self, query: Select[Any]) -> Iterator[Row[Any]]:
        yield from self._connection.execute(query.execution_options(yield_per=_BATCH))


def _same(one: Any, other: Any, other_id: str) -> Any:
    return and_(other.c.list_id == other_id, other.c.identity == one.c.identity, other.c.copy == one.c.copy)


def _side(row: Iterable[Any]) -> Side:
    number, sheet, at, stated, verdict, standing, decided = row
    values = json.loads(stated).get("values", {})
    return Side(number, sheet, at, values, verdict, standing, decided)
