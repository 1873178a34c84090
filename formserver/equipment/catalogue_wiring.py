"""How elimination catalogues, rules and labelled rows join the slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

VIEWS: Final = ()
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {}


def catalogue_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part; the catalogue learns how these kinds are judged, whoever publishes them."""
    return {}


def catalogue_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """The jobs of this part."""
    return {}
