"""Which ladder prices there are, and which edition holds for a place and a period.

The most specific region in force wins: 河北省唐山市 before 河北省 before the whole country. Nothing is guessed across a
change of editions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from formserver.calculation.results import Trouble
from formserver.calculation.tariff_model import Tariff
from formserver.calculation.tariff_reading import Base, read_tariff
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.errors import Kind, error_code

TARIFF_UNKNOWN = error_code(
    "TARIFF_UNKNOWN",
    Kind.NOT_FOUND,
    zh="没有电价规则 {name}，可选：{known}。",
    en="There is no tariff {name}; there are {known}.",
)
_ENDINGS = ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")


@dataclass(frozen=True, slots=True)
class ChosenTariff:
    """The edition that holds, or why none does."""

    tariff: Tariff | None
    trouble: Trouble | None = None


class TariffLibrary:
    """Reads tariffs; what it hands out is immutable and kept until definitions change."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def names(self) -> tuple[str, ...]:
        """The names of all tariffs, in the order people look for them: by industry, newest rule first."""
        newest = {name: max(ones, key=_standing) for name, ones in self._tariffs().items()}
        order = ("电解铝", "水泥", "钢铁", "通用")
        return tuple(
            sorted(
                newest,
                key=lambda name: (
                    order.index(newest[name].industry) if newest[name].industry in order else len(order),
                    newest[name].scheme != "阶梯电价",
                    name,
                ),
            )
        )

    def editions(self, name: str) -> tuple[Tariff, ...]:
        """Every usable edition, the whole country first, then oldest first. Raises TARIFF_UNKNOWN."""
        found = self._tariffs().get(name)
        if not found:
            raise TARIFF_UNKNOWN(name=name[:60], known="、".join(sorted(self._tariffs())))
        return found

    def newest(self, name: str) -> Tariff:
        """The newest edition for the whole country. Raises TARIFF_UNKNOWN."""
        return max(self.editions(name), key=_standing)

    def choose(self, name: str, start: date, end: date, region: str = "", edition: str = "") -> ChosenTariff:
        """The edition for a place (an address; "" for anywhere) and a period. Raises TARIFF_UNKNOWN."""
        editions = self.editions(name)
        if edition:
            return _named(editions, start, end, edition)
        levels: dict[int, list[Tariff]] = {}
        for one in editions:
            weight = specificity(one.region, region)
            if weight is not None:
                levels.setdefault(weight, []).append(one)
        for weight in sorted(levels, reverse=True):
            whole = [one for one in levels[weight] if one.in_force(start) and one.in_force(end)]
            if whole:
                return ChosenTariff(max(whole, key=lambda one: (one.valid_from, one.edition)))
            touching = [one for one in levels[weight] if _overlaps(one, start, end)]
            if touching:
                return ChosenTariff(None, _crossing(touching))
        return ChosenTariff(None, _not_in_force(editions, start, end))

    def _tariffs(self) -> Mapping[str, tuple[Tariff, ...]]:
        made: Mapping[str, tuple[Tariff, ...]] = self._catalogue.remember("tariffs", self._read_all)
        return made

    def _read_all(self) -> dict[str, tuple[Tariff, ...]]:
        usable = [d for d in self._catalogue.definitions("tariff") if d.usable]
        found: dict[str, list[Tariff]] = {}
        for definition in usable:
            data = read_json(definition.content, definition.id)
            base = None
            if "extends" in data:
                base = self._base(data["extends"])
            made = replace(
                read_tariff(data, definition.id, definition.sha256, base),
                valid_to=definition.valid_to,  # an own edition ends the one before it, whose file never changes
            )
            found.setdefault(made.name, []).append(made)
        return {
            name: tuple(sorted(ones, key=lambda one: (one.region, one.valid_from, one.edition)))
            for name, ones in found.items()
        }

    def _base(self, named: str) -> Base:
        name, _, edition = named.partition("/")
        definition: Definition = self._catalogue.definition("tariff", name, edition)
        return read_json(definition.content, definition.id), definition.id, definition.sha256


def specificity(region: str, place: str) -> int | None:
    """How closely a rule's region fits an address: its length, 0 for the whole country, None where it is elsewhere.

    河北 and 河北省 are the same place; an address begins with its province.
    """
    if not region:
        return 0
    asked = "".join(place.split())
    if asked.startswith(region):
        return len(region)
    bare = next((region.removesuffix(end) for end in _ENDINGS if region.endswith(end)), region)
    return len(region) if len(bare) >= 2 and asked.startswith(bare) else None


def _standing(one: Tariff) -> tuple[bool, bool, date]:
    return (not one.region, not _empty(one), one.valid_from)


def _empty(one: Tariff) -> bool:
    """Replaced by an own edition from its first day on."""
    return one.valid_to is not None and one.valid_to < one.valid_from


def _overlaps(one: Tariff, start: date, end: date) -> bool:
    return not _empty(one) and one.valid_from <= end and (one.valid_to is None or start <= one.valid_to)


def _named(editions: tuple[Tariff, ...], start: date, end: date, edition: str) -> ChosenTariff:
    found = next((one for one in editions if one.edition == edition), None)
    if found is None:
        known = "、".join(one.edition_title for one in editions)
        return ChosenTariff(
            None, Trouble("INVALID_INPUT", "edition", "版次", f"没有选定的版次，可选：{known}。")
        )
    if found.in_force(start) and found.in_force(end):
        return ChosenTariff(found)
    if _overlaps(found, start, end):
        return ChosenTariff(None, _crossing([found]))
    return ChosenTariff(None, _not_in_force((found,), start, end))


def _crossing(touching: list[Tariff]) -> Trouble:
    said = "；".join(f"{one.edition_title}，{_validity(one)}" for one in touching)
    return Trouble(
        "PERIOD_CROSSES_EDITIONS",
        "end",
        "用电期间",
        f"用电期间跨越规则的起止日（{said}），请把用电期间分成两段分别核算。",
    )


def _not_in_force(editions: tuple[Tariff, ...], start: date, end: date) -> Trouble:
    said = "；".join(f"{one.edition_title}，{_validity(one)}" for one in editions)
    return Trouble(
        "STANDARD_NOT_IN_FORCE",
        "start",
        "用电期间",
        f"{start:%Y年%-m月%-d日}至{end:%Y年%-m月%-d日}没有执行中的规则（{said}），请核对用电期间。",
    )


def _validity(one: Tariff) -> str:
    begins = f"{one.valid_from:%Y年%-m月%-d日}起"
    return f"{begins}，至{one.valid_to:%Y年%-m月%-d日}止" if one.valid_to else begins
