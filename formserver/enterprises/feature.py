"""The manifest of the enterprises slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from formserver.core.definitions.prefill import Provider
from formserver.core.definitions.providers import FactsProvider
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.store_ports import UnitOfWork
from formserver.enterprises import import_views  # noqa: F401  adds its routes to the blueprint
from formserver.enterprises.imports import ImportService
from formserver.enterprises.permissions import EnterprisePermission
from formserver.enterprises.repository import EnterpriseRepository
from formserver.enterprises.search_source import EnterpriseSearch
from formserver.enterprises.service import EnterpriseService
from formserver.enterprises.tables import enterprise, enterprise_change, enterprise_import
from formserver.enterprises.views import enterprises
from formserver.enterprises.year_checks import YearChecks
from formserver.web.context import AppContext
from formserver.web.feature import Feature, MenuItem, PrefillFactory, SearchSource


def _provide(context: AppContext) -> Mapping[type[Any], Any]:
    register = EnterpriseService(context.store, context.clock)
    return {
        EnterpriseService: register,
        ImportService: ImportService(context.store, context.clock, register),
    }


def _prefill(context: AppContext) -> Mapping[str, PrefillFactory]:
    register = context.service(EnterpriseService)

    def facts(u: UnitOfWork, actor: Actor, document: Document) -> Provider:
        known = register.facts(u, actor, document.enterprise_id) if document.enterprise_id else {}
        from_register = FactsProvider(known, "来自企业档案", {"id": document.enterprise_id})
        return YearChecks(from_register, u, context.clock, str(known.get("uscc", "")), document.id)

    return {"enterprise": facts}


def _search(context: AppContext) -> Sequence[SearchSource]:
    return (EnterpriseSearch(context.service(EnterpriseService)),)


feature = Feature(
    name="enterprises",
    title="企业档案",
    blueprint=enterprises,
    permissions=EnterprisePermission,
    menu=(MenuItem("企业档案", "enterprises.index", EnterprisePermission.READ, "building", 50, "q"),),
    tables=(enterprise, enterprise_change, enterprise_import),
    repositories={EnterpriseRepository: EnterpriseRepository},
    provide=_provide,
    prefill=_prefill,
    search_sources=_search,
    pickers={"enterprise": "enterprises.pick"},
)
