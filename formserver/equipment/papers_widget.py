"""The tables of papers inside a form: read, never typed into."""

from __future__ import annotations

from typing import Final

from flask import render_template
from markupsafe import Markup

from formserver.web.forms.views import RowsView

SHOWN: Final = {
    "rows": (
        "number",
        "name",
        "model",
        "quantity",
        "status",
        "catalogue",
        "item_no",
        "verdict",
        "basis",
        "way",
    ),
    "review_rows": ("number", "name", "model", "quantity", "why", "missing", "opinion"),
    "restricted_rows": ("number", "name", "model", "quantity", "why", "opinion"),
    "moved_rows": ("number", "name", "model", "quantity", "machine", "basis", "reason", "decided_by"),
    "blocked_rows": ("number", "place", "name", "model", "problem"),
}
"""The columns a person looks at in the form; paper and workbook hold all of them."""


def draw(view: RowsView) -> Markup:
    """A table taken from a list."""
    wanted = SHOWN.get(view.leaf.key)
    columns = [c for c in view.columns if wanted is None or c.leaf.key in wanted]
    keys = [c.leaf.key for c in columns]
    lines = [(row, [cell for cell in row.cells if cell.leaf.key in keys]) for row in view.rows]
    key = view.leaf.key
    note = view.body.get("rows_note" if key == "rows" else key.replace("_rows", "_note"))
    html = render_template(
        "equipment/papers_widget.html",
        n=view,
        columns=columns,
        lines=lines,
        apart=not view.total and key in SHOWN and isinstance(note, str) and "SHA-256" in note,
    )
    return Markup(html)  # noqa: S704 - an escaping template
