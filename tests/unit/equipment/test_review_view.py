"""What a row shows, what changes in it when it is judged again, and what it adds up to."""

from __future__ import annotations

import dataclasses
import json

import pytest

from formserver.equipment.joint import Judgement, judgement_to_json
from formserver.equipment.joint_grades import GradeCheck
from formserver.equipment.matching.model import Finding, Verdict
from formserver.equipment.models import ListRow
from formserver.equipment.review_changes import (
    Preview,
    change_of,
    judged_again,
    preview_from_json,
    preview_to_json,
)
from formserver.equipment.review_view import all_stated, row_view
from formserver.equipment.row_amounts import row_amounts
from tests.unit.equipment.test_review_acts import ROW


def judged(verdict: str, **more: object) -> Judgement:
    finding = Finding(Verdict(verdict), "motor", catalogue="第二批", seq="1-1.24", **{"rule": "M01", **more})  # type: ignore[arg-type]
    return Judgement(Verdict(verdict), finding, GradeCheck(), "说明")


def row(verdict: str, **more: object) -> ListRow:
    cells = {"name": "电动机", "model": "Y160M-4", "power_kw": "11", "made": "85.6"}
    stated = {
        "cells": cells,
        "values": {**cells, "made": "1985-06"},
        "extra": {"资产编号": "A1"},
        "problems": [],
    }
    values = {
        "stated": stated,
        "judged": judgement_to_json(judged(verdict)),
        "reason": "",
        "verdict": verdict,
        "standing": verdict,
    }
    return dataclasses.replace(ROW, **{**values, **more})  # type: ignore[arg-type]


def test_a_row_shows_what_is_missing_and_how_to_get_it() -> None:
    view = row_view(
        row("review", judged=judgement_to_json(judged("review", reasons=("C03",), missing=("made",))))
    )
    assert [one.title for one in view.lacking] == ["制造日期"]
    assert "铭牌" in view.lacking[0].how
    assert [(one.code, one.word) for one in view.reasons] == [("C03", "缺判定所需的数据")]
    assert ("额定功率", "11 kW") in view.facts


def test_what_rests_on_memory_is_marked() -> None:
    view = row_view(row("review", judged=judgement_to_json(judged("review", recalled=True))))
    assert view.recalled
    assert not row_view(row("review")).recalled


def test_a_person_who_departs_from_the_machine_is_told_apart() -> None:
    view = row_view(row("review", standing="ok", decided="out"))
    assert (view.standing, view.machine, view.departs) == ("正常", "待确认", True)


def test_every_column_is_shown_with_what_was_read() -> None:
    assert ("制造日期", "", "85.6", "1985-06") in all_stated(row("ok"))
    assert ("资产编号", "", "A1", "") in all_stated(row("ok"))


def test_a_row_with_nothing_in_it_is_shown_too() -> None:
    view = row_view(dataclasses.replace(ROW, stated={}, judged={}, verdict="", standing=""))
    assert view.blocked
    assert view.standing == "未识别"


def test_the_same_judgement_changes_nothing() -> None:
    assert change_of(row("ok"), judged("ok")) is None


def test_another_rule_is_a_change_even_with_the_same_verdict() -> None:
    change = change_of(row("eliminated"), judged("eliminated", rule="M02"))
    assert change is not None
    assert (change.rule_before, change.rule_after, change.before, change.after) == (
        "M01",
        "M02",
        "eliminated",
        "eliminated",
    )


def test_what_a_person_decided_stands_and_is_marked() -> None:
    again = judged_again(row("review", standing="ok", decided="out"), judged("eliminated"))
    assert (again.verdict, again.standing, again.decided) == ("eliminated", "ok", "carried")
    same = judged_again(row("review", standing="ok", decided="out"), judged("review", rule="M02"))
    assert (same.standing, same.decided) == ("ok", "out")
    open_row = judged_again(row("review"), judged("eliminated"))
    assert (open_row.standing, open_row.decided) == ("eliminated", "")


def test_a_preview_comes_back_from_the_result_of_a_job() -> None:
    change = change_of(row("ok"), judged("review"))
    assert change is not None
    preview = Preview("stamp", 9, 1, 0, (("ok", "review", 1),), (change,))
    assert preview_from_json(json.loads(json.dumps(preview_to_json(preview)))) == preview


@pytest.mark.parametrize(
    ("values", "units", "watts", "va"),
    [
        ({"quantity": "3", "power_kw": "7.5"}, 3, 22_500, 0),
        ({"quantity": "", "capacity_kva": "630"}, 1, 0, 630_000),
        ({"quantity": "两台", "power_kw": "abc"}, 1, 0, 0),
        ({"quantity": "9" * 30, "power_kw": "NaN"}, 1, 0, 0),
        ({"quantity": "2", "power_kw": "Infinity"}, 2, 0, 0),
        ({"quantity": "2", "power_kw": "1e30"}, 2, 0, 0),
        ({"quantity": "2", "power_kw": "-5"}, 2, 0, 0),
        ({"quantity": "2", "power_kw": "0.0004"}, 2, 0, 0),
    ],
)
def test_amounts_are_whole_and_bounded(values: dict[str, str], units: int, watts: int, va: int) -> None:
    found = row_amounts({"values": values})
    assert (found["units"], found["watts"], found["va"]) == (units, watts, va)


def test_a_state_that_is_none_is_not_kept() -> None:
    assert row_amounts({"values": {"status": "x" * 99}})["status"] == ""
    assert row_amounts({"values": {"status": "已拆除"}})["status"] == "已拆除"
