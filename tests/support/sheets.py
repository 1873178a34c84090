"""Bodies with calculations, as people would have typed them."""

from __future__ import annotations

import copy
from typing import Any

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculators.document_computer import BenchmarkComputer
from formserver.core.models import Json
from tests.support.calculating import TODAY, catalogue, library

CLINKER = {
    "coal_t": "208000",
    "q_net_ar": "22400",
    "clinker_t": "1550000",
    "clinker_kwh": "83700000",
    "waste_heat_factor": "0.1229",
    "altitude_m": "420",
}
"""Worked example WE-01: 102.57, 54 and 109.20; levels 3, 2 and 3."""
ROW = "aaaaaaa1"
PERIOD = {"period_from": "2025-01-01", "period_to": "2025-12-31", "production_state": "正常"}


def computed(
    body: Json, *trusted: Json, type_key: str = "verification_form", confirmed: Confirmed = nobody
) -> Json:
    """``body`` as the server would keep it."""
    dt = catalogue().type(type_key)
    return BenchmarkComputer(library(), confirmed).compute(
        dt, dt.by_pattern["/calculations"], body, list(trusted), TODAY
    )


def stated(body: Json, type_key: str = "verification_form") -> Json:
    """What people said of it."""
    dt = catalogue().type(type_key)
    return BenchmarkComputer(library(), nobody).stated(dt, dt.by_pattern["/calculations"], body)


def typed(body: Json, values: dict[str, str], row: int = 0) -> Json:
    """The same with inputs typed into one row."""
    made = copy.deepcopy(body)
    for one in made["calculations"][row]["inputs"]:
        if one["key"] in values:
            one["value"] = values[one["key"]]
    return made


def asked(product: str = "cement.clinker", **row: Any) -> Json:
    """A body with one row whose product is chosen, inputs listed."""
    return computed({**PERIOD, "calculations": [{"_k": ROW, "product": product, **row}]})


def clinker(values: dict[str, str] | None = None, **row: Any) -> Json:
    """A body with one calculated clinker line."""
    return computed(typed(asked(**row), CLINKER if values is None else values))
