"""One row, one result: what the elimination catalogues say together with the efficiency grade.

The grade never decides alone what is 淘汰. It speaks only where the catalogues leave a row at 正常:

* settled below the 能效限定值 (confirmed limits, values stated) → 限制, C08;
* below by limits kept from memory → 待确认, C08: a person confirms the limit or moves the row;
* below by a hint → 待确认, C08, only where the hint is clear: the series' hint is confirmed, no label says otherwise, and
  the row does not say that it was made before the standard came into force. Other hints are said, and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.joint_grades import GradeCheck, GradeChecker
from formserver.equipment.joint_json import finding_from_json, finding_to_json, grade_from_json, grade_to_json
from formserver.equipment.joint_words import joint_sentence
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment, Finding, Verdict

__all__ = ["GradeCheck", "Judge", "Judgement", "judgement_from_json", "judgement_to_json"]

BELOW_STANDARD: Final = "C08"
"""目录外，低于现行强制性能效标准."""
_READ: Final = tuple(one.name for one in fields(Equipment))


@dataclass(frozen=True, slots=True)
class Judgement:
    """The joint result. ``verdict`` is the catalogue's, made stricter (正常 → 限制 or 待确认, C08) where the grade is
    below the limit; never 淘汰 by the grade alone. ``says`` is one Chinese sentence for the result column."""

    verdict: Verdict
    finding: Finding
    grade: GradeCheck
    says: str

    @property
    def by_grade(self) -> bool:
        """Whether the grade made the verdict stricter than the catalogues alone."""
        return self.verdict is not self.finding.verdict

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reason codes of the joint verdict: those of the finding, C08 first where the grade decided."""
        return (BELOW_STANDARD, *self.finding.reasons) if self.by_grade else self.finding.reasons

    @property
    def reason(self) -> str:
        """The first reason code, "" where nothing speaks against the row."""
        return self.reasons[0] if self.reasons else ""


class Judge:
    """Judges stated rows (keys of ``columns.COLUMNS``) as of a day. Safe to share between threads."""

    def __init__(
        self, library: EquipmentLibrary, grades: GradeLibrary, as_of: date, confirmed: Confirmed = nobody
    ) -> None:
        self._recogniser = library.recogniser(as_of)
        self._checker = GradeChecker(grades, as_of, confirmed)

    def judge(self, stated: Mapping[str, str]) -> Judgement:
        """The joint result of one row. Never raises for what people wrote."""
        get = stated.get
        equipment = Equipment(*[str(get(key) or "") for key in _READ])
        finding = self._recogniser.recognise(equipment)
        checked = self._checker.check(finding, stated)
        verdict = _joined(finding, checked)
        return Judgement(verdict, finding, checked, joint_sentence(verdict, finding, checked))


def _joined(finding: Finding, checked: GradeCheck) -> Verdict:
    if finding.verdict is not Verdict.OK or not checked.below:
        return finding.verdict
    if checked.state == "settled":
        return Verdict.RESTRICTED
    if checked.state == "unconfirmed" or checked.clear:
        return Verdict.REVIEW
    return finding.verdict


def judgement_to_json(judgement: Judgement) -> dict[str, object]:
    """As kept in ``equipment_row.judged`` and given by the API; no floats."""
    return {
        "verdict": judgement.verdict.value,
        "says": judgement.says,
        "finding": finding_to_json(judgement.finding),
        "grade": grade_to_json(judgement.grade),
    }


def judgement_from_json(data: Mapping[str, object]) -> Judgement:
    """The inverse of :func:`judgement_to_json`, for whatever this program ever kept."""
    return Judgement(
        Verdict(str(data["verdict"])),
        finding_from_json(data.get("finding")),
        grade_from_json(data.get("grade")),
        str(data.get("says", "")),
    )
