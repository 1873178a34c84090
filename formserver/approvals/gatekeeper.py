"""Holds the lifecycle to the order of signers, whichever page or interface asks, and keeps the steps with each deed."""

from __future__ import annotations

import dataclasses
from typing import Final

from formserver.approvals.chains import Chains
from formserver.approvals.models import ANYONE, Decision, Round, Step
from formserver.approvals.pages import PaperPages
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.standing import Rules, Standing
from formserver.approvals.telling import ApproverTeller
from formserver.core.errors import Kind, error_code
from formserver.core.models import State
from formserver.core.service_kit import DeedRequest, DocumentDeed, Kit, record_event
from formserver.core.store_ports import UnitOfWork

NOT_YOUR_DECISION = error_code(
    "NOT_YOUR_DECISION", Kind.CONFLICT, zh="不能办理这份文书的审批：{why}", en="You may not decide: {why}"
)
STEPS_LEFT = error_code(
    "STEPS_LEFT",
    Kind.CONFLICT,
    zh="这份文书还要经过后面的审批，不能直接执行“同意”。请到“审批”页面办理第{position}步（{title}）。",
    en="More signers follow; agree on the approval page.",
)
SELF_APPROVAL_REASON = error_code(
    "SELF_APPROVAL_REASON",
    Kind.INVALID,
    zh="您审批的是自己填写或提交的文书，本机构没有其他审批人，请写明理由后再同意。",
    en="Nobody else can approve your own paper; give the reason.",
)
NOT_THE_SUBMITTER = error_code(
    "NOT_THE_SUBMITTER",
    Kind.CONFLICT,
    zh="只有提交人（{who}）或填写人可以撤回；审批人请用“退回”。",
    en="Only {who} may recall the paper; approvers return it.",
)
_ENDS: Final = {"withdraw": Decision.WITHDRAWN, "void": Decision.ENDED}


class Gatekeeper:
    """A guard and a handler of deeds on one set of rules."""

    def __init__(
        self, kit: Kit, rules: Rules, chains: Chains, teller: ApproverTeller, pages: PaperPages
    ) -> None:
        self._kit = kit
        self._rules = rules
        self._chains = chains
        self._teller = teller
        self._pages = pages

    def guard(self, u: UnitOfWork, request: DeedRequest) -> None:
        """Raises NOT_YOUR_DECISION, STEPS_LEFT, SELF_APPROVAL_REASON, NOT_THE_SUBMITTER."""
        document = request.document
        if request.key in ("approve", "return"):
            standing = self._rules.standing(u, request.actor, document)
            if not standing.may_decide:
                raise NOT_YOUR_DECISION(why=standing.why_not)
            if request.key == "approve" and not standing.round.is_last:
                raise STEPS_LEFT(position=standing.step.position, title=standing.step.title)
            if request.key == "approve" and standing.needs_reason and not request.reason:
                raise SELF_APPROVAL_REASON()
        elif request.key == "withdraw":
            step = self._rules.round_of(u, document).steps[0]
            if request.actor.user_id not in {step.submitted_by, document.created_by}:
                raise NOT_THE_SUBMITTER(who=step.submitted_by_name or "提交人")

    def heard(self, u: UnitOfWork, deed: DocumentDeed) -> None:
        """Keep the steps in the transaction of the deed, tell who is next, have the pages printed."""
        if deed.key == "submit":
            self._begin(u, deed)
        elif deed.key in ("approve", "return"):
            standing = self._rules.standing(u, deed.actor, deed.document)
            decision = Decision.AGREED if deed.key == "approve" else Decision.RETURNED
            self.close(u, deed, standing, decision)
        elif deed.key in _ENDS and deed.before is State.IN_REVIEW:
            self._end(u, deed, self._rules.round_of(u, deed.document), _ENDS[deed.key])

    def _begin(self, u: UnitOfWork, deed: DocumentDeed) -> None:
        document, actor, now = deed.document, deed.actor, self._kit.clock.now()
        repository = u.repository(ApprovalRepository)
        earlier = repository.rounds(document.id)
        number = earlier[-1].steps[0].round + 1 if earlier else 1
        steps = [
            Step(
                document_id=document.id,
                round=number,
                position=position,
                title=planned.title,
                holder=self._rules.settled_holder(u, document, planned.holder, actor.user_id)
                if planned.holder != ANYONE
                else ANYONE,
                version_no=deed.version_no,
                submitted_by=actor.user_id,
                submitted_by_name=actor.name,
                submitted_at=now,
            )
            for position, planned in enumerate(
                self._chains.steps_for(u, document.agency_id, document.type), start=1
            )
        ]
        repository.add_steps(steps)
        self._pages.request(u, document, deed.version_no, actor.user_id)
        self._teller.ask(u, document, Round(tuple(steps)))

    def close(self, u: UnitOfWork, deed: DocumentDeed, standing: Standing, decision: Decision) -> None:
        """Write a decision on the current step; the others end with a return, the next is asked after 同意."""
        repository = u.repository(ApprovalRepository)
        now, actor, document = self._kit.clock.now(), deed.actor, deed.document
        if not any(r.steps[0].round == standing.step.round for r in repository.rounds(document.id)):
            repository.add_steps(standing.round.steps)
        behalf = standing.behalf
        decided = dataclasses.replace(
            standing.step,
            decision=decision,
            decided_by=actor.user_id,
            decided_by_name=actor.name,
            decided_at=now,
            reason=deed.reason,
            behalf_of=behalf.person_id if behalf else "",
            behalf_of_name=behalf.person_name if behalf else "",
        )
        if not repository.decide(decided):
            raise NOT_YOUR_DECISION(why="刚才已有人办理了这一步，请刷新后查看。")
        rest = [s for s in standing.round.steps if s.decision is Decision.OPEN and s != standing.step]
        if decision is Decision.RETURNED:
            for step in rest:
                repository.decide(dataclasses.replace(step, decision=Decision.ENDED, decided_at=now))
            rest = []
        remarks = repository.remarks(document.id, decided.round)
        if rest or behalf or len(standing.round.steps) > 1 or remarks or standing.needs_reason:
            self._record(u, deed, decided, [(r.place, r.remark) for r in remarks])
        self._teller.settle(u, document)
        if rest:
            self._teller.ask(u, document, Round(tuple(rest)))

    def _record(self, u: UnitOfWork, deed: DocumentDeed, step: Step, remarks: list[tuple[str, str]]) -> None:
        """The sealed event names both people of a decision on somebody's behalf, and what was marked."""
        record_event(
            self._kit,
            u,
            deed.actor,
            "document.decided",
            document_id=deed.document.id,
            subject=step.title,
            data={
                "version": step.version_no,
                "round": step.round,
                "position": step.position,
                "title": step.title,
                "decision": step.decision.value,
                "behalf_of": step.behalf_of,
                "behalf_of_name": step.behalf_of_name,
                "reason": deed.reason,
                "remarks": [{"place": place, "remark": remark} for place, remark in remarks],
            },
        )

    def _end(self, u: UnitOfWork, deed: DocumentDeed, found: Round, decision: Decision) -> None:
        repository = u.repository(ApprovalRepository)
        now = self._kit.clock.now()
        for step in found.steps:
            if step.decision is Decision.OPEN:
                repository.decide(
                    dataclasses.replace(
                        step,
                        decision=decision,
                        decided_by=deed.actor.user_id,
                        decided_by_name=deed.actor.name,
                        decided_at=now,
                        reason=deed.reason,
                    )
                )
        self._teller.settle(u, deed.document)
