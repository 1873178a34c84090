"""Files of a document: downloads, previews, the progress of its PDF."""

from __future__ import annotations

import hashlib
import io
from typing import Any, BinaryIO

from flask import Response, jsonify, redirect, render_template, request, send_file, url_for

from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import Job, JobState
from formserver.core.models import RenditionKind
from formserver.core.papers import DOCX_TYPE, PDF_TYPE, Papers
from formserver.documents.blueprint import documents
from formserver.documents.lookup import Lookup
from formserver.documents.page_pictures import PagePictures, picture_tag, step
from formserver.web.context import context, current_actor, service
from formserver.web.language import say
from formserver.web.permissions import requires

_PREVIEW_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src data: blob:; "
    "font-src data: blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)


@documents.get("/documents/<document_id>/files/<rendition_id>")
@requires(DocumentPermission.READ)
def download(document_id: str, rendition_id: str) -> Any:
    """A stored file, streamed; its name is what people call the paper, its tag the hash of its bytes."""
    _, rendition = service(Papers).fetch(current_actor(), document_id, rendition_id)
    viewed = request.args.get("view") == "1" and rendition.media_type == PDF_TYPE
    answer = send_file(
        _checked(rendition.blob_sha256),
        mimetype=rendition.media_type,
        as_attachment=not viewed,
        download_name=rendition.filename,
        etag=rendition.blob_sha256,
        conditional=True,
        max_age=0,
    )
    if answer.status_code == 200:
        answer.content_length = rendition.size
    if viewed:  # the browser's own reader needs its scripts; the file itself was refused if it had any
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'self'"
    return answer


@documents.get("/documents/<document_id>/files/<rendition_id>/pages/<int:no>")
@requires(DocumentPermission.READ)
def page_image(document_id: str, rendition_id: str, no: int) -> Any:
    """A page of a stored PDF as a picture, ``?w=`` pixels wide (rounded up to a step). Reading is not a download.

    Browsers keep it but ask each time whether they still may show it: the answer is then 304 without a body.
    """
    rendition = service(Lookup).rendition(current_actor(), document_id, rendition_id)
    if rendition.media_type != PDF_TYPE or no < 1 or (rendition.pages and no > rendition.pages):
        raise NOT_FOUND(what=f"这个文件的第{no}页")
    width = step(request.args.get("w", type=int, default=1000))
    media_type = "image/webp" if request.accept_mimetypes["image/webp"] else "image/png"
    answer = Response(mimetype=media_type)
    answer.set_etag(picture_tag(rendition.blob_sha256, no, width, media_type))
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Accept")
    answer.make_conditional(request)
    if answer.status_code == 200:
        answer.set_data(service(PagePictures).picture(rendition.blob_sha256, no, width, media_type))
    return answer


@documents.get("/documents/<document_id>/files/<rendition_id>/job")
@requires(DocumentPermission.READ)
def job(document_id: str, rendition_id: str) -> Any:
    """Where the PDF of a docx stands, for the page that waits for it."""
    actor = current_actor()
    for rendition in service(Papers).renditions(actor, document_id):
        if rendition.id == rendition_id and rendition.kind is RenditionKind.DOCX:
            told = job_state(service(Papers).pdf_job(actor, rendition))
            return jsonify({key: say(value) for key, value in told.items()})
    raise NOT_FOUND(what="这份文书的文件")


@documents.post("/documents/<document_id>/files/<rendition_id>/retry")
@requires(DocumentPermission.READ)
def retry(document_id: str, rendition_id: str) -> Any:
    """重试 after the conversion failed for good."""
    service(Papers).retry_pdf(current_actor(), document_id, rendition_id)
    return redirect(url_for("documents.show", document_id=document_id) + "#files")


@documents.get("/documents/<document_id>/preview.docx")
@requires(DocumentPermission.READ)
def preview_docx(document_id: str) -> Any:
    """The draft with a watermark; never stored, never a rendition."""
    data = service(Papers).preview(current_actor(), document_id)
    document = service(Lookup).get(current_actor(), document_id)
    return send_file(
        io.BytesIO(data),
        mimetype=DOCX_TYPE,
        as_attachment=True,
        download_name=f"预览 {document.title}.docx",
        etag=False,
        max_age=0,
    )


@documents.get("/documents/<document_id>/preview")
@requires(DocumentPermission.READ)
def preview(document_id: str) -> Any:
    """A page around the preview: layout in the browser, the exact file to download."""
    document = service(Lookup).get(current_actor(), document_id)
    return render_template("documents/preview.html", document=document)


@documents.get("/documents/preview-frame")
@requires(DocumentPermission.READ)
def preview_frame() -> Any:
    """The empty sandboxed page that lays a docx out; it gets the bytes by message and can ask for nothing."""
    answer = Response(render_template("documents/preview_frame.html"))
    answer.headers["Content-Security-Policy"] = _PREVIEW_POLICY
    return answer


def _checked(sha256: str) -> BinaryIO:
    """A stored file whose bytes are still those it was stored with. Raises NOT_FOUND, DAMAGED_BLOB.

    Hashing 50 MB takes some hundredths of a second; handing out a damaged record as the record costs more.
    """
    blobs = context().store.blobs
    stream = blobs.open(sha256)
    found = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        found.update(chunk)
    if found.hexdigest() != sha256:
        stream.close()
        blobs.read(sha256)  # says so in words
    stream.seek(0)
    return stream


def job_state(found: Job | None) -> dict[str, Any]:
    """A job as the page tells it."""
    if found is None:
        return {"state": "none", "text": "PDF 待生成"}
    words = {
        JobState.WAITING: ("waiting", "PDF 排队中，通常几秒钟"),
        JobState.RUNNING: ("running", found.progress_text or "正在生成 PDF"),
        JobState.DONE: ("done", "PDF 已生成"),
        JobState.FAILED: ("failed", found.error or "PDF 生成失败"),
    }
    state, text = words[found.state]
    if found.state is JobState.WAITING and found.error:  # tried already: say why it is not there yet
        text = f"PDF 待生成，稍后自动再试。{found.error}"
    return {"state": state, "text": text, "progress": found.progress, "error": found.error}
