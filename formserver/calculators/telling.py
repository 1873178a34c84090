"""Calculators and results as plain data and as lines of text: for the command line and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from formserver.calculation.asking import plan_of, title_of, unit_of
from formserver.calculation.library import Library
from formserver.calculation.model import Input, Product
from formserver.calculation.packs import Calculator
from formserver.calculators.maintain_wording import names_of, worded
from formserver.calculators.wording import LEVEL_NAMES, conclusion, short

Json = dict[str, Any]
KINDS: Final = {"decimal": "数值", "choice": "选项", "boolean": "是否"}


def overview(library: Library, name: str, on: date) -> Json:
    """A calculator as programs see it: editions, and the products of the edition of ``on``.

    Raises CALCULATOR_UNKNOWN.
    """
    calculator = library.in_force(name, on)
    return {
        "name": name,
        "title": calculator.title,
        "standard": calculator.standard,
        "edition": calculator.edition,
        "editions": [
            {
                "edition": one.edition,
                "standard": one.standard,
                "valid_from": one.valid_from.isoformat() if one.valid_from else None,
                "valid_to": one.valid_to.isoformat() if one.valid_to else None,
            }
            for one in library.editions(name)
        ],
        "products": [product_facts(calculator, product) for product in calculator.products.values()],
        "unknown": list(calculator.unknown),
    }


def product_facts(calculator: Calculator, product: Product) -> Json:
    """What one product asks for and is judged by."""
    plan = plan_of(calculator, product)
    return {
        "product": product.key,
        "title": product.title,
        "group": product.group,
        "asks_energy": product.asks_energy,
        "inputs": [_input(calculator, product, one) for one in plan.inputs],
        "indicators": [
            {"key": one.key, "title": one.title, "unit": one.unit, "direction": one.direction}
            for one in product.indicators
        ],
    }


def _input(calculator: Calculator, product: Product, one: Input) -> Json:
    names = names_of(calculator)
    return {
        "key": one.key,
        "title": title_of(calculator, product, one.key),
        "kind": one.kind,
        "unit": unit_of(calculator, product, one.key),
        "required": one.required and not one.required_when,
        "required_when": one.required_when,
        "required_when_words": worded(one.required_when, names) if one.required_when else "",
        "asked_when": one.asked_when,
        "default": one.default,
        "minimum": None if one.minimum is None else f"{one.minimum:f}",
        "maximum": None if one.maximum is None else f"{one.maximum:f}",
        "choices": [{"value": choice.value, "title": choice.title} for choice in one.choices],
        "help": one.help,
    }


def calculator_lines(row: Mapping[str, Any]) -> Iterator[str]:
    """A calculator for reading in a terminal."""
    yield f"{row['name']}  {row['title']}"
    for one in row["editions"]:
        yield f"  {one['edition']:<20}{one['standard']}  {one['valid_from'] or '…'} — {one['valid_to'] or '…'}"
    for product in row["products"]:
        yield ""
        yield f"{row['name']}.{product['product']}  {product['title']}"
        for one in product["indicators"]:
            yield f"  = {one['title']}（{one['unit']}）"
        for one in product["inputs"]:
            yield f"  {_line(one)}"
        if product["asks_energy"]:
            yield "  energy  能源消费表"
    for text in row["unknown"]:
        yield f"! {text}"


def _line(one: Mapping[str, Any]) -> str:
    words = one["required_when_words"]
    kind = "/".join(choice["value"] for choice in one["choices"]) or one["unit"] or KINDS[one["kind"]]
    when = f"，{words}时必填" if words else "" if one["required"] else "，可不填"
    return f"{one['key']}  {one['title']}（{kind}{when}）"


def result_lines(result: Mapping[str, Any], *, steps: bool = False) -> Iterator[str]:
    """A result for reading in a terminal."""
    yield f"{result['product_title']}  {result['standard']}《{result['standard_title']}》 {result['edition']}"
    yield f"统计期 {result['start']} 至 {result['end']}"
    if steps:
        for one in result["steps"]:
            clause = f"  [{one['clause']}]" if one["clause"] else ""
            yield f"  {one['title']} = {one['formula']}{clause}"
            yield f"    = {one['numbers']} = {one['value']} → {one['shown']} {one['unit']}"
    for one in result["indicators"]:
        limits = "，".join(
            f"{LEVEL_NAMES[found['level']]} {short(found['limit'])}"
            for found in one["limits"]
            if found["limit"] is not None
        )
        level = f"{one['level']}级" if one["level"] is not None else "—"
        yield f"{one['title']}  {one['shown'] or '—'} {one['unit']}  {level}  {one['verdict']}（{limits}）"
        yield from (f"  ! {text}" for text in one["warnings"])
    yield from (f"  · {text}" for text in result["notes"])
    yield conclusion(result)
