"""阶梯电价: the page and its live results. Nothing is kept."""

from __future__ import annotations

import time
from typing import Any

from flask import jsonify, render_template, request

from formserver.agencies.service import AgencyService
from formserver.calculators.blueprint import calculators
from formserver.calculators.ladder_page import LadderPage, colour_of, figure, money, page_of
from formserver.calculators.ladder_service import Ladders
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.provinces import PROVINCES, province_of
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError
from formserver.web.context import context, current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires

calculators.add_app_template_filter(money, "calc_money")
calculators.add_app_template_filter(figure, "calc_exact")
calculators.add_app_template_filter(colour_of, "calc_state_colour")


@calculators.get("/ladder")
@requires(CalculatorPermission.USE)
def ladder() -> str:
    """An empty page, for one rule with ``tariff``."""
    form = {"tariff": request.args.get("tariff", "")[:60], "region": _own_province()}
    if form["tariff"] not in service(Ladders).library.names():
        form["tariff"] = ""
    return _shown(_page(form, told=False, calculated=False))


@calculators.post("/ladder")
@requires(CalculatorPermission.USE)
def ladder_turn() -> str:
    """Calculate, or (``do`` = switch) ask for what another rule, place or period needs."""
    told = request.form.get("do") != "switch"
    return _shown(_page(request.form.to_dict(), told=told, calculated=told or _typed()))


@calculators.post("/ladder/evaluate")
@requires(CalculatorPermission.USE)
def ladder_evaluate() -> Any:
    """Live results while somebody types."""
    begun = time.perf_counter()
    page = _page(request.form.to_dict(), told=False, calculated=True)
    html = render_template("calculators/ladder_result.html", page=page)
    answer = jsonify(
        html=html,
        summary=say(page.summary),
        messages={key: say(text) for key, text in page.messages.items()},
    )
    answer.headers["Server-Timing"] = f"evaluate;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return answer


def _typed() -> bool:
    return any(request.form.get(key, "").strip() for key in ("value", "electricity", "category", "tier"))


def _page(form: dict[str, str], *, told: bool, calculated: bool) -> LadderPage:
    today = today_in_china(context().clock)
    return page_of(service(Ladders), current_actor(), form, today, told=told, calculated=calculated)


def _shown(page: LadderPage) -> str:
    return render_template("calculators/ladder.html", page=page, provinces=PROVINCES.values())


def _own_province() -> str:
    """Where this person's agency is; "" where that is not known."""
    actor = current_actor()
    try:
        return province_of(service(AgencyService).get(actor, actor.agency_id).region_code)
    except AppError:
        return ""
