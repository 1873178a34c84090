"""What the form shows of a list of calculations: choices, inputs with their units, energy lines, results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculation.library import Industry, Library
from formserver.calculation.model import Input
from formserver.calculation.packs import Calculator
from formserver.calculators.benchmark_choice import Choice, grouped, industry_of, products
from formserver.calculators.benchmark_energy import ordered
from formserver.calculators.document_asking import Asked, asked_of, energy_lines, period_of, typed_inputs
from formserver.calculators.document_computer import BenchmarkComputer
from formserver.calculators.document_words import rows_of, text_of
from formserver.calculators.widget_result import WidgetResult, result_view
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.errors import AppError
from formserver.web.forms.views import FieldView, NodeView, RowsView, RowView

_CROSSING: Final = "PERIOD_CROSSES_EDITIONS"
_USUAL: Final = {"kg": "t", "kWh": "万kWh", "m³": "万m³", "MJ": "GJ"}


@dataclass(frozen=True, slots=True)
class WidgetInput:
    """One input of the product. ``name`` is its control, ``list_name`` and ``key`` the row it stands in."""

    name: str
    key: str
    title: str
    value: str
    unit: str
    kind: str
    choices: tuple[tuple[str, str], ...]
    default: str
    help: str
    required: bool
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WidgetEdition:
    """An edition a person may choose, with the days it holds for."""

    value: str
    standard: str
    dates: str


@dataclass(frozen=True, slots=True)
class WidgetRow:
    """One calculation as the form draws it. ``shape`` changes when other controls must be drawn."""

    row: RowView
    cells: Mapping[str, NodeView]
    industry: str
    product: str
    choices: Mapping[str, tuple[Choice, ...]]
    inputs: tuple[WidgetInput, ...]
    inputs_name: str
    energy: RowsView | None
    asks_energy: bool
    carriers: tuple[str, ...]
    editions: tuple[WidgetEdition, ...]
    edition: str
    result: WidgetResult | None
    kept: int
    shape: str


@dataclass(frozen=True, slots=True)
class Widget:
    """The whole list."""

    rows: RowsView
    industries: tuple[Industry, ...]
    drawn: tuple[WidgetRow, ...]


def widget_of(view: RowsView, computer: BenchmarkComputer, on: date) -> Widget:
    """The view of a drawn list; its rows are those of the page that is open, or the few whose results are wanted."""
    library = computer.library
    if view.live is not None:
        wanted = (row for row in view.rows if row.key in view.live)
        return Widget(view, (), tuple(_row(row, view.body, computer, on, live=True) for row in wanted))
    drawn = tuple(_row(row, view.body, computer, on) for row in view.rows)
    industries = tuple(one for one in library.industries() if _usable(library, one))
    return Widget(view, industries, drawn)


def _usable(library: Library, industry: Industry) -> bool:
    return bool(set(industry.calculators) & set(library.names()))


def _row(
    row: RowView, body: Mapping[str, Any], computer: BenchmarkComputer, on: date, *, live: bool = False
) -> WidgetRow:
    library, data = computer.library, dict(row.data)
    cells = {cell.leaf.key: cell for cell in row.cells}
    product = text_of(data, "product")
    industry = industry_of(library, text_of(data, "industry"), product)
    period = period_of(data, body)
    end = period[1] if period else on
    asked = asked_of(library, data, body, on)
    result = result_view(row.name, data, computer.fresh(dict(data), body, on) if asked and not live else None)
    inputs, energy = cells.get("inputs"), cells.get("energy")
    calculator = asked.calculator if asked is not None else None
    editions = _editions(library, calculator, data, period)
    drawn = _inputs(inputs, data, asked, result) if isinstance(inputs, RowsView) else ()
    return WidgetRow(
        row=row,
        cells=cells,
        industry=industry.key if industry is not None else "",
        product=product,
        choices=grouped(products(library, industry, end)) if industry is not None and not live else {},
        inputs=drawn,
        inputs_name=inputs.name if inputs is not None else "",
        energy=energy if isinstance(energy, RowsView) else None,
        asks_energy=asked is not None and (asked.asks_energy or bool(energy_lines(data))),
        carriers=_carriers(library, calculator, end),
        editions=editions,
        edition=text_of(data, "edition"),
        result=result,
        kept=len(rows_of(data, "kept")),
        shape=_shape(product, industry, drawn, editions),
    )


def _shape(
    product: str,
    industry: Industry | None,
    drawn: tuple[WidgetInput, ...],
    editions: tuple[WidgetEdition, ...],
) -> str:
    said = [product, industry.key if industry is not None else "", *(one.name for one in drawn)]
    return "|".join([*said, *(one.value for one in editions)])


def _inputs(
    view: RowsView, data: Mapping[str, Any], asked: Asked | None, result: WidgetResult | None
) -> tuple[WidgetInput, ...]:
    facts: Mapping[str, Input] = {one.key: one for one in asked.inputs()} if asked is not None else {}
    said = result.messages if result is not None else {}
    typed = typed_inputs(data)
    made = []
    for row in view.rows:
        key = text_of(row.data, "key")
        one = facts.get(key)
        value = next((c for c in row.cells if isinstance(c, FieldView) and c.leaf.key == "value"), None)
        if one is None or value is None:
            continue
        made.append(
            WidgetInput(
                name=value.name,
                key=str(row.data.get(ROW_KEY)),
                title=text_of(row.data, "title"),
                value=value.text,
                unit="" if text_of(row.data, "unit") == "1" else text_of(row.data, "unit"),
                kind=one.kind,
                choices=_options(one),
                default=one.default or "",
                help=one.help,
                required=one.required and one.default is None,
                messages=said.get(value.name, ()) if key in typed else (),
            )
        )
    return tuple(made)


def _options(one: Input) -> tuple[tuple[str, str], ...]:
    if one.kind == "boolean":
        return (("true", "是"), ("false", "否"))
    return tuple((choice.value, choice.title) for choice in one.choices)


def _carriers(library: Library, calculator: Calculator | None, on: date) -> tuple[str, ...]:
    if calculator is None:
        return ()
    try:
        coefficients = library.coefficients(calculator.coefficients, on)
    except AppError:
        return ()
    return tuple(one.title for one in ordered(coefficients, calculator.carriers))


def suggested(
    library: Library, row: Mapping[str, Any], body: Mapping[str, Any], on: date
) -> tuple[tuple[str, str], ...]:
    """The carriers a product usually uses: title and the unit they are usually stated in."""
    asked = asked_of(library, row, body, on)
    if asked is None:
        return ()
    known = library.coefficients(asked.calculator.coefficients, on).carriers
    found = [known[key] for key in asked.calculator.carriers if key in known]
    return tuple((one.title, _USUAL.get(one.unit, one.unit)) for one in found)


def _editions(
    library: Library,
    calculator: Calculator | None,
    data: Mapping[str, Any],
    period: tuple[date, date] | None,
) -> tuple[WidgetEdition, ...]:
    """Those of the period, only where it lies in two editions or where a person has chosen one."""
    if calculator is None:
        return ()
    outcome = data.get("outcome")
    codes = (
        {text_of(one, "code") for one in rows_of(outcome, "troubles")} if isinstance(outcome, dict) else set()
    )
    if _CROSSING not in codes and not text_of(data, "edition"):
        return ()
    chosen = text_of(data, "edition")
    return tuple(
        WidgetEdition(one.edition, one.standard, _dates(one))
        for one in library.editions(calculator.name)
        if one.edition == chosen or period is None or _touches(one, *period)
    )


def _touches(one: Calculator, start: date, end: date) -> bool:
    return (one.valid_from or date.min) <= end and start <= (one.valid_to or date.max)


def _dates(one: Calculator) -> str:
    start, end = one.valid_from, one.valid_to
    if start and end:
        return f"{start.isoformat()} 至 {end.isoformat()}"
    if start:
        return f"{start.isoformat()} 起施行"
    return f"施行至 {end.isoformat()}" if end else ""
