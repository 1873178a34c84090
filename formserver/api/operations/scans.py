"""The heap of scanned pages of a document: take files in, see what was recognised, put it right, bind it."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.operations.deeds import (
    CORRECTIONS,
    PEN_FIELDS,
    SIGNED,
    VERSION_WORD,
    corrections_given,
    signed_answer,
)
from formserver.api.operations.uploads import UPLOAD_IDS, stored_files
from formserver.api.scan_shapes import HEAP, TAKEN, heap
from formserver.api.shapes import DOCUMENT, TEXT, document, titled
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import NOT_FOUND, AppError
from formserver.documents.lookup import Lookup
from formserver.scans.binding import Binding
from formserver.scans.editing import Pages
from formserver.scans.permissions import ScanPermission
from formserver.scans.service import Intake, StoredFile
from formserver.web.api import Answer, Call, Operation
from formserver.web.context import service

GROUP: Final = "签字件"
PURPOSE: Final = "scans"
SMALL_MEGABYTES: Final = 32


def heap_answer(call: Call) -> Answer:
    """The heap of the document in the path, else the person's own."""
    return Answer(heap(service(Intake).heap(call.actor, call.path.get("document_id", ""))))


def _add(call: Call) -> Answer:
    document_id, intake = call.path.get("document_id", ""), service(Intake)
    intake.heap(call.actor, document_id)  # a paper out of sight is not found before a byte is moved
    files = [StoredFile(one.sha256, one.size, one.filename) for one in stored_files(call, PURPOSE)]
    refused: list[AppError] = intake.add(call.actor, document_id, files)
    found = heap(intake.heap(call.actor, document_id))
    return Answer({"heap": found, "refused": [error.message() for error in refused]})


def _bind(call: Call) -> Answer:
    found = service(Lookup).get(call.actor, call.path["document_id"])
    call.at_version(found.head_version)
    signed = service(Binding).sign(
        call.actor,
        found.id,
        base_version=call.version,
        pen_fields=call.body.get("pen_fields", {}),
        corrections=corrections_given(call.body),
        confirmed=frozenset(call.body.get("confirmed", ())),
    )
    return signed_answer(signed)


def _split(call: Call) -> Answer:
    return Answer(document(service(Pages).split(call.actor, call.path["document_id"])))


def own_original(call: Call) -> str:
    """The file of the path, if it lies in the document's heap. Raises NOT_FOUND."""
    found = service(Intake).heap(call.actor, call.path["document_id"])
    if all(one.id != call.path["original_id"] for one in found.originals):
        raise NOT_FOUND(what="这个签字件文件")
    return call.path["original_id"]


def _retry(call: Call) -> Answer:
    service(Pages).retry(call.actor, own_original(call))
    return heap_answer(call)


def _forget(call: Call) -> Answer:
    service(Pages).forget(call.actor, own_original(call))
    return heap_answer(call)


def _takes(key: str, path: str, summary: str, *, multipart: bool = False) -> Operation:
    empty: dict[str, Any] = {"type": "object", "additionalProperties": False, "properties": {}}
    named = {**empty, "required": ["upload_ids"], "properties": {"upload_ids": UPLOAD_IDS}}
    return Operation(
        key,
        "POST",
        path,
        GROUP,
        summary,
        ScanPermission.TAKE,
        _add,
        TAKEN,
        201,
        body=empty if multipart else named,
        creates=True,
        upload=multipart,
        megabytes=SMALL_MEGABYTES if multipart else None,
        note=f"全部文件合计不超过 {SMALL_MEGABYTES} MB；更大的请先上传。" if multipart else "",
    )


HEAP_PATH: Final = "/documents/{document_id}/scans"
_T: Final = ScanPermission.TAKE
OPERATIONS: Final = (
    Operation(
        "get_scans", "GET", HEAP_PATH, GROUP, "这份文书的签字件、识别结果和要核对的", _T, heap_answer, HEAP
    ),
    _takes("add_scans", HEAP_PATH, "收下传完的签字件，后台识别"),
    _takes("add_scan_files", f"{HEAP_PATH}/files", "收下小的签字件，后台识别", multipart=True),
    Operation(
        "retry_scan", "POST", f"{HEAP_PATH}/files/{{original_id}}/retry", GROUP, "重新识别", _T, _retry, HEAP
    ),
    Operation(
        "forget_scan",
        "DELETE",
        f"{HEAP_PATH}/files/{{original_id}}",
        GROUP,
        "去掉一个不能识别的文件",
        _T,
        _forget,
        HEAP,
    ),
    Operation(
        "bind_scans",
        "POST",
        f"{HEAP_PATH}/bind",
        GROUP,
        "把整理好的签字件登记为这份文书的签字件",
        DocumentPermission.SIGN,
        _bind,
        SIGNED,
        201,
        body={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "confirmed": {
                    "type": "array",
                    "title": "已核对的",
                    "items": titled(TEXT, "代码", maxLength=200),
                },
                "pen_fields": PEN_FIELDS,
                "corrections": CORRECTIONS,
            },
        },
        matches=VERSION_WORD,
        versioned=True,
        creates=True,
    ),
    Operation(
        "get_own_scans", "GET", "/scans", GROUP, "我收下、还没有分到文书的签字件", _T, heap_answer, HEAP
    ),
    _takes("add_own_scans", "/scans", "收下签字件，由二维码认出是哪份文书"),
    Operation(
        "split_scans",
        "POST",
        "/scans/{document_id}",
        GROUP,
        "把这份文书的各张从我的一批移过去",
        _T,
        _split,
        DOCUMENT,
    ),
)
