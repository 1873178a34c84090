"""The manifest of the equipment slice (设备识别)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.core.computing import FieldComputerFactory
from formserver.core.definitions.editions import Catalogue
from formserver.equipment import (
    catalogue_wiring,
    lists_wiring,
    papers_wiring,
    review_wiring,
    start_views,
    widget_wiring,
)
from formserver.equipment.blueprint import equipment
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.tables import (
    catalogue_draft,
    equipment_decision,
    equipment_list,
    equipment_mapping,
    equipment_paper,
    equipment_photo,
    equipment_row,
    equipment_sample,
    equipment_words,
)
from formserver.web.context import AppContext
from formserver.web.feature import Feature, JobHandler, MenuItem

VIEWS = (
    start_views,
    *lists_wiring.VIEWS,
    *review_wiring.VIEWS,
    *catalogue_wiring.VIEWS,
    *papers_wiring.VIEWS,
    *widget_wiring.VIEWS,
)
"""Importing them has put their routes on the blueprint."""


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    catalogue: Catalogue = context.catalogue
    context.add_service(EquipmentLibrary, EquipmentLibrary(catalogue))
    for services in (
        catalogue_wiring.catalogue_services,
        lists_wiring.list_services,
        review_wiring.review_services,
        papers_wiring.paper_services,
        widget_wiring.widget_services,
    ):
        for port, instance in services(context).items():
            context.add_service(port, instance)
    return {}


def _jobs(context: AppContext) -> Mapping[str, JobHandler]:
    return {
        **lists_wiring.list_jobs(context),
        **review_wiring.review_jobs(context),
    }


def _computers(context: AppContext) -> Mapping[str, FieldComputerFactory]:
    return {**papers_wiring.paper_computers(context), **widget_wiring.widget_computers(context)}


feature = Feature(
    name="equipment",
    title="设备识别",
    blueprint=equipment,
    permissions=EquipmentPermission,
    menu=(MenuItem("设备识别", "equipment.index", EquipmentPermission.READ, "search", 46, "e"),),
    tables=(
        equipment_list,
        equipment_row,
        equipment_words,
        equipment_decision,
        equipment_photo,
        equipment_paper,
        equipment_mapping,
        catalogue_draft,
        equipment_sample,
    ),
    repositories={
        **lists_wiring.REPOSITORIES,
        **review_wiring.REPOSITORIES,
        **catalogue_wiring.REPOSITORIES,
        **widget_wiring.REPOSITORIES,
        **papers_wiring.REPOSITORIES,
    },
    provide=_provide,
    jobs=_jobs,
    search_sources=lists_wiring.list_search,
    work=lists_wiring.list_work,
    computers=_computers,
    document_links=papers_wiring.paper_links,
    form_panels=papers_wiring.paper_panels,
    form_widgets={**papers_wiring.FORM_WIDGETS, **widget_wiring.FORM_WIDGETS},
    row_verbs={**papers_wiring.ROW_VERBS, **widget_wiring.ROW_VERBS},
    enterprise_links=widget_wiring.enterprise_links,
    on_deed=papers_wiring.paper_deeds,
    before_deed=papers_wiring.paper_guards,
)
