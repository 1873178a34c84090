"""The computer of ``x-widget: calculator:equipment``: what 现场核查表 says of elimination catalogues is the server's own.

A row keeps its result while nobody changes what it rests on (name, model, date, rating, the day of the inspection); a
catalogue that is published later changes nothing by itself. Whoever wants it asks anew (``again``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.grade_library import GradeLibrary
from formserver.core.computing import UNSETTLED
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.errors import Problem, Severity
from formserver.core.models import Json
from formserver.equipment.joint import Judge, Judgement
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Finding, Verdict
from formserver.equipment.widget_rows import (
    COMPUTED,
    SETTLED,
    SUGGESTIONS,
    UNCERTAIN,
    day_of,
    made_of,
    question_of,
    rows_of,
    stated_of,
    text_of,
    without_results,
)

EQUIPMENT: Final = "equipment"
"""The name of the computer."""
MOST_ROWS: Final = 1000
"""What is judged of one document; more is said to be too much when it is complete (MAX_ITEMS)."""
_LONGEST: Final = {"list_hit": 120, "elim_catalog": 100, "suggestion_note": 300}
_HIT: Final = frozenset({Verdict.ELIMINATED, Verdict.RESTRICTED, Verdict.REVIEW})


@dataclass(frozen=True, slots=True)
class EquipmentComputer:
    """See :class:`formserver.core.computing.FieldComputer`. ``confirmed`` reads the confirmations of its unit."""

    library: EquipmentLibrary
    grades: GradeLibrary
    confirmed: Confirmed = nobody

    def compute(self, dt: DocumentType, field: Field, body: Json, trusted: Sequence[Json], on: date) -> Json:
        """Every row with its own result, as of the day of the inspection, ``on`` while that is open."""
        del dt
        rows = rows_of(body, field.key)
        if not rows:
            return body
        known = [one for one in trusted if one.get("verify_date") == body.get("verify_date")]
        kept = [{str(row.get(ROW_KEY)): row for row in rows_of(one, field.key)} for one in known]
        judging = _Judging(self, day_of(body.get("verify_date")) or on)
        worked = [_row(row, kept, judging) for row in rows[:MOST_ROWS]]
        return {**body, field.key: worked + [without_results(row) for row in rows[MOST_ROWS:]]}

    def unsettled(self, dt: DocumentType, field: Field, body: Mapping[str, Any]) -> list[Problem]:
        """Rows at 待确认 about which nobody has decided yet."""
        del dt
        found = []
        for index, row in enumerate(rows_of(body, field.key)):
            if text_of(row, "system_suggestion") == UNCERTAIN and row.get("manual_confirm") not in SETTLED:
                name = " ".join(filter(None, (text_of(row, "name"), text_of(row, "model"))))[:60]
                note = text_of(row, "suggestion_note").rstrip("。") or "还缺铭牌上的数据"
                message = f"第{index + 1}台“{name}”比对结果为“待确认”：{note}。补齐后自动重新比对，或由人工确认并写明理由。"
                place = f"/{field.key}/{index}"
                found.append(Problem(UNSETTLED, message, place, f"第{index + 1}台", Severity.WARNING))
        return found

    def stated(self, dt: DocumentType, field: Field, body: Json) -> Json:
        """What people said: rows without results."""
        del dt
        if field.key not in body:
            return body
        return {**body, field.key: [without_results(row) for row in rows_of(body, field.key)]}

    def judge(self, as_of: date) -> Judge:
        """What judges rows as of a day."""
        return Judge(self.library, self.grades, as_of, self.confirmed)


class _Judging:
    """A judge that is made only where a row needs one: most keystrokes leave every result as it was."""

    def __init__(self, computer: EquipmentComputer, as_of: date) -> None:
        self._computer = computer
        self._as_of = as_of
        self._judge: Judge | None = None

    def fresh(self, row: Mapping[str, Any]) -> Json:
        """The computed properties of a row as they are now; none while nothing is stated to judge."""
        stated = stated_of(row)
        if not stated:
            return {}
        if self._judge is None:
            self._judge = self._computer.judge(self._as_of)
        made = _said(self._judge.judge(stated), self._computer.library, self._as_of)
        made["suggestion_note"] = _dated(row) + made["suggestion_note"]
        made |= {
            "compared_on": self._as_of.isoformat(),
            "compared_by": self._computer.library.stamp(self._as_of),
        }
        return {key: text[: _LONGEST.get(key, 100)] for key, text in made.items() if text}


def _dated(row: Mapping[str, Any]) -> str:
    """Says so where the date that was judged is not the day the form shows: nothing counts that nobody can read."""
    made, shown = made_of(row), text_of(row, "made_on")
    return f"出厂日期按清单所载“{made}”。" if made != shown else ""


def _row(row: Json, kept: Sequence[Mapping[str, Json]], judging: _Judging) -> Json:
    stated, asked = without_results(row), question_of(row)
    for rows in kept:
        old = rows.get(str(row.get(ROW_KEY)))
        if old is not None and question_of(old) == asked:
            held: Json = {key: old[key] for key in COMPUTED if key in old}
            if held:
                return {**stated, **held}
    return {**stated, **judging.fresh(row)}


def _said(judgement: Judgement, library: EquipmentLibrary, as_of: date) -> dict[str, str]:
    finding = judgement.finding
    hit = finding.item is not None and judgement.verdict in _HIT and finding.verdict in _HIT
    made = {"system_suggestion": SUGGESTIONS[judgement.verdict.value], "suggestion_note": judgement.says}
    if hit:
        sure = judgement.verdict is not Verdict.REVIEW
        made["list_hit"] = ("" if sure else "可能为：") + _line_of(finding, library, as_of)
        made["elim_catalog"] = _catalogue_of(finding, library, as_of)
        made["elim_deadline"] = finding.deadline.on.isoformat() if finding.deadline.on else ""
    return made


def _line_of(finding: Finding, library: EquipmentLibrary, as_of: date) -> str:
    """``第二批 1-1.1 Y160M-4``: short title of the catalogue, number and model of its line, how sure its source is."""
    item = finding.item
    if item is None:
        return ""
    title = next((b.title for b in library.batches(as_of) if b.name == item.batch), finding.catalogue)
    model = item.model or item.name
    return f"{title} {item.seq} {model}".strip() + ("（凭记忆，来源待核）" if finding.recalled else "")


def _catalogue_of(finding: Finding, library: EquipmentLibrary, as_of: date) -> str:
    wanted = finding.item.batch if finding.item else finding.catalogue
    found = next((b for b in library.batches(as_of) if b.name == wanted), None)
    return (found.full_title or found.title) if found is not None else ""
