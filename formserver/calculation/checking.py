"""Is a calculator good? Form, names, units, reach, limits, validity and its own examples, each fault with its place.

Judges shipped files (a convention test), drafts of maintainers (live) and whatever is to be published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.asking import plan_of, unit_of
from formserver.calculation.engine import calculate_with
from formserver.calculation.expressions import parse
from formserver.calculation.library import Library
from formserver.calculation.model import Product, Table
from formserver.calculation.packs import BUILT_IN, Calculator, LimitTable
from formserver.calculation.requests import Request, request_from_json
from formserver.calculation.results import Result, Trouble, plain
from formserver.calculation.rounding import round_to
from formserver.calculation.units import Unit, unit
from formserver.core.errors import AppError, Problem

_DIMENSIONLESS: Final = "1"
FEWEST_EXAMPLES: Final = 3


def check_calculator(calculator: Calculator, limits: LimitTable | None, library: Library) -> list[Problem]:
    """Everything wrong with a calculator whose form is good, with its place in the file.

    ``limits`` are those it points to; None is a fault of its own.
    """
    found = [
        *_names(calculator),
        *_circles(calculator),
    ]
    if not found:
        found += [*_reach(calculator), *_units(calculator), *_tables(calculator)]
    found += _limits(calculator, limits)
    if not found:
        found += example_problems(calculator, limits, library)
    label = calculator.id
    return [Problem(one.code, one.message, one.pointer, label) for one in found]


def check_validity(editions: Sequence[Calculator]) -> list[Problem]:
    """Overlaps and gaps between the editions of one calculator (own editions of the same trunk may follow on)."""
    found = []
    trunks: dict[str, Calculator] = {}
    for one in editions:
        trunks.setdefault(one.edition.partition("+")[0], one)
    spans: list[tuple[date, date, str]] = []
    for one in trunks.values():
        spans.append((one.valid_from or date.min, one.valid_to or date.max, one.edition))
        for past in one.earlier:
            spans.append((past.valid_from or date.min, past.valid_to, past.number))
    spans.sort()
    name = editions[0].name if editions else ""
    for (_, end, before), (start, _, after) in zip(spans, spans[1:], strict=False):
        if start <= end and not (
            start == date.min and end < date.max and before != after and _both_past(before, after)
        ):
            found.append(
                Problem(
                    "EDITION_OVERLAP",
                    f"{before} 与 {after} 的施行期重叠，请改正起止日期。",
                    "/valid_from",
                    name,
                )
            )
        elif end < date.max and start > end + timedelta(days=1):
            found.append(
                Problem(
                    "EDITION_GAP", f"{before} 与 {after} 之间有一段时间没有适用版本。", "/valid_from", name
                )
            )
    return found


def _both_past(before: str, after: str) -> bool:
    """Several replaced standards may have been in force side by side (six fertiliser standards became one)."""
    return " " in before and " " in after


def example_problems(calculator: Calculator, limits: LimitTable | None, library: Library) -> list[Problem]:
    """The examples that do not come out as they say."""
    found = []
    for index, example in enumerate(calculator.examples):
        place = f"/examples/{index}"
        try:
            wrong = list(_example(calculator, limits, library, example))
        except AppError as error:
            wrong = [str(error)]
        title = example.get("title", example.get("key", ""))
        found += [Problem("EXAMPLE_FAILS", f"算例“{title}”：{text}", place) for text in wrong]
    return found


def run_example(
    calculator: Calculator, limits: LimitTable | None, library: Library, example: Mapping[str, Any]
) -> Result:
    """The result of one example: by the period's own choice of edition where the example asks for a problem with it.

    Raises CALCULATION_REQUEST_FAULTY, PRODUCT_UNKNOWN.
    """
    request = example_request(calculator, example)
    against, preview = _out_of_force(calculator, request, example)
    return calculate_with(
        library,
        calculator,
        request,
        limits=limits,
        confirmed=_all_confirmed,
        against=against,
        preview=preview,
    )


def example_request(calculator: Calculator, example: Mapping[str, Any]) -> Request:
    """The request of an example. Raises CALCULATION_REQUEST_FAULTY."""
    taken = ("product", "period", "inputs", "energy", "new_project", "production_state", "edition")
    return request_from_json(
        {"calculator": calculator.name, **{key: example[key] for key in taken if key in example}}
    )


def _all_confirmed(_id: str, _value: str) -> bool:
    """Examples test the method; whether figures are confirmed is another question."""
    return True


def _out_of_force(
    calculator: Calculator, request: Request, example: Mapping[str, Any]
) -> tuple[Trouble | None, bool]:
    first, last = calculator.valid_from or date.min, calculator.valid_to or date.max
    for past in calculator.earlier:
        if (
            (past.valid_from or date.min) <= request.start
            and request.end <= past.valid_to
            and not example.get("edition")
        ):
            return Trouble(
                "LIMIT_UNKNOWN", past.number, "适用标准版本", f"{past.number} 的限额没有录入。"
            ), False
    if request.end < first or request.start > last:
        return Trouble("STANDARD_NOT_IN_FORCE", "period", "统计期", "版本不在施行期内。"), True
    return None, False


def _example(
    calculator: Calculator, limits: LimitTable | None, library: Library, example: Mapping[str, Any]
) -> Iterator[str]:
    result = run_example(calculator, limits, library, example)
    expect = example["expect"]
    if "problem" in expect:
        codes = {(one.code, one.field) for one in result.troubles}
        wanted = expect["problem"]
        if not any(
            code == wanted and (not expect.get("field") or place == expect["field"]) for code, place in codes
        ):
            yield f"应报 {wanted}（{expect.get('field', '')}），实际为 {sorted(codes) or '没有问题'}"
        if "indicators" not in expect:
            return
    elif result.troubles:
        yield "；".join(one.message for one in result.troubles)
        return
    if "total_kgce" in expect and result.energy is not None:
        yield from _same("综合能耗", result.energy.total, expect["total_kgce"])
    for key, wanted in expect.get("indicators", {}).items():
        found = next((one for one in result.indicators if one.key == key), None)
        if found is None:
            yield f"没有指标 {key}"
            continue
        if "value" in wanted:
            yield from _same(found.title, found.value, wanted["value"])
        if "level" in wanted and found.level != wanted["level"]:
            yield f"{found.title}应为 {wanted['level']} 级，算得 {found.level}"
        if "passes" in wanted and found.computed_passes is not wanted["passes"]:
            yield f"{found.title}是否达标应为 {wanted['passes']}，算得 {found.computed_passes}"
        for level, text in wanted.get("limits", {}).items():
            limit = found.limit(int(level))
            got = None if limit is None else limit.limit
            if text is None and got is None:
                continue
            yield from _same(f"{found.title}{level}级限额", got, text)


def _same(title: str, found: Decimal | None, wanted: str | None) -> Iterator[str]:
    """Equal after rounding to the places given (GB/T 8170)."""
    if wanted is None or found is None:
        if wanted is not None or found is not None:
            yield f"{title}应为 {wanted}，算得 {'无' if found is None else plain(found)}"
        return
    places = len(wanted.partition(".")[2])
    if round_to(found, places) != Decimal(wanted):
        yield f"{title}应为 {wanted}，算得 {plain(found)}"


def _formulas(calculator: Calculator) -> Iterator[tuple[str, str, frozenset[str]]]:
    """(place, text, names it may use beyond the common ones) of every formula and condition."""
    for index, step in enumerate(calculator.steps.values()):
        yield f"/steps/{index}/expression", step.expression, frozenset()
    own = frozenset({"limit", "level"})
    for key, correction in calculator.corrections.items():
        yield f"/corrections/{key}/expression", correction.expression, own
        if correction.when:
            yield f"/corrections/{key}/when", correction.when, own
    for key, one in calculator.inputs.items():
        for field, text in (("required_when", one.required_when), ("asked_when", one.asked_when)):
            if text:
                yield f"/inputs/{key}/{field}", text, frozenset()


def _names(calculator: Calculator) -> Iterator[Problem]:
    common = {*calculator.inputs, *calculator.steps, *calculator.constants, *BUILT_IN}
    for product in calculator.products.values():
        common |= set(product.constants)
    for place, text, own in _formulas(calculator):
        try:
            formula = parse(text)
        except AppError as error:
            yield Problem("FORMULA_FAULTY", str(error), place)
            continue
        for name in sorted(set(formula.names) - common - own):
            yield Problem("NAME_UNKNOWN", f"计算式用到的 {name} 没有定义。", place)
        for key in sorted(set(formula.tables) - set(calculator.tables)):
            yield Problem("NAME_UNKNOWN", f"计算式用到的表 {key} 没有定义。", place)
    twice = (set(calculator.inputs) & set(calculator.steps)) | (
        (set(calculator.inputs) | set(calculator.steps) | set(calculator.constants)) & set(BUILT_IN)
    )
    twice |= set(calculator.constants) & (set(calculator.inputs) | set(calculator.steps))
    for name in sorted(twice):
        yield Problem("NAME_TWICE", f"名称 {name} 用了两次。", "/")
    for number, product in enumerate(calculator.products.values()):
        for index, indicator in enumerate(product.indicators):
            place = f"/products/{number}/indicators/{index}"
            for name in filter(None, (indicator.value, indicator.output)):
                if name not in common:
                    yield Problem("NAME_UNKNOWN", f"指标用到的 {name} 没有定义。", place)
            for key in indicator.corrections:
                if key not in calculator.corrections:
                    yield Problem("NAME_UNKNOWN", f"指标用到的修正 {key} 没有定义。", place)


def _circles(calculator: Calculator) -> Iterator[Problem]:
    def visit(key: str, path: tuple[str, ...]) -> tuple[str, ...] | None:
        if key in path:
            return (*path[path.index(key) :], key)
        if key not in calculator.steps or key in done:
            return None
        try:
            names = parse(calculator.steps[key].expression).names
        except AppError:
            return None
        for name in names:
            circle = visit(name, (*path, key))
            if circle:
                return circle
        done.add(key)
        return None

    done: set[str] = set()
    for index, key in enumerate(calculator.steps):
        circle = visit(key, ())
        if circle:
            yield Problem("FORMULA_CIRCLE", f"计算式互相引用：{' → '.join(circle)}。", f"/steps/{index}")
            return


def _reach(calculator: Calculator) -> Iterator[Problem]:
    steps: set[str] = set()
    inputs: set[str] = set()
    constants: set[str] = set()
    tables: set[str] = set()
    corrections: set[str] = set()
    for number, product in enumerate(calculator.products.values()):
        plan = plan_of(calculator, product)
        steps.update(plan.steps)
        inputs.update(one.key for one in plan.inputs)
        constants.update(plan.constants)
        tables.update(plan.tables)
        corrections.update(key for one in product.indicators for key in one.corrections)
        if plan.energy and not product.asks_energy:
            yield Problem(
                "ENERGY_NOT_ASKED",
                f"产品 {product.title} 的计算式用到能源表，asks_energy 应为 true。",
                f"/products/{number}",
            )
        if product.asks_energy and not plan.energy:
            yield Problem(
                "ENERGY_NOT_USED",
                f"产品 {product.title} 要求填写能源表，计算式却没有用到。",
                f"/products/{number}",
            )
    for word, known, used, place in (
        ("步骤", calculator.steps, steps, "/steps"),
        ("输入项", calculator.inputs, inputs, "/inputs"),
        ("常数", calculator.constants, constants, "/constants"),
        ("表", calculator.tables, tables, "/tables"),
        ("修正", calculator.corrections, corrections, "/corrections"),
    ):
        for key in known:
            if key not in used:
                yield Problem("NOT_REACHED", f"{word} {key} 没有任何指标用到。", f"{place}/{key}")


def _units(calculator: Calculator) -> Iterator[Problem]:
    told: set[tuple[str, str]] = set()
    for number, product in enumerate(calculator.products.values()):
        for problem in _product_units(calculator, product, number):
            if (problem.pointer, problem.message) not in told:
                told.add((problem.pointer, problem.message))
                yield problem


def _product_units(calculator: Calculator, product: Product, number: int) -> Iterator[Problem]:
    plan = plan_of(calculator, product)

    def known(key: str) -> Unit | str | None:
        one = calculator.inputs.get(key)
        if one is not None and one.kind != "decimal":
            return one.kind
        return unit(unit_of(calculator, product, key) or _DIMENSIONLESS)

    def table_units(key: str) -> tuple[Unit | str, Unit]:
        table = calculator.tables[key]
        given: Unit | str = "choice" if table.rule == "text" else unit(table.unit_in or _DIMENSIONLESS)
        return given, unit(table.unit)

    def judged(
        text: str, wanted: str, place: str, scope: Callable[[str], Unit | str | None]
    ) -> Iterator[Problem]:
        try:
            found = parse(text).unit(scope, table_units)
            if wanted and found != unit(wanted):
                yield Problem(
                    "UNIT_MISMATCH", f"计算结果的单位是 {found}，应为 {wanted}（{product.title}）。", place
                )
        except AppError as error:
            yield Problem("UNIT_MISMATCH", f"{error}（{product.title}）", place)

    order = list(calculator.steps)
    for key in plan.steps:
        step = calculator.steps[key]
        yield from judged(
            step.expression, unit_of(calculator, product, key), f"/steps/{order.index(key)}/expression", known
        )
    for index, indicator in enumerate(product.indicators):
        place = f"/products/{number}/indicators/{index}"
        yield from judged(indicator.value, indicator.unit, place, known)

        def in_correction(key: str, own: str = indicator.unit) -> Unit | str | None:
            return unit(own) if key == "limit" else unit(_DIMENSIONLESS) if key == "level" else known(key)

        for key in indicator.corrections:
            correction = calculator.corrections[key]
            yield from judged(
                correction.expression, indicator.unit, f"/corrections/{key}/expression", in_correction
            )
            if correction.when:
                yield from judged(correction.when, "", f"/corrections/{key}/when", in_correction)
    for one in plan.inputs:
        for field, text in (("required_when", one.required_when), ("asked_when", one.asked_when)):
            if text:
                yield from judged(text, "", f"/inputs/{one.key}/{field}", known)


def _tables(calculator: Calculator) -> Iterator[Problem]:
    for key, table in calculator.tables.items():
        yield from (Problem("TABLE_FAULTY", text, f"/tables/{key}") for text in _table(table))


def _table(table: Table) -> Iterator[str]:
    if table.rule == "text":
        if not table.texts:
            yield "按选项查的表没有内容。"
        return
    if table.rule == "bands":
        if not table.bands:
            yield "分段表没有内容。"
        for (_, high, _), (low, _, _) in zip(table.bands, table.bands[1:], strict=False):
            if high is None or low is None or high != low:
                yield "分段应首尾相接，既无空档也不重叠。"
        return
    places = [at for at, _ in table.points]
    if len(places) < (2 if table.rule == "linear" else 1):
        yield "表中的点太少。"
    if places != sorted(set(places)):
        yield "表中的点应从小到大，不重复。"


def _limits(calculator: Calculator, limits: LimitTable | None) -> Iterator[Problem]:
    if limits is None:
        yield Problem("LIMITS_MISSING", f"没有限额文件 {calculator.limits}。", "/limits")
        return
    wanted = {}
    for number, product in enumerate(calculator.products.values()):
        for index, indicator in enumerate(product.indicators):
            wanted[product.key, indicator.key] = (indicator, f"/products/{number}/indicators/{index}")
    for key, (indicator, place) in wanted.items():
        found = limits.limits.get(key)
        if found is None:
            yield Problem("LIMITS_MISSING", f"限额文件没有 {key[0]} 的 {key[1]}。", place)
            continue
        try:
            if unit(found.unit) != unit(indicator.unit):
                yield Problem(
                    "UNIT_MISMATCH", f"限额的单位是 {found.unit}，指标的单位是 {indicator.unit}。", place
                )
        except AppError as error:
            yield Problem("UNIT_MISMATCH", str(error), place)
    for key in limits.limits:
        if key not in wanted:
            yield Problem("NOT_REACHED", f"限额文件中的 {key[0]}/{key[1]} 没有指标用到。", "/limits")
