"""What every store promises about numbers, jobs, seals and definitions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from formserver.core.definitions.repository import Definition
from formserver.core.errors import AppError, Kind
from formserver.core.jobs import JobState
from formserver.core.models import NumberEntry, NumberStatus, Series
from formserver.store.seals import leaf_hash, merkle_root, seal_all, seal_facts, seal_hash, write_anchor
from tests.support.records import START, make_document, make_event, saved

SERIES = Series("agency-1", "inspection_notice", 2026)
MINUTE = timedelta(minutes=1)


def refused(kind: Kind) -> Any:
    return pytest.raises(AppError, check=lambda error: error.kind is kind)


def line(seq: int, text: str = "", **changes: Any) -> NumberEntry:
    entry = NumberEntry(
        SERIES, seq, NumberStatus.ISSUED, text or f"川节监通〔2026〕{seq}号", "d1", "张三", START
    )
    return replace(entry, **changes)


def test_numbers_run_on_without_a_gap_per_series(store: Any) -> None:
    other = replace(SERIES, year=2027)
    with store.uow(write=True) as u:
        assert [u.numbers.allocate(SERIES) for _ in range(3)] == [1, 2, 3]
        assert u.numbers.allocate(other) == 1
    with store.uow(write=True) as u:
        assert u.numbers.allocate(SERIES) == 4


def test_a_series_can_start_in_mid_year_but_not_on_used_ground(store: Any) -> None:
    with store.uow(write=True) as u:
        u.numbers.set_start(SERIES, 57)
        seq = u.numbers.allocate(SERIES)
        assert seq == 57
        u.numbers.record(line(seq))
    for start in (57, 12):
        with refused(Kind.CONFLICT), store.uow(write=True) as u:
            u.numbers.set_start(SERIES, start)
    with store.uow(write=True) as u:
        u.numbers.set_start(SERIES, 60)
        assert u.numbers.allocate(SERIES) == 60


def test_a_number_is_recorded_once_by_seq_and_by_text(store: Any) -> None:
    with store.uow(write=True) as u:
        u.numbers.record(line(1))
    for again in (
        line(1, "另一个"),
        line(2, line(1).text),
        replace(line(1), series=replace(SERIES, year=2027)),
    ):
        with refused(Kind.CONFLICT), store.uow(write=True) as u:
            u.numbers.record(again)
    with store.uow(write=True) as u:
        u.numbers.record(replace(line(1), series=replace(SERIES, agency_id="agency-2")))


def test_the_fate_of_a_number_changes_but_not_its_text(store: Any) -> None:
    with store.uow(write=True) as u:
        u.numbers.record(line(1))
        u.numbers.change(line(1, status=NumberStatus.VOID, reason="印错"))
    with store.uow() as u:
        assert u.numbers.entries(SERIES) == (line(1, status=NumberStatus.VOID, reason="印错"),)
        assert u.numbers.for_document("d1") == u.numbers.entries(SERIES)
    with refused(Kind.NOT_FOUND), store.uow(write=True) as u:
        u.numbers.change(line(1, "没有的号"))


def test_numbers_from_outside_stand_beside_the_sequence(store: Any) -> None:
    outside = [line(0, f"办〔2026〕{i}号", status=NumberStatus.EXTERNAL) for i in range(3)]
    with store.uow(write=True) as u:
        assert [u.numbers.record(entry).seq for entry in outside] == [0, -1, -2]
        assert u.numbers.allocate(SERIES) == 1
        u.numbers.record(line(1))
        u.numbers.change(replace(outside[2], status=NumberStatus.VOID))
    with store.uow() as u:
        kept = u.numbers.entries(SERIES)
    assert [entry.seq for entry in kept] == [-2, -1, 0, 1]
    assert kept[0].status is NumberStatus.VOID


def enqueue(u: Any, key: str = "1", **changes: Any) -> Any:
    return u.jobs.enqueue(**{"kind": "pdf", "key": key, "payload": {"v": 1}, "at": START, **changes})


def test_an_open_job_is_not_queued_twice(store: Any) -> None:
    with store.uow(write=True) as u:
        job = enqueue(u, created_by="u", agency_id="a")
        assert enqueue(u) == job
        assert u.jobs.get(job.id) == job
        assert job.state is JobState.WAITING
        leased = u.jobs.lease(worker="w", kinds=("pdf",), at=START, seconds=60)
        assert enqueue(u).id == job.id
        assert u.jobs.complete(leased, result={"pages": 2}, at=START)
        again = enqueue(u, at=START + MINUTE)
        assert again.id != job.id
        assert u.jobs.latest("pdf", "1") == again
        assert u.jobs.get(job.id).result == {"pages": 2}
        assert u.jobs.counts() == {
            JobState.WAITING: 1,
            JobState.RUNNING: 0,
            JobState.DONE: 1,
            JobState.FAILED: 0,
        }


def test_urgent_jobs_run_first_and_future_ones_wait(store: Any) -> None:
    with store.uow(write=True) as u:
        enqueue(u, "slow")
        urgent = enqueue(u, "urgent", priority=1)
        enqueue(u, "later", priority=0, at=START + MINUTE)
        enqueue(u, "foreign", kind="import", priority=0)
        leased = u.jobs.lease(worker="w", kinds=("pdf",), at=START, seconds=60)
    assert leased.id == urgent.id
    assert (leased.state, leased.attempts, leased.worker) == (JobState.RUNNING, 1, "w")
    assert leased.leased_until == START + MINUTE


def test_a_job_whose_lease_expired_goes_to_another_and_the_first_is_refused(store: Any) -> None:
    with store.uow(write=True) as u:
        enqueue(u)
        first = u.jobs.lease(worker="w1", kinds=("pdf",), at=START, seconds=60)
        assert u.jobs.lease(worker="w2", kinds=("pdf",), at=START, seconds=60) is None
        assert u.jobs.progress(first, percent=250, text="第2页", at=START, seconds=120)
        assert u.jobs.get(first.id).progress == 100
        assert u.jobs.lease(worker="w2", kinds=("pdf",), at=START + MINUTE, seconds=60) is None
        second = u.jobs.lease(worker="w1", kinds=("pdf",), at=START + 2 * MINUTE, seconds=60)
        assert second.id == first.id
        assert not u.jobs.progress(first, percent=1, text="", at=START, seconds=60)
        assert not u.jobs.complete(first, result={}, at=START)
        assert not u.jobs.fail(first, error="x", at=START, retry_at=None)
        assert u.jobs.complete(second, result={}, at=START)


def test_a_failed_job_is_put_back_or_stays_visible_until_somebody_retries(store: Any) -> None:
    with store.uow(write=True) as u:
        enqueue(u)
        job = u.jobs.lease(worker="w", kinds=("pdf",), at=START, seconds=60)
        assert u.jobs.fail(job, error="转换超时", at=START, retry_at=START + MINUTE)
        assert u.jobs.get(job.id).error == "转换超时"
        assert u.jobs.lease(worker="w", kinds=("pdf",), at=START, seconds=60) is None
        job = u.jobs.lease(worker="w", kinds=("pdf",), at=START + MINUTE, seconds=60)
        assert job.attempts == 2
        with refused(Kind.CONFLICT):
            u.jobs.retry(job.id, at=START)
        assert u.jobs.fail(job, error="文件损坏", at=START, retry_at=None)
        assert u.jobs.get(job.id).state is JobState.FAILED
        again = u.jobs.retry(job.id, at=START)
        assert (again.state, again.attempts, again.error) == (JobState.WAITING, 0, "")
        with refused(Kind.NOT_FOUND):
            u.jobs.get("nothing")


def test_seals_chain_and_cover_each_event_once(store: Any) -> None:
    document = saved(store, make_document(), {"n": 1}, {"n": 2}, {"n": 3})
    with store.uow(write=True) as u:
        first = u.events.seal(START)
    with store.uow(write=True) as u:
        assert u.events.seal(START) is None
        u.events.append(make_event(document.id))
    second = seal_all(store, START + MINUTE)
    with store.uow() as u:
        events = u.events.for_document(document.id)
        assert u.events.latest_seal() == second
    assert (first.no, first.count, first.previous_hash) == (1, 3, "")
    assert first.root == merkle_root([leaf_hash(event) for event in events[:3]]).hex()
    assert (second.no, second.count, second.previous_hash) == (2, 1, first.hash)
    assert second.root == leaf_hash(events[3]).hex()
    assert seal_hash(seal_facts(second)) == second.hash
    assert seal_all(store, START) == second


def test_nothing_sealed_is_no_seal_and_no_anchor(store: Any, tmp_path: Any) -> None:
    assert seal_all(store, START) is None
    assert write_anchor(store, tmp_path / "anchors", START) is None
    assert not (tmp_path / "anchors").exists()


def definition(**changes: Any) -> Definition:
    made = Definition(
        "document", "notice", "v1", "local", "a" * 64, "draft", date(2026, 1, 1), None, "内容".encode()
    )
    return replace(made, **changes)


def test_definitions_are_kept_by_kind_name_and_version(store: Any) -> None:
    template = definition(kind="template", content=b"PK")
    with store.uow(write=True) as u:
        u.definitions.put(definition())
        u.definitions.put(definition(version="v2", valid_from=None))
        u.definitions.put(template)
        before = u.definitions.stamp()
        u.definitions.put(definition(content=b"new", sha256="b" * 64))
        assert u.definitions.stamp() != before
    with store.uow() as u:
        assert u.definitions.get("document", "notice", "v1") == definition(content=b"new", sha256="b" * 64)
        assert u.definitions.get("document", "notice", "v9") is None
        assert {d.version for d in u.definitions.list("document", "notice")} == {"v1", "v2"}
        assert u.definitions.list("template") == (template,)
        assert len(u.definitions.list()) == 3


def test_publishing_changes_status_and_stamp(store: Any) -> None:
    with store.uow(write=True) as u:
        u.definitions.put(definition())
    with store.uow() as u:
        before = u.definitions.stamp()
        assert u.definitions.stamp() == before
    with store.uow(write=True) as u:
        u.definitions.set_status("document", "notice", "v1", "published")
        u.definitions.set_status("document", "notice", "v1", "published", valid_to=date(2026, 12, 31))
    with store.uow() as u:
        kept = u.definitions.get("document", "notice", "v1")
        assert kept == definition(status="published", valid_to=date(2026, 12, 31))
        assert u.definitions.stamp() != before
    with refused(Kind.NOT_FOUND), store.uow(write=True) as u:
        u.definitions.set_status("document", "notice", "v9", "published")
