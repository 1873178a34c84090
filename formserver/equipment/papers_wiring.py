"""How documents made from lists, their outputs, the form widget and the register join the slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from formserver.core.computing import FieldComputerFactory
from formserver.core.drafting import Drafting
from formserver.core.service_kit import DeedGuard, DeedHandler, Kit
from formserver.equipment import papers_views, papers_widget
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.papers_computer import COMPUTERS, PART, PaperComputer
from formserver.equipment.papers_guard import PaperDeeds
from formserver.equipment.papers_links import EquipmentPaperLinks
from formserver.equipment.papers_panel import PaperPanel
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.papers_service import EquipmentPapers
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, DocumentPanel, FormWidget, RowVerb

VIEWS: Final = (papers_views,)
"""Importing them has put their routes on the blueprint."""
FORM_WIDGETS: Final[Mapping[str, FormWidget]] = dict.fromkeys((*COMPUTERS, PART), papers_widget.draw)
ROW_VERBS: Final[Mapping[str, RowVerb]] = {}
REPOSITORIES: Final[Mapping[type[Any], Any]] = {PaperRepository: PaperRepository}


def paper_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    kit = context.service(Kit)
    papers = EquipmentPapers(kit, context.service(Drafting), context.service(EquipmentLibrary))
    return {EquipmentPapers: papers, PaperDeeds: PaperDeeds(kit)}


def paper_computers(_context: AppContext) -> Mapping[str, FieldComputerFactory]:
    """What works out fields of forms."""
    return dict.fromkeys(COMPUTERS, PaperComputer)


def paper_links(context: AppContext) -> Sequence[DocumentLinks]:
    """Lines of document menus."""
    return (EquipmentPaperLinks(context.service(Kit), context.service(EquipmentPapers)),)


def paper_panels(context: AppContext) -> Sequence[DocumentPanel]:
    """Cards beside forms."""
    return (PaperPanel(context.service(Kit), context.service(Drafting)),)


def paper_deeds(context: AppContext) -> Sequence[DeedHandler]:
    """What hears of deeds on documents."""
    return (context.service(PaperDeeds).hear,)


def paper_guards(context: AppContext) -> Sequence[DeedGuard]:
    """What may refuse deeds on documents."""
    return (context.service(PaperDeeds).refuse,)
