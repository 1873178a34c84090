"""Eight processes save and take numbers at once: nothing lost, nothing given twice, no gap."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from formserver.core.clock import SystemClock
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.integration.store.conftest import ENGINES
from tests.support.records import make_document, saved
from tests.support.saver import SERIES

ROOT = Path(__file__).parents[3]
PROCESSES, SAVES = 8, 200


@pytest.mark.slow
@pytest.mark.timeout(280)
@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_eight_processes_save_two_hundred_times_each(sql_store: SqlStore) -> None:
    document = saved(sql_store, make_document())
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    rest = [str(sql_store.storage_dir), document.id, str(SAVES)]
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.saver", "shared", sql_store.url, *rest, f"p{number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
        )
        for number in range(PROCESSES)
    ]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write("go\n")
            worker.stdin.flush()
        outputs = [worker.communicate()[0].splitlines() for worker in workers]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()
    assert [worker.returncode for worker in workers] == [0] * PROCESSES
    acknowledged = [line.split() for lines in outputs for line in lines if line.startswith("ok")]
    total = PROCESSES * SAVES
    assert sorted(int(line[2]) for line in acknowledged) == list(range(2, total + 2))
    assert sorted(int(line[3]) for line in acknowledged) == list(range(1, total + 1))
    with sql_store.uow() as u:
        head = u.documents.get(document.id, SYSTEM_SCOPE)
        versions = u.documents.versions(document.id, SYSTEM_SCOPE)
        register = u.numbers.entries(SERIES)
        assert len(u.events.for_document(document.id)) == total + 1
    assert head.head_version == total + 1
    assert {v.no: v.hash for v in versions} | {int(x[2]): x[4] for x in acknowledged} == {
        v.no: v.hash for v in versions
    }
    assert [entry.seq for entry in register] == list(range(1, total + 1))
    seal_all(sql_store, SystemClock().now())
    report = verify(sql_store)
    assert report.ok, report.findings
    assert report.counts == {}
    with sql_store.uow(write=True) as u:
        assert u.numbers.allocate(SERIES) == total + 1
