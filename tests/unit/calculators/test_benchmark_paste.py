"""Blocks from Excel or WPS become energy lines: by their header, or by what stands in their columns."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.calculation.coefficients import Coefficients
from formserver.calculators.benchmark_paste import LONGEST, pasted
from formserver.calculators.benchmark_sheet import MOST_LINES, TypedPeriod, new_line
from tests.support.calculating import library

EMPTY = TypedPeriod(0, "2025-01-01", "2025-12-31")


@pytest.fixture(scope="module")
def coefficients() -> Coefficients:
    return library().coefficients("gbt2589", date(2025, 12, 31))


def rows(text: str, coefficients: Coefficients, period: TypedPeriod = EMPTY) -> list[dict[str, str]]:
    found = pasted(period, text, coefficients)
    return [{key: value for key, value in line.values.items() if value} for line in found]


def seen(text: str, coefficients: Coefficients) -> list[tuple[str, str, str]]:
    lines = rows(text, coefficients)
    return [(one["carrier"], one.get("amount", ""), one["unit"]) for one in lines]


EXPECTED = [("原煤", "12,000", "t"), ("电力", "850", "万kWh")]


@pytest.mark.parametrize(
    "text",
    [
        "能源名称\t计量单位\t实物量\n原煤\t吨\t12,000\n电力\t万千瓦时\t850\n合计\t\t",
        "序号\t能源品种\t消费量\t单位\t折标准煤（tce）\n1\t原煤\t12,000\tt\t8571.6\n2\t电力\t850\t万kWh\t1044.65",
        "原煤\t12,000\t吨\r\n电力\t850\t万千瓦时\r\n",
        "1\t12,000\tt\t原煤\n2\t850\t万kWh\t电力",
        "原煤\t12,000\n电力\t850",
    ],
)
def test_carrier_amount_and_unit_are_recognised(text: str, coefficients: Coefficients) -> None:
    assert seen(text, coefficients) == EXPECTED


def test_a_unit_in_the_header_counts_for_its_column(coefficients: Coefficients) -> None:
    text = "能源\t实物量（千克）\n原煤\t12000"
    assert seen(text, coefficients) == [("原煤", "12000", "kg")]


def test_heat_stocks_direction_and_origin_go_where_they_belong(coefficients: Coefficients) -> None:
    text = (
        "名称\t方向\t来源\t期初库存\t购进量\t外供量\t期末库存\t消耗量\t单位\t低位发热量（kJ/kg）\n"
        "原煤\t输入\t外购\t100\t1000\t0\t50\t1050\tt\t20934\n热力\t输出\t\t\t\t\t\t300\tGJ\t"
    )
    coal, heat = rows(text, coefficients)
    assert {key: coal[key] for key in ("mode", "q_net", "q_unit", "origin", "opening_stock")} == {
        "mode": "measured",
        "q_net": "20934",
        "q_unit": "kJ/kg",
        "origin": "bought",
        "opening_stock": "100",
    }
    assert (coal["purchased"], coal["exported"], coal["closing_stock"], coal["amount"]) == (
        "1000",
        "0",
        "50",
        "1050",
    )
    assert (heat["direction"], heat["amount"], heat["unit"], heat["mode"]) == ("out", "300", "GJ", "default")


def test_a_coefficient_counts_as_own_only_where_it_differs_from_the_table(coefficients: Coefficients) -> None:
    text = "能源\t数量\t单位\t折标系数\n原煤\t1\tt\t0.7143\n原煤\t1\tt\t0.65"
    assert [one["mode"] for one in rows(text, coefficients)] == ["default", "own"]


def test_lines_stand_behind_those_that_were_there_and_empty_ones_make_room(
    coefficients: Coefficients,
) -> None:
    first = new_line((), carrier="柴油", amount="3")
    period = TypedPeriod(0, EMPTY.start, EMPTY.end, lines=(first, new_line((first,))))
    found = pasted(period, "原煤\t5\tt", coefficients)
    assert [line.values["carrier"] for line in found] == ["柴油", "原煤"]
    assert len({line.no for line in found}) == 2


def test_what_is_unknown_stays_as_typed(coefficients: Coefficients) -> None:
    assert seen("能源\t数量\t单位\n石墨粉\t十\t袋", coefficients)[0][:2] == ("石墨粉", "十")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "\t\t\t", '"', '"a\tb\n', "\x00", "1\t2\t3", "=1+1", "合计\t5", "\t".join("x" * 500)]
)
def test_what_is_no_table_breaks_nothing(text: str, coefficients: Coefficients) -> None:
    assert len(pasted(EMPTY, text, coefficients)) <= 1


def test_a_huge_block_is_bounded(coefficients: Coefficients) -> None:
    found = pasted(EMPTY, "原煤\t1\tt\n" * LONGEST, coefficients)
    assert len(found) == MOST_LINES
