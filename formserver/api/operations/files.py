"""Files of a document: list, download, preview, and the PDF that is being made."""

from __future__ import annotations

import io
from typing import Final

from flask import send_file

from formserver.api.shapes import FILE, JOB, file
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND
from formserver.core.models import Rendition, RenditionKind
from formserver.core.papers import DOCX_TYPE, PDF_TYPE, Papers
from formserver.documents.files import download, job_state
from formserver.documents.lookup import Lookup
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

GROUP: Final = "文件"
KEPT_TYPES: Final = (PDF_TYPE, DOCX_TYPE, "image/jpeg", "image/png", "image/tiff", "application/octet-stream")


def _list(call: Call) -> Answer:
    seen = service(Lookup).overview(call.actor, call.path["document_id"])
    items = [
        file(item, seen.jobs.get(item.id), convertible=item.kind is RenditionKind.DOCX)
        for item in seen.renditions
    ]
    return Answer({"items": items})


def _download(call: Call) -> Answer:
    return Answer(file=download(call.path["document_id"], call.path["rendition_id"]))


def _job(call: Call) -> Answer:
    return Answer(job_state(service(Papers).pdf_job(call.actor, _docx(call))))


def _retry(call: Call) -> Answer:
    docx = _docx(call)
    return Answer(job_state(service(Papers).retry_pdf(call.actor, docx.document_id, docx.id)))


def _docx(call: Call) -> Rendition:
    for item in service(Papers).renditions(call.actor, call.path["document_id"]):
        if item.id == call.path["rendition_id"] and item.kind is RenditionKind.DOCX:
            return item
    raise NOT_FOUND(what="这份文书的 docx 文件")


def _preview(call: Call) -> Answer:
    found = service(Lookup).get(call.actor, call.path["document_id"])
    data = service(Papers).preview(call.actor, found.id)
    return Answer(
        file=send_file(
            io.BytesIO(data),
            mimetype=DOCX_TYPE,
            as_attachment=True,
            download_name=f"预览 {found.title}.docx",
            etag=False,
            max_age=0,
        )
    )


OPERATIONS: Final = (
    Operation(
        "list_files",
        "GET",
        "/documents/{document_id}/files",
        GROUP,
        "全部文件，旧的在前；docx 附 PDF 的进度",
        DocumentPermission.READ,
        _list,
        page_of(FILE, "文件"),
    ),
    Operation(
        "download_file",
        "GET",
        "/documents/{document_id}/files/{rendition_id}",
        GROUP,
        "下载一个文件；下载会记入办理记录",
        DocumentPermission.READ,
        _download,
        media=KEPT_TYPES,
    ),
    Operation(
        "get_pdf_job",
        "GET",
        "/documents/{document_id}/files/{rendition_id}/pdf",
        GROUP,
        "由 docx 生成 PDF 的进度",
        DocumentPermission.READ,
        _job,
        JOB,
    ),
    Operation(
        "retry_pdf",
        "POST",
        "/documents/{document_id}/files/{rendition_id}/pdf",
        GROUP,
        "生成 PDF 失败后重试",
        DocumentPermission.READ,
        _retry,
        JOB,
    ),
    Operation(
        "preview_document",
        "GET",
        "/documents/{document_id}/preview",
        GROUP,
        "带水印的预览 docx，不留存",
        DocumentPermission.READ,
        _preview,
        media=(DOCX_TYPE,),
    ),
)
