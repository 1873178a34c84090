"""What a file says of itself: a photo's time and place, the pages of a PDF, the length of a recording.

All of it is a proposal to the person who adds the file; a file that cannot be read says nothing, and is kept all the same.
"""

from __future__ import annotations

import struct
import wave
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from PIL import Image

from formserver.core.errors import AppError
from formserver.core.papers import PDF_TYPE
from formserver.evidence.checks import moment

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _DIGITIZED, _CHANGED = 36867, 36868, 306
MOST_PDF_BYTES: Final = 64 << 20
SHEETS: Final = frozenset(
    {
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "text/csv",
    }
)
_KIND_OF: Final = {"image": "照片", "audio": "音频", "video": "视频"}
_LEGAL_KIND_OF: Final = {
    "照片": "视听资料",
    "音频": "视听资料",
    "视频": "视听资料",
    "表格": "电子数据",
    "台账": "书证",
    "票据": "书证",
}


@dataclass(frozen=True, slots=True)
class FileFacts:
    """``kind`` and ``legal_kind`` as first guesses, ``extent`` in words, ``pages`` of a PDF, ``proposed`` of a photo."""

    kind: str
    legal_kind: str
    extent: str = ""
    pages: int = 0
    proposed: Mapping[str, str] = field(default_factory=dict)


def media_type_of(found: str, filename: str) -> str:
    """``text/csv`` for a text that is called so: its content cannot tell. Everything else is what its content says."""
    return "text/csv" if found == "text/plain" and filename.lower().endswith(".csv") else found


def facts_of(file: BinaryIO, size: int, media_type: str) -> FileFacts:
    """Read what a stored file says. Never raises for what is in the file."""
    kind = "表格" if media_type in SHEETS else _KIND_OF.get(media_type.partition("/")[0], "其他")
    if media_type == "image/svg+xml":
        kind = "其他"
    legal = _LEGAL_KIND_OF.get(kind, "")
    if media_type == PDF_TYPE and size <= MOST_PDF_BYTES:
        pages = _pdf_pages(file)
        return FileFacts(kind, "书证", f"{pages}页" if pages else "", pages)
    if kind == "照片":
        return FileFacts(kind, legal, "1张", proposed=photo_facts(file))
    if kind in ("音频", "视频"):
        return FileFacts(kind, legal, duration_words(_seconds(file, media_type)))
    return FileFacts(kind, legal)


def photo_facts(file: BinaryIO) -> dict[str, str]:
    """``taken_at`` and ``place`` from EXIF, as far as they make sense."""
    try:
        with Image.open(file) as image:
            exif = image.getexif()
            inner, gps = exif.get_ifd(_EXIF), exif.get_ifd(_GPS)
            said = str(inner.get(_TAKEN) or inner.get(_DIGITIZED) or exif.get(_CHANGED) or "")
            made = str(exif.get(272) or "")
    except Exception:  # noqa: BLE001  any of a dozen decoders may stumble over a broken head
        return {}
    found = {}
    day, _, clock = said.strip("\x00 ").partition(" ")
    if taken := moment(f"{day.replace(':', '-')} {clock[:5]}"):
        found["taken_at"] = taken
    if place := _place(gps):
        found["place"] = place
    device = "".join(c for c in made if c.isprintable()).strip()[:60]
    if device:
        found["device"] = device
    return found


def _place(gps: Mapping[int, Any]) -> str:
    try:
        latitude, longitude = _degrees(gps[2]), _degrees(gps[4])
        south, west = str(gps.get(1, "N")) == "S", str(gps.get(3, "E")) == "W"
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return ""
    if not (0 < latitude <= 90 and 0 < longitude <= 180):
        return ""
    return f"{'南纬' if south else '北纬'}{latitude:.5f}°，{'西经' if west else '东经'}{longitude:.5f}°"


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return float(degrees + minutes / 60 + seconds / 3600)


def _pdf_pages(file: BinaryIO) -> int:
    from formserver.rendering.page_images import page_sizes  # the library is large: with the first PDF

    try:
        return len(page_sizes(file.read()))
    except AppError:
        return 0


def _seconds(file: BinaryIO, media_type: str) -> float:
    try:
        if media_type == "audio/wav":
            with wave.open(file) as sound:
                length: float = sound.getnframes() / sound.getframerate()
                return length
        if media_type in ("video/mp4", "audio/mp4", "video/quicktime"):
            return _mp4_seconds(file)
    except (wave.Error, EOFError, struct.error, ZeroDivisionError, OSError, ValueError):
        return 0.0
    return 0.0


def _mp4_seconds(file: BinaryIO) -> float:
    """From ``moov/mvhd`` (ISO/IEC 14496-12); boxes are skipped by their length, wherever ``moov`` stands."""
    end, wanted = file.seek(0, 2), b"moov"
    at = 0
    for _ in range(200):  # a hostile file may hold millions of tiny boxes
        if at + 8 > end:
            return 0.0
        file.seek(at)
        length, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if length == 1:
            length, head = struct.unpack(">Q", file.read(8))[0], 16
        if name == wanted and wanted == b"moov":
            at, wanted = at + head, b"mvhd"
            continue
        if name == wanted:
            version = file.read(4)[0]
            file.read(16 if version else 8)
            scale, duration = struct.unpack(">IQ" if version else ">II", file.read(12 if version else 8))
            length_said: float = duration / scale
            return length_said
        if length < 8:
            return 0.0
        at += length
    return 0.0


def duration_words(seconds: float) -> str:
    """``1小时2分3秒``; nothing for nothing."""
    whole = round(seconds)
    if not 0 < whole < 1_000_000:
        return ""
    parts = ((whole // 3600, "小时"), (whole // 60 % 60, "分"), (whole % 60, "秒"))
    return "".join(f"{count}{word}" for count, word in parts if count)
