"""Pictures drawn from stored files, kept on disk for a while: a picture is quicker read than drawn again.

They are no record: they lie outside the blobs under ``storage/cache``, may be deleted at any time, and never grow
beyond a bound.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import threading
import time
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 256 * 1024 * 1024
_TOUCHED_AGAIN: Final = 3600.0


class PictureCache:
    """A folder of pictures by tag; what was longest not asked for goes first. Safe for threads and processes."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._since_trim = most_bytes  # the first picture of a process looks what is there
        self._lock = threading.Lock()

    def read(self, name: str) -> bytes | None:
        """What is kept under ``name`` (a hash and a suffix), or None."""
        return _read(self._path(name))

    def keep(self, name: str, drawn: bytes) -> None:
        """Keep a picture. A full or read-only disk costs the next reader some milliseconds, nobody a picture."""
        path = self._path(name)
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

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

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
