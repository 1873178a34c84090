"""The rows of 阶梯电价核算表 inside a form."""

from __future__ import annotations

from flask import render_template
from markupsafe import Markup

from formserver.web.forms.views import RowsView


def draw(view: RowsView) -> Markup:
    """The list of a form with ``x-widget: calculator:ladder_price``."""
    return Markup(render_template("calculators/ladder_widget.html", n=view))  # noqa: S704 - an escaping template
