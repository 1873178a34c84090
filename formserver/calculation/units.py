"""Units, exactly: pint knows what each is made of, fractions do the arithmetic.

A :class:`Unit` is a dimension and an exact scale. Two units are equal when both are, so ``kW·h`` is ``kWh`` and
``kgce/kg`` is ``tce/t``, but ``kgce/t`` is neither. pint is asked once per word; later checks and conversions use
plain fractions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from formserver.calculation.unit_list import COUNTED, DEFINITIONS, MULTIPLES, POWERED, SHOWN, SPELLINGS
from formserver.core.errors import Kind, error_code

if TYPE_CHECKING:
    from pint import UnitRegistry

UNIT_UNKNOWN = error_code(
    "UNIT_UNKNOWN",
    Kind.INVALID,
    zh="单位“{unit}”不认识：{reason}。",
    en="The unit “{unit}” is not known: {reason}",
)
UNIT_MISMATCH = error_code(
    "UNIT_MISMATCH",
    Kind.INVALID,
    zh="“{given}”不能换算成“{wanted}”，请核对计量单位。",
    en="“{given}” cannot be converted to “{wanted}”; check the unit.",
)

_LONGEST: Final = 60
_HIGHEST: Final = 9
_EXACT: Final = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-9999, Emax=9999)
_PIECE = re.compile(
    r"(?P<name>[A-Za-zμ°\u4e00-\u9fff%‰]+)(?:\^?(?P<power>-?[0-9]+))?|(?P<one>1)|(?P<sign>[/*()])"
)
_DOTS: Final = str.maketrans(dict.fromkeys("·・∙⋅•●×∗", "*") | {"−": "-", "–": "-", "µ": "μ"})

_Powers: TypeAlias = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """``dimension`` as powers of base dimensions by name, ``scale`` in base units; ``written`` only for people."""

    dimension: _Powers
    scale: Fraction
    written: _Powers = field(default=(), compare=False)
    _hash: int = field(default=0, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.dimension, self.scale)))

    def __hash__(self) -> int:
        return self._hash

    def __mul__(self, other: Unit) -> Unit:
        return Unit(
            tuple(sorted(_merged(self.dimension, other.dimension))),
            self.scale * other.scale,
            _merged(self.written, other.written),
        )

    def __truediv__(self, other: Unit) -> Unit:
        return self * other**-1

    def __pow__(self, power: int) -> Unit:
        return Unit(
            tuple((name, p * power) for name, p in self.dimension if power),
            self.scale**power,
            tuple((name, p * power) for name, p in self.written if power),
        )

    def root(self) -> Unit | None:
        """The square root, where it is a unit again (m² → m); otherwise None."""
        up, down = isqrt(self.scale.numerator), isqrt(self.scale.denominator)
        if any(p % 2 for _, p in self.dimension) or Fraction(up * up, down * down) != self.scale:
            return None
        half = tuple((name, p // 2) for name, p in self.dimension)
        even = all(p % 2 == 0 for _, p in self.written)
        return Unit(half, Fraction(up, down), tuple((n, p // 2) for n, p in self.written) if even else ())

    @property
    def plain(self) -> bool:
        """No dimension and no scale: a pure number. ``%`` is not plain."""
        return not self.dimension and self.scale == 1

    def __str__(self) -> str:
        up = [_powered(name, p) for name, p in self.written if p > 0]
        down = [_powered(name, -p) for name, p in self.written if p < 0]
        if not down:
            return "·".join(up) or "1"
        below = down[0] if len(down) == 1 else f"({'·'.join(down)})"
        return f"{'·'.join(up) or '1'}/{below}"


ONE: Final = Unit((), Fraction(1))
"""No unit: what a bare number has."""


@lru_cache(maxsize=4096)
def unit(text: str) -> Unit:
    """The unit written as ``text``: ``kgce/(t·%)``, ``gce/(kW·h)``, ``万 m³``, ``Nm3``; ``1`` and "" are no unit.

    Raises UNIT_UNKNOWN.
    """
    cleaned = unicodedata.normalize("NFKC", text[: _LONGEST * 2]).translate(_DOTS)
    cleaned = re.sub(r"\s", "", cleaned)
    if not cleaned:
        return ONE
    if len(text) > _LONGEST * 2 or len(cleaned) > _LONGEST:
        raise UNIT_UNKNOWN(unit=text[:20] + "…", reason="太长，不像计量单位")
    return _Reader(text, cleaned).read()


def is_unit(text: str) -> bool:
    """Whether :func:`unit` knows ``text``."""
    try:
        unit(text)
    except Exception as error:
        if getattr(error, "code", None) == UNIT_UNKNOWN:
            return False
        raise
    return True


def convertible(given: Unit | str, wanted: Unit | str) -> bool:
    """Whether amounts in one can be stated in the other. Raises UNIT_UNKNOWN."""
    return _unit(given).dimension == _unit(wanted).dimension


def ratio(given: Unit | str, wanted: Unit | str) -> Fraction:
    """How many ``wanted`` one ``given`` is, exactly. Raises UNIT_UNKNOWN, UNIT_MISMATCH."""
    first, second = _unit(given), _unit(wanted)
    if first.dimension != second.dimension:
        raise UNIT_MISMATCH(given=str(given), wanted=str(wanted))
    return first.scale / second.scale


def factor(given: Unit | str, wanted: Unit | str) -> Decimal:
    """:func:`ratio` as a decimal: exact where it ends, else 50 digits. Raises UNIT_UNKNOWN, UNIT_MISMATCH."""
    exact = ratio(given, wanted)
    return _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def convert(amount: Decimal, given: Unit | str, wanted: Unit | str) -> Decimal:
    """``amount`` in another unit; multiplied before it is divided, so 3600 kJ are exactly 1 kWh.

    Raises UNIT_UNKNOWN, UNIT_MISMATCH.
    """
    exact = ratio(given, wanted)
    if exact == 1:
        return amount
    return _EXACT.divide(_EXACT.multiply(amount, exact.numerator), Decimal(exact.denominator))


def _unit(given: Unit | str) -> Unit:
    return unit(given) if isinstance(given, str) else given


class _Reader:
    """Reads products and quotients of named units; a product after a stroke needs parentheses, as in GB 3101."""

    def __init__(self, text: str, cleaned: str) -> None:
        self._text = text
        self._pieces = list(self._split(cleaned))
        self._at = 0

    def read(self) -> Unit:
        found = self._product(0)
        if self._at < len(self._pieces):
            raise self._wrong("括号不成对")
        return found

    def _split(self, cleaned: str) -> Iterable[re.Match[str]]:
        position = 0
        while position < len(cleaned):
            piece = _PIECE.match(cleaned, position)
            if piece is None:
                raise self._wrong(f"不能有“{cleaned[position]}”")
            position = piece.end()
            yield piece

    def _product(self, depth: int) -> Unit:
        found = self._factor(depth)
        divided = False
        while (sign := self._sign()) in ("*", "/"):
            self._at += 1
            if sign == "*" and divided:
                raise self._wrong("斜线后面相乘的单位要加括号，例如 kgce/(t·%)")
            right = self._factor(depth)
            found, divided = (found / right, True) if sign == "/" else (found * right, divided)
        return found

    def _factor(self, depth: int) -> Unit:
        if self._at >= len(self._pieces):
            raise self._wrong("没有写完")
        piece = self._pieces[self._at]
        self._at += 1
        if piece["one"]:
            return ONE
        if piece["name"]:
            power = int(piece["power"] or 1)
            if not 0 < abs(power) <= _HIGHEST:
                raise self._wrong("幂次不对")
            return self._named(piece["name"], piece["power"] or "", power)
        if piece["sign"] != "(" or depth > 3:
            raise self._wrong(f"“{piece['sign']}”的位置不对")
        inner = self._product(depth + 1)
        if self._sign() != ")":
            raise self._wrong("括号不成对")
        self._at += 1
        return inner

    def _named(self, name: str, digits: str, power: int) -> Unit:
        for word, times in _multiples(name):
            if word + digits in POWERED:
                base, own = POWERED[word + digits]
                return _times(_known()[base] ** own, times, name, digits)
            if word in POWERED:
                base, own = POWERED[word]
                return _times(_known()[base] ** own, times, name, "") ** power
            if word in _known():
                # 万m3 is ten thousand cubic metres, not the cube of ten thousand metres
                return _times(_known()[word] ** power, times, name, digits)
        raise self._wrong(f"没有“{name}”这个单位")

    def _sign(self) -> str:
        return (self._pieces[self._at]["sign"] or "") if self._at < len(self._pieces) else ""

    def _wrong(self, reason: str) -> Exception:
        return UNIT_UNKNOWN(unit=self._text[:40], reason=reason)


def _multiples(name: str) -> Iterable[tuple[str, int]]:
    yield name, 1
    for word, times in MULTIPLES.items():
        if name.startswith(word) and len(name) > len(word):
            yield name[len(word) :], times


def _times(base: Unit, times: int, name: str, digits: str) -> Unit:
    if times == 1:
        return base
    return Unit(base.dimension, base.scale * times, ((_superscript(name + digits), 1),))


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Unit]:
    """Every single unit by every spelling, made of pint's answers."""
    registry = _registry()
    found: dict[str, Unit] = {}
    for definition in DEFINITIONS:
        name = definition.partition(" ")[0]
        shown = SHOWN.get(name, name)
        made = _asked(registry, name, shown)
        for spelling in (name, shown, *SPELLINGS[name].split()):
            found[unicodedata.normalize("NFKC", spelling)] = made
    for name in COUNTED.split():
        found[name] = Unit(((name, 1),), Fraction(1), ((name, 1),))
    return found


def _asked(registry: UnitRegistry[Any], name: str, shown: str) -> Unit:
    scale, base = registry.get_root_units(name)
    powers = sorted((str(of), int(str(power))) for of, power in base._units.items())
    return Unit(tuple(p for p in powers if p[0] != "fraction"), Fraction(str(scale)), ((shown, 1),))


def _registry() -> UnitRegistry[Any]:
    from pint import UnitRegistry  # a tenth of a second that a start without calculations need not pay

    registry: UnitRegistry[Any] = UnitRegistry(None, non_int_type=Fraction)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry


def _merged(first: _Powers, second: _Powers) -> _Powers:
    if not second:
        return first
    powers = dict(first)
    for name, power in second:
        powers[name] = powers.get(name, 0) + power
    return tuple((n, p) for n, p in powers.items() if p)


def _powered(name: str, power: int) -> str:
    return name if power == 1 else name + _superscript(str(power))


def _superscript(text: str) -> str:
    return text.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
