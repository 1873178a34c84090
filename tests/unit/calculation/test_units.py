"""Units: every spelling people use, exact factors, and nothing that merely looks like a unit."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.calculation.unit_list import COUNTED, DEFINITIONS, MULTIPLES, SPELLINGS
from formserver.calculation.units import ONE, convert, convertible, factor, is_unit, unit
from formserver.core.errors import AppError


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("kW·h", "kWh"),
        ("ｋＷｈ", "kWh"),
        ("KWH", "kWh"),
        ("千瓦时", "kWh"),
        ("m3", "m³"),
        ("m^3", "m³"),
        ("M3", "m³"),
        ("Nm3", "m³"),
        ("Nm³", "m³"),
        ("标方", "m³"),
        ("㎡", "m²"),
        ("平方米", "m2"),
        ("℃", "°C"),
        ("％", "%"),
        (" 万 m³ ", "万Nm3"),
        ("万标立方米", "万m3"),
        ("百万千焦", "GJ"),
        ("吨标准煤", "tce"),
        ("万吨标煤", "万tce"),
        ("kgce/t/%", "kgce/(t·%)"),
        ("kgce/（t·％）", "kgce/(t*%)"),
        ("kJ·kg⁻¹", "kJ/kg"),
        ("tce/t", "kgce/kg"),
        ("gce/(kW·h)", "kgce/MWh"),
        ("Pa", "N/m2"),
        ("", "1"),
        ("t/t", "1"),
        ("公斤标准煤／吨", "kgce/t"),
    ],
)
def test_spellings(written: str, same: str) -> None:
    assert unit(written) == unit(same)
    assert hash(unit(written)) == hash(unit(same))


@pytest.mark.parametrize(
    ("given_", "wanted", "expected"),
    [
        ("万kWh", "kWh", "10000"),
        ("万m³", "m³", "10000"),
        ("t", "kg", "1000"),
        ("万t", "t", "10000"),
        ("tce", "kgce", "1000"),
        ("gce", "kgce", "0.001"),
        ("kWh", "kJ", "3600"),
        ("kWh", "MJ", "3.6"),
        ("GJ", "MJ", "1000"),
        ("百万kJ", "GJ", "1"),
        ("%", "1", "0.01"),
        ("kcal", "kJ", "4.1868"),
        ("kcal/kg", "MJ/t", "4.1868"),
        ("百万片", "片", "1000000"),
        ("百米", "m", "100"),
        ("toe", "kgoe", "1000"),
        ("MPa", "Pa", "1000000"),
        ("m²", "万m2", "0.0001"),
        ("km²", "m²", "1000000"),
        ("亿元", "万元", "10000"),
        ("m³", "L", "1000"),
        ("kgce/(t·%)", "kgce/t", "100"),
    ],
)
def test_exact_factors(given_: str, wanted: str, expected: str) -> None:
    assert factor(given_, wanted) == Decimal(expected)


def test_factors_that_do_not_end_have_fifty_digits_and_conversions_stay_exact() -> None:
    assert str(factor("kJ", "kWh")) == "0.00027777777777777777777777777777777777777777777777778"
    assert convert(Decimal(3600), "kJ", "kWh") == 1
    with localcontext() as context:
        context.prec = 3
        assert convert(Decimal("123456789.123"), "t", "kg") == Decimal("123456789123")


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("kJ", "kgce"),
        ("kgoe", "kgce"),
        ("kg", "m³"),
        ("年", "h"),
        ("°C", "1"),
        ("件", "台"),
        ("重量箱", "t"),
        ("kVA", "kW"),
        ("Adt", "t"),
        ("元", "1"),
        ("标箱", "箱"),
    ],
)
def test_what_only_a_coefficient_may_join(given_: str, wanted: str) -> None:
    assert not convertible(given_, wanted)
    with pytest.raises(AppError) as refused:
        factor(given_, wanted)
    assert refused.value.code.code == "UNIT_MISMATCH"
    assert given_ in str(refused.value)
    assert wanted in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "mt",
        "kgce/t·%",
        "公里/时速",
        "/",
        "kg/",
        "(kg",
        "kg)",
        "kg//t",
        "m0",
        "m99",
        "m99999999999999999999999",
        "百百t",
        "万",
        "%%",
        "__class__",
        "kg.m",
        "kg;t",
        "2kg",
        "kg\x00",
        "(" * 40,
        "k" * 1000000,
        "кг",
        "ton",
    ],
)
def test_what_is_no_unit(text: str) -> None:
    assert not is_unit(text)
    with pytest.raises(AppError) as refused:
        unit(text)
    assert refused.value.code.code == "UNIT_UNKNOWN"
    assert len(str(refused.value)) < 200


def test_arithmetic_and_how_units_are_written() -> None:
    assert unit("kg") * unit("kJ/kg") == unit("kJ")
    assert str(unit("kg") * unit("kJ/kg") / unit("kJ/kgce") / unit("t")) == "kgce/t"
    assert str(unit("gce/(kW·h)")) == "gce/(kW·h)"
    assert str(unit("万m3")) == "万m³"
    assert str(unit("1/h")) == "1/h"
    assert str(ONE) == "1"
    assert unit("m") ** 3 == unit("m³")
    assert unit("m") ** 0 == ONE
    assert unit("m²").root() == unit("m")
    assert unit("t").root() is None
    assert unit("%").plain is False
    assert unit("1").plain is True


def test_every_listed_spelling_and_multiple_is_known() -> None:
    names = [definition.partition(" ")[0] for definition in DEFINITIONS]
    assert sorted(names) == sorted(SPELLINGS)
    for name, spellings in SPELLINGS.items():
        for spelling in spellings.split():
            assert unit(spelling).dimension == unit(name).dimension, spelling
            for word, times in MULTIPLES.items():
                assert unit(word + spelling).scale == unit(spelling).scale * times
    dimensions = {unit(name).dimension for name in COUNTED.split()}
    assert len(dimensions) == len(COUNTED.split())


parts = st.sampled_from(["kg", "t", "kWh", "GJ", "m³", "kgce", "%", "万t", "重量箱", "h"])


@given(parts, parts, parts)
def test_scales_multiply(one: str, two: str, three: str) -> None:
    found = unit(f"{one}/({two}·{three})")
    assert found.scale == unit(one).scale / unit(two).scale / unit(three).scale
    assert found * unit(two) * unit(three) == unit(one)


@given(st.fractions(min_value=0, max_value=10**6, max_denominator=1000), parts)
def test_there_and_back_again(amount: Fraction, name: str) -> None:
    value = Decimal(amount.numerator) / Decimal(amount.denominator)
    whole = f"万{name}" if name not in ("%", "万t") else name
    assert abs(convert(convert(value, name, whole), whole, name) - value) <= Decimal("1E-40")


@given(st.text(max_size=80))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        found = unit(text)
    except AppError as refused:
        found = None
        code = refused.code.code
    assert (found is None and code == "UNIT_UNKNOWN") or (found is not None and found.scale > 0)
