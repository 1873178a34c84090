"""Buttons of rows that calculations bring along: calculate, calculate anew, take a filled row over, give it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.computing import CALCULATED, DETACHED
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.ids import new_row_key
from formserver.web.forms.rowwork import BAD_ROW_ACTION, RowResult

_MOST: Final = 1_000_000


def calculate(body: Mapping[str, Any], pointer: str) -> RowResult:
    """Nothing of its own: keeping what was typed calculates (the button of pages without a script)."""
    made = clone(dict(body))
    _row(made, pointer)
    return RowResult(made, pointer)


def recalculate(body: Mapping[str, Any], pointer: str) -> RowResult:
    """Ask the question of a row once more: a new question has no stored answer. Raises BAD_ROW_ACTION."""
    made = clone(dict(body))
    row = _row(made, pointer)
    again = row.get("again")
    row["again"] = (again + 1) % _MOST if isinstance(again, int) and not isinstance(again, bool) else 1
    return RowResult(made, pointer)


def list_carriers(body: Mapping[str, Any], pointer: str, carriers: tuple[tuple[str, str], ...]) -> RowResult:
    """Add a line for every carrier (title, usual unit) that a row's energy table does not name yet.

    Raises BAD_ROW_ACTION.
    """
    made = clone(dict(body))
    row = _row(made, pointer)
    lines = row.get("energy")
    lines = lines if isinstance(lines, list) else []
    named = {line.get("carrier") for line in lines if isinstance(line, dict)}
    lines += [
        {ROW_KEY: new_row_key(), "carrier": name, "direction": "投入", "unit": unit}
        for name, unit in carriers
        if name not in named
    ]
    if lines:
        row["energy"] = lines
    return RowResult(made, pointer)


def detach(body: Mapping[str, Any], pointer: str) -> RowResult:
    """A filled row becomes a person's own. Raises BAD_ROW_ACTION."""
    return _moved(body, pointer, CALCULATED, DETACHED)


def attach(body: Mapping[str, Any], pointer: str) -> RowResult:
    """A row that was taken over follows its calculation again. Raises BAD_ROW_ACTION."""
    return _moved(body, pointer, DETACHED, CALCULATED)


def _moved(body: Mapping[str, Any], pointer: str, taken: str, given: str) -> RowResult:
    made = clone(dict(body))
    row = _row(made, pointer)
    place = row.pop(taken, "")
    if not place:
        raise BAD_ROW_ACTION()
    row[given] = place
    return RowResult(made, pointer)


def _row(body: Any, pointer: str) -> dict[str, Any]:
    row = places.get(body, pointer) if "/@" in pointer else None
    if not isinstance(row, dict):
        raise BAD_ROW_ACTION()
    return row
