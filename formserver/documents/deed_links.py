"""What stands around a document: the buttons of its lifecycle, and the cards and menu lines of other slices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from formserver.core.lifecycle import Action
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.web.context import context
from formserver.web.feature import Link

_ASKING = frozenset({"number", "sign", "void"})
"""Deeds with a page of their own even where no reason is needed."""


@dataclass(frozen=True, slots=True)
class Button:
    """A deed as it is offered: by its page (``url``), or done at once by posting to ``post``."""

    key: str
    label: str
    primary: bool
    url: str = ""
    post: str = ""


def deed_buttons(document: Document, actions: Sequence[Action]) -> list[Button]:
    """The buttons in their order; a slice that does a deed better has its own page for it."""
    made = []
    for action in actions:
        endpoint = context().deed_pages.get(action.key)
        url = post = ""
        if endpoint is not None:
            url = url_for(endpoint, document_id=document.id)
        elif action.needs_reason or action.key in _ASKING:
            url = url_for("documents.deed", document_id=document.id, key=action.key)
        else:
            post = url_for("documents.deed_post", document_id=document.id, key=action.key)
        made.append(Button(action.key, action.label, action.primary, url, post))
    return made


def slice_panels(actor: Actor, document: Document) -> list[tuple[str, str, Markup]]:
    """(key, title, content) of the cards that have something to show, in their order."""
    found = []
    for panel in sorted(context().document_panels, key=lambda p: p.order):
        html = panel.html(actor, document)
        if html is not None:
            found.append((panel.key, panel.title, html))
    return found


def slice_links(actor: Actor, document: Document) -> list[Link]:
    """The menu lines of other slices."""
    return [link for source in context().document_links for link in source.links(actor, document)]
