"""Layouts as data: every shipped one is good, names what exists, and a sheet finds the right one."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from formserver.calculation.layouts import (
    GENERAL,
    Layout,
    check_layout,
    choose_layout,
    layouts,
    shared_calculators,
)
from formserver.core.definitions.shipped import shipped_dir
from formserver.core.errors import AppError
from tests.support.calculating import catalogue, library

FILES = sorted((shipped_dir("schemas") / "layouts").glob("*/*.json"))
DAY = date(2026, 11, 21)


def read(path: Any) -> dict[str, Any]:
    return json.loads(path.read_text("utf-8"))


def known() -> tuple[Layout, ...]:
    return layouts(catalogue())


def general() -> dict[str, Any]:
    return copy.deepcopy(read(next(path for path in FILES if path.parent.name == GENERAL)))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_a_shipped_layout_is_good_and_says_that_nobody_issued_it(path):
    data = read(path)
    assert check_layout(data) == []
    assert data["$id"] == f"layouts/{path.parent.name}/{path.stem}"
    assert data["confidence"] == "recalled"


def test_the_industries_that_were_asked_for_have_layouts_of_their_own():
    named = {calculator for one in known() for calculator in one.calculators}
    assert named >= {"cement", "iron_steel", "coking", "electrolytic_aluminium", "coal_power", "glass",
                     "fertiliser", "pulp_paper", "chlor_alkali_pvc"}  # fmt: skip
    assert shared_calculators(known()) == []


def test_every_calculator_a_layout_names_exists():
    named = {calculator for one in known() for calculator in one.calculators}
    assert named <= set(library().names())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_every_column_of_its_own_shows_an_input_or_step_of_its_calculators(path):
    data = read(path)
    there = {
        source
        for name in data["calculators"]
        for edition in library().editions(name)
        for source in (*(f"input/{key}" for key in edition.inputs), *(f"step/{key}" for key in edition.steps))
    }
    for column in data["columns"]:
        assert set(column.get("from", ())) <= there, column["title"]


def test_a_sheet_of_one_industry_gets_its_layout_and_a_mixed_one_the_general():
    assert choose_layout(known(), {"cement"}, DAY).name == "cement"
    assert choose_layout(known(), {"cement", "coking"}, DAY).name == GENERAL
    assert choose_layout(known(), {"beer"}, DAY).name == GENERAL
    assert choose_layout(known(), (), DAY).name == GENERAL


def test_a_later_edition_wins_from_its_first_day():
    old = choose_layout(known(), {"cement"}, DAY)
    new = replace(old, edition="2027-01", valid_from=date(2027, 1, 1))
    assert choose_layout((*known(), new), {"cement"}, DAY) == old
    assert choose_layout((*known(), new), {"cement"}, date(2027, 1, 1)) == new


def test_without_a_general_layout_the_error_names_what_is_missing():
    with pytest.raises(AppError, match="layout/general"):
        choose_layout([one for one in known() if one.name != GENERAL], {"beer"}, DAY)


def test_groups_of_columns_stand_together():
    columns = [len(group) for group in (choose_layout(known(), {"coking"}, DAY).headers,)]
    layout = choose_layout(known(), {"coking"}, DAY)
    assert columns
    assert sum(count for _, count in layout.headers) == len(layout.columns)
    assert ("工况", 5) in layout.headers


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (lambda d: d["columns"].append({"key": "actual", "title": "又一个", "width": "5"}), "/columns/20"),
        (lambda d: d["columns"].append({"key": "mystery", "title": "不知", "width": "5"}), "/columns/20"),
        (lambda d: d["columns"].pop(8), "/columns"),
        (lambda d: d["facts"].append({"key": "mystery", "title": "不知"}), "/facts/12"),
        (lambda d: d["totals"].append({"key": "mystery", "title": "不知", "unit": ""}), "/totals/9"),
        (lambda d: d["columns"][0].update(group="限额值"), "/columns/10"),
        (lambda d: d["columns"][0].update(width="0"), "/columns/0/width"),
        (lambda d: d.update(columns=[]), "/columns"),
        (lambda d: d["columns"][0].update({"from": ["envelope/secret"]}), "/columns/0/from/0"),
    ],
)
def test_a_faulty_layout_is_refused_with_the_place(damage, place):
    data = general()
    damage(data)
    assert place in [pointer for pointer, _ in check_layout(data)]
