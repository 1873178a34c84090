"""The printed pages of a paper under review: pictures for the screen, the PDF, and asking for them."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request, url_for

from formserver.approvals.blueprint import approvals
from formserver.approvals.pages import PaperPages
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.reading import PaperReader
from formserver.approvals.service import ApprovalService
from formserver.core.errors import NOT_FOUND
from formserver.web.context import current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires


@approvals.get("/approvals/<document_id>/versions/<int:version_no>/pages/<int:no>")
@requires(ApprovalPermission.DECIDE)
def page(document_id: str, version_no: int, no: int) -> Any:
    """One page as a picture; what a version shows never changes, so the browser may keep it for the session."""
    content = service(PaperReader).content(current_actor(), document_id, version_no)
    picture = service(PaperPages).image(content, no, request.args.get("w", type=int, default=900))
    if picture is None:
        raise NOT_FOUND(what="这一页，页面还没有生成")
    answer = Response(picture, mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@approvals.get("/approvals/<document_id>/versions/<int:version_no>/paper.pdf")
@requires(ApprovalPermission.DECIDE)
def pdf(document_id: str, version_no: int) -> Any:
    """The pages as one PDF with the watermark: for reading, not for signing."""
    content = service(PaperReader).content(current_actor(), document_id, version_no)
    data = service(PaperPages).pdf(content)
    if data is None:
        raise NOT_FOUND(what="PDF，页面还没有生成")
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = "inline; filename=paper.pdf"
    answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer


@approvals.get("/approvals/<document_id>/printing")
@requires(ApprovalPermission.DECIDE)
def printing(document_id: str) -> Any:
    """Where the printing stands, for the page that waits."""
    view = service(PaperReader).read(current_actor(), document_id)
    return jsonify(pages=view.pages, version=view.document.head_version, text=say(view.printing))


@approvals.post("/approvals/<document_id>/print")
@requires(ApprovalPermission.DECIDE)
def ask_for_pages(document_id: str) -> Any:
    """Have the pages printed (again)."""
    service(ApprovalService).ask_for_pages(current_actor(), document_id)
    return redirect(url_for("approvals.paper", document_id=document_id))
