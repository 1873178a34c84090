"""Efficiency grades on behalf of people: the tables of this server and the confirmed figures."""

from __future__ import annotations

from functools import cached_property

from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_model import GradeRequest, GradeResult
from formserver.calculation.grades import grade
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.service import Calculators
from formserver.core.definitions.editions import Catalogue
from formserver.core.permissions import Actor


class Grades:
    """One instance per process; safe to share between threads."""

    def __init__(self, calculators: Calculators, catalogue: Catalogue) -> None:
        self._calculators = calculators
        self._catalogue = catalogue

    @cached_property
    def library(self) -> GradeLibrary:
        """The tables of this server."""
        return GradeLibrary(self._catalogue)

    def grade(self, actor: Actor, request: GradeRequest) -> GradeResult:
        """What a person asked. Raises NOT_ALLOWED, GRADES_UNKNOWN; troubles of the input stand in the result."""
        actor.require(CalculatorPermission.USE)
        return grade(self.library, request, confirmed=self._calculators.confirmed())
