"""Resumable uploads for every slice.

A slice that accepts files announces a :class:`Purpose` when it is wired, draws ``components/upload.html`` in its form
and, when the form comes back, asks :func:`formserver.uploads.intake.taken_from_request` for the stored files::

    def _provide(context):
        context.service(UploadService).announce(Purpose("scans", ScanPermission.ADD, 64 << 20))

    stored = taken_from_request(actor, "scans")        # outside any unit of work: bytes are hashed and moved
    with store.uow(write=True) as u:
        ...                                            # rows that name stored[i].sha256

Bytes never pass through memory as a whole; a file is moved into the blob store, not copied.
"""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import BinaryIO, Final

from formserver.core.clock import SHANGHAI, Clock
from formserver.core.errors import Kind, error_code
from formserver.core.ids import new_id
from formserver.core.papers import upload_name
from formserver.core.permissions import Actor
from formserver.core.store_ports import Store, UnitOfWork
from formserver.uploads.media import media_type_of
from formserver.uploads.models import Purpose, StoredUpload, Upload, UploadState
from formserver.uploads.pieces import UPLOAD_GONE, Checksum, Pieces, Readable, append
from formserver.uploads.repository import UploadRepository

GIGABYTE: Final = 1 << 30
KEPT: Final = timedelta(days=7)
MOST_UNFINISHED: Final = 60
RESERVE: Final = 256 << 20
"""Bytes of the disk no upload may take: the database must go on."""
SWEEP_JOB: Final = "uploads.sweep"

UPLOAD_OFFSET = error_code(
    "UPLOAD_OFFSET",
    Kind.CONFLICT,
    zh="续传位置不一致：服务器已收到 {received} 字节。会自动从这里继续。",
    en="The offset does not match; the server holds {received} bytes.",
)
UPLOAD_TOO_LARGE = error_code(
    "UPLOAD_TOO_LARGE",
    Kind.INVALID,
    zh="“{name}”超过单个文件的上限 {limit}，没有上传。请压缩或分成几个文件。",
    en="{name} is larger than the limit of {limit}.",
)
UPLOAD_EMPTY = error_code(
    "UPLOAD_EMPTY",
    Kind.INVALID,
    zh="“{name}”是空文件（0 字节），没有上传。请检查原文件。",
    en="{name} is empty.",
)
UPLOAD_QUOTA = error_code(
    "UPLOAD_QUOTA",
    Kind.INVALID,
    zh="您还有 {count} 个没有传完或没有使用的文件（共 {size}），已到上限。请先传完或放弃其中一些，再上传新的。",
    en="You have {count} unfinished uploads ({size}); finish or drop some first.",
)
UPLOAD_NO_ROOM = error_code(
    "UPLOAD_NO_ROOM",
    Kind.UNAVAILABLE,
    zh="服务器磁盘剩余空间放不下“{name}”（{size}）。请联系管理员清理磁盘，之后可以继续上传。",
    en="There is no room on the server's disk for {name} ({size}).",
)
UPLOAD_PURPOSE = error_code(
    "UPLOAD_PURPOSE",
    Kind.INVALID,
    zh="这个上传页面已失效，请刷新页面后重新选择文件。",
    en="Nothing accepts files for this purpose.",
)
UPLOAD_UNFINISHED = error_code(
    "UPLOAD_UNFINISHED",
    Kind.CONFLICT,
    zh="“{name}”还没有传完（{percent}%），请等它传完，或放弃这个文件。",
    en="{name} is not complete ({percent}%).",
)


class UploadService:
    """Make, continue, cancel and take uploads. Only their owner can, and only for the purpose they were made for."""

    def __init__(self, store: Store, clock: Clock, pieces: Pieces, *, max_bytes: int) -> None:
        self._store = store
        self._clock = clock
        self._pieces = pieces
        self._max_bytes = max_bytes
        self._purposes: dict[str, Purpose] = {}

    def announce(self, purpose: Purpose) -> None:
        """Let a slice accept files; called once per purpose while the house is put together."""
        if self._purposes.setdefault(purpose.key, purpose) != purpose:
            raise ValueError(f"the purpose {purpose.key} is announced twice")

    def limit(self, purpose: str) -> int:
        """Bytes one file may have. Raises UPLOAD_PURPOSE."""
        return self._purpose(purpose).max_bytes or self._max_bytes

    @property
    def largest(self) -> int:
        """Bytes any file may have, whatever its purpose."""
        return self._max_bytes

    def create(self, actor: Actor, *, purpose: str, filename: str, size: int) -> Upload:
        """Begin. Raises NOT_ALLOWED, UPLOAD_PURPOSE, UPLOAD_EMPTY, UPLOAD_TOO_LARGE, UPLOAD_QUOTA, UPLOAD_NO_ROOM."""
        actor.require(self._purpose(purpose).permission)
        name = upload_name(filename, "") or "未命名文件"
        if size <= 0:
            raise UPLOAD_EMPTY(name=name)
        if size > self.limit(purpose):
            raise UPLOAD_TOO_LARGE(name=name, limit=size_words(self.limit(purpose)))
        now = self._clock.now()
        item = Upload(
            id=new_id(),
            owner=actor.user_id,
            agency_id=actor.agency_id,
            purpose=purpose,
            filename=name,
            size=size,
            received=0,
            state=UploadState.OPEN,
            created_at=now,
            expires_at=now + KEPT,
        )
        self._pieces.create(item.id)
        try:
            with self._store.uow(write=True) as u:
                self._check_room(u, actor, item)
                u.repository(UploadRepository).add(item)
                self._plan_sweep(u, item)
        except BaseException:
            self._pieces.remove(item.id)
            raise
        return item

    def status(self, actor: Actor, upload_id: str) -> Upload:
        """Where it stands, by the bytes on the disk. Raises UPLOAD_GONE."""
        with self._store.uow() as u:
            found = u.repository(UploadRepository).get(upload_id, actor.user_id)
        return self._seen(found)

    def open_uploads(self, actor: Actor, purpose: str) -> tuple[Upload, ...]:
        """What this person has not finished or not used yet, newest first."""
        with self._store.uow() as u:
            mine = u.repository(UploadRepository).open_of(actor.user_id)
        return tuple(self._seen(item) for item in mine if item.purpose == purpose)

    def append(
        self, actor: Actor, upload_id: str, stream: Readable, *, offset: int, checksum: Checksum | None = None
    ) -> Upload:
        """Add a piece at ``offset``. The unit of work is opened only after the bytes are on the disk.

        Raises UPLOAD_GONE, UPLOAD_BUSY, UPLOAD_OFFSET, UPLOAD_TOO_LONG, UPLOAD_CHECKSUM, DISK_FULL.
        """
        found = self.status(actor, upload_id)
        actor.require(self._purpose(found.purpose).permission)
        with self._pieces.held(upload_id) as file:
            received = self._pieces.received(upload_id)
            if found.state is not UploadState.OPEN:
                raise UPLOAD_GONE()
            if offset != received:
                raise UPLOAD_OFFSET(received=received)
            try:
                append(file, stream, at=received, room=found.size - received, checksum=checksum)
            finally:
                found = dataclasses.replace(found, received=self._pieces.received(upload_id))
                with self._store.uow(write=True) as u:
                    u.repository(UploadRepository).put(found)
        return found

    def cancel(self, actor: Actor, upload_id: str) -> None:
        """Drop an upload and its bytes. Raises UPLOAD_GONE, UPLOAD_BUSY while a piece is being written."""
        with self._store.uow(write=True) as u:
            repository = u.repository(UploadRepository)
            found = repository.get(upload_id, actor.user_id)
            if found.state is not UploadState.OPEN:
                raise UPLOAD_GONE()
            if self._pieces.path(upload_id).exists():
                with self._pieces.held(upload_id):
                    repository.remove([upload_id])
            else:
                repository.remove([upload_id])
        self._pieces.remove(upload_id)

    def take(self, actor: Actor, upload_id: str, purpose: str) -> StoredUpload:
        """Make the finished file a blob: hashed as it is read, then renamed. Never inside a unit of work.

        Asked again for the same upload it answers the same, so that a form sent twice does no harm. Raises UPLOAD_GONE,
        UPLOAD_UNFINISHED, UPLOAD_BUSY, NOT_ALLOWED, DISK_FULL.
        """
        actor.require(self._purpose(purpose).permission)
        found = self.status(actor, upload_id)
        if found.purpose != purpose:
            raise UPLOAD_GONE()
        if found.state is UploadState.OPEN:
            found = self._adopt(found)
        return StoredUpload(found.sha256, found.size, found.filename, found.media_type, found.id)

    def receive(self, actor: Actor, purpose: str, filename: str, stream: BinaryIO) -> StoredUpload:
        """Store a file that came with a plain form. Raises NOT_ALLOWED, UPLOAD_EMPTY, BLOB_TOO_LARGE, DISK_FULL."""
        item = self.create(actor, purpose=purpose, filename=filename, size=self._length(stream))
        self.append(actor, item.id, stream, offset=0)
        return dataclasses.replace(self.take(actor, item.id, purpose), upload_id="")

    def _adopt(self, found: Upload) -> Upload:
        path = self._pieces.path(found.id)
        with self._pieces.held(found.id):
            received = self._pieces.received(found.id)
            if received != found.size:
                raise UPLOAD_UNFINISHED(name=found.filename, percent=100 * received // found.size)
            media = media_type_of(path)
            blob = self._store.blobs.adopt(path)
            taken = dataclasses.replace(
                found,
                state=UploadState.TAKEN,
                received=blob.size,
                sha256=blob.sha256,
                media_type=media,
                filename=upload_name(found.filename, media) or "未命名文件",
                expires_at=self._clock.now() + KEPT,
            )
            with self._store.uow(write=True) as u:
                u.repository(UploadRepository).put(taken)
                self._plan_sweep(u, taken)
        return taken

    def sweep(self) -> int:
        """Remove what has expired, and files no row speaks of; returns how many uploads went."""
        now = self._clock.now()
        with self._store.uow(write=True) as u:
            repository = u.repository(UploadRepository)
            gone = [item.id for item in repository.expired(now)]
            repository.remove(gone)
            old = list(self._pieces.ids(older_than=(now - KEPT).timestamp()))
            strays = set(old) - repository.known(old)
        for upload_id in {*gone, *strays}:
            self._pieces.remove(upload_id)
        return len(gone)

    def _seen(self, item: Upload) -> Upload:
        if item.state is not UploadState.OPEN:
            return item
        return dataclasses.replace(item, received=self._pieces.received(item.id))

    def _purpose(self, key: str) -> Purpose:
        if key not in self._purposes:
            raise UPLOAD_PURPOSE()
        return self._purposes[key]

    def _check_room(self, u: UnitOfWork, actor: Actor, item: Upload) -> None:
        repository = u.repository(UploadRepository)
        mine = repository.open_of(actor.user_id)
        total = sum(one.size for one in mine)
        if len(mine) >= MOST_UNFINISHED or total + item.size > 2 * self._max_bytes:
            raise UPLOAD_QUOTA(count=len(mine), size=size_words(total))
        if repository.outstanding() + item.size + RESERVE > self._pieces.free():
            raise UPLOAD_NO_ROOM(name=item.filename, size=size_words(item.size))

    def _plan_sweep(self, u: UnitOfWork, item: Upload) -> None:
        """One sweep for each day on which something expires; the queue keeps them apart by key."""
        due = item.expires_at + timedelta(hours=1)
        day = due.astimezone(SHANGHAI).date().isoformat()
        u.jobs.enqueue(kind=SWEEP_JOB, key=day, payload={}, at=due, priority=90)

    @staticmethod
    def _length(stream: BinaryIO) -> int:
        length = stream.seek(0, 2)
        stream.seek(0)
        return length


def size_words(size: int) -> str:
    """A size as people read it: ``3.2 GB``, ``850 MB``, ``12 KB``."""
    for unit, name in ((GIGABYTE, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size / unit:.1f}".removesuffix(".0") + f" {name}"
    return f"{size} 字节"
