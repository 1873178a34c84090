"""Lays a scanned page over the page that was printed, to look for ink where signatures belong.

Codes that stand on both give a similarity; what a phone's perspective and creased paper add is followed from the
codes across the page by matching printed text band by band, and once more around every place looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from formserver.rendering.scan_codes import FoundCode

PER_MM: Final = 4
"""Pixels per millimetre of both pages: fine enough for a pen's stroke."""
PER_POINT: Final = PER_MM * 25.4 / 72
_BAND: Final = 24  # millimetres
_COARSE: Final = 2  # the bands are matched at half the size
_DARKER: Final = 26  # grey levels by which ink is darker than the paper around it
_LEAST_PRINT: Final = 60  # coarse pixels of print that a band needs to be matched

Shift = tuple[int, int]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Aligned:
    """Ink of the printed and of the scanned page in the same frame (masks), and how far bands are off."""

    printed: Image.Image
    scanned: Image.Image
    shifts: dict[tuple[int, int], Shift]

    def shift_at(self, x: float, y: float) -> Shift:
        """Where print expected at a place of the frame is found on the scan, by the nearest band."""
        band, side = int(y / PER_MM / _BAND), int(x * 2 >= self.printed.width)
        near = min(self.shifts, key=lambda key: (abs(key[0] - band), key[1] != side), default=None)
        return self.shifts[near] if near is not None else (0, 0)


def align(
    printed: Image.Image,
    scan: Image.Image,
    printed_codes: Sequence[FoundCode],
    scan_codes: Sequence[FoundCode],
) -> Aligned | None:
    """``printed`` is the page at :data:`PER_POINT`; corners of its codes are in its pixels. None: no common code."""
    pairs = [
        (at, seen)
        for mine in printed_codes
        for theirs in scan_codes
        if mine.text == theirs.text
        for at, seen in zip(mine.corners, theirs.corners, strict=True)
    ]
    if len(pairs) < 4:
        return None
    turn, move = _similarity(pairs)
    grey = scan.convert("L")
    if (
        abs(turn) >= 2
    ):  # several pixels of the scan to one of the frame: average them, or thin strokes break up
        fine = int(abs(turn))
        grey, turn, move = grey.reduce(fine), turn / fine, move / fine
    laid = grey.transform(
        printed.size,
        Image.Transform.AFFINE,
        (turn.real, -turn.imag, move.real, turn.imag, turn.real, move.imag),
        resample=Image.Resampling.BILINEAR,
        fillcolor=255,
    )
    mine, theirs = ink_mask(printed.convert("L")), ink_mask(laid)
    start = sum(at.imag for at, _ in pairs) / len(pairs)
    return Aligned(mine, theirs, _followed(mine, theirs, start))


def ink_mask(grey: Image.Image) -> Image.Image:
    """White where a pixel is clearly darker than the paper around it, whatever the light."""
    paper = grey.filter(ImageFilter.BoxBlur(5 * PER_MM))
    return ImageChops.subtract(paper, grey).point([0] * _DARKER + [255] * (256 - _DARKER))


def best_shift(
    printed: Image.Image, scanned: Image.Image, box: Box, start: Shift, reach: int, step: int
) -> tuple[Shift, float]:
    """The shift near ``start`` at which the print inside ``box`` is found again, and which part of it (0 to 1)."""
    pattern = printed.crop(box)
    total = ImageStat.Stat(pattern).sum[0] or 1.0
    best, score = start, -1.0
    for dy in range(start[1] - reach, start[1] + reach + 1, step):
        for dx in range(start[0] - reach, start[0] + reach + 1, step):
            seen = scanned.crop((box[0] + dx, box[1] + dy, box[2] + dx, box[3] + dy))
            common = ImageStat.Stat(ImageChops.darker(pattern, seen)).sum[0]
            if common > score:
                best, score = (dx, dy), common
    return best, score / total


def _similarity(pairs: Sequence[tuple[complex, complex]]) -> tuple[complex, complex]:
    """Least squares of ``seen = turn * at + move``."""
    count = len(pairs)
    middle_at = sum(at for at, _ in pairs) / count
    middle_seen = sum(seen for _, seen in pairs) / count
    above = sum((seen - middle_seen) * (at - middle_at).conjugate() for at, seen in pairs)
    below = sum(abs(at - middle_at) ** 2 for at, _ in pairs)
    turn = above / below
    return turn, middle_seen - turn * middle_at


def _followed(printed: Image.Image, scanned: Image.Image, start_y: float) -> dict[tuple[int, int], Shift]:
    """The shift of every band with enough print, left and right, going away from the codes in both directions."""
    size = (printed.width // _COARSE, printed.height // _COARSE)
    mine, theirs = printed.resize(size, Image.Resampling.BOX), scanned.resize(size, Image.Resampling.BOX)
    theirs = theirs.filter(ImageFilter.MaxFilter(3))
    height = _BAND * PER_MM // _COARSE
    bands = range((size[1] + height - 1) // height)
    first = min(max(int(start_y / _COARSE / height), 0), len(bands) - 1)
    shifts: dict[tuple[int, int], Shift] = {}
    for side in (0, 1):
        for way in (range(first, -1, -1), range(first, len(bands))):
            last: Shift = (0, 0)
            for band in way:
                left = side * size[0] // 2
                box = (left, band * height, left + size[0] // 2, min((band + 1) * height, size[1]))
                if ImageStat.Stat(mine.crop(box)).sum[0] / 255 < _LEAST_PRINT:
                    continue
                found, part = best_shift(mine, theirs, box, last, 7, 1)
                if part > 0.4:
                    last = found
                    shifts[(band, side)] = (found[0] * _COARSE, found[1] * _COARSE)
    return shifts
