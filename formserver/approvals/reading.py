"""One paper as an approver reads it: what is missing, what changed since it came back, the fields, the marks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from formserver.approvals.models import Decision, Remark, Round
from formserver.approvals.pages import PaperPages
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.repository import ApprovalRepository
from formserver.approvals.service import Ticket
from formserver.approvals.standing import Rules, Standing
from formserver.core.clock import today_in_china
from formserver.core.definitions.citations import citation_problems
from formserver.core.definitions.diff import diff_bodies
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.validation import validate_complete
from formserver.core.errors import Problem, Severity
from formserver.core.models import Document, State, VersionContent
from formserver.core.permissions import Actor
from formserver.core.places import to_indexed
from formserver.core.rare_characters import rare_character_problems
from formserver.core.service_kit import Kit
from formserver.core.store_ports import UnitOfWork
from formserver.documents.body_view import reading_view
from formserver.documents.saying import place_text

_KINDS = {"added": "增加", "removed": "删去", "changed": "修改", "moved": "移动"}


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that changed since the paper was last decided on. ``at`` is empty for what is gone."""

    label: str
    kind: str
    old: str
    new: str
    at: str


@dataclass(frozen=True, slots=True)
class PaperView:
    """Everything the page of one paper shows. ``standing`` is None when it waits for no decision any more."""

    document: Document
    dt: DocumentType
    content: VersionContent
    sections: list[Any]
    missing: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    base: int
    base_word: str
    differences: tuple[Difference, ...]
    rounds: tuple[Round, ...]
    standing: Standing | None
    remarks: tuple[Remark, ...]
    pages: int
    printing: str

    @property
    def ticket(self) -> Ticket | None:
        """What a decision on this view would be about."""
        if self.standing is None:
            return None
        step = self.standing.step
        return Ticket(self.document.id, self.document.head_version, step.round, step.position)

    @property
    def remarked(self) -> frozenset[str]:
        """The places (indexed) that bear a mark."""
        return frozenset(to_indexed(self.content.body, r.place) for r in self.remarks)


class PaperReader:
    """Reads inside the actor's scope."""

    def __init__(self, kit: Kit, rules: Rules, pages: PaperPages) -> None:
        self._kit = kit
        self._rules = rules
        self._pages = pages

    def read(self, actor: Actor, document_id: str) -> PaperView:
        """The head version. Raises NOT_FOUND outside the scope or before the first version."""
        actor.require(ApprovalPermission.DECIDE)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            content = u.documents.version(document_id, document.head_version, actor.scope)
            repository = u.repository(ApprovalRepository)
            rounds = repository.rounds(document_id)
            waiting = document.state is State.IN_REVIEW
            standing = self._rules.standing(u, actor, document) if waiting else None
            number = standing.step.round if standing else rounds[-1].steps[0].round if rounds else 0
            remarks = repository.remarks(document_id, number)
            found = self.problems(u, document, content)
            base, word, old = self._base(u, actor, document, rounds, number)
            printing = self._pages.state(u, document, document.head_version)
        dt = self._kit.document_type(document)
        return PaperView(
            document=document,
            dt=dt,
            content=content,
            sections=reading_view(dt, content.body, content.envelope.get("hidden", ())),
            missing=tuple(p for p in found if p.severity is Severity.ERROR),
            warnings=tuple(p for p in found if p.severity is Severity.WARNING),
            base=base,
            base_word=word,
            differences=tuple(_differences(dt, old, content)) if old else (),
            rounds=rounds,
            standing=standing,
            remarks=remarks,
            pages=self._pages.count(content),
            printing=printing,
        )

    def content(self, actor: Actor, document_id: str, no: int) -> VersionContent:
        """One version, for its pages. Raises NOT_FOUND."""
        actor.require(ApprovalPermission.DECIDE)
        with self._kit.store.uow() as u:
            return u.documents.version(document_id, no, actor.scope)

    def problems(self, u: UnitOfWork, document: Document, content: VersionContent) -> tuple[Problem, ...]:
        """What still stands against printing, and what should be looked at."""
        dt = self._kit.document_type(document)
        day = document.facets.doc_date or today_in_china(self._kit.clock)
        body = content.body
        return (
            *validate_complete(dt, body, stage="draft", ctx=self._kit.context(u, document)),
            *citation_problems(dt, body, self._kit.catalogue.laws(), day),
            *rare_character_problems(dt, body, self._kit.glyphs),
        )

    def _base(
        self, u: UnitOfWork, actor: Actor, document: Document, rounds: tuple[Round, ...], number: int
    ) -> tuple[int, str, VersionContent | None]:
        """The version the last round was about: what an approver has read already."""
        earlier = [r for r in rounds if r.steps[0].round < number]
        if not earlier:
            return 0, "", None
        no = earlier[-1].steps[0].version_no
        words = {
            Decision.RETURNED: "上次退回的",
            Decision.WITHDRAWN: "上次撤回的",
            Decision.AGREED: "上次同意的",
        }
        word = words.get(earlier[-1].outcome, "上次提交的")
        return no, word, u.documents.version(document.id, no, actor.scope)


def _differences(dt: DocumentType, old: VersionContent, new: VersionContent) -> list[Difference]:
    found = []
    for change in diff_bodies(dt, old.body, new.body):
        if change.kind == "moved":
            before, after = f"第{change.old}行", f"第{change.new}行"
        else:
            before = place_text(dt, change.pointer, change.old)
            after = place_text(dt, change.pointer, change.new)
        at = "" if change.kind == "removed" else change.pointer
        found.append(Difference(change.label, _KINDS[change.kind], before, after, at))
    return found
