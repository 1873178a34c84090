"""Everything the benchmark page shows, put together for one request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from formserver.calculation.library import Industry, Library
from formserver.calculation.packs import Calculator
from formserver.calculation.requests import PRODUCTION_STATES, Request
from formserver.calculation.results import result_to_json
from formserver.calculators.benchmark_choice import Choice, grouped, industry_of, products
from formserver.calculators.benchmark_energy import EnergyTable, energy_lines, stated, table_of
from formserver.calculators.benchmark_fields import Row, asks_energy, calculators_of, day_of, rows_of
from formserver.calculators.benchmark_sheet import MOST_PERIODS, Sheet, TypedPeriod
from formserver.calculators.benchmark_start import Recent, Tile, recent, tiles
from formserver.calculators.benchmark_ways import Way, ways_of
from formserver.calculators.models import UsedProduct
from formserver.calculators.result_view import ComparedRow, ResultView, compared, differences, view_of
from formserver.calculators.service import Calculators
from formserver.calculators.wording import period_words
from formserver.core.permissions import Actor

FIRST_YEAR: Final = 1990
YEARS: Final = frozenset(range(FIRST_YEAR, 2101))


@dataclass(frozen=True)
class Page:
    """What the templates draw. ``messages`` stand beside fields, by element id; ``opened`` is the button pressed."""

    sheet: Sheet
    industries: tuple[Industry, ...]
    industry: Industry | None
    choices: Mapping[str, tuple[Choice, ...]]
    calculators: list[Calculator | None]
    rows: tuple[Row, ...]
    tables: tuple[EnergyTable, ...]
    views: tuple[ResultView, ...]
    messages: Mapping[str, str]
    names: tuple[str, ...]
    editions: tuple[tuple[Calculator, ...], ...]
    tiles: Mapping[str, tuple[Tile, ...]] = field(default_factory=dict)
    recent: tuple[Recent, ...] = ()
    ways: Mapping[int, tuple[Way, ...]] = field(default_factory=dict)
    told: bool = False
    opened: str = ""
    states: Mapping[str, str] = field(default_factory=lambda: PRODUCTION_STATES)

    @property
    def calculator(self) -> Calculator | None:
        """The edition of the first period; None before a product is chosen."""
        return next((one for one in self.calculators if one is not None), None)

    @property
    def product_title(self) -> str:
        """The chosen product."""
        one = self.calculator
        return one.products[self.sheet.product_key].title if one is not None else ""

    @property
    def may_add_period(self) -> bool:
        """Whether another column fits."""
        return len(self.sheet.periods) < MOST_PERIODS

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """Hidden fields: what was typed and has no place on the page as it is now."""
        found: list[tuple[str, str]] = []
        drawn = {cell.id for row in self.rows for cell in row.cells}
        tables = {table.no for table in self.tables}
        for period in self.sheet.periods:
            if self.calculator is None:
                found += [("p", str(period.no)), (f"p{period.no}.start", period.start)]
                found += [(f"p{period.no}.end", period.end)]
            ids = {f"i{period.no}.{key}": value for key, value in period.inputs.items()}
            found += [(name, value) for name, value in ids.items() if name not in drawn]
            for line in period.lines if period.no not in tables else ():
                found.append((f"e{period.no}", str(line.no)))
                found += [
                    (f"e{period.no}.{line.no}.{key}", value) for key, value in line.values.items() if value
                ]
        return tuple(found)

    @property
    def compared(self) -> tuple[ComparedRow, ...]:
        """The periods side by side."""
        return compared(self.views)

    @property
    def differences(self) -> tuple[str, ...]:
        """What changed between them."""
        return differences(self.views)

    @property
    def summary(self) -> str:
        """The verdicts in a few words, for the line that is read out and the bar of a phone."""
        return "；".join(
            f"{view.when}：{view.headline}" if len(self.views) > 1 else view.headline for view in self.views
        )

    @property
    def title(self) -> str:
        """The name a kept calculation gets unless somebody types another."""
        parts = (self.sheet.enterprise, self.product_title, "、".join(self.names))
        return " ".join(filter(None, parts))[:100]

    def live(self) -> dict[str, Any]:
        """What a script changes outside the results: messages, asked inputs, converted lines."""
        return {
            "summary": self.summary,
            "colour": self.views[0].colour if self.views else "grey",
            "messages": dict(self.messages),
            "cells": {cell.id: cell.asked for row in self.rows for cell in row.cells},
            "required": {row.key: row.required for row in self.rows},
            "lines": {line.id: line.converted for table in self.tables for line in table.lines},
            "summaries": {line.id: line.summary for table in self.tables for line in table.lines},
            "totals": {str(table.no): table.total for table in self.tables},
            "notes": {str(table.no): table.note for table in self.tables},
        }


def page_of(
    service: Calculators,
    actor: Actor,
    sheet: Sheet,
    today: date,
    *,
    told: bool = False,
    opened: str = "",
    used: tuple[UsedProduct, ...] = (),
) -> Page:
    """Work out the page. With ``told`` missing inputs are said beside their fields, else only wrong ones; ``used`` are
    the products to offer at the start."""
    library = service.library
    industries = library.industries()
    industry = industry_of(library, sheet.industry, sheet.product)
    on = day_of(sheet.periods[0].end) or today
    found = products(library, industry, on) if industry is not None else ()
    calculators = calculators_of(library, sheet, today)
    names = tuple(_name(period) for period in sheet.periods)
    requests = requests_of(library, sheet, today)
    known = any(one is not None for one in calculators)
    rows = rows_of(sheet, calculators) if known else ()
    keys = frozenset(row.key for row in rows)
    views, messages = _worked(service, actor, sheet, requests, keys, told=told)
    at_start = not known and industry is None
    return Page(
        sheet=sheet,
        industries=industries,
        industry=industry,
        choices=grouped(found),
        calculators=calculators,
        rows=rows,
        tables=_tables(library, sheet, calculators, names, views, messages, today) if known else (),
        views=views,
        messages=messages,
        names=names,
        editions=tuple(_editions(library, sheet, period) for period in sheet.periods) if known else (),
        tiles=tiles(library, today) if at_start else {},
        recent=recent(library, used, today) if at_start else (),
        ways={view.no: ways_of(library, actor, sheet, view.no, view.data) for view in views},
        told=told,
        opened=opened,
    )


def requests_of(library: Library, sheet: Sheet, today: date) -> list[Request | None]:
    """What each period asks of the engine; None where the product is unknown or a day is missing."""
    return [
        _request(sheet, period) if calculator is not None else None
        for period, calculator in zip(sheet.periods, calculators_of(library, sheet, today), strict=True)
    ]


def _request(sheet: Sheet, period: TypedPeriod) -> Request | None:
    start, end = day_of(period.start), day_of(period.end)
    if start is None or end is None or not {start.year, end.year} <= YEARS:
        return None
    state = sheet.production_state if sheet.production_state in PRODUCTION_STATES else "normal"
    return Request(
        calculator=sheet.calculator,
        product=sheet.product_key,
        start=start,
        end=end,
        inputs=period.inputs,
        energy=energy_lines(period),
        edition=period.edition,
        new_project=sheet.new_project,
        production_state=state,
    )


def _worked(
    service: Calculators,
    actor: Actor,
    sheet: Sheet,
    requests: Sequence[Request | None],
    keys: frozenset[str],
    *,
    told: bool,
) -> tuple[tuple[ResultView, ...], dict[str, str]]:
    views: list[ResultView] = []
    messages: dict[str, str] = {}
    for period, request in zip(sheet.periods, requests, strict=True):
        if request is None:
            if sheet.product:
                messages[f"p{period.no}.start"] = f"请填写统计期的起日和止日（{FIRST_YEAR} 年以后）。"
            continue
        result = service.calculate(actor, request)
        view = view_of(result_to_json(result), period.no, _Anchors(period, keys))
        views.append(view)
        for one in view.troubles:
            if one.anchor and (told or not one.quiet):
                messages.setdefault(one.anchor, one.message)
    return tuple(views), messages


class _Anchors:
    """The element of the page that mends a trouble, by the trouble's field."""

    def __init__(self, period: TypedPeriod, keys: frozenset[str]) -> None:
        self._no = period.no
        self._keys = keys
        self._lines = stated(period)

    def __call__(self, field: str) -> str:
        """The id, or "" for what no field of the page can mend (an unknown limit)."""
        first, *rest = field.split("/")
        if field == "period":
            return f"p{self._no}.start"
        if field == "edition":
            return f"p{self._no}.edition"
        if first == "energy":
            if len(rest) == 2 and rest[0].isdigit() and int(rest[0]) < len(self._lines):
                line = self._lines[int(rest[0])]
                shown = {
                    "q_net": "measured",
                    "q_unit": "measured",
                    "coefficient": "own",
                    "coefficient_unit": "own",
                }
                hidden = shown.get(rest[1], line.values["mode"]) != line.values["mode"]
                return f"e{self._no}.{line.no}.{'mode' if hidden else rest[1]}"
            return f"energy-{self._no}"
        return f"i{self._no}.{field}" if field in self._keys else ""


def _tables(
    library: Library,
    sheet: Sheet,
    calculators: list[Calculator | None],
    names: tuple[str, ...],
    views: Sequence[ResultView],
    messages: Mapping[str, str],
    today: date,
) -> tuple[EnergyTable, ...]:
    if not asks_energy(sheet, calculators):
        return ()
    energies = {view.no: view.data["energy"] for view in views}
    made = []
    for period, calculator, name in zip(sheet.periods, calculators, names, strict=True):
        if calculator is None:
            continue
        coefficients = library.coefficients(calculator.coefficients, day_of(period.end) or today)
        energy = energies.get(period.no)
        made.append(table_of(period, name, coefficients, calculator.carriers, energy, frozenset(messages)))
    return tuple(made)


def _editions(library: Library, sheet: Sheet, period: TypedPeriod) -> tuple[Calculator, ...]:
    """The editions to choose from where the period does not say it alone."""
    able = tuple(one for one in library.editions(sheet.calculator) if sheet.product_key in one.products)
    return able if len(able) > 1 or period.edition else ()


def _name(period: TypedPeriod) -> str:
    start, end = day_of(period.start), day_of(period.end)
    return period_words(period.start, period.end) if start and end else "统计期"
