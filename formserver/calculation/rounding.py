"""Rounding and comparing with limits by GB/T 8170-2008.

Half goes to the even digit; a negative number is rounded as its absolute value; rounding happens once, from the
whole number. The full-value method (全数值比较法) compares without rounding and is meant wherever a standard does
not name the other one.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final

FULL: Final = "full"
ROUNDED: Final = "rounded"
AT_MOST: Final = "le"
AT_LEAST: Final = "ge"

_MOST_PLACES: Final = 60
_WIDE: Final = Context(prec=1000, rounding=ROUND_HALF_EVEN, Emin=-99999, Emax=99999)


def round_to(value: Decimal, places: int) -> Decimal:
    """``value`` to ``places`` decimals (negative: tens, hundreds). Never a negative zero.

    Raises ValueError for places beyond 60, numbers beyond a thousand digits and what is not finite.
    """
    if not value.is_finite() or abs(places) > _MOST_PLACES or value.adjusted() > 900:
        raise ValueError(f"cannot round {value} to {places} places")
    return _plain(value.quantize(Decimal((0, (1,), -places)), context=_WIDE))


def round_interval(value: Decimal, interval: Decimal) -> Decimal:
    """``value`` to a multiple of ``interval`` (修约间隔: 0.5, 20, 1000). Raises ValueError unless it is positive."""
    if not value.is_finite() or not interval.is_finite() or interval <= 0:
        raise ValueError(f"cannot round {value} to multiples of {interval}")
    count = round(Fraction(value) / Fraction(interval))  # rounding of fractions is exact, half to even
    return _plain(_WIDE.multiply(Decimal(count), interval))


def round_half_unit(value: Decimal, places: int) -> Decimal:
    """0.5 单位修约: twice the number to ``places``, then half of it. H: 60.25 at 0 places is 60.0."""
    return _part_unit(value, places, 2)


def round_fifth_unit(value: Decimal, places: int) -> Decimal:
    """0.2 单位修约: five times the number to ``places``, then a fifth of it. 830 at -2 places is 840."""
    return _part_unit(value, places, 5)


def same_digits(limit: Decimal) -> int:
    """The decimals of a limit as it is written: 5.5 has one, 13350 none."""
    exponent = limit.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def passes(
    value: Decimal,
    limit: Decimal,
    *,
    direction: str = AT_MOST,
    comparison: str = FULL,
    places: int | None = None,
) -> bool:
    """Whether ``value`` keeps ``limit``; the limit itself passes.

    ``direction`` is ``le`` (at most) or ``ge`` (at least). By ``rounded`` (修约值比较法) both are first rounded to
    ``places``, by default those of the limit as written (a corrected limit has more digits than its standard shows).
    """
    if comparison == ROUNDED:
        digits = same_digits(limit) if places is None else places
        value, limit = round_to(value, digits), round_to(limit, digits)
    elif comparison != FULL:
        raise ValueError(f"unknown comparison {comparison}")
    if direction == AT_MOST:
        return value <= limit
    if direction == AT_LEAST:
        return value >= limit
    raise ValueError(f"unknown direction {direction}")


def _part_unit(value: Decimal, places: int, parts: int) -> Decimal:
    rounded = round_to(_WIDE.multiply(value, Decimal(parts)), places)
    shown = Decimal((0, (1,), -(places + 1)))
    return _plain(_WIDE.divide(rounded, Decimal(parts)).quantize(shown, context=_WIDE))


def _plain(value: Decimal) -> Decimal:
    """Without exponent and without a minus sign on zero."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value = value.quantize(Decimal(1), context=_WIDE)
    return value.copy_abs() if value == 0 else value
