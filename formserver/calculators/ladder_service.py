"""Ladder prices on behalf of people and of documents: the rules of this server and the confirmed figures."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import TariffRequest, TariffResult
from formserver.calculation.tariffs import assess
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.definitions.editions import Catalogue
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork


class Ladders:
    """One instance per process; safe to share between threads."""

    def __init__(self, calculators: Calculators, catalogue: Catalogue) -> None:
        self._calculators = calculators
        self._catalogue = catalogue

    @cached_property
    def library(self) -> TariffLibrary:
        """The rules of this server."""
        return TariffLibrary(self._catalogue)

    def assess(self, actor: Actor, request: TariffRequest) -> TariffResult:
        """What a person asked. Raises NOT_ALLOWED, TARIFF_UNKNOWN; troubles of the input stand in the result."""
        actor.require(CalculatorPermission.USE)
        return self.evaluate(request)

    def evaluate(self, request: TariffRequest, u: UnitOfWork | None = None) -> TariffResult:
        """For other parts that have checked who asks; ``u`` where a unit of work is open already."""
        return assess(self.library, request, confirmed=self._calculators.confirmed(u))


def year_before(today: date) -> tuple[date, date]:
    """The period people mostly ask about: last year."""
    return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
