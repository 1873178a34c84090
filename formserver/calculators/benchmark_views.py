"""能耗对标: the page, its live results, printing and keeping."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import flash, jsonify, redirect, render_template, request, url_for

from formserver.calculators.benchmark_choice import calculator_for, find
from formserver.calculators.benchmark_energy import found_carriers
from formserver.calculators.benchmark_fields import day_of, lasting
from formserver.calculators.benchmark_page import Page, page_of, requests_of
from formserver.calculators.benchmark_paste import pasted
from formserver.calculators.benchmark_sheet import Sheet, empty_sheet, read_sheet, sheet_of
from formserver.calculators.benchmark_turns import turned
from formserver.calculators.blueprint import calculators
from formserver.calculators.models import SavedCalculation
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.saved_service import Kept
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.errors import AppError
from formserver.web.context import context, current_actor, service
from formserver.web.errors import STATUS
from formserver.web.language import say
from formserver.web.permissions import requires

_PASTE: Final = re.compile(r"paste-([0-9]{1,6})", re.ASCII)


@calculators.get("/benchmark")
@requires(CalculatorPermission.USE)
def benchmark() -> Any:
    """An empty page, one for a product (``calculator``, ``product``, ``start``, ``end``), or one filled from kept
    calculations (``from``, several: side by side; with ``next`` only what the year after begins with)."""
    today, actor = today_in_china(context().clock), current_actor()
    kept = [service(Calculators).saved(actor, one) for one in request.args.getlist("from")[:3]]
    if not kept:
        names = ("industry", "calculator", "product", "start", "end")
        query = {key: request.args.get(key, "")[:200] for key in names}
        return _shown(empty_sheet(today).asked(**query), told=False)
    sheet = _kept_sheet(kept)
    if request.args.get("next") == "1":
        return _shown(sheet.following_year(lasting(service(Calculators).library, sheet, today)), told=False)
    return _shown(sheet, told=True)


@calculators.post("/benchmark")
@requires(CalculatorPermission.USE)
def benchmark_turn() -> Any:
    """Whatever a button of the page asks for: calculate, another product, rows, periods, keep, print."""
    do = request.form.get("do", "")
    sheet = turned(read_sheet(request.form, today_in_china(context().clock)), do)
    if match := _PASTE.fullmatch(do):
        sheet = _pasted(sheet, int(match[1]))
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
    answer = jsonify(html=html, **_in_words(page.live()))
    answer.headers["Server-Timing"] = f"evaluate;dur={(time.perf_counter() - begun) * 1000:.1f}"
    return answer


def _in_words(live: dict[str, Any]) -> dict[str, Any]:
    """What a script writes into the page, in the language of the page; folded lines word by word, as they are drawn."""
    said = {name: {key: say(text) for key, text in live[name].items()} for name in ("messages", "totals")}
    folded = {key: " · ".join(map(say, text.split(" · "))) for key, text in live["summaries"].items()}
    return {**live, **said, "summaries": folded, "summary": say(live["summary"])}


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


def _kept_sheet(kept: Sequence[SavedCalculation]) -> Sheet:
    first = kept[0]
    name = service(Kept).enterprise_name(current_actor(), first.enterprise_id)
    requests = [one.request for one in kept]
    return sheet_of(requests, first.title, name, first.enterprise_id if name else "")


def _pasted(sheet: Sheet, no: int) -> Sheet:
    """The sheet with what stands in the paste box of a period's energy table."""
    library, today = service(Calculators).library, today_in_china(context().clock)
    period = sheet.period(no)
    calculator = calculator_for(library, sheet.calculator, sheet.product_key, today)
    if period is None or calculator is None:
        return sheet
    coefficients = library.coefficients(calculator.coefficients, day_of(period.end) or today)
    return sheet.with_lines(no, pasted(period, request.form.get(f"paste{no}", ""), coefficients))


def _page(sheet: Sheet, *, told: bool = False, opened: str = "") -> Page:
    return page_of(
        service(Calculators),
        current_actor(),
        sheet,
        today_in_china(context().clock),
        told=told,
        opened=opened,
        used=() if sheet.product or sheet.industry else service(Kept).used(current_actor()),
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
    enterprise_id = sheet.enterprise_id
    if sheet.enterprise and not enterprise_id:  # typed without scripts, or without choosing from the list
        enterprise_id = service(Kept).enterprise_named(actor, sheet.enterprise)
    try:
        title = sheet.title or _page(sheet).title
        made = service(Calculators).save_all(actor, wanted, title, enterprise_id)
    except AppError as error:
        return _shown(sheet, told=True, error=str(error), status=STATUS[error.kind])
    flash("已保存，可在“工具应用”的最近计算中找到。", "success")
    if sheet.enterprise and not enterprise_id:
        flash(
            f"企业档案中没有“{sheet.enterprise[:60]}”，这次计算没有归到企业；可在保存的计算中改。", "warning"
        )
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
