"""Documents made from lists: 设备清单 and 淘汰设备清单.

Making one is four steps. The list is read and the workbook stored outside any write unit; the record is written if the list
is still as it was read; the document is created, linked and saved by the ordinary services; the original and the workbook
become attachments of its version. A break between them leaves a record nobody names or a document whose attachments
``update`` adds.
"""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.canonical import canonical_json
from formserver.core.document_permissions import DocumentPermission
from formserver.core.draft_errors import NOTHING_CHANGED
from formserver.core.drafting import RAW_LEFT, Drafting
from formserver.core.errors import NOT_FOUND, AppError
from formserver.core.ids import encode
from formserver.core.models import Document, Rendition, RenditionKind, rendition_digest
from formserver.core.paper_files import PaperFile, add_paper_files
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit, record_event
from formserver.core.store_ports import BlobInfo, UnitOfWork
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.papers_errors import LIST_MOVED, LIST_NOT_READY, NOT_A_PAPER
from formserver.equipment.papers_models import PAPER_TYPES, REF, PaperRecord
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.papers_sources import Taken, paper_files_of, take
from formserver.equipment.permissions import EquipmentPermission
from formserver.equipment.repository import EquipmentListRepository

MADE: Final = "equipment.paper_made"
UPDATED: Final = "equipment.paper_updated"
ATTACHED: Final = "equipment.paper_attached"
CAN_BE_TAKEN: Final = frozenset({ListState.READY, ListState.CLOSED})


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A document made from a list, as the page of the list shows it; None: another agency's, or made and lost."""

    record: PaperRecord
    document: Document | None
    behind: bool


class EquipmentPapers:
    """One instance per process; safe to share between threads."""

    def __init__(self, kit: Kit, drafting: Drafting, library: EquipmentLibrary) -> None:
        self._kit = kit
        self._drafting = drafting
        self._library = library

    def of_list(self, actor: Actor, list_id: str) -> tuple[EquipmentList, tuple[MadePaper, ...]]:
        """A list and the documents made from it that this person may see, newest first. Raises NOT_ALLOWED, NOT_FOUND."""
        actor.require(EquipmentPermission.READ)
        with self._kit.store.uow() as u:
            one = u.repository(EquipmentListRepository).get(list_id, actor.scope)
            papers = u.repository(PaperRepository)
            stamp = papers.stamp(one)
            found = [
                MadePaper(record, document, record.stamp != stamp)
                for record in reversed(papers.of_list(list_id))
                if (document := _seen(u, actor, record.document_id)) is not None
            ]
        return one, tuple(found)

    def make(self, actor: Actor, list_id: str, kind: str) -> Document:
        """A new document of ``kind`` with its first version and attachments.

        Raises NOT_ALLOWED, NOT_FOUND, LIST_NOT_READY, LIST_MOVED.
        """
        for needed in (EquipmentPermission.READ, DocumentPermission.CREATE, DocumentPermission.EDIT):
            actor.require(needed)
        if kind not in PAPER_TYPES:
            raise NOT_FOUND(what="这种文书")
        one, stamp, made = self._take(actor, list_id, kind)
        with self._kit.store.uow(write=True) as u:
            self._still(u, actor, one, stamp)
            record = PaperRecord(
                ref=encode(secrets.randbits(127)),
                list_id=list_id,
                type=kind,
                agency_id=actor.agency_id,
                stamp=stamp,
                parts_sha256=u.contents.put(canonical_json(made.parts)),
                detail_sha256=made.detail_sha256,
                detail_name=made.detail_name,
                detail_size=made.detail_size,
                taken_by=actor.name,
                taken_at=self._kit.clock.now(),
            )
            u.repository(PaperRepository).add(record)
        firm = {"ent_name": one.enterprise_name} if one.enterprise_name and not one.enterprise_id else {}
        document = self._drafting.create(
            actor,
            kind,
            enterprise_id=one.enterprise_id,
            body={REF: record.ref, **({"enterprise": firm} if firm else {})},
            also=lambda u, new: self._link(u, actor, record, new),
        )
        self._drafting.save(actor, document.id, reason=f"从设备清单“{one.title}”制作"[:200])
        self._attach(actor, document.id, one, record)
        return document

    def update(self, actor: Actor, document_id: str) -> Document:
        """按清单更新: take the list again and keep a version with it. What people added stays.

        Raises NOT_ALLOWED, NOT_FOUND, NOT_EDITABLE, LIST_NOT_READY, LIST_MOVED. Where something typed does not parse yet
        the draft keeps the new tables and no version is cut.
        """
        actor.require(EquipmentPermission.READ)
        document, draft = self._drafting.draft_of(actor, document_id)
        with self._kit.store.uow() as u:
            record = self._record(u, draft.body)
        one, stamp, made = self._take(actor, record.list_id, record.type)
        with self._kit.store.uow(write=True) as u:
            self._still(u, actor, one, stamp)
            record = dataclasses.replace(
                record,
                stamp=stamp,
                parts_sha256=u.contents.put(canonical_json(made.parts)),
                detail_sha256=made.detail_sha256,
                detail_name=made.detail_name,
                detail_size=made.detail_size,
                taken_by=actor.name,
                taken_at=self._kit.clock.now(),
            )
            u.repository(PaperRepository).update(record)
            data = {"list": record.list_id, "parts": record.parts_sha256}
            record_event(
                self._kit, u, actor, UPDATED, document_id=document_id, subject=document.title, data=data
            )
        try:
            self._drafting.patch(actor, document_id, seq=draft.seq, changes=[])
            self._drafting.save(actor, document_id, reason="按设备清单更新")
        except AppError as error:
            if error.code not in (NOTHING_CHANGED, RAW_LEFT):
                raise
        self._attach(actor, document_id, one, record)
        return document

    def of_document(self, actor: Actor, document_id: str) -> tuple[Document, dict[str, Any], PaperRecord]:
        """A document made from a list, its newest saved body and its record. Raises NOT_ALLOWED, NOT_FOUND, NOT_A_PAPER."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            if document.type not in PAPER_TYPES or not document.head_version:
                raise NOT_A_PAPER()
            body = u.documents.version(document_id, document.head_version, actor.scope).body
            return document, body, self._record(u, body)

    def files_of(self, actor: Actor, document: Document) -> tuple[Rendition, ...]:
        """The attachments of a document, newest first."""
        with self._kit.store.uow() as u:
            u.documents.get(document.id, actor.scope)
            found = u.renditions.for_document(document.id)
        return tuple(reversed([one for one in found if one.kind is RenditionKind.ATTACHMENT]))

    def _take(self, actor: Actor, list_id: str, kind: str) -> tuple[EquipmentList, str, Taken]:
        store = self._kit.store
        with store.uow() as u:
            one = u.repository(EquipmentListRepository).get(list_id, actor.scope)
            if one.state not in CAN_BE_TAKEN:
                raise LIST_NOT_READY(title=one.title)
            stamp = u.repository(PaperRepository).stamp(one)
            made = take(u, store.blobs, self._library, one, kind, actor.name, self._kit.clock.now())
        return one, stamp, made

    def _still(self, u: UnitOfWork, actor: Actor, read: EquipmentList, stamp: str) -> None:
        now = u.repository(EquipmentListRepository).lock(read.id, actor.scope)
        if now.state not in CAN_BE_TAKEN or u.repository(PaperRepository).stamp(now) != stamp:
            raise LIST_MOVED()

    def _link(self, u: UnitOfWork, actor: Actor, record: PaperRecord, document: Document) -> None:
        u.repository(PaperRepository).update(dataclasses.replace(record, document_id=document.id))
        lists = u.repository(EquipmentListRepository)
        one = lists.lock(record.list_id, actor.scope)
        ids = {**one.document_ids, record.type: document.id}
        lists.update(dataclasses.replace(one, document_ids=ids))
        data = {"list": record.list_id, "type": record.type, "parts": record.parts_sha256}
        record_event(self._kit, u, actor, MADE, document_id=document.id, subject=one.title, data=data)

    def _attach(self, actor: Actor, document_id: str, one: EquipmentList, record: PaperRecord) -> None:
        """The original and the workbook as attachments of the newest version, each only once."""
        blobs = self._kit.store.blobs
        wanted = []
        for name, media, sha256 in paper_files_of(one, record):
            with blobs.open(sha256) as stream:
                size = stream.seek(0, 2)
            wanted.append(PaperFile(name, media, BlobInfo(sha256, size), 0, RenditionKind.ATTACHMENT))
        with self._kit.store.uow(write=True) as u:
            document = u.documents.lock(document_id, actor.scope)
            there = {kept.blob_sha256 for kept in u.renditions.for_document(document_id)}
            missing = [file for file in wanted if file.blob.sha256 not in there]
            if not missing or not document.head_version:
                return
            added = add_paper_files(self._kit, u, actor, document, document.head_version, missing, "")
            data = {
                "files": {kept.filename: kept.blob_sha256 for kept in added},
                "renditions": {kept.id: rendition_digest(kept) for kept in added},
            }
            record_event(
                self._kit, u, actor, ATTACHED, document_id=document_id, subject=document.title, data=data
            )

    def _record(self, u: UnitOfWork, body: dict[str, Any]) -> PaperRecord:
        ref = body.get(REF)
        record = u.repository(PaperRepository).get(ref) if isinstance(ref, str) else None
        if record is None:
            raise NOT_A_PAPER()
        return record


def _seen(u: UnitOfWork, actor: Actor, document_id: str) -> Document | None:
    if not document_id:
        return None
    try:
        return u.documents.get(document_id, actor.scope)
    except AppError:
        return None
