"""Files by content: durable, never half-written, checked when read."""

from __future__ import annotations

import os
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from formserver.core.errors import AppError, Kind
from formserver.store.blobs import LocalBlobs
from formserver.store.memory_blobs import MemoryBlobs


@pytest.fixture(params=["local", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return LocalBlobs(tmp_path) if request.param == "local" else MemoryBlobs()


def test_a_blob_is_found_by_its_hash(blobs: Any) -> None:
    info = blobs.put(BytesIO("扫描件".encode()))
    assert info.size == 9
    assert blobs.put_bytes("扫描件".encode()) == info
    assert blobs.read(info.sha256) == "扫描件".encode()
    with blobs.open(info.sha256) as file:
        assert file.read() == "扫描件".encode()
    assert blobs.exists(info.sha256)
    assert list(blobs.all_hashes()) == [info.sha256]


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_an_unknown_hash_is_not_found(blobs: Any, name: str) -> None:
    with pytest.raises(AppError, check=lambda e: e.kind is Kind.NOT_FOUND):
        blobs.read(name)


def test_what_is_too_large_is_refused_and_leaves_nothing(blobs: Any) -> None:
    with pytest.raises(AppError, match="1 MB"):
        blobs.put(BytesIO(b"x" * (3 << 20)), max_bytes=1 << 20)
    assert list(blobs.all_hashes()) == []
    assert blobs.put(BytesIO(b"x" * (1 << 20)), max_bytes=1 << 20).size == 1 << 20


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError(104, "reset")

    with pytest.raises(AppError):
        LocalBlobs(tmp_path).put(Broken())
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_damaged_blob_is_not_handed_out_and_heals_when_uploaded_again(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    info = blobs.put_bytes(b"whole")
    blobs.path(info.sha256).chmod(0o644)
    blobs.path(info.sha256).write_bytes(b"whose")
    with pytest.raises(AppError, match="已损坏"):
        blobs.read(info.sha256)
    blobs.put_bytes(b"whole")
    assert blobs.read(info.sha256) == b"whole"


def test_the_same_file_from_many_at_once_is_stored_once(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    threads = [threading.Thread(target=lambda: blobs.put_bytes(b"same" * 10_000)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(blobs.all_hashes())) == 1
    assert list((tmp_path / "tmp").iterdir()) == []


def test_left_overs_of_a_crash_are_swept_after_a_while(tmp_path: Path) -> None:
    blobs = LocalBlobs(tmp_path)
    old, young = tmp_path / "tmp" / "old", tmp_path / "tmp" / "young"
    for file in (old, young):
        file.write_bytes(b"x")
    os.utime(old, (1, 1))
    assert blobs.sweep_temporary(older_than=1_000_000) == 1
    assert young.exists()
    assert not old.exists()
