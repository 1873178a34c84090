"""Finding heads and saying what columns mean."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from formserver.equipment.columns import COLUMNS
from formserver.equipment.reading.headings import meaning_of
from formserver.equipment.template_book import heading, template_book
from tests.unit.equipment.reading.conftest import Read, book_of, saved

MOTOR = ["三相异步电动机", "Y160M-4", "11", "2"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda one: one.key)
def test_every_usual_name_of_a_column_is_understood(column):
    for title in (
        column.title,
        *column.synonyms,
        f" {column.title} * ",
        f"{column.title}：",
        heading(column),
    ):
        assert meaning_of(title).key == column.key, title
        assert meaning_of(title).sure == "certain", title


@pytest.mark.parametrize(
    ("title", "key", "unit"),
    [
        ("功率（千瓦）", "power_kw", "千瓦"),
        ("额定功率/W", "power_kw", "w"),
        ("功率kW", "power_kw", "kw"),
        ("装机功率（MW）", "power_kw", "mw"),
        ("容量(kVA)", "capacity_kva", "kva"),
        ("容量（千伏安）", "capacity_kva", "千伏安"),
        ("容量（kW）", "power_kw", "kw"),
        ("容量（t/h）", "boiler_capacity", "t/h"),
        ("电压(kV)", "voltage_v", "kv"),
        ("数量（台/套）", "quantity", "台/套"),
        ("ＳＮ出厂日期", "made", ""),
        ("主要用能设备名称", "name", ""),
    ],
)
def test_units_of_headings_decide(title, key, unit):
    found = meaning_of(title)
    assert (found.key, found.unit) == (key, unit)


@pytest.mark.parametrize(
    "title",
    [
        "功率因数",
        "设备编号",
        "设备原值（万元）",
        "设备类别",
        "年运行时间",
        "总功率",
        "计量单位",
        "",
        "联系电话",
    ],
)
def test_other_columns_are_not_mistaken(title):
    assert meaning_of(title).key == ""


def test_titles_above_the_head_are_passed_over():
    read = Read(
        book_of(
            ["川西水泥有限公司主要用能设备一览表"],
            ["填报单位：川西水泥", None, None, "2026年11月"],
            [],
            ["序号", "设备名称", "规格型号", "功率(kW)", "台数"],
            [1, *MOTOR],
        )
    )
    assert read.plan.sheets[0].head_row == 4
    assert read.rows[0].values["power_kw"] == "11"
    assert read.rows[0].row == 5


def test_a_head_of_two_lines_is_joined():
    made = load_workbook(io.BytesIO(book_of(
        ["序号", "设备名称", "型号", "额定参数", None, "数量"],
        [None, None, None, "功率(kW)", "电压(kV)", None],
        [1, "三相异步电动机", "Y160M-4", 11, 0.38, 2],
    )))  # fmt: skip
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:F2"):
        made.active.merge_cells(cells)
    read = Read(saved(made))
    assert read.plan.sheets[0].head_row == 2
    assert read.keys() == {"seq": 0, "name": 1, "model": 2, "power_kw": 3, "voltage_v": 4, "quantity": 5}
    assert read.rows[0].values["voltage_v"] == "380"


def test_a_row_of_data_is_no_second_line_of_the_head():
    read = Read(book_of(["设备名称", "型号", "数量"], ["水泵", "IS80", 1]))
    assert read.plan.sheets[0].head_row == 1
    assert len(read.rows) == 1


def test_each_sheet_has_its_plan_and_sheets_without_equipment_say_why():
    made = load_workbook(io.BytesIO(book_of(["设备名称", "型号"], ["水泵", "IS80"], title="一车间")))
    second = made.create_sheet("二车间")
    second.append(["型号", "制造厂", "名称"])
    second.append(["S9-630/10", "某厂", "变压器"])
    made.create_sheet("封面").append(["企业简介", "川西水泥"])
    made.create_sheet("空")
    read = Read(saved(made))
    assert [row.sheet for row in read.rows] == ["一车间", "二车间"]
    assert read.rows[1].values["name"] == "变压器"
    assert [sheet.skip for sheet in read.plan.sheets] == [False, False, True, True]
    assert "没有找到" in read.plan.sheets[2].why
    assert "空表" in read.plan.sheets[3].why
    assert any("封面" in remark for remark in read.tally.remarks)


def test_of_two_columns_for_one_meaning_the_plainer_name_wins_and_the_other_is_kept():
    read = Read(book_of(["设备名称", "规格", "型号", "备注"], ["水泵", "22kW", "IS80", "好"]))
    assert read.rows[0].values["model"] == "IS80"
    assert read.rows[0].extra == {"规格": "22kW"}


def test_columns_nobody_asked_for_are_kept_under_their_headings():
    read = Read(book_of(["名称", "型号", "资产编码", "资产编码", None], ["水泵", "IS80", "A1", "A2", "x"]))
    assert read.rows[0].extra == {"资产编码": "A1", "资产编码（D列）": "A2", "E列": "x"}


def test_the_filled_template_is_certain_and_its_guide_is_not_read():
    book = load_workbook(io.BytesIO(template_book()))
    book["设备信息表"].append(["1", "三相异步电动机", "Y160M-4"])
    read = Read(saved(book))
    sheet = read.plan.sheets[0]
    assert all(one.sure == "certain" for one in sheet.headings)
    assert {one.key for one in sheet.headings} == {column.key for column in COLUMNS}
    assert [row.values["model"] for row in read.rows] == ["Y160M-4"]
    assert read.plan.sheets[1].skip


def test_the_examples_of_the_template_are_faultless_rows():
    book = load_workbook(io.BytesIO(template_book()))
    guide = book["填写说明"]
    guide.title = "抄录"
    del book["设备信息表"]
    read = Read(saved(book))
    examples = [row for row in read.rows if row.values.get("model")][:6]
    assert [row.values["seq"] for row in examples] == ["1", "2", "3", "4", "5", "6"]
    assert not any(row.problems for row in examples), [row.problems for row in examples]


def test_lines_of_sums_are_no_examples():
    head = ["设备名称", "型号", "功率（kW）", "数量"]
    read = Read(book_of(head, MOTOR, ["合计", "", "777", "888"]))
    shown = [text for one in read.plan.sheets[0].headings for text in one.examples]
    assert shown == MOTOR
