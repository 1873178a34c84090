"""Lines of text and table cells of a printed page, from where its characters and rules stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from formserver.rendering.page_images import PageLayout

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in points, origin at the lower left."""
Char = tuple[str, float, float, float, float]
_APART: Final = 0.6  # of the line's height: more room than this parts words of one line
_SLACK: Final = 2.0  # points by which rules may miss each other


@dataclass(frozen=True, slots=True)
class Line:
    """Characters on one height, from left to right."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        """The characters without blanks."""
        return "".join(c[0] for c in self.chars)

    def find(self, words: str) -> Iterator[Box]:
        """The boxes where ``words`` stand on their own: ``询问人`` is not found in ``被询问人``."""
        start = self.text.find(words)
        while start >= 0:
            part = self.chars[start : start + len(words)]
            height = part[0][4] - part[0][2]
            if start == 0 or part[0][1] - self.chars[start - 1][3] > _APART * height:
                yield (part[0][1], min(c[2] for c in part), part[-1][3], max(c[4] for c in part))
            start = self.text.find(words, start + 1)


def lines_of(layout: PageLayout) -> list[Line]:
    """The lines of a page from top to bottom."""
    lines: list[list[Char]] = []
    for char in sorted(layout.chars, key=lambda c: (-(c[2] + c[4]), c[1])):
        middle, height = (char[2] + char[4]) / 2, char[4] - char[2]
        first = lines[-1][0] if lines else None
        if first is not None and abs((first[2] + first[4]) / 2 - middle) < 0.4 * max(
            height, first[4] - first[2]
        ):
            lines[-1].append(char)
        else:
            lines.append([char])
    return [Line(tuple(sorted(line, key=lambda c: c[1]))) for line in lines]


def cell_around(layout: PageLayout, x: float, y: float) -> Box | None:
    """The ruled cell around a point; None where a side is open."""
    left = right = low = high = None
    for x0, y0, x1, y1 in layout.rules:
        if y1 - y0 > x1 - x0:
            if y0 - _SLACK <= y <= y1 + _SLACK:
                at = (x0 + x1) / 2
                if at <= x and (left is None or at > left):
                    left = at
                elif at > x and (right is None or at < right):
                    right = at
        elif x0 - _SLACK <= x <= x1 + _SLACK:
            at = (y0 + y1) / 2
            if at <= y and (low is None or at > low):
                low = at
            elif at > y and (high is None or at < high):
                high = at
    if left is None or right is None or low is None or high is None:
        return None
    return (left, low, right, high)


def columns_at(layout: PageLayout, y: float) -> tuple[int, ...]:
    """Where vertical rules cross the height ``y``: what a row of a table looks like."""
    crossing = {
        round((r[0] + r[2]) / 6) for r in layout.rules if r[3] - r[1] > r[2] - r[0] and r[1] < y < r[3]
    }
    return tuple(sorted(crossing))


def cells_with_text(layout: PageLayout, wanted: Collection[str]) -> list[Box]:
    """The cells whose whole text, blanks apart, is one of ``wanted``; from top to bottom."""
    firsts = {text[0] for text in wanted if text}
    cells: dict[Box, str] = {}
    for char, x0, y0, x1, y1 in layout.chars:
        if char in firsts:
            cell = cell_around(layout, (x0 + x1) / 2, (y0 + y1) / 2)
            if cell is not None and cell not in cells:
                cells[cell] = "".join(line.text for line in lines_of(_inside(layout, cell)))
    return sorted((cell for cell, text in cells.items() if text in wanted), key=lambda c: (-c[3], c[0]))


def free_band(layout: PageLayout, cell: Box) -> Box:
    """The tallest part of ``cell`` over its whole width that has no printed text."""
    chars = _inside(layout, cell).chars
    taken = sorted(((c[2], c[4]) for c in chars), key=lambda span: span[0])
    best, low = (cell[1], cell[1]), cell[1]
    for bottom, top in [*taken, (cell[3], cell[3])]:
        if bottom - low > best[1] - best[0]:
            best = (low, bottom)
        low = max(low, top)
    return (cell[0], best[0], cell[2], best[1])


def _inside(layout: PageLayout, cell: Box) -> PageLayout:
    x0, y0, x1, y1 = cell
    kept = tuple(c for c in layout.chars if x0 < (c[1] + c[3]) / 2 < x1 and y0 < (c[2] + c[4]) / 2 < y1)
    return PageLayout(kept, (), (), layout.width, layout.height)
