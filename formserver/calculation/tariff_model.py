"""What a ladder price is made of (阶梯电价、差别电价): one edition of one rule, its question and its answer.

Rates are 元/kWh, electricity kWh, money 元. A regional edition names only what differs from the one it extends; the
figures it takes over keep the id of where they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from formserver.calculation.model import Confidence, Figure
from formserver.calculation.results import StepResult, Trouble


class TariffState(StrEnum):
    """What may be said of an amount; only the first may enter an outward paper."""

    SETTLED = "已算定"
    UNCONFIRMED = "待确认"
    INCOMPLETE = "不完整"


@dataclass(frozen=True, slots=True)
class Term:
    """Words of a rule, with how sure we are of them."""

    title: str
    confidence: Confidence
    unit: str = ""
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TariffObject:
    """What a ladder is about (水泥, 高炉工序)."""

    key: str
    title: str
    indicator: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """The 分档标准 of some years; ``to_year`` None: until changed."""

    from_year: int
    to_year: int | None
    value: Figure

    def covers(self, year: int) -> bool:
        """Whether the standard holds in ``year``."""
        return self.from_year <= year and (self.to_year is None or year <= self.to_year)


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier: values above the tier before and at most ``upto`` (不高于 includes equality; None: no upper end)."""

    key: str
    title: str
    upto: Figure | None
    rate: Figure


@dataclass(frozen=True, slots=True)
class Ladder:
    """The tiers of one object and time of commissioning; no tiers: nobody has set them."""

    key: str
    title: str
    object: str
    commissioned_from: date | None
    commissioned_before: date | None
    tiers: tuple[Tier, ...]
    note: str = ""

    def fits(self, what: str, commissioned: date | None) -> bool:
        """Whether the ladder is the one of this object, commissioned on this day."""
        if self.object and self.object != what:
            return False
        if self.commissioned_from is not None and (
            commissioned is None or commissioned < self.commissioned_from
        ):
            return False
        return self.commissioned_before is None or (
            commissioned is not None and commissioned < self.commissioned_before
        )

    @property
    def split(self) -> bool:
        """Whether the day of commissioning matters."""
        return self.commissioned_from is not None or self.commissioned_before is not None


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of enterprise or plant with a rate of its own."""

    key: str
    title: str
    short: str
    rate: Figure


@dataclass(frozen=True, slots=True)
class Renewable:
    """The incentive for renewable electricity: ``per_point`` of the rate off for each whole point above the start."""

    title: str
    from_share: Figure
    per_point: Figure
    open_question: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Late:
    """What late payment costs."""

    title: str
    days: Figure
    multiplier: Figure


@dataclass(frozen=True, eq=False)
class Tariff:
    """One edition. ``method`` is steps (one threshold, a rate per step above it), ladders or categories.

    ``region`` "" is the whole country. ``definitions`` are (definition id, sha256) of this edition and what it extends.
    """

    id: str
    name: str
    edition: str
    region: str
    title: str
    industry: str
    scheme: str
    method: str
    number: str
    document_title: str
    document: Mapping[str, Any]
    valid_from: date
    valid_to: date | None
    start_known: bool
    definitions: tuple[tuple[str, str], ...]
    sources: Mapping[str, str]
    applies_to: str
    set_by: str
    indicator: Term | None
    charge: Term
    objects: tuple[TariffObject, ...]
    thresholds: tuple[Threshold, ...]
    step_size: Figure | None
    step_rate: Figure | None
    step_note: str
    ladders: tuple[Ladder, ...]
    categories: tuple[Category, ...]
    renewable: Renewable | None
    late: Late | None
    prohibition: Term | None
    unknown: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure of the rule, those taken over from the edition it extends included."""
        found = [threshold.value for threshold in self.thresholds]
        found += [one for one in (self.step_size, self.step_rate) if one is not None]
        for ladder in self.ladders:
            for tier in ladder.tiers:
                found += [one for one in (tier.upto, tier.rate) if one is not None]
        found += [category.rate for category in self.categories]
        if self.renewable is not None:
            found += [self.renewable.from_share, self.renewable.per_point]
        if self.late is not None:
            found += [self.late.days, self.late.multiplier]
        return tuple(found)

    def in_force(self, on: date) -> bool:
        """Whether ``on`` lies within the validity."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def edition_title(self) -> str:
        """How people tell editions apart: region, number and year of the start."""
        number = self.number.removeprefix(self.region)
        return f"{self.region or '全国'} {number}（{self.valid_from.year}年起）"


@dataclass(frozen=True, slots=True)
class TariffRequest:
    """One line of a sheet. ``inputs`` are texts as typed: value, electricity, category, object, commissioned, tier,
    tier_basis, renewable_share, renewable_target, late, paid. ``region`` is an address (四川省川西市…) or ""."""

    tariff: str
    start: date
    end: date
    region: str = ""
    edition: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TariffResult:
    """The answer. ``due`` is exact, ``due_fen`` in whole 分 (GB/T 8170); ``difference`` = ``due_fen`` − paid.

    ``state`` says whether ``rate`` and ``due`` are settled; what could be worked out is there in any case (测算).
    """

    tariff: str
    title: str
    scheme: str
    edition: str
    region: str
    number: str
    definitions: tuple[tuple[str, str], ...]
    start: date
    end: date
    state: TariffState
    tier: str
    tier_rule: str
    steps_above: int | None
    base_rate: Decimal | None
    rate: Decimal | None
    electricity: Decimal | None
    due: Decimal | None
    due_fen: Decimal | None
    paid: Decimal | None
    difference: Decimal | None
    execution: str
    steps: tuple[StepResult, ...]
    troubles: tuple[Trouble, ...]
    unconfirmed: tuple[Figure, ...]
    remarks: tuple[str, ...]
    sources: tuple[str, ...]
