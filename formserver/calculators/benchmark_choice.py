"""Which industries and products can be chosen on a day, and finding them by name or pinyin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from formserver.calculation.library import Industry, Library
from formserver.calculation.packs import Calculator
from formserver.core.errors import AppError
from formserver.core.pinyin import fits

MOST_FOUND: Final = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One product: ``ref`` is ``calculator.product``; ``group`` the standard and the group inside it."""

    ref: str
    title: str
    group: str
    industry: str
    industry_title: str
    standard: str

    @property
    def words(self) -> str:
        """What a search looks at."""
        return f"{self.title} {self.industry_title} {self.group} {self.standard} {self.ref}"


def products(library: Library, industry: Industry, on: date) -> tuple[Choice, ...]:
    """The products of an industry under the editions of ``on``, in the order of the files."""
    found: list[Choice] = []
    for name in industry.calculators:
        try:
            calculator = library.in_force(name, on)
        except AppError:  # named by the industries, not entered yet
            continue
        found += [
            Choice(
                f"{name}.{product.key}",
                product.title,
                " · ".join(filter(None, (calculator.title, product.group))),
                industry.key,
                industry.title,
                calculator.standard,
            )
            for product in calculator.products.values()
        ]
    return tuple(found)


def grouped(choices: tuple[Choice, ...]) -> Mapping[str, tuple[Choice, ...]]:
    """The choices by group, for a list with headings."""
    found: dict[str, list[Choice]] = {}
    for one in choices:
        found.setdefault(f"{one.group}（{one.standard}）", []).append(one)
    return {group: tuple(ones) for group, ones in found.items()}


def find(library: Library, text: str, on: date) -> tuple[Choice, ...]:
    """Products of all industries whose words hold every word of ``text``; those whose own title fits come first."""
    words = text.split()[:5]
    if not words:
        return ()
    able = [
        choice
        for industry in library.industries()
        for choice in products(library, industry, on)
        if all(fits(choice.title, word) or fits(choice.words, word) for word in words)
    ]
    able.sort(key=lambda choice: not all(fits(choice.title, word) for word in words))
    return tuple(able[:MOST_FOUND])


def industry_of(library: Library, key: str, product: str) -> Industry | None:
    """The industry chosen, or the one a product belongs to."""
    industries = library.industries()
    chosen = next((one for one in industries if one.key == key), None)
    name = product.partition(".")[0]
    if chosen is not None and (not name or name in chosen.calculators):
        return chosen
    return next((one for one in industries if name and name in one.calculators), chosen)


def calculator_for(
    library: Library, name: str, product: str, on: date, edition: str = ""
) -> Calculator | None:
    """The edition whose inputs a page asks for; where that of ``on`` lacks the product, the newest that has it.

    None where there is no such calculator or product.
    """
    try:
        editions = library.editions(name)
        fitting = [one for one in editions if one.edition == edition] or [library.in_force(name, on)]
    except AppError:
        return None
    return next((one for one in (*fitting, *reversed(editions)) if product in one.products), None)
