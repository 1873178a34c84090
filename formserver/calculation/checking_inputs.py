"""Rules about what is asked for: defaults and ranges that can be, and choices that formulas and tables know."""

from __future__ import annotations

from collections.abc import Iterator

from formserver.calculation.asking import Plan, read_input
from formserver.calculation.expressions import Formula, parse
from formserver.calculation.model import Input, Product
from formserver.calculation.packs import Calculator
from formserver.calculation.results import Trouble
from formserver.calculation.units import is_unit
from formserver.core.errors import Problem


def input_problems(calculator: Calculator) -> Iterator[Problem]:
    """Inputs nobody could fill in, or whose default is none."""
    for key, one in calculator.inputs.items():
        yield from (Problem("INPUT_FAULTY", text, f"/inputs/{key}") for text in _input(one))


def _input(one: Input) -> Iterator[str]:
    if one.kind == "decimal" and not is_unit(one.unit):
        yield f"{one.title}的单位 {one.unit} 不认识。"
    if one.minimum is not None and one.maximum is not None and one.minimum > one.maximum:
        yield f"{one.title}的最小值大于最大值。"
    if one.default:
        found = read_input(one, one.title, one.default)
        if isinstance(found, Trouble):
            yield f"{one.title}的默认值 {one.default} 不能用：{found.message}"
        elif one.kind == "choice" and one.default not in {choice.value for choice in one.choices}:
            yield f"{one.title}的默认值应写选项的 value。"


def choice_problems(calculator: Calculator, places: Iterator[tuple[str, str]]) -> Iterator[Problem]:
    """Texts no choice has (a condition that can never hold) and choices a table does not know.

    ``places`` are the formulas with their places.
    """
    known = {
        key: {choice.value for choice in one.choices}
        for key, one in calculator.inputs.items()
        if one.kind == "choice"
    }
    for place, text in places:
        formula = parse(text)
        for name, asked in sorted(formula.compared):
            if name in known and asked not in known[name]:
                yield Problem(
                    "CHOICE_UNKNOWN",
                    f"{name} 没有选项“{asked}”，可选：{'、'.join(sorted(known[name]))}。",
                    place,
                )
        yield from (
            Problem("CHOICE_UNKNOWN", said, place) for said in _asked_tables(calculator, formula, known)
        )


def _asked_tables(calculator: Calculator, formula: Formula, known: dict[str, set[str]]) -> Iterator[str]:
    for key, name in sorted(formula.asked):
        table = calculator.tables[key]
        if table.rule != "text" or name not in known:
            continue
        lacking, odd = known[name] - set(table.texts), set(table.texts) - known[name]
        if lacking:
            yield f"表 {key} 没有 {name} 的选项 {'、'.join(sorted(lacking))}；不知道的数值请写 null。"
        if odd:
            yield f"表 {key} 的 {'、'.join(sorted(odd))} 不是 {name} 的选项。"


def undefined(calculator: Calculator, product: Product, plan: Plan) -> set[str]:
    """Names the formulas of a product use that only other products define as constants of their own."""
    used: set[str] = set()
    texts = [calculator.steps[key].expression for key in plan.steps]
    for indicator in product.indicators:
        for key in indicator.corrections:
            correction = calculator.corrections[key]
            texts += [text for text in (correction.expression, correction.when) if text]
    for one in plan.inputs:
        texts += [text for text in (one.required_when, one.asked_when) if text]
    for text in texts:
        used |= parse(text).names
    others = {key for one in calculator.products.values() for key in one.constants}
    return (used & others) - set(calculator.constants) - set(product.constants)
