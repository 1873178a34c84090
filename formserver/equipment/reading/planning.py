"""How the sheets of a list are to be read: where the head stands, what each column means, what is left out and why."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from formserver.equipment.reading.headings import NONE, Meaning, meaning_of, plain_heading
from formserver.equipment.reading.limits import MOST_COLUMNS
from formserver.equipment.reading.model import Heading, OpenedList, OpenedSheet, ReadPlan, SheetPlan
from formserver.equipment.reading.passing import is_sum
from formserver.rendering.sheet_reading import cell_text, letters

_SEARCHED: Final = 40
"""Lines from the top in which a head is looked for."""
_EXAMPLES: Final = 4
_MOST_MERGED: Final = 1_000
_LOOKED_AT: Final = 60
_LONGEST_TITLE: Final = 60
_WEIGHT: Final = {"model": 3.0, "name": 3.0}
GUIDE_SHEET: Final = "填写说明"
"""The sheet of the template that explains and shows examples."""


def propose(opened: OpenedList, remembered: ReadPlan | None = None) -> ReadPlan:
    """See :func:`formserver.equipment.reading.reader.read_list`."""
    known = {_layout(sheet): sheet for sheet in remembered.sheets if sheet.headings} if remembered else {}
    sheets = []
    for sheet in opened.sheets:
        plan = _sheet_plan(sheet)
        before = known.get(_layout(plan))
        sheets.append(_as_before(plan, before) if before and plan.headings else plan)
    remarks = (*opened.remarks, *(remark for sheet in opened.sheets for remark in sheet.remarks))
    return ReadPlan(tuple(sheets), _signature(sheets), remarks)


def headed_at(opened: OpenedList, plan: ReadPlan, place: int, head_row: int) -> ReadPlan:
    """The plan with row ``head_row`` (from 1; 0: no head, data from the first line) as head of sheet ``place``; read anew,
    whatever stands there."""
    sheet = opened.sheets[place]
    lines = _texts(sheet)
    at = head_row - sheet.first_row
    titles = list(lines[at]) if 0 <= at < len(lines) else []
    made = _planned(sheet, lines, at if head_row else -1, titles)
    sheets = [*plan.sheets[:place], made, *plan.sheets[place + 1 :]]
    return replace(plan, sheets=tuple(sheets), signature=_signature(sheets))


def _sheet_plan(sheet: OpenedSheet) -> SheetPlan:
    rows = len(sheet.grid)
    lines = _texts(sheet)
    if not rows or not any(any(line) for line in lines):
        return SheetPlan(sheet.title, 0, (), 0, True, "空表，没有内容。")
    merged = _head_merges(sheet)
    best, at, titles = 0.0, -1, []
    for place in range(min(_SEARCHED, len(lines))):
        for candidate in _candidates(merged, lines, place):
            score = _score(candidate)
            if score > best + 0.5:
                best, titles = score, candidate
                at = place + (candidate is not lines[place])
    if at < 0:
        why = "前 40 行中没有找到含设备名称或型号的表头，没有读取；若是设备清单，请指定表头所在的行。"
        return SheetPlan(sheet.title, 0, _headings(lines, -1, []), rows, True, why)
    plan = _planned(sheet, lines, at, titles)
    if plain_heading(sheet.title) == GUIDE_SHEET:
        return replace(plan, skip=True, why="模板的填写说明和示例，没有读取。")
    return plan


def _planned(sheet: OpenedSheet, lines: Sequence[list[str]], at: int, titles: list[str]) -> SheetPlan:
    return SheetPlan(
        sheet.title,
        sheet.first_row + at if at >= 0 else 0,
        _headings(lines, at, titles),
        len(sheet.grid) - at - 1,
    )


def _texts(sheet: OpenedSheet) -> list[list[str]]:
    lines = [[cell_text(cell) for cell in line] for line in sheet.grid[: _SEARCHED + _LOOKED_AT]]
    for top, left, bottom, right in sheet.merged:
        if (
            bottom == top and top < min(_SEARCHED, len(lines)) and right - left < 100
        ):  # a title over several columns
            line = lines[top]
            for place in range(left + 1, min(right + 1, len(line))):
                line[place] = line[place] or line[left]
    return lines


def _head_merges(sheet: OpenedSheet) -> list[tuple[int, int, int, int]]:
    """The merged ranges heads can have; a hostile file may have a million."""
    return list(
        islice((one for one in sheet.merged if one[0] <= _SEARCHED and one[3] < MOST_COLUMNS), _MOST_MERGED)
    )


def _candidates(
    merged: Sequence[tuple[int, int, int, int]], lines: Sequence[list[str]], place: int
) -> list[list[str]]:
    """The line as a head, and with the line beneath it where the head has two."""
    upper = lines[place]
    if place + 1 >= len(lines):
        return [upper]
    lower = lines[place + 1]
    spanned = {
        column
        for top, left, bottom, right in merged
        if top <= place < bottom
        for column in range(left, right + 1)
    }
    under = [text for column, text in enumerate(lower) if text and column not in spanned]
    if not under or any(len(text) > 20 or text.replace(".", "").isdigit() for text in under):
        return [upper]
    both = []
    for column in range(max(len(upper), len(lower))):
        above = upper[column] if column < len(upper) else ""
        below = "" if column in spanned else (lower[column] if column < len(lower) else "")
        both.append(_joined(above, below))
    return [upper, both]


def _joined(above: str, below: str) -> str:
    if not below or above == below:
        return above
    if not above or (meaning_of(below).key and not meaning_of(above + below).key):
        return below
    alone, together = meaning_of(below), meaning_of(above + below)
    if alone.key and alone.rank <= together.rank:
        return below
    return above + below if together.key else f"{above}{below}"


def _score(titles: Sequence[str]) -> float:
    found: dict[str, float] = {}
    for title in titles:
        meaning = meaning_of(title) if title and len(title) <= _LONGEST_TITLE else None
        if meaning and meaning.key:
            worth = (2.0 if meaning.sure == "certain" else 1.0) * _WEIGHT.get(meaning.key, 1.0)
            found[meaning.key] = max(found.get(meaning.key, 0.0), worth)
    if "model" not in found and "name" not in found:
        return 0.0
    if len(found) < 2 and found.get("model", 0.0) < 6.0:
        return 0.0
    return sum(found.values())


def _headings(lines: Sequence[list[str]], at: int, titles: Sequence[str]) -> tuple[Heading, ...]:
    width = max((len(line) for line in lines), default=0)
    examples: list[list[str]] = [[] for _ in range(width)]
    for line in lines[at + 1 : at + 1 + _LOOKED_AT]:
        if any(is_sum(text) for text in [text for text in line if text][:2]):
            continue
        for place, text in enumerate(line):
            if text and len(examples[place]) < _EXAMPLES and text not in examples[place]:
                examples[place].append(text[:40])
    texts = [titles[place][:_LONGEST_TITLE] if place < len(titles) else "" for place in range(width)]
    meanings = [meaning_of(text) if text else Meaning("", NONE) for text in texts]
    chosen: dict[str, int] = {}
    for place, meaning in enumerate(meanings):
        if meaning.key and (meaning.key not in chosen or meaning.rank < meanings[chosen[meaning.key]].rank):
            chosen[meaning.key] = place
    return tuple(
        Heading(
            place,
            texts[place],
            tuple(examples[place]),
            meaning.key if chosen.get(meaning.key) == place else "",
            meaning.sure if chosen.get(meaning.key) == place else NONE,
        )
        for place, meaning in enumerate(meanings)
        if texts[place] or examples[place]
    )


def _as_before(plan: SheetPlan, before: SheetPlan) -> SheetPlan:
    keys = {heading.place: heading.key for heading in before.headings}
    headings = tuple(
        heading
        if keys.get(heading.place, heading.key) == heading.key
        else replace(heading, key=keys[heading.place], sure="certain" if keys[heading.place] else NONE)
        for heading in plan.headings
    )
    why = before.why or "按上次的选择没有读取。" if before.skip else ""
    return replace(plan, headings=headings, skip=before.skip, why=why)


def _layout(sheet: SheetPlan) -> tuple[tuple[int, str], ...]:
    return tuple((heading.place, plain_heading(heading.title)) for heading in sheet.headings if heading.title)


def _signature(sheets: Sequence[SheetPlan]) -> str:
    layouts: Sequence[Any] = sorted({_layout(sheet) for sheet in sheets if sheet.headings})
    return hashlib.sha256(json.dumps(layouts, ensure_ascii=False).encode()).hexdigest()[:32]


def column_name(heading: Heading) -> str:
    """What a person calls the column: its heading, else its letter."""
    return heading.title or f"{letters(heading.place)}列"


def keys_of(sheet: SheetPlan) -> Mapping[str, int]:
    """Column key → place."""
    return {heading.key: heading.place for heading in sheet.headings if heading.key}
