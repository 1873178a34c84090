"""Comprehensive energy by GB/T 2589: conversion, boundary, bases, and what people are told to do."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.calculation.coefficients import Coefficients, coefficients_from_json
from formserver.calculation.energy import EnergyBalance, EnergyLine, balance

FILE = Path(__file__).resolve().parents[3] / "schemas/coefficients/gbt2589/2020.json"
DATA: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
TABLE = coefficients_from_json(DATA, "coefficients/gbt2589/2020", "a" * 64)
DAY = date(2025, 12, 31)


def line(carrier: str, amount: str, unit: str, **other: str) -> EnergyLine:
    return EnergyLine(carrier, amount=amount, unit=unit, **other)


def of(*lines: EnergyLine, table: Coefficients = TABLE) -> EnergyBalance:
    return balance(lines, table, DAY)


def only_trouble(found: EnergyBalance) -> tuple[str, str, str]:
    assert len(found.troubles) == 1, found.troubles
    trouble = found.troubles[0]
    return trouble.code, trouble.field, trouble.message


@pytest.mark.parametrize(
    ("given_", "kgce"),
    [
        (line("electricity", "900", "万kWh"), "1106100"),
        (line("电力", "9,000,000", "kW·h"), "1106100"),
        (line("electricity", "９００００００", "kWh"), "1106100"),
        (line("electricity", "3.6", "MJ"), "0.1229"),
        (line("raw_coal", "1.5", "t"), "1071.45"),
        (line("原煤", "1.5万", "kg"), "10714.5"),
        (line("raw_coal", "2", "tce"), "2000"),
        (line("fuel_oil", "2", "toe"), "2857.2"),
        (line("heat", "5", "GJ"), "170.6"),
        (line("heat", "1", "百万千焦"), "34.12"),
        (line("blast_furnace_gas", "1", "万Nm3"), "1286"),
        (line("fresh_water", "100", "t"), "25.71"),
        (line("calcium_carbide", "1", "t"), "2078.6"),
        (line("natural_gas", "10", "万m³", coefficient="1.2143"), "121430"),
        (line("natural_gas", "10", "万m³", coefficient="12.143", coefficient_unit="tce/万m³"), "121430"),
        (line("raw_coal", "2", "t", q_net="29307.6", q_unit="kJ/kg"), "2000"),
        (line("raw_coal", "2", "t", q_net="29.3076", q_unit="MJ/kg"), "2000"),
        (line("raw_coal", "2", "t", q_net="29.3076", q_unit="GJ/t"), "2000"),
        (line("raw_coal", "2", "t", q_net="7000", q_unit="kcal/kg"), "2000"),
        (line("raw_coal", "2", "t", q_net="29307.6"), "2000"),
        (line("natural_gas", "1", "万m³", q_net="29307.6", q_unit="kJ/m³"), "10000"),
        (line("petroleum_coke", "1", "t", q_net="29307.6", q_unit="kJ/kg"), "1000"),
        (line("生物质颗粒", "3", "t", coefficient="0.5", coefficient_unit="kgce/kg"), "1500"),
        (line("废轮胎", "3", "万条", coefficient="5", coefficient_unit="kgce/条"), "150000"),
        (line("diesel", "0", "t"), "0"),
    ],
)
def test_one_line(given_: EnergyLine, kgce: str) -> None:
    found = of(given_)
    assert found.troubles == ()
    assert found.total == Decimal(kgce)
    assert found.lines[0].kgce == Decimal(kgce)


def test_every_line_keeps_what_it_rests_on() -> None:
    found = of(
        line("electricity", "900", "万kWh", evidence="电费单"),
        line("raw_coal", "2", "t", q_net="22400", q_unit="kJ/kg"),
        line("natural_gas", "1", "m3", coefficient="1.2143"),
        line("raw_coal", "2", "tce"),
    ).lines
    assert [one.source for one in found] == ["默认", "实测", "自填", "直接折标"]
    assert [one.figure.id.partition("#")[2] if one.figure else None for one in found] == [
        "electricity",
        "standard_coal_heat",
        None,
        None,
    ]
    assert (found[0].base_amount, found[0].base_unit) == (Decimal(9000000), "kWh")
    assert (found[0].amount, found[0].unit, found[0].evidence) == (Decimal(900), "万kWh", "电费单")
    assert found[0].coefficient == Decimal("0.1229")
    assert found[1].coefficient is not None
    assert f"{found[1].coefficient:.10f}" == "0.7643068692"
    assert found[1].coefficient_unit == "kgce/kg"


def test_inputs_less_outputs() -> None:
    found = of(
        line("raw_coal", "100", "t"),
        line("coke", "10", "t", use="feedstock"),
        line("electricity", "5", "万kWh"),
        line("electricity", "1", "万kWh", direction="out"),
        line("heat", "10", "GJ", direction="out"),
    )
    assert found.total_in == 71430 + 9714 + 6145
    assert found.total_out == Decimal("1229") + Decimal("341.2")
    assert found.total == found.total_in - found.total_out
    assert found.feedstock == 9714
    assert found.electricity_kwh == 50000


def test_excluded_systems_are_shown_and_do_not_count() -> None:
    found = of(line("diesel", "5", "t", system="excluded"), line("diesel", "1", "t", system="attached"))
    assert [one.counted for one in found.lines] == [False, True]
    assert found.total == Decimal("1457.1")
    incomplete = of(line("diesel", "", "t", system="excluded"), line("diesel", "1", "t"))
    assert incomplete.troubles == ()
    assert of(line("electricity", "1", "kWh", system="excluded")).electricity_kwh == 0


def test_empty_lines_and_an_empty_table() -> None:
    found = of(EnergyLine(""), EnergyLine("  ", unit="t"))
    assert (found.lines, found.troubles, found.total) == ((), (), 0)
    assert of().equivalent is not None


@pytest.mark.parametrize(
    ("given_", "code", "field", "said"),
    [
        (line("diesel", "", "t"), "MISSING_INPUT", "amount", "（柴油）缺少数量"),
        (line("diesel", "5", ""), "MISSING_INPUT", "unit", "缺少计量单位"),
        (line("", "5", "t"), "MISSING_INPUT", "carrier", "请选择能源品种"),
        (line("natural_gas", "5", "m³"), "MISSING_INPUT", "coefficient", "区间 1.1000～1.3300 kgce/m³"),
        (line("petroleum_coke", "5", "t"), "COEFFICIENT_UNKNOWN", "coefficient", "没有可用的折标系数"),
        (line("柴火", "5", "t"), "COEFFICIENT_UNKNOWN", "carrier", "不在GB/T 2589-2020折标系数表中"),
        (line("柴火", "5", "t", q_net="9000"), "MISSING_INPUT", "q_unit", "低位发热量的单位"),
        (line("柴火", "5", "t", coefficient="0.5"), "MISSING_INPUT", "coefficient_unit", "折标系数的单位"),
        (line("diesel", "5", "升升"), "UNIT_UNKNOWN", "unit", "没有“升升”这个单位"),
        (line("diesel", "5", "L"), "UNIT_MISMATCH", "unit", "不能换算成 kg"),
        (line("heat", "5", "t"), "UNIT_MISMATCH", "unit", "按焓值折算成热量"),
        (line("electricity", "5", "tce"), "UNIT_MISMATCH", "unit", "请按电量填写"),
        (line("diesel", "-5", "t"), "INVALID_INPUT", "amount", "方向选为“输出”"),
        (line("diesel", "约5", "t"), "INVALID_INPUT", "amount", "不是确定的数"),
        (line("diesel", "五吨", "t"), "INVALID_INPUT", "amount", "只填数字"),
        (line("diesel", "1e9", "t"), "INVALID_INPUT", "amount", "缩写"),
        (line("diesel", "9" * 19, "t"), "INVALID_INPUT", "amount", "大得不合理"),
        (line("raw_coal", "5", "t", q_net="0"), "INVALID_INPUT", "q_net", "应大于 0"),
        (line("raw_coal", "5", "t", coefficient="-1"), "INVALID_INPUT", "coefficient", "应大于 0"),
        (
            line("raw_coal", "5", "t", q_net="22400", coefficient="0.7"),
            "INVALID_INPUT",
            "coefficient",
            "同时填了",
        ),
        (line("raw_coal", "5", "t", q_net="22400", q_unit="kJ/m³"), "UNIT_MISMATCH", "q_unit", "对不上"),
        (line("raw_coal", "5", "t", q_net="22400", q_unit="kJ"), "UNIT_MISMATCH", "q_unit", "对不上"),
        (
            line("raw_coal", "5", "t", coefficient="1", coefficient_unit="kJ/kg"),
            "UNIT_MISMATCH",
            "coefficient_unit",
            "",
        ),
        (line("diesel", "5", "t", direction="sideways"), "INVALID_INPUT", "direction", "可选：输入、输出"),
        (line("diesel", "5", "t", system="x"), "INVALID_INPUT", "system", "辅助生产系统"),
        (line("oxygen", "5", "m³", origin="own"), "COUNTED_TWICE", "origin", "自产的耗能工质"),
        (line("heat", "5", "GJ", origin="own"), "COUNTED_TWICE", "origin", "自产的能源"),
        (line("heat", "5", "GJ", origin="recovered"), "COUNTED_TWICE", "origin", "回收自用"),
    ],
)
def test_what_a_line_lacks(given_: EnergyLine, code: str, field: str, said: str) -> None:
    found = of(line("raw_coal", "1", "t"), given_)
    assert only_trouble(found)[:2] == (code, f"energy/1/{field}")
    message = found.troubles[0].message
    assert "第2行" in message
    assert said in message
    assert message.endswith("。")
    assert "None" not in message


def test_own_made_and_recovered_energy_that_leaves_is_deducted() -> None:
    found = of(
        line("electricity", "10", "万kWh"),
        line("oxygen", "100", "m³", origin="own", direction="out"),
        line("heat", "1", "GJ", origin="recovered", direction="out"),
    )
    assert found.troubles == ()
    assert found.total == Decimal(12290) - 40 - Decimal("34.12")


def test_bought_media_count_and_undeclared_ones_are_asked_about() -> None:
    assert of(line("oxygen", "100", "m³", origin="bought")).warnings == ()
    (said,) = of(line("oxygen", "100", "m³")).warnings
    assert "按外购计入" in said


# -- equivalent and primary values ------------------------------------------------------------------------------------


def test_an_unknown_year_has_no_primary_total_and_says_so() -> None:
    found = of(line("raw_coal", "1", "t"), line("electricity", "1", "万kWh"))
    assert found.basis == "equivalent"
    assert found.equivalent is not None
    assert found.equivalent.total == found.total
    assert found.primary is None
    asked = of(line("electricity", "1", "万kWh", basis="primary"))
    code, field, message = only_trouble(asked)
    assert (code, field) == ("COEFFICIENT_UNKNOWN", "energy/0/coefficient")
    assert "等价值" in message


def test_a_known_year_gives_both_totals() -> None:
    carriers = DATA["carriers"]
    primary = {"by_year": {"2025": {"value": "0.3", "unit": "kgce/kWh", "confidence": "recalled"}}}
    data = {**DATA, "carriers": {**carriers, "electricity": {**carriers["electricity"], "primary": primary}}}
    table = coefficients_from_json(data, "coefficients/gbt2589/2020", "b" * 64)
    found = of(line("raw_coal", "1", "t"), line("electricity", "1", "万kWh"), table=table)
    assert found.total == Decimal("714.3") + 1229
    assert found.primary is not None
    assert found.primary.total == Decimal("714.3") + 3000
    asked = of(line("electricity", "1", "万kWh", basis="primary"), table=table)
    assert (asked.basis, asked.total) == ("primary", 3000)
    assert asked.lines[0].figure is not None
    assert asked.lines[0].figure.id.endswith("#electricity/primary/2025")
    assert asked.lines[0].coefficient == Decimal("0.3")


def test_a_primary_value_may_be_stated_and_leaves_the_equivalent_total_alone() -> None:
    found = of(
        line("electricity", "1", "万kWh", basis="primary", coefficient="0.404"), line("raw_coal", "1", "t")
    )
    assert found.troubles == ()
    assert found.warnings == ()
    assert found.total == Decimal("714.3") + 4040
    assert found.equivalent is not None
    assert found.equivalent.total == Decimal("714.3") + 1229


def test_bases_never_meet_in_one_total() -> None:
    found = of(
        line("electricity", "1", "万kWh"),
        line("electricity", "1", "万kWh", basis="primary", coefficient="0.3"),
    )
    code, field, message = only_trouble(found)
    assert (code, field) == ("BASIS_MIXED", "energy/1/basis")
    assert "不能混用" in message


def test_a_measured_value_of_electricity_is_refused_as_primary() -> None:
    found = of(line("electricity", "1", "万kWh", basis="primary", q_net="3600", q_unit="kJ/kWh"))
    assert only_trouble(found)[0] == "COEFFICIENT_UNKNOWN"


# -- oddities -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        (line("raw_coal", "5", "t", q_net="22.4", q_unit="kJ/kg"), "相差很大"),
        (line("raw_coal", "5", "t", q_net="5000", q_unit="kJ/kg"), "相差很大"),
        (line("raw_coal", "5", "t", coefficient="714.3", coefficient_unit="kgce/kg"), "相差很大"),
        (line("natural_gas", "5", "m³", coefficient="1.4"), "超出标准给出的区间"),
        (line("natural_gas", "5", "m³", q_net="9000", q_unit="kJ/m³"), "相差很大"),
        (line("raw_coal", "5", "t", opening_stock="3", purchased="4"), "库存平衡不符"),
    ],
)
def test_what_is_odd_is_said_and_still_counts(given_: EnergyLine, said: str) -> None:
    found = of(given_)
    assert found.troubles == ()
    assert found.total > 0
    assert [said in warning for warning in found.warnings] == [True]
    assert "第1行" in found.warnings[0]


@pytest.mark.parametrize(
    "given_",
    [
        line("raw_coal", "5", "t", q_net="22400", q_unit="kJ/kg"),
        line("raw_coal", "5", "t", q_net="12000", q_unit="kJ/kg"),
        line("blast_furnace_gas", "5", "m³", q_net="3200", q_unit="kJ/m³"),
        line("natural_gas", "5", "m³", coefficient="1.33"),
        line("raw_coal", "5", "t", opening_stock="3", purchased="4", exported="1", closing_stock="1"),
    ],
)
def test_what_is_usual_is_not_remarked_on(given_: EnergyLine) -> None:
    assert of(given_).warnings == ()


# -- any table ----------------------------------------------------------------------------------------------------------

FIELDS = [field.name for field in dataclasses.fields(EnergyLine)]
WORDS = (
    "electricity 原煤 natural_gas oxygen 1 0 -3 1e400 t kWh tce kJ/kg kgce/t primary equivalent "
    "in out own recovered main excluded feedstock fuel"
)
texts = st.one_of(
    st.sampled_from(WORDS.split()),
    st.sampled_from(["", "9" * 59, "0." + "0" * 50 + "1"]),
    st.text(max_size=20),
)
lines = st.builds(EnergyLine, **dict.fromkeys(FIELDS, texts))


@given(st.lists(lines, max_size=4))
def test_nothing_typed_raises(table: list[EnergyLine]) -> None:
    found = of(*table)
    assert found.total == found.total_in - found.total_out
    for trouble in found.troubles:
        assert trouble.field.startswith("energy/")
        assert trouble.message


amounts = st.decimals(min_value=0, max_value=10**9, places=3)


@given(
    st.lists(st.tuples(st.sampled_from(["raw_coal", "diesel", "coke"]), amounts, st.booleans()), max_size=6)
)
def test_the_total_is_the_sum_of_its_lines(given_: list[tuple[str, Decimal, bool]]) -> None:
    table = [line(key, f"{amount:f}", "t", direction="in" if into else "out") for key, amount, into in given_]
    expected = Decimal(0)
    for key, amount, into in given_:
        value = TABLE.carriers[key].figure.value
        assert value is not None
        expected += amount * 1000 * value * (1 if into else -1)
    assert of(*table).total == expected


@given(amounts, st.sampled_from([("t", "kg", 1000), ("万t", "t", 10000), ("t", "万t", None)]))
def test_the_unit_does_not_change_the_energy(amount: Decimal, units: tuple[str, str, int | None]) -> None:
    big, small, times = units
    other = amount * times if times else amount / 10000
    assert of(line("coke", f"{amount:f}", big)).total == of(line("coke", f"{other:f}", small)).total
