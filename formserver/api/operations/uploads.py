"""Uploads that can go on where the line broke: begin, send pieces, ask how far it is, drop."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.asking import ID_PATTERN
from formserver.api.shapes import TEXT, instant, shape, titled
from formserver.uploads.models import StoredUpload, Upload, UploadState
from formserver.uploads.service import UploadService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service
from formserver.web.permissions import ANY_SIGNED_IN

GROUP: Final = "上传"
PIECE_MEGABYTES: Final = 8
PIECE: Final = "application/octet-stream"
PURPOSES: Final = ("evidence", "scans", "legacy", "equipment")
_SIZE: Final = {"type": "integer", "minimum": 0, "maximum": 1 << 44}
UPLOAD: Final = shape(
    "Upload",
    "上传",
    {
        "id": titled(TEXT, "标识"),
        "purpose": {"type": "string", "enum": list(PURPOSES), "title": "用途"},
        "filename": titled(TEXT, "文件名"),
        "size": titled(_SIZE, "字节数"),
        "offset": titled(_SIZE, "已收到的字节数", description="下一块从这里开始。"),
        "state": {"type": "string", "enum": [s.value for s in UploadState], "title": "状态"},
        "expires_at": titled(TEXT, "过期时间", format="date-time"),
    },
)
UPLOAD_IDS: Final = {
    "type": "array",
    "minItems": 1,
    "maxItems": 200,
    "title": "上传标识",
    "items": {"type": "string", "pattern": ID_PATTERN, "title": "上传标识"},
}


def _upload(item: Upload) -> dict[str, Any]:
    names = ("id", "purpose", "filename", "size")
    facts = {name: getattr(item, name) for name in names}
    state, until = item.state.value, instant(item.expires_at)
    return {**facts, "offset": item.received, "state": state, "expires_at": until}


def stored_files(call: Call, purpose: str) -> list[StoredUpload]:
    """The files a request names or carries, in the blob store. Never inside a unit of work.

    Raises what :meth:`UploadService.take` and :meth:`UploadService.receive` raise.
    """
    uploads = service(UploadService)
    if call.files:
        return [uploads.receive(call.actor, purpose, name, stream) for name, stream in call.files]
    wanted = dict.fromkeys(call.body["upload_ids"])
    return [uploads.take(call.actor, upload_id, purpose) for upload_id in wanted]


def _create(call: Call) -> Answer:
    given = call.body
    made = service(UploadService).create(
        call.actor, purpose=given["purpose"], filename=given["filename"], size=int(given["size"])
    )
    return Answer(_upload(made), location=f"/uploads/{made.id}")


def _list(call: Call) -> Answer:
    found = service(UploadService).open_uploads(call.actor, call.query["purpose"])
    return Answer({"items": [_upload(item) for item in found]})


def _get(call: Call) -> Answer:
    return Answer(_upload(service(UploadService).status(call.actor, call.path["upload_id"])))


def _append(call: Call) -> Answer:
    if call.stream is None:
        raise RuntimeError("append_upload is declared without a body")
    found = service(UploadService).append(
        call.actor, call.path["upload_id"], call.stream, offset=call.headers["Upload-Offset"]
    )
    return Answer(_upload(found))


def _cancel(call: Call) -> Answer:
    service(UploadService).cancel(call.actor, call.path["upload_id"])
    return Answer()


OPERATIONS: Final = (
    Operation(
        "create_upload",
        "POST",
        "/uploads",
        GROUP,
        "开始上传一个文件",
        ANY_SIGNED_IN,
        _create,
        UPLOAD,
        201,
        body={
            "type": "object",
            "required": ["filename", "size", "purpose"],
            "additionalProperties": False,
            "properties": {
                "filename": titled(TEXT, "文件名", minLength=1, maxLength=200),
                "size": {"type": "integer", "minimum": 1, "maximum": 1 << 44, "title": "字节数"},
                "purpose": {"type": "string", "enum": list(PURPOSES), "title": "用途"},
            },
        },
        creates=True,
        note="用途决定权限：evidence 证据，scans 签字件，legacy 补录，equipment 设备清单。7 天内没有用掉的会删除。",
    ),
    Operation(
        "list_uploads",
        "GET",
        "/uploads",
        GROUP,
        "我没有传完或没有使用的上传",
        ANY_SIGNED_IN,
        _list,
        page_of(UPLOAD, "上传"),
        query=(Parameter("purpose", {"type": "string", "enum": list(PURPOSES)}, "用途", required=True),),
    ),
    Operation(
        "get_upload",
        "GET",
        "/uploads/{upload_id}",
        GROUP,
        "收到了多少字节；中断后从 offset 接着传",
        ANY_SIGNED_IN,
        _get,
        UPLOAD,
    ),
    Operation(
        "append_upload",
        "PATCH",
        "/uploads/{upload_id}",
        GROUP,
        f"传一块，最多 {PIECE_MEGABYTES} MB",
        ANY_SIGNED_IN,
        _append,
        UPLOAD,
        binary=PIECE,
        megabytes=PIECE_MEGABYTES,
        headers=(Parameter("Upload-Offset", _SIZE, "这一块在文件中的起始字节", required=True),),
        note="起始字节与服务器收到的不一致时返回 409；读取后从 offset 继续。",
    ),
    Operation(
        "cancel_upload",
        "DELETE",
        "/uploads/{upload_id}",
        GROUP,
        "放弃一个没有使用的上传",
        ANY_SIGNED_IN,
        _cancel,
        None,
        204,
    ),
)
