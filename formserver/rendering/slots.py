"""Where the signatures and seals of a printed paper belong: found on its PDF by the words of the template beside them.

The template's words are searched by position, not in the order of the file: LibreOffice writes a line font by font.
Blanks do not count, so that a label spread over its cell (收　件　人) is found. Tables are read from their rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.definitions.conditions import evaluate
from formserver.core.definitions.document_type import DocumentType, Slot
from formserver.core.places import get as value_at
from formserver.rendering.page_images import PageLayout, page_layouts
from formserver.rendering.page_table import (
    Box,
    Line,
    cell_around,
    cells_with_text,
    columns_at,
    free_band,
    lines_of,
)

SEAL_POINTS: Final = 42 / 25.4 * 72
"""The usual diameter of an agency's seal."""
_LONGEST: Final = 220.0  # points a signature reaches to the right of its label where no cell bounds it
_MARGIN: Final = 50.0
_LEAST: Final = 8.0


@dataclass(frozen=True, slots=True)
class SlotSpec:
    """A slot to look for: ``anchors`` are plain words, ``area`` is ``after``, ``right``, ``below`` or ``over``."""

    key: str
    label: str
    kind: str
    anchors: tuple[str, ...]
    area: str = "after"


@dataclass(frozen=True, slots=True)
class SlotArea:
    """One place of a slot on one page. Points, origin at the lower left corner.

    The box is the free room for a signature; ``cell`` the whole table cell around it (equal to the box where there
    is none), where ink counts as well.
    """

    key: str
    label: str
    kind: str
    page: int
    x0: float
    y0: float
    x1: float
    y1: float
    cell: Box


def slot_specs(dt: DocumentType, body: Mapping[str, Any], ctx: Mapping[str, str]) -> tuple[SlotSpec, ...]:
    """The slots that this body's paper has and that name their words; hidden ones are left out."""
    return tuple(
        SlotSpec(slot.key, slot.label, slot.kind, tuple(_words(slot, body)), slot.area)
        for slot in dt.slots
        if slot.anchors
        if slot.show_when is None or evaluate(slot.show_when, body=body, ctx=ctx)
    )


def find_slots(pdf: bytes, slots: Sequence[SlotSpec]) -> tuple[SlotArea, ...]:
    """Every place of every slot, by page. A slot whose words are not on the paper has none. Raises PDF_NOT_OPENED."""
    found: list[SlotArea] = []
    for number, layout in enumerate(page_layouts(pdf), 1):
        lines = lines_of(layout)
        for slot in slots:
            for box, cell in _places(slot, layout, lines):
                found.append(SlotArea(slot.key, slot.label, slot.kind, number, *box, cell=cell))
    return tuple(found)


def _words(slot: Slot, body: Mapping[str, Any]) -> Iterator[str]:
    for anchor in slot.anchors:
        text = str(value_at(body, anchor) or "") if anchor.startswith("/") else anchor
        if text := "".join(text.split()):
            yield text


def _places(slot: SlotSpec, layout: PageLayout, lines: Sequence[Line]) -> Iterator[tuple[Box, Box]]:
    if slot.area in ("right", "below"):
        cells = cells_with_text(layout, slot.anchors)
        for label in cells:
            yield from _beside(label, layout) if slot.area == "right" else _under(label, layout)
        return
    for anchor in slot.anchors:
        for index, line in enumerate(lines):
            for box in line.find(anchor):
                place = _over(box, lines[index + 1 :]) if slot.area == "over" else _after(box, line, layout)
                if place is not None:
                    yield place


def _beside(label: Box, layout: PageLayout) -> Iterator[tuple[Box, Box]]:
    cell = cell_around(layout, label[2] + 4, (label[1] + label[3]) / 2)
    if cell is not None:
        yield free_band(layout, cell), cell


def _under(head: Box, layout: PageLayout) -> Iterator[tuple[Box, Box]]:
    """The cells of the column below its head, as long as the rows have the same columns as the head."""
    columns = columns_at(layout, (head[1] + head[3]) / 2)
    cell: Box | None = head
    while cell is not None:
        cell = cell_around(layout, (head[0] + head[2]) / 2, cell[1] - 4)
        if cell is None or columns_at(layout, (cell[1] + cell[3]) / 2) != columns:
            return
        if cell[3] - cell[1] < _LEAST:
            return
        yield free_band(layout, cell), cell


def _after(anchor: Box, line: Line, layout: PageLayout) -> tuple[Box, Box] | None:
    """Right of the words: to the end of their cell, to the next words of the line, or as far as a name reaches."""
    height = anchor[3] - anchor[1]
    cell = cell_around(layout, (anchor[0] + anchor[2]) / 2, (anchor[1] + anchor[3]) / 2)
    if cell is not None:
        low, high = cell[1], cell[3]
        right = cell[2]
    else:
        low, high = anchor[1] - height, anchor[3] + height
        nexts = [c[1] for c in line.chars if c[1] >= anchor[2] - 1]
        right = min([*nexts, anchor[2] + _LONGEST, layout.width - _MARGIN])
    for _, x0, bottom, x1, top in layout.chars:
        if x1 <= anchor[2] or x0 >= right:
            continue
        if top <= anchor[1] + height / 2:
            low = max(low, top)
        elif bottom >= anchor[3] - height / 2:
            high = min(high, bottom)
    box = (anchor[2], low, right, high)
    return (box, cell or box) if right - anchor[2] > _LEAST and high - low > _LEAST else None


def _over(organ: Box, below: Sequence[Line]) -> tuple[Box, Box] | None:
    """A seal stands over the signing organ and the date under it; the same name elsewhere is no signature."""
    for line in below:
        first = line.chars[0]
        if organ[1] - first[4] > 45:
            return None
        if all(word in line.text for word in "年月日") and len(line.text) < 20:
            x, y = (organ[0] + organ[2]) / 2, (organ[1] + first[4]) / 2
            half = SEAL_POINTS / 2
            box = (x - half, y - half, x + half, y + half)
            return box, box
    return None
