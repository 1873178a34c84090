"""How uploading and checking lists join the slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.equipment.repository import EquipmentListRepository
from formserver.web.context import AppContext
from formserver.web.feature import JobHandler

VIEWS: Final = ()
"""Importing them has put their routes on the blueprint."""
REPOSITORIES: Final[Mapping[type[Any], Any]] = {EquipmentListRepository: EquipmentListRepository}


def list_services(context: AppContext) -> Mapping[type[Any], Any]:
    """The services of this part."""
    return {}


def list_jobs(context: AppContext) -> Mapping[str, JobHandler]:
    """The jobs of this part."""
    return {}
