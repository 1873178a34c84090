"""The joint result: the catalogues decide, the grade makes 正常 stricter and never says 淘汰."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.joint import Judge, Judgement, judgement_from_json, judgement_to_json
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.samples import read_samples
from tests.support.calculating import catalogue, everybody

LIBRARY, GRADES = EquipmentLibrary(catalogue()), GradeLibrary(catalogue())
DAY = date(2025, 6, 30)


def judge(confirmed: Confirmed = nobody, **stated: str) -> Judgement:
    return Judge(LIBRARY, GRADES, DAY, confirmed).judge(stated)


YX3 = {
    "name": "三相异步电动机",
    "model": "YX3-160M-4",
    "made": "2012",
    "power_kw": "11",
    "efficiency_pct": "90",
}


def test_below_by_limits_somebody_confirmed_is_restricted() -> None:
    found = judge(everybody, **YX3)
    assert (found.finding.verdict, found.verdict) == (Verdict.OK, Verdict.RESTRICTED)
    assert (found.by_grade, found.reasons, found.reason) == (True, ("C08",), "C08")
    assert found.says.startswith("限制：目录未列，能效低于现行限定值；能效：效率90%低于限定值91.4%")


def test_below_by_limits_from_memory_is_asked_about() -> None:
    found = judge(**YX3)
    assert (found.verdict, found.reason) == (Verdict.REVIEW, "C08")
    assert "待核对" in found.says


def test_at_the_limit_nothing_changes() -> None:
    found = judge(everybody, **(YX3 | {"efficiency_pct": "91.4"}))
    assert (found.verdict, found.by_grade, found.reasons) == (Verdict.OK, False, ())
    assert found.says == "正常：各批淘汰目录未列；能效：效率91.4%，3级（GB 18613-2020）。"


@pytest.mark.parametrize(("made", "verdict"), [("2015", Verdict.OK), ("", Verdict.REVIEW)])
def test_a_clear_hint_is_asked_about_unless_the_row_is_older_than_the_standard(
    made: str, verdict: Verdict
) -> None:
    found = judge(name="三相异步电动机", model="YE2-160M-4", made=made, power_kw="11", poles="4")
    assert found.verdict is verdict
    assert "YE2系列为IE2" in found.says


def test_a_hint_from_memory_changes_nothing() -> None:
    found = judge(name="三相异步电动机", model="Y160M-8", power_kw="5.5", poles="8")
    assert (found.verdict, found.grade.state, found.grade.below) == (Verdict.OK, "hint", True)


@pytest.mark.parametrize(
    ("model", "made", "verdict"),
    [("Y160M-4", "", "eliminated"), ("Y2-160M-4", "", "review"), ("Y2-160M-4", "2010", "restricted")],
)
def test_what_the_catalogues_say_stands_whatever_the_grade(model: str, made: str, verdict: str) -> None:
    stated = {"name": "三相异步电动机", "model": model, "made": made, "power_kw": "11", "poles": "4"}
    for efficiency in ("", "80", "95"):
        found = judge(everybody, **stated, efficiency_pct=efficiency)
        assert (found.verdict.value, found.by_grade) == (verdict, False)


def test_the_sentence_names_line_model_deadline_and_what_is_lacking() -> None:
    eliminated = judge(name="三相异步电动机", model="Y160M-4", power_kw="11", poles="4")
    assert eliminated.says == (
        "淘汰：第二批 1-1.24 Y160M-4，期限2012年10月1日已过；能效：缺额定效率，不能判定等级。"
    )
    assert "缺制造日期" in judge(name="电力变压器", model="S9-500/10").says


def test_the_grade_never_eliminates() -> None:
    for sample in read_samples(catalogue()).samples:
        for efficiency in ("1", "50", "99"):
            stated = {**sample.stated, "efficiency_pct": efficiency, "p0_w": "99999", "pk_w": "99999"}
            found = judge(everybody, **stated)
            assert (found.verdict is Verdict.ELIMINATED) == (found.finding.verdict is Verdict.ELIMINATED)


def test_every_labelled_row_comes_back_from_json() -> None:
    one = Judge(LIBRARY, GRADES, DAY)
    for sample in read_samples(catalogue()).samples:
        found = one.judge(sample.stated)
        assert judgement_from_json(judgement_to_json(found)) == found
        assert found.says.endswith("。")
        assert found.says.count("。") == 1


@pytest.mark.parametrize(
    "stated",
    [{}, {"name": "\x00" * 900, "model": "(" * 900}, {"name": "电动机", "model": "Y" * 5000, "made": "9" * 500},
     {"unknown": "x", "power_kw": "1e99"}, {"name": "变压器", "model": "S9-/", "capacity_kva": "-1"}],
)  # fmt: skip
def test_hostile_rows_are_judged_too(stated: dict[str, str]) -> None:
    assert judge(**stated).verdict is not Verdict.ELIMINATED
