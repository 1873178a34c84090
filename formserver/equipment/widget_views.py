"""The equipment of 现场核查表 inside the form: its drawing and the buttons it brings along. All by plain posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, after_this_request, flash, render_template, request
from markupsafe import Markup

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.models import Json
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.widget_rows import rows_of
from formserver.equipment.widget_service import CHOICES, STANDING, Filling
from formserver.equipment.widget_view import widget_of
from formserver.web.context import current_actor, service
from formserver.web.forms.rowwork import BAD_ROW_ACTION, RowResult
from formserver.web.forms.views import RowsView

_MOST: Final = 1_000_000
LIST_CONTROL: Final = "equipment_list"
WHICH_CONTROL: Final = "equipment_rows"


def draw(view: RowsView) -> Markup:
    """The list of a form with ``x-widget: calculator:equipment``."""
    widget = widget_of(view, service(EquipmentLibrary))
    if view.live is not None:
        return Markup(render_template("equipment/widget_live.html", widget=widget, n=view))  # noqa: S704
    document_id = _document_id()
    offers = service(Filling).offers(current_actor(), document_id, view.body) if document_id else ()
    return Markup(  # noqa: S704 - an escaping template
        render_template(
            "equipment/widget.html",
            widget=widget,
            n=view,
            offers=offers,
            choices=CHOICES,
            chosen=request.form.get(LIST_CONTROL, ""),
            which=request.form.get(WHICH_CONTROL, STANDING),
        )
    )


def fill(body: Mapping[str, Any], pointer: str) -> RowResult:
    """``equipment-fill:/equipment``: the rows of the chosen list. What was done is said once the draft has taken it."""
    made = clone(dict(body))
    list_id = request.form.get(LIST_CONTROL, "")[:26]
    which = request.form.get(WHICH_CONTROL, STANDING)
    if pointer != "/equipment" or which not in CHOICES:
        raise BAD_ROW_ACTION()
    outcome = service(Filling).fill(current_actor(), _document_id(), made, pointer, list_id, which)

    @after_this_request
    def say(answer: Response) -> Response:
        if answer.status_code in (302, 303):
            flash(outcome.says, "success" if outcome.done else "warning")
        return answer

    return RowResult(outcome.body, outcome.anchor)


def recompare(body: Mapping[str, Any], pointer: str) -> RowResult:
    """``recompare:/equipment/@key``: a new question has no stored answer. Raises BAD_ROW_ACTION."""
    made = clone(dict(body))
    row = places.get(made, pointer) if "/@" in pointer else None
    if not isinstance(row, dict):
        raise BAD_ROW_ACTION()
    _ask_again(row)
    return RowResult(made, pointer)


def recompare_all(body: Mapping[str, Any], pointer: str) -> RowResult:
    """``recompare-all:/equipment``: ask the question of every row once more. Raises BAD_ROW_ACTION."""
    made = clone(dict(body))
    rows = rows_of(made, pointer.removeprefix("/"))
    if not rows:
        raise BAD_ROW_ACTION()
    for row in rows:
        _ask_again(row)
    return RowResult(made, pointer)


def _ask_again(row: Json) -> None:
    again = row.get("again")
    row["again"] = (again + 1) % _MOST if isinstance(again, int) and not isinstance(again, bool) else 1


def _document_id() -> str:
    return str((request.view_args or {}).get("document_id", ""))


ROW_VERBS: Final = {"equipment-fill": fill, "recompare": recompare, "recompare-all": recompare_all}
