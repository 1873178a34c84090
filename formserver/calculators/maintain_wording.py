"""Calculators in words: formulas with titles and units, tables, validity, for whoever wants to see what verdicts rest on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from formserver.calculation.expressions import parse
from formserver.calculation.model import Table
from formserver.calculation.packs import BUILT_IN, BUILT_IN_TITLES, Calculator
from formserver.calculation.results import plain
from formserver.core.definitions.repository import Definition
from formserver.core.errors import AppError

IN_FORCE, TO_COME, REPLACED, DRAFT, WITHDRAWN = "现行", "将实施", "已被代替", "草稿", "已撤回"
_CONVERTED = re.compile(r"\[([^\[\]]+)\]\[([^\[\]]+)\]")
"""A title's own unit and the one it is converted to, side by side."""
COLOURS = {IN_FORCE: "green", TO_COME: "blue", REPLACED: "grey", DRAFT: "amber", WITHDRAWN: "void"}


def validity_word(definition: Definition, on: date) -> str:
    """现行, 将实施, 已被代替, 草稿 or 已撤回 on a day."""
    if definition.status == "withdrawn":
        return WITHDRAWN
    if not definition.usable:
        return DRAFT
    if definition.valid_from is not None and definition.valid_from > on:
        return TO_COME
    return IN_FORCE if definition.in_force(on) else REPLACED


def validity_words(valid_from: date | None, valid_to: date | None) -> str:
    """``2022-11-01 起`` or both days."""
    begin = f"{valid_from:%Y-%m-%d}" if valid_from else "施行日期不详"
    return f"{begin} 至 {valid_to:%Y-%m-%d}" if valid_to else f"{begin} 起" if valid_from else begin


def names_of(calculator: Calculator) -> Mapping[str, str]:
    """Every name a formula may use → its title and unit."""
    found: dict[str, str] = {}
    for key, one in calculator.inputs.items():
        found[key] = f"{one.title}{_unit(one.unit)}"
    for key, figure in calculator.constants.items():
        found[key] = f"{figure.title}{_unit(figure.unit)}"
    for product in calculator.products.values():
        for key, figure in product.constants.items():
            found.setdefault(key, f"{figure.title}{_unit(figure.unit)}")
    for key, step in calculator.steps.items():
        found[key] = f"{step.title}{_unit(step.unit)}"
    for key, table in calculator.tables.items():
        found[key] = f"{table.title}{_unit(table.unit)}"
    found.update((key, f"{BUILT_IN_TITLES[key]}{_unit(unit)}") for key, unit in BUILT_IN.items())
    return found


def worded(text: str, names: Mapping[str, str]) -> str:
    """A formula with titles for names; what cannot be read stays as it is."""
    own = {"limit": "限额", "level": "等级"}

    def title(name: str) -> str:
        return own.get(name) or names.get(name, name)

    try:
        return _CONVERTED.sub(r"[\1→\2]", parse(text).worded(title))
    except AppError:
        return text


def table_lines(table: Table, choices: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A look-up table as (what it is asked with, value)."""

    def value(figure: object) -> str:
        found = getattr(figure, "value", None)
        return "未知" if found is None else plain(found)

    lines = [(plain(at), value(figure)) for at, figure in table.points]
    low_sign, high_sign = ("＞", "≤") if table.upper_inclusive else ("≥", "＜")
    for low, high, figure in table.bands:
        words = [f"{low_sign} {plain(low)}"] if low is not None else []
        words += [f"{high_sign} {plain(high)}"] if high is not None else []
        lines.append(("，".join(words), value(figure)))
    lines += [(choices.get(text, text), value(figure)) for text, figure in table.texts.items()]
    return tuple(lines)


def choice_titles(calculator: Calculator) -> Mapping[str, str]:
    """Choice values → titles."""
    return {choice.value: choice.title for one in calculator.inputs.values() for choice in one.choices}


def _unit(unit: str) -> str:
    return f"[{unit}]" if unit and unit != "1" else ""
