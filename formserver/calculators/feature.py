"""The manifest of the calculators slice (工具应用)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from formserver.calculators import (
    benchmark_views,
    filters,
    grades_views,
    ladder_views,
    ladder_widget,
    maintain_wiring,
    outputs_wiring,
    saved_views,
    start_views,
    widget_views,
)
from formserver.calculators.batch_repository import BatchRepository
from formserver.calculators.batch_tables import calculation_batch
from formserver.calculators.blueprint import calculators
from formserver.calculators.document_computer import BenchmarkComputer
from formserver.calculators.document_guard import BENCHMARK, guard
from formserver.calculators.grades_panel import GradesPanel
from formserver.calculators.grades_service import Grades
from formserver.calculators.ladder_computer import LADDER, LadderComputer
from formserver.calculators.ladder_service import Ladders
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.repository import CalculationRepository, ConfirmationRepository
from formserver.calculators.saved_service import Kept
from formserver.calculators.search_source import CalculatorSearch
from formserver.calculators.service import Calculators
from formserver.calculators.tables import figure_confirmation, saved_calculation
from formserver.core.computing import FieldComputerFactory
from formserver.core.definitions.editions import Catalogue
from formserver.core.drafting import Drafting
from formserver.core.service_kit import DeedGuard
from formserver.web.context import AppContext
from formserver.web.feature import DocumentPanel, Feature, JobHandler, MenuItem, SearchSource

VIEWS = (
    start_views,
    saved_views,
    benchmark_views,
    ladder_views,
    grades_views,
    filters,
    *outputs_wiring.VIEWS,
    *maintain_wiring.VIEWS,
)
"""Importing them has put their routes and filters on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    service = Calculators(context.store, context.clock, context.catalogue)
    return {
        Calculators: service,
        Kept: Kept(context.store, context.clock),
        Ladders: Ladders(service, context.catalogue),
        Grades: Grades(service, context.catalogue),
        **outputs_wiring.output_services(context, service),
        **maintain_wiring.maintenance_services(context, service),
    }


def _computers(context: AppContext) -> Mapping[str, FieldComputerFactory]:
    calculators_service = context.service(Calculators)
    return {
        BENCHMARK: lambda u: BenchmarkComputer(calculators_service.library, calculators_service.confirmed(u)),
        LADDER: lambda u: LadderComputer(context.service(Ladders).library, calculators_service.confirmed(u)),
    }


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    return {**outputs_wiring.output_jobs(context), **maintain_wiring.maintenance_jobs(context)}


def _form_panels(context: AppContext) -> Sequence[DocumentPanel]:
    return (GradesPanel(context.service(Grades), context.service(Drafting)),)


def _search(context: AppContext) -> Sequence[SearchSource]:
    return (CalculatorSearch(context.service(Calculators), context.clock),)


def _before_deed(context: AppContext) -> Sequence[DeedGuard]:
    return (guard(cast(Catalogue, context.catalogue)),)


feature = Feature(
    name="calculators",
    title="工具应用",
    blueprint=calculators,
    permissions=CalculatorPermission,
    menu=(MenuItem("工具应用", "calculators.index", CalculatorPermission.USE, "chart", 45, "t"),),
    tables=(figure_confirmation, saved_calculation, calculation_batch, *maintain_wiring.TABLES),
    repositories={
        ConfirmationRepository: ConfirmationRepository,
        CalculationRepository: CalculationRepository,
        BatchRepository: BatchRepository,
        **maintain_wiring.REPOSITORIES,
    },
    provide=_provide,
    search_sources=_search,
    jobs=_jobs,
    document_links=outputs_wiring.output_links,
    computers=_computers,
    before_deed=_before_deed,
    form_panels=_form_panels,
    form_widgets={BENCHMARK: widget_views.draw, LADDER: ladder_widget.draw},
    row_verbs=widget_views.ROW_VERBS,
)
