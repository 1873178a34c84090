"""How reviewing (confirming, moving, photographs, checking again) joins the slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.equipment.review_repository import DecisionRepository, PhotoRepository
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

VIEWS: Final = ()
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {
    DecisionRepository: DecisionRepository,
    PhotoRepository: PhotoRepository,
}


def review_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    return {}


def review_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """The jobs of this part."""
    return {}
