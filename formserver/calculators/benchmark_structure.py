"""What an energy table comes to: both totals, what a missing one lacks, and the share of each energy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.energy_lines import BASES, ELECTRICITY
from formserver.calculation.rounding import round_to
from formserver.calculators.wording import short

_MOST_SHARES: Final = 8
_COLOURS: Final = 6


@dataclass(frozen=True, slots=True)
class Share:
    """One energy of the structure; ``x`` and ``width`` place it on the bar, ``percent`` is for reading."""

    title: str
    tce: str
    percent: str
    x: str
    width: str
    css: str


@dataclass(frozen=True, slots=True)
class Total:
    """The sum on one basis in tce, or ``lacking``: the energies that have no value on it."""

    title: str
    tce: str
    lacking: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """The energy table of a period, summed up."""

    totals: tuple[Total, ...]
    shares: tuple[Share, ...]
    electricity: str
    """Share of electricity in the inputs, in words; "" where none comes in."""
    basis: str


def structure_of(energy: Mapping[str, Any] | None) -> Structure | None:
    """From the balance of a result as plain data; None while there is nothing to sum."""
    if energy is None or not any(one["counted"] for one in energy["lines"]):
        return None
    basis = energy["basis"]
    inputs = [
        one
        for one in energy["lines"]
        if one["counted"] and one["direction"] == "in" and one[basis] is not None
    ]
    whole = sum((Decimal(one[basis]) for one in inputs), Decimal(0))
    electricity = sum((Decimal(one[basis]) for one in inputs if one["carrier"] == ELECTRICITY), Decimal(0))
    return Structure(
        totals=tuple(_total(energy, key) for key in BASES),
        shares=_shares(inputs, basis, whole),
        electricity=f"{_percent(electricity, whole)}%" if whole and electricity else "",
        basis=BASES[basis],
    )


def _total(energy: Mapping[str, Any], basis: str) -> Total:
    sums = energy[basis]
    lacking = [one["title"] for one in energy["lines"] if one["counted"] and one[basis] is None]
    tce = ""
    if sums is not None and not energy["troubles"]:
        tce = short(str((Decimal(sums["energy_in"]) - Decimal(sums["energy_out"])) / 1000))
    return Total(BASES[basis], tce, tuple(dict.fromkeys(lacking)), basis == energy["basis"])


def _shares(inputs: list[Mapping[str, Any]], basis: str, whole: Decimal) -> tuple[Share, ...]:
    if whole <= 0:
        return ()
    amounts: dict[str, Decimal] = {}
    for one in inputs:
        amounts[one["title"]] = amounts.get(one["title"], Decimal(0)) + Decimal(one[basis])
    ranked = sorted(amounts.items(), key=lambda pair: -pair[1])
    if len(ranked) > _MOST_SHARES:
        rest = sum((value for _, value in ranked[_MOST_SHARES - 1 :]), Decimal(0))
        ranked = [*ranked[: _MOST_SHARES - 1], ("其他", rest)]
    made: list[Share] = []
    begin = Decimal(0)
    for place, (title, value) in enumerate(ranked):
        width = value / whole * 100
        made.append(
            Share(
                title,
                short(str(value / 1000)),
                _percent(value, whole),
                f"{begin:.2f}%",
                f"{width:.2f}%",
                f"calc-share-{place % _COLOURS}",
            )
        )
        begin += width
    return tuple(made)


def _percent(part: Decimal, whole: Decimal) -> str:
    return f"{round_to(part / whole * 100, 1):f}"
