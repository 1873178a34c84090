"""Shipped calculators broken in every way: the check must find each fault and say where it is."""

from __future__ import annotations

import copy
import json
from decimal import Decimal

import pytest

from formserver.calculation.checking import check_calculator, check_validity
from formserver.calculation.library import Library
from formserver.calculation.packs import read_calculator, read_limits
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError, Problem

from .broken_packs import BROKEN, CEMENT, COKING, Data

CATALOGUE = shipped_catalogue(SystemClock())
LIBRARY = Library(CATALOGUE)
METHODS = {d.id: d.content for d in CATALOGUE.definitions("calculator")}
LIMITS = {d.id: d.content for d in CATALOGUE.definitions("limits")}


def problems(method: Data, limits: Data | None, name: str, *, form: bool = True) -> list[Problem]:
    """What publishing would say: the form first, then the rules."""
    found = [
        Problem("DEFINITION_SCHEMA", message, pointer)
        for kind, data in (("calculator", method), ("limits", limits))
        if form and data is not None
        for pointer, message in meta_faults(kind, data)
    ]
    if found:
        return found
    try:
        calculator = read_calculator(method, name, "sha")
        table = None if limits is None else read_limits(limits, f"limits/{method['limits']}", "sha")
    except AppError as error:
        return [Problem(error.code.code, error.message(), "/")]
    return check_calculator(calculator, table, LIBRARY)


def opened(name: str) -> tuple[Data, Data]:
    """A shipped calculator and its limits, to be broken."""
    method = json.loads(METHODS[f"calculator/{name}"])
    return method, json.loads(LIMITS[f"limits/{method['limits']}"])


TABLE = {"title": "附加", "rule": "bands", "in": "m", "unit": "1", "confidence": "verified"}


@pytest.mark.parametrize("what", BROKEN)
def test_a_fault_is_told_with_its_place(what: str) -> None:
    name, change, code, place = BROKEN[what]
    method, limits = opened(name)
    change(method, limits)
    found = problems(method, None if what == "limits: none" else limits, f"calculator/{name}")
    told = [one for one in found if one.code == code and one.pointer.startswith(place)]
    assert told, [f"{one.code} {one.pointer} {one.message}" for one in found]
    assert all(any("一" <= c <= "鿿" for c in one.message) for one in found)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"bands": [[None, "100", "1"], ["200", None, "2"]]}, "首尾相接"),
        ({"bands": [[None, "200", "1"], ["100", None, "2"]]}, "首尾相接"),
        ({"bands": [["100", "50", "1"]]}, "小于上限"),
        ({"bands": [["100", "100", "1"]]}, "小于上限"),
        ({"rule": "linear", "points": [["5", "1"], ["1", "2"]]}, "从小到大"),
        ({"rule": "linear", "points": [["1", "1"], ["1", "2"]]}, "从小到大"),
        ({"rule": "linear", "points": [["1", "1"]]}, "太少"),
        ({"rule": "exact", "points": [["2", "1"], ["1", "1"]]}, "从小到大"),
    ],
)
def test_a_table_that_can_be_read_two_ways_is_told(table, says) -> None:
    method, limits = opened(CEMENT)
    method["tables"] = {"add": {**TABLE, **table}}
    method["corrections"]["altitude"]["expression"] += " * lookup(add, altitude_m)"
    found = problems(method, limits, f"calculator/{CEMENT}")
    assert [(one.code, one.pointer) for one in found if says in one.message] == [
        ("TABLE_FAULTY", "/tables/add")
    ]


@pytest.mark.parametrize(
    ("texts", "says"),
    [({"none": "1"}, "没有 heating_fuel 的选项"), ({"tar": "1"}, "不是 heating_fuel 的选项")],
)
def test_a_table_by_choice_knows_every_choice_and_no_other(texts, says) -> None:
    method, limits = opened(COKING)
    known = {one["value"]: "1" for one in method["inputs"]["heating_fuel"]["choices"]}
    if "none" in texts:
        known.pop(next(iter(known)))
        texts = {}
    method.setdefault("tables", {})["fuel"] = {**TABLE, "rule": "text", "in": "", "texts": {**known, **texts}}
    product = next(p for p in method["products"] if p["indicators"][0]["corrections"])
    key = product["indicators"][0]["corrections"][0]
    method["corrections"][key]["expression"] = (
        f"({method['corrections'][key]['expression']}) * lookup(fuel, heating_fuel)"
    )
    found = problems(method, limits, f"calculator/{COKING}")
    assert [one.pointer for one in found if says in one.message] == [f"/corrections/{key}/expression"]


@pytest.mark.parametrize("name", METHODS)
def test_no_step_constant_or_correction_can_be_a_thousand_times_wrong(name: str) -> None:
    """Scales of units are judged; what units cannot see, the examples of the file do."""
    method, limits = opened(name.partition("/")[2])
    for place, part, field in parts(method):
        broken = copy.deepcopy(method)
        target = broken["steps"][int(part)] if place == "steps" else broken[place][part]
        old = target[field]
        target[field] = str(Decimal(old) * 1000) if field == "value" else f"({old}) * 1000"
        told = problems(broken, limits, name, form=False)
        assert told or not decides(method, limits, place, part), f"{place}/{part}"


@pytest.mark.parametrize("name", METHODS)
def test_no_unit_can_be_another(name: str) -> None:
    method, limits = opened(name.partition("/")[2])
    for place, part, _ in parts(method):
        if place == "corrections":
            continue
        broken = copy.deepcopy(method)
        target = broken["steps"][int(part)] if place == "steps" else broken[place][part]
        target["unit"] = "kWh/kg"
        overridden = {key for product in method["products"] for key in product.get("units", {})}
        if target.get("key") in overridden:
            continue
        assert problems(broken, limits, name, form=False), f"{place}/{part}"


def parts(method: Data) -> list[tuple[str, str, str]]:
    """(part, key, field) of everything with a scale."""
    figures = method.get("constants", {}).items()
    return [
        *(("steps", str(n), "expression") for n, _ in enumerate(method["steps"])),
        *(("constants", key, "value") for key, one in figures if one["value"] not in (None, "0")),
        *(("corrections", key, "expression") for key in method.get("corrections", {})),
    ]


def decides(method: Data, limits: Data, place: str, part: str) -> bool:
    """Whether the step, made an unknown, could ever have led to a verdict (limits and figures are entered)."""
    if place != "steps":
        return True
    key = method["steps"][int(part)]["key"]
    unknown = {k for k, one in method.get("constants", {}).items() if one["value"] is None}
    if unknown & set(method["steps"][int(part)]["expression"].split()):
        return False
    users = {(p["key"], i["key"]) for p in method["products"] for i in p["indicators"] if i["value"] == key}
    rows = [one for one in limits["limits"] if (one["product"], one["indicator"]) in users]
    return not rows or any(value is not None for one in rows for value in one["levels"].values())


def test_gaps_overlaps_and_reversals_of_validity_are_told() -> None:
    def editions(**days: tuple[str | None, str | None]):
        made = []
        for key, (first, last) in days.items():
            method, _ = opened(CEMENT)
            method |= {"valid_from": first, "valid_to": last, "earlier": []}
            made.append(read_calculator(method, f"calculator/cement/{key}", "sha"))
        return [one.code for one in check_validity(made)]

    assert editions(a=("2020-01-01", "2020-12-31"), b=("2021-01-01", None)) == []
    assert editions(a=("2020-01-01", "2020-02-28"), b=("2020-03-01", None)) == ["EDITION_GAP"]
    assert editions(a=("2020-01-01", "2020-02-29"), b=("2020-03-01", None)) == []
    assert editions(a=("2020-01-01", "2021-01-01"), b=("2021-01-01", None)) == ["EDITION_OVERLAP"]
    assert editions(a=("2020-01-01", None), b=("2021-01-01", None)) == ["EDITION_OVERLAP"]
