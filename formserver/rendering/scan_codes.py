"""Finds the page code on a photographed or scanned page, however the page lies, and says how to turn it upright."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image, ImageOps

_FIRST_LOOK: Final = 2_200
"""Pixels of the longer side that suffice for most photos; what is not found is looked for at full size."""
_QR: Final = zxingcpp.barcode_formats_from_str("QRCode")
_ADDRESS: Final = re.compile(r"/check/([A-Za-z0-9_-]{16,64})(?:\?v=([0-9]{1,6})&p=([0-9]{1,4}))?\Z")


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code on a picture: its text, and its corners as complex numbers in pixels, y downwards.

    The corners go from the code's own upper left clockwise, so they tell how it is turned.
    """

    text: str
    corners: tuple[complex, complex, complex, complex]


@dataclass(frozen=True, slots=True)
class PageAddress:
    """What a code of ours says. ``version`` and ``page`` are 0 where it names the document only."""

    token: str
    version: int
    page: int


def find_codes(picture: Image.Image) -> tuple[FoundCode, ...]:
    """The codes of ours on the picture; those that name a page first. Empty when none can be read."""
    grey = picture.convert("L")
    for attempt in _attempts(grey):
        scale = grey.width / attempt.width
        found = [
            FoundCode(
                code.text,
                tuple(complex(p.x, p.y) * scale for p in _corners(code.position)),  # type: ignore[arg-type]
            )
            for code in zxingcpp.read_barcodes(attempt, formats=_QR, try_invert=False)
        ]
        ours = [code for code in found if page_address_of(code.text) is not None]
        if any(_names_page(code) for code in ours):
            return tuple(sorted(ours, key=lambda code: not _names_page(code)))
        if ours and attempt is grey:
            return tuple(ours)
    return ()


def page_address_of(text: str) -> PageAddress | None:
    """What a code says, or None when it is not one of ours. The host does not count: addresses move."""
    match = _ADDRESS.search(text)
    if match is None or len(text) > 400:
        return None
    return PageAddress(match[1], int(match[2] or 0), int(match[3] or 0))


def upright_rotation(code: FoundCode) -> int:
    """Degrees clockwise by which the picture must be turned so that the code stands upright: 0, 90, 180 or 270."""
    across = code.corners[1] - code.corners[0] + code.corners[2] - code.corners[3]
    turned = math.degrees(cmath.phase(across))  # clockwise, because y points down
    return round(-turned / 90) * 90 % 360


def _attempts(grey: Image.Image) -> Iterator[Image.Image]:
    """From what is quick to what helps with pale and small codes; a page without any code pays for all of them."""
    longest = max(grey.size)
    small = grey
    if longest > _FIRST_LOOK:
        small = grey.copy()
        small.thumbnail((_FIRST_LOOK, _FIRST_LOOK), reducing_gap=2.0)
        yield small
    yield grey
    yield ImageOps.autocontrast(small, cutoff=2)
    if longest < _FIRST_LOOK:
        yield grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)


def _names_page(code: FoundCode) -> bool:
    address = page_address_of(code.text)
    return address is not None and address.page > 0


def _corners(position: zxingcpp.Position) -> Sequence[zxingcpp.Point]:
    return (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
