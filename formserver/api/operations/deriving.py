"""Out of one document: a copy, a supplement, its package; and its pages as they will be printed."""

from __future__ import annotations

import io
from typing import Any, Final

from flask import Response, send_file

from formserver.api.shapes import DOCUMENT, JOB, TEXT, WHOLE, document, shape, titled
from formserver.core.deeds import LONGEST_REASON
from formserver.core.deriving import Derived, Deriving
from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.errors import NOT_FOUND
from formserver.core.papers import PDF_TYPE
from formserver.documents.exact_preview import ExactPreviews, PreviewStatus
from formserver.documents.files import job_state
from formserver.documents.lookup import Lookup
from formserver.documents.packaging import package_response
from formserver.documents.page_pictures import PagePictures, step
from formserver.web.api import Answer, Call, Operation, Parameter
from formserver.web.context import service

GROUP: Final = "文书"
FILES: Final = "文件"
DERIVED: Final = shape(
    "DerivedDocument",
    "由另一份文书新建的文书",
    {
        "document": DOCUMENT,
        "left_out": {"type": "array", "items": TEXT, "title": "现行版式中没有、没有带过来的项目"},
    },
)
PREVIEW: Final = shape(
    "ExactPreview",
    "精确预览",
    {
        "job": {"oneOf": [JOB, {"type": "null"}], "title": "进度；没有生成过时为空"},
        "outdated": {"type": "boolean", "title": "草稿已有改动"},
        "ready": {"type": "boolean", "title": "可以下载"},
        "pages": titled(WHOLE, "页数"),
    },
)


def _derived(made: Derived) -> Answer:
    data = {"document": document(made.document), "left_out": list(made.left_out)}
    return Answer(data, made.document.head_version, location=f"/documents/{made.document.id}")


def _copy(call: Call) -> Answer:
    return _derived(service(Deriving).copy(call.actor, call.path["document_id"]))


def _supplement(call: Call) -> Answer:
    deriving, reason = service(Deriving), call.body["reason"]
    return _derived(deriving.supplement(call.actor, call.path["document_id"], reason=reason))


def _package(call: Call) -> Answer:
    return Answer(file=package_response(call.actor, call.path["document_id"]))


def _preview(found: PreviewStatus) -> Answer:
    job = job_state(found.job) if found.job is not None else None
    return Answer({"job": job, "outdated": found.outdated, "ready": found.ready, "pages": found.pages})


def _start(call: Call) -> Answer:
    return _preview(service(ExactPreviews).start(call.actor, call.path["document_id"]))


def _state(call: Call) -> Answer:
    return _preview(service(ExactPreviews).status(call.actor, call.path["document_id"]))


def _pdf(call: Call) -> Answer:
    _, data = service(ExactPreviews).pdf(call.actor, call.path["document_id"])
    return Answer(file=send_file(io.BytesIO(data), mimetype=PDF_TYPE, etag=False, max_age=0))


def _page_image(call: Call) -> Answer:
    no = int(call.path["page_no"])
    found = service(Lookup).rendition(call.actor, call.path["document_id"], call.path["rendition_id"])
    if found.media_type != PDF_TYPE or (found.pages and no > found.pages):
        raise NOT_FOUND(what=f"这个文件的第{no}页")
    drawn = service(PagePictures).picture(found.blob_sha256, no, step(call.query["width"]), "image/png")
    return Answer(file=Response(drawn, mimetype="image/png"))


def _at(tail: str) -> str:
    return f"/documents/{{document_id}}/{tail}"


_MADE: Final[dict[str, Any]] = {"status": 201, "versioned": True, "creates": True}
OPERATIONS: Final = (
    Operation("copy_document", "POST", _at("copy"), GROUP, "复制为新文书", P.CREATE, _copy, DERIVED, **_MADE),
    Operation(
        "supplement_document",
        "POST",
        _at("supplement"),
        GROUP,
        "为已签署的文书新建补充或补正文书；原文书不变",
        P.CREATE,
        _supplement,
        DERIVED,
        body={
            "type": "object",
            "required": ["reason"],
            "additionalProperties": False,
            "properties": {"reason": titled(TEXT, "理由", minLength=1, maxLength=LONGEST_REASON)},
        },
        **_MADE,
    ),
    Operation(
        "download_package",
        "GET",
        _at("package"),
        FILES,
        "全部版本、文件和校验值，一个 zip；下载会记入办理记录",
        P.READ,
        _package,
        media=("application/zip",),
    ),
    Operation(
        "start_exact_preview",
        "POST",
        _at("exact-preview"),
        FILES,
        "生成草稿的精确预览",
        P.EDIT,
        _start,
        PREVIEW,
    ),
    Operation(
        "get_exact_preview", "GET", _at("exact-preview"), FILES, "精确预览的进度", P.EDIT, _state, PREVIEW
    ),
    Operation(
        "download_exact_preview",
        "GET",
        _at("exact-preview/pdf"),
        FILES,
        "精确预览的 PDF",
        P.EDIT,
        _pdf,
        media=(PDF_TYPE,),
    ),
    Operation(
        "get_page_image",
        "GET",
        _at("files/{rendition_id}/pages/{page_no}"),
        FILES,
        "PDF 一页的图片",
        P.READ,
        _page_image,
        query=(
            Parameter(
                "width",
                {"type": "integer", "minimum": 100, "maximum": 2_000, "default": 1_000},
                "像素，向上取到有的宽度",
            ),
        ),
        media=("image/png",),
    ),
)
