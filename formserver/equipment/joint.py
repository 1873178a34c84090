"""One row, one result: what the elimination catalogues say together with the efficiency grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.grade_library import GradeLibrary
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Finding, Verdict


@dataclass(frozen=True, slots=True)
class GradeCheck:
    """The check against the efficiency standard. ``state``: settled, unconfirmed (rests on recalled limits), hint (only the
    series name or a label says so), incomplete (``missing`` says what is lacking) or none (no table for this kind).
    ``grade``: 1级, 2级, 3级, 低于3级 or empty. ``below`` True: under the 能效限定值, False: not, None: not known."""

    state: str = "none"
    grade: str = ""
    below: bool | None = None
    standard: str = ""
    missing: tuple[str, ...] = ()
    says: str = ""
    definitions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The joint result. ``verdict`` is the catalogue's, made stricter (正常 → 限制 or 待确认, C08) where the grade is
    below the limit; never 淘汰 by the grade alone. ``says`` is one Chinese sentence for the result column."""

    verdict: Verdict
    finding: Finding
    grade: GradeCheck
    says: str


class Judge:
    """Judges stated rows (keys of ``columns.COLUMNS``) as of a day. Safe to share between threads."""

    def __init__(
        self, library: EquipmentLibrary, grades: GradeLibrary, as_of: date, confirmed: Confirmed = nobody
    ) -> None:
        self._recogniser = library.recogniser(as_of)
        self._grades = grades
        self._as_of = as_of
        self._confirmed = confirmed

    def judge(self, stated: Mapping[str, str]) -> Judgement:
        """The joint result of one row. Never raises for what people wrote."""
        raise NotImplementedError


def judgement_to_json(judgement: Judgement) -> dict[str, Any]:
    """As kept in ``equipment_row.judged`` and given by the API; no floats."""
    raise NotImplementedError


def judgement_from_json(data: Mapping[str, Any]) -> Judgement:
    """The inverse of :func:`judgement_to_json`, for whatever this program ever kept."""
    raise NotImplementedError
