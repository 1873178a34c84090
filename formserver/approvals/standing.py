"""Whether a person may decide on a paper now, in whose name, and if not, why: the rules in one place.

双人原则: nobody decides on a paper that they wrote or submitted, and nobody decides twice in one round, while
somebody else of the agency could. Where nobody else could, the reason is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass

from formserver.accounts.models import User
from formserver.approvals.models import (
    ANYONE,
    DEFAULT_TITLE,
    USER,
    Decision,
    Deputy,
    Round,
    Step,
)
from formserver.approvals.people import Approvers, fits
from formserver.approvals.repository import ApprovalRepository
from formserver.core.clock import Clock, today_in_china
from formserver.core.document_permissions import DocumentPermission
from formserver.core.models import Document
from formserver.core.permissions import SYSTEM_SCOPE, Actor
from formserver.core.store_ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to the step whose turn it is. ``why_not`` is empty when they may decide."""

    round: Round
    step: Step
    why_not: str = ""
    behalf: Deputy | None = None
    needs_reason: bool = False
    named: bool = False

    @property
    def may_decide(self) -> bool:
        """Whether the buttons are there."""
        return not self.why_not


class Rules:
    """Reads steps, people and deputies inside the given unit of work; writes nothing."""

    def __init__(self, people: Approvers, clock: Clock) -> None:
        self._people = people
        self._clock = clock

    def for_many(self) -> Rules:
        """The same rules for one unit of work that asks about many papers."""
        return Rules(self._people.remembering(), self._clock)

    def round_of(self, u: UnitOfWork, document: Document, known: Round | None = None) -> Round:
        """The round under way. A paper submitted before there were rounds gets the one-step round it would have."""
        rounds = (known,) if known else u.repository(ApprovalRepository).rounds(document.id)
        if rounds and rounds[-1].current is not None:
            return rounds[-1]
        number = rounds[-1].steps[0].round + 1 if rounds else 1
        head = next(
            (
                v
                for v in reversed(u.documents.versions(document.id, SYSTEM_SCOPE))
                if v.no == document.head_version
            ),
            None,
        )
        by, name = (head.author_id, head.author_name) if head else (document.created_by, "")
        step = Step(
            document_id=document.id,
            round=number,
            position=1,
            title=DEFAULT_TITLE,
            holder=ANYONE,
            version_no=document.head_version,
            submitted_by=by,
            submitted_by_name=name,
            submitted_at=head.at if head else document.updated_at,
        )
        return Round((step,))

    def standing(
        self, u: UnitOfWork, actor: Actor, document: Document, known: Round | None = None
    ) -> Standing:
        """How ``actor`` stands to a paper in review that lies in the actor's scope."""
        found = self.round_of(u, document, known)
        step = found.current
        assert step is not None
        if not actor.may(DocumentPermission.APPROVE):
            return Standing(found, step, why_not="您没有审批文书的权限。")
        authors = {step.submitted_by, document.created_by}
        holder = self._holder(u, step, document)
        me = self._people.find(u, actor.user_id)
        own = holder == ANYONE or (me is not None and fits(me, holder))
        behalf = None if own else self._represented(u, actor, document, holder, authors)
        if not own and behalf is None:
            who = self._people.holder_name(u, holder)
            return Standing(found, step, why_not=f"这一步（{step.title}）由{who}办理。")
        if actor.user_id in authors:
            if not own:
                return Standing(found, step, why_not="受托人不能审批自己填写或提交的文书。")
            if self._somebody_else(u, document, ANYONE, authors):
                return Standing(
                    found, step, why_not="您填写或提交的文书须由另一人审批（双人原则），请等其他审批人办理。"
                )
            return Standing(found, step, needs_reason=True, named=True)
        deciders = {s.decided_by for s in found.steps if s.decision is Decision.AGREED}
        if (
            actor.user_id in deciders
            and holder != USER + actor.user_id
            and self._somebody_else(u, document, holder, authors | deciders)
        ):
            return Standing(
                found, step, why_not=f"您已办理前一步，这一步（{step.title}）由另一位审批人办理。"
            )
        return Standing(found, step, behalf=behalf, named=holder != ANYONE)

    def who_is_asked(self, u: UnitOfWork, document: Document, found: Round) -> tuple[str, ...]:
        """User ids of those to tell that it is their turn: who may decide in their own right, and their deputies."""
        step = found.current
        if step is None:
            return ()
        authors = {step.submitted_by, document.created_by}
        holder = self._holder(u, step, document)
        if holder == ANYONE:
            people = self._people.in_agency(u, document.agency_id)
        else:
            people = self._people.holders(u, holder, document.agency_id)
        asked = [p.id for p in people if p.id not in authors]
        if not asked:
            asked = [p.id for p in people]
        day = today_in_china(self._clock)
        repository = u.repository(ApprovalRepository)
        for person in tuple(asked):
            asked += [d.deputy_id for d in repository.deputies_of(person) if d.holds_on(day)]
        return tuple(dict.fromkeys(asked))

    def settled_holder(self, u: UnitOfWork, document: Document, holder: str, submitter: str) -> str:
        """The holder a new step gets: open to all approvers where the chain names only who wrote the paper."""
        authors = {submitter, document.created_by}
        people = self._people.holders(u, holder, document.agency_id)
        return holder if any(p.id not in authors for p in people) else ANYONE

    def _holder(self, u: UnitOfWork, step: Step, document: Document) -> str:
        """Who is named, unless nobody named is left: then anybody who may approve."""
        if step.holder == ANYONE or self._people.holders(u, step.holder, document.agency_id):
            return step.holder
        return ANYONE

    def _represented(
        self, u: UnitOfWork, actor: Actor, document: Document, holder: str, authors: set[str]
    ) -> Deputy | None:
        day = today_in_china(self._clock)
        above = self._people.ancestry(u, document.agency_id)
        for deputy in u.repository(ApprovalRepository).represented_by(actor.user_id, day):
            person: User | None = self._people.find(u, deputy.person_id)
            if person is None or not self._people.may_approve(person) or person.agency_id not in above:
                continue
            if fits(person, holder) and person.id not in authors:
                return deputy
        return None

    def _somebody_else(self, u: UnitOfWork, document: Document, holder: str, but: set[str]) -> bool:
        return any(
            fits(person, holder) and person.id not in but
            for person in self._people.in_agency(u, document.agency_id)
        )
