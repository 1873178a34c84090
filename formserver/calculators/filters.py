"""How numbers and verdicts of results are written on pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from formserver.calculation.rounding import round_to
from formserver.calculators.benchmark_structure import Structure, structure_of
from formserver.calculators.blueprint import calculators
from formserver.calculators.result_view import COLOURS, CONFIDENCE
from formserver.calculators.wording import short


@calculators.app_template_filter("calc_number")
def number(value: str | None) -> str:
    """A decimal for reading: at most four places, thousands apart; a dash for none."""
    return "—" if value is None else short(value)


@calculators.app_template_filter("calc_percent")
def percent(value: str) -> str:
    """A deviation with its sign, two places."""
    rounded = round_to(Decimal(value), 2)
    return f"{rounded:+f}%" if rounded else "0%"


@calculators.app_template_filter("calc_colour")
def colour(verdict: str) -> str:
    """The colour of a verdict's mark."""
    return COLOURS[verdict]


@calculators.app_template_filter("calc_confidence")
def confidence(word: str) -> str:
    """How sure we are of a figure, in words."""
    return CONFIDENCE[word]


@calculators.app_template_filter("calc_structure")
def structure(energy: Mapping[str, Any] | None) -> Structure | None:
    """What an energy table comes to."""
    return structure_of(energy)
