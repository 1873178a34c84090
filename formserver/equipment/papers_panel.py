"""Above the form of a paper: that its list went on, or that it has none, and what to do."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from formserver.core.drafting import Drafting
from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.equipment.papers_computer import PaperComputer
from formserver.equipment.papers_models import PAPER_TYPES, REF
from formserver.equipment.papers_sources import title_of


class PaperPanel:
    """See :class:`formserver.web.feature.DocumentPanel`. Nothing to say while list and paper agree."""

    key = "equipment-paper"
    title = "设备清单"
    order = 6

    def __init__(self, kit: Kit, drafting: Drafting) -> None:
        self._kit = kit
        self._drafting = drafting

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """None for other documents, and while nothing stands against this one."""
        if document.type not in PAPER_TYPES:
            return None
        body = self._drafting.draft_of(actor, document.id)[1].body
        with self._kit.store.uow() as u:
            computer = PaperComputer(u)
            record = computer.record(body.get(REF), document.type)
            if record is not None and not computer.is_behind(record):
                return None
        html = render_template(
            "equipment/papers_panel.html", document=document, record=record, kind=title_of(document.type)
        )
        return Markup(html)  # noqa: S704 - an escaping template
