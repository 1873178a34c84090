"""Puts a small QR code on every page of a printed paper: which document, which version, which page.

The code is drawn as black rectangles (DeviceGray, an artifact of the tagged PDF), so the text of the paper stays as it
is and PDF/A needs nothing new. It stands in a corner of the page margin where nothing is printed, in the same corner
on all pages where that is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import segno
from pypdf import PdfWriter

from formserver.core.rendering_port import PageCode, StampedPdf
from formserver.rendering.fonts import FontPolicy, font_policy
from formserver.rendering.page_images import PageLayout, page_layouts
from formserver.rendering.page_table import lines_of
from formserver.rendering.pdf_font import embed
from formserver.rendering.stamp import covering_face, draw_on, use_font, writable, written

SIDE: Final = 12 / 25.4 * 72
"""Points: the code without its quiet zone. 33 modules then measure 0.36 mm each, three pixels of a 200 dpi scan."""
LEAST_MODULE: Final = 0.33 / 25.4 * 72
EDGE: Final = 5 / 25.4 * 72
"""Points to the edge of the sheet: what office printers cannot reach is less."""
QUIET: Final = 4.0
"""Points of white around the code, the width of some four modules."""
_TEXT_SIZE: Final = 6.0
_FACE: Final = "宋体"
STAMP_NAME: Final = "page-codes/1"


class PageCodeStamper:
    """Implements :class:`formserver.core.rendering_port.PageStamper`."""

    def __init__(self, policy: FontPolicy | None = None) -> None:
        self._policy = policy

    def stamp(self, pdf: bytes, *, check_url: str, check_code: str, version: int) -> StampedPdf:
        """Every page with its code; with page number and check code in small print where the page lacks them.

        Raises PDF_SIGNED for a PDF that must not be written to.
        """
        writer = PdfWriter(clone_from=writable(pdf, "PDF"))
        layouts = page_layouts(pdf)
        total = len(layouts)
        symbols = [_modules(page_address(check_url, version, no)) for no in range(1, total + 1)]
        sides = [max(SIDE, LEAST_MODULE * len(symbol)) for symbol in symbols]
        corners = _corners(layouts, max(sides))
        texts = [
            "" if _says(layout, check_code) else f"第{no}页/共{total}页 校验码{check_code}"
            for no, layout in enumerate(layouts, 1)
        ]
        words = "".join(texts)
        font = None
        if words:
            font = embed(writer, covering_face(words, _FACE, self._policy or font_policy()), words)
        codes = []
        for no, (page, symbol, side, (x, y)) in enumerate(
            zip(writer.pages, symbols, sides, corners, strict=True), 1
        ):
            drawing = _drawing(symbol, x, y, side)
            if font is not None and (text := texts[no - 1]):
                name, left = use_font(page, font), max(EDGE, x + side - font.width(text, _TEXT_SIZE))
                place = f"{left:.2f} {y - _TEXT_SIZE:.2f} Td"
                drawing += f"BT {name} {_TEXT_SIZE:g} Tf {place} {font.hex(text)} Tj ET\n"
            draw_on(writer, page, drawing)
            codes.append(PageCode(no, round(x, 2), round(y, 2), round(side, 2)))
        return StampedPdf(written(writer), STAMP_NAME, tuple(codes))


def page_address(check_url: str, version: int, page: int) -> str:
    """What the code of one page says: the check address, and behind it the version and the page."""
    return f"{check_url}?v={version}&p={page}"


def _modules(text: str) -> list[bytearray]:
    return [bytearray(row) for row in segno.make(text, error="m", micro=False).matrix]


def _drawing(symbol: Sequence[bytearray], x: float, y: float, side: float) -> str:
    """The modules as runs of rectangles, the first row at the top, on a white ground."""
    module = side / len(symbol)
    parts = [f"1 g {x - QUIET:.2f} {y - QUIET:.2f} {side + 2 * QUIET:.2f} {side + 2 * QUIET:.2f} re f\n0 g\n"]
    for index, row in enumerate(symbol):
        bottom = y + side - (index + 1) * module
        for start, length in _runs(row):
            parts.append(f"{x + start * module:.3f} {bottom:.3f} {length * module:.3f} {module:.3f} re\n")
    return "".join(parts) + "f\n"


def _runs(row: bytearray) -> Iterator[tuple[int, int]]:
    start = 0
    for index in range(1, len(row) + 1):
        if index == len(row) or row[index] != row[start]:
            if row[start]:
                yield start, index - start
            start = index


def _corners(layouts: Sequence[PageLayout], side: float) -> list[tuple[float, float]]:
    """Where the code goes on each page: the first corner free on all pages, else free on that page, else the first."""
    choices = [_choices(layout, side) for layout in layouts]
    free = [
        [_is_free(layout, at, side) for at in choice] for layout, choice in zip(layouts, choices, strict=True)
    ]
    for index in range(len(choices[0]) if choices else 0):
        if all(page[index] for page in free):
            return [choice[index] for choice in choices]
    return [
        choice[page.index(True) if True in page else 0] for choice, page in zip(choices, free, strict=True)
    ]


def _choices(layout: PageLayout, side: float) -> list[tuple[float, float]]:
    right, top = layout.width - EDGE - side, layout.height - EDGE - side
    above = EDGE + _TEXT_SIZE + 2
    return [(right, above), (right, top), (EDGE, top), (EDGE, above)]


def _is_free(layout: PageLayout, at: tuple[float, float], side: float) -> bool:
    x0, y0, x1, y1 = at[0] - QUIET, at[1] - QUIET, at[0] + side + QUIET, at[1] + side + QUIET
    boxes = [*((c[1], c[2], c[3], c[4]) for c in layout.chars), *layout.rules, *layout.pictures]
    return not any(b[0] < x1 and b[2] > x0 and b[1] < y1 and b[3] > y0 for b in boxes)


def _says(layout: PageLayout, check_code: str) -> bool:
    """Whether the page prints its check code (and by custom beside it the number of the page)."""
    return any(check_code in line.text for line in lines_of(layout))
