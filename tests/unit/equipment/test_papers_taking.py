"""What a paper takes from the rows of a list: tables, sums, notes, and the bound of what stands in a body."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from formserver.equipment import result_sums
from formserver.equipment.joint import GradeCheck
from formserver.equipment.matching.model import Batch
from formserver.equipment.models import Decision, ListRow
from formserver.equipment.papers_models import ELIMINATION, EQUIPMENT, MOST_INLINE
from formserver.equipment.papers_rows import graded, taken
from formserver.equipment.papers_sums import Sums, eliminated_summary
from formserver.equipment.papers_taking import Taking, facts_of_catalogues
from formserver.equipment.papers_words import ELLIPSIS, cut, row_key
from formserver.equipment.row_amounts import row_amounts
from tests.support.equipment import MIXED, MOTOR, _rows

BATCH = Batch(
    "elimination/batch_2/2012", "batch_2", "2012", "第二批", "淘汰目录（第二批）", "工业和信息化部", "公告2012年第14号",
    "2012", date(2012, 10, 1), None, True, "", (), "",
)  # fmt: skip
BATCHES = {"batch_2": BATCH}
AT = datetime(2025, 6, 30, 2, 15, tzinfo=UTC)


def judge() -> Any:
    raise AssertionError("every row of these tests has a verdict")


def rows_of(rows: Iterable[Mapping[str, str]]) -> list[ListRow]:
    return [dataclasses.replace(row, **row_amounts(row.stated)) for row in _rows("list", rows, judge)]


def decision(row: ListRow, act: str, reason: str = "铭牌与目录条目一致", basis: str = "photo") -> Decision:
    return Decision(
        id="d",
        list_id="list",
        number=row.number,
        identity=row.identity,
        copy=1,
        act=act,
        basis=basis,
        reason=reason,
        before=row.standing,
        after="",
        machine=row.verdict,
        library="",
        by="u",
        by_name="陈志远",
        agency_id="city",
        at=AT,
    )


def take(kind: str, rows: Iterable[tuple[ListRow, Decision | None]]) -> dict[str, Any]:
    taking = Taking(kind, BATCHES)
    for row, said in rows:
        taking.add(taken(row, said))
    return taking.parts("明细.xlsx", "ab" * 32)


def test_every_row_stands_in_exactly_one_table_or_is_counted() -> None:
    parts = take(ELIMINATION, [(row, None) for row in rows_of(MIXED)])
    assert [row["number"] for row in parts["rows"]] == [1]
    assert [row["number"] for row in parts["review_rows"]] == [2]
    assert [row["number"] for row in parts["restricted_rows"]] == [3]
    assert [row["number"] for row in parts["blocked_rows"]] == [5]
    assert "其余 1 行、3 台（套）" in parts["ok_note"]
    assert parts["result"] == "有淘汰设备"
    assert "尚无人工意见" in parts["review_note"]


def test_an_eliminated_row_names_its_ground() -> None:
    (row,) = take(ELIMINATION, [(rows_of(MIXED)[0], None)])["rows"]
    assert (row["catalogue"], row["item_no"], row["document_no"]) == ("第二批", "2-1.17", "公告2012年第14号")
    assert (row["overdue"], row["deadline"], row["way"], row["code"]) == (3469, "2015年底", "自动", "C01")
    assert "opinion" not in row


def test_what_is_missing_comes_with_where_to_find_it() -> None:
    (row,) = take(ELIMINATION, [(rows_of(MIXED)[1], None)])["review_rows"]
    assert row["missing"].startswith("制造日期：")


def test_a_moved_in_row_says_who_moved_it_and_what_the_machine_had_said() -> None:
    row = dataclasses.replace(rows_of(MIXED)[1], standing="eliminated", decided="in")
    parts = take(ELIMINATION, [(row, decision(row, "in"))])
    (line,) = parts["rows"]
    assert line["way"] == "人工移入"
    assert line["opinion"] == "人工移入；铭牌照片：铭牌与目录条目一致"
    assert (line["decided_by"], line["decided_at"]) == ("陈志远", "2025-06-30 10:15")
    assert line["condition"].startswith("自动结论为待确认。")
    assert parts["summary"][0]["batch"] == "第二批"


def test_a_carried_decision_is_marked() -> None:
    row = dataclasses.replace(rows_of(MIXED)[0], decided="carried")
    (line,) = take(ELIMINATION, [(row, decision(row, "confirm", "", ""))])["rows"]
    assert line["way"] == "自动，人工确认（沿用，待复核）"


def test_a_moved_out_row_stands_apart_with_its_reason_and_is_no_unit() -> None:
    row = dataclasses.replace(rows_of(MIXED)[0], standing="ok", decided="out")
    parts = take(ELIMINATION, [(row, decision(row, "out", "出厂文件载明为改进型", "papers"))])
    (line,) = parts["moved_rows"]
    assert (line["machine"], line["basis"], line["reason"]) == ("淘汰", "出厂文件", "出厂文件载明为改进型")
    assert parts["result"] == "未发现淘汰设备"
    assert parts["units_total"] == 0
    assert "summary" not in parts


def test_stopped_and_removed_equipment_is_counted_apart() -> None:
    rows = rows_of(
        {**MOTOR, "_verdict": "eliminated", "status": status, "quantity": quantity}
        for status, quantity in (("在用", "2"), ("备用", "3"), ("停用", "5"), ("已拆除", "7"))
    )
    parts = take(ELIMINATION, [(row, None) for row in rows])
    (group,) = parts["summary"]
    assert (group["category"], group["batch"], group["group"]) == ("电动机", "第二批", "电动机·第二批")
    assert (group["models"], group["units"], group["stopped"], group["removed"]) == (1, 5, 5, 7)
    assert group["power_kw"] == "55"
    assert parts["rows_note"] == "共 4 行、17 台（套），其中停用 5 台（套）、已拆除 7 台（套）。"


@pytest.mark.parametrize("count", [MOST_INLINE, MOST_INLINE + 1])
def test_a_table_stands_in_the_body_up_to_the_bound_and_beyond_it_not_at_all(count: int) -> None:
    (row,) = rows_of([{**MOTOR, "_verdict": "eliminated"}])
    parts = take(ELIMINATION, [(dataclasses.replace(row, number=n), None) for n in range(1, count + 1)])
    assert len(parts.get("rows", ())) == (count if count <= MOST_INLINE else 0)
    assert f"共 {count} 行、{2 * count} 台（套）" in parts["rows_note"]
    assert ("ab" * 32 in parts["rows_note"]) is (count > MOST_INLINE)
    assert parts["units_total"] == 2 * count


def test_equipment_list_holds_every_row_that_was_read_and_sums_by_category() -> None:
    parts = take(EQUIPMENT, [(row, None) for row in rows_of(MIXED)])
    assert [row["verdict"] for row in parts["rows"]] == ["淘汰", "待确认", "限制", "正常"]
    assert [(row["category"], row["units"]) for row in parts["summary"]] == [
        ("电动机", 4),
        ("变压器", 1),
        ("泵", 3),
    ]
    motors = parts["summary"][0]
    assert (motors["eliminated"], motors["review"], motors["restricted"]) == (2, 2, 0)
    assert (parts["units_total"], parts["power_total"], parts["capacity_total"]) == (8, "66.5", "500")


def test_recalled_grounds_are_marked_on_row_and_paper() -> None:
    row = rows_of([{**MIXED[1], "_recalled": "1"}])[0]
    parts = take(ELIMINATION, [(row, None)])
    assert parts["review_rows"][0]["recalled"] == "来源待核"
    assert "来源待核" in parts["remark_recalled"]
    assert "remark_recalled" not in take(ELIMINATION, [(rows_of(MIXED)[0], None)])
    assert facts_of_catalogues(BATCHES) == ["淘汰目录（第二批）（公告2012年第14号），2012版（文号来源待核）"]


def test_names_of_files_never_stand_on_paper() -> None:
    parts = Taking(ELIMINATION, {})
    row = rows_of(MIXED)[0]
    judged = {**row.judged, "finding": {**row.judged["finding"], "item": None, "catalogue": "batch_9"}}
    parts.add(taken(dataclasses.replace(row, judged=judged), None))
    made = parts.parts("明细.xlsx", "")
    assert "catalogue" not in made["rows"][0]
    assert made["summary"][0]["batch"] == "未列目录（人工认定）"


def test_keys_of_rows_are_lasting_and_differ_between_tables() -> None:
    keys = {row_key(table, number) for table in range(8) for number in (1, 2, 500, 100_000)}
    assert len(keys) == 32
    assert all(len(key) == 8 for key in keys)
    assert row_key(3, 77) == row_key(3, 77)


def test_a_text_too_long_says_so_and_hidden_turns_become_visible() -> None:
    assert cut("型" * 200, 180) == "型" * (180 - len(ELLIPSIS)) + ELLIPSIS
    assert cut("a\r\nb\x00 ", 10) == "a\nb\ufffd"
    assert cut("Y\u202e160", 10) == "Y\ufffd160"
    assert cut("型" * 30, 20) == "型" * 19 + "…"


@pytest.mark.parametrize(
    ("label", "check", "shown"),
    [
        ("", GradeCheck("settled", "3级", False), "核算3级"),
        ("2级", GradeCheck("settled", "3级", False), "标识2级；核算3级"),
        ("", GradeCheck("unconfirmed", "低于3级", True), "核算低于3级（限值待核）"),
        (
            "",
            GradeCheck("hint", "3级", False, says="型号提示（凭记忆）：相当于3级"),
            "型号提示3级（凭记忆），未核算",
        ),
        ("2级", GradeCheck("hint", "2级", False, says="标识为2级，未核对数值"), "标识2级"),
        ("", GradeCheck("incomplete", says="缺额定效率，不能判定等级"), ""),
    ],
)
def test_only_what_was_worked_out_by_values_is_called_so(label: str, check: GradeCheck, shown: str) -> None:
    (row, *_) = rows_of([{**MOTOR, "label_grade": label, "_verdict": "ok"}])
    one = taken(row, None)
    assert one.judgement is not None
    one = dataclasses.replace(one, judgement=dataclasses.replace(one.judgement, grade=check))
    assert graded(one) == shown


def test_catalogues_of_the_summary_stand_in_the_order_they_were_issued() -> None:
    titles = ["第一批", "第二批", "第三批", "第四批"]
    batches = {
        f"batch_{place}": dataclasses.replace(BATCH, name=f"batch_{place}", title=title)
        for place, title in enumerate(titles, start=1)
    }
    groups = {("电动机", title): Sums() for title in ["未列目录", *reversed(titles)]}
    summary = eliminated_summary(groups, [one.title for one in batches.values()])
    assert [row["batch"] for row in summary] == [*titles, "未列目录"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("第二批", "第三批"), ("第九批", "第十批"), ("第十批", "第十一批"), ("第四批", "人工认定")],
)
def test_the_workbook_has_batches_in_order_too(earlier: str, later: str) -> None:
    assert result_sums._batch_place(earlier) < result_sums._batch_place(later)
