"""The inputs a product asks for, as fields of the page: one row per input, one cell per period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from formserver.calculation.asking import plan_of, title_of, unit_of
from formserver.calculation.library import Library
from formserver.calculation.model import Choice, Input, Product
from formserver.calculation.packs import Calculator
from formserver.calculation.working import Working
from formserver.calculators.benchmark_choice import calculator_for
from formserver.calculators.benchmark_sheet import Sheet, TypedPeriod


@dataclass(frozen=True, slots=True)
class Cell:
    """One input in one period. ``id`` is its name in the form."""

    id: str
    value: str
    asked: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One input over all periods."""

    key: str
    title: str
    kind: str
    unit: str
    choices: tuple[Choice, ...]
    default: str
    help: str
    cells: tuple[Cell, ...]

    @property
    def asked(self) -> bool:
        """Whether any period asks for it."""
        return any(cell.asked for cell in self.cells)

    @property
    def required(self) -> bool:
        """Whether any period needs it."""
        return any(cell.required for cell in self.cells)


def calculators_of(library: Library, sheet: Sheet, today: date) -> list[Calculator | None]:
    """The edition each period asks for; None where it has none."""
    return [
        calculator_for(
            library, sheet.calculator, sheet.product_key, day_of(period.end) or today, period.edition
        )
        for period in sheet.periods
    ]


def rows_of(sheet: Sheet, calculators: list[Calculator | None]) -> tuple[Row, ...]:
    """The inputs, in the order of the first period's edition; those that only another edition asks for follow."""
    columns = [
        _column(period, calculator, sheet.product_key) if calculator is not None else {}
        for period, calculator in zip(sheet.periods, calculators, strict=True)
    ]
    keys = list(dict.fromkeys(key for column in columns for key in column))
    return tuple(_row(sheet, columns, key) for key in keys)


def asks_energy(sheet: Sheet, calculators: list[Calculator | None]) -> bool:
    """Whether the product needs an energy table."""
    return any(one.products[sheet.product_key].asks_energy for one in calculators if one is not None)


def lasting(library: Library, sheet: Sheet, today: date) -> frozenset[str]:
    """The inputs that describe the plant rather than a year: choices and yes or no."""
    one = next((found for found in calculators_of(library, sheet, today) if found is not None), None)
    return (
        frozenset(key for key, given in one.inputs.items() if given.kind != "decimal") if one else frozenset()
    )


def day_of(text: str) -> date | None:
    """A date as the browser sends it."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Entry:
    one: Input
    title: str
    unit: str
    asked: bool
    required: bool


def _column(period: TypedPeriod, calculator: Calculator, product_key: str) -> Mapping[str, _Entry]:
    product: Product = calculator.products[product_key]
    work = Working(calculator, product, period.inputs, None, trace=False)
    found = {}
    for one in plan_of(calculator, product).inputs:
        asked = work.asked(one)
        needed = work.true(one.required_when) is True if one.required_when else one.required
        found[one.key] = _Entry(
            one,
            title_of(calculator, product, one.key),
            unit_of(calculator, product, one.key),
            asked,
            asked and needed and one.default is None,
        )
    return found


def _row(sheet: Sheet, columns: list[Mapping[str, _Entry]], key: str) -> Row:
    first = next(column[key] for column in columns if key in column)
    cells = tuple(
        Cell(
            f"i{period.no}.{key}",
            period.inputs.get(key, ""),
            key in column and column[key].asked,
            key in column and column[key].required,
        )
        for period, column in zip(sheet.periods, columns, strict=True)
    )
    one = first.one
    return Row(
        key,
        first.title,
        one.kind,
        "" if first.unit == "1" else first.unit,
        one.choices,
        one.default or "",
        one.help,
        cells,
    )
