"""A small calculator of our own, so that a test can change one thing and say what must follow."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from formserver.calculation.engine import calculate_with, nobody
from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator, LimitTable, read_calculator, read_limits
from formserver.calculation.requests import request_from_json
from formserver.calculation.results import Result
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue

METHOD: dict[str, Any] = {
    "$id": "calculators/trial/gb1-2020",
    "format": 1,
    "name": "trial",
    "title": "试验",
    "standard": {"number": "GB 1-2020", "title": "试验限额", "confidence": "verified"},
    "valid_from": "2021-01-01",
    "valid_to": None,
    "earlier": [
        {
            "number": "GB 1-2010",
            "valid_from": "2011-01-01",
            "valid_to": "2020-12-31",
            "confidence": "recalled",
        }
    ],
    "sources": {},
    "limits": "trial/gb1-2020",
    "coefficients": "gbt2589",
    "inputs": {
        "output": {"title": "产量", "unit": "t", "positive": True},
        "electricity": {"title": "电量", "unit": "kWh", "minimum": "0"},
        "altitude": {"title": "海拔", "unit": "m", "required": False, "default": "0"},
        "pressure": {"title": "大气压", "unit": "Pa", "required": False, "required_when": "altitude > 1500"},
        "kind": {
            "title": "工艺",
            "kind": "choice",
            "default": "a",
            "choices": [{"value": "a", "title": "甲"}, {"value": "b", "title": "乙"}],
        },
        "moisture": {"title": "水分", "unit": "%", "required": False, "default": "10"},
    },
    "constants": {
        "base": {"title": "基准气压", "value": "101325", "unit": "Pa", "confidence": "verified"},
        "share": {"title": "水分系数", "value": "2", "unit": "kWh/t", "confidence": "recalled"},
    },
    "tables": {
        "wet": {
            "title": "水分修正",
            "rule": "linear",
            "in": "%",
            "unit": "kWh/t",
            "points": [["8", "-4"], ["10", "0"], ["14", "8"]],
            "confidence": "verified",
        },
        "by_kind": {
            "title": "工艺附加",
            "rule": "text",
            "in": "",
            "unit": "kWh/t",
            "texts": {"a": "0", "b": "5"},
            "confidence": "verified",
        },
    },
    "steps": [
        {"key": "unit_power", "title": "单位电耗", "unit": "kWh/t", "expression": "electricity / output"},
    ],
    "corrections": {
        "thin_air": {
            "title": "海拔修正",
            "levels": [3],
            "when": "altitude > 1500",
            "expression": "limit * base / pressure",
        },
        "water": {"title": "水分修正", "expression": "limit + lookup(wet, moisture)"},
        "way": {"title": "工艺修正", "expression": "limit + lookup(by_kind, kind)"},
    },
    "products": [
        {
            "key": "plain",
            "title": "普通",
            "asks_energy": False,
            "indicators": [
                {
                    "key": "power",
                    "title": "单位电耗",
                    "unit": "kWh/t",
                    "value": "unit_power",
                    "corrections": ["water", "way", "thin_air"],
                    "output": "output",
                }
            ],
        }
    ],
    "examples": [],
}
LIMITS: dict[str, Any] = {
    "$id": "limits/trial/gb1-2020",
    "format": 1,
    "standard": "GB 1-2020",
    "valid_from": "2021-01-01",
    "valid_to": None,
    "sources": {},
    "limits": [
        {
            "product": "plain",
            "indicator": "power",
            "unit": "kWh/t",
            "levels": {"1": "90", "2": "100", "3": "110"},
            "absent": [],
            "clause": "表1",
            "confidence": "verified",
        }
    ],
}
Change = Callable[[dict[str, Any], dict[str, Any]], None]


@pytest.fixture(scope="session")
def library() -> Library:
    """Everything that is shipped."""
    return Library(shipped_catalogue(SystemClock()))


class Trial:
    """The small calculator, changed as a test asks."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def made(self, change: Change | None = None) -> tuple[Calculator, LimitTable]:
        """The calculator and its limits after ``change(method, limits)``."""
        method, limits = copy.deepcopy(METHOD), copy.deepcopy(LIMITS)
        if change is not None:
            change(method, limits)
        return (
            read_calculator(method, "calculator/trial/gb1-2020", "sha-method"),
            read_limits(limits, "limits/trial/gb1-2020", "sha-limits"),
        )

    def work_out(
        self, change: Change | None = None, *, confirmed=nobody, new_project: bool = False, **inputs: str
    ) -> Result:
        """The result for one tonne unless the test says otherwise."""
        calculator, limits = self.made(change)
        request = request_from_json(
            {
                "calculator": "trial",
                "product": "plain",
                "period": {"start": "2025-01-01", "end": "2025-12-31"},
                "new_project": new_project,
                "inputs": {"output": "1", **inputs},
            }
        )
        return calculate_with(self.library, calculator, request, limits=limits, confirmed=confirmed)


@pytest.fixture
def trial(library: Library) -> Trial:
    """The small calculator."""
    return Trial(library)


@pytest.fixture
def year() -> tuple[date, date]:
    """A calendar year."""
    return date(2025, 1, 1), date(2025, 12, 31)
