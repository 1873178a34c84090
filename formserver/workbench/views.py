"""The page behind ``/``."""

from __future__ import annotations

from typing import Any

from flask import render_template

from formserver.core.document_permissions import DocumentPermission
from formserver.documents.lookup import Lookup
from formserver.web.context import context, current_actor, service
from formserver.workbench.documents import recent


def show() -> Any:
    """Cards with work first, in their order; what is done already in one quiet line each."""
    actor = current_actor()
    made = (source(actor) for source in context().work_sources)
    cards = sorted((card for card in made if card is not None), key=lambda card: card.order)
    return render_template(
        "workbench/show.html",
        waiting=[card for card in cards if card.count],
        done=[card for card in cards if not card.count],
        recent=recent(service(Lookup), actor),
        may_create=actor.may(DocumentPermission.CREATE),
        may_read=actor.may(DocumentPermission.READ),
    )
