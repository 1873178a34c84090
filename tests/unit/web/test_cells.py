"""Pasted cells mean what they would mean typed."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.web.forms.cells import read_cell
from tests.unit.web.test_form_round_trip import TYPES

TODAY = date(2026, 5, 6)
FORM = TYPES["verification_form"]
NOTICE = TYPES["inspection_notice"]


@pytest.mark.parametrize(
    ("pattern", "text", "value"),
    [
        ("/energy_rows/*/qty", "1,234.5", "1234.5"),
        ("/energy_rows/*/qty", "１２３４．５", "1234.5"),
        ("/energy_rows/*/qty", "1.2万", "12000"),
        ("/energy_rows/*/unit", " t ", "t"),
        ("/energy_rows/*/evidence", "台账1、发票2", ["台账1", "发票2"]),
        ("/energy_rows/*/energy_note", " 晋城 ", " 晋城 "),
        ("/energy_rows/*/qty", "", None),
        ("/inspectors/*/name", "", None),
    ],
)
def test_a_cell_that_can_be_read(pattern, text, value):
    read = read_cell(FORM.by_pattern[pattern], text, TODAY)
    assert read["value"] == value
    assert "raw" not in read


@pytest.mark.parametrize("typed", ["2024.5.6", "24/5/6", "45418"])
def test_a_date_in_a_cell(typed):
    read = read_cell(NOTICE.by_pattern["/inspectors/*/cert_valid_to"], typed, TODAY)
    assert (read["value"], read["text"]) == ("2024-05-06", "2024-05-06")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("/energy_rows/*/qty", "约1200"),
        ("/energy_rows/*/qty", "无"),
        ("/energy_rows/*/unit", "斤"),
        ("/energy_rows/*/qty", "一批"),
    ],
)
def test_a_cell_that_needs_a_question_keeps_its_text(pattern, text):
    read = read_cell(FORM.by_pattern[pattern], text, TODAY)
    assert read["raw"] == text
    assert read["message"]


def test_switches_and_lists_of_choices():
    switch = NOTICE.by_pattern["/notice_exempt"]
    assert read_cell(switch, "√", TODAY)["value"] is True
    assert read_cell(switch, "否", TODAY)["value"] is False
    assert read_cell(switch, "也许", TODAY)["raw"] == "也许"
    items = NOTICE.by_pattern["/items"]
    first, second = items.choices[:2]
    assert read_cell(items, f"{first}、{second}", TODAY)["value"] == [first, second]
    assert read_cell(items, f"{first}、别的", TODAY)["raw"] == f"{first}、别的"
