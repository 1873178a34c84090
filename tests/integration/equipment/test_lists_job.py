"""The check in the worker: repeated after a kill, taken over, stopped, two at once; decisions of the list before."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.runner import JobRunner
from formserver.equipment import lists_job
from formserver.equipment.lists_service import CHECK_JOB, Lists
from formserver.equipment.models import Decision, ListRow, ListState
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_repository import DecisionRepository
from formserver.equipment.tables import equipment_row
from tests.support.lists import MOTOR, PUMP, checked, list_id, template_file, upload, work
from tests.support.website import Website

WORKER = """
import sys, time
from pathlib import Path
from formserver.app import build_context
from formserver.config import Settings
from formserver.core.runner import JobRunner
from formserver.equipment import lists_job
from formserver.equipment.lists_service import CHECK_JOB

lists_job.CHUNK = 50
write = lists_job.ListChecking._write

def slow(self, run, chunk):
    write(self, run, chunk)
    print(run.tally.rows, flush=True)
    time.sleep(0.2)

lists_job.ListChecking._write = slow
context = build_context(Settings(storage_dir=Path(sys.argv[1]), environment="test", pdf_workers=1))
JobRunner(context.store, {CHECK_JOB: context.job_handlers[CHECK_JOB]}, context.clock).run_one()
"""
"""A worker that stops to breathe behind every chunk, so that it can be killed in the middle."""


def rows_of(site: Website, found: str) -> list[int]:
    with site.context.store.unit() as unit:  # type: ignore[attr-defined]
        query = select(equipment_row.c.number).where(equipment_row.c.list_id == found)
        return [row[0] for row in unit.connection.execute(query.order_by(equipment_row.c.number))]


def decision(site: Website, found: str, row: ListRow, act: str, after: str, reason: str) -> Decision:
    actor = site.actor("chen")
    return Decision(
        new_id(), found, row.number, row.identity, row.copy, act, "photo", reason, row.standing, after, row.verdict,
        "lib", actor.user_id, actor.name, actor.agency_id, site.context.clock.now(),
    )  # fmt: skip


def many(count: int) -> list[dict[str, str]]:
    return [{**(MOTOR if i % 2 else PUMP), "location": f"{i}号位"} for i in range(count)]


def test_a_worker_killed_in_the_middle_is_repeated_and_every_row_stands_once(site: Website):
    found = list_id(upload(site, template_file(many(500)), title="杀掉").location)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(site.storage)], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert worker.stdout is not None
    assert worker.stdout.readline().strip() == "50"
    assert worker.stdout.readline().strip() == "100"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=10)
    worker.stdout.close()
    left = rows_of(site, found)
    assert 100 <= len(left) < 500
    lists, actor = site.context.service(Lists), site.actor("chen")
    assert lists.get(actor, found).state is ListState.CHECKING
    assert "结论" not in site.client("chen").get(f"/equipment/lists/{found}").text
    lists.retry(actor, found)
    assert work(site) == 1
    assert rows_of(site, found) == list(range(1, 501))
    one = lists.get(actor, found)
    assert one.state is ListState.READY
    assert one.counts["rows"] == 500


def test_the_lease_of_a_dead_worker_ends_and_the_next_takes_over(site: Website):
    found = list_id(upload(site, template_file(many(120)), title="租约").location)
    context = site.context
    with context.store.uow(write=True) as u:
        assert (
            u.jobs.lease(worker="dead", kinds=(CHECK_JOB,), at=context.clock.now(), seconds=-1.0) is not None
        )
    assert work(site) == 1
    assert rows_of(site, found) == list(range(1, 121))


def test_of_two_runs_over_one_list_only_the_later_writes(site: Website, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists_job, "CHUNK", 20)
    lists, actor = site.context.service(Lists), site.actor("chen")
    found = list_id(upload(site, template_file(many(100)), title="两次").location)
    job = lists.page(actor, found).job
    assert job is not None
    inner: list[object] = []

    def report(_percent: int, text: str) -> None:
        if text.startswith("已读 20 ") and not inner:
            inner.append(None)
            inner[0] = lists.work(job, lambda _p, _t: None)

    monkeypatch.setattr(lists_job, "_PAUSE", 0.0)
    assert lists.work(job, report) == {"stopped": True}
    assert inner == [{"rows": 100}]
    assert rows_of(site, found) == list(range(1, 101))
    work(site)
    assert rows_of(site, found) == list(range(1, 101))


def test_two_lists_are_checked_side_by_side(site: Website):
    import threading

    ids = [list_id(upload(site, template_file(many(150)), title=f"并行{i}").location) for i in range(2)]
    context = site.context
    handlers = {CHECK_JOB: context.job_handlers[CHECK_JOB]}
    workers = [
        threading.Thread(target=JobRunner(context.store, handlers, context.clock).run_all) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    for found in ids:
        assert rows_of(site, found) == list(range(1, 151))
        assert context.service(Lists).get(site.actor("chen"), found).state is ListState.READY


def test_a_list_cancelled_while_it_runs_keeps_no_rows(site: Website, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lists_job, "CHUNK", 20)
    monkeypatch.setattr(lists_job, "_PAUSE", 0.0)
    lists, actor = site.context.service(Lists), site.actor("chen")
    found = list_id(upload(site, template_file(many(100)), title="中途取消").location)
    job = lists.page(actor, found).job
    assert job is not None
    told: list[str] = []

    def report(_percent: int, text: str) -> None:
        told.append(text)
        if text.startswith("已读 40 ") and lists.get(actor, found).state is ListState.CHECKING:
            lists.cancel(actor, found)

    assert lists.work(job, report) == {"stopped": True}
    assert rows_of(site, found) == []
    assert lists.get(actor, found).state is ListState.CANCELLED
    assert any("已识别" in text for text in told)
    work(site)
    assert lists.get(actor, found).state is ListState.CANCELLED


def test_a_damaged_original_ends_in_a_failure_said_in_words(site: Website):
    lists, actor = site.context.service(Lists), site.actor("chen")
    found = list_id(upload(site, template_file(many(3)), title="原件换了").location)
    other = site.context.store.blobs.put_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 300)
    with site.context.store.uow(write=True) as u:
        repository = u.repository(EquipmentListRepository)
        one = repository.lock(found, actor.scope)
        repository.update(dataclasses.replace(one, source_sha256=other.sha256))
    work(site)
    one = lists.get(actor, found)
    assert one.state is ListState.FAILED
    assert "不能读取" in one.failure
    page = site.client("chen").get(f"/equipment/lists/{found}")
    assert "不能读取" in page.text
    assert "重新上传" in page.text
    assert "原件换了" in site.client("chen").get("/").text


def test_who_lost_the_permission_checks_nothing(site: Website):
    lists = site.context.service(Lists)
    found = list_id(upload(site, template_file(many(2)), title="停用").location)
    job = lists.page(site.actor("chen"), found).job
    assert job is not None
    viewer = site.actor("viewer")
    with pytest.raises(AppError):
        lists.work(
            dataclasses.replace(job, payload={**job.payload, "user": viewer.user_id}), lambda _p, _t: None
        )
    work(site)


def test_decisions_of_the_list_before_are_taken_over_once_even_when_repeated(site: Website):
    firm = {"enterprise": "川西水泥有限公司", "enterprise_id": site.enterprise.id}
    actor, context = site.actor("chen"), site.context
    first = list_id(checked(site, template_file([MOTOR, PUMP, PUMP]), title="上一年", **firm))
    with context.store.uow() as u:
        rows = u.repository(EquipmentListRepository).rows(first, RowQuery())
        motor = next(row for row in rows if row.stated["values"]["model"] == "Y160M-4")
    one = decision(site, first, motor, "out", "ok", "铭牌为 YE3 系列")
    with context.store.uow(write=True) as u:
        u.repository(DecisionRepository).add_many([one])
        u.repository(DecisionRepository).set_standing(first, {("ok", "out"): [motor.number]})
    second = list_id(upload(site, template_file([PUMP, MOTOR]), title="这一年", **firm).location)
    lists = context.service(Lists)
    job = lists.page(actor, second).job
    assert job is not None
    seen: list[str] = []

    def broken(_percent: int, text: str) -> None:
        seen.append(text)
        if text == "正在汇总":
            raise RuntimeError("the machine went away")

    with pytest.raises(RuntimeError):
        lists.work(job, broken)
    assert work(site) == 1
    assert lists.get(actor, second).previous_id == first
    with context.store.uow() as u:
        carried = [r for r in u.repository(EquipmentListRepository).rows(second, RowQuery()) if r.decided]
        (row,) = carried
        assert (row.standing, row.decided) == ("ok", "carried")
        assert len(u.repository(DecisionRepository).of_row(second, row.number)) == 1
    assert "沿用上一份清单的人工意见" in site.client("chen").get(f"/equipment/lists/{second}").text


def test_what_people_said_keeps_columns_from_being_changed(site: Website):
    firm = {"enterprise": "川西水泥有限公司", "enterprise_id": site.enterprise.id}
    found = list_id(checked(site, template_file([MOTOR]), title="已有意见", **firm))
    with site.context.store.uow() as u:
        (row,) = u.repository(EquipmentListRepository).rows(found, RowQuery())
    said = decision(site, found, row, "comment", row.standing, "看过铭牌")
    with site.context.store.uow(write=True) as u:
        u.repository(DecisionRepository).add_many([said])
    answer = site.client("chen").get(f"/equipment/lists/{found}/columns")
    assert answer.status_code == 409
    assert "重新上传" in answer.text
    assert "不能再改列的含义</h1>" in answer.text
    assert "别人修改" not in answer.text
