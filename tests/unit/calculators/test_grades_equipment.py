"""Rows of an equipment list become questions with what the name plate says filled in."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculators.grades_equipment import MOST, questions
from tests.support.calculating import catalogue

LIBRARY = GradeLibrary(catalogue())


@pytest.mark.parametrize(
    ("row", "table", "inputs"),
    [
        (
            {"name": "三相异步电动机", "model": "YE4-315L1-4", "rated": "160", "rated_unit": "kW"},
            "motor",
            {"kw": "160", "poles": "4", "model": "YE4-315L1-4"},
        ),
        ({"name": "电动机", "model": "JO2-72"}, "motor", {"model": "JO2-72"}),
        (
            {"name": "配电变压器", "model": "SCB13-1600/10", "rated": "1600", "rated_unit": "kVA"},
            "transformer",
            {"kva": "1600", "type": "dry_10kv", "model": "SCB13-1600/10"},
        ),
        (
            {"name": "变压器", "model": "SBH15-M-400"},
            "transformer",
            {"type": "oil_10kv_amorphous", "model": "SBH15-M-400"},
        ),
        (
            {"name": "变压器", "model": "S11-3150/35"},
            "transformer",
            {"type": "oil_35kv", "model": "S11-3150/35"},
        ),
        ({"name": "螺杆空气压缩机", "model": "LU110-8"}, "air_compressor", {"model": "LU110-8"}),
        ({"name": "离心通风机", "model": "Y5-48"}, "fan", {"model": "Y5-48"}),
        ({"name": "循环水泵", "model": ""}, "pump", {}),
    ],
)
def test_a_row_is_asked_of_its_table(row: dict[str, str], table: str, inputs: dict[str, str]) -> None:
    [found] = questions(LIBRARY, {"equipment": [row]})
    assert (found.table, dict(found.inputs)) == (table, inputs)


def test_the_series_stands_beside_what_the_row_says() -> None:
    row = {"name": "变压器", "model": "SCB13-1600/10", "rated_unit": "kVA", "eff_class": "2"}
    [found] = questions(LIBRARY, {"equipment": [row]})
    assert (found.hint, found.stated) == ("SCB13系列相当于3级", "2")


@pytest.mark.parametrize(
    "body", [{}, {"equipment": "x"}, {"equipment": [7, {}, {"name": "破碎机", "model": "PC"}]}]
)
def test_other_rows_ask_nothing(body: dict[str, Any]) -> None:
    assert questions(LIBRARY, body) == ()


def test_long_lists_are_cut() -> None:
    assert len(questions(LIBRARY, {"equipment": [{"name": "电动机"}] * 500})) == MOST
