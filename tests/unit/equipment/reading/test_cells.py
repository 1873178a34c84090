"""Cells: units, dates, choices, models that spreadsheet programs made something else of."""

from __future__ import annotations

from datetime import date, time

import pytest

from formserver.equipment.columns import BY_KEY
from formserver.equipment.reading.dates import Dates
from formserver.equipment.reading.model import Level
from formserver.equipment.reading.models_cells import read_model
from formserver.equipment.reading.values import reader_for
from tests.unit.equipment.reading.conftest import Read, book_of


@pytest.mark.parametrize(
    ("key", "unit", "text", "value"),
    [
        ("power_kw", "", "75千瓦", "75"),
        ("power_kw", "", "75 kW", "75"),
        ("power_kw", "", "７５．５ｋＷ", "75.5"),
        ("power_kw", "w", "550", "0.55"),
        ("power_kw", "w", "0.55kW", "0.55"),
        ("power_kw", "", "10马力", "7.3549875"),
        ("power_kw", "", "1,250", "1250"),
        ("power_kw", "mw", "1.2", "1200"),
        ("capacity_kva", "", "0.63MVA", "630"),
        ("capacity_kva", "", "630千伏安", "630"),
        ("voltage_v", "", "0.4kV", "400"),
        ("voltage_v", "", "380/660V", "380/660"),
        ("voltage_v", "kv", "10/0.4", "10000/400"),
        ("voltage_v", "", "10/0.4kV", "10000/400"),
        ("boiler_capacity", "", "4 t/h", "4t/h"),
        ("boiler_capacity", "", "10蒸吨", "10t/h"),
        ("boiler_capacity", "", "2800kW", "2.8MW"),
        ("boiler_capacity", "t/h", "4", "4t/h"),
        ("boiler_capacity", "", "60万大卡", "0.6978MW"),
        ("quantity", "", "2台", "2"),
        ("quantity", "", "两台", "2"),
        ("quantity", "", "3.0", "3"),
        ("poles", "", "4极", "4"),
        ("poles", "", "6P", "6"),
        ("fuel", "", "天然气", "气"),
        ("fuel", "", "燃煤", "煤"),
        ("status", "", "运行", "在用"),
        ("status", "", "闲置", "停用"),
        ("label_grade", "", "能效2级", "2级"),
        ("label_grade", "", "Ⅱ级", "2级"),
        ("p0_w", "", "1.2kW", "1200"),
        ("efficiency_pct", "", "91.4%", "91.4"),
    ],
)
def test_units_come_off_exactly(key, unit, text, value):
    read = reader_for(BY_KEY[key], unit)(text)
    assert (read.value, read.level) == (value, None)


@pytest.mark.parametrize(
    ("key", "text", "level", "code"),
    [
        ("power_kw", "约75", Level.ERROR, "NUMBER"),
        ("power_kw", "75+55", Level.ERROR, "NUMBER"),
        ("power_kw", "75kVA", Level.ERROR, "NUMBER"),
        ("power_kw", "-5", Level.ERROR, "NUMBER"),
        ("power_kw", "0", Level.WARNING, "NUMBER_ZERO"),
        ("power_kw", "75000", Level.WARNING, "NUMBER_RANGE"),
        ("voltage_v", "高压", Level.ERROR, "NUMBER"),
        ("boiler_capacity", "4", Level.ERROR, "BOILER_UNIT"),
        ("boiler_capacity", "若干", Level.ERROR, "NUMBER"),
        ("quantity", "0", Level.ERROR, "COUNT"),
        ("quantity", "-1", Level.ERROR, "COUNT"),
        ("quantity", "1.5", Level.ERROR, "COUNT"),
        ("quantity", "10000", Level.ERROR, "COUNT"),
        ("poles", "3", Level.WARNING, "POLES"),
        ("fuel", "氢", Level.ERROR, "CHOICE"),
        ("status", "报废", Level.ERROR, "CHOICE"),
        ("label_grade", "优", Level.WARNING, "CHOICE"),
    ],
)
def test_what_cannot_be_read_is_said(key, text, level, code):
    read = reader_for(BY_KEY[key], "")(text)
    assert (read.level, read.code) == (level, code)
    assert read.message.endswith("。")


@pytest.mark.parametrize("text", ["/", "—", "无", "不详", "N/A", "-"])
@pytest.mark.parametrize(
    "key", ["power_kw", "voltage_v", "boiler_capacity", "quantity", "poles", "fuel", "status"]
)
def test_signs_for_nothing_are_nothing(key, text):
    assert reader_for(BY_KEY[key], "")(text) == ("", None, "", "")


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("1998", "1998", ""),
        ("1998年5月", "1998年5月", ""),
        ("98年", "98年", ""),
        ("85.6", "85.6", ""),
        ("1998-05-20 00:00:00", "1998-05-20", ""),
        ("199805", "1998-05", ""),
        ("19980520", "1998-05-20", ""),
        ("37986", "37986", ""),
        ("2027", "", "DATE_FUTURE"),
        ("2026-12", "", "DATE_FUTURE"),
        ("2026年11月", "2026年11月", ""),
        ("1998-13", "", "DATE"),
        ("1998-02-30", "", "DATE"),
        ("九八年", "", "DATE"),
        ("1948", "1948", "DATE_EARLY"),
        ("不详", "", ""),
    ],
)
def test_dates_are_kept_as_written(text, value, code):
    read = Dates("制造日期", date(2026, 11, 21))(text)
    assert (read.value, read.code) == (value, code)


def test_a_year_that_lost_its_zero_is_not_guessed():
    assert Dates("制造日期", date(2026, 11, 21)).number("1998.1").value == "1998"
    assert Dates("制造日期", date(2026, 11, 21)).number("1998.1").code == "DATE_UNCLEAR"
    assert Dates("制造日期", date(2026, 11, 21)).number("1998.5").code == ""


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        (date(2025, 8, 18), "", "MODEL_DATE"),
        (time(8, 18), "", "MODEL_DATE"),
        ("8月18日", "", "MODEL_DATE"),
        ("18-Aug", "", "MODEL_DATE"),
        ("2025/8/18", "", "MODEL_DATE"),
        (1000.0, "1000", "MODEL_NUMBER"),
        (0.43, "0.43", "MODEL_NUMBER"),
        ("8-18", "8-18", ""),
        ("1E3", "1E3", ""),
        ("Y160M-4\nY132M-4", "Y160M-4、Y132M-4", "MODEL_LINES"),
        ("S9-M-\n630/10", "S9-M-630/10", "MODEL_LINES"),
        ("Y" * 81, "Y" * 81, "TEXT_LONG"),
    ],
)
def test_models_are_never_guessed_back(raw, value, code):
    read = read_model(raw)
    assert (read.value, read.code) == (value, code)


def test_a_date_in_the_model_column_blocks_its_row_and_names_the_way_out():
    read = Read(book_of(["设备名称", "型号"], ["离心通风机", date(2025, 8, 18)], ["离心通风机", "9-19"]))
    problem = read.rows[0].problems[0]
    assert (problem.level, problem.address) == (Level.ERROR, "设备表!B2")
    assert "8-18" in problem.message
    assert "文本" in problem.message
    assert read.rows[0].blocked
    assert not read.rows[1].blocked
    assert read.tally.blocked == 1


def test_what_was_written_is_kept_beside_what_was_read():
    read = Read(book_of(["设备名称", "型号", "功率(W)", "数量"], [" 水泵 ", "IS80", "550 W", "２台"]))
    row = read.rows[0]
    assert row.cells == {"name": "水泵", "model": "IS80", "power_kw": "550 W", "quantity": "２台"}
    assert row.values == {"name": "水泵", "model": "IS80", "power_kw": "0.55", "quantity": "2", "seq": "1"}
