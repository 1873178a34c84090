"""One edition laid out for reading: limits with their marks, formulas in words, inputs, constants, tables."""

from __future__ import annotations

from typing import Any

from formserver.calculation.coefficients import Coefficients
from formserver.calculation.model import Input
from formserver.calculation.results import plain
from formserver.calculators.maintain_packs import PackView
from formserver.calculators.maintain_wording import choice_titles, names_of, table_lines, worded

_RULES = {"linear": "线性内插", "exact": "仅限所列各点", "bands": "分段", "text": "按选项"}


def pack_page(view: PackView, coefficients: Coefficients | None) -> dict[str, Any]:
    """What ``maintain_pack.html`` draws beside the view itself."""
    carriers = [
        found.title if coefficients and (found := coefficients.carrier(key)) else key
        for key in view.calculator.carriers
    ]
    return {
        "view": view,
        "limits": _limits(view),
        "steps": _steps(view),
        "corrections": _corrections(view),
        "inputs": [_input(one) for one in view.calculator.inputs.values()],
        "constants": [one for one in view.items.values() if one.kind == "常数"],
        "tables": _tables(view),
        "carriers": "、".join(carriers),
    }


def _limits(view: PackView) -> list[dict[str, Any]]:
    if view.limits is None:
        return []
    rows = []
    for (product_key, indicator_key), levels in view.limits.limits.items():
        product = view.calculator.products.get(product_key)
        indicator = (
            next((one for one in product.indicators if one.key == indicator_key), None) if product else None
        )
        cells = []
        for level in (1, 2, 3):
            figure = levels.levels.get(level)
            item = view.items.get(figure.id) if figure is not None else None
            text = "未设" if figure is None else "未知" if figure.value is None else plain(figure.value)
            cells.append({"text": text, "item": item})
        policy = ""
        if levels.benchmark is not None and levels.baseline is not None:
            best, base = levels.benchmark.value, levels.baseline.value
            policy = f"标杆 {'未知' if best is None else plain(best)}，基准 {'未知' if base is None else plain(base)}"
        known = next(iter(levels.levels.values()), None)
        rows.append(
            {
                "product": product.title if product else product_key,
                "indicator": indicator.title if indicator else indicator_key,
                "levels": cells,
                "unit": levels.unit,
                "clause": levels.clause,
                "source": known.source if known is not None else "",
                "note": levels.note,
                "policy": policy,
                "corrections": "、".join(
                    view.calculator.corrections[key].title for key in indicator.corrections
                )
                if indicator
                else "",
            }
        )
    return rows


def _steps(view: PackView) -> list[dict[str, Any]]:
    names = names_of(view.calculator)
    return [
        {
            "key": step.key,
            "title": step.title,
            "unit": step.unit,
            "expression": step.expression,
            "worded": worded(step.expression, names),
            "clause": step.clause,
            "note": step.note,
            "item": view.items.get(f"{view.calculator.id}#steps/{step.key}"),
        }
        for step in view.calculator.steps.values()
    ]


def _corrections(view: PackView) -> list[dict[str, Any]]:
    names = names_of(view.calculator)
    return [
        {
            "title": one.title,
            "levels": "、".join(map(str, one.levels)),
            "expression": one.expression,
            "worded": worded(one.expression, names),
            "when": worded(one.when, names) if one.when else "",
            "clause": one.clause,
            "note": one.note,
            "item": view.items.get(f"{view.calculator.id}#corrections/{one.key}"),
        }
        for one in view.calculator.corrections.values()
    ]


def _input(one: Input) -> dict[str, str]:
    rules = [] if one.required else ["可不填"]
    if one.required_when:
        rules.append(f"在 {one.required_when} 时必填")
    if one.positive:
        rules.append("大于 0")
    if one.minimum is not None:
        rules.append(f"不小于 {plain(one.minimum)}")
    if one.maximum is not None:
        rules.append(f"不大于 {plain(one.maximum)}")
    if one.default is not None:
        rules.append(f"默认 {one.default}")
    unit = "、".join(choice.title for choice in one.choices) or (
        "是、否" if one.kind == "boolean" else one.unit
    )
    return {"key": one.key, "title": one.title, "unit": unit, "rule": "；".join(rules), "help": one.help}


def _tables(view: PackView) -> list[dict[str, Any]]:
    choices = choice_titles(view.calculator)
    made = []
    for key, table in view.calculator.tables.items():
        head = f"{view.calculator.id}#tables/{key}/"
        waiting = [one for one in view.items.values() if one.id.startswith(head)]
        made.append(
            {
                "title": table.title,
                "rule": _RULES.get(table.rule, table.rule),
                "clause": table.clause,
                "unit_in": table.unit_in,
                "unit": table.unit,
                "lines": table_lines(table, choices),
                "item": next((one for one in waiting if one.state != "见公开来源"), None),
            }
        )
    return made
