"""Rows: merged cells, sums, formulas, hidden parts, repetitions; nothing is lost without being counted."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from formserver.core.errors import AppError
from formserver.equipment.reading.limits import MOST_PROBLEMS
from formserver.equipment.reading.model import Level
from formserver.equipment.reading.reader import headed_at, open_list, read_list, read_rows
from tests.unit.equipment.reading.conftest import AS_OF, Read, book_of, patched, saved

HEAD = ["序号", "设备名称", "型号", "制造日期", "功率(kW)", "数量", "安装地点", "使用状态"]


def motor(seq, model="Y160M-4", **other):
    row = {
        "name": "三相异步电动机",
        "made": "1998",
        "power": 11,
        "quantity": 1,
        "place": "一车间",
        "status": "在用",
        **other,
    }
    return [seq, row["name"], model, row["made"], row["power"], row["quantity"], row["place"], row["status"]]


def opened_sheet(data):
    return load_workbook(io.BytesIO(data))


def test_names_and_places_are_filled_down_models_and_dates_are_not():
    book = opened_sheet(
        book_of(HEAD, motor(1), [2, None, None, None, 7.5, 1, None, "在用"], [3, None, "Y132M-4"])
    )
    for cells in ("B2:B4", "C2:C3", "D2:D3", "G2:G4"):
        book.active.merge_cells(cells)
    read = Read(saved(book))
    second = read.rows[1]
    assert second.values["name"] == "三相异步电动机"
    assert second.values["location"] == "一车间"
    assert "name" not in second.cells
    assert "model" not in second.values
    assert "made" not in second.values
    assert [p.address for p in second.problems if p.code == "MERGED"] == ["设备表!C3", "设备表!D3"]
    assert read.rows[2].values["name"] == "三相异步电动机"


def test_sums_signatures_sections_and_repeated_heads_are_counted_not_read():
    read = Read(book_of(
        HEAD,
        ["一、烧成车间"],
        motor(1),
        HEAD,
        motor(2, place="二车间"),
        [None, "小 计", None, None, 22],
        [],
        ["合计", None, "—", None, 22, 2],
        ["填表人：张三", None, None, "审核：李四"],
        ["注：本表数据截至2026年10月。"],
    ))  # fmt: skip
    assert [row.values["seq"] for row in read.rows] == ["1", "2"]
    assert (read.tally.summary, read.tally.blank) == (6, 1)
    said = next(one for one in read.tally.remarks if "跳过" in one)
    assert "第 2 行“一、烧成车间”" in said
    assert "共 6 行" in said


def test_a_machine_that_is_called_like_a_sum_is_read():
    read = Read(book_of(HEAD, motor(1, name="合计量泵", model="J-1")))
    assert len(read.rows) == 1


def test_formulas_are_read_by_their_value_and_those_without_block_the_row():
    data = book_of(
        HEAD, motor(1), motor(2, power="=5.5*2", place="二车间"), motor(3, power="=A1", place="三车间")
    )
    data = patched(
        data, "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"<f>5.5\*2</f><v ?/>|<f>5.5\*2</f><v></v>", b"<f>5.5*2</f><v>11</v>", xml),
    )  # fmt: skip
    read = Read(data)
    assert read.rows[1].values["power_kw"] == "11"
    problem = next(p for p in read.rows[2].problems if p.code == "FORMULA")
    assert (problem.level, problem.address) == (Level.ERROR, "设备表!E4")
    assert any("1 个公式没有计算结果" in remark for remark in read.plan.remarks)


def test_error_values_are_said_with_their_address():
    book = opened_sheet(book_of(HEAD, motor(1)))
    book.active["E2"] = "#N/A"
    read = Read(saved(book))
    assert [(p.code, p.address) for p in read.rows[0].problems if p.code == "CELL_FAULT"] == [
        ("CELL_FAULT", "设备表!E2")
    ]


def test_hidden_and_filtered_rows_are_read_and_said():
    book = opened_sheet(book_of(HEAD, motor(1), motor(2, place="二车间")))
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    book.active.auto_filter.ref = "A1:H3"
    hidden = book.create_sheet("旧设备")
    hidden.append(HEAD)
    hidden.append(motor(1, place="库房"))
    hidden.sheet_state = "hidden"
    read = Read(saved(book))
    assert len(read.rows) == 3
    said = "".join(read.plan.remarks)
    assert "1 行被筛选或手工隐藏" in said
    assert "1 列被隐藏" in said
    assert "“旧设备”是隐藏的" in said


def test_repeated_rows_and_numbers_are_said():
    read = Read(book_of(HEAD, motor(1), motor(1), motor(2, made="1999")))
    assert {p.code: p.level for p in read.rows[1].problems} == {
        "REPEATED": Level.WARNING,
        "SEQ_TWICE": Level.NOTE,
    }
    assert read.rows[2].problems == ()
    strict = Read(book_of(HEAD, motor(1), motor(1, made="1999"), title="设备信息表"))
    assert {p.code: p.level for p in strict.rows[1].problems} == {"SEQ_TWICE": Level.ERROR}


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (motor(1, power=None), ["WANTED"]),
        (motor(1, made=None), ["WANTED"]),
        (motor(1, model="YE3-160M-4", made=None), []),
        (motor(1, model=None), ["MODEL_EMPTY"]),
        (motor(1, name=None), ["NAME_EMPTY"]),
        (motor(1, name="隔爆电动机"), ["WANTED"]),
        (motor(1, name="燃煤锅炉", model="DZL4"), ["WANTED", "WANTED"]),
        (motor(1, quantity=None), ["QUANTITY_EMPTY"]),
        (motor(1, status=None), ["STATUS_EMPTY"]),
        (motor(1, quantity=0), ["COUNT"]),
    ],
)
def test_what_a_kind_needs_is_asked_for(cells, codes):
    assert Read(book_of(HEAD, cells)).codes() == codes


def test_columns_that_are_not_there_are_said_once():
    read = Read(book_of(["设备名称", "型号"], *(["水泵", f"IS{n}"] for n in range(50))))
    assert read.tally.problems == {}
    assert sum("没有“数量”列" in one for one in read.tally.remarks) == 1
    assert read.rows[0].values["quantity"] == "1"


def test_commissioned_before_made_is_said():
    read = Read(book_of(["设备名称", "型号", "制造日期", "投运日期"], ["水泵", "IS80", "2001-05", "1999"]))
    assert read.codes() == ["DATE_ORDER"]


def test_ten_thousand_problems_are_counted_exactly_and_shown_in_part():
    read = Read(book_of(["设备名称", "型号", "数量"], *(["水泵", f"IS{n}", "若干"] for n in range(10_000))))
    assert read.tally.problems == {"COUNT": 10_000}
    assert read.tally.levels == {"error": 10_000}
    assert len(read.tally.shown) == MOST_PROBLEMS
    assert read.tally.blocked == 10_000


def test_more_rows_than_allowed_are_refused_over_all_sheets():
    book = Workbook(write_only=True)
    for title in ("甲", "乙"):
        sheet = book.create_sheet(title)
        sheet.append(["型号", "名称"])
        for number in range(50_001):
            sheet.append([f"Y{number}", "水泵"])
    opened = open_list(saved(book), "大.xlsx")
    with pytest.raises(AppError, match="超过 100000 行"):
        list(read_rows(opened, read_list(opened), AS_OF))


def test_a_person_may_name_another_head_or_none():
    opened = open_list(book_of(["甲", "乙"], ["水泵", "IS80"], ["风机", "9-19"]), "x.xlsx")
    plan = headed_at(opened, read_list(opened), 0, 0)
    assert (plan.sheets[0].head_row, plan.sheets[0].rows) == (0, 3)
    assert [one.title for one in plan.sheets[0].headings] == ["", ""]
    assert headed_at(opened, plan, 0, 1).sheets[0].headings[1].title == "乙"


def test_the_same_list_gives_the_same_rows():
    data = book_of(HEAD, motor(1), motor(2, power="若干"), title="设备信息表")
    assert Read(data).rows == Read(data).rows
