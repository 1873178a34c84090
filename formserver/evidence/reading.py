"""Reading for pages: the library of a case, one piece with its history, and what cites what."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.models import AuditEvent, Document
from formserver.core.permissions import Actor
from formserver.core.service_kit import DocumentDeed, Kit
from formserver.core.store_ports import DocumentQuery, UnitOfWork
from formserver.evidence.models import LABELS, Evidence, Link
from formserver.evidence.permissions import EvidencePermission
from formserver.evidence.references import Citation, Cited, cited_in
from formserver.evidence.repository import EvidenceRepository
from formserver.evidence.service import case_of

KEPT = 1_000
"""Versions whose citations are remembered by this process."""
PAPERS = 100
"""Papers of one case whose citations are looked up."""


@dataclass(frozen=True, slots=True)
class Library:
    """The evidence of the case a paper belongs to, and the citations of it, by evidence id."""

    document: Document
    items: tuple[Evidence, ...]
    links: Mapping[str, tuple[Link, ...]] = field(default_factory=dict)

    @property
    def valid(self) -> tuple[Evidence, ...]:
        """What still counts."""
        return tuple(item for item in self.items if item.valid)

    def by_no(self, no: int) -> Evidence | None:
        """The piece with that number."""
        return next((item for item in self.items if item.no == no), None)


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the history of a piece of evidence."""

    event: AuditEvent
    title: str
    changes: tuple[tuple[str, str, str], ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A citation of a number the library does not hold, or that was withdrawn."""

    label: str
    citation: Citation
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One paper and the evidence of its case: what there is, what the paper cites, what leads nowhere."""

    items: tuple[Evidence, ...]
    cited: tuple[tuple[Evidence, Link], ...]
    unknown: tuple[Unknown, ...]

    @property
    def valid(self) -> tuple[Evidence, ...]:
        """What still counts."""
        return tuple(item for item in self.items if item.valid)


class EvidenceReading:
    """Reads inside the actor's scope: a paper's scope and 密级 are those of its evidence."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._cited: dict[tuple[str, int], Sequence[Cited]] = {}
        self._lock = threading.Lock()

    def library(self, actor: Actor, document_id: str, *, with_links: bool = False) -> Library:
        """Raises NOT_FOUND, NOT_ALLOWED."""
        actor.require(EvidencePermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            items = u.repository(EvidenceRepository).of_case(case_of(document), actor.scope)
            links = self._links(u, actor, document, items) if with_links else {}
        return Library(document, items, links)

    def item(self, actor: Actor, evidence_id: str) -> tuple[Evidence, Document]:
        """One piece and the paper it was added to. Raises NOT_FOUND, NOT_ALLOWED."""
        actor.require(EvidencePermission.READ)
        with self._kit.store.uow() as u:
            item = u.repository(EvidenceRepository).get(evidence_id, actor.scope)
            return item, u.documents.get(item.document_id, actor.scope)

    def history(self, actor: Actor, item: Evidence) -> tuple[Revision, ...]:
        """What was said when and by whom, newest first; read from the audit events."""
        actor.require(EvidencePermission.READ)
        with self._kit.store.uow() as u:
            u.documents.get(item.document_id, actor.scope)
            events = u.events.for_document(item.document_id)
        return tuple(
            _revision(e)
            for e in reversed(events)
            if e.data.get("evidence") == item.id and e.action in _TITLES
        )

    def standing(self, actor: Actor, document_id: str) -> Standing:
        """What one paper cites, from this person's draft or its head version, beside all there is to cite."""
        actor.require(EvidencePermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            items = u.repository(EvidenceRepository).of_case(case_of(document), actor.scope)
            draft = u.drafts.get(document_id, actor.user_id) if actor.may(DocumentPermission.EDIT) else None
            at_head = self._cited_by_head(u, actor, document) if draft is None else ()
        cited = cited_in(self._kit.document_type(document), draft.body) if draft is not None else at_head
        by_no = {item.no: item for item in items}
        found, unknown = [], []
        for one in cited:
            item = by_no.get(one.citation.no)
            if item is None or not item.valid:
                unknown.append(Unknown(one.label, one.citation, item is not None))
            if item is not None:
                found.append((item, _link(document, 0, one.pointer, one.label, item, one.citation)))
        return Standing(items, tuple(found), tuple(unknown))

    def keep_links(self, u: UnitOfWork, deed: DocumentDeed) -> None:
        """Note what the version of a deed cites: in the deed's own transaction, for the record."""
        document = deed.document
        items = u.repository(EvidenceRepository).of_case(case_of(document), deed.actor.scope)
        if not items or u.repository(EvidenceRepository).links_of(document.id, deed.version_no):
            return  # a deed that cuts no version: what this one cites is kept already
        body = u.documents.version(document.id, deed.version_no, deed.actor.scope).body
        dt = self._kit.document_type(document)
        u.repository(EvidenceRepository).add_links(
            _links_of(document, deed.version_no, cited_in(dt, body), {item.no: item for item in items})
        )

    def _links(
        self, u: UnitOfWork, actor: Actor, document: Document, items: Sequence[Evidence]
    ) -> dict[str, tuple[Link, ...]]:
        by_no = {item.no: item for item in items}
        found: dict[str, list[Link]] = {}
        if not by_no:
            return {}
        for paper in self._papers(u, actor, document):
            for link in self._paper_links(u, actor, paper, by_no):
                found.setdefault(link.evidence_id, []).append(link)
        return {key: tuple(links) for key, links in found.items()}

    def _papers(self, u: UnitOfWork, actor: Actor, document: Document) -> list[Document]:
        if not document.enterprise_id:
            return [document]
        query = DocumentQuery(
            enterprise_id=document.enterprise_id,
            task_id=document.task_id,
            include_void=False,
            limit=PAPERS,
        )
        case = case_of(document)
        return [one for one in u.documents.find(query, actor.scope).items if case_of(one) == case]

    def _paper_links(
        self, u: UnitOfWork, actor: Actor, paper: Document, by_no: Mapping[int, Evidence]
    ) -> Sequence[Link]:
        return _links_of(paper, paper.head_version, self._cited_by_head(u, actor, paper), by_no)

    def _cited_by_head(self, u: UnitOfWork, actor: Actor, paper: Document) -> Sequence[Cited]:
        """What the head version cites. A version never changes, so it is read once."""
        if not paper.head_version:
            return ()
        key = (paper.id, paper.head_version)
        found = self._cited.get(key)
        if found is None:
            body = u.documents.version(paper.id, paper.head_version, actor.scope).body
            found = cited_in(self._kit.document_type(paper), body)
            with self._lock:
                while len(self._cited) >= KEPT:
                    self._cited.pop(next(iter(self._cited)))
                self._cited[key] = found
        return found


def find_cited(library: Library, citation: Citation) -> Evidence:
    """The piece a citation means. Raises NOT_FOUND."""
    item = library.by_no(citation.no)
    if item is None:
        raise NOT_FOUND(what=f"证据{citation.no}，它不在这个案件的证据库里")
    return item


def _links_of(
    paper: Document, version_no: int, cited: Sequence[Cited], by_no: Mapping[int, Evidence]
) -> list[Link]:
    return [
        _link(paper, version_no, one.pointer, one.label, by_no[one.citation.no], one.citation)
        for one in cited
        if one.citation.no in by_no
    ]


def _link(
    document: Document, version_no: int, pointer: str, label: str, item: Evidence, citation: Citation
) -> Link:
    return Link(
        item.id, document.id, document.title, version_no, pointer, label, citation.page, citation.second
    )


_TITLES = {
    "evidence.added": "添加",
    "evidence.changed": "修改说明",
    "evidence.withdrawn": "撤下",
    "evidence.restored": "恢复",
}


def _revision(event: AuditEvent) -> Revision:
    fields = {k: v for k, v in dict(event.data.get("fields", {})).items() if k not in ("state", "reason")}
    changes = tuple((LABELS.get(key, key), str(old), str(new)) for key, (old, new) in fields.items())
    return Revision(
        event, _TITLES.get(event.action, event.action), changes, str(event.data.get("reason", ""))
    )
