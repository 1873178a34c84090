"""比对结果 in a form is the server's: what is posted is thrown away, what was kept is not reworked in silence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from formserver.calculation.grade_library import GradeLibrary
from formserver.core.clock import FixedClock
from formserver.core.computing import UNSETTLED, computed_fields
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.validation import validate_complete, validate_draft
from formserver.core.errors import Severity
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.widget_computer import EQUIPMENT, MOST_ROWS, EquipmentComputer
from formserver.equipment.widget_rows import COMPUTED

CATALOGUE = shipped_catalogue(FixedClock(datetime(2026, 11, 21, tzinfo=UTC)))
DT = CATALOGUE.type("verification_form")
FIELD = DT.by_pattern["/equipment"]
TODAY = date(2026, 11, 21)
LISTED = {
    "_k": "0cwmw3dp", "name": "三相异步电动机", "model": "JO2-72-4", "made_on": "1978-12-01", "rated": "30",
    "rated_unit": "kW",
}  # fmt: skip
MODERN = {**LISTED, "_k": "1mjhmg3g", "model": "YE4-315L1-4", "made_on": "2022-09-01", "rated": "160"}
UNDATED = {
    "_k": "fyhfyqnw",
    "name": "三相异步电动机",
    "model": "Y2-160M-4",
    "rated": "11",
    "rated_unit": "kW",
}


@pytest.fixture(scope="module")
def computer() -> EquipmentComputer:
    return EquipmentComputer(EquipmentLibrary(CATALOGUE), GradeLibrary(CATALOGUE))


def body_of(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"verify_date": "2026-11-17", "equipment": [dict(row) for row in rows], **more}


def test_the_list_of_the_form_belongs_to_the_computer() -> None:
    assert EQUIPMENT in {field.widget.partition(":")[2] for field in computed_fields(DT)}


def test_every_row_is_compared_as_of_the_day_of_the_inspection(computer: EquipmentComputer) -> None:
    made = computer.compute(DT, FIELD, body_of(LISTED, MODERN, UNDATED), [], TODAY)
    listed, modern, undated = made["equipment"]
    assert (listed["system_suggestion"], listed["list_hit"]) == ("疑似淘汰", "第一批 1-1.1 JO2系列")
    assert listed["elim_catalog"].endswith("（第一批）")
    assert listed["compared_on"] == "2026-11-17"
    assert modern["system_suggestion"] == "未命中"
    assert not {"list_hit", "elim_catalog", "elim_deadline"} & set(modern)
    assert undated["system_suggestion"] == "待确认"
    assert undated["list_hit"].startswith("可能为：")
    assert all(row["suggestion_note"] for row in made["equipment"])
    validate_draft(DT, made)


def test_no_catalogue_speaks_before_it_is_issued(computer: EquipmentComputer) -> None:
    dated = {**UNDATED, "made_on": "1999-05-01"}
    early = computer.compute(DT, FIELD, body_of(dated, verify_date="2011-05-01"), [], TODAY)
    late = computer.compute(DT, FIELD, body_of(dated), [], TODAY)
    assert early["equipment"][0]["system_suggestion"] == "未命中"
    assert late["equipment"][0]["system_suggestion"] == "疑似淘汰"
    assert late["equipment"][0]["elim_deadline"]


def test_without_a_day_of_inspection_today_counts(computer: EquipmentComputer) -> None:
    made = computer.compute(DT, FIELD, {"equipment": [dict(LISTED)]}, [], TODAY)
    assert made["equipment"][0]["compared_on"] == "2026-11-21"


def test_forged_results_are_thrown_away(computer: EquipmentComputer) -> None:
    forged = dict.fromkeys(COMPUTED, "未命中")
    made = computer.compute(DT, FIELD, body_of({**LISTED, **forged}, {"_k": "aaaaaaaa", **forged}), [], TODAY)
    assert made["equipment"][0]["system_suggestion"] == "疑似淘汰"
    assert made["equipment"][1] == {"_k": "aaaaaaaa"}


def test_what_people_state_stays_theirs(computer: EquipmentComputer) -> None:
    said = {
        "manual_confirm": "排除",
        "manual_reason": "已封存",
        "eff_class": "2",
        "location": "一车间",
        "qty": 2,
    }
    (row,) = computer.compute(DT, FIELD, body_of({**LISTED, **said}), [], TODAY)["equipment"]
    assert {key: row[key] for key in said} == said


def test_what_was_kept_is_kept_while_its_question_is_the_same(computer: EquipmentComputer) -> None:
    kept = body_of({**LISTED, "system_suggestion": "未命中", "list_hit": "当年填写"})
    sent = body_of(
        {**LISTED, "manual_confirm": "确认淘汰", "system_suggestion": "疑似淘汰", "list_hit": "伪造"}
    )
    (row,) = computer.compute(DT, FIELD, sent, [kept], TODAY)["equipment"]
    assert (row["system_suggestion"], row["list_hit"]) == ("未命中", "当年填写")
    for change in ({"model": "JO2-71-4"}, {"again": 1}, {"rated": "22"}):
        (row,) = computer.compute(DT, FIELD, body_of({**LISTED, **change}), [kept], TODAY)["equipment"]
        assert row["system_suggestion"] == "疑似淘汰", change
    later = body_of(LISTED, verify_date="2026-11-18")
    assert computer.compute(DT, FIELD, later, [kept], TODAY)["equipment"][0]["compared_on"] == "2026-11-18"


def test_a_date_the_form_cannot_show_is_told_beside_the_result(computer: EquipmentComputer) -> None:
    filled = {**UNDATED, "made_on": "2003-01-01", "made_text": "2003年"}
    hidden = {**UNDATED, "_k": "1mjhmg3g", "made_text": "1990年前"}
    first, second = computer.compute(DT, FIELD, body_of(filled, hidden), [], TODAY)["equipment"]
    assert first["suggestion_note"].startswith("出厂日期按清单所载“2003年”。淘汰：")
    assert second["suggestion_note"].startswith("出厂日期按清单所载“1990年前”。")
    (typed,) = computer.compute(DT, FIELD, body_of({**filled, "made_on": "2003-01-02"}), [], TODAY)[
        "equipment"
    ]
    assert "清单所载" not in typed["suggestion_note"]


def test_a_row_without_a_result_gets_one(computer: EquipmentComputer) -> None:
    (row,) = computer.compute(DT, FIELD, body_of(LISTED), [body_of(LISTED)], TODAY)["equipment"]
    assert row["system_suggestion"] == "疑似淘汰"


def test_computing_twice_changes_nothing(computer: EquipmentComputer) -> None:
    once = computer.compute(DT, FIELD, body_of(LISTED, MODERN, UNDATED), [], TODAY)
    assert computer.compute(DT, FIELD, once, [once], TODAY) == once
    assert computer.compute(DT, FIELD, once, [], TODAY) == once
    assert computer.stated(DT, FIELD, once) == body_of(LISTED, MODERN, UNDATED)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"equipment": "x"},
        {"equipment": [None, 5, "x"]},
        {"equipment": [{}], "verify_date": 5},
        {"equipment": [{"name": 1, "model": {}, "rated": [], "made_on": None, "again": -1}]},
        {"equipment": [{"name": "\u0000" * 80, "model": "（" * 5000 + "\ud800", "made_on": "9999-99-99"}]},
        {
            "equipment": [{"name": "电机", "model": "Y160M-4", "made_text": "一" * 9000}],
            "verify_date": "0001-01-01",
        },
    ],
    ids=str,
)
def test_typed_nonsense_raises_nothing(computer: EquipmentComputer, body: dict[str, Any]) -> None:
    made = computer.compute(DT, FIELD, body, [body], TODAY)
    assert isinstance(made, dict)
    computer.unsettled(DT, FIELD, made)
    computer.stated(DT, FIELD, made)


def test_uncertain_rows_are_warnings_until_a_person_decides(computer: EquipmentComputer) -> None:
    made = computer.compute(DT, FIELD, body_of(LISTED, UNDATED), [], TODAY)
    (found,) = computer.unsettled(DT, FIELD, made)
    assert (found.code, found.severity, found.pointer) == (UNSETTLED, Severity.WARNING, "/equipment/1")
    assert "Y2-160M-4" in found.message
    for word, left in (("待核实", 1), ("排除", 0), ("确认淘汰", 0)):
        made["equipment"][1]["manual_confirm"] = word
        assert len(computer.unsettled(DT, FIELD, made)) == left


@pytest.mark.parametrize(
    ("suggestion", "confirm", "asked"),
    [
        ("疑似淘汰", "排除", True),
        ("疑似淘汰", "确认淘汰", False),
        ("未命中", "确认淘汰", True),
        ("未命中", "排除", False),
        ("限制", "确认淘汰", True),
        ("限制", "排除", False),
        ("待确认", "确认淘汰", True),
        ("待确认", "排除", True),
        ("待确认", "待核实", False),
    ],
)
def test_who_differs_from_the_machine_gives_a_reason(suggestion: str, confirm: str, asked: bool) -> None:
    body = dict(CATALOGUE.sample("verification_form"))
    row = {**body["equipment"][3], "system_suggestion": suggestion, "manual_confirm": confirm}
    row.pop("manual_reason", None)
    found = validate_complete(DT, {**body, "equipment": [row]}, stage="draft", ctx={})
    assert any(one.pointer == "/equipment/0/manual_reason" for one in found) is asked


def test_more_rows_than_a_form_may_have_are_not_worked_out(computer: EquipmentComputer) -> None:
    rows = [{**LISTED, "_k": f"{index:08d}"} for index in range(MOST_ROWS + 2)]
    made = computer.compute(DT, FIELD, body_of(*rows), [], TODAY)["equipment"]
    assert len(made) == MOST_ROWS + 2
    assert "system_suggestion" in made[MOST_ROWS - 1]
    assert "system_suggestion" not in made[MOST_ROWS]
