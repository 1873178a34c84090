"""Figures of saved documents, asked for comparison: what the same firm stated before, what its industry states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

FEWEST_PEERS: Final = 5
"""A middle of fewer enterprises would tell what one of them stated."""


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """Which figures: of these keys and periods, of one enterprise or of one industry; void documents never count.

    ``but`` leaves out one document. At most ``limit`` figures, those of the documents changed last.
    """

    keys: tuple[str, ...]
    periods: tuple[str, ...]
    enterprise_id: str = ""
    industry: str = ""
    but: str = ""
    limit: int = 20_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a head version. ``enterprise`` tells firms apart: the id of the register, else code, else name."""

    document_id: str
    title: str
    enterprise: str
    key: str
    product: str
    period: str
    value_text: str
    unit: str


def year_before(period: str) -> str:
    """The same period a year earlier, for a period named by the day it ends: 2025-12-31 → 2024-12-31; else ``""``."""
    if len(period) != 10 or not period[:4].isdigit() or period[:4] == "0000":
        return ""
    return f"{int(period[:4]) - 1:04d}{period[4:]}".replace("-02-29", "-02-28")


def middle(figures: Iterable[Figure]) -> tuple[str, int] | None:
    """The median of one value per enterprise (its newest comes first in ``figures``) and how many there are.

    None below :data:`FEWEST_PEERS`. The mean of two middle values is exact, as text.
    """
    values: dict[str, Decimal] = {}
    for figure in figures:
        try:
            value = Decimal(figure.value_text)
        except ArithmeticError:
            continue
        values.setdefault(figure.enterprise, value)
    if len(values) < FEWEST_PEERS:
        return None
    ordered = sorted(values.values())
    half = len(ordered) // 2
    found = ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2
    text = format(found, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text), len(ordered)


def by_meaning(figures: Sequence[Figure]) -> Mapping[tuple[str, str, str], list[Figure]]:
    """The figures grouped by (key, product, unit), each group in the order given."""
    found: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        found.setdefault((figure.key, figure.product, figure.unit), []).append(figure)
    return found
