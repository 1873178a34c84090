"""Everything a request needs, put together once by ``formserver.app`` and found again from a view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from flask import current_app, g

from formserver.config import Settings
from formserver.core.clock import Clock
from formserver.core.computing import FieldComputerFactory
from formserver.core.definitions.prefill import Provider
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.rendering_port import DocumentRenderer
from formserver.core.service_kit import DeedGuard, DeedHandler
from formserver.core.store_ports import Store, UnitOfWork
from formserver.web.api import Operation
from formserver.web.feature import (
    DUPLICATE_REGISTRATION,
    DocumentLinks,
    DocumentPanel,
    EnterpriseLinks,
    FormWidget,
    JobHandler,
    MenuItem,
    PrefillFactory,
    RowVerb,
    SearchSource,
    WorkSource,
)

T = TypeVar("T")
EXTENSION = "formserver"


@dataclass(slots=True)
class AppContext:
    """The parts of a running system.

    ``actor_loader`` is set by the accounts slice: it says who is behind the current request, or None;
    ``agency_name`` by the agencies slice: the name shown in the head of every page; ``unread_notices`` by the notices
    slice: the number beside the bell; ``home`` by the workbench slice: the view behind ``/``.
    ``record_checks`` are the steps slices add to ``verify``: a title and what is called with store and report.
    ``renderer`` and ``catalogue`` are None only in tools that never touch documents.
    """

    settings: Settings
    store: Store
    clock: Clock
    renderer: DocumentRenderer | None = None
    catalogue: Any = None
    services: dict[type[Any], Any] = field(default_factory=dict)
    menu: list[MenuItem] = field(default_factory=list)
    prefill_factories: dict[str, PrefillFactory] = field(default_factory=dict)
    search_sources: list[SearchSource] = field(default_factory=list)
    job_handlers: dict[str, JobHandler] = field(default_factory=dict)
    pickers: dict[str, str] = field(default_factory=dict)
    document_panels: list[DocumentPanel] = field(default_factory=list)
    form_panels: list[DocumentPanel] = field(default_factory=list)
    document_links: list[DocumentLinks] = field(default_factory=list)
    enterprise_links: list[EnterpriseLinks] = field(default_factory=list)
    deed_pages: dict[str, str] = field(default_factory=dict)
    work_sources: list[WorkSource] = field(default_factory=list)
    deed_handlers: list[DeedHandler] = field(default_factory=list)
    record_checks: list[tuple[str, Callable[[Any, Any], None]]] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    deed_guards: list[DeedGuard] = field(default_factory=list)
    computers: dict[str, FieldComputerFactory] = field(default_factory=dict)
    form_widgets: dict[str, FormWidget] = field(default_factory=dict)
    row_verbs: dict[str, RowVerb] = field(default_factory=dict)
    actor_loader: Callable[[], Actor | None] | None = None
    agency_name: Callable[[str], str] | None = None
    unread_notices: Callable[[Actor], int] | None = None
    home: Callable[[], Any] | None = None
    closers: list[Callable[[], None]] = field(default_factory=list)

    def close(self) -> None:
        """Stop what was started on demand (office programs), newest first."""
        while self.closers:
            self.closers.pop()()

    def add_service(self, port: type[T], instance: T) -> None:
        """Register ``instance`` under ``port`` (a class or a Protocol)."""
        if port in self.services:
            raise DUPLICATE_REGISTRATION(what="服务", name=port.__name__)
        self.services[port] = instance

    def prefill_providers(self, u: UnitOfWork, actor: Actor, document: Document) -> dict[str, Provider]:
        """The provider of every ``x-source`` namespace that a slice offers, for one new document."""
        return {name: make(u, actor, document) for name, make in self.prefill_factories.items()}

    def service(self, port: type[T]) -> T:
        """The instance registered under ``port``. Raises KeyError: a wiring mistake, not a user's."""
        return cast(T, self.services[port])


def context() -> AppContext:
    """The context of the current application."""
    return cast(AppContext, current_app.extensions[EXTENSION])


def service(port: type[T]) -> T:
    """The service registered under ``port``."""
    return context().service(port)


def find_actor() -> Actor | None:
    """Who is behind the current request; asked once per request. None: nobody has signed in."""
    if "actor" not in g:
        loader = context().actor_loader
        g.actor = loader() if loader is not None else None
    return cast("Actor | None", g.actor)


def current_actor() -> Actor:
    """Who is behind the current request, on a route that demands a permission."""
    actor = find_actor()
    if actor is None:
        raise RuntimeError("the route is public: it has no actor")
    return actor
