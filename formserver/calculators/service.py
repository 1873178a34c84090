"""Calculating on behalf of a person: the engine over the definitions of this server and the confirmed figures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import Request, request_to_json
from formserver.calculation.results import Result, result_to_json
from formserver.calculators.models import Confirmation, SavedCalculation
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import CalculationRepository, ConfirmationRepository
from formserver.core.clock import Clock
from formserver.core.definitions.editions import Catalogue
from formserver.core.errors import Kind, error_code
from formserver.core.ids import new_id
from formserver.core.models import AuditEvent
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.enterprises.repository import EnterpriseRepository

TITLE_LIMIT = 100
CALCULATION_UNTITLED = error_code(
    "CALCULATION_UNTITLED",
    Kind.INVALID,
    zh="请给这次计算起一个名称（不超过 {limit} 个字），再保存。",
    en="Give the calculation a title of at most {limit} characters.",
)


class Calculators:
    """One instance per process; safe to share between threads."""

    def __init__(self, store: Store, clock: Clock, catalogue: Catalogue) -> None:
        self._store = store
        self._clock = clock
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._stamp: str | None = None
        self._standing: Mapping[str, Confirmation] = {}

    @cached_property
    def library(self) -> Library:
        """The calculators, limits and coefficients of this server."""
        return Library(self._catalogue)

    def calculate(self, actor: Actor, request: Request, *, trace: bool = True) -> Result:
        """What a person asked. Raises NOT_ALLOWED; troubles of the input stand in the result."""
        actor.require(CalculatorPermission.USE)
        return self.evaluate(request, trace=trace)

    def evaluate(self, request: Request, *, trace: bool = True, u: UnitOfWork | None = None) -> Result:
        """For other parts that have checked who asks (forms, batches); ``u`` where a unit of work is open already."""
        return calculate(self.library, request, confirmed=self.confirmed(u), trace=trace)

    def confirmed(self, u: UnitOfWork | None = None) -> Callable[[str, str], bool]:
        """Whether (figure or formula id, its value or expression) is confirmed now; read once, good for one
        calculation or one batch."""
        standing = self.confirmations(u)

        def is_confirmed(figure_id: str, value: str) -> bool:
            found = standing.get(figure_id)
            return found is not None and found.holds_for(value)

        return is_confirmed

    def confirmations(self, u: UnitOfWork | None = None) -> Mapping[str, Confirmation]:
        """The confirmations that stand, by figure id; read anew only when their stamp has changed."""
        if u is None:
            with self._store.uow() as own:
                return self._read(own.repository(ConfirmationRepository))
        return self._read(u.repository(ConfirmationRepository))

    def _read(self, repository: ConfirmationRepository) -> Mapping[str, Confirmation]:
        stamp = repository.stamp()
        with self._lock:
            if stamp == self._stamp:
                return self._standing
        standing = repository.standing()
        with self._lock:
            self._stamp, self._standing = stamp, standing
        return standing

    def save(self, actor: Actor, request: Request, title: str, enterprise_id: str = "") -> SavedCalculation:
        """Calculate and keep. Raises NOT_ALLOWED, CALCULATION_UNTITLED; NOT_FOUND for an enterprise out of scope."""
        (made,) = self.save_all(actor, (request,), title, enterprise_id)
        return made

    def save_all(
        self, actor: Actor, requests: Sequence[Request], title: str, enterprise_id: str = ""
    ) -> tuple[SavedCalculation, ...]:
        """Keep calculations of several periods at once, under one title. Raises like :meth:`save`."""
        actor.require(CalculatorPermission.USE)
        title = title.strip()
        if not title or len(title) > TITLE_LIMIT:
            raise CALCULATION_UNTITLED(limit=TITLE_LIMIT)
        made = tuple(self._made(actor, request, title, enterprise_id) for request in requests)
        with self._store.uow(write=True) as u:
            if enterprise_id:
                u.repository(EnterpriseRepository).get(enterprise_id, actor.scope)
            for new in made:
                u.repository(CalculationRepository).add(new)
                u.events.append(
                    AuditEvent(
                        id=new_id(),
                        at=new.created_at,
                        actor_id=actor.user_id,
                        actor_name=actor.name,
                        agency_id=actor.agency_id,
                        action="calculation.save",
                        subject=f"calculation:{new.id}",
                        data={"calculator": new.calculator, "product": new.product},
                    )
                )
        return made

    def _made(self, actor: Actor, request: Request, title: str, enterprise_id: str) -> SavedCalculation:
        return SavedCalculation(
            id=new_id(),
            owner_id=actor.user_id,
            owner_name=actor.name,
            agency_id=actor.agency_id,
            enterprise_id=enterprise_id,
            calculator=request.calculator,
            product=request.product,
            title=title,
            request=request_to_json(request),
            result=result_to_json(self.evaluate(request)),
            created_at=self._clock.now(),
        )

    def saved(self, actor: Actor, calculation_id: str) -> SavedCalculation:
        """One kept calculation. Raises NOT_FOUND, NOT_ALLOWED."""
        actor.require(CalculatorPermission.USE)
        with self._store.uow() as u:
            return u.repository(CalculationRepository).get(calculation_id, actor.scope)

    def own(self, actor: Actor, *, limit: int = 20, after: str = "") -> tuple[SavedCalculation, ...]:
        """What this person kept, newest first. Raises NOT_ALLOWED."""
        actor.require(CalculatorPermission.USE)
        with self._store.uow() as u:
            return u.repository(CalculationRepository).own(actor.user_id, limit=limit, after=after)
