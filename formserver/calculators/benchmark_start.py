"""The start of the benchmark page: the industries in groups, and the products a person computed lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.calculation.library import Industry, Library
from formserver.calculators.benchmark_choice import Choice, products
from formserver.calculators.models import UsedProduct

OTHERS: Final = "其他"
GROUPS: Final = ("冶金", "建材", "化工", "轻工", "电力", OTHERS)
_DIVISIONS: Final = {
    **dict.fromkeys(("08", "09", "31", "32", "33"), "冶金"),
    **dict.fromkeys(("10", "30"), "建材"),
    **dict.fromkeys(("25", "26", "29"), "化工"),
    **dict.fromkeys((f"{number}" for number in (*range(13, 25), 28)), "轻工"),
    **dict.fromkeys(("44", "45"), "电力"),
}
"""Divisions of GB/T 4754 (大类) → the group under which inspectors look for them."""
_CLASSES: Final = {"3091": "冶金", "3985": "冶金"}
"""Carbon serves aluminium and steel; polysilicon and germanium are non-ferrous metals to whoever inspects them."""


@dataclass(frozen=True, slots=True)
class Tile:
    """An industry: how many products can be computed today, and by which standards. ``key`` names it."""

    key: str
    title: str
    products: int
    standards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recent:
    """A product this person computed; ``when`` the day it was kept last."""

    choice: Choice
    when: date


def tiles(library: Library, on: date) -> dict[str, tuple[Tile, ...]]:
    """Every industry under its group, in the order of the file; those without limits come last in theirs."""
    found: dict[str, list[Tile]] = {group: [] for group in GROUPS}
    for one in library.industries():
        count = len(products(library, one, on))
        tile = Tile(one.key, one.title, count, tuple(one.facts["standards"]))
        found[group_of(one)].append(tile)
    ordered = {group: sorted(ones, key=lambda tile: not tile.products) for group, ones in found.items()}
    return {group: tuple(ones) for group, ones in ordered.items() if ones}


def group_of(industry: Industry) -> str:
    """The group of an industry, by the first code of it that belongs to one."""
    for code in (one["code"] for one in industry.facts["codes"]):
        group = _CLASSES.get(code) or _DIVISIONS.get(code[:2])
        if group is not None:
            return group
    return OTHERS


def recent(library: Library, used: tuple[UsedProduct, ...], on: date) -> tuple[Recent, ...]:
    """What was used lately and can still be chosen."""
    wanted = {one.calculator for one in used}
    known = {
        choice.ref: choice
        for industry in library.industries()
        if wanted.intersection(industry.calculators)
        for choice in products(library, industry, on)
    }
    named = ((known.get(f"{one.calculator}.{one.product}"), one.last) for one in used)
    return tuple(Recent(choice, last.date()) for choice, last in named if choice is not None)
