"""Pages of stored PDFs as pictures, kept on disk for a while: a picture is quicker read than drawn again.

The pictures are no record: they lie outside the blobs under ``storage/cache/pages``, may be deleted at any time, and
never grow beyond a bound. What is shown is drawn from the stored bytes, checked against their hash.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from formserver.core.store_ports import BlobStore
from formserver.rendering.picture_cache import MOST_BYTES, PictureCache

WIDTHS: Final = (400, 600, 800, 1000, 1200, 1600, 2000)
"""Pixels: few widths, so that one picture serves many screens."""
_DRAWN_BY: Final = "pdfium/1"
"""Part of every tag: change it when pages come to be drawn otherwise."""
_SUFFIXES: Final = {"image/webp": "webp", "image/png": "png"}


def step(width: int) -> int:
    """The smallest width there is that is not below ``width`` pixels; the largest for more."""
    return next((w for w in WIDTHS if w >= width), WIDTHS[-1])


def picture_tag(sha256: str, no: int, width: int, media_type: str) -> str:
    """The strong tag of a picture, known before it is drawn: the same stored bytes give the same picture."""
    return hashlib.sha256(f"{_DRAWN_BY} {sha256} {no} {width} {media_type}".encode()).hexdigest()[:32]


class PagePictures:
    """Draws pages, and keeps what it has drawn."""

    def __init__(self, blobs: BlobStore, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._blobs = blobs
        self._kept = PictureCache(folder, most_bytes)

    def picture(self, sha256: str, no: int, width: int, media_type: str) -> bytes:
        """Page ``no`` (from 1) of the stored PDF. Raises NOT_FOUND, PDF_NOT_OPENED, DAMAGED_BLOB."""
        name = f"{picture_tag(sha256, no, width, media_type)}.{_SUFFIXES[media_type]}"
        kept = self._kept.read(name)
        if kept is not None:
            return kept
        from formserver.rendering.page_images import page_image  # the library is large: with the first page

        drawn = page_image(self._blobs.read(sha256), no, width=width, media_type=media_type)
        self._kept.keep(name, drawn)
        return drawn
