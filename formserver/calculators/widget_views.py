"""The calculator inside a form: its drawing, the look-up of products, the buttons of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify, render_template, request
from markupsafe import Markup

from formserver.calculators import document_verbs as verbs
from formserver.calculators.benchmark_choice import find
from formserver.calculators.blueprint import calculators
from formserver.calculators.document_computer import BenchmarkComputer
from formserver.calculators.service import Calculators
from formserver.calculators.widget_view import suggested, widget_of
from formserver.calculators.widget_years import years_before
from formserver.core import places
from formserver.core.clock import today_in_china
from formserver.core.document_permissions import DocumentPermission
from formserver.web.context import context, current_actor, service
from formserver.web.forms.rowwork import BAD_ROW_ACTION, RowResult
from formserver.web.forms.views import NodeView, RowsView
from formserver.web.permissions import requires


def computer() -> BenchmarkComputer:
    """The computer with the confirmations of this moment, for looking only."""
    found = service(Calculators)
    return BenchmarkComputer(found.library, found.confirmed())


def draw(view: RowsView) -> Markup:
    """The list of calculations of a form (``x-widget: calculator:benchmark``)."""
    widget = widget_of(view, computer(), today_in_china(context().clock))
    if view.live is not None:
        return Markup(render_template("calculators/widget_live.html", widget=widget, n=view))  # noqa: S704
    document_id = (request.view_args or {}).get("document_id", "")
    years = years_before(current_actor(), str(document_id), view) if document_id else {}
    return Markup(render_template("calculators/widget.html", widget=widget, n=view, years=years))  # noqa: S704


@calculators.app_template_filter("calc_by_key")
def by_key(cells: list[NodeView]) -> dict[str, NodeView]:
    """The cells of a row by the keys of their fields."""
    return {cell.leaf.key: cell for cell in cells}


@calculators.get("/products")
@requires(DocumentPermission.EDIT)
def found_products() -> Any:
    """Products by name or pinyin, for the look-up of the form."""
    on = today_in_china(context().clock)
    found = find(service(Calculators).library, request.args.get("q", "")[:60], on)
    items = [
        {
            "name": one.title,
            "detail": f"{one.industry_title} · {one.standard}",
            "facts": {"product": one.ref, "industry": one.industry},
        }
        for one in found
    ]
    return jsonify(items=items)


def list_carriers(body: Mapping[str, Any], pointer: str) -> RowResult:
    """``carriers:/calculations/@key``: lines for what this product usually uses. Raises BAD_ROW_ACTION."""
    row = places.get(body, pointer)
    if not isinstance(row, dict):
        raise BAD_ROW_ACTION()
    on = today_in_china(context().clock)
    return verbs.list_carriers(body, pointer, suggested(service(Calculators).library, row, body, on))


ROW_VERBS = {
    "calculate": verbs.calculate,
    "recalculate": verbs.recalculate,
    "carriers": list_carriers,
    "detach": verbs.detach,
    "attach": verbs.attach,
}
