"""Units, power and capacity a row stands for: whole numbers, so that the database adds them up exactly."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from formserver.equipment.columns import STATUSES

MOST: Final = 10**15
"""W or VA: beyond every list of equipment, and small enough for any sum in 64 bits."""


def row_amounts(stated: Mapping[str, Any]) -> dict[str, Any]:
    """``status``, ``units``, ``watts`` and ``va`` of a kept row (``equipment_row.stated``). What cannot be read is nothing;
    a quantity that is missing is one unit, as reading says to the person."""
    values = stated.get("values", {})
    units = _whole(values.get("quantity", "")) or 1
    status = str(values.get("status", ""))
    return {
        "status": status if status in STATUSES else "",
        "units": units,
        "watts": _thousandths(values.get("power_kw", ""), units),
        "va": _thousandths(values.get("capacity_kva", ""), units),
    }


def _whole(text: object) -> int:
    quantity = str(text)
    return int(quantity) if quantity.isascii() and quantity.isdecimal() and len(quantity) <= 6 else 0


def _thousandths(text: object, units: int) -> int:
    try:
        value = Decimal(str(text)) * 1000 * units
    except InvalidOperation:
        return 0
    return int(value) if value.is_finite() and 0 < value < MOST else 0
