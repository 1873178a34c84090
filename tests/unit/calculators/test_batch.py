"""Batches: the workbook people fill in, how its rows are read, what is said of each."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from formserver.calculation.engine import nobody
from formserver.calculators.batch_book import OTHER_SHEET, WORDS_SHEET, input_book
from formserver.calculators.batch_columns import batch_product
from formserver.calculators.batch_reading import read_batch
from formserver.calculators.batch_running import engine_for, run_batch
from formserver.calculators.batch_summary import Tally
from formserver.core.errors import AppError
from tests.support.calculating import CLINKER, TODAY, batch_file, everybody, library

FIRST = 5
"""The row of the first line people fill in: title, keys, headings and the example stand above."""


def run(data: bytes, confirmed: Any = everybody) -> tuple[Workbook, Tally]:
    target = io.BytesIO()
    book = read_batch(data, "表.xlsx", library(), TODAY)
    tally = run_batch(book, engine_for(library(), confirmed), TODAY, target, lambda _p, _t: None)
    return load_workbook(target), tally


def said(book: Workbook, sheet: str, row: int = 3) -> dict[str, Any]:
    """A row of a result sheet by heading; row 2 is the example."""
    heads = [c.value for c in book[sheet][1]]
    return {head: c.value for head, c in zip(heads, book[sheet][row], strict=True) if head}


def one(
    sheet: str = "水泥熟料", name: str = "cement.clinker", confirmed: Any = everybody, **changes: Any
) -> dict[str, Any]:
    row = {**CLINKER, **{f"{part}/{key}": value for (part, _, key), value in
                         ((k.partition("__"), v) for k, v in changes.items())}}  # fmt: skip
    return said(run(batch_file(name, [row]), confirmed)[0], sheet)


def change(data: bytes, edit: Any) -> bytes:
    book = load_workbook(io.BytesIO(data))
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_workbook_asks_for_what_the_product_needs():
    product = batch_product(library(), "coking.top_charging", TODAY)
    book = load_workbook(io.BytesIO(input_book([product])))
    assert book.sheetnames == [WORDS_SHEET, product.product.title, OTHER_SHEET]
    sheet = book[product.product.title]
    assert sheet.row_dimensions[2].hidden
    heads = [c.value for c in sheet[3]]
    assert "入炉煤干燥基挥发分（%） *" in heads
    lists = {rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"}
    assert any("湿熄焦" in words for words in lists)
    assert any(head.startswith("输入·") for head in heads)
    assert str(sheet.cell(4, 1).value).startswith("示例：")


def test_the_workbook_is_the_same_every_time():
    products = [batch_product(library(), "cement.clinker", TODAY)]
    assert input_book(products) == input_book(products)


def test_a_good_row_keeps_its_columns_and_gets_its_verdict():
    found = one()
    assert found["企业名称 *"] == "川西水泥有限公司"
    assert found["统计期入窑燃料实物量（t） *"] == 208000
    assert found["判定"] == "达标"
    assert found["熟料单位产品综合煤耗·实际值（kgce/t）"] == 102.57
    assert found["熟料单位产品综合煤耗·判定"] == "达标"


def test_a_failing_row_says_by_how_much():
    found = one(input__clinker_kwh=110000000)
    assert found["判定"] == "不达标"
    assert found["熟料单位产品综合电耗·超限额幅度（%）"] > 0
    assert "kWh" in found["熟料单位产品综合电耗·超标能耗量"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"input__clinker_t": None}, ("第5行 ", "列“熟料产量（t）”：", "缺少熟料产量")),
        ({"input__clinker_t": 0}, ("熟料产量（t）”：", "应大于零")),
        ({"input__coal_t": "约20万"}, ("统计期入窑燃料实物量（t）”：",)),
        ({"input__altitude_m": 99999}, ("海拔（m）”：", "不能大于")),
        ({"fact__enterprise": None, "fact__county": "x"}, ("A列“企业名称”：请填写企业名称",)),
        ({"fact__start": "去年"}, ("列“统计期起”：",)),
        ({"fact__start": None}, ("列“统计期起”：请填写日期",)),
        ({"fact__start": "2025-12-31", "fact__end": "2025-01-01"}, ("统计期的止日早于起日",)),
        ({"fact__state": "歇业"}, ("列“生产状态”：没有“歇业”", "停产")),
        ({"fact__new": "也许"}, ("列“新建项目”：没有“也许”",)),
        ({"fact__county": "长" * 300}, ("列“所在县（市、区）”：内容超过",)),
        ({"fact__start": "2010"}, ("第5行",)),
    ],
)
def test_a_bad_row_is_named_with_its_column_and_what_to_do(changes, words):
    found = one(**changes)
    assert found["判定"] in ("未计算", "不完整")
    for word in words:
        assert word in found["错误与说明"]


def test_bad_rows_do_not_stop_good_ones_and_nothing_is_dropped():
    rows = [CLINKER, {**CLINKER, "input/clinker_t": "abc"}, {**CLINKER, "fact/start": ""}, CLINKER]
    book, tally = run(batch_file("cement.clinker", rows))
    assert [book["水泥熟料"].cell(row, said_at(book)).value for row in range(3, 7)] == [
        "达标",
        "不完整",
        "未计算",
        "达标",
    ]
    assert sum(tally.counts.values()) == 4


def said_at(book: Workbook) -> int:
    return [c.value for c in book["水泥熟料"][1]].index("判定") + 1


def test_a_stopped_enterprise_is_not_applicable():
    assert one(fact__state="停产", input__coal_t=None, input__clinker_t=None)["判定"] == "不适用"


GLASS: Mapping[str, Any] = {
    "fact/enterprise": "玻璃厂",
    "fact/start": "2025",
    "input/output": 122900,
    "input/capacity_utilisation_pct": 80,
    "input/thickness_factor": 1,
    "input/iron_factor": 1,
}
FLAT = "glass.flat_500_800"


def glass(data: bytes, confirmed: Any = everybody) -> tuple[dict[str, Any], Tally]:
    """The first row of the result for a sheet of flat glass."""
    book, tally = run(data, confirmed)
    return said(book, book.sheetnames[2]), tally


def test_doubtful_figures_give_no_verdict():
    found, tally = glass(batch_file(FLAT, [{**GLASS, "in/electricity": 1020}]), nobody)
    assert found["判定"] == "待确认"
    assert found["达到等级"] == "测算2级"
    assert "不得对外出具" in found["错误与说明"]
    assert tally.counts["待确认"] == 1


def test_energies_count_in_the_units_of_their_headings():
    assert (
        glass(batch_file(FLAT, [{**GLASS, "in/electricity": 1020}]))[0][
            "单位产品综合能耗·实际值（kgce/重量箱）"
        ]
        == 10.2
    )


def test_a_wrong_amount_of_energy_leads_back_to_its_column():
    found, _ = glass(batch_file(FLAT, [{**GLASS, "in/electricity": "很多"}]))
    assert "列“输入·电力（万kWh）”：" in found["错误与说明"]


def title_of(data: bytes) -> str:
    return load_workbook(io.BytesIO(data)).sheetnames[1]


def other(data: bytes, *rows: list[Any]) -> bytes:
    def edit(book: Workbook) -> None:
        for row in rows:
            book[OTHER_SHEET].append(row)

    return change(data, edit)


def test_energies_without_a_column_stand_on_a_sheet_of_their_own():
    data = batch_file(FLAT, [GLASS])
    found, tally = glass(other(data, [title_of(data), FIRST, "液化天然气", "输入", 100, "t"]))
    assert glass(data)[0]["判定"] == "不完整"
    assert found["判定"] == "达标"
    assert tally.remarks == []


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["{t}", FIRST, "柴油", "进来", 1, "t"], "方向请填"),
        (["{t}", FIRST, "", "输入", 1, "t"], "填全"),
        (["{t}", FIRST, "柴油", "输入", 1, "t", "", "", "", "", "烤火"], "用途请填"),
        (["{t}", 99, "柴油", "输入", 1, "t"], "没有第99行"),
        (["{t}", "x", "柴油", "输入", 1, "t"], "没有第0行"),
        (["不存在的表", FIRST, "柴油", "输入", 1, "t"], "不存在"),
    ],
)
def test_a_line_of_energy_that_leads_nowhere_is_said(line, words):
    data = batch_file(FLAT, [{**GLASS, "in/electricity": 1}])
    found, tally = glass(other(data, [title_of(data) if one == "{t}" else one for one in line]))
    assert words in str(found["错误与说明"]) + "".join(tally.remarks)


def test_columns_of_ones_own_are_kept_and_named():
    def edit(book: Workbook) -> None:
        sheet = book["水泥熟料"]
        sheet.insert_cols(3)
        sheet.cell(3, 3, "我的备注")
        sheet.cell(FIRST, 3, "+1 不算")

    book, tally = run(change(batch_file("cement.clinker", [CLINKER]), edit))
    found = said(book, "水泥熟料")
    assert found["我的备注"] == "+1 不算"
    assert found["判定"] == "达标"
    assert any("C列“我的备注”" in text for text in tally.remarks)


def test_columns_are_found_by_their_heading_when_the_keys_are_damaged():
    def edit(book: Workbook) -> None:
        for cell in book["水泥熟料"][2][1:12]:
            cell.value = None

    book, _ = run(change(batch_file("cement.clinker", [CLINKER]), edit))
    assert said(book, "水泥熟料")["判定"] == "达标"


def test_summaries_stand_in_front_and_count_enterprises_by_their_worst_row():
    rows = [
        CLINKER,
        {**CLINKER, "input/clinker_kwh": 110000000},
        {**CLINKER, "fact/enterprise": "乙", "fact/code": ""},
    ]
    book, tally = run(batch_file("cement.clinker", rows))
    assert book.sheetnames[:2] == ["汇总", "专项监察汇总表"]
    sheet = book["专项监察汇总表"]
    heads = [c.value for c in sheet[3]]
    line = dict(zip(heads, [c.value for c in sheet[4]], strict=True))
    assert (line["地区"], line["行业"], line["监察企业数"], line["达标"], line["不达标"]) == (
        "青石县",
        "水泥",
        2,
        1,
        1,
    )
    assert line["达标率（%）"] == 50
    assert tally.counts["达标"] == 2


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (lambda book: [book.remove(s) for s in book.worksheets[1:]], "没有找到可以计算的工作表"),
        (lambda book: book["水泥熟料"].delete_rows(4, 10), "除示例行外没有内容"),
        (lambda book: book["水泥熟料"].delete_rows(5), "除示例行外没有内容"),
        (lambda book: book["水泥熟料"].delete_rows(1, 3), "没有找到可以计算的工作表"),
    ],
)
def test_a_workbook_without_anything_to_calculate_is_refused_with_the_way_out(edit, words):
    with pytest.raises(AppError, match=words):
        read_batch(change(batch_file("cement.clinker", [CLINKER]), edit), "表.xlsx", library(), TODAY)


def test_a_product_that_is_no_more_is_said():
    def edit(book: Workbook) -> None:
        sheet = book["水泥熟料"]
        for cell in sheet[2]:
            if cell.value == "cement.clinker":
                cell.value = "cement.gone"

    two = batch_file("cement.clinker", [CLINKER], "cement.cement")
    with pytest.raises(AppError, match="gone"):
        read_batch(change(two, edit), "表.xlsx", library(), TODAY)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"MZ\x00", b"%PDF-1.7", b"<html>"])
def test_what_is_no_workbook_is_refused(data):
    with pytest.raises(AppError) as caught:
        read_batch(data, "表.xlsx", library(), TODAY)
    assert caught.value.code.code == "NOT_A_WORKBOOK"


def test_too_many_rows_are_refused_before_anything_is_calculated(monkeypatch):
    monkeypatch.setattr("formserver.calculators.batch_reading.MOST_ROWS", 1)
    with pytest.raises(AppError, match="拆成几个文件"):
        read_batch(batch_file("cement.clinker", [CLINKER, CLINKER]), "表.xlsx", library(), TODAY)


def test_an_older_year_is_judged_by_the_edition_of_that_year():
    rows = [{**CLINKER, "fact/start": "2020", "input/clinker_strength_mpa": 52.5}, CLINKER]
    book, _ = run(batch_file("cement.clinker", rows))
    assert [book["水泥熟料"].cell(row, said_at(book)).value for row in (3, 4)] == ["达标", "达标"]


def test_a_batch_that_is_stopped_stops():
    class Stop(Exception):
        pass

    def stop(_percent: int, _text: str) -> None:
        raise Stop

    book = read_batch(batch_file("cement.clinker", [CLINKER]), "表.xlsx", library(), date(2026, 11, 21))
    with pytest.raises(Stop):
        run_batch(book, engine_for(library(), nobody), TODAY, io.BytesIO(), stop)
