"""tus 1.0.0 (https://tus.io): creation, checksum, expiration, termination; and the list of what is unfinished.

Answers are for a program: every error is a problem document whose ``detail`` the page shows beside the file.
"""

from __future__ import annotations

import base64
import binascii
from email.utils import format_datetime
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request, url_for

from formserver.core.errors import AppError, Kind, error_code
from formserver.store.failures import DISK_FULL
from formserver.uploads.models import Upload, UploadState
from formserver.uploads.pieces import CHECKSUMS, UPLOAD_BUSY, UPLOAD_CHECKSUM, UPLOAD_GONE, Checksum
from formserver.uploads.service import UPLOAD_NO_ROOM, UPLOAD_TOO_LARGE, UploadService
from formserver.web.context import current_actor, service
from formserver.web.errors import STATUS, problem_response
from formserver.web.gate import accepts_upload
from formserver.web.permissions import requires_sign_in

uploads = Blueprint("uploads", __name__)
VERSION: Final = "1.0.0"
PIECE: Final = "application/offset+octet-stream"
UPLOAD_PROTOCOL = error_code(
    "UPLOAD_PROTOCOL",
    Kind.INVALID,
    zh="上传请求不完整（{what}），请刷新页面后重试。",
    en="The upload request is not complete: {what}.",
)
_STATUS: Final = {
    UPLOAD_BUSY.code: 423,
    UPLOAD_CHECKSUM.code: 460,
    UPLOAD_TOO_LARGE.code: 413,
    UPLOAD_NO_ROOM.code: 507,
    DISK_FULL.code: 507,
}


@uploads.errorhandler(AppError)
def _refused(error: AppError) -> Response:
    status = _STATUS.get(error.code.code, STATUS[error.kind])
    if error.code is UPLOAD_PROTOCOL and error.params.get("status"):
        status = int(error.params["status"])
    return problem_response(status, title="上传没有成功", detail=error.message(), code=error.code.code)


@uploads.after_request
def _announce(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    return answer


@uploads.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@requires_sign_in
def abilities() -> Any:
    """What this server understands."""
    return Response(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Max-Size": str(service(UploadService).largest),
            "Tus-Extension": "creation,expiration,checksum,termination",
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
        },
    )


@uploads.get("/uploads")
@requires_sign_in
def unfinished() -> Any:
    """What the person may go on with, for the purpose asked for."""
    mine = service(UploadService).open_uploads(current_actor(), request.args.get("purpose", ""))
    return jsonify(
        items=[
            {"id": u.id, "name": u.filename, "size": u.size, "received": u.received, "url": _address(u)}
            for u in mine
        ]
    )


@uploads.post("/uploads")
@requires_sign_in
def create() -> Any:
    """Begin an upload; ``Upload-Metadata`` names the file and what it is for."""
    _same_version()
    said = _metadata(request.headers.get("Upload-Metadata", ""))
    size = _number("Upload-Length")
    made = service(UploadService).create(
        current_actor(), purpose=said.get("purpose", ""), filename=said.get("filename", ""), size=size
    )
    return Response(status=201, headers={"Location": _address(made), **_progress(made)})


@uploads.route("/uploads/<upload_id>", methods=["HEAD"], provide_automatic_options=False)
@requires_sign_in
def status(upload_id: str) -> Any:
    """How many bytes are here. A file that has been taken is gone: chosen again it is uploaded again."""
    _same_version()
    found = service(UploadService).status(current_actor(), upload_id)
    if found.state is not UploadState.OPEN:
        raise UPLOAD_GONE()
    return Response(status=200, headers={"Upload-Length": str(found.size), **_progress(found)})


@uploads.patch("/uploads/<upload_id>")
@requires_sign_in
@accepts_upload()
def append(upload_id: str) -> Any:
    """Add a piece, streamed to the disk."""
    _same_version()
    if request.mimetype != PIECE:
        raise UPLOAD_PROTOCOL(what="内容类型", status=415)
    offset = _number("Upload-Offset")
    header = request.headers.get("Upload-Checksum", "")
    checksum = Checksum.parse(header) if header else None
    found = service(UploadService).append(
        current_actor(), upload_id, request.stream, offset=offset, checksum=checksum
    )
    return Response(status=204, headers=_progress(found))


@uploads.delete("/uploads/<upload_id>")
@requires_sign_in
def cancel(upload_id: str) -> Any:
    """Drop it."""
    _same_version()
    service(UploadService).cancel(current_actor(), upload_id)
    return Response(status=204)


def _address(upload: Upload) -> str:
    return url_for("uploads.status", upload_id=upload.id)


def _progress(upload: Upload) -> dict[str, str]:
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }


def _same_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise UPLOAD_PROTOCOL(what="协议版本", status=412)


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UPLOAD_PROTOCOL(what=header, status=400)
    return int(text)


def _metadata(header: str) -> dict[str, str]:
    found = {}
    for pair in filter(None, (part.strip() for part in header[:8_000].split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode("utf-8")
        except (binascii.Error, ValueError) as error:
            raise UPLOAD_PROTOCOL(what="文件名", status=400) from error
    return found
