"""Renditions: print a version to docx, have it converted to PDF, preview an unfinished draft.

A stored rendition is the record; it is made once per version and never again in its place.
"""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from formserver.core.canonical import canonical_json
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.jobs import Job
from formserver.core.models import (
    Cause,
    Document,
    Json,
    Rendition,
    RenditionKind,
    VersionContent,
    rendition_digest,
)
from formserver.core.permissions import SYSTEM_SCOPE, Actor, system_actor
from formserver.core.rendering_port import PdfConverter, RenderedDocument, RenderMode, RenderRequest
from formserver.core.rerender import Outcome, compare
from formserver.core.service_kit import Kit, printed_envelope, record_event
from formserver.core.store_ports import DocumentQuery, UnitOfWork

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF_TYPE = "application/pdf"
PDF_JOB = "pdf"
NO_RENDITION = error_code(
    "NO_RENDITION",
    Kind.CONFLICT,
    zh="第{no}版还没有正式文书。请先取号或定稿；需要先看样子请用“预览”。",
    en="Version {no} has no printed paper yet; take a number or finalise first.",
)
_PAPER_CAUSES = {Cause.NUMBER, Cause.PRINT}


class Papers:
    """Make, find and hand out renditions."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def print_version(
        self, u: UnitOfWork, actor: Actor, document: Document, content: VersionContent
    ) -> Rendition:
        """Render ``content`` inside the unit that cut it: blob first, then the row; enqueue its PDF.

        The blob is durable before the row names it, so a crash leaves at most a file nobody refers to.
        """
        rendered = self._render(document, content, RenderMode.RECORD)
        blob = self._kit.store.blobs.put_bytes(rendered.docx)
        rendition = Rendition(
            id=new_id(),
            document_id=document.id,
            version_no=content.version.no,
            kind=RenditionKind.DOCX,
            blob_sha256=blob.sha256,
            size=blob.size,
            media_type=DOCX_TYPE,
            filename=file_name(document, content.version.no, "docx"),
            pages=0,
            manifest_sha256=u.contents.put(canonical_json(rendered.manifest)),
            created_by=actor.user_id,
            created_at=self._kit.clock.now(),
        )
        u.renditions.add(rendition)
        u.jobs.enqueue(
            kind=PDF_JOB,
            key=rendition.id,
            payload={"rendition": rendition.id, "document": document.id},
            at=self._kit.clock.now(),
            created_by=actor.user_id,
            agency_id=document.agency_id,
            priority=10,
        )
        return rendition

    def preview(self, actor: Actor, document_id: str) -> bytes:
        """A watermarked docx of this person's draft (or the head version); never stored."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            document = u.documents.get(document_id, actor.scope)
            draft = u.drafts.get(document_id, actor.user_id)
            context = self._kit.context(u, document)
            if draft is not None:
                body: Mapping[str, Any] = draft.body
            elif document.head_version:
                body = u.documents.version(document_id, document.head_version, actor.scope).body
            else:
                body = {}
        dt = self._kit.document_type(document)
        envelope = {
            "number": document.number,
            "type_title": dt.title,
            "title": document.title,
            "state": document.state.value,
            "organ": context.get("agency.issuing_organ", ""),
            "check_url": "",
            "check_code": "",
            "printed_on": context["today"],
            "version": "草稿",
        }
        request = self._request(document, body, envelope, dt.hidden(body, context), RenderMode.PREVIEW)
        return self._kit.renderer.render(request).docx

    def preview_version(self, document: Document, content: VersionContent) -> bytes:
        """A watermarked docx of a saved version as it would print, without check address; never stored."""
        envelope = printed_envelope(content) | {"check_url": "", "check_code": ""}
        hidden = frozenset(content.envelope.get("hidden", ()))
        request = self._request(document, content.body, envelope, hidden, RenderMode.PREVIEW)
        return self._kit.renderer.render(request).docx

    def renditions(self, actor: Actor, document_id: str) -> tuple[Rendition, ...]:
        """All renditions of a document, oldest first."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow() as u:
            u.documents.get(document_id, actor.scope)
            return u.renditions.for_document(document_id)

    def fetch(self, actor: Actor, document_id: str, rendition_id: str) -> tuple[Document, Rendition]:
        """One rendition of a document that lies in the scope; the download is recorded. Raises NOT_FOUND."""
        actor.require(DocumentPermission.READ)
        with self._kit.store.uow(write=True) as u:
            rendition = u.renditions.get(rendition_id)
            document = u.documents.get(document_id, actor.scope)
            if rendition.document_id != document_id:
                raise NOT_FOUND(what="这份文书的文件")
            record_event(
                self._kit,
                u,
                actor,
                "rendition.downloaded",
                document_id=document.id,
                subject=rendition.filename,
                data={"rendition": rendition.id, "sha256": rendition.blob_sha256},
            )
        return document, rendition

    def paper_of(self, actor: Actor, document_id: str, no: int, kind: RenditionKind) -> Rendition:
        """The docx or PDF of one version. Raises NO_RENDITION."""
        found = [r for r in self.renditions(actor, document_id) if r.version_no == no and r.kind is kind]
        if not found:
            raise NO_RENDITION(no=no)
        return found[-1]

    def pdf_job(self, actor: Actor, docx_rendition: Rendition) -> Job | None:
        """The newest conversion job of a docx, for its progress; the document must lie in the scope."""
        with self._kit.store.uow() as u:
            u.documents.get(docx_rendition.document_id, actor.scope)
            return u.jobs.latest(PDF_JOB, docx_rendition.id)

    def retry_pdf(self, actor: Actor, document_id: str, rendition_id: str) -> Job:
        """Ask again for a PDF whose conversion failed for good (重试)."""
        actor.require(DocumentPermission.READ)
        now = self._kit.clock.now()
        with self._kit.store.uow(write=True) as u:
            u.documents.get(document_id, actor.scope)
            rendition = u.renditions.get(rendition_id)
            if rendition.document_id != document_id or rendition.kind is not RenditionKind.DOCX:
                raise NOT_FOUND(what="这份文书的 docx")
            job = u.jobs.latest(PDF_JOB, rendition_id)
            if job is not None:
                return u.jobs.retry(job.id, at=now)
            return u.jobs.enqueue(
                kind=PDF_JOB,
                key=rendition_id,
                payload={"rendition": rendition_id, "document": document_id},
                at=now,
                created_by=actor.user_id,
                priority=10,
            )

    def convert(self, job: Job, converter: PdfConverter, *, timeout: float) -> dict[str, Any]:
        """Do a PDF job: idempotent, conversion outside any unit of work. Returns what the page shows."""
        with self._kit.store.uow() as u:
            docx = u.renditions.get(str(job.payload["rendition"]))
            document = u.documents.get(docx.document_id, SYSTEM_SCOPE)
            done = self._pdf_of(u, docx)
            envelope = u.documents.version(document.id, docx.version_no, SYSTEM_SCOPE).envelope
        if done is not None:
            return {"rendition": done.id, "pages": done.pages}
        result = converter.convert(self._kit.store.blobs.read(docx.blob_sha256), timeout=timeout)
        pdf, stamp = self._stamped(result.pdf, envelope, docx.version_no)
        blob = self._kit.store.blobs.put_bytes(pdf)
        warnings = [w.as_dict() for w in result.warnings]
        manifest = {"from_rendition": docx.id, "docx_sha256": docx.blob_sha256, "warnings": warnings, **stamp}
        with self._kit.store.uow(write=True) as u:
            u.documents.lock(document.id, SYSTEM_SCOPE)
            done = self._pdf_of(u, docx)
            if done is None:
                done = dataclasses.replace(
                    docx,
                    id=new_id(),
                    kind=RenditionKind.PDF,
                    blob_sha256=blob.sha256,
                    size=blob.size,
                    media_type=PDF_TYPE,
                    filename=docx.filename.removesuffix(".docx") + ".pdf",
                    pages=result.pages,
                    manifest_sha256=u.contents.put(canonical_json(manifest)),
                    created_at=self._kit.clock.now(),
                )
                u.renditions.add(done)
                record_event(
                    self._kit,
                    u,
                    system_actor(agency_id=document.agency_id),
                    "rendition.converted",
                    document_id=document.id,
                    subject=done.filename,
                    data={
                        "version": done.version_no,
                        "pdf_sha256": done.blob_sha256,
                        "renditions": {done.id: rendition_digest(done)},
                    },
                )
        return {"rendition": done.id, "pages": done.pages, "warnings": warnings}

    def _stamped(self, pdf: bytes, envelope: Mapping[str, Any], no: int) -> tuple[bytes, Json]:
        """The PDF with a code on every page, and what the manifest says of it."""
        url = str(envelope.get("check_url", ""))
        if self._kit.stamper is None or not url:
            return pdf, {}
        code = str(envelope.get("check_code", ""))
        made = self._kit.stamper.stamp(pdf, check_url=url, check_code=code, version=no)
        places = [[str(c.page), str(c.x), str(c.y), str(c.side)] for c in made.codes]
        return made.pdf, {"stamp": {"name": made.name, "page_x_y_side_points": places}}

    def rerender_all(self) -> Iterator[tuple[str, int, Outcome]]:
        """Every stored docx rendered again from its version: (document id, version, how it compares)."""
        cursor = ""
        while True:
            with self._kit.store.uow() as u:
                page = u.documents.find(DocumentQuery(cursor=cursor, limit=200), SYSTEM_SCOPE)
            for document in page.items:
                yield from self._rerender(document)
            if not page.next_cursor:
                return
            cursor = page.next_cursor

    def _rerender(self, document: Document) -> Iterator[tuple[str, int, Outcome]]:
        with self._kit.store.uow() as u:
            papers = [
                (
                    u.documents.version(document.id, r.version_no, SYSTEM_SCOPE),
                    u.contents.get(r.manifest_sha256),
                )
                for r in u.renditions.for_document(document.id)
                if r.kind is RenditionKind.DOCX
            ]
        for content, manifest in papers:
            again = self._render(document, content, RenderMode.RECORD).manifest
            yield document.id, content.version.no, compare(json.loads(manifest), again)

    def _pdf_of(self, u: UnitOfWork, docx: Rendition) -> Rendition | None:
        for rendition in u.renditions.for_document(docx.document_id):
            if rendition.kind is RenditionKind.PDF and rendition.version_no == docx.version_no:
                return rendition
        return None

    def _render(self, document: Document, content: VersionContent, mode: RenderMode) -> RenderedDocument:
        hidden = frozenset(content.envelope.get("hidden", ()))
        request = self._request(document, content.body, printed_envelope(content), hidden, mode)
        return self._kit.renderer.render(request)

    def _request(
        self,
        document: Document,
        body: Mapping[str, Any],
        envelope: Mapping[str, Any],
        hidden: frozenset[str],
        mode: RenderMode,
    ) -> RenderRequest:
        catalogue = self._kit.catalogue
        url = str(envelope.get("check_url", ""))
        return RenderRequest(
            template=catalogue.template(document.type, document.edition),
            template_sha256=catalogue.template_sha256(document.type, document.edition),
            schema=self._kit.document_type(document).schema,
            body=body,
            envelope=envelope,
            hidden=hidden,
            images={"qr": self._kit.qr(url)} if url else {},
            mode=mode,
        )


def file_name(document: Document, no: int, suffix: str) -> str:
    """A file name people recognise: number or title, version; safe on every system."""
    base = f"{document.number} {document.title}" if document.number else document.title
    base = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "_", base).strip(" ._")[:80] or "文书"
    return f"{base} 第{no}版.{suffix}"


_SUFFIXES = {
    PDF_TYPE: (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/tiff": (".tif", ".tiff"),
    "image/heic": (".heic", ".heif"),
}


def upload_name(name: str, media_type: str) -> str:
    """The name a person gave a file, safe on every system, ending as its content says: no ``photo.jpg.exe``.

    No folders, no control characters, none that turn the direction of writing (``U+202E`` hides what a name ends in).
    """
    base = name.replace("\\", "/").rpartition("/")[2]
    base = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    base = re.sub(r'[:*?"<>|]+', "_", base).strip(" ._")[-100:]
    suffixes = _SUFFIXES.get(media_type, ())
    if suffixes and not base.lower().endswith(suffixes):
        base += suffixes[0]
    return base if base not in suffixes else f"附件{base}"
