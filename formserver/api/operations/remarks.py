"""Remarks of an approver on the fields of a paper under review."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.operations.approval_settings import GROUP
from formserver.api.operations.deeds import VERSION_WORD
from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.approvals.models import Remark
from formserver.approvals.permissions import ApprovalPermission as P
from formserver.approvals.reading import PaperReader
from formserver.approvals.service import ApprovalService, Ticket
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

_PLACE: Final = {"type": "integer", "minimum": 0, "maximum": 999_999}
REMARK: Final = shape(
    "Remark",
    "批注",
    {
        "id": titled(TEXT, "标识"),
        "at": titled(TEXT, "位置（JSON 指针）"),
        "label": titled(TEXT, "位置（文字）"),
        "remark": titled(TEXT, "批注"),
        "version": titled(WHOLE, "针对的版本"),
        "by": titled(TEXT, "谁"),
        "made_at": titled(INSTANT, "时间"),
    },
)


def _remark(item: Remark) -> dict[str, Any]:
    names = ("id", "label", "remark")
    facts = {name: getattr(item, name) for name in names}
    made = {"at": item.place, "version": item.version_no, "by": item.by_name, "made_at": instant(item.at)}
    return {**facts, **made}


def _remarks(call: Call) -> Answer:
    seen = service(PaperReader).read(call.actor, call.path["document_id"])
    return Answer({"items": [_remark(one) for one in seen.remarks]})


def _add_remark(call: Call) -> Answer:
    given, document_id = call.body, call.path["document_id"]
    ticket = Ticket(document_id, call.version, int(given["round"]), int(given["position"]))
    return Answer(_remark(service(ApprovalService).remark(call.actor, ticket, given["at"], given["remark"])))


def _drop_remark(call: Call) -> Answer:
    service(ApprovalService).unremark(call.actor, call.path["document_id"], call.path["remark_id"])
    return Answer()


_REMARKS: Final = "/approvals/{document_id}/remarks"
OPERATIONS: Final = (
    Operation(
        "list_remarks",
        "GET",
        _REMARKS,
        GROUP,
        "对这份文书各项的批注",
        P.DECIDE,
        _remarks,
        page_of(REMARK, "批注"),
    ),
    Operation(
        "add_remark",
        "POST",
        _REMARKS,
        GROUP,
        "在一项上写批注",
        P.DECIDE,
        _add_remark,
        REMARK,
        201,
        body={
            "type": "object",
            "required": ["round", "position", "at", "remark"],
            "additionalProperties": False,
            "properties": {
                "round": titled(_PLACE, "第几次提交", description="取自待审批列表。"),
                "position": titled(_PLACE, "第几个环节", description="取自待审批列表。"),
                "at": titled(TEXT, "位置（JSON 指针）", minLength=2, maxLength=500, pattern="^/"),
                "remark": titled(TEXT, "批注", minLength=1, maxLength=500),
            },
        },
        matches=VERSION_WORD,
        creates=True,
    ),
    Operation(
        "drop_remark",
        "DELETE",
        f"{_REMARKS}/{{remark_id}}",
        GROUP,
        "去掉自己的批注",
        P.DECIDE,
        _drop_remark,
        None,
        204,
    ),
)
