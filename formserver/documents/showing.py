"""文书页: where a document stands, its paper, what it says, and what led there."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from formserver.core.definitions.document_type import DocumentType
from formserver.core.document_permissions import DocumentPermission
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import EDITABLE
from formserver.core.models import Rendition, RenditionKind, State, VersionContent
from formserver.core.permissions import CONFIDENTIALITY
from formserver.documents.blueprint import documents
from formserver.documents.body_view import reading_view
from formserver.documents.deed_links import deed_buttons, slice_links, slice_panels
from formserver.documents.files import job_state
from formserver.documents.lookup import Lookup, Overview
from formserver.documents.next_step import next_step
from formserver.documents.relations import may_supplement, relations
from formserver.documents.saying import size_text
from formserver.documents.timeline import FILTERS, SHOWN, timeline
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

_KIND_ORDER = (RenditionKind.PDF, RenditionKind.DOCX, RenditionKind.SCAN, RenditionKind.ATTACHMENT)


@documents.get("/documents/<document_id>")
@requires(DocumentPermission.READ)
def show(document_id: str) -> Any:
    """The document: its paper first; without a paper what it says."""
    actor = current_actor()
    seen = service(Lookup).overview(actor, document_id)
    document = seen.document
    unsaved = seen.draft is not None and (
        seen.head is None or bool(seen.draft.raw) or seen.draft.body != seen.head.body
    )
    actions = service(Issuing).actions(actor, document)
    pages = readable_papers(seen)
    chosen = next((r for r in pages if r.id == request.args.get("file")), pages[0] if pages else None)
    wanted = request.args.get("history", "")
    story = timeline(seen, wanted)
    return render_template(
        "documents/show.html",
        seen=seen,
        document=document,
        buttons=deed_buttons(document, actions),
        step=next_step(seen, actions, unsaved=unsaved),
        pages=pages,
        paper=chosen,
        outdated=_outdated(seen, chosen),
        pending=_pending(seen),
        sections=reading_sections(seen.dt, seen.head) if seen.head else [],
        papers=papers(seen),
        corrections=seen.head.envelope.get("corrections", []) if seen.head else [],
        job_state=job_state,
        story=story if request.args.get("all") == "1" else story[:SHOWN],
        story_count=len(story),
        filters=FILTERS,
        history=wanted,
        editable=document.state in EDITABLE and actor.may(DocumentPermission.EDIT),
        unsaved=unsaved,
        receipt=receipt_of(seen),
        confidentiality=CONFIDENTIALITY[min(document.confidentiality, len(CONFIDENTIALITY) - 1)],
        related=relations(seen),
        may_copy=actor.may(DocumentPermission.CREATE),
        may_supplement=may_supplement(actor, document),
        panels=slice_panels(actor, document),
        links=slice_links(actor, document),
    )


@documents.get("/documents/<document_id>/versions/<int:no>")
@requires(DocumentPermission.READ)
def version(document_id: str, no: int) -> Any:
    """One version as it was."""
    actor, lookup = current_actor(), service(Lookup)
    seen = lookup.overview(actor, document_id)
    content = lookup.version(actor, document_id, no)
    files = [r for r in readable_papers(seen) if r.version_no == no]
    return render_template(
        "documents/version.html",
        seen=seen,
        document=seen.document,
        content=content,
        paper=files[0] if files else None,
        sections=reading_sections(seen.dt, content),
        papers=[p for p in papers(seen) if p["no"] == no],
        job_state=job_state,
    )


@documents.get("/documents/<document_id>/sample")
@requires(DocumentPermission.READ)
def sample(document_id: str) -> Any:
    """The 范本 of the document's type, to read beside the form."""
    lookup = service(Lookup)
    document = lookup.get(current_actor(), document_id)
    dt, body = lookup.type_of(document), lookup.sample(document)
    sections = reading_view(dt, body, sorted(dt.hidden(body)))
    return render_template("documents/sample.html", document=document, dt=dt, sections=sections)


def reading_sections(dt: DocumentType, content: VersionContent) -> Any:
    """A version for reading, without what its conditions had taken away."""
    return reading_view(dt, content.body, content.envelope.get("hidden", ()))


def readable_papers(seen: Overview) -> list[Rendition]:
    """What can be shown page by page, the one that counts first: the signed scan, then the newest printed paper."""
    wanted = [r for r in seen.renditions if r.pages and r.kind in (RenditionKind.PDF, RenditionKind.SCAN)]
    return sorted(
        wanted, key=lambda r: (r.version_no, r.kind is RenditionKind.SCAN, r.created_at), reverse=True
    )


def papers(seen: Overview) -> list[dict[str, Any]]:
    """The files by version, newest first; a docx whose PDF is not there yet carries its job."""
    grouped: dict[int, list[Rendition]] = {}
    for rendition in seen.renditions:
        grouped.setdefault(rendition.version_no, []).append(rendition)
    made = []
    for no in sorted(grouped, reverse=True):
        files = sorted(grouped[no], key=lambda r: _KIND_ORDER.index(r.kind))
        has_pdf = any(r.kind is RenditionKind.PDF for r in files)
        docx = next((r for r in files if r.kind is RenditionKind.DOCX), None)
        made.append(
            {
                "no": no,
                "files": [(r, size_text(r.size)) for r in files],
                "printed": no == seen.document.printed_version,
                "pending": None if has_pdf or docx is None else docx,
                "job": None if has_pdf or docx is None else seen.jobs.get(docx.id),
                "cause": next((v.cause.value for v in seen.versions if v.no == no), ""),
            }
        )
    return made


def receipt_of(seen: Overview) -> str:
    """The id of the 送达回证 that served this document, or empty."""
    return str(seen.head.envelope.get("receipt", "")) if seen.head else ""


def _pending(seen: Overview) -> dict[str, Any] | None:
    """The newest printed paper while its PDF is still being made."""
    groups = papers(seen)
    return groups[0] if groups and groups[0]["pending"] else None


def _outdated(seen: Overview, paper: Rendition | None) -> str:
    """Why the paper shown is not what holds now; empty when it is."""
    document = seen.document
    if paper is None:
        return ""
    if document.state is State.VOID:
        return "文书已作废，下面的纸面不再有效。"
    if document.state in EDITABLE or document.state in (State.IN_REVIEW, State.APPROVED):
        return f"这是第{paper.version_no}版的纸面，文书已退回修改，它已作废，请收回打印件。"
    return ""
