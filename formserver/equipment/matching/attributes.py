"""What stands beside a model and in the columns: power, voltage, poles, capacity (matching specification §3 step 6).

Numbers are read as :class:`Decimal`; what cannot be read is unknown, never an error.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

POLES: Final = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24)


@dataclass(frozen=True, slots=True)
class Attributes:
    """``powers`` in kW, ``volts`` in V."""

    powers: tuple[Decimal, ...] = ()
    volts: tuple[Decimal, ...] = ()
    poles: tuple[int, ...] = ()

    def joined(self, other: Attributes) -> Attributes:
        """Both together."""
        if other is NOTHING or other == NOTHING:
            return self
        return Attributes(self.powers + other.powers, self.volts + other.volts, self.poles + other.poles)


NOTHING: Final = Attributes()

_TRIGGER = re.compile(
    r"KW|千瓦|千伏|伏|[\s,/(]\d[\d.]* *[AW]|HP|马力|[DP]N|\dV|\d *K?V|极|\d *P|IP|[BV] *\d|HZ|R/MIN|RPM|转"
    r"|[台套只件左右顺逆级°]|EX|DII|Y,?[ND]|D,?Y"
)
_NUMBER = r"\d+(?:\.\d+)?"
_BEFORE = r"[\s,/(-]*(?<![\d.])"
_POWER = re.compile(_BEFORE + rf"({_NUMBER})\s*(?:KW|千瓦)(?:\s*\))?")
_WATTS = re.compile(r"[\s,/(]+(\d{2,5})\s*W(?![A-Z0-9])(?:\s*\))?")
_HORSEPOWER = re.compile(_BEFORE + rf"({_NUMBER})\s*(?:HP|马力)(?:\s*\))?")
_AMPERES = re.compile(rf"[\s,/(]+{_NUMBER}\s*A(?![A-Z0-9])(?:\s*\))?")
_WIDTH = re.compile(r"(?<=[0-9A-Z])[\s,/(]+[DP]N\s*\d{1,3}(?:\.\d)?(?:\s*\))?")
KW_OF_HP: Final = Decimal("0.7355")
_VOLT_LIST = re.compile(
    _BEFORE + r"((?:\d{3,5}|3[6-9]|[4-9]\d)(?:\s*/\s*\d{3,5})*)\s*(?:V|伏)(?:AC|DC)?(?![A-Z0-9])(?:\s*\))?"
)
_KILOVOLT = re.compile(_BEFORE + rf"({_NUMBER}(?:\s*/\s*{_NUMBER})*)\s*(?:KV|千伏)(?!A)(?:\s*\))?")
_POLES = re.compile(r"[\s,/(-]*(?<![A-Z0-9.])(\d{1,2})\s*(?:P(?![A-Z0-9])|极)(?:\s*\))?")
_POLES_OF_MOTOR = re.compile(r"(?<![0-9.])(\d{1,2})\s*(?:P(?![A-Z0-9])|极)(?:\s*\))?")
_PROTECTION = re.compile(r"[\s,/(-]*IP\s*\d{2}(?!\d)(?:\s*\))?")
_MOUNTING = re.compile(
    r"(?<=[0-9\s)/,(-])[\s,/(-]*(?:IM)?(?:B35|B34|B14|B3|B5|B6|B7|B8|V15|V1|V3|V5|V6)(?![A-Z0-9.])(?:\s*\))?"
)
_BESIDES = re.compile(
    r"[\s,/(-]*(?<![\dA-Z.])\d+(?:\.\d+)?\s*(?:HZ|R/MIN|RPM|转/分)(?:\s*\))?|[\s,/(-]*(?<![\d.])\d+\s*[台套只件]"
    r"|[\s,/(-]*[左右顺逆]旋?\s*\d{1,3}\s*[°度]?|[\s,/(-]*\d{1,3}\s*°|[\s,/(-]*(?<![A-Z0-9])[ABEFH]\s*级"
)
_BESIDES_TRIGGER = re.compile(r"HZ|R/MIN|RPM|[转台套只件左右顺逆°级]")
_MOUNTING_TRIGGER = re.compile(r"[BV]\d")
_EXPLOSION = re.compile(
    r"[\s,/(-]*(?:EX\s*D?\s*E?\s*I{0,2}\s*[ABC]?\s*(?:T[1-6])?|D\s*E?\s*II\s*[ABC]\s*T[1-6])"
    r"(?:\s*G[BC])?(?:\s*\))?(?![A-Z0-9])"
)
_KVA_BEFORE_KV = re.compile(r"(?<=\d)\s*(?:KVA|千伏安)[\s,-]*(?=\d)")
_KVA_FIRST = re.compile(r"^\s*(\d{2,5})\s*(?:KVA|千伏安)[\s,]*(S[A-Z0-9()-]*)\s*$")
_KVA_UNIT = re.compile(r"(?<=\d)\s*(?:KVA|千伏安)")
_KV_UNIT = re.compile(r"(?<=\d)\s*(?:KV|千伏)(?!A)")
_KVA = re.compile(_BEFORE + rf"{_NUMBER}\s*(?:KVA|千伏安)(?:\s*\))?")
_VECTOR_GROUP = re.compile(r"[\s,/(-]*(?:D,?YN?|Y,?YN|Y,?D)\s*\d{1,2}(?:\s*\))?$")
_POWER_UNITS: Final = {
    **dict.fromkeys(("W", "瓦"), Decimal("0.001")),
    **dict.fromkeys(("HP", "马力"), KW_OF_HP),
    **dict.fromkeys(("MW", "兆瓦"), Decimal(1000)),
}
_UNIT_OF_POWER = re.compile(r"\d\s*(MW|兆瓦|W|瓦|HP|马力)")
_FIRST_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def take_out(text: str, kind: str, found: Attributes) -> tuple[str, Attributes]:
    """``text`` (upper case) without its attributes, which are added to ``found``."""
    if not _TRIGGER.search(text):
        return text, found
    powers, volts, poles = list(found.powers), list(found.volts), list(found.poles)
    if kind == "transformer":
        text = _KVA_UNIT.sub("", _KVA_BEFORE_KV.sub("/", _KVA_FIRST.sub(r"\2-\1", text)))
        text = _KV_UNIT.sub("", text)
        text = _VECTOR_GROUP.sub("", text)
    else:
        text = _KVA.sub(" ", text)

    def power(match: re.Match[str]) -> str:
        powers.append(Decimal(match[1]))
        return " "

    def watts(match: re.Match[str]) -> str:
        powers.append(Decimal(match[1]) / 1000)
        return " "

    def horsepower(match: re.Match[str]) -> str:
        powers.append(Decimal(match[1]) * KW_OF_HP)
        return " "

    def kilovolt(match: re.Match[str]) -> str:
        volts.extend(Decimal(n) * 1000 for n in _FIRST_NUMBER.findall(match[1]))
        return " "

    def volt(match: re.Match[str]) -> str:
        volts.extend(Decimal(n) for n in _FIRST_NUMBER.findall(match[1]))
        return " "

    def pole(match: re.Match[str]) -> str:
        if int(match[1]) not in POLES:
            return match[0]
        poles.append(int(match[1]))
        attached = kind == "motor" and re.search(r"[A-Z](?:[0-9.]*-)?$", text[: match.start()])
        return match[1] + " " if attached else " "

    if "KW" in text or "千瓦" in text:
        text = _POWER.sub(power, text)
    if "HP" in text or "马力" in text:
        text = _HORSEPOWER.sub(horsepower, text)
    if "V" in text or "伏" in text:
        text = _VOLT_LIST.sub(volt, _KILOVOLT.sub(kilovolt, text))
    if "P" in text or "极" in text:
        text = _PROTECTION.sub(" ", (_POLES_OF_MOTOR if kind == "motor" else _POLES).sub(pole, text))
    if _BESIDES_TRIGGER.search(text):
        text = _BESIDES.sub(" ", text)
    if "N" in text:
        text = _WIDTH.sub(" ", text)
    if kind == "motor":
        text = _AMPERES.sub(" ", _WATTS.sub(watts, text))
        if _MOUNTING_TRIGGER.search(text):
            text = _MOUNTING.sub(" ", text)
        if "EX" in text or "II" in text:
            text = _EXPLOSION.sub(" ", text)
    return text, Attributes(tuple(powers), tuple(volts), tuple(poles))


@lru_cache(maxsize=8192)
def number(text: str) -> Decimal | None:
    """The first number of a column, None where there is none: ``11``, ``11 kW``, ``1,000``."""
    if not text:
        return None
    match = _FIRST_NUMBER.search(unicodedata.normalize("NFKC", text[:60]).replace(",", ""))
    return Decimal(match[0]) if match else None


@lru_cache(maxsize=8192)
def power_of(text: str) -> Decimal | None:
    """The power of a column in kW: ``11``, ``11 kW``, ``11000W``, ``15HP``, ``0.5MW``; None where there is none."""
    value = number(text)
    if value is None:
        return None
    match = _UNIT_OF_POWER.search(unicodedata.normalize("NFKC", text[:60]).upper().replace(",", ""))
    return value * _POWER_UNITS[match[1]] if match else value


@lru_cache(maxsize=4096)
def poles_of(text: str) -> tuple[int, ...]:
    """The poles of a column: ``4``, ``4极``, ``8/4``; empty where nothing known stands."""
    if not text:
        return ()
    found = (int(n) for n in re.findall(r"\d{1,3}", unicodedata.normalize("NFKC", text[:60])))
    return tuple(n for n in found if n in POLES)


@lru_cache(maxsize=4096)
def volts_of(text: str) -> tuple[Decimal, ...]:
    """The voltages of a column in V: ``380/660``, ``10kV``, ``6000``."""
    if not text:
        return ()
    plain = unicodedata.normalize("NFKC", text[:60]).upper().replace("千伏", "KV").replace(",", "")
    times = 1000 if "KV" in plain else 1
    return tuple(Decimal(n) * times for n in _FIRST_NUMBER.findall(plain)[:8])
