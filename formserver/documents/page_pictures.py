"""Pages of stored PDFs as pictures, kept on disk for a while: a picture is quicker read than drawn again.

The pictures are no record: they lie outside the blobs under ``storage/cache/pages``, may be deleted at any time, and
never grow beyond a bound. What is shown is drawn from the stored bytes, checked against their hash.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Final

from formserver.core.store_ports import BlobStore

WIDTHS: Final = (400, 600, 800, 1000, 1200, 1600, 2000)
"""Pixels: few widths, so that one picture serves many screens."""
MOST_BYTES: Final = 256 * 1024 * 1024
_DRAWN_BY: Final = "pdfium/1"
"""Part of every tag: change it when pages come to be drawn otherwise."""
_SUFFIXES: Final = {"image/webp": "webp", "image/png": "png"}
_TOUCHED_AGAIN: Final = 3600.0


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
        self._folder = folder
        self._most = most_bytes
        self._since_trim = most_bytes  # the first picture of a process looks what is there
        self._lock = threading.Lock()

    def picture(self, sha256: str, no: int, width: int, media_type: str) -> bytes:
        """Page ``no`` (from 1) of the stored PDF. Raises NOT_FOUND, PDF_NOT_OPENED, DAMAGED_BLOB."""
        tag = picture_tag(sha256, no, width, media_type)
        path = self._folder / tag[:2] / f"{tag}.{_SUFFIXES[media_type]}"
        kept = _read(path)
        if kept is not None:
            return kept
        from formserver.rendering.page_images import page_image  # the library is large: with the first page

        drawn = page_image(self._blobs.read(sha256), no, width=width, media_type=media_type)
        self._keep(path, drawn)
        return drawn

    def _keep(self, path: Path, drawn: bytes) -> None:
        """A full or read-only disk costs the next reader some milliseconds, nobody a page."""
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(drawn)
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
            return
        with self._lock:
            self._since_trim += len(drawn)
            if self._since_trim < self._most // 16:
                return
            self._since_trim = 0
        self._trim()

    def _trim(self) -> None:
        """Delete what was longest not asked for, down to seven eighths of the bound."""
        files = []
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder, name)
                try:
                    found = path.stat()
                except OSError:
                    continue  # another process tidies up as well
                files.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in files)
        if total <= self._most:
            return
        for _, size, path in sorted(files):
            if total <= self._most * 7 // 8:
                return
            path.unlink(missing_ok=True)
            total -= size


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        if data and time.time() - path.stat().st_mtime > _TOUCHED_AGAIN:
            os.utime(path)
    except OSError:
        return None
    return data or None
