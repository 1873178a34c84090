"""What waits for a person: papers to approve, and messages."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.operations.deeds import VERSION_WORD
from formserver.api.serving import next_address
from formserver.api.shapes import DOCUMENT, INSTANT, TEXT, WHOLE, document, instant, shape, titled
from formserver.approvals.permissions import ApprovalPermission
from formserver.approvals.service import ApprovalService, Ticket, Waiting
from formserver.core.deeds import LONGEST_REASON
from formserver.core.notices import Notice
from formserver.documents.lookup import Lookup
from formserver.notices.service import NoticeService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service
from formserver.web.permissions import ANY_SIGNED_IN

_PLACE: Final = {"type": "integer", "minimum": 0, "maximum": 999_999}
WAITING: Final = shape(
    "WaitingPaper",
    "待审批的文书",
    {
        "document": DOCUMENT,
        "type_title": titled(TEXT, "文书种类"),
        "step": titled(TEXT, "审批环节"),
        "round": titled(WHOLE, "第几次提交"),
        "position": titled(WHOLE, "第几个环节"),
        "submitted_by": titled(TEXT, "提交人"),
        "since": titled(INSTANT, "提交时间"),
        "needs_reason": {"type": "boolean", "title": "同意也要写理由"},
    },
)
NOTICE: Final = shape(
    "Notice",
    "消息",
    {
        "id": titled(TEXT, "标识"),
        "at": titled(INSTANT, "时间"),
        "kind": titled(TEXT, "种类"),
        "title": titled(TEXT, "标题"),
        "detail": titled(TEXT, "说明"),
        "path": titled(TEXT, "页面地址"),
        "document_id": titled(TEXT, "文书"),
        "read_at": {"type": ["string", "null"], "format": "date-time", "title": "已读时间"},
    },
)


def _waiting(item: Waiting) -> dict[str, Any]:
    step = item.standing.step
    return {
        "document": document(item.document),
        "type_title": item.type_title,
        "step": step.title,
        "round": step.round,
        "position": step.position,
        "submitted_by": step.submitted_by_name,
        "since": instant(item.since),
        "needs_reason": item.standing.needs_reason,
    }


def _queue(call: Call) -> Answer:
    found, _ = service(ApprovalService).queue(call.actor, below=call.query["below"])
    shown = found[: call.query["limit"]]
    return Answer({"items": [_waiting(item) for item in shown], "count": min(len(found), 1001)})


def _decide(call: Call) -> Answer:
    given, document_id = call.body, call.path["document_id"]
    ticket = Ticket(document_id, call.version, int(given["round"]), int(given["position"]))
    approvals, reason = service(ApprovalService), given.get("reason", "")
    if given["decision"] == "agree":
        approvals.agree(call.actor, ticket, reason)
    else:
        approvals.send_back(call.actor, ticket, reason)
    found = service(Lookup).get(call.actor, document_id)
    return Answer(document(found), found.head_version)


def _notice(item: Notice) -> dict[str, Any]:
    names = ("id", "kind", "title", "detail", "path", "document_id")
    facts = {name: getattr(item, name) for name in names}
    return {**facts, "at": instant(item.at), "read_at": instant(item.read_at)}


def _notices(call: Call) -> Answer:
    found, following = service(NoticeService).page(call.actor, call.query.get("cursor", ""))
    data: dict[str, Any] = {"items": [_notice(item) for item in found]}
    if following:
        data["next"] = next_address(following)
    return Answer(data)


def _read_all(call: Call) -> Answer:
    service(NoticeService).mark_all_read(call.actor)
    return Answer()


OPERATIONS: Final = (
    Operation(
        "list_approvals",
        "GET",
        "/approvals",
        "审批",
        "等我审批的文书，等得最久的在前",
        ApprovalPermission.DECIDE,
        _queue,
        page_of(WAITING, "待审批的文书"),
        query=(
            Parameter("below", {"type": "boolean", "default": False}, "也列出下级机构的"),
            Parameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 200}, "最多多少份"
            ),
        ),
    ),
    Operation(
        "decide_approval",
        "POST",
        "/approvals/{document_id}",
        "审批",
        "同意或退回；不是最后一个环节时，同意后转下一环节",
        ApprovalPermission.DECIDE,
        _decide,
        DOCUMENT,
        body={
            "type": "object",
            "required": ["decision", "round", "position"],
            "additionalProperties": False,
            "properties": {
                "decision": {"type": "string", "enum": ["agree", "return"], "title": "决定"},
                "round": titled(_PLACE, "第几次提交", description="取自待审批列表。"),
                "position": titled(_PLACE, "第几个环节", description="取自待审批列表。"),
                "reason": titled(TEXT, "意见", maxLength=LONGEST_REASON),
            },
        },
        matches=VERSION_WORD,
        versioned=True,
    ),
    Operation(
        "list_notices",
        "GET",
        "/notices",
        "消息",
        "我的消息，新的在前",
        ANY_SIGNED_IN,
        _notices,
        page_of(NOTICE, "消息"),
        query=(Parameter("cursor", {"type": "string", "maxLength": 100}, "翻页标记，取自上一页的 next"),),
    ),
    Operation(
        "read_notices", "POST", "/notices/read", "消息", "全部标为已读", ANY_SIGNED_IN, _read_all, None, 204
    ),
)
