"""A row of the form as a question: units, dates as the list had them, nothing made of nonsense."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.equipment.widget_rows import first_day, made_of, question_of, stated_of, without_results

MOTOR = {"_k": "0cwmw3dp", "name": "三相异步电动机", "model": "Y160M-4", "rated": "11", "rated_unit": "kW"}


@pytest.mark.parametrize(
    ("rated", "unit", "stated"),
    [
        ("11", "kW", {"power_kw": "11"}),
        ("630", "kVA", {"capacity_kva": "630"}),
        ("4", "t/h", {"boiler_capacity": "4t/h"}),
        ("1.6", "MPa", {}),
        ("20.1", "m³/min", {}),
        ("11", "", {}),
        ("一百", "kW", {}),
        ("1e9", "kW", {}),
    ],
)
def test_what_is_rated_goes_to_the_column_of_its_unit(rated: str, unit: str, stated: dict[str, str]) -> None:
    found = stated_of({**MOTOR, "rated": rated, "rated_unit": unit})
    assert found == {"name": "三相异步电动机", "model": "Y160M-4", **stated}


@pytest.mark.parametrize("row", [{}, {"_k": "a"}, {"name": " ", "model": ""}, {"name": 5, "model": ["x"]}])
def test_a_row_that_names_nothing_asks_nothing(row: dict[str, Any]) -> None:
    assert stated_of(row) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1998-05", "1998-05-01"),
        ("1998年", "1998-01-01"),
        ("2001/3/7", "2001-03-07"),
        ("1990年前", ""),
        ("不详", ""),
    ],
)
def test_the_first_day_of_what_is_written(text: str, day: str) -> None:
    found = first_day(text)
    assert (found.isoformat() if found else "") == day


def test_the_list_speaks_until_somebody_types_another_date() -> None:
    assert made_of({"made_on": "2021-01-01", "made_text": "2021年"}) == "2021年"
    assert made_of({"made_on": "2021-03-01", "made_text": "2021年"}) == "2021-03-01"
    assert made_of({"made_text": "1990年前"}) == "1990年前"
    assert made_of({"made_on": "1988-01-01", "made_text": "1990年前"}) == "1988-01-01"
    assert made_of({"made_on": "1988-01-01"}) == "1988-01-01"


def test_a_question_is_of_what_results_rest_on_and_of_nothing_else() -> None:
    assert question_of(MOTOR) == question_of(
        {**MOTOR, "location": "二车间", "manual_confirm": "排除", "qty": 3}
    )
    for changed in ({"model": "Y2-160M-4"}, {"made_on": "1998-05-01"}, {"rated_unit": "kVA"}, {"again": 1}):
        assert question_of(MOTOR) != question_of({**MOTOR, **changed})
    assert question_of({**MOTOR, "again": True}) == question_of({**MOTOR, "again": "x"}) == question_of(MOTOR)


def test_results_are_taken_off_and_what_people_said_stays() -> None:
    row = {**MOTOR, "manual_reason": "铭牌清晰", "list_hit": "x", "suggestion_note": "y", "compared_by": "z"}
    assert without_results(row) == {**MOTOR, "manual_reason": "铭牌清晰"}
