"""Name plates written down by somebody who knew the specification and not the engine, with the verdicts it allows.

``second_opinion.csv``: name, model, further columns (``made=1998;poles=4``), verdicts that may be given, the first the best,
and what the row is about. None of them is a labelled row.
"""

from __future__ import annotations

import csv
import random
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.joint import Judge
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment, Finding, Verdict
from tests.support.calculating import catalogue

AS_OF = date(2025, 6, 30)
ISSUED = {
    "第一批": date(2009, 12, 4),
    "第二批": date(2012, 1, 1),
    "第三批": date(2014, 1, 1),
    "第四批": date(2016, 1, 1),
}
"""No catalogue may be named before the year it was issued in."""
DAYS = (
    *("2008-01-01", "2009-12-03", "2009-12-04", "2011-06-01", "2013-06-01", "2015-06-30", "2016-12-31"),
    *("2024-01-31", "2024-02-01"),
)
Row = tuple[dict[str, str], tuple[str, ...], str]


def read() -> list[Row]:
    rows = []
    with Path(__file__).with_name("second_opinion.csv").open(encoding="utf-8", newline="") as source:
        for one in csv.DictReader(source):
            stated = {"name": one["name"], "model": one["model"]}
            stated |= dict(pair.split("=", 1) for pair in one["columns"].split(";") if pair)
            rows.append((stated, tuple(one["verdicts"].split()), one["why"]))
    return rows


ROWS = read()


@cache
def judge() -> Judge:
    return Judge(EquipmentLibrary(catalogue()), GradeLibrary(catalogue()), AS_OF)


@cache
def library() -> EquipmentLibrary:
    return EquipmentLibrary(catalogue())


def settled_well(found: Finding, day: date) -> bool:
    """Whether a 淘汰 names its rule and its line, rests on nothing from memory, and is due."""
    due = found.deadline.on is None or found.deadline.on <= day
    return bool(found.rule and found.item and found.catalogue and due) and not found.recalled


@pytest.mark.parametrize(("stated", "verdicts", "why"), ROWS, ids=lambda one: str(one)[:60])
def test_a_plate_comes_to_what_the_specification_allows(
    stated: dict[str, str], verdicts: tuple[str, ...], why: str
) -> None:
    found = judge().judge(stated)
    assert found.verdict.value in verdicts, f"{why}: {found.says} {found.finding.explanation}"
    assert found.verdict is not Verdict.ELIMINATED or settled_well(found.finding, AS_OF)


def test_every_explanation_is_a_sentence_that_names_its_line_and_what_to_do() -> None:
    for stated, _, _ in ROWS:
        found = judge().judge(stated).finding
        said = found.explanation
        assert said.endswith("。"), said
        assert not any(wrong in said for wrong in ("None", "；；", "（）", "  ", "。。")), said
        if found.rule and found.catalogue != "目录外":
            assert found.catalogue in said, said
            assert found.seq in said, said
        if found.missing and found.missing != ("name",):
            assert "铭牌" in said or "补全型号" in said, said


def test_a_model_that_can_be_split_in_one_way_only_is_settled() -> None:
    """Y160M12 is M1-2 where nothing says otherwise: 12 poles stand in no table (§5). A column of 12 poles says otherwise."""
    for poles, verdict in (("", "eliminated"), ("2", "eliminated"), ("12", "ok"), ("4", "review")):
        found = judge().judge({"name": "三相异步电动机", "model": "Y160M12", "poles": poles})
        assert found.verdict.value == verdict, (poles, found.says)


@pytest.mark.parametrize("made", ["2030", "2025-07-01", "2099年"])
@pytest.mark.parametrize(
    ("name", "model"), [("电动机", "Y2-160M-4"), ("变压器", "S9-500/10"), ("铣床", "X62")]
)
def test_a_date_to_come_is_asked_about(made: str, name: str, model: str) -> None:
    found = judge().judge({"name": name, "model": model, "made": made}).finding
    assert (found.verdict, found.missing) == (Verdict.REVIEW, ("made",))
    assert f"所填制造日期{made}晚于基准日2025年6月30日" in found.explanation


@pytest.mark.parametrize(
    "day",
    [date.fromisoformat(day) for day in DAYS],
)
def test_no_catalogue_speaks_before_it_is_issued(day: date) -> None:
    recogniser = library().recogniser(day)
    for stated, _, _ in ROWS:
        found = recogniser.recognise(Equipment(**stated))
        late = [title for title, issued in ISSUED.items() if title in found.catalogue and issued > day]
        assert not late, (stated, found.explanation)
        assert found.verdict is not Verdict.ELIMINATED or settled_well(found, day), (stated, found)
        if day < ISSUED["第一批"]:
            assert found.verdict is Verdict.OK, (stated, found)


def test_whatever_is_mixed_nothing_settles_from_memory_or_without_a_line() -> None:
    dice = random.Random(20260630)
    items = [item for batch in library().batches(AS_OF) for item in batch.items]
    names = [stated["name"] for stated, _, _ in ROWS] + [item.name for item in items]
    models = [stated["model"] for stated, _, _ in ROWS] + [item.model.split("、")[0] for item in items]
    seen = set()
    for _ in range(5000):
        item = dice.choice(items)
        pair = (item.name, item.model) if dice.random() < 0.5 else (dice.choice(names), dice.choice(models))
        equipment = Equipment(
            name=pair[0],
            model=pair[1] + dice.choice(("", "", "（备用）", "-A", "/380V", " 一台", "WF")),
            made=dice.choice(("", "1995", "2010", "2030", "看不清")),
            poles=dice.choice(("", "4")),
        )
        found = library().recogniser(AS_OF).recognise(equipment)
        seen.add((found.verdict, found.recalled))
        assert found.verdict is not Verdict.ELIMINATED or settled_well(found, AS_OF), (equipment, found)
    assert {(Verdict.ELIMINATED, False), (Verdict.REVIEW, True)} <= seen
