"""The register of numbers on SQL. A number is given under the lock of its series' counter row."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, FromClause, and_, func, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from formserver.core.errors import NOT_FOUND
from formserver.core.models import NumberEntry, NumberStatus, Series
from formserver.store.engine import is_sqlite
from formserver.store.failures import CONFLICT
from formserver.store.rows import number_row, to_number
from formserver.store.tables import number_entry as t
from formserver.store.tables import number_series as s


class SqlNumbers:
    """:class:`~formserver.core.store_ports.NumberLedger` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def allocate(self, series: Series) -> int:
        """The next seq of the series, holding the counter row until the unit ends."""
        seq = self._next(series)
        self._connection.execute(update(s).where(_series(s, series)).values(next_seq=seq + 1))
        return seq

    def set_start(self, series: Series, next_seq: int) -> None:
        """Start a series in mid-year. Raises STORE_CONFLICT when ``next_seq`` is not beyond every used number."""
        self._next(series)
        if next_seq <= self._highest(series):
            raise CONFLICT(what=f"起始号 {next_seq} 或其后的号")
        self._connection.execute(update(s).where(_series(s, series)).values(next_seq=next_seq))

    def record(self, entry: NumberEntry) -> NumberEntry:
        """Insert a line and return it. Raises STORE_CONFLICT when the seq or the text is taken.

        An external number given as seq 0 gets the next free place outside the sequence: 0, -1, -2, …
        """
        if entry.seq <= 0 and entry.status is NumberStatus.EXTERNAL:
            self._next(entry.series)
            lowest = self._connection.execute(
                select(func.min(t.c.seq)).where(_series(t, entry.series))
            ).scalar()
            entry = replace(entry, seq=min(1, 1 if lowest is None else lowest) - 1)
        clash = select(t.c.seq).where(
            t.c.agency_id == entry.series.agency_id, t.c.type == entry.series.type, t.c.text == entry.text
        )
        if self._connection.execute(clash).first() is not None:
            raise CONFLICT(what=f"文号“{entry.text}”")
        try:
            self._connection.execute(insert(t).values(number_row(entry)))
        except IntegrityError as taken:
            raise CONFLICT(what=f"文号“{entry.text}”") from taken
        return entry

    def change(self, entry: NumberEntry, *, expected: NumberStatus | None = None) -> None:
        """Change the line with this text, if it has the ``expected`` status. Raises NOT_FOUND, STORE_CONFLICT."""
        line = and_(
            t.c.agency_id == entry.series.agency_id, t.c.type == entry.series.type, t.c.text == entry.text
        )
        if expected is not None:
            locked = self._connection.execute(select(t.c.status).where(line).with_for_update()).scalar()
            if locked is not None and locked != expected.value:
                raise CONFLICT(what=f"文号“{entry.text}”")
        row = number_row(entry)
        values = {name: row[name] for name in ("status", "document_id", "by", "at", "reason")}
        if self._connection.execute(update(t).where(line).values(values)).rowcount != 1:
            raise NOT_FOUND(what=f"文号“{entry.text}”")

    def next_seq(self, series: Series) -> int:
        """The seq that comes next, for showing; nothing is held."""
        found = self._connection.execute(select(s.c.next_seq).where(_series(s, series))).scalar()
        return int(found) if found is not None else 1

    def reserved(self, agency_id: str, type_key: str) -> tuple[NumberEntry, ...]:
        """The reserved numbers of every year that nobody has used, oldest first."""
        statement = (
            select(t)
            .where(
                t.c.agency_id == agency_id,
                t.c.type == type_key,
                t.c.status == NumberStatus.RESERVED.value,
            )
            .order_by(t.c.year, t.c.seq)
        )
        return tuple(to_number(row) for row in self._connection.execute(statement).mappings())

    def for_document(self, document_id: str) -> tuple[NumberEntry, ...]:
        """The lines of a document, oldest first."""
        statement = select(t).where(t.c.document_id == document_id).order_by(t.c.at, t.c.year, t.c.seq)
        return tuple(to_number(row) for row in self._connection.execute(statement).mappings())

    def entries(self, series: Series) -> tuple[NumberEntry, ...]:
        """The register of a series by seq; numbers from outside (seq ≤ 0) come first."""
        statement = select(t).where(_series(t, series)).order_by(t.c.seq)
        return tuple(to_number(row) for row in self._connection.execute(statement).mappings())

    def _next(self, series: Series) -> int:
        """Lock the counter row, making it when it is the first time, and read it."""
        values = {"agency_id": series.agency_id, "type": series.type, "year": series.year, "next_seq": 1}
        read = select(s.c.next_seq).where(_series(s, series)).with_for_update()
        found = self._connection.execute(read).scalar()
        if found is not None:
            return int(found)
        if is_sqlite(self._connection):
            self._connection.execute(insert(s).values(values))
        else:  # two first numbers at once: the second waits here for the first to commit
            statement = postgresql.insert(s).values(values).on_conflict_do_nothing()
            self._connection.execute(statement)
        return int(self._connection.execute(read).scalar_one())

    def _highest(self, series: Series) -> int:
        statement = select(func.max(t.c.seq)).where(_series(t, series))
        return max(0, self._connection.execute(statement).scalar() or 0)


def _series(table: FromClause, series: Series) -> ColumnElement[bool]:
    return and_(
        table.c.agency_id == series.agency_id, table.c.type == series.type, table.c.year == series.year
    )
