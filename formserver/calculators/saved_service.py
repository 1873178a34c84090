"""What people do with calculations they kept: name them, give them to an enterprise, delete them, look back over years."""

from __future__ import annotations

from collections.abc import Mapping

from formserver.calculators.models import SavedCalculation, UsedProduct
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import CalculationRepository
from formserver.calculators.service import CALCULATION_UNTITLED, TITLE_LIMIT
from formserver.core.clock import Clock
from formserver.core.errors import NOT_FOUND, AppError, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.models import Enterprise, EnterpriseQuery
from formserver.enterprises.repository import EnterpriseRepository

MOST_OF_ONE = 300
RECENT = 8
CALCULATION_NOT_OWN = error_code(
    "CALCULATION_NOT_OWN",
    Kind.NOT_ALLOWED,
    zh="这次计算由{owner}保存，只有本人可以改名或删除。",
    en="The calculation was kept by {owner}; nobody else may rename or delete it.",
)
ENTERPRISE_NOT_CHOSEN = error_code(
    "ENTERPRISE_NOT_CHOSEN",
    Kind.INVALID,
    zh="企业档案中没有唯一的“{name}”，请从列表中选择，或清空企业一栏。",
    en="The register has no single enterprise named {name!r}.",
)


class Kept:
    """One instance per process; safe to share between threads."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def used(self, actor: Actor) -> tuple[UsedProduct, ...]:
        """The products this person kept calculations of lately. Raises NOT_ALLOWED."""
        actor.require(CalculatorPermission.USE)
        with self._store.uow() as u:
            return u.repository(CalculationRepository).used(actor.user_id, limit=RECENT)

    def describe(
        self, actor: Actor, calculation_id: str, *, title: str, enterprise: str, enterprise_id: str
    ) -> SavedCalculation:
        """Another title and another enterprise (by id, else by its exact name; empty: none).

        Raises NOT_ALLOWED, NOT_FOUND, CALCULATION_NOT_OWN, CALCULATION_UNTITLED, ENTERPRISE_NOT_CHOSEN.
        """
        title = title.strip()
        if not title or len(title) > TITLE_LIMIT:
            raise CALCULATION_UNTITLED(limit=TITLE_LIMIT)
        with self._store.uow(write=True) as u:
            old = self._own(u, actor, calculation_id)
            chosen = _chosen(u, actor, enterprise.strip(), enterprise_id)
            if not u.repository(CalculationRepository).describe(calculation_id, actor.user_id, title, chosen):
                raise NOT_FOUND(what="这次计算")
            self._record(u, actor, "calculation.describe", old, {"title": title, "enterprise": chosen})
            return u.repository(CalculationRepository).get(calculation_id, actor.scope)

    def delete(self, actor: Actor, calculation_id: str) -> SavedCalculation:
        """Delete an own calculation for good; the record keeps its name and its fingerprint of standards.

        Raises NOT_ALLOWED, NOT_FOUND, CALCULATION_NOT_OWN.
        """
        with self._store.uow(write=True) as u:
            old = self._own(u, actor, calculation_id)
            if not u.repository(CalculationRepository).delete(calculation_id, actor.user_id):
                raise NOT_FOUND(what="这次计算")
            self._record(u, actor, "calculation.delete", old, {"title": old.title})
            return old

    def of_enterprise(
        self, actor: Actor, enterprise_id: str
    ) -> tuple[Enterprise, tuple[SavedCalculation, ...]]:
        """An enterprise and what was kept of it, newest first. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(CalculatorPermission.USE)
        with self._store.uow() as u:
            enterprise = u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)
            found = u.repository(CalculationRepository).of_enterprise(
                actor.scope, enterprise_id, limit=MOST_OF_ONE
            )
        return enterprise, found

    def enterprise_named(self, actor: Actor, name: str) -> str:
        """The id of the only enterprise of exactly this name (or code); "" where there is none or several."""
        with self._store.uow() as u:
            return _named(u, actor, name)

    def enterprise_name(self, actor: Actor, enterprise_id: str) -> str:
        """How the register calls it; "" where this person may not see it."""
        if not enterprise_id:
            return ""
        with self._store.uow() as u:
            try:
                return u.repository(EnterpriseRepository).get(enterprise_id, actor.scope).name
            except AppError:
                return ""

    def _own(self, u: UnitOfWork, actor: Actor, calculation_id: str) -> SavedCalculation:
        actor.require(CalculatorPermission.USE)
        found = u.repository(CalculationRepository).get(calculation_id, actor.scope)
        if found.owner_id != actor.user_id:
            raise CALCULATION_NOT_OWN(owner=found.owner_name)
        return found

    def _record(
        self, u: UnitOfWork, actor: Actor, action: str, old: SavedCalculation, data: Mapping[str, str]
    ) -> None:
        u.events.append(
            AuditEvent(
                id=new_id(),
                at=self._clock.now(),
                actor_id=actor.user_id,
                actor_name=actor.name,
                agency_id=actor.agency_id,
                action=action,
                subject=f"calculation:{old.id}",
                data={"calculator": old.calculator, "product": old.product, "before": old.title, **data},
            )
        )


def _chosen(u: UnitOfWork, actor: Actor, name: str, enterprise_id: str) -> str:
    if not name:
        return ""
    if enterprise_id:
        return u.repository(EnterpriseRepository).get(enterprise_id, actor.scope).id
    found = _named(u, actor, name)
    if not found:
        raise ENTERPRISE_NOT_CHOSEN(name=name[:60])
    return found


def _named(u: UnitOfWork, actor: Actor, name: str) -> str:
    wanted = name.strip()
    if not wanted:
        return ""
    page = u.repository(EnterpriseRepository).search(EnterpriseQuery(text=wanted[:100], limit=5), actor.scope)
    exact = [one.id for one in page.items if wanted in (one.name, one.uscc)]
    return exact[0] if len(exact) == 1 else ""
