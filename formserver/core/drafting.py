"""Start a document, keep what is typed, cut versions. Nothing here loses a word.

A draft is this person's mutable row; a version is cut only by :meth:`Drafting.save` (and by the deeds of
:mod:`formserver.core.issuing`), never by autosave.
"""

from __future__ import annotations

import copy
import dataclasses
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formserver.core.clock import today_in_china
from formserver.core.computing import compute, merge_stated
from formserver.core.deeds import checked_reason
from formserver.core.definitions.citations import citation_problems
from formserver.core.definitions.prefill import resolve_prefill
from formserver.core.definitions.validation import validate_complete, validate_draft
from formserver.core.document_permissions import DocumentPermission
from formserver.core.draft_errors import DRAFT_STALE as DRAFT_STALE
from formserver.core.draft_errors import NOT_EDITABLE as NOT_EDITABLE
from formserver.core.draft_errors import NOTHING_CHANGED as NOTHING_CHANGED
from formserver.core.draft_errors import RAW_LEFT as RAW_LEFT
from formserver.core.draft_errors import VERSION_CONFLICT as VERSION_CONFLICT
from formserver.core.draft_head import first_seq, head_of_unsaved, linked_enterprise, still_untouched
from formserver.core.drafts import apply_changes, with_row_keys
from formserver.core.errors import AppError, Problem, Severity, invalid
from formserver.core.ids import new_id
from formserver.core.lifecycle import EDITABLE
from formserver.core.merge import Conflict
from formserver.core.models import Cause, Document, Draft, Json, State, Version, VersionContent
from formserver.core.permissions import Actor, confidentiality_level
from formserver.core.places import to_indexed
from formserver.core.rare_characters import rare_character_problems
from formserver.core.service_kit import Kit, cut_version, project, record_event
from formserver.core.store_ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the form page shows: the document, this person's draft, and whether the head moved on meanwhile."""

    document: Document
    draft: Draft
    behind: bool
    others: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Rebased:
    """A draft brought onto the head version; ``conflicts`` hold both values of every place changed twice."""

    draft: Draft
    conflicts: tuple[Conflict, ...]


class Drafting:
    """Create, type, save."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def create(
        self,
        actor: Actor,
        type_key: str,
        *,
        enterprise_id: str = "",
        task_id: str = "",
        body: Mapping[str, Any] | None = None,
        origin: str = "form",
        also: Callable[[UnitOfWork, Document], None] | None = None,
    ) -> Document:
        """A new document in 草稿 with a prefilled draft and no version yet. ``body`` wins over prefill.

        ``also`` is done in the same unit of work, before it ends.

        Raises NOT_ALLOWED, NOT_FOUND (unknown type), INVALID_INPUT (a body with unknown fields or wrong types).
        """
        actor.require(DocumentPermission.CREATE)
        given = with_row_keys(copy.deepcopy(dict(body))) if body is not None else {}
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            code = self._kit.agencies.facts(u, actor.agency_id).get("code", "") if actor.agency_id else ""
            dt = self._kit.catalogue.type(type_key, agency=code)
            refuse_malformed(validate_draft(dt, given))
            document = Document(
                id=new_id(),
                type=dt.key,
                edition=dt.edition,
                title=dt.title,
                state=State.DRAFT,
                agency_id=actor.agency_id,
                created_by=actor.user_id,
                created_at=now,
                updated_at=now,
                enterprise_id=enterprise_id,
                task_id=task_id,
                origin=origin,
                check_token=secrets.token_urlsafe(15),
                confidentiality=confidentiality_level(str(dt.document.get("confidentiality", "公开"))),
            )
            prefilled = resolve_prefill(dt, self._kit.providers(u, actor, document), given)
            start = compute(self._kit, u, dt, with_row_keys({**prefilled.body, **given}))
            document = dataclasses.replace(document, title=dt.summary(start))
            u.documents.add(document)
            origins = prefilled.origins_as_json()
            draft = Draft(document.id, actor.user_id, 0, first_seq(), start, {}, origins, now)
            u.drafts.put(draft, expected_seq=None)
            record_event(self._kit, u, actor, "document.created", document_id=document.id, subject=dt.title)
            if also is not None:
                also(u, document)
        return document

    def open(self, actor: Actor, document_id: str) -> Workspace:
        """The draft of this person, made from the head version if there is none. Read-only states raise NOT_EDITABLE."""
        document, draft = self.draft_of(actor, document_id)
        with self._kit.store.uow() as u:
            others = tuple(
                other
                for other in u.drafts.others(document_id, actor.user_id)
                if self._has_changes(u, actor, document, other)  # who only looked is not at work
            )
        return Workspace(document, draft, draft.base_version != document.head_version, others)

    def draft_of(self, actor: Actor, document_id: str) -> tuple[Document, Draft]:
        """Like :meth:`open` without looking who else is at work: for what a window does every few seconds."""
        actor.require(DocumentPermission.EDIT)
        with self._kit.store.uow() as u:
            document = _editable(u.documents.get(document_id, actor.scope))
            draft = u.drafts.get(document_id, actor.user_id)
        if draft is not None:
            return document, draft
        with self._kit.store.uow(write=True) as u:
            document = self._editable(u, actor, document_id)
            return document, self._draft(u, actor, document)

    def patch(
        self,
        actor: Actor,
        document_id: str,
        *,
        seq: int,
        changes: Sequence[Mapping[str, Any]],
        origins: Mapping[str, Json | None] | None = None,
        known: Draft | None = None,
    ) -> Draft:
        """Autosave: apply ``changes`` to the draft with that ``seq``. Raises DRAFT_STALE, BAD_CHANGE, INVALID_INPUT.

        ``origins`` are marks to set (None: to take off) after the changes. ``known`` is the draft of that ``seq`` as
        the caller has just read it; it is not read again, and the write finds out whether it still stands.
        """
        actor.require(DocumentPermission.EDIT)
        with self._kit.store.uow(write=True) as u:
            document = self._editable(u, actor, document_id)
            draft = known if known is not None else self._draft(u, actor, document)
            if draft.seq != seq:
                raise DRAFT_STALE()
            dt = self._kit.document_type(document)
            body, raw = apply_changes(draft.body, draft.raw, changes)
            refuse_malformed(validate_draft(dt, body))
            body = compute(self._kit, u, dt, body, draft.body)
            marks = {**still_untouched(draft, body), **(origins or {})}
            new = dataclasses.replace(
                draft,
                seq=seq + 1,
                body=body,
                raw=raw,
                origins={at: origin for at, origin in marks.items() if origin is not None},
                updated_at=self._kit.clock.now(),
            )
            try:
                u.drafts.put(new, expected_seq=seq)
            except AppError as faster:
                raise DRAFT_STALE() from faster
            if not document.head_version:  # nothing is saved: the lists show what is being written
                shown = head_of_unsaved(dt, document, new)
                if shown != document:
                    u.documents.update(shown)
        return new

    def save(self, actor: Actor, document_id: str, *, seq: int | None = None, reason: str = "") -> Version:
        """Cut a version from this person's draft (保存).

        Raises RAW_LEFT when something typed does not parse yet, VERSION_CONFLICT when somebody saved another
        version meanwhile and both changed the same place (other changes are merged), NOTHING_CHANGED.
        """
        actor.require(DocumentPermission.EDIT)
        reason = checked_reason(reason)
        with self._kit.store.uow(write=True) as u:
            document = self._editable(u, actor, document_id)
            draft = self._draft(u, actor, document)
            if seq is not None and draft.seq != seq:
                raise DRAFT_STALE()
            if draft.raw:
                raise RAW_LEFT(count=len(draft.raw), problems=self._raw_problems(document, draft))
            head_no = document.head_version
            content = self._cut(u, actor, document, draft, reason)
        if content is None:
            raise NOTHING_CHANGED(head=head_no)
        return content.version

    def save_body(
        self, actor: Actor, document_id: str, body: Mapping[str, Any], *, base_version: int
    ) -> Version:
        """Cut a version from a whole body (API, import, command line); it takes the place of this person's draft.

        Raises INVALID_INPUT (unknown field, wrong type, illegal character), VERSION_CONFLICT, NOTHING_CHANGED; the
        draft then stays as it was.
        """
        actor.require(DocumentPermission.EDIT)
        given = with_row_keys(copy.deepcopy(dict(body)))
        with self._kit.store.uow(write=True) as u:
            document = self._editable(u, actor, document_id)
            dt = self._kit.document_type(document)
            refuse_malformed(validate_draft(dt, given))
            given = compute(self._kit, u, dt, given, self._body_of(u, actor, document, document.head_version))
            old = u.drafts.get(document.id, actor.user_id)
            origins = old.origins if old else {}
            now = self._kit.clock.now()
            draft = Draft(document.id, actor.user_id, base_version, 0, given, {}, origins, now)
            head_no = document.head_version
            content = self._cut(u, actor, document, draft, "")
        if content is None:
            raise NOTHING_CHANGED(head=head_no)
        return content.version

    def _cut(
        self, u: UnitOfWork, actor: Actor, document: Document, draft: Draft, reason: str
    ) -> VersionContent | None:
        """The next version from ``draft``, which is used up; None (and the draft is gone) when nothing changed."""
        head = self._body_of(u, actor, document, document.head_version)
        dt = self._kit.document_type(document)
        merged = self._merge(u, actor, document, draft)
        merged = compute(self._kit, u, dt, merged, draft.body, head)
        refuse_malformed(validate_draft(dt, merged))
        u.drafts.delete(document.id, actor.user_id)
        if document.head_version and head == merged:
            return None
        cause = Cause.SAVE if document.head_version else Cause.CREATE
        linked = linked_enterprise(dt, document, draft)
        document = dataclasses.replace(document, enterprise_id=linked)
        document, content = cut_version(
            self._kit, u, actor, document, merged, cause=cause, reason=reason, origins=draft.origins
        )
        record_event(
            self._kit,
            u,
            actor,
            "document.saved",
            document_id=document.id,
            subject=document.title,
            data={"version": content.version.no, "hash": content.version.hash},
        )
        return content

    def rebase(self, actor: Actor, document_id: str, choices: Mapping[str, str]) -> Rebased:
        """Bring the draft onto the head version. ``choices`` maps a conflicting place to ``mine`` or ``theirs``;
        places without a choice stay in ``conflicts`` and the draft is then left on its old base."""
        actor.require(DocumentPermission.EDIT)
        with self._kit.store.uow(write=True) as u:
            document = self._editable(u, actor, document_id)
            draft = self._draft(u, actor, document)
            base = self._body_of(u, actor, document, draft.base_version)
            theirs = self._body_of(u, actor, document, document.head_version)
            mine = draft.body
            dt = self._kit.document_type(document)
            merged = merge_stated(self._kit, u, dt, base, mine, theirs)
            changes = [
                {"op": "set", "at": c.at, "value": c.theirs}
                if c.theirs is not None
                else {"op": "remove", "at": c.at}
                for c in merged.conflicts
                if choices.get(c.at) == "theirs"
            ]
            body, _ = apply_changes(merged.body, {}, changes)
            open_conflicts = tuple(c for c in merged.conflicts if choices.get(c.at) not in {"mine", "theirs"})
            if open_conflicts:
                return Rebased(draft, open_conflicts)
            body = compute(self._kit, u, dt, body, mine, theirs)
            new = dataclasses.replace(
                draft,
                base_version=document.head_version,
                seq=draft.seq + 1,
                body=body,
                updated_at=self._kit.clock.now(),
            )
            u.drafts.put(new, expected_seq=draft.seq)
        return Rebased(new, ())

    def discard(self, actor: Actor, document_id: str) -> None:
        """Throw this person's draft away, on purpose; the versions stay."""
        actor.require(DocumentPermission.EDIT)
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(document_id, actor.scope)
            u.drafts.delete(document_id, actor.user_id)
            record_event(
                self._kit, u, actor, "draft.discarded", document_id=document_id, subject=document.title
            )

    def check(self, actor: Actor, document_id: str, *, stage: str = "draft") -> tuple[Problem, ...]:
        """What is still missing or doubtful in this person's draft, for the section marks of the form."""
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
            body = draft.body if draft else self._body_of(u, actor, document, document.head_version)
            context = self._kit.context(u, document)
        dt = self._kit.document_type(document)
        problems = validate_complete(dt, body, stage=stage, ctx=context)
        raw = self._raw_problems(document, draft) if draft else ()
        day = project(dt, body).facets.doc_date or today_in_china(self._kit.clock)
        return (
            *raw,
            *problems,
            *citation_problems(dt, body, self._kit.catalogue.laws(), day),
            *rare_character_problems(dt, body, self._kit.glyphs),
        )

    def _editable(self, u: UnitOfWork, actor: Actor, document_id: str) -> Document:
        return _editable(u.documents.lock(document_id, actor.scope))

    def _draft(self, u: UnitOfWork, actor: Actor, document: Document) -> Draft:
        draft = u.drafts.get(document.id, actor.user_id)
        if draft is not None:
            return draft
        body, origins = self._body_of(u, actor, document, document.head_version), {}
        if document.head_version:
            head = u.documents.version(document.id, document.head_version, actor.scope)
            origins = head.envelope.get("origins", {})
        now = self._kit.clock.now()
        draft = Draft(document.id, actor.user_id, document.head_version, first_seq(), body, {}, origins, now)
        u.drafts.put(draft, expected_seq=None)
        return draft

    def _body_of(self, u: UnitOfWork, actor: Actor, document: Document, no: int) -> Json:
        return u.documents.version(document.id, no, actor.scope).body if no else {}

    def _has_changes(self, u: UnitOfWork, actor: Actor, document: Document, draft: Draft) -> bool:
        if draft.raw or not draft.base_version:
            return True
        return draft.body != self._body_of(u, actor, document, draft.base_version)

    def _merge(self, u: UnitOfWork, actor: Actor, document: Document, draft: Draft) -> Json:
        if draft.base_version == document.head_version:
            return draft.body
        base = self._body_of(u, actor, document, draft.base_version)
        head = u.documents.version(document.id, document.head_version, actor.scope)
        dt = self._kit.document_type(document)
        merged = merge_stated(self._kit, u, dt, base, draft.body, head.body)
        if merged.conflicts:
            problems = [
                Problem(
                    "VERSION_CONFLICT",
                    f"您填写的是“{_short(c.mine)}”，{head.version.author_name}保存的是“{_short(c.theirs)}”。",
                    c.at,
                    dt.label(to_indexed(draft.body, c.at)),
                )
                for c in merged.conflicts
            ]
            raise VERSION_CONFLICT(
                who=head.version.author_name,
                head=document.head_version,
                count=len(problems),
                problems=problems,
            )
        return merged.body

    def _raw_problems(self, document: Document, draft: Draft) -> tuple[Problem, ...]:
        dt = self._kit.document_type(document)
        return tuple(
            Problem(
                "RAW_LEFT",
                f"“{text}”还不能识别，请改为规范的写法。",
                pointer,
                dt.label(to_indexed(draft.body, pointer)),
            )
            for pointer, text in draft.raw.items()
        )


def _editable(document: Document) -> Document:
    if document.state not in EDITABLE:
        raise NOT_EDITABLE(state=document.state.value)
    return document


def refuse_malformed(problems: Sequence[Problem]) -> None:
    """Raise INVALID_INPUT if any of ``problems`` is an error (unknown field, wrong type, illegal character)."""
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise invalid(errors)


def _short(value: Any) -> str:
    text = "（空）" if value is None else value if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"
