"""The card of evidence beside a paper and beside its form."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from formserver.core.models import Document
from formserver.core.permissions import Actor
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.pictures import has_pictures
from formserver.evidence.reading import EvidenceReading


class EvidencePanel:
    """How much there is, what this paper cites, and citations that lead nowhere."""

    key = "evidence"
    title = "证据"
    order = 40

    def __init__(self, reading: EvidenceReading, *, beside_form: bool) -> None:
        self._reading = reading
        self._beside_form = beside_form

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """None for people who may not see evidence."""
        if not actor.may(EvidencePermission.READ):
            return None
        found = self._reading.standing(actor, document.id)
        return Markup(  # noqa: S704  the template escapes
            render_template(
                "evidence/panel.html",
                document=document,
                valid=found.valid,
                cited=found.cited,
                unknown=found.unknown,
                has_pictures=has_pictures,
                beside_form=self._beside_form,
            )
        )
