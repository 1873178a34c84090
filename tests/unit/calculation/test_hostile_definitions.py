"""Definitions of someone who means harm: told in time, with bounded memory, and never run."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest

from formserver.calculation.checking import check_calculator
from formserver.calculation.expressions import parse
from formserver.calculation.library import Library
from formserver.calculation.packs import read_calculator, read_limits
from formserver.calculation.results import Verdict, result_to_json
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError

from .conftest import LIMITS, METHOD, Trial

LONG = 20.0
"""Seconds no definition may take; on an idle machine the slowest here takes two."""


def judged(library: Library, method: dict[str, Any], limits: dict[str, Any] | None = None) -> list[str]:
    """Codes of all faults: of the form, else of the rules. Within the time."""
    began = time.monotonic()
    method = {**method, "examples": method["examples"] or examples()}
    codes = ["DEFINITION_SCHEMA" for _ in meta_faults("calculator", method)]
    codes += ["DEFINITION_SCHEMA" for _ in meta_faults("limits", limits or LIMITS)]
    if not codes:
        try:
            calculator = read_calculator(method, "calculator/trial/gb1-2020", "sha")
            table = read_limits(limits or LIMITS, "limits/trial/gb1-2020", "sha")
            codes = [one.code for one in check_calculator(calculator, table, library)]
        except AppError as error:
            codes = [error.code.code]
    assert time.monotonic() - began < LONG
    return codes


def examples() -> list[dict[str, Any]]:
    """Three examples of the small calculator."""
    period = {"start": "2025-01-01", "end": "2025-12-31"}
    return [
        {
            "key": f"e{number}",
            "title": "例",
            "origin": "own",
            "product": "plain",
            "period": period,
            "inputs": {"output": "1", "electricity": "95"},
            "expect": {"indicators": {"power": {"value": "95", "level": 2}}},
        }
        for number in range(3)
    ]


def method(**changed: Any) -> dict[str, Any]:
    """The small calculator in the form of a file, changed."""
    made = copy.deepcopy(METHOD)
    for one in made["corrections"].values():
        one["confidence"] = "verified"
    made["steps"][0]["confidence"] = "verified"
    made["constants"].pop("share")
    return {**made, **changed}


def test_the_small_calculator_itself_is_good(library: Library) -> None:
    assert judged(library, method()) == []


CONSTANT = {"title": "数", "value": "1", "unit": "1", "confidence": "verified"}
STEP = {"title": "步", "unit": "1", "expression": "1", "confidence": "verified"}


@pytest.mark.parametrize(
    "change",
    [
        {"constants": {f"c{n}": CONSTANT for n in range(10_000)}},
        {"steps": [{**STEP, "key": f"s{n}"} for n in range(10_000)]},
        {"inputs": {f"i{n}": {"title": "入", "unit": "1"} for n in range(10_000)}},
        {"tables": {"big": {"title": "表", "rule": "exact", "in": "1", "unit": "1", "confidence": "verified",
                            "points": [[str(n), "1"] for n in range(10_000)]}}},
        {"products": [METHOD["products"][0]] * 1_000},
        {"examples": examples() * 1_000},
        {"title": "x" * 10**6},
        {"title": "水泥\n<script>"},
        {"title": "a\x1bb"},
        {"unknown": ["y" * 10**6]},
        {"sources": {f"S{n}": "z" for n in range(10_000)}},
        {"carriers": [f"k{n}" for n in range(10_000)]},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_is_too_much_is_refused_by_its_form(library: Library, change) -> None:
    assert set(judged(library, method(**change))) == {"DEFINITION_SCHEMA"}


def test_rows_of_limits_without_end_are_refused(library: Library) -> None:
    assert "DEFINITION_SCHEMA" in judged(library, method(), {**LIMITS, "limits": LIMITS["limits"] * 5_000})


@pytest.mark.parametrize(
    "text",
    [
        "(" * 480 + "output" + ")" * 480,
        "-" * 900 + "1",
        "not " * 240 + "true",
        "abs(" * 190 + "1" + ")" * 190,
        "2" + "^2" * 450,
        "9" * 900,
        "1." + "0" * 900,
        "1" + "0" * 29 + "." + "1" * 31,
        "1+" * 499 + "1",
        "if(true," * 100 + "1",
        "lookup(" * 100,
        "'" + "a" * 900,
        "to(output, '" + "kg*" * 100 + "')",
        "to(output, 'kg" + "9" * 50 + "')",
        "electricity / output\x00",
        "ｅlectricity",
        "output\u202e",
        "1e999",
        "__import__('os')",
    ],
)
def test_a_formula_made_to_hurt_is_told_at_once(library: Library, text) -> None:
    began = time.monotonic()
    with pytest.raises(AppError) as told:
        parse(text)
    assert time.monotonic() - began < 2
    assert told.value.code.code == "FORMULA_FAULTY"
    assert len(told.value.message()) < 300
    steps = [
        {"key": "unit_power", "title": "步", "unit": "kWh/t", "expression": text, "confidence": "verified"}
    ]
    assert set(judged(library, method(steps=steps))) <= {"FORMULA_FAULTY", "NOT_REACHED"}


@pytest.mark.parametrize(
    "text",
    [
        "electricity / output * (1 + 0 * (10 ^ 20) ^ 20)",
        "electricity / output * 1000000000000000 * 1000000000000000",
        "electricity / output / (output - output)",
        "electricity / output * sqrt(0 - 1)",
        "electricity / output * (0 - 8) ^ 0.5",
        "electricity / output * 0 ^ 0",
    ],
)
def test_numbers_without_bounds_are_troubles_and_no_result(trial: Trial, text) -> None:
    def hostile(method, limits) -> None:
        method["steps"][0]["expression"] = text

    began = time.monotonic()
    found = trial.work_out(hostile, electricity="95")
    assert time.monotonic() - began < 2
    assert found.verdict is Verdict.INCOMPLETE
    assert found.troubles[0].field == "unit_power"
    json.dumps(result_to_json(found), allow_nan=False)


def test_forty_corrections_of_greatest_size_are_checked_in_time(library: Library) -> None:
    long = "limit + " + " + ".join(["0 * lookup(wet, moisture)"] * 30)
    corrections = {f"c{n}": {"title": "修", "expression": long, "confidence": "verified"} for n in range(40)}
    products = [
        {**METHOD["products"][0], "key": f"p{n}", "indicators": [
            {**METHOD["products"][0]["indicators"][0], "corrections": list(corrections)}
        ]} for n in range(100)
    ]  # fmt: skip
    rows = [{**LIMITS["limits"][0], "product": f"p{n}"} for n in range(100)]
    codes = judged(library, method(corrections=corrections, products=products), {**LIMITS, "limits": rows})
    assert set(codes) == {"NOT_REACHED"}, (
        "inputs, constants and a table of the corrections that were replaced"
    )


def test_markup_in_titles_stays_text(trial: Trial) -> None:
    def marked(method, limits) -> None:
        method["inputs"]["electricity"]["title"] = "<b>电量</b>"

    step = trial.work_out(marked, electricity="95").steps[0]
    assert step.formula == "<b>电量</b> ÷ 产量", "words are text; pages and files escape text"
