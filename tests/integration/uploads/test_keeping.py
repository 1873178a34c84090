"""Quota, expiry, disk, plain forms, large files."""

from __future__ import annotations

import errno
import io
import tracemalloc
from datetime import timedelta

import pytest

from formserver.core.clock import FixedClock, SystemClock
from formserver.core.errors import AppError
from formserver.core.runner import JobRunner
from formserver.store.failures import DISK_FULL
from formserver.uploads import pieces, service
from formserver.uploads.pieces import Pieces
from formserver.uploads.service import UploadService
from tests.integration.uploads.conftest import PURPOSE
from tests.support.web import context_of


def test_too_many_unfinished_uploads_are_refused_in_words(uploads, people):
    actor = people("inspector")
    for number in range(service.MOST_UNFINISHED):
        uploads.create(actor, purpose=PURPOSE, filename=f"{number}.jpg", size=10)
    with pytest.raises(AppError, match="60 个没有传完") as refused:
        uploads.create(actor, purpose=PURPOSE, filename="再来.jpg", size=10)
    assert "放弃" in refused.value.message()
    uploads.create(people("leader"), purpose=PURPOSE, filename="别人的.jpg", size=10)
    uploads.cancel(actor, uploads.open_uploads(actor, PURPOSE)[0].id)
    uploads.create(actor, purpose=PURPOSE, filename="再来.jpg", size=10)


def test_the_bytes_of_unfinished_uploads_are_limited_too(uploads, people):
    actor = people("inspector")
    uploads.create(actor, purpose=PURPOSE, filename="一.mp4", size=5 << 30)
    with pytest.raises(AppError, match="5 GB"):
        uploads.create(actor, purpose=PURPOSE, filename="二.mp4", size=4 << 30)


def test_a_disk_without_room_says_so_before_anything_is_sent(app, people, tus):
    class Tiny(Pieces):
        def free(self) -> int:
            return service.RESERVE + 1_000

    context = context_of(app)
    small = UploadService(context.store, context.clock, Tiny(context.settings.storage_dir), max_bytes=1 << 30)
    small.announce(context.service(UploadService)._purpose(PURPOSE))
    with pytest.raises(AppError, match="剩余空间放不下“录像"):
        small.create(people("inspector"), purpose=PURPOSE, filename="录像.mp4", size=2_000)
    small.create(people("inspector"), purpose=PURPOSE, filename="照片.jpg", size=900)


def test_a_disk_that_fills_up_keeps_the_pieces_before(tus, uploads, people, monkeypatch):
    client = tus("inspector")
    url = client.begin(2_000)
    client.send(url, b"x" * 500, 0)

    def full(_file, _chunk):
        raise DISK_FULL() from OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(pieces, "_write", full)
        answer = client.send(url, b"x" * 500, 500)
    assert answer.status_code == 507
    assert "磁盘空间不足" in answer.json["detail"]
    assert client.head(url).headers["Upload-Offset"] == "500"
    assert client.send(url, b"x" * 1500, 500).status_code == 204


def test_what_expires_is_swept_by_the_job_its_creation_planned(app, people, uploads):
    context = context_of(app)
    actor = people("inspector")
    old = uploads.create(actor, purpose=PURPOSE, filename="旧.jpg", size=10)
    uploads.append(actor, old.id, io.BytesIO(b"abc"), offset=0)
    later = FixedClock(SystemClock().now() + timedelta(days=8))
    moved = UploadService(context.store, later, Pieces(context.settings.storage_dir), max_bytes=1 << 30)
    moved.announce(uploads._purpose(PURPOSE))
    fresh = moved.create(actor, purpose=PURPOSE, filename="新.jpg", size=10)
    runner = JobRunner(context.store, {service.SWEEP_JOB: lambda _job, _report: {"n": moved.sweep()}}, later)
    assert runner.run_all() == 1, "one is due, the other comes a week later"
    assert [u.id for u in moved.open_uploads(actor, PURPOSE)] == [fresh.id]
    assert not Pieces(context.settings.storage_dir).path(old.id).exists()


def test_a_plain_form_stores_files_the_same_way(app, people, uploads):
    stored = uploads.receive(
        people("inspector"), PURPOSE, "../台账\u202e.csv", io.BytesIO("年,月\n2026,1\n".encode())
    )
    assert stored.filename == "台账.csv"
    assert stored.upload_id == ""
    assert context_of(app).store.blobs.exists(stored.sha256)
    assert uploads.open_uploads(people("inspector"), PURPOSE) == ()


def test_three_hundred_megabytes_stay_out_of_memory(app, people, uploads):
    size = 300 << 20

    class Zeros:
        """A stream that holds nothing."""

        def __init__(self, length: int) -> None:
            self.left = length

        def read(self, wanted: int, /) -> bytes:
            count = min(wanted, self.left)
            self.left -= count
            return bytes(count)

    actor = people("inspector")
    item = uploads.create(actor, purpose=PURPOSE, filename="现场录像.mp4", size=size)
    tracemalloc.start()
    offset = 0
    while offset < size:
        piece = min(8 << 20, size - offset)
        offset = uploads.append(actor, item.id, Zeros(piece), offset=offset).received
    stored = uploads.take(actor, item.id, PURPOSE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stored.size == size
    assert peak < 16 << 20, f"{peak >> 20} MB"


def test_bytes_of_a_lost_row_are_swept_too(app, uploads):
    import os

    from formserver.core.ids import new_id

    kept = Pieces(context_of(app).settings.storage_dir)
    stray = new_id()
    kept.create(stray)
    os.utime(kept.path(stray), (0, 0))
    uploads.sweep()
    assert not kept.path(stray).exists()
