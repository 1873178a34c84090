"""Decisions, photographs and the counting of rows in SQL. Everything here belongs to a list whose scope was checked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.equipment.models import Decision, ListRow, NameplatePhoto
from formserver.equipment.repository import RowQuery, narrowed, row_of
from formserver.equipment.tables import equipment_decision, equipment_photo, equipment_row

_CHUNK: Final = 1_000
SPOKEN: Final = ("in", "out", "confirm", "reset")
"""Acts of a person that set what stands."""
FACETS: Final = ("standing", "verdict", "decided", "category", "catalogue", "reason", "sheet", "status")


@dataclass(frozen=True, slots=True)
class TallyLine:
    """How many rows are alike in everything that can be asked for, and what they add up to (W, VA)."""

    standing: str
    verdict: str
    decided: str
    category: str
    catalogue: str
    reason: str
    sheet: str
    status: str
    rows: int
    units: int
    watts: int
    va: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Rows by their numbers, or everything a question finds where ``numbers`` is None."""

    numbers: tuple[int, ...] | None
    query: RowQuery


class DecisionRepository:
    """What people said about rows. Rows of this table are inserted and never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_many(self, decisions: Iterable[Decision]) -> None:
        """Append decisions."""
        chunk: list[dict[str, Any]] = []
        for one in decisions:
            chunk.append(_decision_values(one))
            if len(chunk) == _CHUNK:
                self._connection.execute(insert(equipment_decision), chunk)
                chunk = []
        if chunk:
            self._connection.execute(insert(equipment_decision), chunk)

    def of_row(self, list_id: str, number: int) -> tuple[Decision, ...]:
        """Everything said about a row, newest first."""
        t = equipment_decision
        query = select(t).where(t.c.list_id == list_id, t.c.number == number).order_by(t.c.id.desc())
        return tuple(_decision(row) for row in self._connection.execute(query).mappings())

    def seen(self, list_id: str, numbers: Sequence[int]) -> Mapping[int, str]:
        """Row number → id of the last decision that is no comment. What a form carries, so that nobody decides over
        somebody else's decision unseen."""
        t = equipment_decision
        query = (
            select(t.c.number, func.max(t.c.id))
            .where(t.c.list_id == list_id, t.c.number.in_(list(numbers)), t.c.act != "comment")
            .group_by(t.c.number)
        )
        return {int(number): str(found) for number, found in self._connection.execute(query).all()}

    def in_force(self, list_id: str, numbers: Sequence[int]) -> Mapping[int, Decision]:
        """Row number → the last decision of a person; one that was taken back (``reset``) is left out."""
        t = equipment_decision
        last = (
            select(func.max(t.c.id))
            .where(t.c.list_id == list_id, t.c.number.in_(list(numbers)), t.c.act.in_(SPOKEN))
            .group_by(t.c.number)
        )
        rows = self._connection.execute(select(t).where(t.c.id.in_(last))).mappings()
        return {row["number"]: _decision(row) for row in rows if row["act"] != "reset"}

    def fingerprint(self, list_id: str, choice: Choice) -> tuple[int, str]:
        """How many rows a choice holds, and a text that is another one as soon as anybody decides about one of them."""
        d, rows = equipment_decision, self._chosen(list_id, choice)
        spoken = select(func.count(), func.max(d.c.id)).where(
            d.c.list_id == list_id, d.c.act != "comment", d.c.number.in_(rows)
        )
        decisions, newest = self._connection.execute(spoken).one()
        count = int(self._connection.execute(select(func.count()).select_from(rows.subquery())).scalar_one())
        return count, f"{count}-{decisions}-{newest or ''}"

    def chosen_rows(self, list_id: str, choice: Choice, *, after: int, limit: int) -> tuple[ListRow, ...]:
        """The rows of a choice in their order, from the one behind ``after``."""
        t = equipment_row
        query = narrowed(select(t), list_id, choice.query if choice.numbers is None else RowQuery()).where(
            t.c.number > after
        )
        if choice.numbers is not None:
            wanted = [number for number in sorted(choice.numbers) if number > after][:limit]
            query = query.where(t.c.number.in_(wanted))
        rows = self._connection.execute(query.order_by(t.c.number).limit(limit)).mappings()
        return tuple(row_of(row) for row in rows)

    def page(self, list_id: str, query: RowQuery, *, after: int, limit: int) -> tuple[ListRow, ...]:
        """Rows a question finds in their order, from the one behind ``after``: first their numbers, from an index alone,
        then what they say. A question that finds little in a long list would otherwise read all of it."""
        place = _place(query)
        found = narrowed(select(place), list_id, query).where(place > after).order_by(place).limit(limit)
        numbers = tuple(self._connection.execute(found).scalars())
        return self.chosen_rows(list_id, Choice(numbers, RowQuery()), after=after, limit=limit)

    def neighbours(self, list_id: str, query: RowQuery, number: int) -> tuple[int, int]:
        """The numbers of the rows before and behind one among those a question finds, 0 for none."""
        place = _place(query)
        before = narrowed(select(func.max(place)), list_id, query).where(place < number)
        after = narrowed(select(func.min(place)), list_id, query).where(place > number)
        found = (self._connection.execute(one).scalar() for one in (before, after))
        return next(found) or 0, next(found) or 0

    def set_standing(self, list_id: str, changed: Mapping[tuple[str, str], Sequence[int]]) -> None:
        """Keep what stands now: (standing, decided) → numbers of rows."""
        t = equipment_row
        for (standing, decided), numbers in changed.items():
            for start in range(0, len(numbers), _CHUNK):
                part = list(numbers[start : start + _CHUNK])
                query = update(t).where(t.c.list_id == list_id, t.c.number.in_(part))
                self._connection.execute(query.values(standing=standing, decided=decided))

    def replace_judged(self, rows: Sequence[ListRow]) -> None:
        """Keep what the machine says of rows now, and what stands and is decided with it."""
        t = equipment_row
        names = ("judged", "verdict", "category", "reason", "catalogue", "grade", "standing", "decided")
        query = (
            update(t)
            .where(t.c.list_id == bindparam("_list"), t.c.number == bindparam("_number"))
            .values({name: bindparam(name) for name in names})
        )
        values = [
            {
                **{name: getattr(row, name) for name in names},
                "judged": _plain(row.judged),
                "_list": row.list_id,
                "_number": row.number,
            }
            for row in rows
        ]
        if values:
            self._connection.execute(query, values)

    def count_comment(self, list_id: str, number: int) -> None:
        """One more comment on a row."""
        t = equipment_row
        query = update(t).where(t.c.list_id == list_id, t.c.number == number)
        self._connection.execute(query.values(comments=t.c.comments + 1))

    def tally(self, list_id: str, text: str = "") -> tuple[TallyLine, ...]:
        """All rows of a list grouped; without ``text`` answered from an index alone."""
        t = equipment_row
        keys = [t.c[name] for name in FACETS]
        sums = [func.sum(t.c[name]) for name in ("units", "watts", "va")]
        query = narrowed(select(*keys, func.count(), *sums), list_id, RowQuery(text=text)).group_by(*keys)
        found = self._connection.execute(query).all()
        return tuple(
            TallyLine(*map(str, row[:8]), *map(int, row[8:]))  # type: ignore[arg-type]
            for row in found
        )

    def carriable(self, list_id: str) -> Iterator[tuple[str, int, str, Decision]]:
        """Rows somebody decided about: identity, copy, standing verdict and the decision in force."""
        t, after = equipment_row, 0
        while True:
            query = (
                select(t.c.number, t.c.identity, t.c.copy, t.c.standing)
                .where(t.c.list_id == list_id, t.c.decided != "", t.c.number > after)
                .order_by(t.c.number)
                .limit(_CHUNK)
            )
            rows = self._connection.execute(query).all()
            if not rows:
                return
            spoken = self.in_force(list_id, [row.number for row in rows])
            for row in rows:
                if row.number in spoken:
                    yield row.identity, row.copy, row.standing, spoken[row.number]
            after = rows[-1].number

    def _chosen(self, list_id: str, choice: Choice) -> Select[Any]:
        query = select(equipment_row.c.number)
        if choice.numbers is None:
            return narrowed(query, list_id, choice.query)
        return query.where(
            equipment_row.c.list_id == list_id, equipment_row.c.number.in_(list(choice.numbers))
        )


class PhotoRepository:
    """Photographs of name plates. The blob of a removed one stays."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: NameplatePhoto) -> None:
        """Insert, and count it on its row."""
        values = {one.name: getattr(new, one.name) for one in fields(new)}
        values |= {"at": format_instant(new.at), "removed_at": None}
        self._connection.execute(insert(equipment_photo).values(**values))
        self._count(new, 1)

    def get(self, list_id: str, photo_id: str) -> NameplatePhoto:
        """Raises NOT_FOUND."""
        t = equipment_photo
        query = select(t).where(t.c.list_id == list_id, t.c.id == photo_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这张照片")
        return _photo(row)

    def of_row(self, list_id: str, number: int) -> tuple[NameplatePhoto, ...]:
        """All of a row, removed ones too, oldest first."""
        t = equipment_photo
        query = select(t).where(t.c.list_id == list_id, t.c.number == number).order_by(t.c.id)
        return tuple(_photo(row) for row in self._connection.execute(query).mappings())

    def remove(self, photo: NameplatePhoto, at: datetime, by_name: str) -> bool:
        """Mark it; False when it is marked already."""
        t = equipment_photo
        query = update(t).where(t.c.id == photo.id, t.c.removed_at.is_(None))
        values = {"removed_at": format_instant(at), "removed_by_name": by_name}
        done = self._connection.execute(query.values(**values)).rowcount == 1
        if done:
            self._count(photo, -1)
        return done

    def _count(self, photo: NameplatePhoto, by: int) -> None:
        t = equipment_row
        query = update(t).where(t.c.list_id == photo.list_id, t.c.number == photo.number)
        self._connection.execute(query.values(photos=t.c.photos + by))


def _place(query: RowQuery) -> Any:
    """The number of a row; where the index that covers every condition serves better than the order of numbers, as an
    expression that keeps the planner of SQLite from walking along the numbers."""
    by_order = replace(query, standing="", text="") == RowQuery() or bool(query.text)
    return equipment_row.c.number if by_order else equipment_row.c.number + 0


def _decision_values(one: Decision) -> dict[str, Any]:
    values = {each.name: getattr(one, each.name) for each in fields(one)}
    return values | {"at": format_instant(one.at), "judged": _plain(one.judged)}


def _plain(judged: Mapping[str, Any]) -> str:
    return json.dumps(dict(judged), ensure_ascii=False, separators=(",", ":"))


def _decision(row: Mapping[Any, Any]) -> Decision:
    return Decision(**{**row, "at": parse_instant(row["at"]), "judged": json.loads(row["judged"])})


def _photo(row: Mapping[Any, Any]) -> NameplatePhoto:
    removed = row["removed_at"]
    times = {"at": parse_instant(row["at"]), "removed_at": parse_instant(removed) if removed else None}
    return NameplatePhoto(**{**row, **times})
