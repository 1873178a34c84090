"""Is a calculator good? Form, names, units, reach, limits, validity and its own examples, each fault with its place.

Judges shipped files (a convention test), drafts of maintainers (live) and whatever is to be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from formserver.calculation.asking import ProductUnits, plan_of, unit_of
from formserver.calculation.examples import example_problems
from formserver.calculation.expressions import Sort, parse
from formserver.calculation.library import Library
from formserver.calculation.model import Product, Table
from formserver.calculation.packs import BUILT_IN, Calculator, LimitTable
from formserver.calculation.units import unit
from formserver.core.errors import AppError, Problem

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
        spans.extend((past.valid_from or date.min, past.valid_to, past.number) for past in one.earlier)
    spans.sort()
    name = editions[0].name if editions else ""
    for (_, end, before), (start, _, after) in pairwise(spans):
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
                f"产品 {product.title} 用到能源表，asks_energy 应为 true。",
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
    scope = ProductUnits(calculator, product)

    def judged(text: str, wanted: str | None, place: str, units: ProductUnits = scope) -> Iterator[Problem]:
        try:
            found = parse(text).unit(units)
            if wanted is None:
                if found is not Sort.BOOLEAN:
                    yield Problem("UNIT_MISMATCH", f"条件应得出是或否（{product.title}）。", place)
            elif found != unit(wanted or "1"):
                yield Problem(
                    "UNIT_MISMATCH", f"计算结果的单位是 {found}，应为 {wanted}（{product.title}）。", place
                )
        except AppError as error:
            yield Problem("UNIT_MISMATCH", f"{error}（{product.title}）", place)

    order = list(calculator.steps)
    for key in plan.steps:
        step = calculator.steps[key]
        wanted = unit_of(calculator, product, key)
        yield from judged(step.expression, wanted, f"/steps/{order.index(key)}/expression")
    for index, indicator in enumerate(product.indicators):
        place = f"/products/{number}/indicators/{index}"
        yield from judged(indicator.value, indicator.unit, place)
        own = ProductUnits(calculator, product, {"limit": indicator.unit, "level": "1"})
        for key in indicator.corrections:
            correction = calculator.corrections[key]
            yield from judged(correction.expression, indicator.unit, f"/corrections/{key}/expression", own)
            if correction.when:
                yield from judged(correction.when, None, f"/corrections/{key}/when", own)
    for one in plan.inputs:
        for field, text in (("required_when", one.required_when), ("asked_when", one.asked_when)):
            if text:
                yield from judged(text, None, f"/inputs/{one.key}/{field}")


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
        for (_, high, _), (low, _, _) in pairwise(table.bands):
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
