"""屏幕签署: the places of a printed paper, signatures and seals in them, and the seals of the agency."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from flask import request

from formserver.api.asking import ID_PATTERN
from formserver.api.scan_shapes import HEAP, heap
from formserver.api.shapes import TEXT, titled
from formserver.api.signing_shapes import SEAL, SIGNING, seal, signing_page
from formserver.core.document_permissions import DocumentPermission
from formserver.core.errors import Problem, invalid
from formserver.scans.service import Intake
from formserver.signatures.permissions import SealPermission
from formserver.signatures.seals import WIDTHS, SealService
from formserver.signatures.service import SignatureService
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

GROUP: Final = "屏幕签署"
MEGABYTES: Final = 4


def _get(call: Call) -> Answer:
    return Answer(signing_page(service(SignatureService).page(call.actor, call.path["document_id"])))


def _picture(call: Call) -> bytes:
    try:
        return base64.b64decode(call.body["picture"], validate=True)
    except (binascii.Error, ValueError):
        message = "图片应为 PNG 文件的 Base64 编码。"
        raise invalid([Problem("PICTURE", message, "/picture", "图片")]) from None


def _sign(call: Call) -> Answer:
    given, signatures, document_id = call.body, service(SignatureService), call.path["document_id"]
    signatures.page(
        call.actor, document_id
    )  # what cannot be signed is refused before the picture is looked at
    signatures.sign(
        call.actor,
        document_id,
        given["place"],
        signer=given["signer"],
        picture=_picture(call),
        strokes=given.get("strokes", ""),
        device=request.user_agent.string,
    )
    return _get(call)


def _affix(call: Call) -> Answer:
    given, document_id = call.body, call.path["document_id"]
    service(SignatureService).affix(call.actor, document_id, given["place"], given["seal_id"])
    return _get(call)


def _withdraw(call: Call) -> Answer:
    service(SignatureService).withdraw(call.actor, call.path["document_id"], call.path["mark_id"])
    return _get(call)


def _finish(call: Call) -> Answer:
    document_id = call.path["document_id"]
    service(SignatureService).finish(call.actor, document_id)
    return Answer(heap(service(Intake).heap(call.actor, document_id)))


def _seals(call: Call) -> Answer:
    return Answer({"items": [seal(one) for one in service(SealService).seals(call.actor)]})


def _add_seal(call: Call) -> Answer:
    given = call.body
    made = service(SealService).add(call.actor, given["title"], int(given["width_mm"]), _picture(call))
    return Answer(seal(made))


def _retire(call: Call) -> Answer:
    seals = service(SealService)
    seals.retire(call.actor, call.path["seal_id"])
    return Answer(next(seal(one) for one in seals.seals(call.actor) if one.id == call.path["seal_id"]))


def _body(properties: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = sorted(set(properties) - set(optional))
    return {
        "type": "object",
        "required": required,
        "additionalProperties": False,
        "properties": properties,
    }


_AT: Final = "/documents/{document_id}/signatures"
_S: Final = DocumentPermission.SIGN
_PLACE: Final = titled(TEXT, "位置", minLength=1, maxLength=200, description="取自 places 的 key。")
_PNG: Final = titled(TEXT, "图片", minLength=1, description="PNG 的 Base64 编码。")
OPERATIONS: Final = (
    Operation("get_signing_page", "GET", _AT, GROUP, "纸面上的签名处和盖章处", _S, _get, SIGNING),
    Operation(
        "put_signature",
        "POST",
        _AT,
        GROUP,
        "在一处签名；重签替换原来的",
        _S,
        _sign,
        SIGNING,
        201,
        body=_body(
            {
                "place": _PLACE,
                "signer": titled(TEXT, "签名人", minLength=1, maxLength=60),
                "picture": _PNG,
                "strokes": titled(TEXT, "笔迹（JSON）"),
            },
            "strokes",
        ),
        creates=True,
        megabytes=MEGABYTES,
    ),
    Operation(
        "affix_seal",
        "POST",
        f"{_AT}/seal",
        GROUP,
        "在一处盖章；用印会登记",
        SealPermission.USE,
        _affix,
        SIGNING,
        201,
        body=_body(
            {"place": _PLACE, "seal_id": {"type": "string", "pattern": ID_PATTERN, "title": "印章标识"}}
        ),
        creates=True,
    ),
    Operation(
        "withdraw_mark",
        "DELETE",
        f"{_AT}/marks/{{mark_id}}",
        GROUP,
        "撤回一处签名或印章",
        _S,
        _withdraw,
        SIGNING,
    ),
    Operation(
        "finish_signing",
        "POST",
        f"{_AT}/finish",
        GROUP,
        "完成签署：签好的页面交给签字件，核对后登记",
        _S,
        _finish,
        HEAP,
        201,
        creates=True,
    ),
    Operation(
        "list_seals",
        "GET",
        "/seals",
        GROUP,
        "本机构的印章",
        SealPermission.MANAGE,
        _seals,
        page_of(SEAL, "印章"),
    ),
    Operation(
        "add_seal",
        "POST",
        "/seals",
        GROUP,
        "添加印章图片",
        SealPermission.MANAGE,
        _add_seal,
        SEAL,
        201,
        body=_body(
            {
                "title": titled(TEXT, "印章名称", minLength=1, maxLength=60),
                "width_mm": {
                    "type": "integer",
                    "minimum": WIDTHS.start,
                    "maximum": WIDTHS.stop - 1,
                    "title": "实际宽度（毫米）",
                },
                "picture": _PNG,
            }
        ),
        creates=True,
        megabytes=MEGABYTES,
    ),
    Operation(
        "retire_seal",
        "POST",
        "/seals/{seal_id}/retire",
        GROUP,
        "停用印章；以前盖过的不受影响",
        SealPermission.MANAGE,
        _retire,
        SEAL,
    ),
)
