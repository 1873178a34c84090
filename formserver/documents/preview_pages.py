"""The exact preview over HTTP: start it, ask where it stands, fetch its pages and its PDF."""

from __future__ import annotations

import io
from typing import Any, Final

from flask import Response, jsonify, request, send_file, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.jobs import JobState
from formserver.core.papers import PDF_TYPE
from formserver.documents.blueprint import documents
from formserver.documents.exact_preview import ExactPreviews, PreviewStatus
from formserver.documents.page_pictures import step
from formserver.web.context import current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires

WIDTH: Final = 800
_WORDS: Final = {
    JobState.WAITING: ("running", "精确预览排队中"),
    JobState.RUNNING: ("running", "正在排版"),
    JobState.DONE: ("done", "精确预览已生成"),
    JobState.FAILED: ("failed", "精确预览生成失败"),
}


@documents.route("/documents/<document_id>/preview/pages", methods=["GET", "POST"])
@requires(DocumentPermission.EDIT)
def preview_pages(document_id: str) -> Any:
    """POST asks for the pages of this person's draft (the latest wins); GET tells where they stand."""
    previews, actor = service(ExactPreviews), current_actor()
    if request.method == "POST":
        return jsonify(_told(document_id, previews.start(actor, document_id))), 202
    return jsonify(_told(document_id, previews.status(actor, document_id)))


@documents.get("/documents/<document_id>/preview/pages/<int:no>")
@requires(DocumentPermission.EDIT)
def preview_page(document_id: str, no: int) -> Any:
    """Page ``no`` (from 1) as WebP, ``?width=`` pixels wide."""
    from formserver.rendering.page_images import page_image  # the library is large: with the first page

    width = step(request.args.get("width", type=int, default=WIDTH))
    job, pdf = service(ExactPreviews).pdf(current_actor(), document_id)
    tag = f"{job.id}-{no}-{width}"
    if tag in request.if_none_match:
        return Response(status=304, headers={"ETag": f'"{tag}"'})
    answer = Response(page_image(pdf, no, width=width, media_type="image/webp"), mimetype="image/webp")
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@documents.get("/documents/<document_id>/preview.pdf")
@requires(DocumentPermission.EDIT)
def preview_pdf(document_id: str) -> Any:
    """The watermarked PDF of this person's draft."""
    _, pdf = service(ExactPreviews).pdf(current_actor(), document_id)
    viewed = request.args.get("view") == "1"
    answer = send_file(
        io.BytesIO(pdf),
        mimetype=PDF_TYPE,
        as_attachment=not viewed,
        download_name="预览.pdf",
        etag=False,
        max_age=0,
    )
    if viewed:  # the browser's own reader needs its scripts
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer


def _told(document_id: str, found: PreviewStatus) -> dict[str, Any]:
    if found.job is None:
        return {"state": "none", "text": say("还没有精确预览"), "pages": [], "outdated": False}
    state, text = _WORDS[found.job.state]
    version = found.job.id  # a new preview has new addresses, so that no browser shows the old pages
    pages = [
        url_for("documents.preview_page", document_id=document_id, no=no, v=version)
        for no in range(1, found.pages + 1)
    ]
    return {
        "state": state,
        "text": say(found.job.error or text),
        "progress": found.job.progress,
        "pages": pages,
        "pdf": url_for("documents.preview_pdf", document_id=document_id, v=version) if found.ready else "",
        "outdated": found.outdated,
    }
