"""能效等级: the page and its live results. Nothing is kept."""

from __future__ import annotations

import time
from typing import Any

from flask import jsonify, render_template, request

from formserver.calculators.blueprint import calculators
from formserver.calculators.grades_page import GradesPage, page_of
from formserver.calculators.grades_service import Grades
from formserver.calculators.permissions import CalculatorPermission
from formserver.core.clock import today_in_china
from formserver.web.context import context, current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires


@calculators.get("/grades")
@requires(CalculatorPermission.USE)
def grades() -> str:
    """An empty page; with ``kind`` and other inputs filled in (links from equipment lists)."""
    form = {key: value[:200] for key, value in request.args.items()}
    if form.get("kind", "") not in service(Grades).library.names():
        form["kind"] = ""
    return _shown(_page(form, told=False, calculated=len(form) > 1))


@calculators.post("/grades")
@requires(CalculatorPermission.USE)
def grades_turn() -> str:
    """Look up, or (``do`` = switch) ask for what another kind of equipment needs."""
    told = request.form.get("do") != "switch"
    return _shown(_page(request.form.to_dict(), told=told, calculated=told))


@calculators.post("/grades/evaluate")
@requires(CalculatorPermission.USE)
def grades_evaluate() -> Any:
    """Live results while somebody types."""
    begun = time.perf_counter()
    page = _page(request.form.to_dict(), told=False, calculated=True)
    html = render_template("calculators/grades_result.html", page=page)
    answer = jsonify(
        html=html,
        summary=say(page.summary),
        messages={key: say(text) for key, text in page.messages.items()},
    )
    answer.headers["Server-Timing"] = f"evaluate;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return answer


def _page(form: dict[str, str], *, told: bool, calculated: bool) -> GradesPage:
    today = today_in_china(context().clock)
    return page_of(service(Grades), current_actor(), form, today, told=told, calculated=calculated)


def _shown(page: GradesPage) -> str:
    return render_template("calculators/grades.html", page=page)
