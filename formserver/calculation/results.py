"""The answer of a calculation: every step, every limit, what stands against a verdict. Plain data, exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from formserver.calculation.model import Confidence, Figure
from formserver.calculation.rounding import round_to

if TYPE_CHECKING:  # energy.py takes Trouble from here
    from formserver.calculation.energy import EnergyBalance


class Verdict(StrEnum):
    """What may be said of an indicator or of the whole; only the first two are verdicts in law."""

    PASS = "达标"  # noqa: S105 - not a password
    FAIL = "不达标"
    UNCONFIRMED = "待确认"
    INCOMPLETE = "不完整"
    NOT_APPLICABLE = "不适用"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no value or no verdict. ``field`` is the key of an input, an energy line (``energy/2/amount``),
    a figure's place or ``period``; ``message`` is a Chinese sentence that says what to do."""

    code: str
    field: str
    title: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", printable(self.title))
        object.__setattr__(self, "message", printable(self.message))


@dataclass(frozen=True, slots=True)
class StepResult:
    """One line as worked out: ``formula`` with titles, ``numbers`` with values put in; ``shown`` rounded to digits."""

    key: str
    title: str
    unit: str
    formula: str
    numbers: str
    value: Decimal
    shown: str
    clause: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class CorrectionResult:
    """One correction of one level: from ``before`` to ``after``."""

    key: str
    title: str
    numbers: str
    before: Decimal
    after: Decimal
    clause: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class LimitResult:
    """One level: the standard's ``base`` value (None: absent or unknown) and the ``limit`` after corrections."""

    level: int
    base: Decimal | None
    limit: Decimal | None
    figure: Figure | None
    corrections: tuple[CorrectionResult, ...] = ()
    absent: bool = False


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One indicator against its limits.

    ``level`` is the best level reached (None: none) and ``computed_passes`` what the numbers say; ``verdict`` is what
    may be said. ``deviation_pct`` = (value − limit 3) / |limit 3| × 100. ``excess`` = (value − limit) × output in the
    indicator's numerator unit, only when it fails. ``decisive`` is the level the verdict was held against.
    """

    key: str
    title: str
    unit: str
    value: Decimal | None
    shown: str
    digits: int
    comparison: str
    direction: str
    limits: tuple[LimitResult, ...]
    decisive: int
    level: int | None
    computed_passes: bool | None
    verdict: Verdict
    deviation_pct: Decimal | None
    output: Decimal | None
    output_unit: str
    excess: Decimal | None
    excess_unit: str
    benchmark: Figure | None
    baseline: Figure | None
    benchmark_text: str
    clause: str
    warnings: tuple[str, ...]
    troubles: tuple[Trouble, ...]
    unconfirmed: tuple[Figure, ...]

    def limit(self, level: int) -> LimitResult | None:
        """The limit of a level (1, 2, 3)."""
        return next((found for found in self.limits if found.level == level), None)


@dataclass(frozen=True, slots=True)
class Result:
    """A whole calculation. ``preview``: worked out under an edition that is not in force, so without a verdict.

    ``unchecked`` are formulas and corrections marked recalled that were used and nobody confirmed: remarks.
    ``definitions`` are (definition id, sha256) of everything the numbers rest on.
    """

    calculator: str
    title: str
    product: str
    product_title: str
    edition: str
    standard: str
    standard_title: str
    definitions: tuple[tuple[str, str], ...]
    start: date
    end: date
    new_project: bool
    production_state: str
    inputs: tuple[InputResult, ...]
    energy: EnergyBalance | None
    steps: tuple[StepResult, ...]
    indicators: tuple[IndicatorResult, ...]
    verdict: Verdict
    troubles: tuple[Trouble, ...]
    unconfirmed: tuple[Figure, ...]
    unchecked: tuple[Unchecked, ...]
    notes: tuple[str, ...]
    preview: bool

    def indicator(self, key: str) -> IndicatorResult:
        """One indicator. Raises KeyError."""
        return next(found for found in self.indicators if found.key == key)


@dataclass(frozen=True, slots=True)
class InputResult:
    """One input as it was used: ``text`` as people read it, ``value`` canonical; ``by_default`` nobody typed it."""

    key: str
    title: str
    unit: str
    value: str
    text: str
    by_default: bool


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A formula marked recalled: ``id`` is what a maintainer confirms (``<definition id>#steps/<key>``)."""

    id: str
    title: str
    expression: str
    note: str


def result_to_json(result: Result) -> dict[str, Any]:
    """The result as plain data: decimals as canonical texts, dates as ISO, verdicts as their words."""
    made = as_json(result)
    assert isinstance(made, dict)
    return made


def as_json(value: Any) -> Any:
    """Dataclasses, tuples, decimals, dates and enums as plain JSON data."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [as_json(one) for one in value]
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    names = getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: as_json(getattr(value, name)) for name in names}
    return value


_MOST_PLACES: Final = 12


def printable(text: str) -> str:
    """A text without control and direction characters, which what people type may hold and no Word or Excel file may."""
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def plain(value: Decimal) -> str:
    """A decimal as a canonical plain text: no exponent, no trailing zeros, at most 12 places (GB/T 8170)."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_MOST_PLACES:
        # round_to has digits for any number here; the caller's context may have fewer than the number needs
        value = round_to(value, _MOST_PLACES)
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
