"""Lists and their rows in SQL. Decisions, photos, mappings and catalogue drafts have repositories of their own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import islice
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.row_amounts import row_amounts
from formserver.equipment.row_words import plain_words, row_words
from formserver.equipment.tables import equipment_list, equipment_row, equipment_words

_JSON: Final = ("mapping", "definitions", "counts", "document_ids")
_ROW: Final = tuple(one.name for one in fields(ListRow))
_CHUNK: Final = 1_000
BLOCKED: Final = "blocked"
"""Asked for in the place of a verdict: rows that could not be judged."""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows of a list: empty fields do not narrow. ``text`` is looked for in what the file says.

    ``standing`` and ``verdict`` may be ``blocked``: rows that could not be judged.
    """

    standing: str = ""
    verdict: str = ""
    category: str = ""
    reason: str = ""
    catalogue: str = ""
    grade: str = ""
    decided: str = ""
    """``none`` for rows nobody has spoken about."""
    text: str = ""
    sheet: str = ""
    status: str = ""


class EquipmentListRepository:
    """Lists and rows; every question is asked inside a scope."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: EquipmentList) -> None:
        """Insert a list."""
        self._connection.execute(insert(equipment_list).values(**_list_values(new), id=new.id))

    def get(self, list_id: str, scope: Scope) -> EquipmentList:
        """Raises NOT_FOUND outside the scope exactly as for an unknown id."""
        return self._get(_within(select(equipment_list).where(equipment_list.c.id == list_id), scope))

    def lock(self, list_id: str, scope: Scope) -> EquipmentList:
        """Like :meth:`get`, and nobody else changes the list until this unit of work ends. Raises NOT_FOUND."""
        query = _within(select(equipment_list).where(equipment_list.c.id == list_id), scope)
        return self._get(query.with_for_update())

    def update(self, changed: EquipmentList) -> None:
        """Keep a list that was locked in this unit of work."""
        t = equipment_list
        query = update(t).where(t.c.id == changed.id)
        self._connection.execute(query.values(**_list_values(changed), tag=t.c.tag + 1))

    def find(
        self,
        scope: Scope,
        *,
        enterprise_id: str = "",
        text: str = "",
        states: Sequence[ListState] = (),
        created_by: str = "",
        after: str = "",
        limit: int = 20,
    ) -> tuple[EquipmentList, ...]:
        """Newest first; ``after`` is the last id of the page before. Empty conditions do not narrow."""
        t = equipment_list
        query = _within(select(t), scope)
        if states:
            query = query.where(t.c.state.in_(list(states)))
        if created_by:
            query = query.where(t.c.created_by == created_by)
        if enterprise_id:
            query = query.where(t.c.enterprise_id == enterprise_id)
        if text:
            query = query.where(
                t.c.enterprise_name.contains(text, autoescape=True)
                | t.c.title.contains(text, autoescape=True)
            )
        if after:
            query = query.where(t.c.id < after)
        rows = self._connection.execute(query.order_by(t.c.id.desc()).limit(limit)).mappings()
        return tuple(_list(row) for row in rows)

    def latest(
        self,
        enterprise_id: str,
        scope: Scope,
        *,
        before: str = "",
        states: Sequence[ListState] = (ListState.READY, ListState.CLOSED),
    ) -> EquipmentList | None:
        """The newest list of an enterprise in these states, older than the list ``before`` where one is given."""
        t = equipment_list
        query = _within(select(t), scope).where(
            t.c.enterprise_id == enterprise_id, t.c.state.in_(list(states))
        )
        if before:
            query = query.where(t.c.id < before)
        row = self._connection.execute(query.order_by(t.c.id.desc()).limit(1)).mappings().first()
        return _list(row) if row is not None else None

    def replace_rows(self, list_id: str, rows: Iterable[ListRow]) -> int:
        """Put all rows of a list in place of those it had; returns how many."""
        for table in (equipment_row, equipment_words):
            self._connection.execute(delete(table).where(table.c.list_id == list_id))
        return self.add_rows(rows)

    def add_rows(self, rows: Iterable[ListRow]) -> int:
        """Append rows; returns how many."""
        count, source = 0, iter(rows)
        while (chunk := prepared(islice(source, _CHUNK))).rows:
            self.add_prepared(chunk)
            count += len(chunk.rows)
        return count

    def add_prepared(self, chunk: Prepared) -> None:
        """Append rows that :func:`prepared` made ready before the unit of work began, so that it stays short."""
        if chunk.rows:
            self._connection.execute(insert(equipment_row), chunk.rows)
            self._connection.execute(insert(equipment_words), chunk.words)

    def rows(self, list_id: str, query: RowQuery, *, after: int = 0, limit: int = 100) -> tuple[ListRow, ...]:
        """Rows in their order, from the one behind ``after``. The caller has checked the list's scope."""
        t = equipment_row
        found = (
            narrowed(select(t), list_id, query).where(t.c.number > after).order_by(t.c.number).limit(limit)
        )
        return tuple(row_of(row) for row in self._connection.execute(found).mappings())

    def all_rows(self, list_id: str) -> Iterator[ListRow]:
        """Every row, read in chunks: memory does not grow with the list."""
        after = 0
        while chunk := self.rows(list_id, RowQuery(), after=after, limit=_CHUNK):
            yield from chunk
            after = chunk[-1].number

    def row(self, list_id: str, number: int) -> ListRow:
        """Raises NOT_FOUND."""
        t = equipment_row
        found = (
            self._connection.execute(select(t).where(t.c.list_id == list_id, t.c.number == number))
            .mappings()
            .first()
        )
        if found is None:
            raise NOT_FOUND(what="这一行设备")
        return row_of(found)

    def count(self, list_id: str, query: RowQuery) -> int:
        """How many rows a question finds."""
        return int(self._connection.execute(narrowed(select(func.count()), list_id, query)).scalar_one())

    def groups(self, list_id: str, column: str, query: RowQuery) -> Mapping[str, int]:
        """Rows per value of a column: any field of :class:`RowQuery` but ``text``. Raises ValueError."""
        if column not in {one.name for one in fields(RowQuery)} - {"text"}:
            raise ValueError(column)
        t = equipment_row
        found = narrowed(select(t.c[column], func.count()), list_id, query).group_by(t.c[column])
        return {str(key): int(count) for key, count in self._connection.execute(found).all()}

    def _get(self, query: Select[Any]) -> EquipmentList:
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这份设备清单")
        return _list(row)


def _within(query: Select[Any], scope: Scope) -> Select[Any]:
    if scope.everything:
        return query
    return query.where(equipment_list.c.agency_id.in_(sorted(scope.agency_ids)))


def narrowed(query: Select[Any], list_id: str, wanted: RowQuery) -> Select[Any]:
    """A query over ``equipment_row`` with the conditions of ``wanted`` put to it."""
    t = equipment_row
    query = query.where(t.c.list_id == list_id)
    for name in ("standing", "verdict"):
        value = getattr(wanted, name)
        if value:
            query = query.where(t.c[name] == ("" if value == BLOCKED else value))
    for name in ("category", "reason", "catalogue", "grade", "sheet", "status"):
        value = getattr(wanted, name)
        if value:
            query = query.where(t.c[name] == value)
    if wanted.decided:
        query = query.where(t.c.decided == ("" if wanted.decided == "none" else wanted.decided))
    if wanted.text:
        query = query.where(t.c.number.in_(_saying(list_id, wanted.text)))
    return query


def _saying(list_id: str, text: str) -> Select[Any]:
    """The numbers of the rows whose file says this, as typed or made plain."""
    t = equipment_words
    found = (t.c.words.contains(one, autoescape=True) for one in {text.lower(), plain_words(text)})
    return select(t.c.number).where(t.c.list_id == list_id, or_(*found))


def _list_values(one: EquipmentList) -> dict[str, Any]:
    names = (
        "agency_id", "enterprise_id", "enterprise_name", "uscc", "title", "filename", "source_sha256", "created_by",
        "created_by_name", "library", "failure", "previous_id",
    )  # fmt: skip
    values: dict[str, Any] = {name: getattr(one, name) for name in names}
    values |= {name: json.dumps(dict(getattr(one, name)), ensure_ascii=False) for name in _JSON}
    return values | {
        "as_of": one.as_of.isoformat(),
        "state": one.state.value,
        "created_at": format_instant(one.created_at),
        "checked_at": format_instant(one.checked_at) if one.checked_at else None,
    }


def _list(row: Mapping[Any, Any]) -> EquipmentList:
    values = {name: row[name] for name in row if name != "tag"}
    values |= {name: json.loads(values[name]) for name in _JSON}
    values |= {
        "as_of": date.fromisoformat(values["as_of"]),
        "state": ListState(values["state"]),
        "created_at": parse_instant(values["created_at"]),
        "checked_at": _instant(values["checked_at"]),
    }
    return EquipmentList(**values)


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


class Prepared(NamedTuple):
    """Rows as the database takes them, and what each is found by."""

    rows: list[dict[str, Any]]
    words: list[dict[str, Any]]


def prepared(rows: Iterable[ListRow]) -> Prepared:
    """Rows as the database takes them: turning them into texts takes longer than writing them."""
    made = Prepared([], [])
    for row in rows:
        made.rows.append(_row_values(row))
        made.words.append({"list_id": row.list_id, "number": row.number, "words": row_words(row.stated)})
    return made


def _row_values(row: ListRow) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in _ROW}
    values["stated"] = json.dumps(dict(row.stated), ensure_ascii=False, separators=(",", ":"))
    values["judged"] = json.dumps(dict(row.judged), ensure_ascii=False, separators=(",", ":"))
    return values | row_amounts(row.stated)


def row_of(row: Mapping[Any, Any]) -> ListRow:
    """A row as it was read from ``equipment_row``."""
    values = dict(row)
    values["stated"] = json.loads(values["stated"])
    values["judged"] = json.loads(values["judged"])
    return ListRow(**values)
