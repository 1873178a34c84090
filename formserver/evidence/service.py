"""What can be done with evidence: add, describe, put in order, withdraw. Files and numbers never change.

Every change writes an audit event on the paper the evidence was added to, with the file's hash, old and new values and the
digest of the row; sealed events make a later change of the row visible to ``verify``.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from formserver.core.clock import SHANGHAI
from formserver.core.deeds import checked_reason
from formserver.core.errors import Kind, Problem, error_code, invalid
from formserver.core.ids import new_id
from formserver.core.models import Document, State
from formserver.core.permissions import SYSTEM_SCOPE, Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import UnitOfWork
from formserver.evidence.checks import clean, problems_of
from formserver.evidence.file_facts import FileFacts, facts_of, media_type_of
from formserver.evidence.models import FIELDS, Evidence, EvidenceState, case_key_of, evidence_digest
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.repository import EvidenceRepository
from formserver.uploads.models import StoredUpload

HASH_JOB: Final = "evidence.hash"
MOST_ITEMS: Final = 2_000
"""Pieces of evidence in one case; a list beyond that is no list."""

EVIDENCE_CHANGED = error_code(
    "EVIDENCE_CHANGED",
    Kind.CONFLICT,
    zh="证据{no}在您打开页面后已被别人修改。您填写的内容仍在本页，请核对后再保存。",
    en="Evidence {no} was changed by somebody else meanwhile.",
)
EVIDENCE_CLOSED = error_code(
    "EVIDENCE_CLOSED",
    Kind.CONFLICT,
    zh="这份文书已{state}，不能再添加或修改证据。请把证据添加到同一案件的其他文书。",
    en="The document is {state}; evidence can no longer be added or changed.",
)
EVIDENCE_TOO_MANY = error_code(
    "EVIDENCE_TOO_MANY",
    Kind.INVALID,
    zh="同一案件最多 {most} 份证据。请把同类文件合并，或另建任务。",
    en="A case holds at most {most} pieces of evidence.",
)
NO_REASON = "REQUIRED"
_CLOSED: Final = frozenset({State.VOID, State.ARCHIVED})


class EvidenceService:
    """The library within an actor's scope."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def add(
        self,
        actor: Actor,
        document_id: str,
        stored: Sequence[StoredUpload],
        values: Mapping[str, str] | None = None,
    ) -> tuple[Evidence, ...]:
        """Add stored files to a paper's case, with what holds for all of them. A file sent twice is added once.

        Raises NOT_FOUND, NOT_ALLOWED, INVALID_INPUT, EVIDENCE_CLOSED, EVIDENCE_TOO_MANY.
        """
        actor.require(EvidencePermission.ADD)
        cleaned = self._checked(values or {})
        facts = [self._file_facts(one) for one in stored]
        with self._kit.store.uow(write=True) as u:
            document = self._open_document(u, actor, document_id)
            return tuple(
                self._insert(u, actor, document, one, fact, cleaned)
                for one, fact in zip(stored, facts, strict=True)
            )

    def edit(
        self, actor: Actor, evidence_id: str, values: Mapping[str, str], *, expected_version: int
    ) -> Evidence:
        """Change what is said. Raises NOT_FOUND, INVALID_INPUT, EVIDENCE_CHANGED, EVIDENCE_CLOSED."""
        actor.require(EvidencePermission.EDIT)
        cleaned = self._checked(values)
        with self._kit.store.uow(write=True) as u:
            old = u.repository(EvidenceRepository).get(evidence_id, actor.scope)
            self._open_document(u, actor, old.document_id)
            if old.row_version != expected_version:
                raise EVIDENCE_CHANGED(no=old.no)
            return self._change(u, actor, old, cleaned, "evidence.changed")

    def edit_many(
        self, actor: Actor, document_id: str, evidence_ids: Sequence[str], values: Mapping[str, str]
    ) -> int:
        """Set the values that are not empty for several pieces of a paper's case; returns how many changed."""
        actor.require(EvidencePermission.EDIT)
        bulk = {info.key for info in FIELDS if info.bulk}
        cleaned = self._checked({k: v for k, v in values.items() if k in bulk and v.strip()})
        if not cleaned:
            raise invalid([Problem(NO_REASON, "请至少填写一项要统一设置的内容。", "/bulk", "批量填写")])
        with self._kit.store.uow(write=True) as u:
            self._open_document(u, actor, document_id)
            changed = 0
            chosen = self._chosen(u, actor, document_id, evidence_ids)
            for one in {item.document_id for item in chosen}:
                self._open_document(u, actor, one)
            for old in chosen:
                changed += self._change(u, actor, old, cleaned, "evidence.changed") != old
        return changed

    def withdraw(self, actor: Actor, evidence_id: str, reason: str) -> Evidence:
        """撤下: it stays, its file stays, but it no longer counts. Raises INVALID_INPUT without a reason."""
        return self._set_state(actor, evidence_id, EvidenceState.WITHDRAWN, reason, "evidence.withdrawn")

    def restore(self, actor: Actor, evidence_id: str, reason: str) -> Evidence:
        """恢复 what was withdrawn. Raises INVALID_INPUT without a reason."""
        return self._set_state(actor, evidence_id, EvidenceState.VALID, reason, "evidence.restored")

    def reorder(self, actor: Actor, document_id: str, evidence_ids: Sequence[str]) -> None:
        """Put pieces of a case in this order; those not named keep theirs behind. Raises NOT_FOUND."""
        actor.require(EvidencePermission.EDIT)
        with self._kit.store.uow(write=True) as u:
            document = self._open_document(u, actor, document_id)
            repository = u.repository(EvidenceRepository)
            held = [item.id for item in repository.of_case(case_of(document), actor.scope)]
            wanted = [i for i in dict.fromkeys(evidence_ids) if i in set(held)]
            rest = [i for i in held if i not in set(wanted)]
            repository.order({one: seq for seq, one in enumerate([*wanted, *rest], start=1)})

    def check_hash(self, evidence_id: str) -> bool:
        """Compare the bytes with the hash, streamed; the outcome is noted on the row. For the job only."""
        with self._kit.store.uow() as u:
            item = u.repository(EvidenceRepository).get(evidence_id, SYSTEM_SCOPE)
        hasher = hashlib.sha256()
        with self._kit.store.blobs.open(item.blob_sha256) as file:
            while chunk := file.read(1 << 20):
                hasher.update(chunk)
        whole = hasher.hexdigest() == item.blob_sha256
        with self._kit.store.uow(write=True) as u:
            u.repository(EvidenceRepository).mark_checked(item.id, self._kit.clock.now(), damaged=not whole)
        return whole

    def note_download(self, actor: Actor, item: Evidence) -> None:
        """Write down who took a file out of the library."""
        with self._kit.store.uow(write=True) as u:
            self._outward(u, actor, item.document_id, "evidence.downloaded", f"证据{item.no}《{item.title}》", {
                "evidence": item.id, "sha256": item.blob_sha256,
            })  # fmt: skip

    def note_export(self, actor: Actor, document: Document, count: int) -> None:
        """Write down who took the whole library."""
        with self._kit.store.uow(write=True) as u:
            self._outward(u, actor, document.id, "evidence.exported", document.title, {"count": count})

    def _outward(
        self,
        u: UnitOfWork,
        actor: Actor,
        document_id: str,
        action: str,
        subject: str,
        data: Mapping[str, Any],
    ) -> None:
        u.documents.get(document_id, actor.scope)
        record_event(self._kit, u, actor, action, document_id=document_id, subject=subject, data=data)

    def _file_facts(self, stored: StoredUpload) -> FileFacts:
        with self._kit.store.blobs.open(stored.sha256) as file:
            return facts_of(file, stored.size, media_type_of(stored.media_type, stored.filename))

    def _insert(
        self,
        u: UnitOfWork,
        actor: Actor,
        document: Document,
        stored: StoredUpload,
        facts: FileFacts,
        values: Mapping[str, str],
    ) -> Evidence:
        repository = u.repository(EvidenceRepository)
        known = repository.by_upload(stored.upload_id) if stored.upload_id else None
        if known is not None:
            return known
        now, case_key = self._kit.clock.now(), case_of(document)
        no = repository.next_no(case_key)
        if no > MOST_ITEMS:
            raise EVIDENCE_TOO_MANY(most=MOST_ITEMS)
        given: dict[str, Any] = {
            "title": stored.filename.rpartition(".")[0] or stored.filename,
            "kind": facts.kind,
            "legal_kind": facts.legal_kind,
            "extent": facts.extent,
        }
        given["title"] = given["title"][:120]
        given.update({key: value for key, value in values.items() if value})
        item = Evidence(
            id=new_id(),
            agency_id=document.agency_id,
            document_id=document.id,
            enterprise_id=document.enterprise_id,
            task_id=document.task_id,
            case_key=case_key,
            no=no,
            blob_sha256=stored.sha256,
            size=stored.size,
            media_type=media_type_of(stored.media_type, stored.filename),
            filename=stored.filename,
            upload_id=stored.upload_id,
            created_by=actor.user_id,
            created_by_name=actor.name,
            created_at=now,
            updated_at=now,
            seq=no,
            pages=facts.pages,
            proposed=facts.proposed,
            **given,
        )
        repository.add(item)
        file = {"sha256": item.blob_sha256, "size": item.size, "filename": item.filename}
        self._event(u, actor, item, "evidence.added", file)
        u.jobs.enqueue(
            kind=HASH_JOB,
            key=item.id,
            payload={"evidence": item.id},
            at=now,
            created_by=actor.user_id,
            agency_id=item.agency_id,
            priority=80,
        )
        return item

    def _set_state(
        self, actor: Actor, evidence_id: str, state: EvidenceState, reason: str, action: str
    ) -> Evidence:
        actor.require(EvidencePermission.WITHDRAW)
        said = checked_reason(reason)
        if not said:
            raise invalid([Problem(NO_REASON, "请写明理由。", "/reason", "理由")])
        with self._kit.store.uow(write=True) as u:
            old = u.repository(EvidenceRepository).get(evidence_id, actor.scope)
            self._open_document(u, actor, old.document_id)
            return self._change(u, actor, old, {"state": state, "reason": said}, action)

    def _change(
        self, u: UnitOfWork, actor: Actor, old: Evidence, values: Mapping[str, Any], action: str
    ) -> Evidence:
        differing = {key: value for key, value in values.items() if getattr(old, key) != value}
        if not differing:
            return old
        new = dataclasses.replace(
            old, **differing, row_version=old.row_version + 1, updated_at=self._kit.clock.now()
        )
        if not u.repository(EvidenceRepository).replace(new, expected_version=old.row_version):
            raise EVIDENCE_CHANGED(no=old.no)
        fields = {key: [str(getattr(old, key)), str(value)] for key, value in differing.items()}
        self._event(u, actor, new, action, {"fields": fields, "reason": str(differing.get("reason", ""))})
        return new

    def _event(
        self, u: UnitOfWork, actor: Actor, item: Evidence, action: str, data: Mapping[str, Any]
    ) -> None:
        record_event(
            self._kit,
            u,
            actor,
            action,
            document_id=item.document_id,
            subject=f"证据{item.no}《{item.title}》",
            data={
                "evidence": item.id,
                "no": item.no,
                "revision": item.row_version,
                "digest": evidence_digest(item),
                **{key: value for key, value in data.items() if value != ""},
            },
        )

    def _open_document(self, u: UnitOfWork, actor: Actor, document_id: str) -> Document:
        document = u.documents.get(document_id, actor.scope)
        if document.state in _CLOSED:
            raise EVIDENCE_CLOSED(state=document.state.value.removeprefix("已"))
        return document

    def _chosen(
        self, u: UnitOfWork, actor: Actor, document_id: str, evidence_ids: Sequence[str]
    ) -> list[Evidence]:
        document = u.documents.get(document_id, actor.scope)
        wanted = set(evidence_ids)
        held = u.repository(EvidenceRepository).of_case(case_of(document), actor.scope)
        chosen = [item for item in held if item.id in wanted]
        if not chosen:
            raise invalid([Problem(NO_REASON, "请先勾选要填写的证据。", "/chosen", "勾选")])
        return chosen

    @staticmethod
    def _checked(values: Mapping[str, str]) -> dict[str, str]:
        unknown = set(values) - {info.key for info in FIELDS}
        if unknown:
            raise ValueError(f"evidence has no fields {sorted(unknown)}")
        cleaned = clean(values)
        problems = problems_of(cleaned)
        if problems:
            raise invalid(problems)
        return cleaned


def case_of(document: Document) -> str:
    """The case a paper belongs to; years follow Asia/Shanghai."""
    return case_key_of(
        agency_id=document.agency_id,
        document_id=document.id,
        enterprise_id=document.enterprise_id,
        task_id=document.task_id,
        year=document.created_at.astimezone(SHANGHAI).year,
    )
