"""The manifest of the calculators slice (工具应用)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.calculators import start_views
from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import CalculationRepository, ConfirmationRepository
from formserver.calculators.service import Calculators
from formserver.calculators.tables import figure_confirmation, saved_calculation
from formserver.web.context import AppContext
from formserver.web.feature import Feature, MenuItem

VIEWS = (start_views,)
"""Importing them has put their routes on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    return {Calculators: Calculators(context.store, context.clock, context.catalogue)}


feature = Feature(
    name="calculators",
    title="工具应用",
    blueprint=calculators,
    permissions=CalculatorPermission,
    menu=(MenuItem("工具应用", "calculators.index", CalculatorPermission.USE, "chart", 45, "t"),),
    tables=(figure_confirmation, saved_calculation),
    repositories={
        ConfirmationRepository: ConfirmationRepository,
        CalculationRepository: CalculationRepository,
    },
    provide=_provide,
)
