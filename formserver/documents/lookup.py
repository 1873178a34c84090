"""Reading for pages: lists, one document with all that belongs to it, the public facts behind a check code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from formserver.core.computing import merge_stated
from formserver.core.definitions.document_type import DocumentType
from formserver.core.deriving import made_from, supplements
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, AppError
from formserver.core.jobs import Job
from formserver.core.merge import Conflict
from formserver.core.models import (
    AuditEvent,
    Document,
    Draft,
    Json,
    NumberEntry,
    Rendition,
    RenditionKind,
    State,
    Version,
    VersionContent,
)
from formserver.core.papers import PDF_JOB
from formserver.core.permissions import Actor
from formserver.core.service_kit import Kit
from formserver.core.store_ports import DocumentQuery, Page, UnitOfWork

_WITHDRAWN = frozenset({State.DRAFT, State.RETURNED, State.IN_REVIEW, State.APPROVED})


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything the page of one document shows. ``head`` is None before the first version."""

    document: Document
    dt: DocumentType
    head: VersionContent | None
    draft: Draft | None
    versions: tuple[Version, ...]
    renditions: tuple[Rendition, ...]
    jobs: Mapping[str, Job]
    events: tuple[AuditEvent, ...]
    numbers: tuple[NumberEntry, ...]
    context: Mapping[str, str]
    agency: str
    source: Document | None
    supplements: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class PublicFacts:
    """What a stranger who scans the code of a printed paper may know. ``verdict`` is genuine, void or withdrawn."""

    verdict: str
    type_title: str
    doc_date: date | None
    organ: str


class Lookup:
    """Reads inside the actor's scope; the check page alone reads by token, and only public facts."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def find(self, actor: Actor, query: DocumentQuery) -> Page:
        """A page of the list. Raises NOT_ALLOWED, BAD_CURSOR."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            return u.documents.find(query, actor.scope)

    def types(self, actor: Actor) -> tuple[DocumentType, ...]:
        """The document types this person's agency may use today, in the order of lists."""
        return self._kit.catalogue.types(agency=self.agency_code(actor))

    def new_types(self, actor: Actor) -> tuple[DocumentType, ...]:
        """Those of :meth:`types` a person may begin; types of old papers are only entered after the fact."""
        return tuple(dt for dt in self.types(actor) if not dt.document.get("legacy_only"))

    def agency_code(self, actor: Actor) -> str:
        """The code that variants of types are named by; empty without an agency."""
        if not actor.agency_id:
            return ""
        with self._kit.store.uow() as u:
            return self._kit.agencies.facts(u, actor.agency_id).get("code", "")

    def get(self, actor: Actor, document_id: str) -> Document:
        """The head row. Raises NOT_FOUND outside the scope."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            return u.documents.get(document_id, actor.scope)

    def several(self, actor: Actor, document_ids: Sequence[str]) -> tuple[Document, ...]:
        """Those of the documents that lie in the scope, in the order given."""
        actor.require(DocumentPermission.READ)
        found = []
        with self._kit.store.uow() as u:
            for one in document_ids:
                try:
                    found.append(u.documents.get(one, actor.scope))
                except AppError as hidden:
                    if hidden.code != NOT_FOUND:
                        raise
        return tuple(found)

    def type_of(self, document: Document) -> DocumentType:
        """The definition the document is pinned to."""
        return self._kit.document_type(document)

    def sample(self, document: Document) -> Json:
        """The filled sample (范本) of the document's type."""
        return self._kit.catalogue.sample(document.type)

    def reserved_numbers(self, actor: Actor, document: Document) -> tuple[NumberEntry, ...]:
        """Numbers set aside that this document could take; none when it bears one already."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            found = u.documents.get(document.id, actor.scope)
            return () if found.number else u.numbers.reserved(found.agency_id, found.type)

    def version(self, actor: Actor, document_id: str, no: int) -> VersionContent:
        """One version with body and envelope. Raises NOT_FOUND."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            return u.documents.version(document_id, no, actor.scope)

    def rendition(self, actor: Actor, document_id: str, rendition_id: str) -> Rendition:
        """One file of a document inside the scope, to look at: nothing is written. Raises NOT_FOUND."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            u.documents.get(document_id, actor.scope)
            rendition = u.renditions.get(rendition_id)
        if rendition.document_id != document_id:
            raise NOT_FOUND(what="这份文书的文件")
        return rendition

    def context(self, actor: Actor, document_id: str) -> dict[str, str]:
        """The ``ctx:`` values of a document as they are now, for drawing conditional fields."""
        with self._kit.store.uow() as u:
            return self._kit.context(u, u.documents.get(document_id, actor.scope))

    def overview(self, actor: Actor, document_id: str) -> Overview:
        """The document page in one unit of work. Raises NOT_FOUND."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            head = None
            if document.head_version:
                head = u.documents.version(document_id, document.head_version, actor.scope)
            renditions = u.renditions.for_document(document_id)
            events = u.events.for_document(document_id)
            context = self._kit.context(u, document)
            return Overview(
                document=document,
                dt=self._kit.document_type(document),
                head=head,
                draft=u.drafts.get(document_id, actor.user_id),
                versions=u.documents.versions(document_id, actor.scope),
                renditions=renditions,
                jobs=_jobs(u, renditions),
                events=events,
                numbers=u.numbers.for_document(document_id),
                context=context,
                agency=context.get("agency.name", ""),
                source=_seen(u, actor, made_from(document)[1]),
                supplements=tuple(
                    d for one in supplements(events) if (d := _seen(u, actor, one)) is not None
                ),
            )

    def conflicts(
        self, actor: Actor, document_id: str
    ) -> tuple[Document, Draft | None, tuple[Conflict, ...]]:
        """Places this person's draft and the head version changed apart; reading only, nothing is merged."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
            if draft is None or draft.base_version == document.head_version:
                return document, draft, ()

            def body(no: int) -> Json:
                return u.documents.version(document_id, no, actor.scope).body if no else {}

            return (
                document,
                draft,
                merge_stated(
                    self._kit,
                    u,
                    self._kit.document_type(document),
                    body(draft.base_version),
                    draft.body,
                    body(document.head_version),
                ).conflicts,
            )

    def public(self, token: str) -> PublicFacts:
        """What the check page says. Raises NOT_FOUND for a code no printed paper carries."""
        with self._kit.store.uow() as u:
            document = self._printed(u, token)
            agency = self._kit.agencies.facts(u, document.agency_id)
        verdict = "genuine"
        if document.state is State.VOID:
            verdict = "void"
        elif document.state in _WITHDRAWN:
            verdict = "withdrawn"
        dt = self._kit.document_type(document)
        return PublicFacts(verdict, dt.title, document.facets.doc_date, agency.get("issuing_organ", ""))

    def matches(self, token: str, sha256: str) -> str:
        """``current``, ``older`` or ``none``: whether a file is one that is kept for this paper."""
        with self._kit.store.uow() as u:
            papers = [
                r
                for r in u.renditions.for_document(self._printed(u, token).id)
                if r.kind is not RenditionKind.ATTACHMENT
            ]
        found = [r.version_no for r in papers if r.blob_sha256 == sha256]
        if not found:
            return "none"
        return "current" if max(found) == max(r.version_no for r in papers) else "older"

    def _printed(self, u: UnitOfWork, token: str) -> Document:
        document = u.documents.by_token(token) if token else None
        if document is None or not u.renditions.for_document(document.id):
            raise NOT_FOUND(what="这个校验码对应的文书，请核对地址或二维码")
        return document


def _seen(u: UnitOfWork, actor: Actor, document_id: str) -> Document | None:
    """A document a link leads to; None where this person may not see it."""
    if not document_id:
        return None
    try:
        return u.documents.get(document_id, actor.scope)
    except AppError as hidden:
        if hidden.code != NOT_FOUND:
            raise
        return None


def _jobs(u: UnitOfWork, renditions: tuple[Rendition, ...]) -> dict[str, Job]:
    found = {}
    for rendition in renditions:
        if rendition.kind is RenditionKind.DOCX:
            job = u.jobs.latest(PDF_JOB, rendition.id)
            if job is not None:
                found[rendition.id] = job
    return found
