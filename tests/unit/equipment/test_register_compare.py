"""Differences between two lists: what came, went, states something else, is judged or decided otherwise."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from formserver.equipment.models import EquipmentList, ListRow, ListState
from formserver.equipment.register_book import LAST_COLUMN, last_words, write_last_list
from formserver.equipment.register_compare import compared, differences, tally, verdict_words
from formserver.equipment.register_models import Became, Side
from tests.support.equipment_rows import row

_LIST = EquipmentList(
    id="0" * 26,
    agency_id="a",
    enterprise_id="e",
    enterprise_name="川西水泥有限公司",
    uscc="",
    title="2025年设备清单",
    as_of=date(2025, 6, 30),
    state=ListState.READY,
    filename="x.xlsx",
    source_sha256="0" * 64,
    created_by="u",
    created_by_name="陈志远",
    created_at=datetime(2025, 6, 30, tzinfo=UTC),
)


def side(number: int = 1, verdict: str = "ok", standing: str = "", decided: str = "", **values: str) -> Side:
    stated = {
        "seq": str(number),
        "name": "三相异步电动机",
        "model": "Y160M-4",
        "location": "一车间",
        **values,
    }
    return Side(number, "设备", number + 1, stated, verdict, standing or verdict, decided)


def test_the_same_equipment_is_no_difference_however_it_is_written() -> None:
    assert compared(side(1), side(7)) is None
    assert compared(side(model="Y160M-4"), side(model="ｙ160m－ 4")) is None


def test_every_field_that_changed_is_named_with_both_values() -> None:
    found = compared(side(power_kw="11", status="在用"), side(power_kw="15", status="备用"))
    assert found is not None
    assert found.kinds == (Became.CHANGED,)
    assert [(c.title, c.old, c.new) for c in found.changes] == [
        ("额定功率", "11", "15"),
        ("使用状态", "在用", "备用"),
    ]


def test_another_verdict_and_another_decision_are_differences_of_their_own() -> None:
    found = compared(side(verdict="review"), side(verdict="eliminated", standing="ok", decided="out"))
    assert found is not None
    assert found.kinds == (Became.VERDICT, Became.DECISION)
    assert [(c.title, c.old, c.new) for c in found.changes] == [
        ("结论", "待确认", "正常（自动判定：淘汰）"),
        ("处理", "未确认", "已移出"),
    ]


def test_a_decision_that_was_only_taken_over_is_no_difference() -> None:
    old, new = (
        side(verdict="review", standing="ok", decided="out"),
        side(verdict="review", standing="ok", decided="carried"),
    )
    assert compared(old, new) is None
    assert compared(side(), side(decided="carried")) is not None


def test_a_row_that_could_not_be_judged_says_so() -> None:
    assert verdict_words(side(verdict="", standing="")) == "未识别（须先改）"


def test_what_has_no_partner_came_or_went_unless_it_is_nearly_the_same() -> None:
    removed = [side(1, made="1998"), side(2, model="JO2-72-4"), side(3, made="1999")]
    added = [side(4, made="1997"), side(5, model="YE5-200L-4")]
    found = differences(removed, added, [(side(6), side(6, power_kw="11"))])
    assert [(one.kinds, one.near, one.shown.number) for one in found] == [
        ((Became.CHANGED,), True, 4),
        ((Became.ADDED,), False, 5),
        ((Became.CHANGED,), False, 6),
        ((Became.REMOVED,), False, 2),
        ((Became.REMOVED,), False, 3),
    ]
    near = found[0]
    assert near.old is not None
    assert near.old.number == 1
    assert tally(found) == {
        Became.ADDED: 1,
        Became.REMOVED: 2,
        Became.CHANGED: 2,
        Became.VERDICT: 0,
        Became.DECISION: 0,
    }


def test_what_was_said_last_time_stands_beside_each_row() -> None:
    assert last_words(row(verdict="eliminated", decided="confirmed")) == "淘汰／已确认"
    assert last_words(row(verdict="review", decided="")) == "待确认"
    assert last_words(row(verdict="")) == "未识别（须先改）"


def test_the_last_list_has_the_columns_of_a_list_and_no_formulas() -> None:
    target = io.BytesIO()
    rows: list[ListRow] = [row(1), row(2, name='=HYPERLINK("x")', model="@SUM(A1)", remark="<a&b>\u0000")]
    assert write_last_list(target, _LIST, rows) == 2
    book = load_workbook(io.BytesIO(target.getvalue()))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert (heads[1], heads[2], heads[-1]) == ("设备名称", "设备型号", LAST_COLUMN)
    assert sheet["B3"].value == '=HYPERLINK("x")'
    assert {cell.data_type for line in sheet.iter_rows() for cell in line if cell.value is not None} == {"s"}
    assert "不要删行" in "".join(str(cell.value) for (cell,) in book.worksheets[1].iter_rows())
