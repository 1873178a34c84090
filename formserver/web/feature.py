"""What a slice tells the rest of the house: one :class:`Feature` per slice, read once by ``formserver.app``.

Slices never import each other. What one offers and another needs goes through the ports below (design §4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import click
from flask import Blueprint, Flask
from markupsafe import Markup
from sqlalchemy import Table

from formserver.core.computing import FieldComputerFactory
from formserver.core.definitions.prefill import Provider
from formserver.core.errors import Kind, error_code
from formserver.core.jobs import Job
from formserver.core.models import Document
from formserver.core.permissions import Actor, Permission
from formserver.core.service_kit import DeedGuard, DeedHandler
from formserver.core.store_ports import RepositoryFactory, UnitOfWork
from formserver.web.api import Operation
from formserver.web.forms.rowwork import RowResult
from formserver.web.forms.views import RowsView

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
    """A line of the side bar; absent for people without ``permission`` (None: for everybody who is signed in).

    ``icon`` names a symbol of icons.svg; ``letter`` leads here after ``g``.
    """

    title: str
    endpoint: str
    permission: Permission | None
    icon: str
    order: int
    letter: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One line of 搜索文书、企业、任务. ``kind`` is the Chinese word shown before it.

    ``snippet`` is text around the hits, each between MARK_START and MARK_END (``core.store_ports``); ``facets`` maps
    what hits can be narrowed down by (``状态``) to this hit's value. ``state`` is coloured as in lists.
    """

    kind: str
    title: str
    url: str
    detail: str = ""
    snippet: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)
    state: str = ""


class SearchSource(Protocol):
    """Something that answers the search box of every page."""

    title: str

    def search(self, actor: Actor, text: str, *, limit: int) -> Sequence[SearchHit]:
        """The best hits inside the actor's scope."""
        ...


@runtime_checkable
class ListedSource(SearchSource, Protocol):
    """A source whose slice has a list that can be asked the same question."""

    def list_url(self, text: str) -> str:
        """The address of the list with this text in its filter."""
        ...


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a menu that a slice adds to another's page. ``icon`` names a symbol of icons.svg."""

    title: str
    url: str
    icon: str = "link"


class DocumentPanel(Protocol):
    """A card another slice shows beside a document: on its page or beside its form. Reads inside the scope.

    Beside a form, what must be seen before anything is typed (why a paper came back) has an ``order`` below 10 and stands
    above the form; everything else waits under 提示.
    """

    key: str
    title: str
    order: int

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """The card's content, escaped; None: nothing to show to this person on this document."""
        ...


class DocumentLinks(Protocol):
    """Lines another slice adds to the menu of a document page."""

    def links(self, actor: Actor, document: Document) -> Sequence[Link]:
        """What this person may do with this document in the other slice."""
        ...


class EnterpriseLinks(Protocol):
    """Buttons another slice adds to the page of an enterprise."""

    def links(self, actor: Actor, enterprise_id: str) -> Sequence[Link]:
        """Where this person finds more about this enterprise, which the caller has read inside the scope."""
        ...


@dataclass(frozen=True, slots=True)
class WorkCard:
    """A heap of work on 工作台: how much, the first of it, where all of it is. ``count`` beyond 1,000 is "1000+"."""

    title: str
    count: int
    items: Sequence[SearchHit]
    url: str
    order: int
    empty: str = "没有待办"


WorkSource = Callable[[Actor], "WorkCard | None"]
"""Makes one card of 工作台 for a person; None where the person's roles have nothing to do with it."""

PrefillFactory = Callable[[UnitOfWork, Actor, Document], Provider]
"""Makes the provider of one ``x-source`` namespace for one new document, inside the unit that creates it."""

JobHandler = Callable[[Job, Any], dict[str, Any]]
"""Runs a leased job; the second argument reports progress (``report(percent, text)``). Returns the result."""


FormWidget = Callable[[RowsView], Markup]
"""Draws the list of a computed field; like every list of a form it works by plain posts."""

RowVerb = Callable[[Mapping[str, Any], str], RowResult]
"""Does what a button of a row asks (``detach:/list/@key``) on a body. Raises BAD_ROW_ACTION."""


@dataclass(frozen=True, slots=True)
class Feature:
    """The manifest of a slice.

    ``provide`` builds the slice's services from the context: a mapping of port or class to instance, which
    :func:`formserver.web.context.service` finds again. ``prefill``, ``search_sources`` and ``jobs`` are asked
    after every service stands, so that a provider may use services of slices below its own. ``setup`` is for
    what must touch the Flask application itself (session handling, request hooks). ``pickers`` maps the kinds of
    look-up in forms (``enterprise``, ``person``) to endpoints that answer ``?q=`` with
    ``{"items": [{"name", "detail", "facts"}]}``.

    ``document_panels`` and ``form_panels`` are cards beside a document and beside its form, ``document_links`` lines of
    its menu, ``enterprise_links`` buttons on the page of an enterprise. ``deed_pages``
    maps the key of a deed (``approve``, ``sign``) to the endpoint with ``document_id`` that
    does it better than the plain page. ``work`` fills 工作台. ``on_deed`` is told of every deed on a document inside
    its unit of work: a handler writes only its own slice's tables and never opens a unit of its own. ``before_deed``
    may refuse one there before it is done.

    ``computers`` work out the fields with ``x-widget: calculator:<name>`` whenever a body is kept (core.computing);
    ``form_widgets`` draw these lists in the form, and ``row_verbs`` are buttons of rows that they bring along.
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
    document_panels: Callable[[AppContext], Sequence[DocumentPanel]] | None = None
    form_panels: Callable[[AppContext], Sequence[DocumentPanel]] | None = None
    document_links: Callable[[AppContext], Sequence[DocumentLinks]] | None = None
    enterprise_links: Callable[[AppContext], Sequence[EnterpriseLinks]] | None = None
    deed_pages: Mapping[str, str] = field(default_factory=dict)
    work: Callable[[AppContext], Sequence[WorkSource]] | None = None
    on_deed: Callable[[AppContext], Sequence[DeedHandler]] | None = None
    before_deed: Callable[[AppContext], Sequence[DeedGuard]] | None = None
    computers: Callable[[AppContext], Mapping[str, FieldComputerFactory]] | None = None
    form_widgets: Mapping[str, FormWidget] = field(default_factory=dict)
    row_verbs: Mapping[str, RowVerb] = field(default_factory=dict)
    api: Sequence[Operation] = ()
    setup: Callable[[Flask, AppContext], None] | None = None

    def register(self, context: AppContext) -> None:
        """Add this slice's services to ``context``; needs no Flask, so the command line and worker use it too."""
        if self.provide is not None:
            for port, instance in self.provide(context).items():
                context.add_service(port, instance)

    def connect(self, context: AppContext) -> None:
        """Offer this slice's ports to the others; called when every slice has registered its services."""
        context.operations.extend(self.api)
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
        if self.document_panels is not None:
            context.document_panels.extend(self.document_panels(context))
        if self.form_panels is not None:
            context.form_panels.extend(self.form_panels(context))
        if self.document_links is not None:
            context.document_links.extend(self.document_links(context))
        if self.enterprise_links is not None:
            context.enterprise_links.extend(self.enterprise_links(context))
        if self.work is not None:
            context.work_sources.extend(self.work(context))
        if self.on_deed is not None:
            context.deed_handlers.extend(self.on_deed(context))
        if self.before_deed is not None:
            context.deed_guards.extend(self.before_deed(context))
        if self.computers is not None:
            context.computers.update(self.computers(context))

    def install(self, app: Flask, context: AppContext) -> None:
        """Put the slice's pages into the Flask application."""
        context.menu.extend(self.menu)
        context.pickers.update(self.pickers)
        context.form_widgets.update(self.form_widgets)
        context.row_verbs.update(self.row_verbs)
        for key, endpoint in self.deed_pages.items():
            if key in context.deed_pages:
                raise DUPLICATE_REGISTRATION(what="操作页面", name=key)
            context.deed_pages[key] = endpoint
        if self.setup is not None:
            self.setup(app, context)
        if self.blueprint is not None:
            app.register_blueprint(self.blueprint)
