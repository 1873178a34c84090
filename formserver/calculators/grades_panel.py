"""Beside a form with an equipment list: each piece of equipment with a look-up of its grade, filled in from its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template
from markupsafe import Markup

from formserver.calculators.grades_equipment import questions
from formserver.calculators.grades_service import Grades
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.drafting import Drafting
from formserver.core.models import Document
from formserver.core.permissions import Actor


class GradesPanel:
    """See :class:`formserver.web.feature.DocumentPanel`."""

    key = "grades"
    title = "设备能效等级"
    order = 45

    def __init__(self, grades: Grades, drafting: Drafting) -> None:
        self._grades = grades
        self._drafting = drafting

    def html(self, actor: Actor, document: Document) -> Markup | None:
        """None where no row is about equipment with a table, or for people who may not use the tools."""
        if document.type not in ("verification_form", "site_record"):
            return None
        if not actor.may(CalculatorPermission.USE):
            return None
        body: Mapping[str, Any] = self._drafting.draft_of(actor, document.id)[1].body
        found = questions(self._grades.library, body)
        if not found:
            return None
        return Markup(render_template("calculators/grades_panel.html", questions=found))  # noqa: S704 - it escapes
