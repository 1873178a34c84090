"""Plans and rows as JSON: what is kept in the database, in the file of ``--map`` and given by the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from formserver.equipment.columns import BY_KEY
from formserver.equipment.reading.limits import MOST_COLUMNS, MOST_LINES
from formserver.equipment.reading.model import (
    LIST_PLAN_UNFIT,
    CellProblem,
    Heading,
    Level,
    ReadPlan,
    SheetPlan,
    StatedRow,
)

_MOST_SHEETS: Final = 200


def plan_to_json(plan: ReadPlan) -> dict[str, Any]:
    """A plan as plain data. To change a mapping set ``key`` of a heading (``""``: keep the column as extra),
    ``head_row`` or ``skip`` of a sheet, and read it back."""
    data = asdict(plan)
    data["remarks"] = list(plan.remarks)
    data["sheets"] = [
        {
            **asdict(sheet),
            "headings": [{**asdict(one), "examples": list(one.examples)} for one in sheet.headings],
        }
        for sheet in plan.sheets
    ]
    return data


def plan_from_json(data: Mapping[str, Any]) -> ReadPlan:
    """The inverse. Raises LIST_PLAN_UNFIT naming what is wrong: unknown keys, one key twice in a sheet, no such row."""
    try:
        given = data["sheets"]
        if not isinstance(given, Sequence) or isinstance(given, str) or not 0 < len(given) <= _MOST_SHEETS:
            raise LIST_PLAN_UNFIT(reason="没有工作表")
        sheets = tuple(_sheet(one) for one in given)
        remarks = tuple(str(one) for one in data.get("remarks", ()))
        return ReadPlan(sheets, str(data.get("signature", "")), remarks)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LIST_PLAN_UNFIT(reason="内容不完整或格式不对") from error


def _sheet(data: Mapping[str, Any]) -> SheetPlan:
    title = str(data["title"])
    headings = tuple(_heading(title, one) for one in data["headings"])
    keys = [heading.key for heading in headings if heading.key]
    for key in keys:
        if keys.count(key) > 1:
            raise LIST_PLAN_UNFIT(reason=f"工作表“{title}”有两列都选为“{BY_KEY[key].title}”")
    places = [heading.place for heading in headings]
    head_row = int(data["head_row"])
    if len(set(places)) < len(places) or not 0 <= head_row <= 2 * MOST_LINES:
        raise LIST_PLAN_UNFIT(reason=f"工作表“{title}”的表头行或列的位置不对")
    return SheetPlan(
        title,
        head_row,
        headings,
        int(data.get("rows", 0)),
        bool(data.get("skip", False)),
        str(data.get("why", "")),
    )


def _heading(title: str, data: Mapping[str, Any]) -> Heading:
    key, place = str(data.get("key", "")), int(data["place"])
    if key and key not in BY_KEY:
        raise LIST_PLAN_UNFIT(reason=f"工作表“{title}”中没有“{key[:30]}”这样的列")
    if not 0 <= place < MOST_COLUMNS:
        raise LIST_PLAN_UNFIT(reason=f"工作表“{title}”的列的位置不对")
    examples = tuple(str(one) for one in data.get("examples", ()))
    return Heading(place, str(data.get("title", "")), examples, key, str(data.get("sure", "certain")))


def stated_to_json(row: StatedRow) -> dict[str, Any]:
    """Cells, values, extra and problems: what ``equipment_row.stated`` holds."""
    return {
        "cells": dict(row.cells),
        "values": dict(row.values),
        "extra": dict(row.extra),
        "problems": [
            {
                "level": one.level.value,
                "code": one.code,
                "address": one.address,
                "column": one.column,
                "value": one.value,
                "message": one.message,
            }
            for one in row.problems
        ],
    }


def stated_from_json(number: int, sheet: str, row: int, data: Mapping[str, Any]) -> StatedRow:
    """The inverse of :func:`stated_to_json`."""
    problems = tuple(
        CellProblem(
            Level(one["level"]), one["code"], one["address"], one["column"], one["value"], one["message"]
        )
        for one in data.get("problems", ())
    )
    return StatedRow(
        number, sheet, row, data.get("cells", {}), data.get("values", {}), data.get("extra", {}), problems
    )
