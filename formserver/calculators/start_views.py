"""工具应用: what can be computed here, and what was computed lately."""

from __future__ import annotations

from flask import render_template

from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.web.permissions import requires


@calculators.get("")
@requires(CalculatorPermission.USE)
def index() -> str:
    """The start page."""
    return render_template("calculators/index.html")
