"""Calculations of one enterprise over the years: each indicator's values against its limits, as a chart and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from formserver.calculators.drawing import LEVEL_WORDS
from formserver.calculators.models import SavedCalculation
from formserver.calculators.wording import period_words, short

MOST_POINTS: Final = 8
_TOP, _BOTTOM = Decimal(14), Decimal(86)
"""The part of the height (percent) that values use; above and below stand words."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period. ``limits`` are (level, position, number, x from, x to); positions are percent of the chart."""

    calculation_id: str
    when: str
    x: str
    y: str
    value: str
    level: str
    verdict: str
    limits: tuple[tuple[int, str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """One indicator of one product. ``lines`` join neighbouring points; ``spoken`` is the chart in words."""

    id: str
    title: str
    product: str
    unit: str
    points: tuple[Point, ...]
    lines: tuple[tuple[str, str, str, str], ...]
    spoken: str


def trends(kept: Sequence[SavedCalculation]) -> tuple[Trend, ...]:
    """From calculations, newest first; of several for the same period the one kept last counts."""
    found: dict[tuple[str, str, str, str], dict[tuple[str, str], tuple[SavedCalculation, Any]]] = {}
    for one in kept:
        for indicator in one.result["indicators"]:
            if indicator["value"] is None:
                continue
            key = (one.calculator, one.product, indicator["key"], indicator["unit"])
            period = (one.result["start"], one.result["end"])
            found.setdefault(key, {}).setdefault(period, (one, indicator))
    return tuple(
        _trend(number, [periods[period] for period in sorted(periods)][-MOST_POINTS:])
        for number, periods in enumerate(found.values())
    )


def _trend(number: int, ones: Sequence[tuple[SavedCalculation, Any]]) -> Trend:
    numbers = [Decimal(indicator["value"]) for _, indicator in ones]
    for _, indicator in ones:
        numbers += [Decimal(limit["limit"]) for limit in indicator["limits"] if limit["limit"] is not None]
    low, high = min(numbers), max(numbers)
    span = high - low

    def y(value: Decimal) -> str:
        part = (value - low) / span if span else Decimal("0.5")
        return f"{_BOTTOM - part * (_BOTTOM - _TOP):.2f}%"

    width = Decimal(100) / len(ones)
    points = tuple(
        _point(one, indicator, width * place, width, y) for place, (one, indicator) in enumerate(ones)
    )
    joined = tuple((a.x, a.y, b.x, b.y) for a, b in pairwise(points))
    first, indicator = ones[-1]
    said = "；".join(f"{point.when} {point.value}，{point.level}" for point in points)
    return Trend(
        f"trend-{number}",
        indicator["title"],
        first.result["product_title"],
        indicator["unit"],
        points,
        joined,
        f"{indicator['title']}（{indicator['unit']}）：{said}",
    )


def _point(one: SavedCalculation, indicator: Any, begin: Decimal, width: Decimal, y: Any) -> Point:
    limits = tuple(
        (
            limit["level"],
            y(Decimal(limit["limit"])),
            f"{LEVEL_WORDS[limit['level']]} {short(limit['limit'])}",
            f"{begin + width / 20:.2f}%",
            f"{begin + width * 19 / 20:.2f}%",
        )
        for limit in indicator["limits"]
        if limit["limit"] is not None
    )
    level = f"{indicator['level']} 级" if indicator["level"] is not None else ""
    if not level:
        level = "超出限定值" if indicator["computed_passes"] is False else "未定级"
    return Point(
        one.id,
        period_words(one.result["start"], one.result["end"]),
        f"{begin + width / 2:.2f}%",
        y(Decimal(indicator["value"])),
        indicator["shown"],
        level,
        indicator["verdict"],
        limits,
    )
