"""试一试: what recognition says about one name plate, and the lines of the catalogues that name its model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculators.service import Calculators
from formserver.core.clock import Clock, today_in_china
from formserver.core.permissions import Actor
from formserver.equipment.catalogue_browse import Browsing, LineView
from formserver.equipment.columns import COLUMNS, Column
from formserver.equipment.joint import Judge, Judgement
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Rule
from formserver.equipment.permissions import EquipmentPermission

ASKED = tuple(column for column in COLUMNS if column.matching or column.efficiency)
"""What can be typed, in the order of a list."""
FIRST = ("name", "model", "made")
"""What is asked without opening anything."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``reasons`` are (code, words); ``line`` is where the catalogue line can be looked at; ``missing`` the columns that
    keep the row at 待确认."""

    judgement: Judgement
    as_of: date
    rule: Rule | None
    line: LineView | None
    reasons: tuple[tuple[str, str], ...]
    missing: tuple[Column, ...]


class Trying:
    """One name plate at a time; nothing is kept."""

    def __init__(
        self,
        library: EquipmentLibrary,
        grades: GradeLibrary,
        calculators: Calculators,
        browsing: Browsing,
        clock: Clock,
    ) -> None:
        self.library = library
        self._grades = grades
        self._calculators = calculators
        self._browsing = browsing
        self._clock = clock

    @property
    def today(self) -> date:
        """Today in China."""
        return today_in_china(self._clock)

    def answer(
        self,
        actor: Actor,
        stated: Mapping[str, str],
        as_of: date | None = None,
        library: EquipmentLibrary | None = None,
    ) -> Answer:
        """The judgement with what it rests on; by another rule library where a draft is tried. Raises NOT_ALLOWED."""
        actor.require(EquipmentPermission.READ)
        used = library or self.library
        day = as_of or self.today
        judge = Judge(used, self._grades, day, confirmed=self._calculators.confirmed())
        judgement = judge.judge(stated)
        finding = judgement.finding
        words = used.reason_words(day)
        return Answer(
            judgement,
            day,
            next((one for one in used.rules(day) if one.id == finding.rule), None) if finding.rule else None,
            self._line(judgement) if library is None else None,
            tuple((code, words.get(code, "")) for code in judgement.reasons),
            tuple(column for column in ASKED if column.key in finding.missing),
        )

    def _line(self, judgement: Judgement) -> LineView | None:
        item = judgement.finding.item
        if item is None:
            return None
        edition = self._browsing.edition("elimination", item.ref.partition(":")[0], item.edition)
        return self._browsing.line(edition, item.ref.partition(":")[2])
