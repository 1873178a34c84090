"""What a calculator is made of: methods, limits and coefficients as they are read from definition files.

Numbers are exact decimals; units are the words of :mod:`formserver.calculation.units`. Every figure has an id,
``<definition id>#<place in it>``, under which a maintainer confirms it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

LEVELS: Final = (1, 2, 3)
"""1 先进值, 2 准入值, 3 限定值 (GB/T 12723: 能耗限额等级)."""


class Confidence(StrEnum):
    """How sure we are of what a definition says."""

    VERIFIED = "verified"
    RECALLED = "recalled"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a definition. ``value`` None: unknown, never zero. ``note`` carries doubts about it."""

    id: str
    title: str
    value: Decimal | None
    unit: str
    confidence: Confidence
    source: str = ""
    clause: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice input, as stored and as people read it."""

    value: str
    title: str


@dataclass(frozen=True, slots=True)
class Input:
    """Something a person enters. ``kind`` is decimal, boolean or choice.

    ``required_when`` and ``asked_when`` are conditions in the formula language ("" = always). ``minimum`` and
    ``maximum`` are inclusive; ``positive`` asks for more than zero (outputs). ``default`` is a canonical text.
    """

    key: str
    title: str
    kind: str
    unit: str = ""
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    positive: bool = False
    required: bool = True
    required_when: str = ""
    asked_when: str = ""
    choices: tuple[Choice, ...] = ()
    default: str | None = None
    help: str = ""
    digits: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation: ``key = expression`` in ``unit``. ``digits`` are shown, never used."""

    key: str
    title: str
    unit: str
    expression: str
    clause: str = ""
    confidence: Confidence = Confidence.VERIFIED
    source: str = ""
    note: str = ""
    digits: int = 4


@dataclass(frozen=True, slots=True)
class Correction:
    """Turns ``limit`` of the named levels into a corrected one, or, with ``replaces``, is a value of its own."""

    key: str
    title: str
    expression: str
    levels: tuple[int, ...] = LEVELS
    when: str = ""
    clause: str = ""
    confidence: Confidence = Confidence.VERIFIED
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A look-up table. ``rule`` is exact (by ``at``), bands (from < or ≤ x ≤ to) or linear between points.

    Nothing is extrapolated: outside the table is OUT_OF_TABLE_RANGE.
    """

    key: str
    title: str
    rule: str
    unit_in: str
    unit: str
    points: tuple[tuple[Decimal, Figure], ...] = ()
    bands: tuple[tuple[Decimal | None, Decimal | None, Figure], ...] = ()
    texts: Mapping[str, Figure] = field(default_factory=dict)
    upper_inclusive: bool = True
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is compared with limits: the step or input named by ``value``.

    ``comparison`` is full (全数值比较法) or rounded (修约值比较法, to ``limit_digits``), per GB/T 8170-2008 and the
    standard's own clause; ``direction`` le (energy: at most) or ge (efficiency: at least).
    """

    key: str
    title: str
    unit: str
    value: str
    corrections: tuple[str, ...] = ()
    comparison: str = "full"
    limit_digits: int = 0
    digits: int = 2
    direction: str = "le"
    clause: str = ""
    output: str = ""
    excess: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product or process step of a standard. ``units`` replaces the units of inputs and steps of the same name."""

    key: str
    title: str
    indicators: tuple[Indicator, ...]
    group: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, Figure] = field(default_factory=dict)
    asks_energy: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Levels:
    """The limits of one indicator of one product; an absent level is None (the standard sets none, or unknown)."""

    product: str
    indicator: str
    unit: str
    levels: Mapping[int, Figure]
    absent: frozenset[int]
    benchmark: Figure | None = None
    baseline: Figure | None = None
    clause: str = ""
    note: str = ""
    stated: frozenset[int] = frozenset()
    """Levels with a value in the file, whether it is used or not."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A replaced edition whose values nobody has entered: it was in force, so it must not be passed over."""

    number: str
    valid_from: date | None
    valid_to: date
    note: str = ""
    confidence: Confidence = Confidence.RECALLED
