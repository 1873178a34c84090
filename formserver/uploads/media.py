"""What a file really is, by its content; the name a person gave it is never asked."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

UNKNOWN: Final = "application/octet-stream"
_HEAD: Final = 64 * 1024
_OFFICE: Final = {
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_SAME: Final = {
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "video/x-m4v": "video/mp4",
    "image/heif": "image/heic",
    "application/csv": "text/csv",
    "image/x-ms-bmp": "image/bmp",
}
_SIGNS: Final = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (8, b"WAVE", "audio/wav"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)


def media_type_of(path: Path) -> str:
    """The media type of a file. Reads its two ends only, so that no list of names inside it can be too long."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(len(head), size - _HEAD))
        tail = file.read()
    if head.startswith(b"PK\x03\x04"):
        return next(
            (kind for name, kind in _OFFICE.items() if name in head or name in tail), "application/zip"
        )
    found = next((kind for at, sign, kind in _SIGNS if head[at : at + len(sign)] == sign), "")
    return found or _by_libmagic(head)


def _by_libmagic(head: bytes) -> str:
    try:
        import magic  # libmagic is not on every machine
    except ImportError:
        return UNKNOWN
    found: str = magic.from_buffer(head, mime=True)
    return _SAME.get(found, found) or UNKNOWN
