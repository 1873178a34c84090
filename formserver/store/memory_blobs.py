"""Blobs of the memory twin."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from formserver.core.canonical import sha256_hex
from formserver.core.errors import NOT_FOUND
from formserver.core.store_ports import BlobInfo
from formserver.store.blobs import BLOB_TOO_LARGE


class MemoryBlobs:
    """:class:`~formserver.core.store_ports.BlobStore` in a dictionary; outside transactions, like files."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, stream: BinaryIO, *, max_bytes: int | None = None) -> BlobInfo:
        """Read it all. Raises BLOB_TOO_LARGE."""
        data = stream.read() if max_bytes is None else stream.read(max_bytes + 1)
        if max_bytes is not None and len(data) > max_bytes:
            raise BLOB_TOO_LARGE(limit_mb=max_bytes // (1 << 20))
        return self.put_bytes(data)

    def put_bytes(self, data: bytes) -> BlobInfo:
        """Keep it."""
        sha256 = sha256_hex(data)
        self._kept[sha256] = data
        return BlobInfo(sha256, len(data))

    def adopt(self, path: Path) -> BlobInfo:
        """Read a file and remove it. Raises NOT_FOUND."""
        try:
            blob = self.put_bytes(path.read_bytes())
        except FileNotFoundError as missing:
            raise NOT_FOUND(what="上传的文件") from missing
        path.unlink()
        return blob

    def open(self, sha256: str) -> BinaryIO:
        """Raises NOT_FOUND."""
        return BytesIO(self.read(sha256))

    def read(self, sha256: str) -> bytes:
        """Raises NOT_FOUND."""
        if sha256 not in self._kept:
            raise NOT_FOUND(what=f"文件 {sha256[:12]}")
        return self._kept[sha256]

    def exists(self, sha256: str) -> bool:
        """Whether it is kept."""
        return sha256 in self._kept

    def all_hashes(self) -> Iterator[str]:
        """Every hash, in order."""
        yield from sorted(self._kept)
