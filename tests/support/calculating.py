"""Worked examples of the shipped calculators, calculated, for tests of what is made of results."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from openpyxl import Workbook, load_workbook

from formserver.calculation.engine import Confirmed, calculate, nobody
from formserver.calculation.library import Library
from formserver.calculation.requests import request_from_json
from formserver.calculation.results import Result, result_to_json
from formserver.calculators.batch_book import input_book
from formserver.calculators.batch_columns import batch_product
from formserver.core.clock import FixedClock
from formserver.core.definitions.editions import Catalogue, shipped_catalogue

TODAY = datetime(2026, 11, 21, 1, 0, tzinfo=UTC).date()


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped definitions."""
    return shipped_catalogue(FixedClock(datetime(2026, 11, 21, 1, 0, tzinfo=UTC)))


@lru_cache(maxsize=1)
def library() -> Library:
    """The shipped calculators."""
    return Library(catalogue())


def everybody(_id: str, _value: str) -> bool:
    """Every figure is confirmed."""
    return True


def example(calculator: str, key: str, edition: str = "") -> Mapping[str, Any]:
    """A worked example of a calculator."""
    return next(one for one in library().calculator(calculator, edition).examples if one["key"] == key)


def result_of(
    calculator: str, raw: Mapping[str, Any], confirmed: Confirmed = nobody, **changes: Any
) -> Result:
    """What the engine says of an example, ``changes`` laid over the request."""
    keys = ("product", "period", "inputs", "energy", "edition", "new_project")
    request = {"calculator": calculator, **{key: raw[key] for key in keys if key in raw}, **changes}
    return calculate(library(), request_from_json(request), confirmed=confirmed)


def stored(
    calculator: str, raw: Mapping[str, Any], confirmed: Confirmed = nobody, **changes: Any
) -> dict[str, Any]:
    """The same as plain data, as it is kept."""
    return result_to_json(result_of(calculator, raw, confirmed, **changes))


def batch_file(name: str, rows: Iterable[Mapping[str, Any]], *names: str) -> bytes:
    """The workbook people download for a product, with these rows (by column key) filled in under the example."""
    products = [batch_product(library(), one, TODAY) for one in (name, *names)]
    book: Workbook = load_workbook(io.BytesIO(input_book(products)))
    sheet = book[book.sheetnames[1]]
    keys = [column.key for column in products[0].columns]
    for row in rows:
        sheet.append([row.get(key) for key in keys])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


CLINKER: Mapping[str, Any] = {
    "fact/enterprise": "川西水泥有限公司",
    "fact/code": "91510000123456788G",
    "fact/county": "青石县",
    "fact/start": "2025",
    "input/coal_t": 208000,
    "input/q_net_ar": 22400,
    "input/clinker_t": 1550000,
    "input/clinker_kwh": 83700000,
    "input/waste_heat_factor": 0,
    "input/altitude_m": 420,
}
"""A row of cement.clinker that can be calculated."""
