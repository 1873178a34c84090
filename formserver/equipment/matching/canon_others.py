"""Models of fans, boilers and welders (matching specification §5).

Canonical spellings: ``Y5-47No.6C`` (design numbers left out), boilers and welders as normalised, with a hyphen
between series and current.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from formserver.equipment.matching.canon_grammar import Grammar

_FAN = re.compile(r"([A-Z]{0,3}\d{1,2}-\d{1,3})(?![0-9.])(.*)")
_MARKED_NO = re.compile(r"(?:NO|N0)\.?-?(\d{1,2}(?:\.\d+)?)-?([A-F]?)$")
_LAST_NO = re.compile(r"(?:^|-)(\d{1,2}(?:\.\d+)?)-?([A-F]?)$")
_DESIGN = re.compile(r"[-0-9IV]*")
_BOILER = re.compile(
    r"([A-Z]{2,6})(\d{1,4}(?:\.\d+)?)-(\d{1,2}(?:\.\d+)?)((?:/\d{2,3}){0,2})(?:-?([A-Z][A-Z()/]*\d?))?(?:[.-].*)?"
)
_CAPACITY = re.compile(r"(\d+(?:\.\d+)?)\s*(T/H|吨|蒸吨|蒸汽吨|T|MW|兆瓦|KW|千瓦|万大卡)?")
CAPACITY_ALONE: Final = re.compile(r"\s*\d+(?:\.\d+)?\s*(?:T/H|吨|蒸吨|T|MW|兆瓦)\s*", re.IGNORECASE)
"""A column of models that holds the capacity of a boiler and no model."""
_STEAM_WORDS: Final = ("蒸汽", "蒸吨")
_FUEL_WORDS: Final = (
    ("other", ("余热", "电加热", "电热", "电锅炉", "电极", "电蒸汽")),
    ("biomass", ("生物质", "秸秆", "木屑", "成型燃料")),
    ("coal", ("燃煤", "煤粉", "链条炉", "煤")),
    ("oilgas", ("燃油", "燃气", "油气", "天然气", "煤气", "沼气", "液化气", "柴油", "重油", "气", "油")),
)
_NOT_COAL: Final = ("煤气", "煤改")


@dataclass(frozen=True, slots=True)
class Fan:
    """``number`` is ``12.4D``, empty where none is written."""

    series: str
    number: str

    @property
    def canonical(self) -> str:
        """See the module."""
        return f"{self.series}No.{self.number}" if self.number else self.series


@dataclass(frozen=True, slots=True)
class Boiler:
    """``hot`` water or steam, None where neither is known; ``capacity`` in MW or t/h accordingly. ``fuel`` by name or
    code, ``clash`` where column and model contradict each other."""

    capacity: Decimal | None = None
    hot: bool | None = None
    fuel: str = ""
    clash: str = ""


@dataclass(frozen=True, slots=True)
class Welder:
    """``amp`` None where no current is written. ``suffix`` is what the grammar does not know, ``written`` then the whole."""

    series: str
    amp: int | None
    suffix: str = ""
    written: str = ""

    @property
    def canonical(self) -> str:
        """See the module."""
        return self.written or (self.series if self.amp is None else f"{self.series}-{self.amp}")


def read_fan(text: str) -> Fan | None:
    """The fan of a normalised model; what follows the marker No., or else the last number, is its number."""
    match = _FAN.fullmatch(text)
    if match is None:
        return None
    series, rest = match[1], match[2]
    if not rest:
        return Fan(series, "")
    found = _MARKED_NO.search(rest) or _LAST_NO.search(rest)
    if found is None:
        return Fan(series, "") if rest[0] in "-N(IV" else None
    if not _DESIGN.fullmatch(rest[: found.start()]):
        return Fan(series, "") if rest[0] in "-N(IV" else None
    return Fan(series, found[1] + found[2])


def read_welder(text: str, series: frozenset[str]) -> Welder | None:
    """The welder of a normalised model of one of ``series``."""
    for one in series:
        if text == one:
            return Welder(one, None)
        if text.startswith(one):
            rest = text[len(one) :]
            match = re.fullmatch(r"-?(\d{2,4})A?(?![\d])(.*)", rest)
            if match:
                return Welder(one, int(match[1]), match[2], text if match[2] else "")
            derived = re.fullmatch(r"([0-9A-Z])-(\d{2,4})A?(?!\d).*", rest)
            if derived:
                return Welder(one, int(derived[2]), derived[1], text)
    return None


def read_boiler(text: str, name: str, capacity: str, fuel: str, grammar: Grammar) -> Boiler:
    """The boiler of model, name and columns. A word for fuel in the name wins over the code in the model."""
    match = _BOILER.fullmatch(text)
    amount: Decimal | None = None
    hot: bool | None = None
    coded = ""
    if match:
        amount = Decimal(match[2])
        hot = match[4].count("/") == 2 or "热水" in name
        coded = grammar.fuels.get((match[5] or "").rstrip("."), "") or grammar.fuels.get(
            (match[5] or "")[:1], ""
        )
    stated, stated_hot = boiler_capacity(capacity)
    if hot is None:
        hot = True if "热水" in name else stated_hot
        if hot is None and any(word in name for word in _STEAM_WORDS):
            hot = False
    clash = ""
    if amount is None:
        amount = stated
    elif stated is not None and stated_hot in (None, hot) and stated != amount:
        clash = f"型号的容量是{amount}，所填是{stated}"
    named, column = fuel_of(name), fuel_of(fuel)
    if not named and column and coded and column != coded:
        clash = clash or "所填燃料与型号的燃料代号不同"
    return Boiler(amount, hot, named or column or coded, clash)


@lru_cache(maxsize=4096)
def fuel_of(words: str) -> str:
    """coal, oilgas, biomass or other, empty where the words name none. Oil that carries heat is no fuel."""
    words = words.strip().replace("导热油", "").replace("热油", "")
    if not words:
        return ""
    if words in ("电", "其他"):
        return "other"
    for fuel, known in _FUEL_WORDS:
        if any(word in words for word in known):
            if fuel == "coal" and any(word in words for word in _NOT_COAL):
                continue
            return fuel
    return ""


@lru_cache(maxsize=4096)
def boiler_capacity(text: str) -> tuple[Decimal | None, bool | None]:
    """The number of a capacity column, and whether its unit is that of hot water (MW): None without a unit."""
    match = _CAPACITY.search(text[:60].upper().replace("，", "").replace(",", "")) if text else None
    if match is None:
        return None, None
    value, unit = Decimal(match[1]), match[2] or ""
    if unit in ("KW", "千瓦"):
        return value / 1000, True
    if unit == "万大卡":
        return value * Decimal("0.01163"), True
    if unit in ("MW", "兆瓦"):
        return value, True
    return value, False if unit else None
