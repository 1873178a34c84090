"""The only file of this slice that knows SQL."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, insert, select

from formserver.core.clock import format_instant, parse_instant
from formserver.core.models import Series
from formserver.core.permissions import Scope
from formserver.numbers.models import Start
from formserver.numbers.tables import number_start
from formserver.store.tables import document, number_entry


class RegisterRepository:
    """Start values, and what the register may show of documents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_start(self, start: Start) -> None:
        """Insert."""
        row = {c.name: getattr(start, c.name) for c in number_start.c if c.name != "at"}
        self._connection.execute(insert(number_start).values(**row, at=format_instant(start.at)))

    def starts(self, series: Series) -> tuple[Start, ...]:
        """The start values of a series, oldest first."""
        t = number_start
        query = (
            select(t)
            .where(t.c.agency_id == series.agency_id, t.c.type == series.type, t.c.year == series.year)
            .order_by(t.c.id)
        )
        return tuple(
            Start(**{**row, "at": parse_instant(row["at"])})
            for row in self._connection.execute(query).mappings()
        )

    def years(self, agency_id: str) -> tuple[int, ...]:
        """The years in which an agency has numbers, newest first."""
        t = number_entry
        query = select(t.c.year).where(t.c.agency_id == agency_id).distinct().order_by(t.c.year.desc())
        return tuple(self._connection.execute(query).scalars())

    def types(self, agency_id: str) -> frozenset[str]:
        """The types an agency has numbers of."""
        t = number_entry
        query = select(t.c.type).where(t.c.agency_id == agency_id).distinct()
        return frozenset(self._connection.execute(query).scalars())

    def documents(self, ids: Collection[str], scope: Scope) -> dict[str, tuple[str, str]]:
        """(title, state) of those documents that lie in the scope, by id."""
        d, found = document, {}
        wanted = sorted(set(ids) - {""})
        for begin in range(0, len(wanted), 500):
            part = wanted[begin : begin + 500]
            query = select(
                d.c.id, d.c.title, d.c.state, d.c.agency_id, d.c.confidentiality, d.c.enterprise_id
            ).where(d.c.id.in_(part))
            for row in self._connection.execute(query):
                if scope.covers(
                    agency_id=row.agency_id,
                    document_id=row.id,
                    confidentiality=row.confidentiality,
                    enterprise_id=row.enterprise_id,
                ):
                    found[row.id] = (row.title, row.state)
        return found
