"""Merged cells: a name or a place written once for several rows. Models and dates are never filled down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from formserver.equipment.reading.model import OpenedSheet

FILLED: Final = frozenset(("name", "location"))
NAMED: Final = frozenset(("model", "made"))
"""Not filled, but said."""
_MOST_STEPS: Final = 500_000
"""Ranges may overlap in a hostile file: so many rows are followed, not more."""


def fillings(sheet: OpenedSheet, places: Mapping[str, int]) -> dict[str, dict[int, int]]:
    """Column key → line (from 0) → the line its merged range begins in, for lines below the first."""
    keys = {place: key for key, place in places.items() if key in FILLED | NAMED}
    found: dict[str, dict[int, int]] = {}
    height, steps = len(sheet.grid), 0
    for top, left, bottom, right in sheet.merged:
        key = keys.get(left)
        if key is None or left != right or bottom <= top:
            continue
        steps += bottom - top
        if steps > _MOST_STEPS:
            break
        lines = found.setdefault(key, {})
        for line in range(top + 1, min(bottom + 1, height)):
            lines.setdefault(line, top)
    return found
