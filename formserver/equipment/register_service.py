"""The equipment register of an enterprise: its lists over time, what stands now, differences between two lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.models import Enterprise
from formserver.enterprises.repository import EnterpriseRepository
from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.register_compare import differences, tally
from formserver.equipment.register_models import Became, Difference, Total
from formserver.equipment.register_repository import RegisterRepository
from formserver.equipment.repository import EquipmentListRepository, RowQuery

LISTS_SHOWN: Final = 20
ROWS_SHOWN: Final = 50
STANDING: Final = (ListState.READY, ListState.CLOSED)


@dataclass(frozen=True, slots=True)
class Register:
    """``current`` is the newest checked list; ``lists`` a page of them, newest first, ``totals`` by list."""

    enterprise: Enterprise
    lists: tuple[EquipmentList, ...]
    totals: Mapping[str, Total]
    current: EquipmentList | None
    next_after: str


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows of the register as it stands."""

    items: tuple[ListRow, ...]
    count: int
    next_after: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two lists of one enterprise, the older first, and everything that is not the same."""

    enterprise: Enterprise
    old: EquipmentList
    new: EquipmentList
    found: list[Difference]
    counts: Mapping[Became, int]


class Registers:
    """One instance per process; everything inside the actor's scope."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def register(self, actor: Actor, enterprise_id: str, *, after: str = "") -> Register:
        """Raises NOT_ALLOWED; NOT_FOUND for an enterprise outside the scope."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            enterprise = u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)
            lists = u.repository(EquipmentListRepository)
            found = lists.find(
                actor.scope,
                enterprise_id=enterprise_id,
                states=STANDING,
                after=after,
                limit=LISTS_SHOWN + 1,
            )
            shown = found[:LISTS_SHOWN]
            current = lists.latest(enterprise_id, actor.scope) if after else next(iter(shown), None)
            totals = u.repository(RegisterRepository).totals([one.id for one in shown])
        following = shown[-1].id if len(found) > LISTS_SHOWN else ""
        return Register(enterprise, shown, totals, current, following)

    def enterprise(self, actor: Actor, enterprise_id: str) -> Enterprise:
        """The enterprise itself. Raises NOT_ALLOWED; NOT_FOUND outside the scope."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            return u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)

    def rows(
        self, actor: Actor, list_id: str, query: RowQuery, *, after: int = 0, limit: int = ROWS_SHOWN
    ) -> Rows:
        """Rows of a list of the register. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            lists = u.repository(EquipmentListRepository)
            lists.get(list_id, actor.scope)
            found = lists.rows(list_id, query, after=after, limit=limit + 1)
            count = lists.count(list_id, query)
        shown = found[:limit]
        return Rows(shown, count, shown[-1].number if len(found) > limit else 0)

    def compare(
        self, actor: Actor, enterprise_id: str, old_id: str = "", new_id: str = ""
    ) -> Compared | None:
        """Two lists of the enterprise, the last two unless they are named; None while there are no two.

        Raises NOT_ALLOWED; NOT_FOUND for lists outside the scope, of another enterprise or not checked.
        """
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            enterprise = u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)
            pair = self._pair(u, actor, enterprise_id, old_id, new_id)
            if pair is None:
                return None
            old, new = pair
            both = u.repository(RegisterRepository)
            found = differences(
                both.only_in(old.id, new.id), both.only_in(new.id, old.id), both.in_both(old.id, new.id)
            )
        return Compared(enterprise, old, new, found, tally(found))

    def latest(self, actor: Actor, enterprise_id: str) -> tuple[Enterprise, EquipmentList]:
        """The list that is the register now. Raises NOT_ALLOWED; NOT_FOUND also while there is none."""
        actor.require(EquipmentPermission.READ)
        with self._store.uow() as u:
            enterprise = u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)
            found = u.repository(EquipmentListRepository).latest(enterprise_id, actor.scope)
        if found is None:
            raise NOT_FOUND(what="这家企业的设备清单")
        return enterprise, found

    def _pair(
        self, u: UnitOfWork, actor: Actor, enterprise_id: str, old_id: str, new_id: str
    ) -> tuple[EquipmentList, EquipmentList] | None:
        lists = u.repository(EquipmentListRepository)
        new = (
            self._own(u, actor, enterprise_id, new_id) if new_id else lists.latest(enterprise_id, actor.scope)
        )
        if new is None:
            return None
        old = (
            self._own(u, actor, enterprise_id, old_id)
            if old_id
            else lists.latest(enterprise_id, actor.scope, before=new.id)
        )
        if old is None or old.id == new.id:
            return None
        return (old, new) if old.id < new.id else (new, old)

    def _own(self, u: UnitOfWork, actor: Actor, enterprise_id: str, list_id: str) -> EquipmentList:
        found = u.repository(EquipmentListRepository).get(list_id, actor.scope)
        if found.enterprise_id != enterprise_id or found.state not in STANDING:
            raise NOT_FOUND(what="这份设备清单")
        return found
