"""Tabs, chips and sums from the counts of a list."""

from __future__ import annotations

from decimal import Decimal

from formserver.equipment.repository import BLOCKED, RowQuery
from formserver.equipment.review_filters import arguments_of, chip_rows, count_of, head_of, query_from, tabs
from formserver.equipment.review_repository import TallyLine

LINES = (
    TallyLine("eliminated", "eliminated", "", "motor", "第二批", "C01", "表", "在用", 3, 5, 55_000, 0),
    TallyLine("eliminated", "review", "in", "motor", "第三批", "C03", "表", "已拆除", 1, 2, 11_000, 0),
    TallyLine("review", "review", "", "transformer", "第四批", "C03", "表", "在用", 2, 2, 0, 630_500),
    TallyLine("ok", "ok", "out", "pump", "", "", "表2", "在用", 1, 1, 7_500, 0),
    TallyLine("", "", "", "", "", "", "表2", "", 4, 4, 0, 0),
)


def test_sums_leave_out_what_was_taken_down() -> None:
    sums = {one.key: one for one in head_of(LINES).sums}
    eliminated = sums["eliminated"]
    assert (eliminated.rows, eliminated.units, eliminated.kw) == (4, 5, Decimal("55"))
    assert sums["review"].kva_text == "630.5"
    assert sums[BLOCKED].rows == 4


def test_progress_counts_what_the_machine_left_open() -> None:
    head = head_of(LINES)
    assert (head.settled, head.open) == (1, 3)
    assert (head.moved_in, head.moved_out, head.carried, head.removed) == (1, 1, 0, 2)


def test_tabs_count_under_the_other_conditions() -> None:
    found = {tab.key: tab.rows for tab in tabs(LINES, RowQuery(sheet="表", standing="review"))}
    assert found == {"": 6, "eliminated": 4, "review": 2, "restricted": 0, "ok": 0, BLOCKED: 0}


def test_chips_count_under_the_rest_and_keep_what_is_set() -> None:
    groups = {group.field: group for group in chip_rows(LINES, RowQuery(category="fan"))}
    chosen = [chip for chip in groups["category"].chips if chip.on]
    assert [(chip.key, chip.rows) for chip in chosen] == [("fan", 0)]
    assert {chip.key: chip.rows for chip in groups["category"].chips} == {
        "motor": 4,
        "transformer": 2,
        "pump": 1,
        "fan": 0,
    }


def test_undecided_rows_can_be_asked_for() -> None:
    assert count_of(LINES, RowQuery(decided="none")) == 9
    assert count_of(LINES, RowQuery(standing=BLOCKED)) == 4


def test_an_address_is_read_and_written() -> None:
    query = query_from({"standing": "review", "q": " Y2\x00 ", "category": "motor", "evil": "1"})
    assert query == RowQuery(standing="review", text="Y2", category="motor")
    assert arguments_of(query) == {"standing": "review", "category": "motor", "q": "Y2"}


def test_a_list_without_rows_has_sums_of_nothing() -> None:
    head = head_of(())
    assert head.rows == head.open == 0
    assert {one.rows for one in head.sums} == {0}
