"""Files by content: written to a temporary file while hashing, flushed to the disk, then renamed into place.

``storage/blobs/ab/cd/abcd….`` holds each content once. The rename within one file system is the moment a blob
exists; before it there is only a file in ``storage/tmp`` that nobody refers to.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from formserver.core.canonical import sha256_hex
from formserver.core.errors import NOT_FOUND, Kind, error_code
from formserver.core.store_ports import BlobInfo
from formserver.store.failures import DISK_FULL, STORE_UNAVAILABLE, is_disk_full

BLOB_TOO_LARGE = error_code(
    "BLOB_TOO_LARGE",
    Kind.INVALID,
    zh="文件超过 {limit_mb} MB，未保存。请压缩或分成几个文件后再上传。",
    en="The file is larger than {limit_mb} MB and was not stored.",
)
DAMAGED_BLOB = error_code(
    "DAMAGED_BLOB",
    Kind.UNAVAILABLE,
    zh="存储的文件 {sha256} 与其校验值不符，已损坏，不能使用。请管理员运行 formserver verify 并从备份恢复。",
    en="The stored file {sha256} does not match its hash. Run formserver verify and restore a backup.",
)
_CHUNK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


class LocalBlobs:
    """:class:`~formserver.core.store_ports.BlobStore` in a folder."""

    def __init__(self, storage_dir: Path) -> None:
        self.root = storage_dir / "blobs"
        self._tmp = storage_dir / "tmp"
        for folder in (self.root, self._tmp):
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, stream: BinaryIO, *, max_bytes: int | None = None) -> BlobInfo:
        """Stream in, durably. Raises BLOB_TOO_LARGE, DISK_FULL, STORE_UNAVAILABLE; leaves nothing half-written."""
        try:
            return self._put(stream, max_bytes)
        except OSError as error:
            if is_disk_full(error):
                raise DISK_FULL() from error
            raise STORE_UNAVAILABLE(detail=error.strerror or "文件读写失败") from error

    def _put(self, stream: BinaryIO, max_bytes: int | None) -> BlobInfo:
        handle, name = tempfile.mkstemp(dir=self._tmp)
        temporary = Path(name)
        try:
            hasher, size = hashlib.sha256(), 0
            with os.fdopen(handle, "wb") as file:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    if max_bytes is not None and size > max_bytes:
                        raise BLOB_TOO_LARGE(limit_mb=max_bytes // (1 << 20))
                    hasher.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            return self._settle(temporary, BlobInfo(hasher.hexdigest(), size))
        finally:
            temporary.unlink(missing_ok=True)

    def adopt(self, path: Path) -> BlobInfo:
        """Take a finished file over without copying it: it must lie in the same file system, as all of
        ``storage/tmp`` does. Raises NOT_FOUND, DISK_FULL, STORE_UNAVAILABLE; then ``path`` is still there."""
        try:
            hasher, size = hashlib.sha256(), 0
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    hasher.update(chunk)
                os.fsync(file.fileno())
            return self._settle(path, BlobInfo(hasher.hexdigest(), size))
        except FileNotFoundError as missing:
            raise NOT_FOUND(what="上传的文件") from missing
        except OSError as error:
            if is_disk_full(error):
                raise DISK_FULL() from error
            raise STORE_UNAVAILABLE(detail=error.strerror or "文件读写失败") from error

    def _settle(self, temporary: Path, blob: BlobInfo) -> BlobInfo:
        target = self.path(blob.sha256)
        # A file that is there already is written again: if it was damaged, this upload heals it.
        self._make_folders(target.parent)
        temporary.chmod(0o444)
        temporary.replace(target)
        sync_folder(target.parent)
        return blob

    def _make_folders(self, folder: Path) -> None:
        missing = [parent for parent in (folder, folder.parent) if not parent.is_dir()]
        folder.mkdir(parents=True, exist_ok=True)
        for made in missing:
            sync_folder(made.parent)

    def put_bytes(self, data: bytes) -> BlobInfo:
        """Like :meth:`put` for bytes in memory."""
        return self.put(BytesIO(data))

    def open(self, sha256: str) -> BinaryIO:
        """The file, unchecked. Raises NOT_FOUND."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as missing:
            raise NOT_FOUND(what=f"文件 {sha256[:12]}") from missing

    def read(self, sha256: str) -> bytes:
        """All bytes, checked against the hash. Raises NOT_FOUND, DAMAGED_BLOB."""
        with self.open(sha256) as file:
            data = file.read()
        if sha256_hex(data) != sha256:
            raise DAMAGED_BLOB(sha256=sha256)
        return data

    def exists(self, sha256: str) -> bool:
        """Whether the blob is there (its content is not checked)."""
        return self.path(sha256).is_file()

    def all_hashes(self) -> Iterator[str]:
        """Every stored hash, in order."""
        for first in sorted(self.root.iterdir()):
            for second in sorted(first.iterdir()) if first.is_dir() else ():
                yield from sorted(file.name for file in second.iterdir() if _NAME.fullmatch(file.name))

    def path(self, sha256: str) -> Path:
        """Where a blob lies. Raises NOT_FOUND for anything that is not a hash."""
        if not _NAME.fullmatch(sha256):
            raise NOT_FOUND(what="这个文件")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def sweep_temporary(self, *, older_than: float) -> int:
        """Remove what crashed uploads left behind before the instant ``older_than`` (POSIX seconds)."""
        count = 0
        for file in self._tmp.iterdir():
            if file.is_file() and file.stat().st_mtime < older_than:
                file.unlink(missing_ok=True)
                count += 1
        return count


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable. Windows keeps no directory handles and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
