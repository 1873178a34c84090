"""What the pages of 计算包 show: the list by industry, one edition in words, its figures and examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator, LimitTable
from formserver.calculators.confirm_figures import (
    CONFIRMED,
    FORMULA_KINDS,
    UNKNOWN,
    VERIFIED,
    WAITING,
    Item,
    limits_of,
    pack_items,
)
from formserver.calculators.maintain_checking import ExampleRun, run_examples
from formserver.calculators.maintain_wording import validity_word, validity_words
from formserver.calculators.models import Confirmation
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.pinyin import fits


@dataclass(frozen=True, slots=True)
class Counts:
    """Figures of an edition by state; ``formulas`` are the formulas that wait to be checked."""

    verified: int
    confirmed: int
    waiting: int
    unknown: int
    formulas: int


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition in the list."""

    name: str
    edition: str
    title: str
    standard: str
    word: str
    validity: str
    origin: str
    products: int
    counts: Counts
    passed: int
    examples: int


@dataclass(frozen=True, slots=True)
class Group:
    """An industry and the editions of its calculators."""

    title: str
    lines: tuple[EditionLine, ...]


@dataclass(frozen=True)
class PackView:
    """One edition."""

    definition: Definition
    calculator: Calculator
    limits: LimitTable | None
    items: Mapping[str, Item]
    counts: Counts
    examples: tuple[ExampleRun, ...]
    word: str
    validity: str
    siblings: tuple[Definition, ...]
    facts: Mapping[str, Any]


class Packs:
    """Reads the definitions of this server for the pages."""

    def __init__(self, catalogue: Catalogue, library: Library) -> None:
        self._catalogue = catalogue
        self._library = library

    def groups(self, standing: Mapping[str, Confirmation], on: date, text: str = "") -> tuple[Group, ...]:
        """Every edition by industry; those no industry names come last. Withdrawn ones are among them."""
        lines: dict[str, list[EditionLine]] = {}
        for definition in self._catalogue.definitions("calculator"):
            lines.setdefault(definition.name, []).append(self._line(definition, standing, on))
        groups, used = [], set[str]()
        for industry in self._library.industries():
            own = [line for name in industry.calculators for line in lines.get(name, ())]
            used.update(industry.calculators)
            groups.append(Group(industry.title, tuple(own)))
        rest = [line for name in sorted(set(lines) - used) for line in lines[name]]
        groups.append(Group("其他", tuple(rest)))
        return tuple(found for group in groups if (found := _filtered(group, text)).lines)

    def view(self, name: str, edition: str, standing: Mapping[str, Confirmation], on: date) -> PackView:
        """One edition whatever its state. Raises DEFINITION_NOT_FOUND."""
        definition = self._catalogue.definition("calculator", name, edition)
        calculator = self._library.calculator(name, edition)
        limits = limits_of(self._library, calculator)
        items = {one.id: one.now(standing) for one in pack_items(calculator, limits)}
        return PackView(
            definition=definition,
            calculator=calculator,
            limits=limits,
            items=items,
            counts=_counted(items),
            examples=self._examples(definition, calculator, limits),
            word=validity_word(definition, on),
            validity=validity_words(calculator.valid_from, calculator.valid_to),
            siblings=self._catalogue.definitions("calculator", name),
            facts=calculator.standard_facts,
        )

    def _line(self, definition: Definition, standing: Mapping[str, Confirmation], on: date) -> EditionLine:
        calculator = self._library.calculator(definition.name, definition.version)
        limits = limits_of(self._library, calculator)
        items = self._catalogue.remember(
            f"pack-items:{definition.id}:{definition.sha256}", lambda: pack_items(calculator, limits)
        )
        runs = self._examples(definition, calculator, limits)
        return EditionLine(
            name=definition.name,
            edition=definition.version,
            title=calculator.title,
            standard=calculator.standard,
            word=validity_word(definition, on),
            validity=validity_words(calculator.valid_from, calculator.valid_to),
            origin="自编" if definition.origin == "local" else "随附",
            products=len(calculator.products),
            counts=_counted({one.id: one.now(standing) for one in items}),
            passed=sum(1 for run in runs if not run.faults),
            examples=len(runs),
        )

    def _examples(
        self, definition: Definition, calculator: Calculator, limits: LimitTable | None
    ) -> tuple[ExampleRun, ...]:
        made: tuple[ExampleRun, ...] = self._catalogue.remember(
            f"examples:{definition.id}:{definition.sha256}",
            lambda: run_examples(calculator, limits, self._library),
        )
        return made


def _counted(items: Mapping[str, Item]) -> Counts:
    states = [one.state for one in items.values() if one.kind not in FORMULA_KINDS]
    formulas = sum(1 for one in items.values() if one.kind in FORMULA_KINDS and one.state == WAITING)
    return Counts(
        states.count(VERIFIED),
        states.count(CONFIRMED),
        states.count(WAITING),
        states.count(UNKNOWN),
        formulas,
    )


def _filtered(group: Group, text: str) -> Group:
    if not text:
        return group
    return Group(
        group.title,
        tuple(
            one
            for one in group.lines
            if fits(f"{one.title} {one.standard} {group.title} {one.name}", text)
            or text.casefold() in f"{one.standard} {one.edition}".casefold()
        ),
    )
