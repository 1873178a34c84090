"""How elimination catalogues, rules and labelled rows join the slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.calculators.grades_service import Grades
from formserver.calculators.service import Calculators
from formserver.equipment import (
    catalogue_draft_views,
    catalogue_edition_views,
    catalogue_import_views,
    catalogue_row_views,
    catalogue_views,
    rule_draft_views,
    rule_tables_lines,
    rule_tables_shown_views,
    rule_tables_views,
    rule_tables_word_views,
    rule_views,
    sample_views,
)
from formserver.equipment.catalogue_browse import Browsing
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.catalogue_effect import Effects
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_new import Importing
from formserver.equipment.catalogue_publishing import CataloguePublishing
from formserver.equipment.catalogue_repository import CatalogueDraftRepository
from formserver.equipment.catalogue_try import Trying
from formserver.equipment.catalogue_verifying import TITLE, check_own_catalogues
from formserver.equipment.catalogue_work import Work
from formserver.equipment.matching.judging import judges
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.sample_repository import SampleRepository
from formserver.equipment.sample_service import Samples
from formserver.web.context import AppContext

VIEWS: Final = (
    catalogue_views,
    catalogue_edition_views,
    catalogue_import_views,
    catalogue_draft_views,
    catalogue_row_views,
    rule_views,
    rule_draft_views,
    rule_tables_views,
    rule_tables_word_views,
    rule_tables_shown_views,
    rule_tables_lines,
    sample_views,
)
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {
    CatalogueDraftRepository: CatalogueDraftRepository,
    SampleRepository: SampleRepository,
}


def catalogue_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part; the catalogue learns how these kinds are judged, whoever publishes them."""
    library, clock = context.service(EquipmentLibrary), context.clock
    calculators, grades = context.service(Calculators), context.service(Grades)
    context.catalogue.judges.update(judges())
    context.record_checks.append((TITLE, check_own_catalogues))
    browsing = Browsing(context.catalogue, library, clock)
    drafts = CatalogueDrafts(context.store, clock, context.catalogue, context.service(AccountService))
    samples = Samples(context.store, clock, library)
    effects = Effects(drafts, samples)
    return {
        Browsing: browsing,
        CatalogueDrafts: drafts,
        Samples: samples,
        Effects: effects,
        Work: Work(drafts, effects),
        Marking: Marking(drafts, browsing, clock),
        Importing: Importing(drafts, library),
        CataloguePublishing: CataloguePublishing(drafts, effects),
        Trying: Trying(library, grades.library, calculators, browsing, clock),
    }
