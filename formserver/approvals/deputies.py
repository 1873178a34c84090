"""委托审批: a person names who decides during an absence."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from formserver.accounts.models import User
from formserver.approvals.models import Deputy
from formserver.approvals.people import Approvers
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.repository import ApprovalRepository
from formserver.core.clock import today_in_china
from formserver.core.deeds import checked_reason
from formserver.core.errors import Problem, invalid
from formserver.core.ids import new_id
from formserver.core.notices import Notice, NoticeBoard
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event

LONGEST: Final = timedelta(days=366)


class Deputies:
    """One's own deputies; nobody names one for somebody else."""

    def __init__(self, kit: Kit, people: Approvers) -> None:
        self._kit = kit
        self._people = people

    def choices(self, actor: Actor) -> tuple[User, ...]:
        """Who could be named: other approvers of the own agency or above."""
        with self._kit.store.uow() as u:
            return tuple(p for p in self._people.at_or_above(u, actor.agency_id) if p.id != actor.user_id)

    def mine(self, actor: Actor) -> tuple[Deputy, ...]:
        """Whom this person has named, newest first."""
        actor.require(ApprovalPermission.DEPUTY)
        with self._kit.store.uow() as u:
            return u.repository(ApprovalRepository).deputies_of(actor.user_id)

    def for_whom(self, actor: Actor) -> tuple[Deputy, ...]:
        """For whom this person may act today."""
        with self._kit.store.uow() as u:
            repository = u.repository(ApprovalRepository)
            return repository.represented_by(actor.user_id, today_in_china(self._kit.clock))

    def name(
        self, actor: Actor, deputy_id: str, from_day: date | None, to_day: date | None, reason: str
    ) -> Deputy:
        """Appoint. Raises INVALID_INPUT naming the field."""
        actor.require(ApprovalPermission.DEPUTY)
        reason = checked_reason(reason)
        person = next((p for p in self.choices(actor) if p.id == deputy_id), None)
        today = today_in_china(self._kit.clock)
        problems = []
        if person is None:
            problems.append(("deputy", "受托人", "请选择受托人；只能委托给有审批权限的同事。"))
        if from_day is None:
            problems.append(("from_day", "开始日期", "请填写开始日期，例如 2026-12-01。"))
        if to_day is None:
            problems.append(("to_day", "结束日期", "请填写结束日期，例如 2026-12-07。"))
        elif to_day < today:
            problems.append(("to_day", "结束日期", "结束日期已经过去，请填写今天或以后的日期。"))
        elif from_day is not None and to_day < from_day:
            problems.append(("to_day", "结束日期", "结束日期早于开始日期，请核对。"))
        elif from_day is not None and to_day - from_day > LONGEST:
            problems.append(("to_day", "结束日期", "一次委托最长一年，请分次办理。"))
        if problems or person is None or from_day is None or to_day is None:
            raise invalid([Problem("BAD_DEPUTY", text, where, label) for where, label, text in problems])
        now = self._kit.clock.now()
        made = Deputy(
            new_id(), actor.user_id, actor.name, person.id, person.name, from_day, to_day, reason, now
        )
        with self._kit.store.uow(write=True) as u:
            u.repository(ApprovalRepository).add_deputy(made)
            record_event(
                self._kit,
                u,
                actor,
                "approval.deputy",
                subject=person.name,
                data={
                    "deputy": person.id,
                    "from": from_day.isoformat(),
                    "to": to_day.isoformat(),
                    "reason": reason,
                },
            )
            board = u.repository(NoticeBoard)  # type: ignore[type-abstract]
            board.post(
                [
                    Notice(
                        new_id(),
                        person.id,
                        now,
                        "approval.deputy",
                        f"{actor.name}委托您在{from_day.isoformat()}至{to_day.isoformat()}代为审批",
                        "/approvals",
                        reason,
                    )
                ]
            )
        return made

    def end(self, actor: Actor, appointment_id: str) -> Deputy:
        """End one's own appointment now. Raises NOT_FOUND."""
        actor.require(ApprovalPermission.DEPUTY)
        with self._kit.store.uow(write=True) as u:
            ended = u.repository(ApprovalRepository).end_deputy(
                appointment_id, actor.user_id, self._kit.clock.now()
            )
            record_event(
                self._kit,
                u,
                actor,
                "approval.deputy_ended",
                subject=ended.deputy_name,
                data={"deputy": ended.deputy_id},
            )
        return ended
