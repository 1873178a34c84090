"""What a person confirmed about the columns of one file, kept so that files laid out alike need no questions. Pure.

It is kept beside what was proposed: a head that was moved is moved again, by as many rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from formserver.equipment.columns import BY_KEY
from formserver.equipment.lists_layout import replanned
from formserver.equipment.reading.headings import plain_heading
from formserver.equipment.reading.model import OpenedList, ReadPlan, SheetPlan
from formserver.equipment.reading.reader import headed_at


def proposal(opened: OpenedList, plan: ReadPlan) -> ReadPlan:
    """The plan; where no sheet has a head anybody knows, the first sheet is shown with its first line as head, so that a
    person has columns to speak about."""
    if any(not sheet.skip for sheet in plan.sheets):
        return plan
    for place, (sheet, table) in enumerate(zip(plan.sheets, opened.sheets, strict=True)):
        if sheet.head_row or not sheet.rows:
            continue
        first = next((at for at, line in enumerate(table.grid) if any(str(cell).strip() for cell in line)), 0)
        made = headed_at(opened, plan, place, table.first_row + first)
        shown = replace(
            made.sheets[place], skip=False, why=sheet.why and "没有找到认识的表头，请核对表头所在的行。"
        )
        return replace(made, sheets=(*made.sheets[:place], shown, *made.sheets[place + 1 :]))
    return plan


def remembered(proposed: ReadPlan, confirmed: ReadPlan) -> dict[str, Any]:
    """What is kept: for each sheet its headings as proposed, how far the head was moved, and what was chosen."""
    return {
        "sheets": [
            {
                "titles": _titles(before),
                "moved": after.head_row - before.head_row,
                "skip": after.skip,
                "keys": {str(heading.place): heading.key for heading in after.headings},
            }
            for before, after in zip(proposed.sheets, confirmed.sheets, strict=True)
        ]
    }


def recalled(opened: OpenedList, proposed: ReadPlan, kept: Mapping[str, Any]) -> ReadPlan | None:
    """The plan as it was confirmed for a file laid out alike; None where a sheet is not.

    Raises LIST_COLUMNS where a head was moved to a row this file does not have.
    """
    known = {tuple(one["titles"]): one for one in kept.get("sheets", ())}
    found = [known.get(tuple(_titles(sheet))) for sheet in proposed.sheets]
    plan = proposed
    for place, one in enumerate(found):
        if one is None:
            return None
        if one["moved"] and not one["skip"]:
            plan = replanned(opened, plan, {place: proposed.sheets[place].head_row + one["moved"]})
    sheets = [_chosen(sheet, one) for sheet, one in zip(plan.sheets, found, strict=True) if one is not None]
    return replace(plan, sheets=tuple(sheets))


def _chosen(sheet: SheetPlan, one: Mapping[str, Any]) -> SheetPlan:
    headings = []
    for heading in sheet.headings:
        key = one["keys"].get(str(heading.place), heading.key)
        known = key if key in BY_KEY else ""
        headings.append(replace(heading, key=known, sure="certain" if known else "none"))
    why = "按上次的选择没有读取。" if one["skip"] else ""
    return replace(sheet, headings=tuple(headings), skip=bool(one["skip"]), why=why)


def _titles(sheet: SheetPlan) -> list[str]:
    return [plain_heading(heading.title) for heading in sheet.headings]
