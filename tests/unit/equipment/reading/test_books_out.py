"""The template and the result workbook as other programs read them."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from formserver.equipment.columns import COLUMNS
from formserver.equipment.joint import GradeCheck, Judgement
from formserver.equipment.matching.model import Deadline, Finding, Item, Verdict
from formserver.equipment.models import Decision
from formserver.equipment.reading.model import StatedRow
from formserver.equipment.result_book import ResultHead, ResultRow, write_result
from formserver.equipment.template_book import template_book

HEAD = ResultHead(
    "设备清单识别结果", date(2025, 6, 30), "ab12", "2025-07-01 09:00", "何雨桐", enterprise="川西水泥", uscc="91510000X",
    documents={"batch_2": "某某公告2012年第14号"},
)  # fmt: skip


def row(
    number,
    verdict,
    *,
    model="JO2-51-4",
    status="在用",
    quantity="2",
    standing="",
    decided="",
    decision=None,
    catalogue="第二批",
):
    item = Item(
        "batch_2:1-1", "batch_2", "2012", "1-1", "", "motor", "", "", "", Deadline(), "", "", False, ""
    )
    finding = Finding(
        verdict, "motor", ("C01",), "M26", item if catalogue else None, catalogue, "1-1", model, model, "系列在列",
        Deadline("立即", date(2025, 6, 1)), 29, "YE3", False, ("made",) if verdict is Verdict.REVIEW else (),
    )  # fmt: skip
    values = {"name": "电动机", "model": model, "power_kw": "7.5", "quantity": quantity, "status": status}
    stated = StatedRow(number, "表", number + 1, dict(values), values)
    return ResultRow(stated, Judgement(verdict, finding, GradeCheck(), "说明"), standing, decided, decision)


def decision(number, act, reason):
    at = datetime(2025, 6, 30, 6, 5, tzinfo=UTC)
    return Decision("d", "l", number, "i", 1, act, "photo", reason, "", "", "", "", "u", "罗文博", "a", at)


def written(*rows, **options):
    out = io.BytesIO()
    counts = write_result(out, HEAD, rows, **options)
    return counts, load_workbook(out)


def lines(book, title):
    return [list(line) for line in book[title].iter_rows(values_only=True)]


def test_decisions_of_people_stand_beside_the_machine():
    counts, book = written(
        row(
            1, Verdict.ELIMINATED, standing="ok", decided="out", decision=decision(1, "out", "铭牌与清单不符")
        ),
        row(
            2,
            Verdict.OK,
            catalogue="",
            standing="eliminated",
            decided="in",
            decision=decision(2, "in", "现场核对属实"),
        ),
        row(3, Verdict.REVIEW),
        row(4, Verdict.ELIMINATED, status="停用", quantity="5"),
    )
    assert counts.rows == {"ok": 1, "eliminated": 2, "review": 1}
    listed = lines(book, "淘汰设备清单")
    titles = listed[2]
    moved_in = dict(zip(titles, listed[3], strict=True))
    assert (moved_in["判定方式"], moved_in["人工意见"], moved_in["确认人"], moved_in["确认时间"]) == (
        "人工移入", "现场核对属实（铭牌照片）", "罗文博", "2025-06-30 14:05"
    )  # fmt: skip
    stopped = dict(zip(titles, listed[4], strict=True))
    assert (stopped["文号"], stopped["逾期天数"], stopped["功率 kW"]) == ("某某公告2012年第14号", 29, 7.5)
    summary = lines(book, "汇总")
    by_name = {(line[0], line[2]): line for line in summary}
    assert by_name["淘汰", "人工认定"][3:] == [1, 2, 15, 0, 0, 0]
    assert by_name["淘汰", "第二批"][3:] == [0, 0, 0, 0, 5, 0]
    assert by_name["其中：人工移出", "　"][4] == 2
    whole = lines(book, "全部设备")
    assert [line[14] for line in whole[3:]] == ["正常", "淘汰", "待确认", "淘汰"]
    review = lines(book, "待人工确认")
    assert "制造日期：" in review[3][-1]


def test_what_is_not_listed_is_written_where_it_is_asked_for():
    _, book = written(row(1, Verdict.OK), not_listed=True)
    assert lines(book, "未列入")[3][3] == "JO2-51-4"


def test_the_same_rows_give_the_same_bytes_and_an_empty_list_a_whole_book():
    first, second = io.BytesIO(), io.BytesIO()
    write_result(first, HEAD, [row(1, Verdict.OK)])
    write_result(second, HEAD, [row(1, Verdict.OK)])
    assert first.getvalue() == second.getvalue()
    _, book = written()
    assert lines(book, "淘汰设备清单")[3][1] == "没有。"


def test_numbers_are_numbers_and_texts_like_numbers_stay_texts():
    _, book = written(row(1, Verdict.ELIMINATED, model="0043"))
    cells = book["淘汰设备清单"][4]
    assert (cells[3].value, cells[7].value) == ("0043", 7.5)
    assert cells[3].data_type != "n"


def test_the_template_is_always_the_same_and_guides_the_person():
    data = template_book()
    assert data == template_book()
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["设备信息表", "填写说明"]
    form = book["设备信息表"]
    assert form.max_row == 1
    assert form.freeze_panes == "D2"
    assert form.print_title_rows == "$1:$1"
    rules = {
        str(rule.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789"): rule
        for rule in form.data_validations.dataValidation
    }
    letters = {column.key: cell.column_letter for column, cell in zip(COLUMNS, form[1], strict=True)}
    for key in ("status", "fuel", "label_grade", "poles"):
        assert rules[letters[key]].type == "list"
    for column in COLUMNS:
        if column.help:
            assert rules[letters[column.key]].prompt == column.help
    for key in ("model", "made", "voltage_v"):
        assert form.column_dimensions[letters[key]].number_format == "@"
    assert all(cell.comment is None for cell in form[1])
