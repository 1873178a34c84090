"""The bytes of unfinished uploads on the disk: one file each in ``storage/tmp/uploads``, only ever appended to.

The length of the file is the offset: what a crash or a cut connection left behind is what the browser goes on from.
A lock on the file keeps two requests from writing to one upload; it ends with the process that holds it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from formserver.core.errors import Kind, error_code
from formserver.core.ids import is_id
from formserver.store.failures import DISK_FULL, STORE_UNAVAILABLE, is_disk_full

try:
    import fcntl
except ImportError:  # Windows, where the server itself does not run
    fcntl = None  # type: ignore[assignment]

UPLOAD_BUSY = error_code(
    "UPLOAD_BUSY",
    Kind.CONFLICT,
    zh="这个文件正由另一个窗口或连接上传，请稍候，会自动再试。",
    en="Another request is writing to this upload; try again in a moment.",
)
UPLOAD_CHECKSUM = error_code(
    "UPLOAD_CHECKSUM",
    Kind.INVALID,
    zh="这一段文件在传输中出错（校验不符），没有保存，会自动重传。",
    en="The piece does not match its checksum and was dropped; send it again.",
)
UPLOAD_TOO_LONG = error_code(
    "UPLOAD_TOO_LONG",
    Kind.INVALID,
    zh="收到的内容比文件的大小还多，没有保存。文件可能在上传时被改动，请重新选择文件上传。",
    en="More bytes came than were announced; nothing of this piece was kept.",
)
UPLOAD_GONE = error_code(
    "UPLOAD_GONE",
    Kind.NOT_FOUND,
    zh="没有找到这个上传任务，它可能已过期、已取消或已入库。请重新选择文件上传。",
    en="This upload has expired, was cancelled or has been taken already. Choose the file again.",
)
CHECKSUMS = ("sha1", "sha256")
_CHUNK = 256 * 1024


class Readable(Protocol):
    """What a piece is read from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Checksum:
    """What a piece must hash to (the ``Upload-Checksum`` header)."""

    algorithm: str
    digest: bytes

    @classmethod
    def parse(cls, header: str) -> Checksum:
        """From ``sha256 <base64>``. Raises UPLOAD_CHECKSUM for anything else."""
        algorithm, _, text = header.strip().partition(" ")
        try:
            digest = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise UPLOAD_CHECKSUM() from error
        if algorithm not in CHECKSUMS or not digest:
            raise UPLOAD_CHECKSUM()
        return cls(algorithm, digest)


class Pieces:
    """The folder of unfinished uploads."""

    def __init__(self, storage_dir: Path) -> None:
        self._folder = storage_dir / "tmp" / "uploads"
        self._folder.mkdir(parents=True, exist_ok=True)

    def path(self, upload_id: str) -> Path:
        """Where the bytes lie. Raises UPLOAD_GONE for anything that is not an id."""
        if not is_id(upload_id):
            raise UPLOAD_GONE()
        return self._folder / upload_id

    def create(self, upload_id: str) -> None:
        """An empty file. Raises DISK_FULL, STORE_UNAVAILABLE."""
        with _friendly():
            self.path(upload_id).open("xb").close()

    def received(self, upload_id: str) -> int:
        """How many bytes are there; 0 when the file is gone."""
        try:
            return self.path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def remove(self, upload_id: str) -> None:
        """Delete; no error if absent."""
        self.path(upload_id).unlink(missing_ok=True)

    def free(self) -> int:
        """Bytes the disk still has."""
        return shutil.disk_usage(self._folder).free

    def ids(self, *, older_than: float) -> Iterator[str]:
        """Files last written before the instant ``older_than`` (POSIX seconds)."""
        for file in self._folder.iterdir():
            if is_id(file.name) and file.stat().st_mtime < older_than:
                yield file.name

    @contextmanager
    def held(self, upload_id: str) -> Iterator[BinaryIO]:
        """The file, for this request alone. Raises UPLOAD_GONE when it is gone, UPLOAD_BUSY when another has it."""
        path = self.path(upload_id)
        try:
            file = path.open("r+b", buffering=0)
        except FileNotFoundError as missing:
            raise UPLOAD_GONE() from missing
        with file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError as busy:
                    raise UPLOAD_BUSY() from busy
            if (
                not path.exists()
            ):  # it became a stored file between opening and locking: never write into that
                raise UPLOAD_GONE()
            yield file


def append(file: BinaryIO, stream: Readable, *, at: int, room: int, checksum: Checksum | None = None) -> int:
    """Write what ``stream`` gives at the end, which is ``at``, durably; returns how many bytes came.

    Raises UPLOAD_TOO_LONG beyond ``room``, UPLOAD_CHECKSUM, DISK_FULL, STORE_UNAVAILABLE: then the piece is gone. A
    connection that ends in the middle raises what it raises; the bytes before stay, unless a checksum covers them.
    """
    hasher = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    file.seek(at)
    count = keep = 0
    try:
        while chunk := stream.read(_CHUNK):
            count += len(chunk)
            if count > room:
                keep = 0
                raise UPLOAD_TOO_LONG()
            keep = 0  # unless this chunk is written whole
            _write(file, chunk)
            if hasher is None:
                keep = count
            else:
                hasher.update(chunk)
        if hasher is not None and checksum is not None and hasher.digest() != checksum.digest:
            raise UPLOAD_CHECKSUM()
        keep = count
    finally:
        with _friendly():
            if keep != count:
                os.ftruncate(file.fileno(), at + keep)
            os.fsync(file.fileno())
    return count


def _write(file: BinaryIO, chunk: bytes) -> None:
    left = memoryview(chunk)
    with _friendly():
        while left:
            left = left[file.write(left) :]


@contextmanager
def _friendly() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise DISK_FULL() from error
        raise STORE_UNAVAILABLE(detail=error.strerror or "文件读写失败") from error
