"""Whether something was written or stamped where a signature belongs: what the scan has there and the print has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageStat

from formserver.rendering.page_images import page_picture
from formserver.rendering.scan_align import PER_MM, PER_POINT, Aligned, align, best_shift
from formserver.rendering.scan_codes import FoundCode, find_codes
from formserver.rendering.slots import SlotArea

_SURE: Final = 0.6
"""Part of the print around a place that must be found again before anything is said about the place."""
_AROUND: Final = 14 * PER_MM
_INSET: Final = 1.2 * PER_MM
_THICKER: Final = 9  # pixels: print is widened by a millimetre on each side before it is taken away


@dataclass(frozen=True, slots=True)
class SlotInk:
    """What one place of a slot looks like: square millimetres of ink, or None where it could not be compared."""

    key: str
    page: int
    ink: float | None


def look_for_ink(
    pdf: bytes, page: int, areas: Sequence[SlotArea], scan: Image.Image, codes: Sequence[FoundCode]
) -> tuple[SlotInk, ...]:
    """Compare the places of ``page`` of the printed ``pdf`` with an upright ``scan`` and the codes found on it."""
    wanted = [area for area in areas if area.page == page]
    if not wanted:
        return ()
    large = page_picture(pdf, page, scale=2 * PER_POINT)
    printed_codes = [
        FoundCode(code.text, tuple(corner / 2 for corner in code.corners))  # type: ignore[arg-type]
        for code in find_codes(large)
    ]
    printed = large.resize((large.width // 2, large.height // 2), Image.Resampling.BOX)
    aligned = align(printed, scan, printed_codes, codes)
    if aligned is None:
        return tuple(SlotInk(area.key, page, None) for area in wanted)
    return tuple(SlotInk(area.key, page, _ink(aligned, area)) for area in wanted)


def _ink(aligned: Aligned, area: SlotArea) -> float | None:
    height = aligned.printed.height
    x0, y0, x1, y1 = area.cell
    left, right = round(x0 * PER_POINT + _INSET), round(x1 * PER_POINT - _INSET)
    top, bottom = round(height - y1 * PER_POINT + _INSET), round(height - y0 * PER_POINT - _INSET)
    if right - left < PER_MM or bottom - top < PER_MM:
        return None
    around = (
        max(0, left - _AROUND),
        max(0, top - _AROUND),
        min(aligned.printed.width, right + _AROUND),
        min(height, bottom + _AROUND),
    )
    start = aligned.shift_at((left + right) / 2, (top + bottom) / 2)
    thick = aligned.scanned.filter(ImageFilter.MaxFilter(3))
    rough, _ = best_shift(aligned.printed, thick, around, start, 10, 2)
    (dx, dy), part = best_shift(aligned.printed, thick, around, rough, 1, 1)
    if part < _SURE:
        return None
    seen = aligned.scanned.crop((left + dx, top + dy, right + dx, bottom + dy))
    known = aligned.printed.filter(ImageFilter.MaxFilter(_THICKER)).crop((left, top, right, bottom))
    extra = ImageChops.subtract(seen, known).filter(ImageFilter.MedianFilter(3))
    return round(float(ImageStat.Stat(extra).sum[0]) / 255 / PER_MM**2, 1)
