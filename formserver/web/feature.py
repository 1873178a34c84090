"""What a slice tells the rest of the house: one :class:`Feature` per slice, read once by ``formserver.app``.

Slices never import each other. What one offers and another needs goes through the ports below (design §4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import click
from flask import Blueprint, Flask
from sqlalchemy import Table

from formserver.core.definitions.prefill import Provider
from formserver.core.errors import Kind, error_code
from formserver.core.jobs import Job
from formserver.core.models import Document
from formserver.core.permissions import Actor, Permission
from formserver.core.store_ports import RepositoryFactory, UnitOfWork

if TYPE_CHECKING:
    from formserver.web.context import AppContext

DUPLICATE_REGISTRATION = error_code(
    "DUPLICATE_REGISTRATION",
    Kind.UNAVAILABLE,
    zh="{what}“{name}”被登记了两次，程序装配有误，请联系系统管理员。",
    en="{what} {name!r} is registered twice.",
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of the side bar; absent for people without ``permission``. ``icon`` names a symbol of icons.svg."""

    title: str
    endpoint: str
    permission: Permission
    icon: str
    order: int


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of 搜索文书、企业、任务. ``kind`` is the Chinese word shown before it."""

    kind: str
    title: str
    url: str
    detail: str = ""


class SearchSource(Protocol):
    """Something that answers the search box of every page."""

    title: str

    def search(self, actor: Actor, text: str, *, limit: int) -> Sequence[SearchHit]:
        """The best hits inside the actor's scope."""
        ...


PrefillFactory = Callable[[UnitOfWork, Actor, Document], Provider]
"""Makes the provider of one ``x-source`` namespace for one new document, inside the unit that creates it."""

JobHandler = Callable[[Job, Any], dict[str, Any]]
"""Runs a leased job; the second argument reports progress (``report(percent, text)``). Returns the result."""


@dataclass(frozen=True, slots=True)
class Feature:
    """The manifest of a slice.

    ``provide`` builds the slice's services from the context: a mapping of port or class to instance, which
    :func:`formserver.web.context.service` finds again. ``prefill``, ``search_sources`` and ``jobs`` are asked
    after every service stands, so that a provider may use services of slices below its own. ``setup`` is for
    what must touch the Flask application itself (session handling, request hooks). ``pickers`` maps the kinds of
    look-up in forms (``enterprise``, ``person``) to endpoints that answer ``?q=`` with
    ``{"items": [{"name", "detail", "facts"}]}``.
    """

    name: str
    title: str
    blueprint: Blueprint | None = None
    permissions: type[Permission] | None = None
    menu: Sequence[MenuItem] = ()
    commands: Sequence[click.Command] = ()
    tables: Sequence[Table] = ()
    repositories: Mapping[type[Any], RepositoryFactory] = field(default_factory=dict)
    provide: Callable[[AppContext], Mapping[type[Any], Any]] | None = None
    prefill: Callable[[AppContext], Mapping[str, PrefillFactory]] | None = None
    search_sources: Callable[[AppContext], Sequence[SearchSource]] | None = None
    jobs: Callable[[AppContext], Mapping[str, JobHandler]] | None = None
    pickers: Mapping[str, str] = field(default_factory=dict)
    setup: Callable[[Flask, AppContext], None] | None = None

    def register(self, context: AppContext) -> None:
        """Add this slice's services to ``context``; needs no Flask, so the command line and worker use it too."""
        if self.provide is not None:
            for port, instance in self.provide(context).items():
                context.add_service(port, instance)

    def connect(self, context: AppContext) -> None:
        """Offer this slice's ports to the others; called when every slice has registered its services."""
        if self.prefill is not None:
            for namespace, factory in self.prefill(context).items():
                if namespace in context.prefill_factories:
                    raise DUPLICATE_REGISTRATION(what="预填来源", name=namespace)
                context.prefill_factories[namespace] = factory
        if self.search_sources is not None:
            context.search_sources.extend(self.search_sources(context))
        if self.jobs is not None:
            for kind, handler in self.jobs(context).items():
                if kind in context.job_handlers:
                    raise DUPLICATE_REGISTRATION(what="任务种类", name=kind)
                context.job_handlers[kind] = handler

    def install(self, app: Flask, context: AppContext) -> None:
        """Put the slice's pages into the Flask application."""
        context.menu.extend(self.menu)
        context.pickers.update(self.pickers)
        if self.setup is not None:
            self.setup(app, context)
        if self.blueprint is not None:
            app.register_blueprint(self.blueprint)
