"""Is a calculator good? Form, names, units, reach, limits, validity and its own examples, each fault with its place.

Judges shipped files (a convention test), drafts of maintainers (live) and whatever is to be published.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Final

from formserver.calculation.asking import ProductUnits, plan_of, unit_of
from formserver.calculation.checking_figures import limit_problems, table_problems
from formserver.calculation.checking_inputs import choice_problems, input_problems, undefined
from formserver.calculation.examples import example_problems
from formserver.calculation.expressions import RESERVED, Sort, parse
from formserver.calculation.library import Library
from formserver.calculation.model import Product
from formserver.calculation.packs import BUILT_IN, Calculator, LimitTable
from formserver.calculation.units import unit
from formserver.core.errors import AppError, Problem

DEEPEST: Final = 30
"""Steps one inside the other (files have four); the engine bears twice as many."""
CORRECTED: Final = frozenset({"limit", "level"})
"""Names only corrections have; an input of that name would be read in place of them, and they in place of it."""


def check_calculator(calculator: Calculator, limits: LimitTable | None, library: Library) -> list[Problem]:
    """Everything wrong with a calculator whose form is good, with its place in the file.

    ``limits`` are those it points to; None is a fault of its own.
    """
    found = [
        *_names(calculator),
        *_circles(calculator),
    ]
    if not found:
        found += [
            *_reach(calculator),
            *_units(calculator),
            *table_problems(calculator),
            *input_problems(calculator),
            *choice_problems(calculator, ((place, text) for place, text, _ in _formulas(calculator))),
            *_carriers(calculator, library),
        ]
    found += [*_validity(calculator), *limit_problems(calculator, limits)]
    if not found:
        found += example_problems(calculator, limits, library)
    return [Problem(one.code, one.message, one.pointer, one.label or calculator.id) for one in found]


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
    for key, correction in calculator.corrections.items():
        yield f"/corrections/{key}/expression", correction.expression, CORRECTED
        if correction.when:
            yield f"/corrections/{key}/when", correction.when, CORRECTED
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
    yield from (Problem("NAME_TWICE", "键与前面的重复，只会用后一个。", place) for place in calculator.twice)
    for name in sorted((common | set(calculator.tables)) & (RESERVED | CORRECTED)):
        yield Problem("NAME_RESERVED", f"名称 {name} 是计算式的保留字，请换一个。", "/")
    for number, product in enumerate(calculator.products.values()):
        yield from (
            Problem(
                "NAME_TWICE", f"产品的常数 {name} 与输入项、步骤或能源表的名称相同。", f"/products/{number}"
            )
            for name in sorted(set(product.constants) & {*calculator.inputs, *calculator.steps, *BUILT_IN})
        )
        for name in sorted({*product.units, *product.titles} - {*calculator.inputs, *calculator.steps}):
            text = f"产品改了 {name} 的单位或名称，却没有这个输入项或步骤。"
            yield Problem("NAME_UNKNOWN", text, f"/products/{number}")
        for index, indicator in enumerate(product.indicators):
            place = f"/products/{number}/indicators/{index}"
            for name in filter(None, (indicator.value, indicator.output)):
                if name not in common:
                    yield Problem("NAME_UNKNOWN", f"指标用到的 {name} 没有定义。", place)
            for key in indicator.corrections:
                if key not in calculator.corrections:
                    yield Problem("NAME_UNKNOWN", f"指标用到的修正 {key} 没有定义。", place)


def _circles(calculator: Calculator) -> Iterator[Problem]:
    uses: dict[str, set[str]] = {}
    for key, step in calculator.steps.items():
        try:
            uses[key] = set(parse(step.expression).names) & set(calculator.steps)
        except AppError:
            return  # told where names are judged
    order = list(calculator.steps)
    try:
        sorted_steps = tuple(TopologicalSorter(uses).static_order())
    except CycleError as error:
        circle = list(error.args[1])
        text = f"计算式互相引用：{' → '.join(circle)}。"
        yield Problem("FORMULA_CIRCLE", text, f"/steps/{order.index(circle[0])}")
        return
    depth: dict[str, int] = {}
    for key in sorted_steps:
        depth[key] = 1 + max((depth[name] for name in uses[key]), default=0)
        if depth[key] > DEEPEST:
            text = f"计算式一层引用一层，最多 {DEEPEST} 层。"
            yield Problem("FORMULA_DEEP", text, f"/steps/{order.index(key)}")
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
        for name in sorted(undefined(calculator, product, plan)):
            text = f"产品 {product.title} 的计算式用到 {name}，它只是别的产品的常数。"
            yield Problem("NAME_UNKNOWN", text, f"/products/{number}")
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


def _validity(calculator: Calculator) -> Iterator[Problem]:
    if (calculator.valid_from or date.min) > (calculator.valid_to or date.max):
        yield Problem("VALIDITY_REVERSED", "施行止日早于起日。", "/valid_to")
    for number, past in enumerate(calculator.earlier):
        if (past.valid_from or date.min) > past.valid_to:
            text = f"{past.number} 的施行止日早于起日。"
            yield Problem("VALIDITY_REVERSED", text, f"/earlier/{number}/valid_to")


def _carriers(calculator: Calculator, library: Library) -> Iterator[Problem]:
    try:
        known = library.coefficients(calculator.coefficients, calculator.valid_to or date.max).carriers
    except AppError:
        yield Problem("COEFFICIENTS_MISSING", f"没有折标系数表 {calculator.coefficients}。", "/coefficients")
        return
    for number, key in enumerate(calculator.carriers):
        if key not in known:
            yield Problem("NAME_UNKNOWN", f"折标系数表没有能源品种 {key}。", f"/carriers/{number}")


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
