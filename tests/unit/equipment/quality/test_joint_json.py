"""Judgements as kept: what comes back is what went in, and what older programs kept can be read."""

from __future__ import annotations

import json
from datetime import date

import pytest

from formserver.equipment.joint import Judgement, judgement_from_json, judgement_to_json
from formserver.equipment.joint_answers import GradeCheck
from formserver.equipment.matching.model import Deadline, Finding, Item, Verdict

ITEM = Item(
    ref="batch_2:1-1.34", batch="batch_2", edition="2012", seq="1-1.34", section="一、电动机", category="motor",
    name="Y系列三相异步电动机", model="Y160M-4", condition="额定功率11kW",
    deadline=Deadline("2012-10-01起", date(2012, 10, 1)),
    reason="低于限定值", replacement="YE3", recalled=False, source="extract",
)  # fmt: skip
FULL = Judgement(
    Verdict.ELIMINATED,
    Finding(
        Verdict.ELIMINATED, "motor", ("C01", "C13"), "M01", ITEM, "第二批", "1-1.34", "Y160M-4", "Y16OM-4", "逐型号",
        Deadline("2012-10-01", date(2012, 10, 1)), 0, "YE3", True, ("made",), "型号在列。", ("M16",),
    ),
    GradeCheck("unconfirmed", "低于3级", False, "GB 18613-2020", ("额定效率",), "效率…", (("grades/motor/x", "ab"),), True),
    "淘汰：…。",
)  # fmt: skip
EMPTY = Judgement(Verdict.OK, Finding(Verdict.OK, "unknown"), GradeCheck(), "")


@pytest.mark.parametrize("judgement", [FULL, EMPTY])
def test_what_comes_back_is_what_went_in(judgement: Judgement) -> None:
    data = json.loads(json.dumps(judgement_to_json(judgement), ensure_ascii=False))
    assert judgement_from_json(data) == judgement
    assert judgement_to_json(judgement_from_json(data)) == data


def test_nothing_known_takes_little_room() -> None:
    assert judgement_to_json(EMPTY) == {
        "verdict": "ok",
        "says": "",
        "finding": {"verdict": "ok", "category": "unknown"},
        "grade": {},
    }


def test_what_an_older_or_newer_program_kept_is_read() -> None:
    assert judgement_from_json({"verdict": "review"}).finding == Finding(Verdict.OK, "unknown")
    found = judgement_from_json(
        {"verdict": "ok", "finding": {"verdict": "ok", "new": 1, "item": {"ref": "a:b"}}, "grade": {"x": 1}}
    )
    assert found.finding.item is not None
    assert (found.finding.item.ref, found.finding.item.deadline, found.grade) == (
        "a:b",
        Deadline(),
        GradeCheck(),
    )
