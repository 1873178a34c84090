"""What a person says about the columns of a list: from the form into a plan, and what a plan still lacks. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from formserver.equipment.columns import BY_KEY, COLUMNS
from formserver.equipment.lists_errors import LIST_COLUMNS
from formserver.equipment.reading.model import Heading, OpenedList, ReadPlan, SheetPlan
from formserver.equipment.reading.reader import headed_at

_MOST_HEADLESS: Final = 5
"""Sheets without a head that are named one by one."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A required column nobody has named in a sheet. ``fatal`` when nothing can be recognised without it."""

    sheet: str
    title: str
    fatal: bool
    message: str


def missing_of(plan: ReadPlan) -> tuple[Missing, ...]:
    """The required columns each sheet lacks, and a list without any sheet to read."""
    read = [sheet for sheet in plan.sheets if not sheet.skip]
    if not read:
        headless = [sheet.title for sheet in plan.sheets if not sheet.head_row and sheet.rows]
        unfound = [
            Missing(title, "", True, f"工作表“{title}”没有找到表头：请指定表头所在的行。")
            for title in headless[:_MOST_HEADLESS]
        ]
        return tuple(unfound) or (Missing("", "", True, "没有选择要读取的工作表，请至少保留一张。"),)
    found: list[Missing] = []
    for sheet in read:
        keys = {heading.key for heading in sheet.headings if heading.key}
        lacking = [one.key for one in COLUMNS if one.required and one.key not in keys]
        found.extend(_missing(sheet.title, key, keys) for key in lacking)
    return tuple(found)


def is_certain(plan: ReadPlan) -> bool:
    """Whether a list can be checked without asking: every required column is certain, and nothing was guessed."""
    read = [sheet for sheet in plan.sheets if not sheet.skip]
    required = {column.key for column in COLUMNS if column.required}
    return bool(read) and all(
        required <= {heading.key for heading in sheet.headings if heading.sure == "certain"}
        and not any(heading.key and heading.sure != "certain" for heading in sheet.headings)
        for sheet in read
    )


def twice_of(plan: ReadPlan) -> tuple[str, ...]:
    """Sentences about columns that were given the same meaning within one sheet."""
    found = []
    for sheet in plan.sheets:
        places: dict[str, list[str]] = {}
        for heading in sheet.headings:
            if heading.key and not sheet.skip:
                places.setdefault(heading.key, []).append(heading.title or f"第{heading.place + 1}列")
        for key, titles in places.items():
            if len(titles) > 1:
                named = "”和“".join(titles[:4])
                found.append(f"工作表“{sheet.title}”中“{named}”都选成了“{BY_KEY[key].title}”，只能选一列。")
    return tuple(found)


def typed_heads(plan: ReadPlan, form: Mapping[str, str]) -> dict[int, int]:
    """Head rows a person typed that differ from the plan's, by place of the sheet; 0: the sheet has no head."""
    heads = {}
    for place, sheet in enumerate(plan.sheets):
        row = _row_number(form.get(f"head-{place}", ""))
        if row is not None and row != sheet.head_row:
            heads[place] = row
    return heads


def fresh_heads(plan: ReadPlan, form: Mapping[str, str]) -> frozenset[int]:
    """Sheets (by place) whose head was just given another row: what was chosen belongs to the columns shown before."""
    return frozenset(place for place in range(len(plan.sheets)) if _is_moved(place, form))


def typed_plan(plan: ReadPlan, form: Mapping[str, str], fresh: Container[int] = ()) -> ReadPlan:
    """The plan with what a person chose; what does not stand in the form, and ``fresh`` sheets, stay as they are."""
    sheets = []
    for place, sheet in enumerate(plan.sheets):
        headings = tuple(
            heading if place in fresh else _typed_heading(heading, form.get(f"key-{place}-{heading.place}"))
            for heading in sheet.headings
        )
        sheets.append(replace(sheet, skip=_is_skipped(place, sheet, form), headings=headings))
    return replace(plan, sheets=tuple(sheets))


def changed(before: ReadPlan, after: ReadPlan) -> bool:
    """Whether a person changed anything that matters to reading."""
    return _essence(before.sheets) != _essence(after.sheets)


def replanned(opened: OpenedList, plan: ReadPlan, heads: Mapping[int, int]) -> ReadPlan:
    """The plan with these rows as heads, by place of the sheet; ``opened`` may hold the first rows only.

    Raises LIST_COLUMNS where a sheet has no such row among them.
    """
    for place, row in heads.items():
        sheet, before = opened.sheets[place], plan.sheets[place]
        above = sheet.first_row - 1
        if row > above + len(sheet.grid) or 0 < row <= above:
            last = above + len(sheet.grid)
            raise LIST_COLUMNS(
                what=f"工作表“{sheet.title}”的表头要在第 {above + 1} 至 {last} 行之间，没有表头填 0。"
            )
        end = max(before.head_row, above) + before.rows
        made = headed_at(opened, plan, place, row)
        found = replace(made.sheets[place], rows=max(0, end - max(row, above)), skip=False, why="")
        plan = replace(made, sheets=(*made.sheets[:place], found, *made.sheets[place + 1 :]))
    return plan


def _essence(sheets: Sequence[SheetPlan]) -> list[tuple[bool, int, tuple[str, ...]]]:
    return [(one.skip, one.head_row, tuple(heading.key for heading in one.headings)) for one in sheets]


def _is_skipped(place: int, sheet: SheetPlan, form: Mapping[str, str]) -> bool:
    """A form that shows the sheet has ``shown``; its box ``read`` is missing when it is not ticked. Who moves the head of a
    sheet wants it read."""
    if _is_moved(place, form):
        return False
    return form.get(f"read-{place}") != "1" if f"shown-{place}" in form else sheet.skip


def _is_moved(place: int, form: Mapping[str, str]) -> bool:
    row = _row_number(form.get(f"head-{place}", ""))
    return row is not None and row != _row_number(form.get(f"shown-{place}", ""))


def _row_number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 6 else None


def _typed_heading(heading: Heading, typed: str | None) -> Heading:
    if typed is None or typed == heading.key or (typed and typed not in BY_KEY):
        return heading
    return replace(heading, key=typed, sure="chosen")


def _missing(sheet: str, key: str, keys: set[str]) -> Missing:
    column = BY_KEY[key]
    fatal = key == "model" or (key == "name" and "model" not in keys)
    says = {
        "model": f"工作表“{sheet}”缺少“设备型号”：没有设备型号就不能识别，请选出型号所在的列。",
        "name": f"工作表“{sheet}”缺少“设备名称”：没有设备名称时只能从型号推断类别，许多行会成为待确认。",
        "quantity": f"工作表“{sheet}”缺少“数量”：没有数量列时每行按 1 台计。",
        "status": f"工作表“{sheet}”缺少“使用状态”：没有使用状态列时不知道设备是否在用。",
    }
    return Missing(sheet, column.title, fatal, says[key])
