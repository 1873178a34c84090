"""What a row of a document asks for: its product, the inputs that product needs, and the request to the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculation.asking import plan_of, read_input, title_of, unit_of
from formserver.calculation.energy import EnergyLine
from formserver.calculation.library import Library
from formserver.calculation.model import Input, Product
from formserver.calculation.packs import Calculator
from formserver.calculation.requests import Request
from formserver.calculation.results import Trouble
from formserver.calculation.working import Working
from formserver.calculators.benchmark_choice import calculator_for
from formserver.calculators.document_words import (
    BASES,
    DIRECTIONS,
    ORIGINS,
    STATES,
    SYSTEMS,
    USES,
    filled,
    made_key,
    rows_of,
    text_of,
)
from formserver.core.canonical import digest
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.models import Json

LINE_KEYS: Final = ("carrier", "name", "amount", "unit", "q_net", "q_unit", "coefficient", "coefficient_unit")
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """A product under the edition its inputs are asked by."""

    calculator: Calculator
    product: Product

    def inputs(self) -> tuple[Input, ...]:
        """What the product's formulas reach, in the order of the file."""
        return plan_of(self.calculator, self.product).inputs

    def title(self, one: Input) -> str:
        """What people read for an input."""
        return title_of(self.calculator, self.product, one.key)

    def unit(self, one: Input) -> str:
        """The unit of an input for this product."""
        return unit_of(self.calculator, self.product, one.key)

    @property
    def asks_energy(self) -> bool:
        """Whether the energy table belongs to it."""
        return self.product.asks_energy


def period_of(row: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[date, date] | None:
    """The row's own statistical period, else the document's; None while one of the days is missing."""
    days = []
    for key in ("period_from", "period_to"):
        try:
            days.append(date.fromisoformat(text_of(row, key) or text_of(body, key)))
        except ValueError:
            return None
    return days[0], days[1]


def asked_of(library: Library, row: Mapping[str, Any], body: Mapping[str, Any], on: date) -> Asked | None:
    """What a row asks for; None while no known product is chosen."""
    name, _, product = text_of(row, "product").partition(".")
    period = period_of(row, body)
    end = period[1] if period else on
    calculator = calculator_for(library, name, product, end, text_of(row, "edition")) if name else None
    return Asked(calculator, calculator.products[product]) if calculator is not None else None


def typed_inputs(row: Mapping[str, Any]) -> dict[str, str]:
    """What was typed, by input key."""
    return {
        key: text
        for one in rows_of(row, "inputs")
        if (key := text_of(one, "key")) and (text := text_of(one, "value"))
    }


def synchronised(row: Json, asked: Asked) -> Json:
    """The row with a line for every input its product needs; values of other products are put aside, not lost."""
    known = {text_of(one, "key"): one for part in ("kept", "inputs") for one in rows_of(row, part)}
    values = {key: text_of(one, "value") for key, one in known.items()}
    work = Working(asked.calculator, asked.product, values, None, trace=False)
    made, at = [], str(row.get(ROW_KEY, ""))
    for one in asked.inputs():
        if not work.asked(one):
            continue
        old, text = known.pop(one.key, {}), values.get(one.key, "")
        made.append(
            filled(
                {
                    ROW_KEY: old.get(ROW_KEY) or made_key(at, "input", one.key),
                    "key": one.key,
                    "title": asked.title(one)[:_LONGEST],
                    "value": text,
                    "shown": _shown(one, text),
                    "unit": asked.unit(one),
                }
            )
        )
    aside = [dict(one) for one in known.values() if text_of(one, "value")]
    title = asked.product.title
    row = {**row, "energy": [_directed(line) for line in rows_of(row, "energy")]}
    return filled({**row, "product_title": title[:_LONGEST], "inputs": made, "kept": aside})


def _directed(line: Json) -> Json:
    """Energy comes in unless somebody says that it goes out."""
    stated = text_of(line, "carrier") and not text_of(line, "direction")
    return {**line, "direction": "投入"} if stated else line


def _shown(one: Input, text: str) -> str:
    """A value as people read it; a choice is stored by its key."""
    if not text:
        return f"{_shown(one, one.default)}（默认值）" if one.default else ""
    if one.kind == "decimal":
        return text
    found = read_input(one, one.title, text)
    if isinstance(found, bool):
        return "是" if found else "否"
    if isinstance(found, Trouble):
        return text
    return next((choice.title for choice in one.choices if choice.value == found), text)


def request_of(row: Mapping[str, Any], body: Mapping[str, Any]) -> Request | None:
    """What the engine is asked; None without product or period."""
    name, _, product = text_of(row, "product").partition(".")
    period = period_of(row, body)
    if not name or not product or period is None:
        return None
    return Request(
        calculator=name,
        product=product,
        start=period[0],
        end=period[1],
        inputs=typed_inputs(row),
        energy=tuple(_line(line) for line in energy_lines(row)),
        edition=text_of(row, "edition"),
        new_project=row.get("new_project") is True,
        production_state=STATES.get(
            text_of(row, "production_state") or text_of(body, "production_state"), "normal"
        ),
    )


def energy_lines(row: Mapping[str, Any]) -> list[Json]:
    """The lines in which something was stated."""
    return [line for line in rows_of(row, "energy") if text_of(line, "carrier") or text_of(line, "amount")]


def _line(line: Mapping[str, Any]) -> EnergyLine:
    texts = {key: text_of(line, key) for key in LINE_KEYS}
    return EnergyLine(
        **texts,
        direction=DIRECTIONS.get(text_of(line, "direction"), "in"),
        basis=BASES.get(text_of(line, "basis"), "equivalent"),
        use=USES.get(text_of(line, "use"), "fuel"),
        system=SYSTEMS.get(text_of(line, "system"), "main"),
        origin=ORIGINS.get(text_of(line, "origin"), ""),
    )


def fingerprint(row: Mapping[str, Any], body: Mapping[str, Any]) -> str:
    """The hash of everything a result rests on that people stated. ``again`` counts how often they asked anew."""
    period = period_of(row, body)
    said = {
        "product": text_of(row, "product"),
        "edition": text_of(row, "edition"),
        "period": [day.isoformat() for day in period] if period else [],
        "new_project": row.get("new_project") is True,
        "state": text_of(row, "production_state") or text_of(body, "production_state"),
        "again": row["again"] if isinstance(row.get("again"), int) else 0,
        "inputs": typed_inputs(row),
        "energy": [
            {
                **{
                    key: text_of(line, key)
                    for key in (ROW_KEY, *LINE_KEYS, "direction", "basis", "use", "system")
                },
                **filled({"origin": text_of(line, "origin")}),  # unstated, the question is that of before
            }
            for line in energy_lines(row)
        ],
    }
    return digest(said)
