"""Pieces on the disk, and how a finished file becomes a blob."""

from __future__ import annotations

import hashlib
import io

import pytest

from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.store.blobs import LocalBlobs
from formserver.store.memory_blobs import MemoryBlobs
from formserver.uploads.pieces import UPLOAD_BUSY, UPLOAD_GONE, Checksum, Pieces, append


@pytest.mark.parametrize("make", [LocalBlobs, lambda _: MemoryBlobs()], ids=["files", "memory"])
def test_a_finished_file_becomes_a_blob_and_is_gone(tmp_path, make):
    blobs = make(tmp_path)
    path = tmp_path / "finished"
    path.write_bytes(b"x" * 3_000_000)
    blob = blobs.adopt(path)
    assert (blob.sha256, blob.size) == (hashlib.sha256(b"x" * 3_000_000).hexdigest(), 3_000_000)
    assert blobs.read(blob.sha256) == b"x" * 3_000_000
    assert not path.exists()
    with pytest.raises(AppError, match="没有找到"):
        blobs.adopt(path)


def test_one_request_at_a_time(tmp_path):
    pieces, upload = Pieces(tmp_path), new_id()
    pieces.create(upload)
    with pieces.held(upload), pytest.raises(AppError) as busy, pieces.held(upload):
        pass
    assert busy.value.code is UPLOAD_BUSY
    with pieces.held(upload) as file:
        assert append(file, io.BytesIO(b"abc"), at=0, room=3) == 3
    assert pieces.received(upload) == 3


def test_a_file_that_became_a_blob_is_never_written_to(tmp_path, monkeypatch):
    """Opened by one request, adopted by another before the lock was had."""
    from formserver.uploads import pieces as module

    pieces, upload = Pieces(tmp_path), new_id()
    pieces.create(upload)
    real = module.fcntl.flock

    def late(file, how):
        pieces.path(upload).rename(tmp_path / "blob")
        return real(file, how)

    monkeypatch.setattr(module.fcntl, "flock", late)
    with pytest.raises(AppError) as gone, pieces.held(upload):
        pass
    assert gone.value.code is UPLOAD_GONE


@pytest.mark.parametrize(
    "header", ["", "sha256", "md5 AAAA", "sha256 ***", "sha256 AAAA extra", "SHA256 AAAA"]
)
def test_checksums_that_are_none(header):
    with pytest.raises(AppError, match="校验不符"):
        Checksum.parse(header)
