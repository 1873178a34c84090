"""Where everything of a level bar stands, in percent of its width: the template only draws.

The bar uses percentages so that its words keep their size on a phone; marks whose words would touch go one row down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

LEVEL_WORDS: Final = {1: "先进", 2: "准入", 3: "限定"}
_ROOM: Final = Decimal(24)
"""Percent of the width that the words of one mark take on the narrowest phone."""
_EDGE: Final = Decimal(12)


@dataclass(frozen=True, slots=True)
class Zone:
    """A stretch of the bar. ``css`` says what it means: 1, 2, 3 the level reached there, over beyond the limit."""

    x: str
    width: str
    css: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the bar with words: a level's limit, or 标杆 and 基准 above it."""

    x: str
    word: str
    number: str
    anchor: str
    row: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One indicator. ``spoken`` is what the picture says, in words."""

    zones: tuple[Zone, ...]
    marks: tuple[Mark, ...]
    policy: tuple[Mark, ...]
    value_x: str
    value_anchor: str
    value_text: str
    rows: int
    spoken: str


def bar_of(indicator: Mapping[str, Any], words: str = "") -> Bar | None:
    """The bar of an indicator as :func:`~formserver.calculation.results.result_to_json` gives it.

    None where there is nothing to hold a value against.
    """
    limits = [
        (int(one["level"]), Decimal(one["limit"])) for one in indicator["limits"] if one["limit"] is not None
    ]
    if not limits:
        return None
    value = None if indicator["value"] is None else Decimal(indicator["value"])
    policy = [
        (word, Decimal(indicator[key]["value"]))
        for key, word in (("benchmark", "标杆"), ("baseline", "基准"))
        if indicator.get(key) and indicator[key]["value"] is not None
    ]
    everything = [x for _, x in limits] + [x for _, x in policy] + ([] if value is None else [value])
    low, high = _span(everything)

    def at(x: Decimal) -> Decimal:
        return (x - low) / (high - low) * 100

    upward = indicator["direction"] == "ge"
    marks = _marks([(LEVEL_WORDS[n], at(x), _plain(x)) for n, x in limits])
    return Bar(
        zones=_zones(sorted((at(x), n) for n, x in limits), upward=upward),
        marks=marks,
        policy=_marks([(word, at(x), _plain(x)) for word, x in policy]),
        value_x="" if value is None else _percent(at(value)),
        value_anchor="" if value is None else _anchor(at(value)),
        value_text=indicator["shown"],
        rows=max(one.row for one in marks) + 1,
        spoken=words or _spoken(indicator, limits),
    )


def _span(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values), max(values)
    room = (high - low) * Decimal("0.14") or max(abs(high) * Decimal("0.1"), Decimal(1))
    return low - room, high + room


def _zones(limits: Sequence[tuple[Decimal, int]], *, upward: bool) -> tuple[Zone, ...]:
    """Between two limits lies the level whose limit ends it: up to 先进 level 1, beyond 限定 over."""
    edges = [Decimal(0), *(x for x, _ in limits), Decimal(100)]
    levels = [n for _, n in limits]
    names = ["over", *map(str, levels)] if upward else [*map(str, levels), "over"]
    return tuple(
        Zone(_percent(start), _percent(end - start), f"calc-zone-{name}")
        for start, end, name in zip(edges, edges[1:], names, strict=False)
    )


def _marks(found: Sequence[tuple[str, Decimal, str]]) -> tuple[Mark, ...]:
    made: list[Mark] = []
    taken: list[Decimal] = []  # the last place taken in each row
    for word, x, number in sorted(found, key=lambda one: one[1]):
        row = next((i for i, last in enumerate(taken) if x - last >= _ROOM), len(taken))
        taken[row : row + 1] = [x]
        made.append(Mark(_percent(x), word, number, _anchor(x), row))
    return tuple(made)


def _anchor(x: Decimal) -> str:
    return "start" if x < _EDGE else "end" if x > 100 - _EDGE else "middle"


def _percent(x: Decimal) -> str:
    return f"{x:.2f}%"


def _plain(x: Decimal) -> str:
    rounded = round(x, 2)
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _spoken(indicator: Mapping[str, Any], limits: Sequence[tuple[int, Decimal]]) -> str:
    marks = "，".join(f"{LEVEL_WORDS[n]}值 {_plain(x)}" for n, x in limits)
    shown = f"{indicator['title']} {indicator['shown']} {indicator['unit']}；" if indicator["shown"] else ""
    return f"{shown}{marks}"
