"""A full disk: refused with a sentence that says so, everything saved before is whole, and saving goes on with space.

As root a small file system is mounted and really filled. Otherwise the process is forbidden to let a file grow, which
the operating system reports in the same place (the write) with another number.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from formserver.core.errors import AppError
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.backup import backup
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.support.records import START, make_document, saved

ROOT = Path(__file__).parents[2]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = os.geteuid() == 0 and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("A REALLY FULL DISK IS NOT TESTED: mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte free."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def test_a_full_disk_refuses_saves_and_files_and_loses_nothing(small_disk: Path) -> None:
    store = SqlStore(f"sqlite:///{small_disk / 'store.sqlite3'}", small_disk / "storage")
    kept = saved(store, make_document(), {"n": 1})
    blob = store.blobs.put_bytes(b"scan")
    ballast = fill(small_disk)
    refusals = []
    for number in range(40):  # the write-ahead log may have room for some saves yet
        try:
            saved(store, make_document(), {"n": number, "pad": "压" * 20_000})
        except AppError as refused:
            refusals.append((refused.code.code, str(refused)))
    assert refusals
    assert {code for code, _ in refusals} == {"DISK_FULL"}
    assert all("磁盘空间不足" in said and "没有保存" in said for _, said in refusals)
    with pytest.raises(AppError, match="磁盘空间不足"):
        store.blobs.put(BytesIO(b"y" * (1 << 20)))
    assert list((small_disk / "storage" / "tmp").iterdir()) == []
    with pytest.raises(AppError, match="磁盘空间不足"):
        backup(store, small_disk / "backup", START)
    with store.uow() as u:  # reading goes on
        assert u.documents.get(kept.id, SYSTEM_SCOPE) == kept
    assert store.blobs.read(blob.sha256) == b"scan"
    ballast.unlink()
    later = saved(store, make_document(), {"n": 2})
    with store.uow() as u:
        assert u.documents.get(later.id, SYSTEM_SCOPE) == later
    report = verify(store)
    assert report.ok, report.findings
    assert list((small_disk / "backup").iterdir()) == []
    store.close()


def test_a_file_that_may_not_grow_is_said_to_be_a_full_disk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    SqlStore(url, tmp_path / "storage").close()

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = subprocess.run(
        [sys.executable, "-m", "tests.support.saver", "own", url, str(tmp_path / "storage"), "400", "p"],
        input="go\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=limit,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    refused = [line for line in lines if line[0] == "refused"]
    assert refused
    assert {line[1] for line in refused} <= {"DISK_FULL", "STORE_UNAVAILABLE"}
    store = SqlStore(url, tmp_path / "storage")
    with store.uow() as u:
        for line in lines:
            if line[0] == "ok":
                assert u.documents.version(line[1], 1, SYSTEM_SCOPE).body["n"] == int(line[3])
    assert verify(store).ok
    store.close()
