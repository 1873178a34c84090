"""Checking a list in the worker: every row read by the plan, judged, numbered, and written in short units of work.

A run may be killed at any row and repeated: it begins anew, and a mark in the list makes sure that only the run that
began last writes. Nobody sees rows before the list is READY.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, Final

from formserver.core.errors import AppError, Kind
from formserver.core.ids import new_id
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.joint import Judge
from formserver.equipment.joint_stamp import GRADES
from formserver.equipment.lists_counting import Tally
from formserver.equipment.lists_errors import LIST_EMPTY
from formserver.equipment.lists_files import ListFiles
from formserver.equipment.lists_identity import Copies
from formserver.equipment.lists_repository import ListWorkRepository
from formserver.equipment.lists_rows import list_row
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.models import Decision, EquipmentList, ListRow, ListState
from formserver.equipment.reading.keeping import plan_from_json
from formserver.equipment.reading.model import ReadTally, StatedRow
from formserver.equipment.reading.reader import read_rows
from formserver.equipment.repository import EquipmentListRepository, prepared
from formserver.equipment.review_carrying import Carrier
from formserver.equipment.review_repository import DecisionRepository

CHUNK: Final = 1_000
"""Rows per unit of work: as long as other writers have to wait for this one."""
_PAUSE: Final = 1.0
"""Seconds between two reports of progress, each of which is a unit of work of its own."""
_RUN: Final = "run"


class Stopped(Exception):
    """The list was cancelled, is to be read in another way, or another run has taken it over."""


@dataclass(slots=True)
class _Run:
    """One run over one list."""

    actor: Actor
    one: EquipmentList
    mark: str
    total: int
    report: Report
    carrier: Carrier
    tally: Tally = field(default_factory=Tally)
    copies: Copies = field(default_factory=Copies)
    told: float = 0.0

    def tell(self, read: int, *, now: bool = False) -> None:
        """Say how far it is, not more often than people can read."""
        moment = time.monotonic()
        if not now and moment - self.told < _PAUSE:
            return
        self.told = moment
        percent = 5 + 92 * min(read, self.total) // max(1, self.total)
        self.report(percent, f"已读 {read} 行，已识别 {self.tally.judged} 行，共约 {self.total} 行")


class ListChecking:
    """Checks lists; ``judge_for`` makes the judge of a day with the confirmations of this moment."""

    def __init__(
        self,
        kit: Kit,
        files: ListFiles,
        library: EquipmentLibrary,
        judge_for: Callable[[date], Judge],
        grades_for: Callable[[date], str],
    ) -> None:
        self._kit = kit
        self._files = files
        self._library = library
        self._judge_for = judge_for
        self._grades_for = grades_for

    def check(self, actor: Actor, found: EquipmentList, report: Report) -> dict[str, Any]:
        """Check one list that is in CHECKING. What is wrong with the file ends in FAILED with its words."""
        report(1, "正在打开清单文件")
        try:
            opened = self._files.whole(found.source_sha256, found.filename)
            plan = plan_from_json(found.mapping["plan"])
            reader = read_rows(opened, plan, found.as_of)
            run = self._begin(actor, found, sum(one.rows for one in plan.sheets if not one.skip), report)
            grades = self._grades_for(
                found.as_of
            )  # before the judge: what is confirmed in between is pointed out
            judge = self._judge_for(found.as_of)
            rows = self._rows(run, judge, iter(reader))
            while chunk := list(islice(rows, CHUNK)):
                self._write(run, chunk)
            if not run.tally.rows:
                raise LIST_EMPTY()
            self._finish(run, reader.tally, grades)
        except Stopped:
            return {"stopped": True}
        except AppError as error:
            if error.kind in (Kind.UNAVAILABLE, Kind.CONFLICT):
                raise
            self._fail(actor, found.id, error.message())
            return {"failed": True}
        return {"rows": run.tally.rows}

    def _begin(self, actor: Actor, found: EquipmentList, total: int, report: Report) -> _Run:
        library = self._library.stamp(found.as_of)
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            current = repository.lock(found.id, actor.scope)
            if current.state is not ListState.CHECKING:
                raise Stopped
            previous = _previous(repository, current, actor)
            mark = new_id()
            u.repository(ListWorkRepository).clear(found.id)
            begun = dataclasses.replace(
                current,
                mapping={**current.mapping, _RUN: mark},
                library=library,
                previous_id=previous.id if previous else current.previous_id,
            )
            repository.update(begun)
        with self._kit.store.uow() as u:
            carrier = Carrier(u, previous)
        return _Run(actor, begun, mark, total, report, carrier)

    def _rows(self, run: _Run, judge: Judge, stated: Iterator[StatedRow]) -> Iterator[ListRow]:
        for read, one in enumerate(stated, start=1):
            judgement = None if one.blocked else judge.judge(one.values)
            yield list_row(run.one.id, one, judgement, run.copies)
            if read % 200 == 0:
                run.tell(read)

    def _write(self, run: _Run, chunk: Sequence[ListRow]) -> None:
        kept, decisions = _carried(run.carrier, run.one, chunk)
        ready = prepared(kept)
        with self._kit.store.uow(write=True) as u:
            _held(u, run)
            u.repository(EquipmentListRepository).add_prepared(ready)
            if decisions:
                u.repository(DecisionRepository).add_many(decisions)
        for row in kept:
            run.tally.add(row)
        run.tell(run.tally.rows)

    def _finish(self, run: _Run, read: ReadTally, grades: str) -> None:
        kit = self._kit
        run.report(99, "正在汇总")
        with kit.store.uow(write=True) as u:
            current = _held(u, run)
            mapping = {key: value for key, value in current.mapping.items() if key != _RUN}
            mapping["problems"] = run.tally.problems()
            mapping["tally"] = {
                "rows": read.rows, "blocked": read.blocked, "blank": read.blank, "summary": read.summary,
                "remarks": list(read.remarks), "levels": dict(read.levels), "problems": dict(read.problems),
            }  # fmt: skip
            done = dataclasses.replace(
                current,
                state=ListState.READY,
                mapping=mapping,
                definitions={
                    **{one.id: one.sha256 for one in self._library.batches(current.as_of)},
                    GRADES: grades,
                },
                counts=run.tally.counts(),
                failure="",
                checked_at=kit.clock.now(),
            )
            u.repository(EquipmentListRepository).update(done)
            data = {"counts": dict(done.counts), "library": done.library, "previous": done.previous_id}
            record_event(kit, u, run.actor, "equipment.check", subject=f"equipment_list:{done.id}", data=data)

    def _fail(self, actor: Actor, list_id: str, message: str) -> None:
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            current = repository.lock(list_id, actor.scope)
            if current.state is not ListState.CHECKING:
                return
            u.repository(ListWorkRepository).clear(list_id)
            repository.update(dataclasses.replace(current, state=ListState.FAILED, failure=message))
            subject, data = f"equipment_list:{list_id}", {"failure": message}
            record_event(self._kit, u, actor, "equipment.check_failed", subject=subject, data=data)


def _held(u: UnitOfWork, run: _Run) -> EquipmentList:
    """The list, locked, while this run is still the one that may write. Raises Stopped."""
    current = u.repository(EquipmentListRepository).lock(run.one.id, run.actor.scope)
    if current.state is not ListState.CHECKING or current.mapping.get(_RUN) != run.mark:
        raise Stopped
    return current


def _previous(
    repository: EquipmentListRepository, current: EquipmentList, actor: Actor
) -> EquipmentList | None:
    """The list whose decisions are taken over: the enterprise's newest, else the one a person uploaded again."""
    if current.enterprise_id:
        return repository.latest(current.enterprise_id, actor.scope, before=current.id)
    if not current.previous_id:
        return None
    found = repository.get(current.previous_id, actor.scope)
    return found if found.state in (ListState.READY, ListState.CLOSED) else None


def _carried(
    carrier: Carrier, new: EquipmentList, chunk: Sequence[ListRow]
) -> tuple[list[ListRow], list[Decision]]:
    carried = [carrier.carry(row, new) for row in chunk]
    return [row for row, _ in carried], [decision for _, decision in carried if decision is not None]
