"""Dates, times and numbers as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.definitions.grammar import form_breach
from formserver.web.forms.typed import read_date, read_datetime, read_number

TODAY = date(2026, 5, 6)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("2026-05-06T09:30", "2026-05-06T09:30"),
        ("2026-5-6 9:30", "2026-05-06T09:30"),
        ("2026.5.6 9：30", "2026-05-06T09:30"),
        ("2026年5月6日9时30分", "2026-05-06T09:30"),
        ("2026年5月6日上午9点", "2026-05-06T09:00"),
        ("5月6日下午2点半", "2026-05-06T14:30"),
        ("2026-05-06 09:30:00", "2026-05-06T09:30"),
    ],
)
def test_moments_are_read_to_the_minute(typed, stored):
    assert read_datetime(typed, TODAY).value == stored


@pytest.mark.parametrize(
    "typed", ["2026-05-06", "9:30", "2026-05-06 25:00", "2026-05-06 9", "2026-02-30 9:30", "上午"]
)
def test_half_a_moment_is_a_question(typed):
    reading = read_datetime(typed, TODAY)
    assert reading.value is None
    assert reading.note


@given(st.text(max_size=20))
def test_whatever_is_typed_gives_a_canonical_value_or_a_question(text):
    for kind, reading in (
        ("date", read_date(text, TODAY)),
        ("date-time", read_datetime(text, TODAY)),
        ("decimal", read_number(text)),
    ):
        if reading.value is None:
            assert reading.note
        else:
            assert form_breach(kind, reading.value) is None


@given(st.dates())
def test_every_canonical_date_is_read_as_itself(day):
    reading = read_date(day.isoformat(), TODAY)
    assert (reading.value, reading.note) == (day.isoformat(), "")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_numbers_with_grouping_keep_every_digit(number):
    assert read_number(f"{number:,f}").value == f"{number:f}"


def test_numbers_with_a_scale_are_exact():
    assert read_number("0.1万").value == "1000"
    assert read_number("1.23456789亿").value == "123456789"
    assert read_number("1.5", whole=True).value is None
    assert read_number("1.2万", whole=True).value == "12000"
