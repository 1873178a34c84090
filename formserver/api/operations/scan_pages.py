"""Single pages of a heap: look at one, turn, move, cut, name, take out, put all in order."""

from __future__ import annotations

from typing import Final

from flask import Response

from formserver.api.asking import ID_PATTERN
from formserver.api.operations.scans import GROUP, HEAP_PATH, heap_answer
from formserver.api.scan_shapes import HEAP
from formserver.core.errors import NOT_FOUND
from formserver.scans.editing import Change, Pages
from formserver.scans.models import WHOLE, ScanPage
from formserver.scans.permissions import ScanPermission
from formserver.scans.service import MOST_PAGES, Intake
from formserver.web.api import Answer, Call, Operation, Parameter
from formserver.web.context import context, service

DEEDS: Final = ("turn", "move", "crop", "name", "drop", "restore")
_EDGE: Final = {"type": "integer", "minimum": 0, "maximum": 1_000, "title": "边"}
_SMALL, _LARGE = 480, 1_200


def _found(call: Call) -> ScanPage:
    """The page of the path, if it lies in the document's heap. Raises NOT_FOUND."""
    for page in service(Intake).heap(call.actor, call.path["document_id"]).pages:
        if page.id == call.path["page_id"]:
            return page
    raise NOT_FOUND(what="这一张")


def _change(call: Call) -> Answer:
    given = call.body
    left, top, right, bottom = (int(edge) for edge in given.get("crop", (0, 0, 1000, 1000)))
    change = Change(given["do"], _found(call).id, int(given.get("number", 0)), (left, top, right, bottom))
    service(Pages).change(call.actor, change)
    return heap_answer(call)


def _order(call: Call) -> Answer:
    found = service(Intake).heap(call.actor, call.path["document_id"])
    if found.batch is None:
        raise NOT_FOUND(what="这份文书的签字件")
    service(Pages).order(call.actor, found.batch.id, call.body["page_ids"])
    return heap_answer(call)


def _image(call: Call) -> Answer:
    from formserver.rendering.scan_pictures import (
        view_of,
    )  # the libraries for pictures load with the first one

    page = _found(call)
    data = context().store.blobs.read(page.view_sha256)
    crop = WHOLE if call.query["whole"] else page.crop
    drawn = view_of(data, page.rotation, crop, longest=_LARGE if call.query["large"] else _SMALL)
    return Answer(file=Response(drawn, mimetype="image/jpeg"))


OPERATIONS: Final = (
    Operation(
        "get_scan_image",
        "GET",
        f"{HEAP_PATH}/pages/{{page_id}}/image",
        GROUP,
        "一张的图片，已旋转和裁切",
        ScanPermission.TAKE,
        _image,
        query=(
            Parameter("large", {"type": "boolean", "default": False}, "大图"),
            Parameter("whole", {"type": "boolean", "default": False}, "不裁切"),
        ),
        media=("image/jpeg",),
    ),
    Operation(
        "change_scan_page",
        "POST",
        f"{HEAP_PATH}/pages/{{page_id}}",
        GROUP,
        "旋转、移动、裁切、指定页码、移出、放回一张",
        ScanPermission.TAKE,
        _change,
        HEAP,
        body={
            "type": "object",
            "required": ["do"],
            "additionalProperties": False,
            "properties": {
                "do": {"type": "string", "enum": list(DEEDS), "title": "操作"},
                "number": {
                    "type": "integer",
                    "minimum": -9_999,
                    "maximum": 9_999,
                    "title": "数",
                    "description": "turn：顺时针角度，90 的倍数；move：移动几张；name：第几页，0 为不知道。",
                },
                "crop": {
                    "type": "array",
                    "minItems": 4,
                    "maxItems": 4,
                    "items": _EDGE,
                    "title": "裁切",
                    "description": "左、上、右、下四条边的位置，占页面的千分之几。",
                },
            },
        },
        note="每个请求只改一张，立即生效；别人同时改的另一张不受影响，所以不需要 If-Match。",
    ),
    Operation(
        "order_scan_pages",
        "PUT",
        f"{HEAP_PATH}/order",
        GROUP,
        "排列各张；空的列表为按识别出的页码排列",
        ScanPermission.TAKE,
        _order,
        HEAP,
        body={
            "type": "object",
            "required": ["page_ids"],
            "additionalProperties": False,
            "properties": {
                "page_ids": {
                    "type": "array",
                    "maxItems": MOST_PAGES,
                    "title": "页面标识",
                    "items": {"type": "string", "pattern": ID_PATTERN, "title": "页面标识"},
                }
            },
        },
    ),
)
