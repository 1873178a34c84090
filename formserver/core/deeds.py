"""What every deed on a document shares: lock, check that it is possible, cut the version, print, write the event.

Each deed is one write unit: state, version, rendition, number and event commit together or not at all.
"""

from __future__ import annotations

from formserver.core.canonical import digest
from formserver.core.definitions.grammar import breaches
from formserver.core.definitions.validation import validate_complete
from formserver.core.errors import Kind, Problem, Severity, error_code, invalid
from formserver.core.lifecycle import Action, available, choose
from formserver.core.models import (
    Cause,
    Document,
    Json,
    Rendition,
    VersionContent,
    number_lines,
    rendition_digest,
)
from formserver.core.papers import Papers
from formserver.core.permissions import Actor
from formserver.core.service_kit import DeedRequest, DocumentDeed, Kit, ask, cut_version, record_event, tell
from formserver.core.store_ports import UnitOfWork

UNSAVED_DRAFT = error_code(
    "UNSAVED_DRAFT",
    Kind.CONFLICT,
    zh="您还有已暂存、未保存为版本的修改。请先“保存”，再执行“{action}”。",
    en="There are unsaved changes in your draft; save before {action}.",
)
NOTHING_SAVED = error_code(
    "NOTHING_SAVED", Kind.CONFLICT, zh="这份文书还没有保存过，请先“保存”。", en="Save the document first."
)
CHANGED_SINCE_APPROVAL = error_code(
    "CHANGED_SINCE_APPROVAL",
    Kind.CONFLICT,
    zh="文书内容与审批时不一致，不能取号。请退回修改后重新提交审核。",
    en="The content differs from what was approved.",
)
HEAD_MOVED = error_code(
    "HEAD_MOVED",
    Kind.CONFLICT,
    zh="文书已有第{head}版，您看到的是第{base}版。请刷新后确认内容，再执行“{action}”。",
    en="Version {head} exists; you looked at {base}. Reload first.",
)
LONGEST_REASON = 2_000
"""Characters: a paragraph for the history and the register, not an annex."""


def checked_reason(reason: str) -> str:
    """The reason of a deed as it is kept: plain line ends, no blanks around. Raises INVALID_INPUT naming 理由."""
    text = reason.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        return ""
    if len(text) > LONGEST_REASON:
        message = f"“理由”有 {len(text)} 个字符，最多 {LONGEST_REASON} 个。"
        raise invalid([Problem("TOO_LONG", message, "/reason", "理由")])
    problems = [
        Problem(code, message.replace("{label}", "理由"), pointer, "理由")
        for pointer, code, message in breaches({"reason": text})
    ]
    if problems:
        raise invalid(problems)
    return text


class Deeds:
    """The common part of :class:`~formserver.core.issuing.Issuing` and :class:`~formserver.core.signing.Signing`."""

    def __init__(self, kit: Kit, papers: Papers) -> None:
        self._kit = kit
        self._papers = papers

    def actions(self, actor: Actor, document: Document) -> tuple[Action, ...]:
        """The buttons this person sees on this document, the primary one first."""
        dt = self._kit.document_type(document)
        possible = available(dt.lifecycle, dt.numbering.mode, document.state)
        allowed = [action for action in possible if actor.may(action.permission)]
        return tuple(sorted(allowed, key=lambda action: not action.primary))

    def _check(self, document: Document, actor: Actor, key: str, base_version: int, reason: str) -> Action:
        """The deed, if it is possible now. Raises WRONG_STATE, REASON_NEEDED, NOT_ALLOWED, NOTHING_SAVED, HEAD_MOVED."""
        dt = self._kit.document_type(document)
        action = choose(dt.lifecycle, dt.numbering.mode, document.state, key, reason)
        actor.require(action.permission)
        if not document.head_version:
            raise NOTHING_SAVED()
        if base_version != document.head_version:
            raise HEAD_MOVED(head=document.head_version, base=base_version, action=action.label)
        return action

    def _begin(
        self, u: UnitOfWork, actor: Actor, document_id: str, key: str, base_version: int, reason: str
    ) -> tuple[Document, VersionContent, Action]:
        document = u.documents.lock(document_id, actor.scope)
        action = self._check(document, actor, key, base_version, reason)
        if u.drafts.get(document_id, actor.user_id) is not None and key in {"submit", "finalise"}:
            draft = u.drafts.get(document_id, actor.user_id)
            head_body = u.documents.version(document_id, document.head_version, actor.scope).body
            if draft is not None and (draft.raw or draft.body != head_body):
                raise UNSAVED_DRAFT(action=action.label)
            u.drafts.delete(document_id, actor.user_id)
        content = u.documents.version(document_id, document.head_version, actor.scope)
        ask(self._kit, u, DeedRequest(key, actor, document, content, reason))
        return document, content, action

    def _finish(
        self,
        u: UnitOfWork,
        actor: Actor,
        document: Document,
        content: VersionContent,
        action: Action,
        cause: Cause,
        reason: str,
        *,
        paper: bool = False,
    ) -> Document:
        document, new = cut_version(
            self._kit,
            u,
            actor,
            document,
            content.body,
            cause=cause,
            reason=reason,
            origins=content.envelope.get("origins", {}),
        )
        if digest(new.body) != content.version.body_sha256:
            raise CHANGED_SINCE_APPROVAL()  # a deed never changes what people stated
        printed = self._papers.print_version(u, actor, document, new) if paper else None
        self._event(u, actor, document, action, reason, new.version.no, printed)
        before = content.version.state
        tell(self._kit, u, DocumentDeed(action.key, actor, document, before, reason, new.version.no))
        return document

    def _event(
        self,
        u: UnitOfWork,
        actor: Actor,
        document: Document,
        action: Action,
        reason: str,
        no: int,
        printed: Rendition | None = None,
    ) -> None:
        """The event is sealed, so what it names of the paper printed cannot be exchanged unnoticed."""
        paper = {}
        if printed is not None:
            paper = {
                "docx_sha256": printed.blob_sha256,
                "renditions": {printed.id: rendition_digest(printed)},
            }
        record_event(
            self._kit,
            u,
            actor,
            f"document.{action.key}",
            document_id=document.id,
            subject=document.title,
            data={
                "version": no,
                "state": document.state.value,
                "number": document.number,
                "reason": reason,
                **paper,
                **_lines(u, document, action.key),
            },
        )

    def _require_complete(
        self, u: UnitOfWork, document: Document, body: Json, stage: str
    ) -> tuple[Problem, ...]:
        dt = self._kit.document_type(document)
        problems = validate_complete(dt, body, stage=stage, ctx=self._kit.context(u, document))
        errors = [p for p in problems if p.severity is Severity.ERROR]
        if errors:
            raise invalid(errors)
        return tuple(p for p in problems if p.severity is not Severity.ERROR)


def _lines(u: UnitOfWork, document: Document, key: str) -> dict[str, list[list[str]]]:
    """The lines of the number register that this deed wrote or changed, as the sealed event announces them."""
    if key not in ("number", "void"):
        return {}
    lines = number_lines(u.numbers.for_document(document.id))
    return {"number_lines": lines} if lines else {}
