"""What a product asks of a person: the inputs its formulas reach, read from what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from formserver.calculation.expressions import Formula, Sort, parse
from formserver.calculation.model import Input, Product
from formserver.calculation.packs import BUILT_IN, BUILT_IN_TITLES, Calculator
from formserver.calculation.results import Trouble, plain
from formserver.calculation.units import Unit
from formserver.core.definitions.parsing_numbers import parse_decimal

_YES: Final = frozenset({"true", "是", "1", "yes", "on"})
_NO: Final = frozenset({"false", "否", "0", "no", "off"})


@dataclass(frozen=True)
class Plan:
    """What one product of one calculator needs, worked out once per edition.

    ``inputs`` are asked for in the order of the file, ``steps`` are reached in the order of the file, ``energy`` says
    whether a built-in name of the energy table is reached.
    """

    inputs: tuple[Input, ...]
    steps: tuple[str, ...]
    constants: tuple[str, ...]
    tables: tuple[str, ...]
    energy: bool
    asked_with: Mapping[str, str]
    """Table → the name it is asked with, where a formula asks it with a plain name."""


@lru_cache(maxsize=2048)
def plan_of(calculator: Calculator, product: Product) -> Plan:
    """Everything that the indicators of a product reach through steps, corrections and conditions."""
    seen: set[str] = set()
    tables: dict[str, str] = {}
    open_names = [one.value for one in product.indicators] + [
        one.output for one in product.indicators if one.output
    ]
    for indicator in product.indicators:
        for key in indicator.corrections:
            correction = calculator.corrections[key]
            for text in (correction.expression, correction.when):
                if text:
                    _reach(parse(text), open_names, tables)
    while open_names:
        name = open_names.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in calculator.inputs:
            one = calculator.inputs[name]
            for text in (one.required_when, one.asked_when):
                if text:
                    _reach(parse(text), open_names, tables)
        elif name in calculator.steps:
            _reach(parse(calculator.steps[name].expression), open_names, tables)
    return Plan(
        inputs=tuple(one for key, one in calculator.inputs.items() if key in seen),
        steps=tuple(key for key in calculator.steps if key in seen),
        constants=tuple(key for key in {**calculator.constants, **product.constants} if key in seen),
        tables=tuple(key for key in calculator.tables if key in tables),
        energy=bool(seen & BUILT_IN.keys()),
        asked_with={table: name for table, name in tables.items() if name},
    )


def _reach(formula: Formula, names: list[str], tables: dict[str, str]) -> None:
    names.extend(formula.names)
    tables.update(formula.lookups)


class ProductUnits:
    """The units of one product's names, as formulas are judged by (:class:`~.expressions.Units`)."""

    def __init__(
        self, calculator: Calculator, product: Product, own: Mapping[str, str] | None = None
    ) -> None:
        self._calculator = calculator
        self._product = product
        self._own = own or {}

    def unit(self, name: str) -> Unit | Sort | str:
        """The unit of a name, or the sort of a boolean or choice."""
        if name in self._own:
            return self._own[name]
        one = self._calculator.inputs.get(name)
        if one is not None and one.kind != "decimal":
            return Sort.BOOLEAN if one.kind == "boolean" else Sort.TEXT
        return unit_of(self._calculator, self._product, name)

    def table_units(self, table: str) -> tuple[Unit | Sort | str, Unit | str]:
        """What a table is asked with and what it answers in."""
        found = self._calculator.tables[table]
        return (Sort.TEXT if found.rule == "text" else found.unit_in), found.unit


def unit_of(calculator: Calculator, product: Product, key: str) -> str:
    """The unit of an input, step, constant or built-in name for this product; "" where it has none."""
    if key in product.units:
        return product.units[key]
    if key in calculator.inputs:
        return calculator.inputs[key].unit
    if key in calculator.steps:
        return calculator.steps[key].unit
    constant = product.constants.get(key) or calculator.constants.get(key)
    return constant.unit if constant is not None else BUILT_IN.get(key, "")


def title_of(calculator: Calculator, product: Product, key: str) -> str:
    """What people read for a name."""
    if key in product.titles:
        return product.titles[key]
    found = (
        calculator.inputs.get(key)
        or calculator.steps.get(key)
        or product.constants.get(key)
        or calculator.constants.get(key)
        or calculator.tables.get(key)
    )
    return found.title if found is not None else BUILT_IN_TITLES.get(key, key)


def read_input(one: Input, title: str, text: str) -> Decimal | bool | str | Trouble:
    """What was typed as a value, or what is wrong with it. ``text`` is not empty."""
    if one.kind == "boolean":
        low = text.strip().lower()
        if low in _YES or low in _NO:
            return low in _YES
        return Trouble("INVALID_INPUT", one.key, title, f"{title}请填“是”或“否”。")
    if one.kind == "choice":
        for choice in one.choices:
            if text.strip() in (choice.value, choice.title):
                return choice.value
        known = "、".join(choice.title for choice in one.choices)
        return Trouble("INVALID_INPUT", one.key, title, f"{title}没有“{text[:30]}”这一选项，可选：{known}。")
    parsed = parse_decimal(text, one.unit)
    if parsed.value is None:
        if parsed.question:
            return Trouble("INVALID_INPUT", one.key, title, f"{title}：{parsed.question}")
        return missing(one.key, title)
    value = Decimal(parsed.value)
    if one.positive and value <= 0:
        return Trouble(
            "INVALID_OUTPUT",
            one.key,
            title,
            f"{title}为 {plain(value)}，应大于零；没有生产请把生产状态改为停产。",
        )
    if one.minimum is not None and value < one.minimum:
        return Trouble("INVALID_INPUT", one.key, title, f"{title}不能小于 {plain(one.minimum)} {one.unit}。")
    if one.maximum is not None and value > one.maximum:
        return Trouble("INVALID_INPUT", one.key, title, f"{title}不能大于 {plain(one.maximum)} {one.unit}。")
    return value


def missing(key: str, title: str) -> Trouble:
    """The trouble of an input that nobody filled in."""
    return Trouble("MISSING_INPUT", key, title, f"缺少{title}，请填写。")


def input_text(one: Input, value: Decimal | bool | str) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    return next((choice.title for choice in one.choices if choice.value == value), value)


def typed(inputs: Mapping[str, str], one: Input) -> str:
    """What stands for an input: what was typed, or its default; "" when neither."""
    text = inputs.get(one.key, "")
    return text if text.strip() else (one.default or "")
