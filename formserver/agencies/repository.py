"""The only file of this slice that knows SQL. One instance lives on one unit of work."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from formserver.agencies.models import Agency, Level, Mode, Regime
from formserver.agencies.tables import agency
from formserver.core.errors import NOT_FOUND

_BY_ID = select(agency).where(agency.c.id == bindparam("wanted"))
"""Asked for every page: put together once."""


def _subtree() -> Select[Any]:
    tree = select(agency.c.id).where(agency.c.id == bindparam("top")).cte("tree", recursive=True)
    tree = tree.union(select(agency.c.id).join(tree, agency.c.parent_id == tree.c.id))
    return select(tree.c.id)


_SUBTREE = _subtree()


class AgencyRepository:
    """The tree of agencies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, agency_id: str) -> Agency:
        """Raises NOT_FOUND."""
        found = self.find(agency_id)
        if found is None:
            raise NOT_FOUND(what="监察机构")
        return found

    def find(self, agency_id: str) -> Agency | None:
        """The agency, or None."""
        row = self._connection.execute(_BY_ID, {"wanted": agency_id}).first()
        return _agency(row._mapping) if row is not None else None

    def by_code(self, code: str) -> Agency | None:
        """The agency with that code."""
        row = self._connection.execute(select(agency).where(agency.c.code == code)).first()
        return _agency(row._mapping) if row is not None else None

    def all(self) -> tuple[Agency, ...]:
        """Every agency, by code."""
        rows = self._connection.execute(select(agency).order_by(agency.c.code))
        return tuple(_agency(row._mapping) for row in rows)

    def subtree_ids(self, agency_id: str) -> frozenset[str]:
        """The agency and everything below it. UNION (not ALL) ends the walk even if the data held a circle."""
        return frozenset(self._connection.execute(_SUBTREE, {"top": agency_id}).scalars())

    def add(self, new: Agency) -> None:
        """Insert."""
        self._connection.execute(insert(agency).values(**_row(new)))

    def replace(self, changed: Agency, *, expected_version: int) -> bool:
        """Write every field if nobody changed the row since; False otherwise. The version goes up by one."""
        values = {**_row(changed), "row_version": expected_version + 1}
        where = (agency.c.id == changed.id) & (agency.c.row_version == expected_version)
        return self._connection.execute(update(agency).where(where).values(**values)).rowcount == 1


def _agency(row: Any) -> Agency:
    values = dict(row)
    values.update(level=Level[values["level"]], mode=Mode[values["mode"]], regime=Regime[values["regime"]])
    return Agency(**values)


def _row(item: Agency) -> dict[str, Any]:
    values = {c.name: getattr(item, c.name) for c in agency.c}
    values.update(level=item.level.name, mode=item.mode.name, regime=item.regime.name)
    return values
