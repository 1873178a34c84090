"""kill -9 in the middle of saving, for real: what was acknowledged is there, nothing is half there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.integration.store.conftest import ENGINES, database_url, migrated_file, postgres, sql_store
from tests.support.records import START, make_document, saved
from tests.support.saver import SERIES

__all__ = ["database_url", "migrated_file", "postgres", "sql_store"]
ROOT = Path(__file__).parents[2]
SAVES = 1_000
KILL_AFTER = (1, 57, 423)
"""How many acknowledged saves to wait for before each kill; then some milliseconds more, to hit different places."""


def start(store: SqlStore, *rest: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.support.saver", rest[0], store.url, str(store.storage_dir), *rest[1:]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def kill_after(worker: subprocess.Popen[str], count: int, pause: float) -> list[list[str]]:
    """Read acknowledgements, kill, and read those that were still in the pipe."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    worker.stdin.write("go\n")
    worker.stdin.flush()
    lines = [worker.stdout.readline() for _ in range(count)]
    time.sleep(pause)
    os.kill(worker.pid, signal.SIGKILL)
    rest, _ = worker.communicate()
    assert worker.returncode == -signal.SIGKILL, "the process had finished before it was killed"
    # A line without its end was being written when the process died: not an acknowledgement.
    lines += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    return [line.split() for line in lines]


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_killed_while_saving_one_document_a_thousand_times(sql_store: SqlStore) -> None:
    document = saved(sql_store, make_document())
    acknowledged: list[list[str]] = []
    for turn, count in enumerate(KILL_AFTER):
        worker = start(sql_store, "shared", document.id, str(SAVES), f"p{turn}")
        acknowledged += kill_after(worker, count, pause=0.0007 * turn)
        with sql_store.uow() as u:
            head = u.documents.get(document.id, SYSTEM_SCOPE)
            hashes = {v.no: v.hash for v in u.documents.versions(document.id, SYSTEM_SCOPE)}
            register = u.numbers.entries(SERIES)
            events = u.events.for_document(document.id)
        for line in acknowledged:
            assert hashes[int(line[2])] == line[4], "an acknowledged save is gone"
        assert head.head_version == len(hashes) == len(events) == len(register) + 1
        assert [entry.seq for entry in register] == list(range(1, len(register) + 1))
        # At most the save that was being acknowledged when the process died is there without its line.
        assert len(hashes) - 1 - len(acknowledged) <= turn + 1
        seal_all(sql_store, START)
        report = verify(sql_store)
        assert report.ok, report.findings


@pytest.mark.slow
@pytest.mark.timeout(200)
@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_killed_while_filing_documents_with_files(sql_store: SqlStore) -> None:
    for turn, count in enumerate((3, 90)):
        worker = start(sql_store, "own", str(SAVES), f"p{turn}")
        for line in kill_after(worker, count, pause=0.0011 * turn):
            assert line[0] == "ok"
            with sql_store.uow() as u:
                content = u.documents.version(line[1], 1, SYSTEM_SCOPE)
            assert content.body["n"] == int(line[3])
            assert sql_store.blobs.read(line[4]) == f"p{turn}-{line[3]}".encode() * 50
        assert verify(sql_store).ok
    # What the killed processes left in the temporary folder is no blob, and can be swept.
    sql_store.blobs.sweep_temporary(older_than=time.time() + 1)
    assert list((sql_store.storage_dir / "tmp").iterdir()) == []
