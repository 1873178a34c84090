"""Writes docx files whose unchanged members were compressed once, at publishing.

The output is deterministic: fixed order, fixed time stamps, no platform fields. Equal parts give equal bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DATE = (1 << 5) | 1  # 1980-01-01, the earliest a zip can say
_UTF8 = 0x800
_SMALL = 4096
_STORED_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif")


@dataclass(frozen=True, slots=True)
class StaticMembers:
    """The leading, never changing part of the output file."""

    data: bytes
    directory: bytes
    count: int


def pack_static(members: Iterable[tuple[str, bytes]]) -> StaticMembers:
    """Compress ``members`` as well as zlib can: it happens once per template version."""
    data = bytearray()
    directory = bytearray()
    count = 0
    for name, content in members:
        entry, record = _entry(name, content, len(data), 9)
        data += entry
        directory += record
        count += 1
    return StaticMembers(bytes(data), bytes(directory), count)


def write_zip(static: StaticMembers, changed: Sequence[tuple[str, bytes]], level: int = 1) -> bytes:
    """The whole file: ``static`` followed by ``changed``, compressed at ``level``."""
    pieces = [static.data]
    directory = [static.directory]
    offset = len(static.data)
    for name, content in changed:
        entry, record = _entry(name, content, offset, level)
        pieces.append(entry)
        directory.append(record)
        offset += len(entry)
    central = b"".join(directory)
    total = static.count + len(changed)
    pieces.append(central)
    pieces.append(_END.pack(b"PK\5\6", 0, 0, total, total, len(central), offset, 0))
    return b"".join(pieces)


def _deflate(content: bytes, level: int) -> bytes:
    """Raw deflate. Headers and footers get a small window: setting up a large one costs more than their bytes."""
    small = len(content) < _SMALL
    packer = zlib.compressobj(level, zlib.DEFLATED, -12 if small else -15, 5 if small else 8)
    return packer.compress(content) + packer.flush()


def _entry(name: str, content: bytes, offset: int, level: int) -> tuple[bytes, bytes]:
    raw_name = name.encode("utf-8")
    flags = 0 if name.isascii() else _UTF8
    method, packed = 0, content
    if not name.lower().endswith(_STORED_SUFFIXES):
        deflated = _deflate(content, level)
        if len(deflated) < len(content):
            method, packed = 8, deflated
    crc = zlib.crc32(content)
    sizes = (crc, len(packed), len(content))
    local = _LOCAL.pack(b"PK\3\4", 20, flags, method, 0, _DATE, *sizes, len(raw_name), 0)
    record = _CENTRAL.pack(
        b"PK\1\2", 20, 20, flags, method, 0, _DATE, *sizes, len(raw_name), 0, 0, 0, 0, 0, offset
    )
    return local + raw_name + packed, record + raw_name
