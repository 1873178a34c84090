"""The files behind evidence: the bytes, a small picture, everything in one archive."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from formserver.evidence.bundle import bundle
from formserver.evidence.permissions import EvidencePermission as P
from formserver.evidence.pictures import SCREEN, THUMB, EvidencePictures
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.service import EvidenceService
from formserver.evidence.streaming import file_response
from formserver.web.api import Answer, Call, Operation, Parameter
from formserver.web.context import context, service

GROUP: Final = "证据"


def _download(call: Call) -> Answer:
    item, _ = service(EvidenceReading).item(call.actor, call.path["evidence_id"])
    if "Range" not in request.headers:
        service(EvidenceService).note_download(call.actor, item)
    return Answer(file=file_response(context().store.blobs, item, view=False))


def _picture(call: Call) -> Answer:
    item, _ = service(EvidenceReading).item(call.actor, call.path["evidence_id"])
    longest = SCREEN if call.query["large"] else THUMB
    drawn = service(EvidencePictures).picture(item, longest, page=call.query["page"])
    return Answer(file=Response(drawn, mimetype="image/jpeg"))


def _archive(call: Call) -> Answer:
    found = service(EvidenceReading).library(call.actor, call.path["document_id"])
    service(EvidenceService).note_export(call.actor, found.document, len(found.items))
    packed = Response(bundle(context().store.blobs, found.items), mimetype="application/zip")
    packed.headers["Content-Disposition"] = "attachment; filename=evidence.zip"
    return Answer(file=packed)


OPERATIONS: Final = (
    Operation(
        "download_evidence",
        "GET",
        "/evidence/{evidence_id}/file",
        GROUP,
        "下载文件，可以用 Range 分段；整份下载会记入办理记录",
        P.READ,
        _download,
        media=("application/octet-stream",),
    ),
    Operation(
        "get_evidence_picture",
        "GET",
        "/evidence/{evidence_id}/picture",
        GROUP,
        "照片或 PDF 一页的缩略图；不能显示为图片的返回 422",
        P.READ,
        _picture,
        query=(
            Parameter("page", {"type": "integer", "minimum": 1, "maximum": 9_999, "default": 1}, "第几页"),
            Parameter("large", {"type": "boolean", "default": False}, "大图"),
        ),
        media=("image/jpeg",),
    ),
    Operation(
        "download_evidence_archive",
        "GET",
        "/documents/{document_id}/evidence/archive",
        GROUP,
        "全部证据文件、目录和校验值，一个 zip，边打包边发送",
        P.READ,
        _archive,
        media=("application/zip",),
    ),
)
