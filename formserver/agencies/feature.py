"""The manifest of the agencies slice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from formserver.accounts.ports import AgencyDirectory
from formserver.agencies.commands import agency_commands
from formserver.agencies.permissions import AgencyPermission
from formserver.agencies.repository import AgencyRepository
from formserver.agencies.service import AgencyService
from formserver.agencies.tables import agency
from formserver.agencies.views import agencies
from formserver.core.definitions.prefill import Provider
from formserver.core.definitions.providers import FactsProvider
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork
from formserver.web.context import AppContext
from formserver.web.feature import Feature, MenuItem, PrefillFactory


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    service = AgencyService(context.store, context.clock)
    return {AgencyService: service, AgencyDirectory: service}


def _prefill(context: AppContext) -> Mapping[str, PrefillFactory]:
    service = context.service(AgencyService)

    def agency_facts(u: UnitOfWork, _actor: Actor, document: Document) -> Provider:
        return FactsProvider(
            service.prefill_facts(u, document.agency_id), "来自机构资料", {"id": document.agency_id}
        )

    return {"agency": agency_facts}


def _setup(_app: Flask, context: AppContext) -> None:
    context.agency_name = context.service(AgencyService).name_of


feature = Feature(
    name="agencies",
    title="监察机构",
    blueprint=agencies,
    permissions=AgencyPermission,
    menu=(MenuItem("监察机构", "agencies.index", AgencyPermission.READ, "tree", 90, "j"),),
    commands=(agency_commands,),
    tables=(agency,),
    repositories={AgencyRepository: AgencyRepository},
    provide=_provide,
    prefill=_prefill,
    setup=_setup,
)
