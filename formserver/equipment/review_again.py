"""Judging a list again after catalogues or rules changed: first what would change, then, when a person says so, the change.

Only what the machine says is replaced; what people decided stands. A row whose machine verdict changed under a decision is
marked 沿用待复核. The judgement that was replaced is kept in the history of the row (act ``machine``), so that what was
said to the enterprise earlier stays readable. Rows are written in short units of work; a run that was broken off is
finished by the next, because a row that is judged again comes to the same.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from formserver.accounts.service import AccountService
from formserver.core.errors import NOT_ALLOWED, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.jobs import Job, JobState
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.equipment.joint import Judge, judgement_to_json
from formserver.equipment.joint_stamp import GRADES
from formserver.equipment.lists_counting import REMOVED
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.models import Decision, EquipmentList, ListRow, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import BLOCKED, EquipmentListRepository, RowQuery
from formserver.equipment.review_changes import (
    Change,
    Preview,
    change_of,
    judged_again,
    preview_from_json,
    preview_to_json,
)
from formserver.equipment.review_repository import DecisionRepository
from formserver.equipment.review_service import Reviews, check_open

_AND: Final = "."
AGAIN_JOB: Final = "equipment.again"
AT_ONCE: Final = 2_000
"""Rows judged while the person waits; longer lists go to the worker."""
CHUNK: Final = 500
SHOWN: Final = 300
"""Changes listed one by one; all of them are counted."""

AGAIN_MOVED_ON: Final = error_code(
    "EQUIPMENT_AGAIN_MOVED_ON",
    Kind.CONFLICT,
    zh="您看过预览之后，目录、规则或能效限值又有变动。请重新预览，再决定是否更新。",
    en="Catalogues, rules or efficiency limits changed since the preview; preview again.",
)


class CheckingAgain:
    """One per process. ``judge_for`` makes the judge of a day with the confirmations of this moment."""

    def __init__(
        self,
        kit: Kit,
        reviews: Reviews,
        library: EquipmentLibrary,
        judge_for: Callable[[date], Judge],
        grades_for: Callable[[date], str],
        accounts: AccountService,
    ) -> None:
        self._kit = kit
        self._reviews = reviews
        self._library = library
        self._judge_for = judge_for
        self._grades_for = grades_for
        self._accounts = accounts

    def overtaken(self, actor: Actor, one: EquipmentList) -> bool:
        """Whether to point out that the list rests on rules that are no longer those of its day."""
        if not actor.may(EquipmentPermission.DECIDE) or one.state is not ListState.READY:
            return False
        grades = self._grades_for(one.as_of)
        return one.library != self._library.stamp(one.as_of) or one.definitions.get(GRADES, grades) != grades

    def stamp(self, one: EquipmentList) -> str:
        """What judging this list now rests on: the stamps of the rules, and of efficiency tables and confirmed limits."""
        return f"{self._library.stamp(one.as_of)}{_AND}{self._grades_for(one.as_of)}"

    def small(self, actor: Actor, list_id: str) -> bool:
        """Whether it is done while the person waits."""
        self._reviews.open(actor, list_id)
        with self._kit.store.uow() as u:
            return u.repository(EquipmentListRepository).count(list_id, RowQuery()) <= AT_ONCE

    def preview(self, actor: Actor, list_id: str) -> Preview:
        """What would change, worked out now. Raises NOT_FOUND, EQUIPMENT_REVIEW_NOT_READY."""
        return self._previewed(self._reviews.open(actor, list_id), _silent)

    def job(self, actor: Actor, list_id: str, do: str) -> Job | None:
        """The newest run in the worker, ``do`` being preview or apply. Raises NOT_FOUND."""
        self._reviews.open(actor, list_id)
        with self._kit.store.uow() as u:
            return u.jobs.latest(AGAIN_JOB, f"{list_id}/{do}")

    def current(self, one: EquipmentList, job: Job | None) -> Preview | None:
        """The preview a finished run made, while it still holds."""
        if job is None or job.state is not JobState.DONE:
            return None
        found = preview_from_json(job.result)
        return found if found.library == self.stamp(one) else None

    def start(self, actor: Actor, list_id: str, do: str, library: str = "") -> Job:
        """Put a preview or the change of a long list into the queue. Raises as :meth:`apply`."""
        one = self._may_change(actor, list_id, library if do == "apply" else None)
        now = self._kit.clock.now()
        payload = {
            "list": list_id,
            "user": actor.user_id,
            "do": do,
            "library": self.stamp(one),
        }
        with self._kit.store.uow(write=True) as u:
            return u.jobs.enqueue(
                kind=AGAIN_JOB,
                key=f"{list_id}/{do}",
                payload=payload,
                at=now,
                created_by=actor.user_id,
                agency_id=actor.agency_id,
                priority=40,
            )

    def apply(self, actor: Actor, list_id: str, library: str, report: Report | None = None) -> int:
        """Replace what the machine says; returns how many rows came to something else.

        ``library`` is the stamp of the preview the person saw. Raises NOT_FOUND, NOT_ALLOWED, EQUIPMENT_REVIEW_CLOSED,
        EQUIPMENT_AGAIN_MOVED_ON.
        """
        one = self._may_change(actor, list_id, library)
        rules, _, grades = library.partition(_AND)
        judge, tell = self._judge_for(one.as_of), report or _silent
        changed, after = 0, 0
        while True:
            with self._kit.store.uow(write=True) as u:
                lists = u.repository(EquipmentListRepository)
                check_open(lists.lock(list_id, actor.scope))
                rows = lists.rows(list_id, RowQuery(), after=after, limit=CHUNK)
                changed += self._replace(u, actor, one, rules, rows, judge)
                if not rows:
                    self._finish(u, actor, one, (rules, grades), changed)
                    return changed
            after = rows[-1].number
            tell(min(98, 1 + after * 97 // max(after, one.counts.get("rows", after))), f"已更新到第{after}行")

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: with the rights the person has now."""
        user = self._accounts.get(str(job.payload["user"]))
        actor = self._accounts.actor_for(user)
        if not user.active or not actor.may(EquipmentPermission.DECIDE):
            raise NOT_ALLOWED(what="重新识别设备清单：账号已停用或没有确认淘汰设备的权限")
        list_id = str(job.payload["list"])
        if job.payload["do"] == "apply":
            return {"changed": self.apply(actor, list_id, str(job.payload["library"]), report)}
        return preview_to_json(self._previewed(self._reviews.open(actor, list_id), report))

    def _may_change(self, actor: Actor, list_id: str, library: str | None) -> EquipmentList:
        actor.require(EquipmentPermission.DECIDE)
        one = self._reviews.open(actor, list_id)
        check_open(one)
        if library is not None and library != self.stamp(one):
            raise AGAIN_MOVED_ON()
        return one

    def _previewed(self, one: EquipmentList, report: Report) -> Preview:
        library, judge = self.stamp(one), self._judge_for(one.as_of)
        moves: Counter[tuple[str, str]] = Counter()
        shown: list[Change] = []
        rows = kept = 0
        for row in self._all_rows(one.id):
            rows += 1
            if rows % 2_000 == 0:
                report(min(98, 1 + rows * 97 // max(rows, one.counts.get("rows", rows))), f"已比较 {rows} 行")
            if not row.verdict:
                continue
            change = change_of(row, judge.judge(row.stated.get("values", {})))
            if change is None:
                continue
            moves[change.before, change.after] += 1
            kept += bool(row.decided) and change.before != change.after
            if len(shown) < SHOWN:
                shown.append(change)
        counted = tuple((before, after, count) for (before, after), count in moves.most_common())
        return Preview(library, rows, sum(moves.values()), kept, counted, tuple(shown))

    def _all_rows(self, list_id: str) -> Iterator[ListRow]:
        after = 0
        while True:
            with self._kit.store.uow() as u:
                rows = u.repository(EquipmentListRepository).rows(
                    list_id, RowQuery(), after=after, limit=2_000
                )
            if not rows:
                return
            yield from rows
            after = rows[-1].number

    def _replace(
        self,
        u: UnitOfWork,
        actor: Actor,
        one: EquipmentList,
        library: str,
        rows: Sequence[ListRow],
        judge: Judge,
    ) -> int:
        now = self._kit.clock.now()
        made: list[Decision] = []
        replaced: list[ListRow] = []
        for row in rows:
            if not row.verdict:
                continue
            judgement = judge.judge(row.stated.get("values", {}))
            if judgement_to_json(judgement) == row.judged:
                continue
            again = judged_again(row, judgement)
            replaced.append(again)
            if change_of(row, judgement) is not None:
                made.append(
                    Decision(
                        id=new_id(),
                        list_id=one.id,
                        number=row.number,
                        identity=row.identity,
                        copy=row.copy,
                        act="machine",
                        basis="",
                        reason="",
                        before=row.standing,
                        after=again.standing,
                        machine=again.verdict,
                        library=library,
                        by=actor.user_id,
                        by_name=actor.name,
                        agency_id=actor.agency_id,
                        at=now,
                        judged=row.judged,
                    )
                )
        decisions = u.repository(DecisionRepository)
        decisions.replace_judged(replaced)
        decisions.add_many(made)
        return len(made)

    def _finish(
        self, u: UnitOfWork, actor: Actor, one: EquipmentList, stamps: tuple[str, str], changed: int
    ) -> None:
        lists = u.repository(EquipmentListRepository)
        current = lists.lock(one.id, actor.scope)
        counts = {**current.counts, **_counts(u, one.id)}
        batches = self._library.batches(one.as_of)
        lists.update(
            dataclasses.replace(
                current,
                library=stamps[0],
                definitions={**{batch.id: batch.sha256 for batch in batches}, GRADES: stamps[1]},
                counts=counts,
                checked_at=self._kit.clock.now(),
            )
        )
        data = {"from": one.library, "to": stamps[0], "grades": stamps[1], "changed": changed}
        record_event(self._kit, u, actor, "equipment.again", subject=f"equipment_list:{one.id}", data=data)


def _counts(u: UnitOfWork, list_id: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for line in u.repository(DecisionRepository).tally(list_id):
        standing = line.standing or BLOCKED
        found[standing] += line.rows
        found["carried"] += line.rows if line.decided == "carried" else 0
        found[f"units_{standing}"] += line.units if line.status != REMOVED else 0
    names = ("eliminated", "review", "restricted", "ok", BLOCKED)
    return {key: found[key] for name in names for key in (name, f"units_{name}")} | {
        "carried": found["carried"]
    }


def _silent(_percent: int, _text: str) -> None:
    """Nobody is waiting for progress."""
