"""Equipment lists of one's agencies: uploaded, laid out, checked by the worker, cancelled, declared void."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from formserver.accounts.service import AccountService
from formserver.core.clock import today_in_china
from formserver.core.errors import NOT_ALLOWED, AppError
from formserver.core.ids import new_id
from formserver.core.jobs import Job
from formserver.core.permissions import Actor
from formserver.core.runner import Report
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.enterprises.models import Enterprise
from formserver.equipment.lists_errors import LIST_COLUMNS, LIST_REASON, LIST_SPOKEN, LIST_STATE, LIST_TITLE
from formserver.equipment.lists_files import ListFiles
from formserver.equipment.lists_job import ListChecking
from formserver.equipment.lists_layout import is_certain, missing_of, replanned, twice_of
from formserver.equipment.lists_memory import proposal, recalled, remembered
from formserver.equipment.lists_repository import (
    Figure,
    ListWorkRepository,
    MappingRepository,
    ProblemQuery,
    ProblemRow,
)
from formserver.equipment.lists_wishes import TITLE_LIMIT, Wish, chosen_enterprise, typed_day
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.reading.keeping import plan_from_json, plan_to_json
from formserver.equipment.reading.model import OpenedList, ReadPlan
from formserver.equipment.reading.reader import read_list
from formserver.equipment.repository import EquipmentListRepository

CHECK_JOB: Final = "equipment.check"
PURPOSE: Final = "equipment"
MAX_LIST: Final = 20 * 1024 * 1024
STATE_WORDS: Final[Mapping[str, str]] = {
    "mapping": "待确认列",
    "checking": "识别中",
    "ready": "已识别",
    "closed": "已成文",
    "failed": "未能识别",
    "cancelled": "已取消",
}
CHECKED: Final = (ListState.READY, ListState.CLOSED)
"""States in which rows are shown."""
_REASON_LEAST, _REASON_MOST = 5, 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lists: empty fields do not narrow. ``mine``: those one has uploaded."""

    text: str = ""
    enterprise_id: str = ""
    states: tuple[ListState, ...] = ()
    mine: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list, the job that checks it, and its live figures by standing."""

    one: EquipmentList
    job: Job | None
    figures: Mapping[str, Figure]


class Lists:
    """One instance per process; safe to share between threads."""

    def __init__(self, kit: Kit, files: ListFiles, checking: ListChecking, accounts: AccountService) -> None:
        self._kit = kit
        self._files = files
        self._checking = checking
        self._accounts = accounts

    def start(self, actor: Actor, wish: Wish, filename: str, sha256: str) -> EquipmentList:
        """Take a stored file as a new list. A layout that is certain or was confirmed before goes on to the check.

        Raises NOT_ALLOWED, LIST_UNREADABLE, LIST_DAY, LIST_TITLE, LIST_ENTERPRISE, NOT_FOUND (enterprise, list before).
        """
        actor.require(EquipmentPermission.UPLOAD)
        as_of = typed_day(wish.as_of, today_in_china(self._kit.clock))
        with self._kit.store.uow() as u:
            before = self._before(u, actor, wish.previous_id)
            enterprise = chosen_enterprise(u, actor, wish.enterprise, wish.enterprise_id)
        opened = self._files.whole(sha256, filename)
        mapping = self._layout(actor, enterprise, opened)
        with self._kit.store.uow(write=True) as u:
            new = EquipmentList(
                id=new_id(),
                agency_id=actor.agency_id,
                enterprise_id=enterprise.id if enterprise else "",
                enterprise_name=enterprise.name if enterprise else "",
                uscc=enterprise.uscc if enterprise else "",
                title=_title(wish.title, enterprise, filename),
                as_of=as_of,
                state=ListState.MAPPING if mapping["how"] == "asked" else ListState.CHECKING,
                filename=filename,
                source_sha256=sha256,
                created_by=actor.user_id,
                created_by_name=actor.name,
                created_at=self._kit.clock.now(),
                mapping=mapping,
                previous_id=before.id if before else "",
            )
            u.repository(EquipmentListRepository).add(new)
            data = {"filename": filename, "sha256": sha256, "as_of": as_of.isoformat(), "how": mapping["how"]}
            self._record(u, actor, "equipment.upload", new.id, {**data, "enterprise": new.enterprise_id})
            if new.state is ListState.CHECKING:
                self._enqueue(u, actor, new)
        return new

    def find(
        self, actor: Actor, wanted: Wanted = Wanted(), *, after: str = "", limit: int = 20
    ) -> tuple[tuple[EquipmentList, ...], Mapping[str, Mapping[str, Figure]]]:
        """Lists of one's agencies, newest first, with their live figures. Raises NOT_ALLOWED."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            found = u.repository(EquipmentListRepository).find(
                actor.scope,
                text=wanted.text,
                enterprise_id=wanted.enterprise_id,
                states=wanted.states,
                created_by=actor.user_id if wanted.mine else "",
                after=after,
                limit=limit,
            )
            ready = [one.id for one in found if one.state in CHECKED]
            return found, u.repository(ListWorkRepository).figures(ready)

    def get(self, actor: Actor, list_id: str) -> EquipmentList:
        """Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            return u.repository(EquipmentListRepository).get(list_id, actor.scope)

    def page(self, actor: Actor, list_id: str) -> ListPage:
        """A list with its job and its figures. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            one = u.repository(EquipmentListRepository).get(list_id, actor.scope)
            shown = one.state in CHECKED
            figures = u.repository(ListWorkRepository).figures([one.id])[one.id] if shown else {}
            return ListPage(one, u.jobs.latest(CHECK_JOB, one.id), figures)

    def checked(self, actor: Actor, list_id: str) -> EquipmentList:
        """A list whose rows can be shown. Raises NOT_ALLOWED, NOT_FOUND, LIST_STATE."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            return self.read(u, actor, list_id)

    def read(self, u: UnitOfWork, actor: Actor, list_id: str) -> EquipmentList:
        """The same within a unit of work, so that its rows are those of this moment. Raises NOT_FOUND, LIST_STATE."""
        one = u.repository(EquipmentListRepository).get(list_id, actor.scope)
        if one.state not in CHECKED:
            raise LIST_STATE(state=state_word(one), deed="查看或下载识别结果")
        return one

    def problems(
        self, one: EquipmentList, wanted: ProblemQuery, *, after: int = 0, limit: int = 50
    ) -> tuple[ProblemRow, ...]:
        """Rows with problems of a list one has got."""
        with self._kit.store.uow() as u:
            return u.repository(ListWorkRepository).problem_rows(one.id, wanted, after=after, limit=limit)

    def original(self, actor: Actor, list_id: str) -> tuple[EquipmentList, BinaryIO]:
        """The file as it was handed in. Raises NOT_ALLOWED, NOT_FOUND."""
        one = self.get(actor, list_id)
        return one, self._kit.store.blobs.open(one.source_sha256)

    def columns(self, actor: Actor, list_id: str) -> EquipmentList:
        """A list whose columns may still be given another meaning. Raises NOT_FOUND, LIST_STATE, LIST_SPOKEN."""
        actor.require(EquipmentPermission.UPLOAD)
        with self._kit.store.uow() as u:
            return _readable_anew(u, u.repository(EquipmentListRepository).get(list_id, actor.scope))

    def plan_of(self, one: EquipmentList) -> ReadPlan:
        """How a list one has got is read: as kept, else proposed anew. Raises LIST_UNREADABLE, LIST_PLAN_UNFIT."""
        kept = one.mapping.get("plan")
        if kept is not None:
            return plan_from_json(kept)
        opened = self.head_of(one)
        return proposal(opened, read_list(opened))

    def head_of(self, one: EquipmentList) -> OpenedList:
        """The first rows of the file of a list one has got. Raises LIST_UNREADABLE."""
        return self._files.head(one.source_sha256, one.filename)

    def with_heads(self, one: EquipmentList, plan: ReadPlan, heads: Mapping[int, int]) -> ReadPlan:
        """The plan with other rows as heads of sheets, by place. Raises LIST_UNREADABLE, LIST_COLUMNS (no such row)."""
        return replanned(self.head_of(one), plan, heads)

    def confirm(self, actor: Actor, list_id: str, plan: ReadPlan, *, remember: bool = True) -> EquipmentList:
        """What columns mean is said; the check begins. Remembered for files of this enterprise that are laid out alike.

        Raises NOT_ALLOWED, NOT_FOUND, LIST_STATE, LIST_SPOKEN, LIST_COLUMNS.
        """
        actor.require(EquipmentPermission.UPLOAD)
        faults = [*twice_of(plan), *(one.message for one in missing_of(plan) if one.fatal)]
        if faults:
            raise LIST_COLUMNS(what="".join(faults)[:400])
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            current = _readable_anew(u, repository.lock(list_id, actor.scope))
            kept = plan_to_json(plan)
            proposed = current.mapping.get("proposed", kept)
            mapping = {"proposed": proposed, "plan": kept, "how": "confirmed"}
            new = dataclasses.replace(
                current, state=ListState.CHECKING, mapping=mapping, failure="", counts={}
            )
            repository.update(new)
            if remember and current.enterprise_id:
                before = plan_from_json(proposed)
                u.repository(MappingRepository).keep(
                    current.agency_id,
                    current.enterprise_id,
                    before.signature,
                    remembered(before, plan),
                    actor.name,
                    self._kit.clock.now(),
                )
            self._record(u, actor, "equipment.columns", list_id, {"columns": _columns(plan)})
            self._enqueue(u, actor, new)
        return new

    def cancel(self, actor: Actor, list_id: str) -> None:
        """Stop a check, or give up a list whose columns nobody confirmed. Raises NOT_FOUND, LIST_STATE."""
        self._end(actor, list_id, "equipment.cancel", "", (ListState.MAPPING, ListState.CHECKING), "取消")

    def void(self, actor: Actor, list_id: str, reason: str) -> None:
        """Declare a list void: it stays readable and speaks for nothing any more.

        Raises NOT_ALLOWED, NOT_FOUND, LIST_STATE (made into documents, void already), LIST_REASON.
        """
        text = " ".join(reason.split())
        if not _REASON_LEAST <= len(text) <= _REASON_MOST:
            raise LIST_REASON()
        self._end(actor, list_id, "equipment.void", text, (ListState.READY, ListState.FAILED), "作废")

    def retitle(self, actor: Actor, list_id: str, title: str) -> None:
        """Another title. Raises NOT_ALLOWED, NOT_FOUND, LIST_TITLE."""
        actor.require(EquipmentPermission.UPLOAD)
        text = _checked_title(title)
        with self._kit.store.uow(write=True) as u:
            old = u.repository(EquipmentListRepository).lock(list_id, actor.scope)
            u.repository(ListWorkRepository).retitle(list_id, text)
            self._record(u, actor, "equipment.retitle", list_id, {"before": old.title, "after": text})

    def retry(self, actor: Actor, list_id: str) -> None:
        """Put a check that broke off into the queue again. Raises NOT_ALLOWED, NOT_FOUND, LIST_STATE."""
        actor.require(EquipmentPermission.UPLOAD)
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            current = repository.lock(list_id, actor.scope)
            if current.state not in (ListState.CHECKING, ListState.FAILED):
                raise LIST_STATE(state=STATE_WORDS[current.state], deed="重新识别")
            new = dataclasses.replace(current, state=ListState.CHECKING, failure="")
            repository.update(new)
            self._record(u, actor, "equipment.retry", list_id, {})
            self._enqueue(u, actor, new)

    def work(self, job: Job, report: Report) -> dict[str, Any]:
        """The job: with the rights the person has now."""
        user = self._accounts.get(str(job.payload["user"]))
        actor = self._accounts.actor_for(user)
        if not user.active or not actor.may(EquipmentPermission.UPLOAD):
            raise NOT_ALLOWED(what="继续识别这份清单：账号已停用或没有上传设备清单的权限")
        found = self.get(actor, str(job.payload["list"]))
        if found.state is not ListState.CHECKING:
            return {"stopped": True}
        return self._checking.check(actor, found, report)

    def _layout(self, actor: Actor, enterprise: Enterprise | None, opened: OpenedList) -> dict[str, Any]:
        """How the file is read and why nobody was asked: ``how`` is asked, certain or remembered."""
        proposed = proposal(opened, read_list(opened))
        mapping: dict[str, Any] = {"proposed": plan_to_json(proposed), "plan": plan_to_json(proposed)}
        kept = None
        if enterprise is not None:
            with self._kit.store.uow() as u:
                mappings = u.repository(MappingRepository)
                kept = mappings.find(actor.agency_id, enterprise.id, proposed.signature)
        plan = None
        if kept is not None:
            try:
                plan = recalled(opened, proposed, kept["plan"])
            except AppError:  # the head was moved to a row this file does not have: a person looks again
                plan = None
        if plan is not None and kept is not None:
            mapping["remembered"] = {key: kept[key] for key in ("by_name", "at")}
            mapping["plan"] = plan_to_json(plan)
        how = "remembered" if plan is not None else "certain" if is_certain(proposed) else "asked"
        fatal = any(one.fatal for one in missing_of(plan or proposed))
        return mapping | {"how": "asked" if fatal else how}

    def _before(self, u: UnitOfWork, actor: Actor, list_id: str) -> EquipmentList | None:
        return u.repository(EquipmentListRepository).get(list_id, actor.scope) if list_id else None

    def _end(
        self, actor: Actor, list_id: str, action: str, reason: str, states: tuple[ListState, ...], deed: str
    ) -> None:
        actor.require(EquipmentPermission.UPLOAD)
        with self._kit.store.uow(write=True) as u:
            repository = u.repository(EquipmentListRepository)
            current = repository.lock(list_id, actor.scope)
            if current.state not in states:
                raise LIST_STATE(state=state_word(current), deed=deed)
            if current.state is not ListState.READY:
                u.repository(ListWorkRepository).clear(list_id)
            repository.update(dataclasses.replace(current, state=ListState.CANCELLED, failure=reason))
            self._record(u, actor, action, list_id, {"reason": reason, "before": current.state.value})

    def _enqueue(self, u: UnitOfWork, actor: Actor, one: EquipmentList) -> None:
        u.jobs.replace(
            kind=CHECK_JOB,
            key=one.id,
            payload={"list": one.id, "user": actor.user_id},
            at=self._kit.clock.now(),
            created_by=actor.user_id,
            agency_id=one.agency_id,
            priority=55,
        )

    def _record(
        self, u: UnitOfWork, actor: Actor, action: str, list_id: str, data: Mapping[str, Any]
    ) -> None:
        record_event(self._kit, u, actor, action, subject=f"equipment_list:{list_id}", data=data)


def _readable_anew(u: UnitOfWork, current: EquipmentList) -> EquipmentList:
    """The list, while it may still be read in another way. Raises LIST_STATE, LIST_SPOKEN."""
    if current.state is ListState.CLOSED or (current.state is ListState.CANCELLED and current.failure):
        raise LIST_STATE(state=state_word(current), deed="再改列的含义")
    if u.repository(ListWorkRepository).spoken(current.id):
        raise LIST_SPOKEN()
    return current


def state_word(one: EquipmentList) -> str:
    """How the state of a list is called on pages."""
    if one.state is ListState.CANCELLED and one.failure:
        return "已作废"
    return STATE_WORDS[one.state]


def _columns(plan: ReadPlan) -> dict[str, list[str]]:
    return {
        sheet.title: [f"{heading.title}→{heading.key}" for heading in sheet.headings if heading.key]
        for sheet in plan.sheets
        if not sheet.skip
    }


def _title(typed: str, enterprise: Enterprise | None, filename: str) -> str:
    if typed.strip():
        return _checked_title(typed)
    if enterprise is not None:
        return f"{enterprise.name}设备清单"[:TITLE_LIMIT]
    return (filename.rpartition(".")[0] or filename)[:TITLE_LIMIT] or "设备清单"


def _checked_title(typed: str) -> str:
    text = " ".join(typed.split())
    if not 1 <= len(text) <= TITLE_LIMIT:
        raise LIST_TITLE(limit=TITLE_LIMIT)
    return text
