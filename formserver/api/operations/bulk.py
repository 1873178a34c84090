"""Many documents at once: a deed on all of them, the list as a workbook; saved views of the list."""

from __future__ import annotations

from typing import Any, Final

from flask import send_file

from formserver.api.asking import ID_PATTERN
from formserver.api.operations.documents import NUMBER_OF_VERSION
from formserver.api.shapes import TEXT, WHOLE, shape, titled
from formserver.core.document_permissions import DocumentPermission as P
from formserver.core.jobs import Job, JobState
from formserver.core.papers import PDF_TYPE
from formserver.documents.bulk_deeds import DEEDS, Item
from formserver.documents.bulk_files import BulkFiles
from formserver.documents.bulk_job import AT_ONCE, BulkRuns
from formserver.documents.columns import COLUMNS
from formserver.documents.saved_views import LONGEST_NAME, SavedView, SavedViews
from formserver.web.api import Answer, Call, Operation, page_of
from formserver.web.context import service

GROUP: Final = "批量"
ZIP: Final = "application/zip"
_MEDIA: Final = {"print": PDF_TYPE, "zip": ZIP}
RUN: Final = shape(
    "BulkRun",
    "一次批量操作",
    {
        "job_id": titled(TEXT, "任务标识；立即完成的为空"),
        "deed": {"type": "string", "enum": [deed.key for deed in DEEDS], "title": "操作"},
        "state": {"type": "string", "enum": [s.value for s in JobState], "title": "状态"},
        "progress": titled(WHOLE, "百分比"),
        "error": titled(TEXT, "失败原因"),
        "outcomes": {
            "type": "array",
            "title": "每一份的结果",
            "items": shape(
                "BulkOutcome",
                "一份的结果",
                {
                    "document_id": titled(TEXT, "文书；没有的为空"),
                    "title": titled(TEXT, "标题"),
                    "done": {"type": "boolean", "title": "做了"},
                    "words": titled(TEXT, "说明"),
                },
            ),
        },
    },
)
VIEW: Final = shape(
    "SavedView",
    "保存的视图",
    {
        "id": titled(TEXT, "标识"),
        "name": titled(TEXT, "名称"),
        "query": {"type": "object", "title": "列表页面的条件"},
        "columns": {"type": "array", "items": TEXT, "title": "列"},
        "shared": {"type": "boolean", "title": "同事可以使用"},
        "default": {"type": "boolean", "title": "打开列表时使用"},
        "mine": {"type": "boolean", "title": "我保存的"},
    },
)


def _run(job: Job) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "deed": job.payload["deed"],
        "state": job.state.value,
        "progress": job.progress,
        "error": job.error,
        "outcomes": list(job.result.get("outcomes", ())),
    }


def _start(call: Call) -> Answer:
    deed = call.body["deed"]
    items = [Item(one["document_id"], int(one["version"])) for one in call.body["items"]]
    job, outcomes = service(BulkRuns).start(call.actor, deed, items)
    if job is not None:
        return Answer(_run(job), location=f"/bulk/{job.id}")
    done = {"job_id": "", "deed": deed, "state": JobState.DONE.value, "progress": 100, "error": ""}
    return Answer({**done, "outcomes": [one.as_dict() for one in outcomes]})


def _state(call: Call) -> Answer:
    return Answer(_run(service(BulkRuns).job(call.actor, call.path["job_id"])))


def _file(call: Call) -> Answer:
    job = service(BulkRuns).job(call.actor, call.path["job_id"])
    deed = str(job.payload["deed"])
    path = service(BulkFiles).path(job.id, deed)
    return Answer(file=send_file(path.resolve(), mimetype=_MEDIA[deed], conditional=True, max_age=0))


def _view(item: SavedView) -> dict[str, Any]:
    names = ("id", "name", "shared", "mine")
    facts = {name: getattr(item, name) for name in names}
    return {**facts, "query": dict(item.query), "columns": list(item.columns), "default": item.is_default}


def _views(call: Call) -> Answer:
    return Answer({"items": [_view(one) for one in service(SavedViews).visible(call.actor) if one.name]})


def _save_view(call: Call) -> Answer:
    given = call.body
    made = service(SavedViews).save(
        call.actor,
        given["name"],
        given["query"],
        given.get("columns", ()),
        shared=given.get("shared", False),
        default=given.get("default", False),
    )
    return Answer(_view(made))


def _drop_view(call: Call) -> Answer:
    service(SavedViews).remove(call.actor, call.path["view_id"])
    return Answer()


_WORD: Final = {"type": "string", "maxLength": 100, "title": "文字"}
_WORDS: Final = {
    "type": "object",
    "title": "列表页面的条件",
    "description": '列表页面地址中的条件，例如 {"q": "水泥", "state": ["草稿"]}。',
    "additionalProperties": False,
    "properties": {
        **dict.fromkeys(("q", "ent", "enterprise", "from", "to", "mine", "author", "agency"), _WORD),
        **dict.fromkeys(("no", "numbered", "level", "task"), _WORD),
        **{
            name: {"type": "array", "maxItems": 50, "items": _WORD, "title": name}
            for name in ("type", "state", "origin")
        },
    },
}
OPERATIONS: Final = (
    Operation(
        "start_bulk",
        "POST",
        "/bulk",
        GROUP,
        "对多份文书做同一件事；每一份单独成败",
        P.READ,
        _start,
        RUN,
        201,
        body={
            "type": "object",
            "required": ["deed", "items"],
            "additionalProperties": False,
            "properties": {
                "deed": {"type": "string", "enum": [deed.key for deed in DEEDS], "title": "操作"},
                "items": {
                    "type": "array",
                    "minItems": 1,
                    "title": "文书",
                    "items": {
                        "type": "object",
                        "required": ["document_id", "version"],
                        "additionalProperties": False,
                        "properties": {
                            "document_id": {"type": "string", "pattern": ID_PATTERN, "title": "文书标识"},
                            "version": titled(NUMBER_OF_VERSION, "您看到的版本号"),
                        },
                    },
                },
            },
        },
        creates=True,
        note=f"不超过 {AT_ONCE} 份的立即完成；更多的、合并打印和下载在后台进行，用 job_id 查询。",
    ),
    Operation("get_bulk", "GET", "/bulk/{job_id}", GROUP, "一次批量操作的进度和结果", P.READ, _state, RUN),
    Operation(
        "download_bulk_file",
        "GET",
        "/bulk/{job_id}/file",
        GROUP,
        "合并打印的 PDF，或打包的文书",
        P.READ,
        _file,
        media=(PDF_TYPE, ZIP),
    ),
    Operation("list_views", "GET", "/views", GROUP, "保存的视图", P.READ, _views, page_of(VIEW, "视图")),
    Operation(
        "save_view",
        "POST",
        "/views",
        GROUP,
        "保存一个视图；同名的替换",
        P.READ,
        _save_view,
        VIEW,
        201,
        body={
            "type": "object",
            "required": ["name", "query"],
            "additionalProperties": False,
            "properties": {
                "name": titled(TEXT, "名称", minLength=1, maxLength=LONGEST_NAME),
                "query": _WORDS,
                "columns": {
                    "type": "array",
                    "maxItems": len(COLUMNS),
                    "title": "列",
                    "items": {"type": "string", "enum": [c.key for c in COLUMNS], "title": "列"},
                },
                "shared": {"type": "boolean", "title": "同事可以使用"},
                "default": {"type": "boolean", "title": "打开列表时使用"},
            },
        },
        creates=True,
    ),
    Operation(
        "drop_view", "DELETE", "/views/{view_id}", GROUP, "删除自己的视图", P.READ, _drop_view, None, 204
    ),
)
