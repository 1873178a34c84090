"""Which calculators there are, and which edition of one a period asks for. Read from the catalogue of definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from formserver.calculation.coefficients import Coefficients, coefficients_from_json
from formserver.calculation.model import Earlier
from formserver.calculation.packs import Calculator, LimitTable, read_calculator, read_limits
from formserver.calculation.results import Trouble
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.definitions.repository import edition_order, edition_parts
from formserver.core.errors import Kind, error_code

CALCULATOR_UNKNOWN = error_code(
    "CALCULATOR_UNKNOWN", Kind.NOT_FOUND, zh="没有计算包 {name}。", en="There is no calculator {name}."
)
PRODUCT_UNKNOWN = error_code(
    "PRODUCT_UNKNOWN",
    Kind.NOT_FOUND,
    zh="计算包 {name} 没有产品 {product}，可选：{known}。",
    en="The calculator {name} has no product {product}; there are {known}.",
)
_FIRST: Final = date.min
_LAST: Final = date.max


@dataclass(frozen=True, slots=True)
class Chosen:
    """The edition a period asks for. ``trouble`` stands against a verdict; with ``preview`` the numbers are still
    worked out, without it there is nothing to work with."""

    calculator: Calculator | None
    trouble: Trouble | None = None
    preview: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Industry:
    """One industry of ``schemas/industries.json`` and the calculators it uses."""

    key: str
    title: str
    calculators: tuple[str, ...]
    facts: Mapping[str, Any]


class Library:
    """Reads calculators, limits and coefficients; everything handed out is immutable and kept until definitions change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def catalogue(self) -> Catalogue:
        """The definitions it reads from."""
        return self._catalogue

    def names(self) -> tuple[str, ...]:
        """The names of all calculators, sorted."""
        return tuple(sorted(self._usable("calculator")))

    def editions(self, name: str) -> tuple[Calculator, ...]:
        """Every usable edition of a calculator, oldest first. Raises CALCULATOR_UNKNOWN."""
        found = self._usable("calculator").get(name)
        if not found:
            raise CALCULATOR_UNKNOWN(name=name)
        made = [self._calculator(definition) for definition in found]
        return tuple(sorted(made, key=lambda one: (one.valid_from or _FIRST, edition_order(one.edition))))

    def calculator(self, name: str, edition: str = "") -> Calculator:
        """One edition whatever its state, or the newest that has begun to be known. Raises CALCULATOR_UNKNOWN,
        DEFINITION_NOT_FOUND."""
        if edition:
            return self._calculator(self._catalogue.definition("calculator", name, edition))
        return self.editions(name)[-1]

    def in_force(self, name: str, on: date) -> Calculator:
        """The edition of ``on``, or where none was in force the nearest. Raises CALCULATOR_UNKNOWN."""
        editions = self.editions(name)
        able = [one for one in editions if _covers(one, on, on)]
        if able:
            return max(able, key=_newest)
        later = [one for one in editions if (one.valid_from or _FIRST) > on]
        return later[0] if later else editions[-1]

    def choose(self, name: str, start: date, end: date, edition: str = "") -> Chosen:
        """The edition for a statistical period (formulas of GB/T 12723 are dated by the period, not by today).

        A chosen ``edition`` is taken where it was in force for part of the period. Raises CALCULATOR_UNKNOWN.
        """
        editions = self.editions(name)
        if edition:
            return _chosen_by_person(editions, start, end, edition)
        whole = [one for one in editions if _covers(one, start, end)]
        if whole:
            return Chosen(max(whole, key=_newest))
        touching = [one for one in editions if _overlaps(one.valid_from, one.valid_to, start, end)]
        earlier = [
            past
            for one in editions
            for past in one.earlier
            if _overlaps(past.valid_from, past.valid_to, start, end)
        ]
        if touching:
            return Chosen(None, _crossing(touching, earlier))
        if earlier:
            return Chosen(None, _not_entered(earlier))
        nearest = self.in_force(name, end)
        return Chosen(nearest, _not_in_force(nearest, start, end), preview=True)

    def limits(self, calculator: Calculator, on: date) -> LimitTable | None:
        """The limits a calculator points to; an own edition grown from them wins from the day it holds."""
        name, _, wanted = calculator.limits.partition("/")
        on = min(on, calculator.valid_to or on)
        trunk = edition_parts(wanted)[0]
        able = [
            d
            for d in self._usable("limits").get(name, ())
            if edition_parts(d.version)[0] == trunk and (d.version == wanted or d.in_force(on))
        ]
        if not able:
            return None
        found = max(able, key=lambda d: edition_order(d.version))
        made: LimitTable = self._read(found, read_limits)
        return made

    def limit_table(self, name: str, edition: str) -> LimitTable:
        """One edition of limits whatever its state. Raises DEFINITION_NOT_FOUND."""
        made: LimitTable = self._read(self._catalogue.definition("limits", name, edition), read_limits)
        return made

    def coefficients(self, name: str, on: date) -> Coefficients:
        """The coefficients in force on a day; before the first edition known, the first. Raises CALCULATOR_UNKNOWN."""
        found = self._usable("coefficients").get(name, ())
        if not found:
            raise CALCULATOR_UNKNOWN(name=f"coefficients/{name}")
        able = [d for d in found if d.in_force(on)] or list(found[:1])
        made: Coefficients = self._read(
            max(able, key=lambda d: edition_order(d.version)), coefficients_from_json
        )
        return made

    def coefficient_edition(self, name: str, edition: str) -> Coefficients:
        """One edition of coefficients whatever its state. Raises DEFINITION_NOT_FOUND."""
        found = self._catalogue.definition("coefficients", name, edition)
        made: Coefficients = self._read(found, coefficients_from_json)
        return made

    def industries(self) -> tuple[Industry, ...]:
        """Every industry, in the order of the file."""
        definition = self._catalogue.definition("industries", "industries", "current")

        def build() -> tuple[Industry, ...]:
            data = read_json(definition.content, definition.id)
            return tuple(
                Industry(one["key"], one["title"], tuple(one["calculators"]), one)
                for one in data["industries"]
            )

        made: tuple[Industry, ...] = self._catalogue.remember(f"industries:{definition.sha256}", build)
        return made

    def _usable(self, kind: str) -> Mapping[str, tuple[Definition, ...]]:
        def build() -> dict[str, tuple[Definition, ...]]:
            found: dict[str, list[Definition]] = {}
            for definition in self._catalogue.definitions(kind):
                if definition.usable:
                    found.setdefault(definition.name, []).append(definition)
            return {name: tuple(ones) for name, ones in found.items()}

        made: Mapping[str, tuple[Definition, ...]] = self._catalogue.remember(f"usable:{kind}", build)
        return made

    def _calculator(self, definition: Definition) -> Calculator:
        made: Calculator = self._read(definition, read_calculator)
        ended = definition.valid_to
        if ended is None or ended == made.valid_to:
            return made
        closed: Calculator = self._catalogue.remember(
            f"{definition.id}:{definition.sha256}:{ended}", lambda: replace(made, valid_to=ended)
        )
        return closed

    def _read(self, definition: Definition, read: Any) -> Any:
        return self._catalogue.remember(
            f"{definition.id}:{definition.sha256}",
            lambda: read(read_json(definition.content, definition.id), definition.id, definition.sha256),
        )


def _chosen_by_person(editions: tuple[Calculator, ...], start: date, end: date, edition: str) -> Chosen:
    found = next((one for one in editions if one.edition == edition), None)
    if found is None:
        known = "、".join(one.edition for one in editions)
        return Chosen(
            None,
            Trouble("INVALID_INPUT", "edition", "版本", f"没有版本 {edition}，可选：{known}。"),
        )
    if _covers(found, start, end):
        return Chosen(found)
    if _overlaps(found.valid_from, found.valid_to, start, end):
        note = f"统计期跨越换版日，由填报人选定按 {found.standard} 核算。"
        return Chosen(found, notes=(note,))
    return Chosen(found, _not_in_force(found, start, end), preview=True)


def _newest(one: Calculator) -> tuple[date, tuple[int, int, str]]:
    return (one.valid_from or _FIRST, edition_order(one.edition))


def _covers(one: Calculator, start: date, end: date) -> bool:
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        return False
    return (one.valid_from or _FIRST) <= start and end <= (one.valid_to or _LAST)


def _overlaps(valid_from: date | None, valid_to: date | None, start: date, end: date) -> bool:
    if valid_from and valid_to and valid_to < valid_from:
        return False  # an own edition took its place from its first day on
    return (valid_from or _FIRST) <= end and start <= (valid_to or _LAST)


def _crossing(touching: list[Calculator], earlier: list[Earlier]) -> Trouble:
    known = "、".join(f"{one.standard}（{one.edition}）" for one in touching)
    before = "".join(f"{past.number} 施行至 {past.valid_to:%Y年%-m月%-d日}；" for past in earlier)
    begins = "；".join(
        f"{one.standard} 自 {one.valid_from:%Y年%-m月%-d日} 起施行" for one in touching if one.valid_from
    )
    return Trouble(
        "PERIOD_CROSSES_EDITIONS",
        "edition",
        "适用标准版本",
        f"统计期跨越标准换版日（{before}{begins}），请选定适用的版本（{known}），或把统计期分成两段分别核算。",
    )


def _not_entered(past: list[Earlier]) -> Trouble:
    """Several standards may have been merged into one; the file names the leading one first."""
    named = "、".join(one.number for one in past)
    said = f" {named}" if len(past) == 1 else f"已被合并代替的旧标准（{named}，视产品而定）"
    return Trouble(
        "LIMIT_UNKNOWN",
        past[0].number,
        "适用标准版本",
        f"统计期适用{said}，其限额尚未录入，不能判定；请维护人员录入该版本后再核算。",
    )


def _not_in_force(one: Calculator, start: date, end: date) -> Trouble:
    if one.valid_from is not None and end < one.valid_from:
        said = f"自 {one.valid_from:%Y年%-m月%-d日} 起施行"
    else:
        said = f"施行至 {one.valid_to:%Y年%-m月%-d日}" if one.valid_to else "未施行"
    return Trouble(
        "STANDARD_NOT_IN_FORCE",
        "period",
        "统计期",
        f"{one.standard} {said}，在统计期 {start:%Y年%-m月%-d日} 至 {end:%Y年%-m月%-d日} 内不适用，只能测算预览，不作判定。",
    )
