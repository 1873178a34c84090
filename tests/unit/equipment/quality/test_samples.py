"""Labelled rows: totals are right, and rows that disagree are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from formserver.core.errors import AppError
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.samples import (
    Sample,
    changed_samples,
    read_samples,
    run_samples,
)
from tests.support.calculating import catalogue
from tools.equipment import main, quality_text

LIBRARY = EquipmentLibrary(catalogue())
SAMPLES = read_samples(catalogue())
RECOGNISER = LIBRARY.recogniser(SAMPLES.as_of)


def test_every_labelled_row_agrees_in_verdict_and_rule() -> None:
    report = run_samples(RECOGNISER, SAMPLES.samples)
    assert (len(report.results), SAMPLES.as_of) == (455, date(2025, 6, 30))
    assert report.disagreeing == ()
    assert (report.wrongly_eliminated, report.missed) == ((), ())
    assert [report.precision(one) for one in Verdict] == [1, 1, 1, 1]
    assert [report.recall(one) for one in Verdict] == [1, 1, 1, 1]


def sample(model: str, verdict: Verdict, rule: str = "") -> Sample:
    return Sample("L900", {"name": "三相异步电动机", "model": model}, verdict, rule)


def test_totals_of_a_run_that_disagrees() -> None:
    rows = [
        sample("Y160M-4", Verdict.ELIMINATED, "M01"),
        sample("Y160M-4", Verdict.OK),
        sample("YE3-160M-4", Verdict.ELIMINATED, "M01"),
        sample("Y160M-4", Verdict.ELIMINATED, "M02"),
    ]
    report = run_samples(RECOGNISER, rows)
    assert report.precision() == Fraction(2, 3)
    assert report.recall() == Fraction(2, 3)
    assert report.precision(Verdict.RESTRICTED) is None
    assert [one.sample for one in report.wrongly_eliminated] == [rows[1]]
    assert [one.sample for one in report.missed] == [rows[2]]
    assert [one.sample for one in report.disagreeing] == rows[1:]
    assert report.confusion == {
        (Verdict.ELIMINATED, Verdict.ELIMINATED): 2,
        (Verdict.OK, Verdict.ELIMINATED): 1,
        (Verdict.ELIMINATED, Verdict.OK): 1,
    }
    text = quality_text(report)
    assert "4 rows, 3 disagreeing in verdict or rule, 1 wrongly 淘汰, 1 missed." in text
    assert "| 淘汰 | 2 | 0 | 0 | 1 | 0.6667 | 0.6667 |" in text


def test_the_effect_of_other_rules_is_told_row_by_row() -> None:
    before, after = LIBRARY.recogniser(date(2023, 6, 30)), RECOGNISER
    found = changed_samples(before, after, SAMPLES.samples)
    assert found
    assert all((one.before.verdict, one.before.rule) != (one.after.verdict, one.after.rule) for one in found)
    assert changed_samples(after, after, SAMPLES.samples) == ()


def test_verdicts_do_not_depend_on_order_or_on_what_is_beside() -> None:
    for one in reversed(SAMPLES.samples):
        moved = replace(
            one, stated={**one.stated, "quantity": "7", "manufacturer": "JO2厂", "location": "Y160M-4旁"}
        )
        assert RECOGNISER.recognise(moved.equipment) == RECOGNISER.recognise(one.equipment)
        assert RECOGNISER.recognise(one.equipment).verdict is one.verdict


def test_unknown_rows_are_refused() -> None:
    with pytest.raises(AppError, match="没有名为 nobody 的识别样本"):
        read_samples(catalogue(), "nobody")


def test_the_command_prints_the_table_and_succeeds(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality"]) == 0
    assert "455 rows, 0 disagreeing" in capsys.readouterr().out
    assert main(["check"]) == 0
