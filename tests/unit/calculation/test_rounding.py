"""Rounding and judging by GB/T 8170-2008: the published examples, and an independent integer implementation."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.calculation.rounding import (
    passes,
    round_fifth_unit,
    round_half_unit,
    round_interval,
    round_to,
    same_digits,
)

INTERVALS = [
    ("R1", "12.1498", "0.1", "12.1"),
    ("R2", "12.1498", "1", "12"),
    ("R3", "435.5000", "1", "436"),
    ("R4", "434.5", "1", "434"),
    ("R5", "434.50001", "1", "435"),
    ("R6", "-0.0365", "0.001", "-0.036"),
    ("R7", "13349.95", "0.1", "13350.0"),
    ("R8", "3500", "1000", "4000"),
    ("R9", "0.12285", "0.0001", "0.1228"),
    ("R10", "415.4549", "1", "415"),
    ("R11", "1.050", "0.1", "1.0"),
    ("R12", "-28.5", "1", "-28"),
    ("H1", "60.25", "0.5", "60.0"),
    ("H2", "60.38", "0.5", "60.5"),
    ("H3", "-60.75", "0.5", "-61.0"),
    ("F1", "830", "20", "840"),
    ("F2", "842", "20", "840"),
]


@pytest.mark.parametrize(("case", "value", "interval", "expected"), INTERVALS, ids=[c[0] for c in INTERVALS])
def test_examples_of_the_standard(case: str, value: str, interval: str, expected: str) -> None:
    assert str(round_interval(Decimal(value), Decimal(interval))) == expected
    places = {"0.0001": 4, "0.001": 3, "0.1": 1, "1": 0, "1000": -3}.get(interval)
    if places is not None:
        assert str(round_to(Decimal(value), places)) == expected


@pytest.mark.parametrize(("value", "expected"), [("60.25", "60.0"), ("60.38", "60.5"), ("-60.75", "-61.0")])
def test_half_units(value: str, expected: str) -> None:
    assert str(round_half_unit(Decimal(value), 0)) == expected


@pytest.mark.parametrize(("value", "expected"), [("830", "840"), ("842", "840"), ("-930", "-920")])
def test_fifth_units(value: str, expected: str) -> None:
    assert str(round_fifth_unit(Decimal(value), -2)) == expected


COMPARISONS = [
    ("C1", "415", "415.4", "le", False, True),
    ("C2", "415", "415.0000", "le", True, True),
    ("C3", "415", "415.5", "le", False, False),
    ("C4", "-12", "-11.6", "le", False, True),
    ("C5", "13350", "13350.3", "le", False, True),
    ("C6", "15", "15.004", "le", False, True),
    ("C7", "5.5", "5.549", "le", False, True),
    ("C8", "5.5", "5.55", "le", False, False),
    ("C9", "91.4", "91.37", "ge", False, True),
    ("C10", "1850", "1850.5", "le", False, True),
]


@pytest.mark.parametrize(
    ("case", "limit", "value", "direction", "full", "rounded"), COMPARISONS, ids=[c[0] for c in COMPARISONS]
)
def test_both_ways_to_compare(
    case: str, limit: str, value: str, direction: str, full: bool, rounded: bool
) -> None:
    for comparison, expected in (("full", full), ("rounded", rounded)):
        assert passes(Decimal(value), Decimal(limit), direction=direction, comparison=comparison) is expected


def test_full_values_are_compared_unless_the_standard_says_otherwise() -> None:
    assert not passes(Decimal("415.0000000000000000000000000000000000001"), Decimal(415))
    assert passes(Decimal("415"), Decimal("415.00"))


def test_a_corrected_limit_is_rounded_to_the_digits_of_its_standard() -> None:
    corrected = Decimal("104.3333333333")
    assert passes(Decimal("104.4"), corrected, comparison="rounded", places=0)
    assert not passes(Decimal("104.4"), corrected)


@pytest.mark.parametrize(
    ("limit", "places"), [("13350", 0), ("5.5", 1), ("5.50", 2), ("-12", 0), ("1E+3", 0)]
)
def test_digits_of_a_limit_as_written(limit: str, places: int) -> None:
    assert same_digits(Decimal(limit)) == places


def test_zero_has_no_sign_and_large_numbers_no_exponent() -> None:
    assert str(round_to(Decimal("-0.4"), 0)) == "0"
    assert str(round_to(Decimal("123456"), -5)) == "100000"
    assert str(round_interval(Decimal("-0.2"), Decimal("0.5"))) == "0.0"


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1E+901"])
def test_what_cannot_be_rounded(value: str) -> None:
    with pytest.raises(ValueError, match="cannot round"):
        round_to(Decimal(value), 2)


@pytest.mark.parametrize(("direction", "comparison"), [("lt", "full"), ("le", "about"), ("", "rounded")])
def test_unknown_ways_to_compare(direction: str, comparison: str) -> None:
    with pytest.raises(ValueError, match="unknown"):
        passes(Decimal(1), Decimal(2), direction=direction, comparison=comparison)


def half_even(value: Fraction, interval: Fraction) -> Fraction:
    """The rule in words of the standard, with whole numbers only."""
    negative, size = value < 0, abs(value)
    count, left = divmod(size.numerator * interval.denominator, size.denominator * interval.numerator)
    twice, whole = 2 * left, size.denominator * interval.numerator
    if twice > whole or (twice == whole and count % 2 == 1):
        count += 1
    found = count * interval
    return -found if negative else found


numbers = st.decimals(
    min_value=Decimal("-1E12"), max_value=Decimal("1E12"), allow_nan=False, allow_infinity=False, places=8
)


@given(numbers, st.integers(-6, 8))
def test_rounding_to_places_agrees_with_whole_numbers(value: Decimal, places: int) -> None:
    interval = Fraction(10) ** -places
    assert Fraction(round_to(value, places)) == half_even(Fraction(value), interval)


@given(numbers, st.sampled_from(["0.5", "0.2", "0.05", "1", "20", "25", "0.003", "1000"]))
def test_rounding_to_intervals_agrees_with_whole_numbers(value: Decimal, interval: str) -> None:
    found = round_interval(value, Decimal(interval))
    assert Fraction(found) == half_even(Fraction(value), Fraction(interval))


@given(st.integers(-(10**9), 10**9), st.integers(0, 6))
def test_exact_halves_go_to_the_even_digit(count: int, places: int) -> None:
    half = Decimal(2 * count + 1) / 2
    found = round_to(half.scaleb(-places), places)
    assert int(found.scaleb(places)) % 2 == 0


@given(numbers, numbers, st.integers(0, 4))
def test_rounding_keeps_order_and_is_done_once(one: Decimal, other: Decimal, places: int) -> None:
    low, high = min(one, other), max(one, other)
    assert round_to(low, places) <= round_to(high, places)
    assert round_to(round_to(one, places), places) == round_to(one, places)


@given(numbers, numbers)
def test_full_comparison_is_never_laxer(value: Decimal, limit: Decimal) -> None:
    for direction in ("le", "ge"):
        if passes(value, limit, direction=direction):
            assert passes(value, limit, direction=direction, comparison="rounded", places=2)


@given(numbers)
def test_the_context_of_the_caller_does_not_matter(value: Decimal) -> None:
    expected = round_to(value, 3)
    with localcontext() as context:
        context.prec = 4
        assert round_to(value, 3) == expected
        assert Fraction(round_interval(value, Decimal("0.5"))) == half_even(Fraction(value), Fraction(1, 2))
