"""The draft of the person behind the request: open, read, change place by place, save, throw away; what is missing."""

from __future__ import annotations

from typing import Final

from formserver.api.shapes import DRAFT, PROBLEM_ENTRY, TEXT, VERSION, draft, problems, titled, version
from formserver.core.document_permissions import DocumentPermission
from formserver.core.drafting import Drafting
from formserver.core.errors import NOT_FOUND
from formserver.documents.lookup import Lookup
from formserver.web.api import Answer, Call, Operation, Parameter, page_of
from formserver.web.context import service

GROUP: Final = "草稿"
CHANGE: Final = {
    "x-name": "Change",
    "title": "一处修改",
    "type": "object",
    "required": ["op", "at"],
    "additionalProperties": False,
    "properties": {
        "op": {"type": "string", "enum": ["set", "insert", "move", "remove"], "title": "操作"},
        "at": titled(
            TEXT, "位置", minLength=2, maxLength=500, description="例如 /inspectors/@k3v9t2ab/name。"
        ),
        "value": {"title": "新值（set）"},
        "raw": titled(TEXT, "还不能识别的文字（set）", maxLength=20_000),
        "row": {"type": "object", "title": "新行（insert）"},
        "before": titled(TEXT, "放在哪一行之前（insert、move）", maxLength=100),
    },
}


def _open(call: Call) -> Answer:
    workspace = service(Drafting).open(call.actor, call.path["document_id"])
    return Answer(draft(workspace.draft, behind=workspace.behind), workspace.draft.seq)


def _get(call: Call) -> Answer:
    seen = service(Lookup).overview(call.actor, call.path["document_id"])
    if seen.draft is None:
        raise NOT_FOUND(what="您在这份文书上的草稿")
    behind = seen.draft.base_version != seen.document.head_version
    return Answer(draft(seen.draft, behind=behind), seen.draft.seq)


def _patch(call: Call) -> Answer:
    document_id = call.path["document_id"]
    new = service(Drafting).patch(call.actor, document_id, seq=call.version, changes=call.body["changes"])
    head = service(Lookup).get(call.actor, document_id).head_version
    return Answer(draft(new, behind=new.base_version != head), new.seq)


def _save(call: Call) -> Answer:
    document_id = call.path["document_id"]
    saved = service(Drafting).save(
        call.actor, document_id, seq=call.version, reason=call.body.get("reason", "")
    )
    return Answer(version(saved), location=f"/documents/{document_id}/versions/{saved.no}")


def _discard(call: Call) -> Answer:
    service(Drafting).discard(call.actor, call.path["document_id"])
    return Answer()


def _problems(call: Call) -> Answer:
    found = service(Drafting).check(call.actor, call.path["document_id"], stage=call.query["stage"])
    return Answer({"items": problems(found)})


OPERATIONS: Final = (
    Operation(
        "open_draft",
        "POST",
        "/documents/{document_id}/draft",
        GROUP,
        "打开我的草稿；没有时由最新版本形成",
        DocumentPermission.EDIT,
        _open,
        DRAFT,
        versioned=True,
    ),
    Operation(
        "get_draft",
        "GET",
        "/documents/{document_id}/draft",
        GROUP,
        "我的草稿",
        DocumentPermission.EDIT,
        _get,
        DRAFT,
        versioned=True,
    ),
    Operation(
        "patch_draft",
        "PATCH",
        "/documents/{document_id}/draft",
        GROUP,
        "修改我的草稿，不形成版本",
        DocumentPermission.EDIT,
        _patch,
        DRAFT,
        body={
            "type": "object",
            "required": ["changes"],
            "additionalProperties": False,
            "properties": {
                "changes": {
                    "type": "array",
                    "items": CHANGE,
                    "minItems": 1,
                    "maxItems": 5000,
                    "title": "修改",
                }
            },
        },
        matches="草稿序号",
        versioned=True,
        megabytes=8,
    ),
    Operation(
        "save_draft",
        "POST",
        "/documents/{document_id}/draft/save",
        GROUP,
        "把我的草稿保存为版本",
        DocumentPermission.EDIT,
        _save,
        VERSION,
        201,
        body={
            "type": "object",
            "additionalProperties": False,
            "properties": {"reason": titled(TEXT, "修改理由", maxLength=2000)},
        },
        matches="草稿序号",
    ),
    Operation(
        "discard_draft",
        "DELETE",
        "/documents/{document_id}/draft",
        GROUP,
        "放弃我的草稿，已有的版本不变",
        DocumentPermission.EDIT,
        _discard,
        None,
        204,
    ),
    Operation(
        "check_document",
        "GET",
        "/documents/{document_id}/problems",
        GROUP,
        "还缺什么、哪里有疑问",
        DocumentPermission.READ,
        _problems,
        page_of(PROBLEM_ENTRY, "问题"),
        query=(
            Parameter(
                "stage",
                {"type": "string", "enum": ["draft", "print", "signed", "served"], "default": "draft"},
                "要达到的阶段",
            ),
        ),
    ),
)
