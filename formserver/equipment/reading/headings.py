"""What a heading means: names of columns as people write them, with units, stars and brackets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formserver.equipment.columns import BY_KEY, COLUMNS
from formserver.equipment.reading.units import UNITS, fits, plain_unit
from formserver.equipment.reading.words import OTHER_COLUMNS

CERTAIN: Final = "certain"
LIKELY: Final = "likely"
NONE: Final = "none"
_NOISE: Final = re.compile(r"[\s*:：,，;；.。_·、\-—/\\'\"“”]+")
_BRACKETS: Final = re.compile(r"[(\[【〔{]([^()\[\]【】〔〕{}]*)[)\]】〕}]")
_TAIL: Final = re.compile(
    r"[/,，、\s]\s*([A-Za-z%°³/]{1,6}|千瓦|千伏安|千伏|伏|安|台|套|台套)$|([kKmM]?(?:W|VA|V)|[kK][wW]|KVA|kVA)$"
)
_UNIT_COLUMNS: Final = ("power_kw", "capacity_kva", "boiler_capacity", "voltage_v", "current_a")


@dataclass(frozen=True, slots=True)
class Meaning:
    """The column a heading names ("" for none), how sure that is, and the unit it states (plain, "" for none)."""

    key: str
    sure: str
    unit: str = ""
    rank: int = 99
    """The place among the names of the column: of two headings for one column the smaller is meant."""


def plain_heading(title: str) -> str:
    """A heading without what does not matter: width, blanks, stars, punctuation, what stands in brackets."""
    text = unicodedata.normalize("NFKC", title)
    bare = _BRACKETS.sub("", text)
    return _NOISE.sub("", bare or text).lower()


def unit_of(title: str) -> str:
    """The unit a heading states: ``功率(kW)``, ``功率/kW``, ``功率，千瓦``, ``功率kW``; plain, "" for none we know."""
    text = unicodedata.normalize("NFKC", title).strip()
    for inner in _BRACKETS.findall(text):
        unit = plain_unit(inner.removeprefix("单位").lstrip(":： "))
        if any(fits(key, unit) for key in (*UNITS, "boiler_capacity")):
            return unit
    found = _TAIL.search(text)
    unit = plain_unit(found[1] or found[2]) if found else ""
    return unit if any(fits(key, unit) for key in (*UNITS, "boiler_capacity")) else ""


def _names() -> dict[str, tuple[str, int]]:
    names: dict[str, tuple[str, int]] = {}
    for column in COLUMNS:
        for rank, title in enumerate((column.title, *column.synonyms)):
            names.setdefault(plain_heading(title), (column.key, rank))
    return names


_NAMES: Final = _names()
_PARTS: Final = sorted((name for name in _NAMES if len(name) > 1), key=len, reverse=True)


@lru_cache(maxsize=4096)
def meaning_of(title: str) -> Meaning:
    """What a heading means. The unit decides between power and capacity: 容量(kW) is a power."""
    bare, unit = plain_heading(title), unit_of(title)
    key, rank, sure = "", 99, NONE
    stripped = bare
    if unit and bare.endswith(_NOISE.sub("", unit)) and bare not in _NAMES:
        stripped = bare[: -len(_NOISE.sub("", unit))]
    for candidate in (bare, stripped):
        if candidate in _NAMES:
            key, rank = _NAMES[candidate]
            sure = CERTAIN
            break
    if not key and not any(word in bare for word in OTHER_COLUMNS) and 1 < len(bare) <= 20:
        part = next((part for part in _PARTS if part in bare), "")
        if part and (part != "设备" or bare.endswith(part)):
            key, rank = _NAMES[part][0], _NAMES[part][1] + 50
            sure = LIKELY
    return _by_unit(Meaning(key, sure, unit, rank))


def _by_unit(found: Meaning) -> Meaning:
    unit = found.unit
    if not unit or not found.key or fits(found.key, unit):
        return found
    if found.key in _UNIT_COLUMNS:
        other = next((key for key in _UNIT_COLUMNS if fits(key, unit)), "")
        if other:
            return Meaning(other, LIKELY, unit, found.rank + 20)
    if found.key in UNITS or BY_KEY[found.key].kind in ("number", "voltage", "boiler"):
        return Meaning(found.key, LIKELY, "", found.rank + 20)
    return Meaning(found.key, found.sure, "", found.rank)
