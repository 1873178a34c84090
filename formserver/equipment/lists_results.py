"""The result workbook of a list. A short list's is written while the person waits; a long one's in the worker, kept as a
blob, and handed out again as long as nothing it states has changed.

What a file rests on is read in the same snapshot of the database as its rows, so that a kept file is never handed out
for a list that has moved on: it is made anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

from formserver.accounts.service import AccountService
from formserver.core.errors import NOT_ALLOWED
from formserver.core.jobs import Job, JobState
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.lists_files_out import result_head, result_rows, tally_of
from formserver.equipment.lists_service import Lists
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.models import EquipmentList
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.result_book import ResultHead, ResultRow, write_result

RESULT_JOB: Final = "equipment.result"
AT_ONCE: Final = 5_000
"""Rows written while the person waits; longer lists go to the worker."""
FORM: Final = "2"
"""Of the workbook: to be raised when its sheets change, so that files kept in the form before are made anew."""
STEP: Final = 5_000
"""Rows between two words of progress."""
_OPEN: Final = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class KeptResult:
    """A file that states the list as it is now: its blob, when and by whom it was made."""

    sha256: str
    size: int
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class ResultState:
    """How far the file of a long list is. ``overtaken``: one was made, and the list has changed since."""

    kept: KeptResult | None
    running: Job | None
    failed: Job | None
    overtaken: bool


class ListResults:
    """One per process; safe to share between threads."""

    def __init__(self, kit: Kit, lists: Lists, library: EquipmentLibrary, accounts: AccountService) -> None:
        self._kit = kit
        self._lists = lists
        self._library = library
        self._accounts = accounts

    def short(self, one: EquipmentList) -> bool:
        """Whether the file is written while the person waits."""
        return one.counts.get("rows", 0) <= AT_ONCE

    def write(self, actor: Actor, one: EquipmentList, target: BinaryIO) -> None:
        """The file of a list one has got, as things stand now."""
        with self._kit.store.uow() as u:
            head = self._head(actor, one)
            write_result(target, head, result_rows(u, one), tally_of(one))

    def state(self, one: EquipmentList) -> ResultState:
        """How far the file of a list one has got is."""
        with self._kit.store.uow() as u:
            job = u.jobs.latest(RESULT_JOB, one.id)
            rests_on = self._rests_on(u, one)
        if job is None:
            return ResultState(None, None, None, False)
        running, failed = job if job.state in _OPEN else None, job if job.state is JobState.FAILED else None
        kept = self._kept(job, rests_on)
        return ResultState(kept, running, failed, job.state is JobState.DONE and kept is None)

    def open(self, kept: KeptResult) -> BinaryIO:
        """The bytes of a kept file. Raises DAMAGED_BLOB."""
        return self._kit.store.blobs.open(kept.sha256)

    def start(self, actor: Actor, list_id: str) -> None:
        """Have the file of a long list made, unless there is one or it is being made.

        Raises NOT_ALLOWED, NOT_FOUND, LIST_STATE.
        """
        one = self._lists.checked(actor, list_id)
        state = self.state(one)
        if state.kept is not None or state.running is not None:
            return
        with self._kit.store.uow(write=True) as u:
            u.jobs.enqueue(
                kind=RESULT_JOB,
                key=one.id,
                payload={"list": one.id, "user": actor.user_id},
                at=self._kit.clock.now(),
                created_by=actor.user_id,
                agency_id=one.agency_id,
                priority=45,
            )
            record_event(self._kit, u, actor, "equipment.result", subject=f"equipment_list:{one.id}")

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: with the rights the person has now. A run that is repeated makes the same file."""
        user = self._accounts.get(str(job.payload["user"]))
        actor = self._accounts.actor_for(user)
        if not user.active or not actor.may(EquipmentPermission.READ):
            raise NOT_ALLOWED(what="制作识别结果文件：账号已停用或没有查看设备清单的权限")
        list_id = str(job.payload["list"])
        report(1, "正在读取清单")
        with tempfile.TemporaryFile() as file, ThreadPoolExecutor(1) as aside:
            target = cast(BinaryIO, file)

            def tell(percent: int, text: str) -> None:  # a unit of its own, while this one reads its snapshot
                aside.submit(report, percent, text).result()

            with self._kit.store.uow() as u:
                one = self._lists.read(u, actor, list_id)
                rests_on = self._rests_on(u, one)
                total = u.repository(EquipmentListRepository).count(list_id, RowQuery())
                head = self._head(actor, one)
                write_result(target, head, _told(result_rows(u, one), total, tell), tally_of(one))
            target.seek(0)
            blob = self._kit.store.blobs.put(target)
        return {
            "sha256": blob.sha256,
            "size": blob.size,
            "by": actor.name,
            "at": head.exported_at,
            "rests_on": rests_on,
        }

    def _kept(self, job: Job, rests_on: str) -> KeptResult | None:
        made = job.result
        if job.state is not JobState.DONE or made.get("rests_on") != rests_on:
            return None
        if not self._kit.store.blobs.exists(str(made["sha256"])):
            return None
        return KeptResult(str(made["sha256"]), int(made["size"]), str(made["by"]), str(made["at"]))

    def _head(self, actor: Actor, one: EquipmentList) -> ResultHead:
        return result_head(one, self._library.batches(one.as_of), actor.name, self._kit.clock.now())

    def _rests_on(self, u: UnitOfWork, one: EquipmentList) -> str:
        """Another text as soon as anything the workbook states has changed: numbers of catalogues are those of now."""
        stamps = (FORM, u.repository(PaperRepository).stamp(one), self._library.stamp(one.as_of))
        return "\n".join((*stamps, one.title, one.enterprise_name, one.uscc, one.filename, one.source_sha256))


def _told(rows: Iterator[ResultRow], total: int, report: Report) -> Iterator[ResultRow]:
    """The rows, with a word of how far it is every few thousand."""
    for number, row in enumerate(rows, start=1):
        yield row
        if number % STEP == 0:
            report(min(97, 1 + 96 * number // total), f"已写 {number} 行，共 {total} 行")
