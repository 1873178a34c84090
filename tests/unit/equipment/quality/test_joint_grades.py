"""What a row states against the efficiency grade tables: settled, unconfirmed, hinted at, or what is lacking."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.calculation.engine import nobody
from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.joint_grades import GradeCheck, GradeChecker
from formserver.equipment.matching.model import Finding, Verdict
from tests.support.calculating import catalogue, everybody

GRADES = GradeLibrary(catalogue())
DAY = date(2025, 6, 30)
CHECKER = GradeChecker(GRADES, DAY, nobody)


def checked(category: str, **stated: str) -> GradeCheck:
    return CHECKER.check(Finding(Verdict.OK, category), stated)


def motor(**stated: str) -> GradeCheck:
    return checked("motor", **{"name": "三相异步电动机", "model": "YE3-160M-4", "power_kw": "11"} | stated)


@pytest.mark.parametrize(
    ("efficiency", "grade", "below"),
    [("91.4", "3级", False), ("91.3", "低于3级", True), ("93.3", "2级", False)],
)
def test_a_motor_is_compared_with_its_row(efficiency: str, grade: str, below: bool) -> None:
    found = motor(efficiency_pct=efficiency)
    assert (found.state, found.grade, found.below) == ("unconfirmed", grade, below)
    assert found.standard == "GB 18613-2020"
    assert "凭记忆，待核对" in found.says


def test_confirmed_limits_settle_the_grade() -> None:
    found = GradeChecker(GRADES, DAY, everybody).check(
        Finding(Verdict.OK, "motor"),
        {"name": "电动机", "model": "YE2-160M-4", "power_kw": "11", "efficiency_pct": "91.3"},
    )
    assert (found.state, found.below) == ("settled", True)
    assert "低于限定值91.4%" in found.says
    assert "凭记忆" not in found.says


def test_a_verified_limit_settles_without_anybody() -> None:
    found = motor(model="YE2-80M1-2", power_kw="0.75", efficiency_pct="80.6")
    assert (found.state, found.grade, found.below) == ("settled", "低于3级", True)


def test_what_is_lacking_is_named_as_in_the_list() -> None:
    found = motor(model="YX3-160M", power_kw="")
    assert (found.state, found.missing) == ("incomplete", ("极数", "额定功率", "额定效率"))
    assert found.says == "缺极数、额定功率、额定效率，不能判定等级"


@pytest.mark.parametrize(
    ("made", "label", "clear", "below"),
    [("", "", True, True), ("2022", "", True, True), ("2015年", "", False, True), ("", "2级", False, None)],
)
def test_a_verified_hint_is_clear_unless_something_speaks_against_it(
    made: str, label: str, clear: bool, below: bool | None
) -> None:
    found = motor(model="YE2-160M-4", made=made, label_grade=label)
    assert (found.state, found.clear, found.below) == ("hint", clear, below)


def test_a_hint_from_memory_is_never_clear() -> None:
    found = motor(model="Y160M-4")
    assert (found.state, found.below, found.clear) == ("hint", True, False)
    assert "（凭记忆）" in found.says


def test_a_label_is_said_and_contradictions_too() -> None:
    assert motor(label_grade="3级").says == "标识为3级，缺额定效率，未核对数值"
    assert "与标识的2级不一致" in motor(efficiency_pct="91.4", label_grade="2级").says


@pytest.mark.parametrize(
    "stated",
    [
        {"name": "直流电动机"},
        {"name": "高压电动机"},
        {"voltage_v": "6000"},
        {"name": "单相电动机", "power_kw": "0.75"},
    ],
)
def test_motors_the_standard_is_not_about_are_left_alone(stated: dict[str, str]) -> None:
    assert motor(efficiency_pct="80", **stated) == GradeCheck()


def test_a_transformer_without_its_connection_is_tried_both_ways() -> None:
    both = checked("transformer", model="S13-M-1000/10", p0_w="745", pk_w="10300")
    assert (both.grade, both.below) == ("3级", False)
    parted = checked("transformer", model="S13-M-1000/10", p0_w="745", pk_w="9000")
    named = checked("transformer", model="S13-M-1000/10", p0_w="745", pk_w="9000", remark="联结组Dyn11")
    assert parted.missing in ((), ("联结组别",))
    assert named.grade
    assert (parted.state == "incomplete") == (parted.missing == ("联结组别",))


def test_one_loss_over_its_limit_is_below() -> None:
    found = checked("transformer", model="SCB10-1000/10", p0_w="1770", pk_w="8130")
    assert (found.grade, found.below) == ("低于3级", True)
    assert "空载损耗1770W高于限定值" in found.says


def test_tables_without_values_and_other_kinds_say_nothing() -> None:
    assert checked("pump", model="IS80-50-200") == GradeCheck()
    assert checked("boiler", model="DZL2-1.0") == GradeCheck()
    assert checked("pump", model="IS80", label_grade="2级").says == "标识为2级，未核对数值"


def test_before_the_standard_nothing_is_judged_by_it() -> None:
    checker = GradeChecker(GRADES, date(2020, 1, 1), nobody)
    found = checker.check(
        Finding(Verdict.OK, "motor"),
        {"name": "电动机", "model": "YX3-160M-4", "power_kw": "11", "efficiency_pct": "80"},
    )
    assert (found.state, found.below) == ("incomplete", None)
    assert "GB 18613-2012" in found.says


@pytest.mark.parametrize(
    "text", ["NaN", "1e9999", "-5", "∞", "０", "9" * 5000, "十一", "11;DROP", "\x00", "11/7.5"]
)
def test_hostile_figures_are_as_good_as_not_stated(text: str) -> None:
    found = motor(model="YX3-160M-4", power_kw=text, efficiency_pct=text)
    assert (found.state, found.below) == ("incomplete", None)
    assert "额定效率" in found.missing
    assert (
        checked("transformer", model=text, capacity_kva=text, p0_w=text, pk_w=text, voltage_v=text).below
        is None
    )
