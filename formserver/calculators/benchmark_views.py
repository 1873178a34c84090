"""能耗对标: the page, its live results, printing and keeping."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.calculators.benchmark_choice import calculator_for, find
from formserver.calculators.benchmark_energy import found_carriers
from formserver.calculators.benchmark_page import Page, page_of, requests_of
from formserver.calculators.benchmark_sheet import Sheet, empty_sheet, read_sheet, sheet_of
from formserver.calculators.benchmark_turns import turned
from formserver.calculators.blueprint import calculators
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.permissions import requires


@calculators.get("/benchmark")
@requires(CalculatorPermission.USE)
def benchmark() -> Any:
    """An empty page, one for a product, or one filled from kept calculations (``from``, several: side by side)."""
    today, actor = today_in_china(context().clock), current_actor()
    kept = [service(Calculators).saved(actor, one) for one in request.args.getlist("from")[:3]]
    sheet = sheet_of([one.request for one in kept], kept[0].title) if kept else empty_sheet(today)
    if not kept:
        query = {key: request.args.get(key, "")[:200] for key in ("industry", "product", "start", "end")}
        sheet = sheet.asked(**query)
    return _shown(sheet, told=bool(kept))


@calculators.post("/benchmark")
@requires(CalculatorPermission.USE)
def benchmark_turn() -> Any:
    """Whatever a button of the page asks for: calculate, another product, rows, periods, keep, print."""
    do = request.form.get("do", "")
    sheet = turned(read_sheet(request.form, today_in_china(context().clock)), do)
    if do == "save":
        return _keep(sheet)
    if do == "print":
        page = _page(sheet)
        return render_template("calculators/benchmark_print.html", page=page)
    return _shown(sheet, told=do == "calculate", opened=do)


@calculators.post("/benchmark/evaluate")
@requires(CalculatorPermission.USE)
def benchmark_evaluate() -> Any:
    """Live results while somebody types: what to draw and what to say beside which field. Nothing is kept."""
    begun = time.perf_counter()
    page = _page(read_sheet(request.form, today_in_china(context().clock)))
    html = render_template("calculators/_live.html", page=page)
    answer = jsonify(html=html, **page.live())
    answer.headers["Server-Timing"] = f"evaluate;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return answer


@calculators.get("/products")
@requires(CalculatorPermission.USE)
def products() -> Any:
    """For the search of the page: products of all industries by name or pinyin, as JSON."""
    today = today_in_china(context().clock)
    found = find(service(Calculators).library, request.args.get("q", "")[:100], today)
    items = [
        {
            "name": one.title,
            "detail": f"{one.industry_title} · {one.group} · {one.standard}",
            "facts": {"product": one.ref, "industry": one.industry},
        }
        for one in found
    ]
    return jsonify(items=items)


def _page(sheet: Sheet, *, told: bool = False, opened: str = "") -> Page:
    return page_of(
        service(Calculators),
        current_actor(),
        sheet,
        today_in_china(context().clock),
        told=told,
        opened=opened,
    )


def _shown(sheet: Sheet, *, told: bool, opened: str = "", error: str = "", status: int = 200) -> Any:
    page = _page(sheet, told=told, opened=opened)
    return render_template("calculators/benchmark.html", page=page, error=error), status


def _keep(sheet: Sheet) -> Any:
    actor = current_actor()
    requests = requests_of(service(Calculators).library, sheet, today_in_china(context().clock))
    wanted = [one for one in requests if one is not None]
    if len(wanted) < len(requests) or not wanted:
        return _shown(sheet, told=True, error="还没有选定产品和统计期，不能保存。", status=422)
    try:
        title = sheet.title or _page(sheet).title
        made = service(Calculators).save_all(actor, wanted, title, sheet.enterprise_id)
    except AppError as error:
        return _shown(sheet, told=True, error=str(error), status=STATUS[error.kind])
    flash("已保存，可在“工具应用”的最近计算中找到。", "success")
    query = urlencode([("from", one.id) for one in made])
    return redirect(f"{url_for('calculators.benchmark')}?{query}")


@calculators.get("/carriers")
@requires(CalculatorPermission.USE)
def carriers() -> Any:
    """For the energy table: carriers by name or pinyin, with the units that fit, as JSON."""
    library, today = service(Calculators).library, today_in_china(context().clock)
    name, _, product = request.args.get("product", "")[:200].partition(".")
    calculator = calculator_for(library, name, product, today)
    coefficients = library.coefficients(calculator.coefficients if calculator else "gbt2589", today)
    suggested = calculator.carriers if calculator else ()
    return jsonify(items=found_carriers(coefficients, suggested, request.args.get("q", "")[:100]))
