"""Efficiency grades of equipment (能效等级): the table of one edition of one standard, a question, an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from formserver.calculation.model import Choice, Confidence, Earlier, Figure
from formserver.calculation.results import StepResult, Trouble

GRADES: Final = (1, 2, 3)
"""1 is the best; 3 is the 能效限定值."""
BELOW: Final = 4
"""Worse than grade 3."""
GRADE_WORDS: Final = {1: "1级", 2: "2级", 3: "3级", BELOW: "低于3级"}


class GradeState(StrEnum):
    """What may be said of a grade; only the first may enter an outward paper."""

    SETTLED = "已判定"
    UNCONFIRMED = "待确认"
    INCOMPLETE = "不完整"


@dataclass(frozen=True, slots=True)
class GradeKey:
    """By what a row is found: a choice, or a number that must stand in the table exactly.

    ``only_for`` maps another key to the values for which this one is asked.
    """

    key: str
    title: str
    kind: str
    unit: str
    choices: tuple[Choice, ...]
    notes: Mapping[str, str]
    only_for: Mapping[str, tuple[str, ...]]
    help: str = ""

    def asked(self, chosen: Mapping[str, str]) -> bool:
        """Whether the key is needed beside what is chosen already."""
        return all(chosen.get(key, "") in values for key, values in self.only_for.items())


@dataclass(frozen=True, slots=True)
class Measured:
    """Something measured that a criterion is worked out from."""

    key: str
    title: str
    unit: str
    default: str


@dataclass(frozen=True, slots=True)
class Derived:
    """A criterion as a quotient of products; ``times`` and ``over`` hold keys of ``inputs`` and numbers."""

    formula: str
    times: tuple[str, ...]
    over: tuple[str, ...]
    inputs: tuple[Measured, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is compared: ``direction`` ge (efficiency: at least) or le (losses: at most), full value (全数值比较法)."""

    key: str
    title: str
    unit: str
    direction: str
    maximum: Decimal | None
    help: str
    derived: Derived | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: where it stands and its limits by criterion and grade (value None: unknown)."""

    key: str
    at: Mapping[str, str]
    limits: Mapping[str, Mapping[int, Figure]]
    note: str


@dataclass(frozen=True, slots=True)
class Series:
    """What the name of a model says about its grade: a hint, never a verdict."""

    prefix: str
    says: str
    confidence: Confidence


@dataclass(frozen=True, eq=False)
class GradeTable:
    """One edition. Validity in inclusive days; None is open."""

    id: str
    sha256: str
    name: str
    edition: str
    title: str
    standard: str
    standard_title: str
    facts: Mapping[str, Any]
    valid_from: date | None
    valid_to: date | None
    earlier: tuple[Earlier, ...]
    sources: Mapping[str, str]
    scope: str
    keys: tuple[GradeKey, ...]
    criteria: tuple[Criterion, ...]
    clause: str
    outside: str
    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    unknown: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every limit of the table."""
        return tuple(
            figure for row in self.rows for limits in row.limits.values() for figure in limits.values()
        )

    def in_force(self, on: date) -> bool:
        """Whether ``on`` lies within the validity."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True, slots=True)
class GradeRequest:
    """One piece of equipment. ``inputs`` are texts as typed: keys, criteria or what they are worked out from, model."""

    table: str
    on: date
    inputs: Mapping[str, str] = field(default_factory=dict)
    edition: str = ""


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One criterion against its limits; ``grades`` are those the value may have (one: settled by the table)."""

    key: str
    title: str
    unit: str
    direction: str
    value: Decimal
    limits: Mapping[int, Figure]
    grades: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GradeResult:
    """The answer. ``grade`` is "" where it cannot be told; ``passes`` says whether the 能效限定值 is kept, and
    ``passes_state`` how sure that is: often surer than the grade."""

    table: str
    title: str
    standard: str
    standard_title: str
    edition: str
    definitions: tuple[tuple[str, str], ...]
    on: date
    state: GradeState
    grade: str
    grades: tuple[str, ...]
    passes: bool | None
    passes_state: GradeState
    row: str
    neighbours: tuple[str, ...]
    criteria: tuple[CriterionResult, ...]
    steps: tuple[StepResult, ...]
    troubles: tuple[Trouble, ...]
    unconfirmed: tuple[Figure, ...]
    remarks: tuple[str, ...]
    sources: tuple[str, ...]
