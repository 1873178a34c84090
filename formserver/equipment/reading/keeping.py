"""Plans and rows as JSON: what is kept in the database, in the file of ``--map`` and given by the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.equipment.reading.model import ReadPlan, StatedRow


def plan_to_json(plan: ReadPlan) -> dict[str, Any]:
    """A plan as plain data. To change a mapping set ``key`` of a heading (``""``: keep the column as extra),
    ``head_row`` or ``skip`` of a sheet, and read it back."""
    raise NotImplementedError


def plan_from_json(data: Mapping[str, Any]) -> ReadPlan:
    """The inverse. Raises LIST_PLAN_UNFIT naming what is wrong: unknown keys, one key twice in a sheet, no such row."""
    raise NotImplementedError


def stated_to_json(row: StatedRow) -> dict[str, Any]:
    """Cells, values, extra and problems: what ``equipment_row.stated`` holds."""
    raise NotImplementedError


def stated_from_json(number: int, sheet: str, row: int, data: Mapping[str, Any]) -> StatedRow:
    """The inverse of :func:`stated_to_json`."""
    raise NotImplementedError
