"""The deeds of a lifecycle: one operation each, because each has a permission of its own."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.shapes import (
    DOCUMENT,
    FILE,
    PROBLEM_ENTRY,
    TEXT,
    VERSION,
    document,
    file,
    problems,
    shape,
    titled,
    version,
)
from formserver.core.deeds import LONGEST_REASON
from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.issuing import LONGEST_NUMBER, Issuing
from formserver.core.models import Document
from formserver.core.permissions import Permission
from formserver.core.signing import PenCorrection, Signed, Signing
from formserver.documents.lookup import Lookup
from formserver.web.api import Answer, Call, Operation
from formserver.web.context import service

GROUP: Final = "办理"
VERSION_WORD: Final = "版本号"
SIGN_MEGABYTES: Final = 64
_REASON: Final = titled(TEXT, "理由", maxLength=LONGEST_REASON)
_POINTER: Final = titled(TEXT, "位置", minLength=2, maxLength=500, pattern="^/")
PEN_FIELDS: Final = {
    "type": "object",
    "title": "手写填入的内容",
    "description": "位置（JSON 指针）对应值；空着的写 null。",
}
CORRECTIONS: Final = {
    "type": "array",
    "maxItems": 40,
    "title": "纸上的笔误更正",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["page", "at", "new"],
        "properties": {
            "page": {"type": "integer", "minimum": 1, "maximum": 999, "title": "页"},
            "at": _POINTER,
            "new": titled(TEXT, "更正后的内容", minLength=1, maxLength=20_000),
        },
    },
}
SIGNED: Final = shape(
    "Signed",
    "登记的签字件",
    {
        "version": VERSION,
        "scan": FILE,
        "warnings": {"type": "array", "items": PROBLEM_ENTRY, "title": "提醒"},
    },
)


def _body(*, needs_reason: bool) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["reason"] if needs_reason else [],
        "properties": {"reason": {**_REASON, "minLength": 1} if needs_reason else _REASON},
    }


def _answer(done: Document) -> Answer:
    return Answer(document(done), done.head_version)


def _transition(
    key: str, path: str, summary: str, permission: Permission, *, needs_reason: bool = False
) -> Operation:
    def run(call: Call) -> Answer:
        return _answer(
            service(Issuing).transition(
                call.actor,
                call.path["document_id"],
                key,
                base_version=call.version,
                reason=call.body.get("reason", ""),
            )
        )

    return Operation(
        f"{path}_document",
        "POST",
        f"/documents/{{document_id}}/{path}",
        GROUP,
        summary,
        permission,
        run,
        DOCUMENT,
        body=_body(needs_reason=needs_reason),
        matches=VERSION_WORD,
        versioned=True,
    )


def _number(call: Call) -> Answer:
    outside = call.body.get("external_number", "")
    issuing, document_id = service(Issuing), call.path["document_id"]
    if outside:
        return _answer(
            issuing.record_external_number(call.actor, document_id, outside, base_version=call.version)
        )
    reserved = call.body.get("reserved_number", "")
    return _answer(issuing.take_number(call.actor, document_id, base_version=call.version, reserved=reserved))


def _finalise(call: Call) -> Answer:
    return _answer(service(Issuing).finalise(call.actor, call.path["document_id"], base_version=call.version))


def _void(call: Call) -> Answer:
    document_id, reason = call.path["document_id"], call.body["reason"]
    return _answer(service(Issuing).void(call.actor, document_id, reason=reason, base_version=call.version))


def _sign(call: Call) -> Answer:
    found = service(Lookup).get(call.actor, call.path["document_id"])
    call.at_version(found.head_version)  # before files are read and stored
    signed = service(Signing).sign(
        call.actor,
        call.path["document_id"],
        [(name, stream.read()) for name, stream in call.files],
        base_version=call.version,
        pen_fields=call.body.get("pen_fields", {}),
        corrections=corrections_given(call.body),
    )
    return signed_answer(signed)


def corrections_given(body: dict[str, Any]) -> list[PenCorrection]:
    """What the pen changed on paper."""
    lines = body.get("corrections", ())
    return [PenCorrection(int(line["page"]), line["at"], line["new"]) for line in lines]


def signed_answer(signed: Signed) -> Answer:
    """The version that was cut, its scan, and what to look at again."""
    data = {
        "version": version(signed.version),
        "scan": file(signed.scan, None, convertible=False),
        "warnings": problems(signed.warnings),
    }
    return Answer(data, signed.version.no)


OPERATIONS: Final = (
    _transition("submit", "submit", "提交审核", P.SUBMIT),
    _transition("withdraw", "withdraw", "撤回", P.SUBMIT),
    _transition("approve", "approve", "同意", P.APPROVE),
    _transition("return", "return", "退回", P.APPROVE, needs_reason=True),
    Operation(
        "number_document",
        "POST",
        "/documents/{document_id}/number",
        GROUP,
        "取号，或登记外部文号",
        P.NUMBER,
        _number,
        DOCUMENT,
        body={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "external_number": titled(
                    TEXT, "外部文号", minLength=1, maxLength=LONGEST_NUMBER, description="不写则由系统取号。"
                ),
                "reserved_number": titled(
                    TEXT,
                    "预留的文号",
                    minLength=1,
                    maxLength=LONGEST_NUMBER,
                    description="用预留的号，不取下一个。",
                ),
            },
        },
        matches=VERSION_WORD,
        versioned=True,
    ),
    Operation(
        "finalise_document",
        "POST",
        "/documents/{document_id}/finalise",
        GROUP,
        "定稿打印：内容冻结，形成正式文书",
        P.FINALISE,
        _finalise,
        DOCUMENT,
        body={"type": "object", "additionalProperties": False, "properties": {}},
        matches=VERSION_WORD,
        versioned=True,
    ),
    _transition("serve", "serve", "登记送达", P.SERVE, needs_reason=True),
    _transition("reopen", "reopen", "退回修改，原来打印的作废", P.EDIT, needs_reason=True),
    _transition("archive", "archive", "归档", P.ARCHIVE),
    Operation(
        "void_document",
        "POST",
        "/documents/{document_id}/void",
        GROUP,
        "作废；文号保留，不再使用",
        P.VOID,
        _void,
        DOCUMENT,
        body=_body(needs_reason=True),
        matches=VERSION_WORD,
        versioned=True,
    ),
    Operation(
        "sign_document",
        "POST",
        "/documents/{document_id}/sign",
        GROUP,
        "上传签字件，与打印的版本绑定",
        P.SIGN,
        _sign,
        SIGNED,
        201,
        body={
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "pen_fields": PEN_FIELDS,
                "corrections": CORRECTIONS,
            },
        },
        matches=VERSION_WORD,
        versioned=True,
        creates=True,
        upload=True,
        megabytes=SIGN_MEGABYTES,
        note=(
            f"只适合几页的签字件：全部文件合计不超过 {SIGN_MEGABYTES} MB，超过的返回 413。"
            "页数多、要核对页码和漏签的，请逐个上传后用签字件的接口整理、登记。"
        ),
    ),
)
