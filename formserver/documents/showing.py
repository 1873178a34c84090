"""文书页: where a document stands, what it says, its versions, files and history."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from formserver.core.definitions.diff import diff_bodies
from formserver.core.definitions.document_type import DocumentType
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.issuing import Issuing
from formserver.core.lifecycle import EDITABLE
from formserver.core.models import Json, Rendition, RenditionKind, VersionContent
from formserver.documents.blueprint import documents
from formserver.documents.body_view import reading_view
from formserver.documents.files import job_state
from formserver.documents.lookup import Lookup, Overview
from formserver.documents.saying import event_text, place_text, size_text
from formserver.web.context import current_actor, service
from formserver.web.permissions import requires

_KIND_ORDER = (RenditionKind.PDF, RenditionKind.DOCX, RenditionKind.SCAN, RenditionKind.ATTACHMENT)


@documents.get("/documents/<document_id>")
@requires(DocumentPermission.READ)
def show(document_id: str) -> Any:
    """The document."""
    actor = current_actor()
    seen = service(Lookup).overview(actor, document_id)
    document = seen.document
    unsaved = seen.draft is not None and (
        seen.head is None or bool(seen.draft.raw) or seen.draft.body != seen.head.body
    )
    return render_template(
        "documents/show.html",
        seen=seen,
        document=document,
        actions=service(Issuing).actions(actor, document),
        sections=reading_sections(seen.dt, seen.head) if seen.head else [],
        papers=papers(seen),
        corrections=seen.head.envelope.get("corrections", []) if seen.head else [],
        job_state=job_state,
        history=[(event, event_text(event)) for event in reversed(seen.events)],
        editable=document.state in EDITABLE and actor.may(DocumentPermission.EDIT),
        unsaved=unsaved,
        receipt=receipt_of(seen),
    )


@documents.get("/documents/<document_id>/versions/<int:no>")
@requires(DocumentPermission.READ)
def version(document_id: str, no: int) -> Any:
    """One version as it was."""
    seen = service(Lookup).overview(current_actor(), document_id)
    content = service(Lookup).version(current_actor(), document_id, no)
    return render_template(
        "documents/version.html",
        seen=seen,
        document=seen.document,
        content=content,
        sections=reading_sections(seen.dt, content),
        papers=[p for p in papers(seen) if p["no"] == no],
        job_state=job_state,
    )


@documents.get("/documents/<document_id>/compare")
@requires(DocumentPermission.READ)
def compare(document_id: str) -> Any:
    """Two versions field by field."""
    actor, lookup = current_actor(), service(Lookup)
    seen = lookup.overview(actor, document_id)
    newest = seen.document.head_version
    if not newest:
        raise NOT_FOUND(what="可以比较的版本，这份文书还没有保存过")
    new = request.args.get("new", type=int, default=newest)
    old = request.args.get("old", type=int, default=max(1, new - 1))
    before, after = (lookup.version(actor, document_id, no) for no in (old, new))
    rows = differences(seen.dt, before.body, after.body)
    return render_template(
        "documents/compare.html", seen=seen, document=seen.document, before=before, after=after, rows=rows
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


def differences(dt: DocumentType, old: Json, new: Json) -> list[dict[str, str]]:
    """Rows of the comparison: label, what happened, both texts."""
    words = {"added": "增加", "removed": "删去", "changed": "修改", "moved": "移动"}
    found = []
    for change in diff_bodies(dt, old, new):
        before, after = change.old, change.new
        if change.kind == "moved":
            texts = (f"第{before}行", f"第{after}行")
        else:
            texts = (place_text(dt, change.pointer, before), place_text(dt, change.pointer, after))
        found.append({"label": change.label, "kind": words[change.kind], "old": texts[0], "new": texts[1]})
    return found


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
