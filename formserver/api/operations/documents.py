"""Documents: find, create, read; their versions, differences and timeline."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from formserver.api.asking import ID_PATTERN, PATH_SCHEMAS
from formserver.api.serving import next_address
from formserver.api.shapes import (
    DOCUMENT,
    EVENT,
    FREE,
    STATES,
    TEXT,
    VERSION,
    document,
    event,
    shape,
    titled,
    version,
)
from formserver.core.definitions.diff import diff_bodies
from formserver.core.definitions.document_type import DocumentType
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.errors import NOT_FOUND
from formserver.core.issuing import Issuing
from formserver.core.models import Json, State
from formserver.core.store_ports import DocumentQuery
from formserver.documents.lookup import Lookup
from formserver.documents.saying import place_text
from formserver.enterprises.service import EnterpriseService
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service

GROUP: Final = "文书"
DAY: Final = {
    "type": "string",
    "format": "date",
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "description": "例如 2026-05-06。",
}
ACTION: Final = shape(
    "Action",
    "可以执行的操作",
    {
        "key": titled(TEXT, "代码"),
        "label": titled(TEXT, "名称"),
        "needs_reason": {"type": "boolean", "title": "要写理由"},
    },
)
DETAIL: Final = shape(
    "DocumentDetail",
    "文书及可执行的操作",
    {**DOCUMENT["properties"], "actions": {"type": "array", "items": ACTION, "title": "可以执行的操作"}},
)
CONTENT: Final = shape(
    "VersionContent",
    "版本内容",
    {
        **VERSION["properties"],
        "body": titled(FREE, "内容：人填写的"),
        "envelope": titled(FREE, "信封：服务器记录的"),
    },
)
DIFFERENCE: Final = shape(
    "Difference",
    "一处差异",
    {
        "pointer": titled(TEXT, "位置（JSON 指针）"),
        "label": titled(TEXT, "位置（文字）"),
        "kind": {"type": "string", "enum": ["added", "removed", "changed", "moved"], "title": "变化"},
        "old": titled(TEXT, "原来"),
        "new": titled(TEXT, "现在"),
    },
)


def _list(call: Call) -> Answer:
    q = call.query
    query = DocumentQuery(
        text=" ".join(filter(None, (q.get("q", "").strip(), q.get("enterprise", "").strip()))),
        types=tuple(q.get("type", ())),
        states=tuple(State(word) for word in q.get("state", ())),
        agency_id=q.get("agency_id", ""),
        enterprise_id=q.get("enterprise_id", ""),
        number=q.get("number", ""),
        created_by=call.actor.user_id if q["mine"] else "",
        date_from=_day(q.get("from")),
        date_to=_day(q.get("to")),
        cursor=q.get("cursor", ""),
        limit=q["limit"],
    )
    page = service(Lookup).find(call.actor, query)
    data: dict[str, Any] = {"items": [document(item) for item in page.items], "count": page.count}
    if page.next_cursor:
        data["next"] = next_address(page.next_cursor)
    return Answer(data)


def _create(call: Call) -> Answer:
    given = call.body
    enterprise_id = given.get("enterprise_id", "")
    if enterprise_id:
        service(EnterpriseService).get(call.actor, enterprise_id)  # NOT_FOUND outside the scope
    made = service(Drafting).create(
        call.actor, given["type"], enterprise_id=enterprise_id, body=given.get("body"), origin="api"
    )
    return Answer(document(made), made.head_version, location=f"/documents/{made.id}")


def _get(call: Call) -> Answer:
    found = service(Lookup).get(call.actor, call.path["document_id"])
    actions = [
        {"key": a.key, "label": a.label, "needs_reason": a.needs_reason}
        for a in service(Issuing).actions(call.actor, found)
    ]
    return Answer({**document(found), "actions": actions}, found.head_version)


def _versions(call: Call) -> Answer:
    seen = service(Lookup).overview(call.actor, call.path["document_id"])
    return Answer({"items": [version(item) for item in seen.versions]})


def _version(call: Call) -> Answer:
    content = service(Lookup).version(call.actor, call.path["document_id"], int(call.path["no"]))
    return Answer({**version(content.version), "body": content.body, "envelope": content.envelope})


def _save(call: Call) -> Answer:
    document_id, given = call.path["document_id"], call.body
    saved = service(Drafting).save_body(
        call.actor, document_id, given["body"], base_version=int(given["base_version"])
    )
    return Answer(version(saved), saved.no, location=f"/documents/{document_id}/versions/{saved.no}")


def _diff(call: Call) -> Answer:
    lookup, document_id = service(Lookup), call.path["document_id"]
    found = lookup.get(call.actor, document_id)
    new = call.query.get("new", found.head_version)
    old = call.query.get("old", max(1, new - 1))
    if not found.head_version:
        raise NOT_FOUND(what="可以比较的版本，这份文书还没有保存过")
    before, after = (lookup.version(call.actor, document_id, no) for no in (old, new))
    items = _differences(lookup.type_of(found), before.body, after.body)
    return Answer({"old": old, "new": new, "items": items})


def _differences(dt: DocumentType, old: Json, new: Json) -> list[dict[str, str]]:
    found = []
    for change in diff_bodies(dt, old, new):
        pair = (change.old, change.new)
        if change.kind == "moved":
            texts = [f"第{row}行" for row in pair]
        else:
            texts = [place_text(dt, change.pointer, value) for value in pair]
        facts = {"pointer": change.pointer, "label": change.label, "kind": change.kind}
        found.append({**facts, "old": texts[0], "new": texts[1]})
    return found


def _events(call: Call) -> Answer:
    seen = service(Lookup).overview(call.actor, call.path["document_id"])
    return Answer({"items": [event(item) for item in seen.events]})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


CURSOR: Final = Parameter("cursor", {"type": "string", "maxLength": 800}, "翻页标记，取自上一页的 next")
LIMIT: Final = Parameter(
    "limit", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}, "每页多少条"
)
ONE_ID: Final = {"type": "string", "pattern": ID_PATTERN}
NUMBER_OF_VERSION: Final = {"type": "integer", "minimum": 1, "maximum": 1_000_000}

OPERATIONS: Final = (
    Operation(
        "list_documents",
        "GET",
        "/documents",
        GROUP,
        "查找文书，最近变动的在前",
        DocumentPermission.READ,
        _list,
        page_of(DOCUMENT, "文书"),
        query=(
            Parameter("q", {"type": "string", "maxLength": 100}, "全文检索"),
            Parameter("enterprise", {"type": "string", "maxLength": 100}, "单位名称中的文字"),
            Parameter("enterprise_id", ONE_ID, "被监察单位标识"),
            Parameter("agency_id", PATH_SCHEMAS["agency_id"], "监察机构标识"),
            Parameter("type", PATH_SCHEMAS["type_key"], "文书种类", many=True),
            Parameter("state", {"type": "string", "enum": STATES}, "状态", many=True),
            Parameter("number", {"type": "string", "maxLength": 100}, "完整文号"),
            Parameter("from", DAY, "文书日期起"),
            Parameter("to", DAY, "文书日期止"),
            Parameter("mine", {"type": "boolean", "default": False}, "只看我新建的"),
            CURSOR,
            LIMIT,
        ),
    ),
    Operation(
        "create_document",
        "POST",
        "/documents",
        GROUP,
        "新建文书：带入已知内容，形成草稿，还没有版本",
        DocumentPermission.CREATE,
        _create,
        DOCUMENT,
        201,
        body={
            "type": "object",
            "required": ["type"],
            "additionalProperties": False,
            "properties": {
                "type": PATH_SCHEMAS["type_key"],
                "enterprise_id": titled(ONE_ID, "被监察单位标识"),
                "body": titled(FREE, "已有的内容", description="优先于系统带入的内容。"),
            },
        },
        versioned=True,
        creates=True,
        megabytes=8,
    ),
    Operation(
        "get_document",
        "GET",
        "/documents/{document_id}",
        GROUP,
        "一份文书的现状和可以执行的操作",
        DocumentPermission.READ,
        _get,
        DETAIL,
        versioned=True,
    ),
    Operation(
        "list_versions",
        "GET",
        "/documents/{document_id}/versions",
        GROUP,
        "全部版本，旧的在前",
        DocumentPermission.READ,
        _versions,
        page_of(VERSION, "版本"),
    ),
    Operation(
        "get_version",
        "GET",
        "/documents/{document_id}/versions/{no}",
        GROUP,
        "一个版本的内容",
        DocumentPermission.READ,
        _version,
        CONTENT,
    ),
    Operation(
        "save_version",
        "POST",
        "/documents/{document_id}/versions",
        GROUP,
        "用完整的内容保存一个版本",
        DocumentPermission.EDIT,
        _save,
        VERSION,
        201,
        body={
            "type": "object",
            "required": ["base_version", "body"],
            "additionalProperties": False,
            "properties": {
                "base_version": {
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 1_000_000,
                    "title": "依据的版本号",
                    "description": "首次保存为 0。",
                },
                "body": titled(FREE, "完整的内容"),
            },
        },
        versioned=True,
        creates=True,
        megabytes=8,
        note="别人已保存更新的版本时，互不相同的修改会合并；同一处都改过则答 409，并逐处列出双方的内容。",
    ),
    Operation(
        "diff_versions",
        "GET",
        "/documents/{document_id}/diff",
        GROUP,
        "两个版本的差异",
        DocumentPermission.READ,
        _diff,
        shape(
            "Differences",
            "差异",
            {
                "old": titled(NUMBER_OF_VERSION, "旧版本"),
                "new": titled(NUMBER_OF_VERSION, "新版本"),
                "items": {"type": "array", "items": DIFFERENCE, "title": "逐处差异"},
            },
        ),
        query=(
            Parameter("old", NUMBER_OF_VERSION, "旧版本号，不写为新版本的上一版"),
            Parameter("new", NUMBER_OF_VERSION, "新版本号，不写为最新版"),
        ),
    ),
    Operation(
        "list_events",
        "GET",
        "/documents/{document_id}/events",
        GROUP,
        "办理记录，旧的在前",
        DocumentPermission.READ,
        _events,
        page_of(EVENT, "办理记录"),
    ),
)
