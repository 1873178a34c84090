"""The formula language: values, laziness, units, and how a calculation sheet shows a formula."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.calculation.expressions import Formula, Sort, Value, parse
from formserver.calculation.units import Unit, unit
from formserver.core.errors import AppError


class Missing(Exception):
    """What the calculation around a formula raises for a missing input."""


@dataclass
class Names:
    """A scope of given values and units."""

    values: Mapping[str, str | bool | Decimal] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Value:
        if name not in self.values:
            raise Missing(name)
        found = self.values[name]
        if isinstance(found, str) and found[:1].lstrip("-").isdigit():
            return Decimal(found)
        if isinstance(found, str) and found.startswith("-"):
            return Decimal(found)
        return found

    def unit(self, name: str) -> Unit | Sort | str:
        return self.units.get(name, "")

    def lookup(self, table: str, at: Value) -> Decimal:
        if not isinstance(at, Decimal):
            return Decimal(len(str(at)))
        if at > 100:
            raise Missing(table)
        return at * 2

    def table_units(self, table: str) -> tuple[Sort | str, str]:
        return {"vt": ("%", "kgce/t"), "by_text": (Sort.TEXT, "kgce/t")}[table]


CLINKER = Names(
    {"coal_t": "208000", "q": "22400", "qs": "29307.6", "clinker_t": "1550000", "alt": "1600", "neg": "-12"},
    {
        "coal_t": "t",
        "q": "kJ/kg",
        "qs": "kJ/kgce",
        "clinker_t": "t",
        "alt": "m",
        "neg": "kgce",
        "pct": "%",
        "way": "text",
        "yes": "boolean",
        "limit": "kgce/t",
        "p": "Pa",
        "area": "m²",
    },
)
NOTHING = Names()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("2 ^ 3 ^ 2", "512"),
        ("-2 ^ 2", "-4"),
        ("2 ^ -1", "0.5"),
        ("2 * -3", "-6"),
        ("--3", "3"),
        ("10 - 4 - 3", "3"),
        ("100 / 5 / 2", "10"),
        ("100 / 5 * 2", "40"),
        ("0.1 + 0.2", "0.3"),
        ("0.25 ^ 0.5", "0.5"),
        ("sqrt(2.25)", "1.5"),
        ("min(3, 1, 2)", "1"),
        ("max(3, 1 + 4)", "5"),
        ("abs(2 - 5)", "3"),
        ("ceil(1.2) + floor(-1.2)", "0"),
        ("round(434.5, 0)", "434"),
        ("round(435.5, 0)", "436"),
        ("round(1234, -2)", "1200"),
        ("if(1 < 2, 10, 20)", "10"),
        ("if(1 = 1.0 and not 2 <= 1, 10, 20)", "10"),
        ("if(1 > 2 or 3 >= 3, 10, 20)", "10"),
        ("if('a' = 'a', 1, 2)", "1"),
        ("if('a' != 'a', 1, 2)", "2"),
        ("if(true, 1, 2)", "1"),
        ("lookup(vt, 7) + 1", "15"),
        ("lookup(by_text, 'abc')", "3"),
    ],
)
def test_values(text: str, expected: str) -> None:
    assert parse(text).evaluate(NOTHING) == Decimal(expected)


def test_numbers_have_fifty_digits_whatever_the_context_of_the_caller() -> None:
    with localcontext() as context:
        context.prec = 5
        found = parse("1 / 3").evaluate(NOTHING)
    assert str(found) == "0." + "3" * 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if(alt > 1500, 1, nothing)", "1"),
        ("if(alt < 1500, nothing, 2)", "2"),
        ("if(alt > 1500 or nothing > 1, 3, 4)", "3"),
        ("if(alt < 1500 and nothing > 1, 3, 4)", "4"),
    ],
)
def test_what_does_not_matter_may_be_missing(text: str, expected: str) -> None:
    assert parse(text).evaluate(CLINKER) == Decimal(expected)
    assert "nothing" in parse(text).names


def test_what_matters_must_be_there() -> None:
    with pytest.raises(Missing, match="nothing"):
        parse("alt + nothing").evaluate(CLINKER)


def test_names_and_tables() -> None:
    formula = parse("if(way = 'wet', lookup(vt, pct), a) + to(b, 'kg')")
    assert formula.names == {"way", "pct", "a", "b"}
    assert formula.tables == {"vt"}


@pytest.mark.parametrize(
    ("text", "divisor"),
    [
        ("coal_t / (alt - 1600)", "(alt - 1600)"),
        ("1 / nil", "nil"),
        ("6 / 2 / max(0, nil)", "max(0, nil)"),
        ("nil ^ -1", "nil"),
    ],
)
def test_a_divisor_of_zero_is_named(text: str, divisor: str) -> None:
    with pytest.raises(AppError) as refused:
        parse(text).evaluate(Names({**CLINKER.values, "nil": "0"}))
    assert refused.value.code.code == "FORMULA_DIVISION"
    assert refused.value.params["divisor"] == divisor
    assert divisor in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "9 ^ 9 ^ 9",
        "10 ^ 20 * 10 ^ 20",
        "2 ^ 20.5",
        "2 ^ 1000000000",
        "(10 ^ 19) ^ 20",
        "(0 - 2) ^ 0.5",
        "0 ^ 0",
        "sqrt(0 - 1)",
        "1 / (1 / 10 ^ 20) ^ 20",
        "nan + 1",
        "infinite * 0",
        "huge + 1",
        "if(nan = nan, 1, 2)",
        "word + 1",
        "yes * 2",
        "not 1",
        "if(1, 2, 3)",
        "1 and 2",
        "word < 'b'",
        "word = 1",
        "yes = 1",
    ],
)
def test_what_is_out_of_bounds_or_of_another_sort_is_an_error(text: str) -> None:
    odd = Names(
        {
            "nan": Decimal("NaN"),
            "infinite": Decimal("Infinity"),
            "huge": Decimal("1E30"),
            "word": "a",
            "yes": True,
        }
    )
    with pytest.raises(AppError) as refused:
        parse(text).evaluate(odd)
    assert refused.value.code.code == "FORMULA_RANGE"


def test_numbers_below_the_bound_pass() -> None:
    assert parse("a + 0").evaluate(Names({"a": "9" * 30})) == Decimal("9" * 30)


# -- units ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("to(coal_t, 'kg') * q / qs / clinker_t", "kgce/t"),
        ("to(coal_t, 'kg') * q / qs", "kgce"),
        ("coal_t + clinker_t", "t"),
        ("0.5 * neg", "kgce"),
        ("to(pct, '1')", "1"),
        ("limit * (1.179 - 0.211 * p / to(p, 'Pa'))", "kgce/t"),
        ("if(alt > 1500, limit, 0)", "kgce/t"),
        ("if(way = 'wet', limit, limit * 2)", "kgce/t"),
        ("max(neg, 0)", "kgce"),
        ("lookup(vt, pct)", "kgce/t"),
        ("lookup(by_text, way)", "kgce/t"),
        ("lookup(vt, 21)", "kgce/t"),
        ("area ^ 2", "m2·m2"),
        ("sqrt(area)", "m"),
        ("round(neg / 3, 2)", "kgce"),
        ("to(q, 'MJ/kg')", "MJ/kg"),
        ("(p / p) ^ 0.5", "1"),
        ("-neg", "kgce"),
    ],
)
def test_units(text: str, expected: str) -> None:
    assert parse(text).unit(CLINKER) == unit(expected)


@pytest.mark.parametrize(
    "text", ["alt > 1500", "yes", "not yes and alt < clinker_t / clinker_t * 3", "way = 'wet'"]
)
def test_conditions_have_a_sort(text: str) -> None:
    if "clinker" in text:
        with pytest.raises(AppError):
            parse(text).unit(CLINKER)
    else:
        assert parse(text).unit(CLINKER) is Sort.BOOLEAN


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("coal_t + to(coal_t, 'kg')", "to(coal_t, 'kg')”的单位是 kg"),
        ("coal_t + 1", "“1”没有单位"),
        ("1 - pct", "“pct”的单位是 %"),
        ("if(yes, limit, neg)", "if 的两个结果"),
        ("max(neg, limit)", "max 的各个参数"),
        ("alt > p", "比较的两边"),
        ("way > 'a'", "不能用 > 比较"),
        ("way = 1", "不能用 = 比较"),
        ("way * 2", "是文字，不是数"),
        ("yes + yes", "不能相加减"),
        ("if(alt, 1, 2)", "不是条件"),
        ("alt ^ 0.5", "只能写整数"),
        ("2 ^ alt", "幂次不能带单位"),
        ("sqrt(neg)", "不能开平方"),
        ("to(coal_t, 'kJ')", "不能换算成 kJ"),
        ("to(pct, 'kgce')", "不能换算成 kgce"),
        ("lookup(vt, alt)", "参数的单位是 %"),
        ("lookup(by_text, alt)", "参数是文字"),
        ("lookup(vt, way)", "“way”是文字"),
        ("abs(way)", "只能用于数"),
    ],
)
def test_units_that_do_not_agree(text: str, said: str) -> None:
    with pytest.raises(AppError) as refused:
        parse(text).unit(CLINKER)
    assert refused.value.code.code == "FORMULA_UNITS"
    assert said in str(refused.value)


def test_a_conversion_follows_the_unit_of_the_product() -> None:
    formula = parse("to(amount, 'kg') * 2")
    assert formula.evaluate(Names({"amount": "3"}, {"amount": "t"})) == 6000
    assert formula.evaluate(Names({"amount": "3"}, {"amount": "万t"})) == 60000000
    assert formula.evaluate(Names({"amount": "3"}, {"amount": "t"})) == 6000
    with pytest.raises(AppError, match="不能换算成 kg"):
        formula.evaluate(Names({"amount": "3"}, {"amount": "m³"}))


# -- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "(to(coal_t, 'kg') * q / qs) / clinker_t",
            "(208000 × 1000 × 22400 ÷ 29307.6) ÷ 1550000",
        ),
        ("if(alt > 1500, coal_t * 2, nothing)", "208000 × 2"),
        ("neg + 5 * neg", "(−12) + 5 × (−12)"),
        ("neg * 2 - neg", "(−12) × 2 − (−12)"),
        ("(alt + 1) * (alt - (1 - 2))", "(1600 + 1) × (1600 − (1 − 2))"),
        ("alt ^ 2 / (2 * 3)", "1600² ÷ (2 × 3)"),
        ("sqrt(alt) + min(alt, 3)", "√(1600) + 最小值(1600，3)"),
        ("lookup(vt, 7) * 2", "14 × 2"),
        ("round(alt / 7, 1)", "修约(1600 ÷ 7，1 位)"),
        ("alt > 1500 and not alt = 3", "1600 > 1500 且 非 1600 = 3"),
        ("coal_t / third", "208000 ÷ 0.333333333333…"),
    ],
)
def test_the_numbers_put_in(text: str, expected: str) -> None:
    scope = Names({**CLINKER.values, "third": Decimal(1) / Decimal(3)}, CLINKER.units)
    assert parse(text).substituted(scope) == expected


def test_the_numbers_may_be_shown_in_another_way() -> None:
    assert parse("coal_t / 2").substituted(CLINKER, lambda value: f"{value:,}") == "208,000 ÷ 2"


def test_words_for_names() -> None:
    titles = {
        "coal_t": "燃料量",
        "q": "低位发热量",
        "qs": "标准煤发热量",
        "clinker_t": "熟料产量",
        "vt": "修正表",
    }
    shown = parse("(to(coal_t, 'kg') * q / qs) / clinker_t").worded(lambda name: titles[name])
    assert shown == "(燃料量[kg] × 低位发热量 ÷ 标准煤发热量) ÷ 熟料产量"
    assert parse("lookup(vt, q)").worded(lambda name: titles[name]) == "查表(修正表，低位发热量)"
    assert (
        parse("if(q >= 3, coal_t, 0)").worded(lambda name: titles[name])
        == "〔若 低位发热量 ≥ 3：燃料量；否则：0〕"
    )


# -- against arithmetic of fractions ---------------------------------------------------------------------------------


whole = st.integers(-999, 999)


@st.composite
def sums(draw: st.DrawFn, depth: int = 3) -> tuple[str, Fraction | None]:
    """A formula and its exact value; None where it divides by zero."""
    if depth == 0 or draw(st.booleans()):
        number = draw(st.integers(0, 99))
        return str(number), Fraction(number)
    left, one = draw(sums(depth - 1))
    right, other = draw(sums(depth - 1))
    sign = draw(st.sampled_from("+-*/"))
    text = f"({left}) {sign} ({right})"
    if one is None or other is None or (sign == "/" and other == 0):
        return text, None
    found = {"+": one + other, "-": one - other, "*": one * other}.get(sign)
    return text, one / other if found is None else found


@given(sums())
def test_arithmetic_agrees_with_fractions(case: tuple[str, Fraction | None]) -> None:
    text, expected = case
    formula = Formula(text)
    if expected is None:
        with pytest.raises(AppError, match="等于 0"):
            formula.evaluate(NOTHING)
        return
    found = formula.evaluate(NOTHING)
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - expected) <= abs(expected) * Fraction(1, 10**40) + Fraction(1, 10**40)


@given(whole, whole)
def test_more_coal_is_never_less_energy(one: int, other: int) -> None:
    formula = parse("(to(coal_t, 'kg') * q / qs) / clinker_t")

    def energy(coal: int) -> Value:
        return formula.evaluate(Names({**CLINKER.values, "coal_t": Decimal(coal)}, CLINKER.units))

    low, high = energy(min(one, other)), energy(max(one, other))
    assert isinstance(low, Decimal)
    assert isinstance(high, Decimal)
    assert low <= high


@given(st.decimals(min_value=0, max_value=10**9, places=4))
def test_roots_square_back(value: Decimal) -> None:
    found = parse("sqrt(x) ^ 2").evaluate(Names({"x": value}))
    assert isinstance(found, Decimal)
    assert math.isclose(found, value, rel_tol=1e-40, abs_tol=1e-40)
