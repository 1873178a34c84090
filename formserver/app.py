"""Puts the house together: the only module that knows every slice and every adapter."""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from formserver.accounts.feature import feature as accounts
from formserver.agencies.feature import feature as agencies
from formserver.api.feature import feature as api
from formserver.approvals.feature import feature as approvals
from formserver.calculators.feature import feature as calculators
from formserver.config import Settings
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import Catalogue
from formserver.core.definitions.source import FileDefinitionSource
from formserver.core.store_ports import RepositoryFactory
from formserver.documents.feature import feature as documents
from formserver.enterprises.feature import feature as enterprises
from formserver.equipment.feature import feature as equipment
from formserver.evidence.feature import feature as evidence
from formserver.legacy.feature import feature as legacy
from formserver.notices.feature import feature as notices
from formserver.numbers.feature import feature as numbers
from formserver.rendering.engine import TemplateEngine
from formserver.scans.feature import feature as scans
from formserver.signatures.feature import feature as signatures
from formserver.store.definition_access import DefinitionAccess
from formserver.store.sql_store import SqlStore
from formserver.uploads.feature import feature as uploads
from formserver.web.context import AppContext
from formserver.web.feature import DUPLICATE_REGISTRATION, Feature
from formserver.web.kit import install_kit
from formserver.web.language import BilingualFlask
from formserver.workbench.feature import feature as workbench

log = logging.getLogger(__name__)

FEATURES: Final[tuple[Feature, ...]] = (
    accounts,
    agencies,
    enterprises,
    uploads,
    notices,
    documents,
    scans,
    workbench,
    legacy,
    evidence,
    approvals,
    signatures,
    calculators,
    equipment,
    api,
    numbers,
)
"""Lower slices first: a slice may use the services of those before it."""


def build_context(settings: Settings) -> AppContext:
    """The running parts without the web: for the command line and the worker as well."""
    repositories: dict[type[Any], RepositoryFactory] = {}
    for feature in FEATURES:
        for port, factory in feature.repositories.items():
            if port in repositories:
                raise DUPLICATE_REGISTRATION(what="存取部件", name=port.__name__)
            repositories[port] = factory
    store = SqlStore(settings.resolved_database_url, settings.storage_dir, repositories=repositories)
    clock = SystemClock()
    catalogue = Catalogue(DefinitionAccess(store), clock)
    synced = catalogue.sync(FileDefinitionSource(settings.schemas_dir, settings.templates_dir))
    for refused in synced.refused:
        log.warning("a definition file is not taken (unreadable, or unlike the published one): %s", refused)
    context = AppContext(
        settings=settings, store=store, clock=clock, renderer=TemplateEngine(), catalogue=catalogue
    )
    for feature in FEATURES:
        feature.register(context)
    for feature in FEATURES:
        feature.connect(context)
    return context


def create_app(settings: Settings, context: AppContext | None = None) -> Flask:
    """The web application. ``context`` is given where it exists already (worker in the same process, tests)."""
    app = BilingualFlask(
        "formserver",
        template_folder="web/templates",
        static_folder="web/static",
        static_url_path="/static",
    )
    built = context or build_context(settings)
    install_kit(app, built)
    for feature in FEATURES:
        feature.install(app, built)
    hops = built.settings.proxy_hops
    if hops:  # otherwise anybody could claim another address and escape the throttle
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app
