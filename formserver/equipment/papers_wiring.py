"""How documents made from lists, their outputs, the form widget and the register join the slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from formserver.core.computing import FieldComputerFactory
from formserver.core.service_kit import DeedGuard, DeedHandler
from formserver.equipment.papers_repository import PaperRepository
from formserver.web.context import AppContext
from formserver.web.feature import DocumentLinks, DocumentPanel, FormWidget, RowVerb

VIEWS: Final = ()
"""Importing them has put their routes on the blueprint."""
FORM_WIDGETS: Final[Mapping[str, FormWidget]] = {}
ROW_VERBS: Final[Mapping[str, RowVerb]] = {}
REPOSITORIES: Final[Mapping[type[Any], Any]] = {PaperRepository: PaperRepository}


def paper_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    return {}


def paper_computers(context: AppContext) -> Mapping[str, FieldComputerFactory]:
    """What works out fields of forms."""
    return {}


def paper_links(context: AppContext) -> Sequence[DocumentLinks]:
    """Lines of document menus."""
    return ()


def paper_panels(context: AppContext) -> Sequence[DocumentPanel]:
    """Cards beside forms."""
    return ()


def paper_deeds(context: AppContext) -> Sequence[DeedHandler]:
    """What hears of deeds on documents."""
    return ()


def paper_guards(context: AppContext) -> Sequence[DeedGuard]:
    """What may refuse deeds on documents."""
    return ()
