"""What an approver does: look at the queue, read a paper, mark fields, decide on one or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formserver.approvals.gatekeeper import NOT_YOUR_DECISION, SELF_APPROVAL_REASON, Gatekeeper
from formserver.approvals.models import Decision, Remark, Round, Step
from formserver.approvals.pages import PaperPages
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.standing import Rules, Standing
from formserver.core.deeds import HEAD_MOVED, checked_reason
from formserver.core.definitions.grammar import breaches
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import AppError, Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import APPROVE, RETURN, choose
from formserver.core.models import Document, State, VersionContent
from formserver.core.permissions import Actor
from formserver.core.places import to_indexed, to_keyed
from formserver.core.service_kit import DocumentDeed, Kit
from formserver.core.store_ports import DocumentQuery, UnitOfWork

STEP_MOVED = error_code(
    "STEP_MOVED",
    Kind.CONFLICT,
    zh="您打开页面后，这份文书已由别人办理或重新提交。请看过现在的内容再决定。",
    en="The paper has moved on since you opened it.",
)
RETURN_REASON = error_code(
    "RETURN_REASON",
    Kind.INVALID,
    zh="退回要写明理由，或者先在字段上写批注，请填写后再退回。",
    en="Give a reason or mark a field before returning.",
)
BAD_REMARK = error_code(
    "BAD_REMARK", Kind.INVALID, zh="批注没有保存：{why}", en="The remark was not saved: {why}"
)
LONGEST_REMARK: Final = 500
MOST_REMARKS: Final = 100
QUEUE_LIMIT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue."""

    document: Document
    type_title: str
    standing: Standing

    @property
    def since(self) -> datetime:
        """When it was submitted."""
        return self.standing.step.submitted_at


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody has looked at: the decision counts for exactly this."""

    document_id: str
    version_no: int
    round: int
    position: int

    @classmethod
    def read(cls, text: str) -> Ticket | None:
        """From ``id:version:round:position`` of a form; None for anything else."""
        parts = text.split(":")
        if len(parts) != 4 or not all(p.isascii() and p.isdigit() and len(p) < 9 for p in parts[1:]):
            return None
        return cls(parts[0][:26], *map(int, parts[1:]))

    def __str__(self) -> str:
        return f"{self.document_id}:{self.version_no}:{self.round}:{self.position}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one paper of many."""

    title: str
    document_id: str
    done: str = ""
    error: str = ""


class ApprovalService:
    """Reads and decides inside the actor's scope."""

    def __init__(
        self, kit: Kit, issuing: Issuing, rules: Rules, gatekeeper: Gatekeeper, pages: PaperPages
    ) -> None:
        self._kit = kit
        self._issuing = issuing
        self._rules = rules
        self._gatekeeper = gatekeeper
        self._pages = pages

    def queue(self, actor: Actor, *, below: bool = False) -> tuple[tuple[Waiting, ...], int]:
        """What waits for this person, longest waiting first, and how many more wait in agencies below.

        Papers of agencies below are listed with ``below``, or when a step names the person.
        """
        actor.require(ApprovalPermission.DECIDE)
        with self._kit.store.uow() as u:
            found = self._in_review(u, actor)
            rounds = u.repository(ApprovalRepository).latest_rounds([d.id for d in found])
            rules = self._rules.for_many()
            standings = [(d, rules.standing(u, actor, d, rounds.get(d.id))) for d in found]
        mine = [
            Waiting(document, self._kit.document_type(document).title, standing)
            for document, standing in standings
            if standing.may_decide
        ]
        near = [w for w in mine if w.document.agency_id == actor.agency_id or w.standing.named]
        listed = mine if below else near
        return tuple(sorted(listed, key=lambda w: (w.since, w.document.id))), len(mine) - len(near)

    def _in_review(self, u: UnitOfWork, actor: Actor) -> list[Document]:
        found: list[Document] = []
        cursor = ""
        while len(found) < QUEUE_LIMIT:
            query = DocumentQuery(states=(State.IN_REVIEW,), cursor=cursor, limit=200)
            page = u.documents.find(query, actor.scope)
            found.extend(page.items)
            cursor = page.next_cursor
            if not cursor:
                break
        return found

    def standing(self, u: UnitOfWork, actor: Actor, document: Document) -> Standing | None:
        """How the actor stands to a paper; None when it waits for no decision."""
        return self._rules.standing(u, actor, document) if document.state is State.IN_REVIEW else None

    def agree(self, actor: Actor, ticket: Ticket, reason: str = "") -> Decision:
        """同意: the last signer approves the paper, any other passes it on.

        Raises STEP_MOVED, HEAD_MOVED, NOT_YOUR_DECISION, SELF_APPROVAL_REASON, WRONG_STATE, INVALID_INPUT.
        """
        actor.require(ApprovalPermission.DECIDE)
        reason = checked_reason(reason)
        with self._kit.store.uow() as u:
            last = self._looked_at(
                u, actor, u.documents.get(ticket.document_id, actor.scope), ticket
            ).round.is_last
        if last:
            self._issuing.transition(
                actor, ticket.document_id, APPROVE.key, base_version=ticket.version_no, reason=reason
            )
            return Decision.AGREED
        self._pass_on(actor, ticket, reason)
        return Decision.OPEN

    def _pass_on(self, actor: Actor, ticket: Ticket, reason: str) -> None:
        actor.require(DocumentPermission.APPROVE)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(ticket.document_id, actor.scope)
            dt = self._kit.document_type(document)
            choose(dt.lifecycle, dt.numbering.mode, document.state, APPROVE.key)
            standing = self._looked_at(u, actor, document, ticket)
            if not standing.may_decide:
                raise NOT_YOUR_DECISION(why=standing.why_not)
            if standing.round.is_last:
                raise STEP_MOVED()
            if standing.needs_reason and not reason:
                raise SELF_APPROVAL_REASON()
            deed = DocumentDeed("agree", actor, document, document.state, reason, document.head_version)
            self._gatekeeper.close(u, deed, standing, Decision.AGREED)

    def send_back(self, actor: Actor, ticket: Ticket, reason: str) -> None:
        """退回 with a reason and the marks made; marks alone are reason enough. Raises as :meth:`agree`, RETURN_REASON."""
        actor.require(ApprovalPermission.DECIDE)
        reason = checked_reason(reason)
        with self._kit.store.uow() as u:
            document = u.documents.get(ticket.document_id, actor.scope)
            standing = self._looked_at(u, actor, document, ticket, RETURN.label)
            remarks = u.repository(ApprovalRepository).remarks(document.id, standing.step.round)
        if not reason and remarks:
            reason = f"见 {len(remarks)} 处批注"
        if not reason:
            raise RETURN_REASON()
        self._issuing.transition(
            actor, ticket.document_id, RETURN.key, base_version=ticket.version_no, reason=reason
        )

    def many(
        self, actor: Actor, tickets: Sequence[Ticket], *, agree: bool, reason: str = ""
    ) -> list[Outcome]:
        """Decide on each in a unit of its own; one that is refused does not hold the others up."""
        actor.require(ApprovalPermission.DECIDE)
        found = []
        for ticket in dict.fromkeys(tickets):
            title = ""
            try:
                with self._kit.store.uow() as u:
                    title = u.documents.get(ticket.document_id, actor.scope).title
                if agree:
                    ended = self.agree(actor, ticket, reason) is Decision.AGREED
                    found.append(
                        Outcome(title, ticket.document_id, "已同意" if ended else "已同意，转下一步")
                    )
                else:
                    self.send_back(actor, ticket, reason)
                    found.append(Outcome(title, ticket.document_id, "已退回"))
            except AppError as error:
                words = "；".join([error.message(), *(p.message for p in error.problems[:3])])
                found.append(Outcome(title or "一份文书", ticket.document_id if title else "", error=words))
        return found

    def _looked_at(
        self, u: UnitOfWork, actor: Actor, document: Document, ticket: Ticket, action: str = APPROVE.label
    ) -> Standing:
        """The standing, if the paper is still where the person saw it."""
        dt = self._kit.document_type(document)
        key = APPROVE.key if action == APPROVE.label else RETURN.key
        choose(dt.lifecycle, dt.numbering.mode, document.state, key, reason="·")
        if document.head_version != ticket.version_no:
            raise HEAD_MOVED(head=document.head_version, base=ticket.version_no, action=action)
        standing = self._rules.standing(u, actor, document)
        if (standing.step.round, standing.step.position) != (ticket.round, ticket.position):
            raise STEP_MOVED()
        return standing

    def remark(self, actor: Actor, ticket: Ticket, place: str, text: str) -> Remark:
        """Mark one field of the paper under review. Raises BAD_REMARK, NOT_YOUR_DECISION, STEP_MOVED, HEAD_MOVED."""
        actor.require(ApprovalPermission.DECIDE)
        text = _checked_remark(text)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(ticket.document_id, actor.scope)
            standing = self._looked_at(u, actor, document, ticket, RETURN.label)
            if not standing.may_decide:
                raise NOT_YOUR_DECISION(why=standing.why_not)
            content = u.documents.version(document.id, document.head_version, actor.scope)
            keyed, label = self._place(document, content, place)
            repository = u.repository(ApprovalRepository)
            if len(repository.remarks(document.id, standing.step.round)) >= MOST_REMARKS:
                raise BAD_REMARK(why=f"一份文书最多 {MOST_REMARKS} 处批注，请在退回理由中概括说明。")
            made = Remark(
                new_id(),
                document.id,
                standing.step.round,
                document.head_version,
                keyed,
                label,
                text,
                actor.user_id,
                actor.name,
                self._kit.clock.now(),
            )
            repository.add_remark(made)
        return made

    def _place(self, document: Document, content: VersionContent, place: str) -> tuple[str, str]:
        dt = self._kit.document_type(document)
        try:
            indexed = to_indexed(content.body, place)
            dt.leaf(indexed)
        except (LookupError, AppError):
            raise BAD_REMARK(why="这个字段在文书中找不到，请刷新后重试。") from None
        return to_keyed(content.body, indexed), dt.label(indexed)

    def unremark(self, actor: Actor, document_id: str, remark_id: str) -> None:
        """Take one's own mark back while the paper is under review. Raises NOT_FOUND, STEP_MOVED."""
        actor.require(ApprovalPermission.DECIDE)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(document_id, actor.scope)
            if document.state is not State.IN_REVIEW:
                raise STEP_MOVED()
            u.repository(ApprovalRepository).drop_remark(document_id, remark_id, actor.user_id)

    def returned_remarks(self, actor: Actor, document: Document) -> tuple[Step | None, tuple[Remark, ...]]:
        """Why the paper came back last time and what was marked, until it is submitted again; (None, ()) otherwise."""
        with self._kit.store.uow() as u:
            u.documents.get(document.id, actor.scope)
            repository = u.repository(ApprovalRepository)
            rounds = repository.rounds(document.id)
            if document.state is not State.RETURNED or not rounds:
                return None, ()
            last = rounds[-1]
            step = next((s for s in last.steps if s.decision is Decision.RETURNED), None)
            return step, repository.remarks(document.id, last.steps[0].round) if step else ()

    def ask_for_pages(self, actor: Actor, document_id: str) -> None:
        """Have the pages of a paper under review printed: they were cleared away, or failed before."""
        actor.require(ApprovalPermission.DECIDE)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.get(document_id, actor.scope)
            if document.state is State.IN_REVIEW:
                self._pages.request(u, document, document.head_version, actor.user_id)

    def rounds(self, actor: Actor, document: Document) -> tuple[Round, ...]:
        """The way of a paper so far."""
        with self._kit.store.uow() as u:
            u.documents.get(document.id, actor.scope)
            return u.repository(ApprovalRepository).rounds(document.id)


def _checked_remark(text: str) -> str:
    cleaned = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not cleaned:
        raise BAD_REMARK(why="请写明这个字段要改什么。")
    if len(cleaned) > LONGEST_REMARK:
        raise BAD_REMARK(why=f"批注有 {len(cleaned)} 个字，最多 {LONGEST_REMARK} 个。")
    wrong = [message for _, _, message in breaches({"remark": cleaned})]
    if wrong:
        raise invalid([Problem("BAD_TEXT", wrong[0].replace("{label}", "批注"), "/remark", "批注")])
    return cleaned
