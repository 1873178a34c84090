"""The list of old papers: what is understood, and what is said with the address of the cell."""

from __future__ import annotations

import io
from datetime import date

import pytest
from openpyxl import Workbook

from formserver.core.errors import AppError
from formserver.core.models import State
from formserver.legacy.listing import PaperList, read_list
from formserver.legacy.sheets import list_template

TODAY = date(2026, 11, 21)
TYPES = {"节能监察通知书": "inspection_notice", "送达回证": "service_receipt"}
HEAD = ("文书种类", "文书名称", "文号", "被监察单位", "成文日期", "状态", "文件名", "柜号")


def listed(*rows: tuple[object, ...], files: tuple[str, ...] = ("a.pdf", "b.jpg"), head=HEAD) -> PaperList:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (head, *rows):
        sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return read_list(
        stream.getvalue(),
        "清单.xlsx",
        files=files,
        types=TYPES,
        today=TODAY,
        find_enterprise=lambda name, _code: "e1" if name == "川西水泥有限公司" else "",
    )


def row(**changes: object) -> tuple[object, ...]:
    values: dict[str, object] = {
        "type": "节能监察通知书",
        "title": "",
        "number": "川节监通〔2019〕1号",
        "ent": "川西水泥有限公司",
        "date": "2019-08-20",
        "state": "",
        "files": "A.PDF",
        "shelf": "",
    }
    return tuple({**values, **changes}.values())


def test_a_good_row_becomes_a_paper():
    (one,) = listed(row(), files=("a.pdf",)).rows
    assert one.problems == []
    assert one.paper is not None
    assert (one.paper.type_key, one.paper.enterprise_id, one.paper.state) == (
        "inspection_notice",
        "e1",
        State.SERVED,
    )
    assert one.files == ("a.pdf",)


def test_a_kind_without_a_form_is_entered_under_its_own_name():
    (one,) = listed(row(type="节能监察结果告知书"), files=("a.pdf",)).rows
    assert one.paper is not None
    assert (one.paper.type_key, one.paper.title) == ("legacy_record", "节能监察结果告知书")


def test_several_files_are_taken_in_the_order_written():
    (one,) = listed(row(files="b.jpg；a.pdf")).rows
    assert one.files == ("b.jpg", "a.pdf")


def test_a_date_cell_is_a_date():
    (one,) = listed(row(date=date(2018, 3, 4)), files=("a.pdf",)).rows
    assert one.paper is not None
    assert one.paper.doc_date == date(2018, 3, 4)


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"date": "8月20日"}, "E2", "四位年份"),
        ({"date": ""}, "E2", "请填写成文日期"),
        ({"date": "2199-1-1"}, "E2", "今天之后"),
        ({"ent": ""}, "D2", "被监察单位"),
        ({"files": "c.pdf"}, "G2", "没有找到文件“c.pdf”"),
        ({"files": ""}, "G2", "文件名"),
        ({"state": "办结"}, "F2", "已签署"),
        ({"type": ""}, "B2", "文书名称"),
    ],
)
def test_a_bad_cell_is_named_with_its_address(changes, where, says):
    (one,) = listed(row(**changes), files=("a.pdf",)).rows
    assert any(text.startswith(f"{where}：") and says in text for text in one.problems), one.problems


def test_one_scan_belongs_to_one_paper_and_one_number_stands_once():
    first, second = listed(row(), row()).rows
    assert first.problems == []
    assert any("已被前面的行使用" in text for text in second.problems)
    assert any("与第 2 行相同" in text for text in second.problems)


def test_what_was_not_used_is_named():
    found = listed(row())
    assert any("柜号" in text for text in found.remarks)
    assert any("b.jpg" in text for text in found.remarks)


def test_a_table_without_the_needed_columns_is_refused():
    with pytest.raises(AppError, match="表头"):
        listed(row(), head=("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"))


def test_the_template_is_read_as_the_list_it_is_for():
    with pytest.raises(AppError, match="下面没有内容"):
        read_list(
            list_template(list(TYPES)),
            "模板.xlsx",
            files=(),
            types=TYPES,
            today=TODAY,
            find_enterprise=lambda _n, _c: "",
        )
