"""Rows of a list become rows of the form: only those that are not there yet, with what people said about them."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.equipment.widget_filling import FROM_LIST, confirmed_as, form_row, with_rows_of
from tests.support.equipment_rows import LIST, row


def bare(made: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in made.items() if key != "_k"}


def test_a_row_comes_with_everything_the_form_asks_for() -> None:
    assert bare(form_row(row(decided="in"), "铭牌清晰，在用")) == {
        "name": "三相异步电动机",
        "model": "Y160M-4",
        "maker": "川西电机厂",
        "location": "一车间",
        "made_on": "1998-05-01",
        "made_text": "1998-05",
        "rated": "11",
        "rated_unit": "kW",
        "qty": 2,
        "state": "在用",
        "eff_class": "2",
        "manual_confirm": "确认淘汰",
        "manual_reason": "铭牌清晰，在用",
        "from_list": f"{LIST}/1",
    }


@pytest.mark.parametrize(
    ("values", "rated"),
    [
        ({"power_kw": "", "capacity_kva": "630", "name": "变压器"}, ("630", "kVA")),
        ({"power_kw": "5", "capacity_kva": "630", "name": "配电变压器"}, ("630", "kVA")),
        ({"power_kw": "5", "capacity_kva": "6"}, ("5", "kW")),
        ({"power_kw": "", "boiler_capacity": "4t/h"}, ("4", "t/h")),
        ({"power_kw": "", "boiler_capacity": "2.8MW"}, (None, None)),
        ({"power_kw": "许多"}, (None, None)),
    ],
)
def test_the_rating_fits_what_it_is(values: dict[str, str], rated: tuple[str | None, str | None]) -> None:
    made = form_row(row(**values))
    assert (made.get("rated"), made.get("rated_unit")) == rated


@pytest.mark.parametrize(
    ("decided", "verdict", "standing", "word"),
    [
        ("", "eliminated", "eliminated", ""),
        ("", "review", "review", ""),
        ("confirmed", "eliminated", "eliminated", "确认淘汰"),
        ("in", "review", "eliminated", "确认淘汰"),
        ("out", "eliminated", "ok", "排除"),
        ("confirmed", "restricted", "restricted", "排除"),
        ("carried", "eliminated", "ok", "待核实"),
    ],
)
def test_what_people_decided_comes_along_and_nothing_else(
    decided: str, verdict: str, standing: str, word: str
) -> None:
    assert confirmed_as(row(verdict=verdict, decided=decided, standing=standing)) == word


def test_only_rows_that_are_not_there_yet_are_added() -> None:
    found = [row(1), row(2, location="二车间"), row(3, verdict="")]
    first = with_rows_of([], found, {}, 10)
    assert (first.added, first.known, first.blocked, first.over) == (2, 0, 1, 0)
    again = with_rows_of(first.rows, found, {}, 10)
    assert (again.added, again.known, again.rows) == (0, 2, first.rows)
    renamed = [{**one, "model": "改过"} for one in first.rows]
    assert with_rows_of(renamed, found, {}, 10).added == 0


def test_a_row_typed_by_hand_is_the_same_equipment_as_often_as_it_stands_there() -> None:
    typed = {
        "_k": "aaaaaaaa",
        **{key: value for key, value in bare(form_row(row())).items() if key != FROM_LIST},
    }
    two = [row(1), row(2)]
    assert with_rows_of([typed], two, {}, 10).added == 1
    assert with_rows_of([{**typed, "model": " y160m－4 "}], two, {}, 10).added == 1
    assert with_rows_of([{**typed, "location": "别处"}], two, {}, 10).added == 2


def test_there_is_never_more_than_fits() -> None:
    filled = with_rows_of([{"_k": "a"}], [row(n, location=str(n)) for n in range(1, 6)], {}, 3)
    assert (len(filled.rows), filled.added, filled.over) == (3, 2, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": "0"},
        {"quantity": "2.5"},
        {"status": "报废"},
        {"made": "某年"},
        {"model": "长" * 300},
        {"made": "一" * 300},
    ],
    ids=str,
)
def test_what_the_form_cannot_hold_stays_out(values: dict[str, str]) -> None:
    made = form_row(row(**values), "理由" * 400)
    assert len(made.get("model", "")) <= 80
    assert len(made["manual_reason"]) <= 300
    assert made.get("qty") in (None, 2)
    assert made.get("state") in (None, "在用")
    assert len(made.get("made_text", "")) <= 40
