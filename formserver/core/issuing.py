"""Review, number, final print, void: the deeds before and beside the signature."""

from __future__ import annotations

import dataclasses

from formserver.core.clock import today_in_china
from formserver.core.deeds import CHANGED_SINCE_APPROVAL, HEAD_MOVED, Deeds, checked_reason
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.grammar import breaches
from formserver.core.errors import Kind, error_code
from formserver.core.lifecycle import FINALISE, NUMBER, VOID, choose
from formserver.core.models import Cause, Document, NumberEntry, NumberStatus, Series, State
from formserver.core.numbering import normalise_number, series_text
from formserver.core.permissions import Actor
from formserver.core.service_kit import DocumentDeed, tell
from formserver.core.store_ports import UnitOfWork

NOT_NUMBERED = error_code(
    "NOT_NUMBERED", Kind.CONFLICT, zh="{title}不编文号，不需要取号。", en="{title} takes no number."
)

TYPE_EXPIRED = error_code(
    "TYPE_EXPIRED",
    Kind.CONFLICT,
    zh="《{title}》的{edition}版式已停止使用，不能再取号。请退回修改，升级到现行版式后重新提交审核。",
    en="Edition {edition} of {title} is no longer in force; upgrade before numbering.",
)
BAD_NUMBER = error_code(
    "BAD_NUMBER",
    Kind.INVALID,
    zh="请填写外部文号：一行文字，不超过 100 个字，例如 川经信节监〔2026〕12号。",
    en="Give the outside number: one line of at most 100 characters.",
)
NOT_RESERVED = error_code(
    "NOT_RESERVED",
    Kind.CONFLICT,
    zh="预留号“{text}”已被使用或收回，请另选一个，或者取下一个号。",
    en="The reserved number {text} is not free any more.",
)
LONGEST_NUMBER = 100


class Issuing(Deeds):
    """Move documents through review, numbering and printing."""

    def transition(
        self, actor: Actor, document_id: str, key: str, *, base_version: int, reason: str = ""
    ) -> Document:
        """A deed that only changes the state (提交、撤回、同意、退回、退回修改、登记送达、归档)."""
        reason = checked_reason(reason)
        with self._kit.store.uow(write=True) as u:
            document, content, action = self._begin(u, actor, document_id, key, base_version, reason)
            if action.dedicated:
                raise ValueError(f"{key} has a method of its own")
            if action.stage:
                self._require_complete(u, document, content.body, action.stage)
            approved = document.approved_body_sha256
            if key == "approve":
                approved = content.version.body_sha256
            elif action.target in {State.DRAFT, State.RETURNED}:
                approved = ""
            document = dataclasses.replace(
                document,
                state=action.target,
                approved_body_sha256=approved,
                printed_version=0 if key == "reopen" else document.printed_version,
            )
            return self._finish(u, actor, document, content, action, Cause.TRANSITION, reason)

    def take_number(
        self, actor: Actor, document_id: str, *, base_version: int, reserved: str = ""
    ) -> Document:
        """取号: next number of the series, version, docx with it, event: one unit; any failure gives it back.

        ``reserved`` is a number set aside before (预留), used instead of the next one. A document that already has a
        number (it was reopened) keeps it. Raises CHANGED_SINCE_APPROVAL, NOT_RESERVED.
        """
        with self._kit.store.uow(write=True) as u:
            document, content, action = self._begin(u, actor, document_id, NUMBER.key, base_version, "")
            dt = self._kit.document_type(document)
            if dt.numbering.mode == "never":
                raise NOT_NUMBERED(title=dt.title)
            if not self._kit.catalogue.is_in_force(document.type, document.edition):
                raise TYPE_EXPIRED(title=dt.title, edition=document.edition)
            if content.version.body_sha256 != document.approved_body_sha256:
                raise CHANGED_SINCE_APPROVAL()
            self._require_complete(u, document, content.body, action.stage)
            if not document.number and reserved:
                document = self._use_reserved(u, actor, document, reserved)
            elif not document.number:
                document = self._allocate(u, actor, document, dt)
            document = dataclasses.replace(document, state=action.target)
            return self._finish(u, actor, document, content, action, Cause.NUMBER, "", paper=True)

    def _allocate(self, u: UnitOfWork, actor: Actor, document: Document, dt: DocumentType) -> Document:
        facts = self._kit.agencies.facts(u, document.agency_id)
        series = Series(document.agency_id, document.type, today_in_china(self._kit.clock).year)
        seq = u.numbers.allocate(series)
        text = series_text(dt, facts.get("short_word", ""), series.year, seq)
        u.numbers.record(
            NumberEntry(
                series, seq, NumberStatus.ISSUED, text, document.id, actor.name, self._kit.clock.now()
            )
        )
        return dataclasses.replace(document, number=text)

    def _use_reserved(self, u: UnitOfWork, actor: Actor, document: Document, text: str) -> Document:
        found = [e for e in u.numbers.reserved(document.agency_id, document.type) if e.text == text]
        if not found:
            raise NOT_RESERVED(text=text[:LONGEST_NUMBER])
        used = dataclasses.replace(
            found[0],
            status=NumberStatus.ISSUED,
            document_id=document.id,
            by=actor.name,
            at=self._kit.clock.now(),
        )
        u.numbers.change(used, expected=NumberStatus.RESERVED)
        return dataclasses.replace(document, number=text)

    def finalise(self, actor: Actor, document_id: str, *, base_version: int) -> Document:
        """定稿打印: freeze the body, print it as the record that people will sign. Raises INVALID_INPUT."""
        with self._kit.store.uow(write=True) as u:
            document, content, action = self._begin(u, actor, document_id, FINALISE.key, base_version, "")
            self._require_complete(u, document, content.body, action.stage)
            document = dataclasses.replace(
                document, state=action.target, printed_version=document.head_version + 1
            )
            return self._finish(u, actor, document, content, action, Cause.PRINT, "", paper=True)

    def void(
        self, actor: Actor, document_id: str, *, reason: str, base_version: int | None = None
    ) -> Document:
        """作废: the paper stays, marked; its number stays used and the register says why.

        ``base_version`` is what a program has looked at, if it says so. Raises HEAD_MOVED.
        """
        reason = checked_reason(reason)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(document_id, actor.scope)
            dt = self._kit.document_type(document)
            action = choose(dt.lifecycle, dt.numbering.mode, document.state, VOID.key, reason)
            actor.require(action.permission)
            if base_version not in (None, document.head_version):
                raise HEAD_MOVED(head=document.head_version, base=base_version, action=action.label)
            _void_numbers(u, document, reason)
            before = document.state
            document = dataclasses.replace(document, state=action.target)
            if document.head_version:
                head = u.documents.version(document.id, document.head_version, actor.scope)
                return self._finish(u, actor, document, head, action, Cause.TRANSITION, reason)
            document = dataclasses.replace(document, updated_at=self._kit.clock.now())
            u.documents.update(document)
            self._event(u, actor, document, action, reason, 0)
            tell(self._kit, u, DocumentDeed(action.key, actor, document, before, reason, 0))
            return document

    def record_external_number(
        self, actor: Actor, document_id: str, text: str, *, base_version: int
    ) -> Document:
        """A number given by an outside office system: checked for uniqueness, marked 外部取号.

        Where the document bore another number, that one is void from now on and the register says why. Raises
        BAD_NUMBER, TYPE_EXPIRED, CHANGED_SINCE_APPROVAL, STORE_CONFLICT (the number is another document's).
        """
        number = normalise_number(text)
        if not number or len(number) > LONGEST_NUMBER or "\n" in number or list(breaches({"number": number})):
            raise BAD_NUMBER()
        with self._kit.store.uow(write=True) as u:
            document, content, action = self._begin(u, actor, document_id, NUMBER.key, base_version, "")
            if not self._kit.catalogue.is_in_force(document.type, document.edition):
                dt = self._kit.document_type(document)
                raise TYPE_EXPIRED(title=dt.title, edition=document.edition)
            if content.version.body_sha256 != document.approved_body_sha256:
                raise CHANGED_SINCE_APPROVAL()
            self._require_complete(u, document, content.body, action.stage)
            if document.number != number:
                _void_numbers(u, document, f"改用外部文号 {number}")
                self._record_external(u, actor, document, number)
            document = dataclasses.replace(document, number=number, state=action.target)
            return self._finish(u, actor, document, content, action, Cause.NUMBER, "", paper=True)

    def _record_external(self, u: UnitOfWork, actor: Actor, document: Document, number: str) -> None:
        series = Series(document.agency_id, document.type, today_in_china(self._kit.clock).year)
        now = self._kit.clock.now()
        u.numbers.record(NumberEntry(series, 0, NumberStatus.EXTERNAL, number, document.id, actor.name, now))


def _void_numbers(u: UnitOfWork, document: Document, reason: str) -> None:
    for entry in u.numbers.for_document(document.id):
        if entry.status in {NumberStatus.ISSUED, NumberStatus.EXTERNAL}:
            u.numbers.change(dataclasses.replace(entry, status=NumberStatus.VOID, reason=reason))
