"""The job runner: every job ends, failures are seen, nobody does another's work."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from formserver.core.clock import FixedClock
from formserver.core.errors import Kind, error_code
from formserver.core.jobs import Job, JobState
from formserver.core.runner import JobRunner, LeaseLost
from formserver.store.memory import MemoryStore

AWAY = error_code("TEST_AWAY", Kind.UNAVAILABLE, zh="打印服务不在。", en="away")
BROKEN = error_code("TEST_BROKEN", Kind.INVALID, zh="文件打不开。", en="broken")


class Bench:
    """A queue with one job of kind ``print``."""

    def __init__(self) -> None:
        self.store, self.clock = MemoryStore(), FixedClock(datetime(2026, 11, 9, 1, 0, tzinfo=UTC))
        self.add("paper-1")

    def add(self, key: str, priority: int = 50) -> Job:
        with self.store.uow(write=True) as u:
            return u.jobs.enqueue(
                kind="print", key=key, payload={"key": key}, at=self.clock.now(), priority=priority
            )

    def runner(self, handler: Any) -> JobRunner:
        return JobRunner(self.store, {"print": handler}, self.clock)

    def job(self, key: str = "paper-1") -> Job:
        with self.store.uow() as u:
            found = u.jobs.latest("print", key)
        assert found is not None
        return found


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_job_is_done_once_and_keeps_its_result(bench: Bench) -> None:
    assert bench.runner(lambda job, report: {"pages": 3}).run_all() == 1
    assert (bench.job().state, bench.job().result) == (JobState.DONE, {"pages": 3})
    assert not bench.runner(lambda job, report: {}).run_one()


def test_asking_twice_for_the_same_work_makes_one_open_job(bench: Bench) -> None:
    assert bench.add("paper-1").id == bench.job().id


def test_the_urgent_job_runs_first(bench: Bench) -> None:
    bench.add("urgent", priority=1)
    order: list[str] = []
    bench.runner(lambda job, report: order.append(job.key) or {}).run_all()
    assert order == ["urgent", "paper-1"]


def test_a_service_that_is_away_is_tried_again_with_growing_pauses_and_then_shown(bench: Bench) -> None:
    def handler(job: Job, report: Any) -> dict[str, Any]:
        raise AWAY()

    runner, waits = bench.runner(handler), 0
    while bench.job().state is not JobState.FAILED:
        if not runner.run_one():
            bench.clock.advance(timedelta(minutes=6))
            waits += 1
        assert waits < 10
    assert bench.job().attempts == 4
    assert bench.job().error == "打印服务不在。"
    failed = bench.job()
    with bench.store.uow(write=True) as u:
        u.jobs.retry(failed.id, at=bench.clock.now())
    assert bench.runner(lambda job, report: {}).run_one()
    assert bench.job().state is JobState.DONE


def test_bad_input_fails_at_once_with_its_own_words(bench: Bench) -> None:
    def handler(job: Job, report: Any) -> dict[str, Any]:
        raise BROKEN()

    bench.runner(handler).run_all()
    assert (bench.job().state, bench.job().error, bench.job().attempts) == (
        JobState.FAILED,
        "文件打不开。",
        1,
    )


def test_a_bug_in_a_handler_does_not_end_the_runner(bench: Bench) -> None:
    def handler(job: Job, report: Any) -> dict[str, Any]:
        if job.key == "paper-1":
            raise ZeroDivisionError
        return {}

    bench.add("paper-2")
    assert bench.runner(handler).run_all() == 2
    assert bench.job("paper-2").state is JobState.DONE
    assert "重试" in bench.job().error


def test_progress_is_visible_while_the_job_runs(bench: Bench) -> None:
    seen: list[tuple[int, str]] = []

    def handler(job: Job, report: Any) -> dict[str, Any]:
        report(40, "第2页，共5页")
        seen.append((bench.job().progress, bench.job().progress_text))
        return {}

    bench.runner(handler).run_one()
    assert seen == [(40, "第2页，共5页")]


def test_a_runner_whose_lease_ended_stops_and_the_other_result_stands(bench: Bench) -> None:
    def other(job: Job, report: Any) -> dict[str, Any]:
        return {"by": "other"}

    def slow(job: Job, report: Any) -> dict[str, Any]:
        bench.clock.advance(timedelta(minutes=5))  # the machine slept
        assert bench.runner(other).run_one()
        with pytest.raises(LeaseLost):
            report(50, "")
        raise LeaseLost

    assert bench.runner(slow).run_one()
    assert (bench.job().state, bench.job().result) == (JobState.DONE, {"by": "other"})


def test_a_running_loop_ends_when_asked(bench: Bench) -> None:
    done = threading.Event()
    runner = bench.runner(lambda job, report: done.set() or {})
    thread = threading.Thread(target=runner.run_forever)
    thread.start()
    assert done.wait(10)
    runner.stop()
    thread.join(10)
    assert not thread.is_alive()
