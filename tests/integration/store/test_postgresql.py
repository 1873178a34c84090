"""What only an engine with several writers at once can get wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from formserver.core.models import Series
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.support.records import START, make_document, make_event, saved

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgresql"], indirect=True),
]


@contextmanager
def open_unit(store: SqlStore, deed: Any) -> Iterator[None]:
    """Another thread's write unit in which ``deed`` is done but not committed while the block runs."""
    done, go_on = threading.Event(), threading.Event()

    def work() -> None:
        with store.uow(write=True) as u:
            deed(u)
            done.set()
            go_on.wait(20)

    thread = threading.Thread(target=work)
    thread.start()
    assert done.wait(20)
    try:
        yield
    finally:
        go_on.set()
        thread.join(20)


def test_an_event_that_commits_late_falls_into_the_next_seal(sql_store: SqlStore) -> None:
    document = saved(sql_store, make_document())
    early = make_event(document.id, action="documents:early")
    with open_unit(sql_store, lambda u: u.events.append(early)):
        saved(sql_store, make_document())
        first = seal_all(sql_store, START)
    second = seal_all(sql_store, START)
    assert first is not None
    assert second is not None
    assert (first.no, first.count) == (1, 2)
    assert (second.no, second.first_event, second.count) == (2, early.id, 1)
    assert early.id < first.last_event
    assert verify(sql_store).counts == {}


def test_two_runners_lease_two_jobs(sql_store: SqlStore) -> None:
    with sql_store.uow(write=True) as u:
        for key in ("1", "2"):
            u.jobs.enqueue(kind="pdf", key=key, payload={}, at=START)
    taken: list[Any] = []

    def lease(u: Any) -> None:
        taken.append(u.jobs.lease(worker="w", kinds=("pdf",), at=START, seconds=60))

    with open_unit(sql_store, lease), sql_store.uow(write=True) as u:
        lease(u)
    assert sorted(job.key for job in taken) == ["1", "2"]


def test_the_first_two_numbers_of_a_year_wait_for_each_other(sql_store: SqlStore) -> None:
    series = Series("agency-1", "inspection_notice", 2026)
    found: list[int] = []

    def take(u: Any) -> None:
        found.append(u.numbers.allocate(series))

    def second() -> None:
        with sql_store.uow(write=True) as u:
            take(u)

    thread = threading.Thread(target=second)
    with open_unit(sql_store, take):
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(20)
    assert found == [1, 2]


def test_two_sealers_make_one_chain(sql_store: SqlStore) -> None:
    for _ in range(30):
        saved(sql_store, make_document())
    threads = [threading.Thread(target=seal_all, args=(sql_store, START)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify(sql_store)
    assert report.ok
    assert report.counts == {}
    assert report.checked["操作记录"] == 30
