"""A stated row and its judgement as they are kept: what can be asked for later is what was decided."""

from __future__ import annotations

from formserver.equipment.joint import Judgement
from formserver.equipment.joint_grades import GradeCheck
from formserver.equipment.lists_identity import Copies
from formserver.equipment.lists_rows import list_row
from formserver.equipment.matching.model import Finding, Verdict
from formserver.equipment.models import ListRow
from formserver.equipment.reading.model import StatedRow

CELLS = {"name": "三相异步电动机", "model": "YX3-160M-4", "quantity": "2"}


def kept(finding: Finding, verdict: Verdict, grade: GradeCheck) -> ListRow:
    stated = StatedRow(1, "设备信息表", 2, CELLS, CELLS)
    return list_row("l", stated, Judgement(verdict, finding, grade, "效率低于限定值。"), Copies())


def test_where_the_grade_decided_its_reason_leads():
    row = kept(Finding(Verdict.OK, "motor"), Verdict.RESTRICTED, GradeCheck("settled", "低于3级", True))
    assert (row.verdict, row.reason, row.grade) == ("restricted", "C08", "低于3级")


def test_the_grade_leads_before_what_the_catalogues_only_remark():
    finding = Finding(Verdict.OK, "motor", reasons=("C13",))
    assert kept(finding, Verdict.REVIEW, GradeCheck("hint", below=True)).reason == "C08"


def test_where_the_catalogues_decided_their_reason_stays():
    finding = Finding(Verdict.ELIMINATED, "motor", reasons=("C01", "C13"))
    row = kept(finding, Verdict.ELIMINATED, GradeCheck("settled", "低于3级", True))
    assert (row.standing, row.reason) == ("eliminated", "C01")


def test_a_row_that_cannot_be_judged_has_no_reason():
    row = list_row("l", StatedRow(1, "设备信息表", 2, CELLS, CELLS), None, Copies())
    assert (row.verdict, row.reason, row.judged) == ("", "", {})
