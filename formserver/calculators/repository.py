"""The only file of this slice that knows SQL for confirmations and kept calculations."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, false, func, insert, or_, select, true, update

from formserver.calculators.models import Confirmation, SavedCalculation, UsedProduct
from formserver.calculators.tables import figure_confirmation, saved_calculation
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope


class ConfirmationRepository:
    """Confirmations of figures. They hold for everybody on this server: a standard is the same in every city."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Confirmation) -> None:
        """Insert; a confirmation of the same figure that still stood is replaced (withdrawn) by it."""
        t = figure_confirmation
        self._connection.execute(
            update(t)
            .where(t.c.figure_id == new.figure_id, t.c.withdrawn_at.is_(None))
            .values(
                withdrawn_at=format_instant(new.confirmed_at),
                withdrawn_by=new.confirmed_by,
                withdrawn_by_name=new.confirmed_by_name,
                withdrawn_reason="另行确认",
            )
        )
        times = {"confirmed_at": format_instant(new.confirmed_at), "withdrawn_at": None}
        self._connection.execute(insert(t).values({**_fields(new), **times}))

    def get(self, confirmation_id: str) -> Confirmation:
        """Raises NOT_FOUND."""
        query = select(figure_confirmation).where(figure_confirmation.c.id == confirmation_id)
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这项确认")
        return _confirmation(row)

    def withdraw(self, confirmation_id: str, at: datetime, by: str, by_name: str, reason: str) -> bool:
        """Take a standing confirmation back; False when it stands no longer."""
        t = figure_confirmation
        values = {
            "withdrawn_at": format_instant(at),
            "withdrawn_by": by,
            "withdrawn_by_name": by_name,
            "withdrawn_reason": reason,
        }
        figure = select(t.c.figure_id).where(t.c.id == confirmation_id, t.c.withdrawn_at.is_(None))
        figure_id = self._connection.execute(figure).scalar()
        if figure_id is None:
            return False
        # of two that were made in the same moment neither may go on counting
        query = update(t).where(t.c.figure_id == figure_id, t.c.withdrawn_at.is_(None)).values(values)
        return self._connection.execute(query).rowcount > 0

    def standing(self) -> dict[str, Confirmation]:
        """Every confirmation that stands, by figure id."""
        t = figure_confirmation
        query = select(t).where(t.c.withdrawn_at.is_(None)).order_by(t.c.id)
        return {row["figure_id"]: _confirmation(row) for row in self._connection.execute(query).mappings()}

    def history(self, figure_ids: Collection[str]) -> tuple[Confirmation, ...]:
        """All of these figures, withdrawn ones too, newest first."""
        t = figure_confirmation
        found: list[Confirmation] = []
        wanted = sorted(set(figure_ids))
        for begin in range(0, len(wanted), 500):
            query = select(t).where(t.c.figure_id.in_(wanted[begin : begin + 500]))
            found += [_confirmation(row) for row in self._connection.execute(query).mappings()]
        return tuple(sorted(found, key=lambda c: c.id, reverse=True))

    def stamp(self) -> str:
        """A short text that changes with every confirmation and withdrawal."""
        t = figure_confirmation
        query = select(func.count(), func.count(t.c.withdrawn_at), func.max(t.c.id))
        count, withdrawn, last = self._connection.execute(query).one()
        return f"{count}/{withdrawn}/{last or ''}"


class CalculationRepository:
    """Kept calculations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: SavedCalculation) -> None:
        """Insert."""
        plain = {
            "request": json.dumps(new.request),
            "result": json.dumps(new.result),
            "created_at": format_instant(new.created_at),
        }
        self._connection.execute(insert(saved_calculation).values({**_fields(new), **plain}))

    def get(self, calculation_id: str, scope: Scope) -> SavedCalculation:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        t = saved_calculation
        query = select(t).where(t.c.id == calculation_id, _within(scope))
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这次计算")
        return _calculation(row)

    def own(self, owner_id: str, *, limit: int, after: str = "") -> tuple[SavedCalculation, ...]:
        """What a person kept, newest first; ``after`` is the last id of the page before."""
        t = saved_calculation
        query = select(t).where(t.c.owner_id == owner_id)
        if after:
            query = query.where(t.c.id < after)
        rows = self._connection.execute(query.order_by(t.c.id.desc()).limit(limit)).mappings()
        return tuple(_calculation(row) for row in rows)

    def within(
        self, scope: Scope, calculator: str, *, limit: int, after: str = ""
    ) -> tuple[SavedCalculation, ...]:
        """What was kept of a calculator inside the scope, newest first."""
        t = saved_calculation
        query = select(t).where(_within(scope), t.c.calculator == calculator)
        if after:
            query = query.where(t.c.id < after)
        rows = self._connection.execute(query.order_by(t.c.id.desc()).limit(limit)).mappings()
        return tuple(_calculation(row) for row in rows)

    def used(self, owner_id: str, *, limit: int) -> tuple[UsedProduct, ...]:
        """The products a person kept calculations of, the latest first."""
        t = saved_calculation
        last = func.max(t.c.created_at)
        query = (
            select(t.c.calculator, t.c.product, last)
            .where(t.c.owner_id == owner_id)
            .group_by(t.c.calculator, t.c.product)
            .order_by(last.desc(), t.c.calculator, t.c.product)
            .limit(limit)
        )
        rows = self._connection.execute(query)
        return tuple(UsedProduct(one, product, parse_instant(at)) for one, product, at in rows)

    def of_enterprise(self, scope: Scope, enterprise_id: str, *, limit: int) -> tuple[SavedCalculation, ...]:
        """What was kept of an enterprise inside the scope, newest first."""
        t = saved_calculation
        query = select(t).where(_within(scope), t.c.enterprise_id == enterprise_id)
        rows = self._connection.execute(query.order_by(t.c.id.desc()).limit(limit)).mappings()
        return tuple(_calculation(row) for row in rows)

    def describe(self, calculation_id: str, owner_id: str, title: str, enterprise_id: str) -> bool:
        """Another title and enterprise; False where this person keeps no such calculation."""
        t = saved_calculation
        query = update(t).where(t.c.id == calculation_id, t.c.owner_id == owner_id)
        changed = self._connection.execute(query.values(title=title, enterprise_id=enterprise_id))
        return changed.rowcount == 1

    def delete(self, calculation_id: str, owner_id: str) -> bool:
        """Gone for good; False where this person keeps no such calculation."""
        t = saved_calculation
        query = delete(t).where(t.c.id == calculation_id, t.c.owner_id == owner_id)
        return self._connection.execute(query).rowcount == 1

    def count_within(self, scope: Scope, calculator: str) -> int:
        """How many calculations of a calculator were kept inside the scope."""
        t = saved_calculation
        query = select(func.count()).select_from(t).where(_within(scope), t.c.calculator == calculator)
        return int(self._connection.execute(query).scalar_one())


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    t, parts = saved_calculation, list[ColumnElement[bool]]()
    if scope.agency_ids:
        parts.append(t.c.agency_id.in_(sorted(scope.agency_ids)))
    if scope.enterprise_ids:
        parts.append(t.c.enterprise_id.in_(sorted(scope.enterprise_ids)))
    return or_(*parts) if parts else false()


def _fields(item: Confirmation | SavedCalculation) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _confirmation(row: Any) -> Confirmation:
    withdrawn = row["withdrawn_at"]
    times = {
        "confirmed_at": parse_instant(row["confirmed_at"]),
        "withdrawn_at": parse_instant(withdrawn) if withdrawn else None,
    }
    return Confirmation(**{**row, **times})


def _calculation(row: Any) -> SavedCalculation:
    plain = {
        "request": json.loads(row["request"]),
        "result": json.loads(row["result"]),
        "created_at": parse_instant(row["created_at"]),
    }
    return SavedCalculation(**{**row, **plain})
