"""How things look to programs: a schema and the function that makes what fits it, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from formserver.core.clock import format_instant
from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import Problem
from formserver.core.jobs import Job
from formserver.core.models import AuditEvent, Document, Draft, Rendition, State, Version
from formserver.core.permissions import CONFIDENTIALITY
from formserver.documents.files import job_state
from formserver.documents.saying import event_text
from formserver.numbers.models import Line

TEXT: Final = {"type": "string"}
INSTANT: Final = {"type": "string", "format": "date-time"}
FREE: Final = {"type": "object"}
WHOLE: Final = {"type": "integer", "minimum": 0}


def shape(
    name: str, title: str, properties: Mapping[str, Any], *, optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    """A component: an object that has these properties and no others."""
    return {
        "x-name": name,
        "title": title,
        "type": "object",
        "additionalProperties": False,
        "required": sorted(set(properties) - set(optional)),
        "properties": dict(properties),
    }


def titled(schema: Mapping[str, Any], title: str, **more: Any) -> dict[str, Any]:
    """``schema`` under another Chinese title."""
    return {**schema, "title": title, **more}


def instant(value: datetime | None) -> str | None:
    """As RFC 3339 in UTC."""
    return format_instant(value) if value is not None else None


PROBLEM_ENTRY: Final = shape(
    "ProblemEntry",
    "一处问题",
    {
        "code": titled(TEXT, "代码"),
        "message": titled(TEXT, "说明"),
        "pointer": titled(TEXT, "位置（JSON 指针）"),
        "label": titled(TEXT, "位置（文字）"),
        "severity": {"type": "string", "enum": ["error", "warning", "hint"], "title": "程度"},
    },
)
PROBLEM: Final = {
    "x-name": "Problem",
    "title": "错误（RFC 9457）",
    "type": "object",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": titled(TEXT, "类型", format="uri-reference"),
        "title": titled(TEXT, "标题"),
        "status": {"type": "integer", "title": "HTTP 状态"},
        "detail": titled(TEXT, "说明"),
        "instance": titled(TEXT, "请求编号", format="uri-reference"),
        "code": titled(TEXT, "错误代码，见 docs/errors.md"),
        "errors": {"type": "array", "items": PROBLEM_ENTRY, "title": "逐处说明"},
    },
}
STATES: Final = [state.value for state in State]

DOCUMENT: Final = shape(
    "Document",
    "文书",
    {
        "id": titled(TEXT, "标识"),
        "type": titled(TEXT, "文书种类"),
        "edition": titled(TEXT, "版式"),
        "title": titled(TEXT, "标题"),
        "state": {"type": "string", "enum": STATES, "title": "状态"},
        "number": titled(TEXT, "文号"),
        "version": titled(WHOLE, "最新版本号", description="还没有保存过时为 0；也是 ETag。"),
        "printed_version": titled(WHOLE, "定稿打印的版本号"),
        "agency_id": titled(TEXT, "监察机构"),
        "enterprise_id": titled(TEXT, "被监察单位"),
        "enterprise_name": titled(TEXT, "单位名称"),
        "task_id": titled(TEXT, "监察任务"),
        "doc_date": {"type": ["string", "null"], "title": "文书日期"},
        "confidentiality": {"type": "string", "enum": list(CONFIDENTIALITY), "title": "密级"},
        "origin": titled(TEXT, "来源"),
        "created_by": titled(TEXT, "新建人"),
        "created_at": titled(INSTANT, "新建时间"),
        "updated_at": titled(INSTANT, "更新时间"),
    },
)


def document(item: Document) -> dict[str, Any]:
    """A head row."""
    return {
        "id": item.id,
        "type": item.type,
        "edition": item.edition,
        "title": item.title,
        "state": item.state.value,
        "number": item.number,
        "version": item.head_version,
        "printed_version": item.printed_version,
        "agency_id": item.agency_id,
        "enterprise_id": item.enterprise_id,
        "enterprise_name": item.facets.enterprise_name,
        "task_id": item.task_id,
        "doc_date": item.facets.doc_date.isoformat() if item.facets.doc_date else None,
        "confidentiality": CONFIDENTIALITY[min(item.confidentiality, len(CONFIDENTIALITY) - 1)],
        "origin": item.origin,
        "created_by": item.created_by,
        "created_at": format_instant(item.created_at),
        "updated_at": format_instant(item.updated_at),
    }


VERSION: Final = shape(
    "Version",
    "版本",
    {
        "no": titled(WHOLE, "版本号"),
        "cause": titled(TEXT, "形成原因"),
        "state": {"type": "string", "enum": STATES, "title": "状态"},
        "author": titled(TEXT, "作者"),
        "at": titled(INSTANT, "时间"),
        "reason": titled(TEXT, "理由"),
        "hash": titled(TEXT, "链式校验值"),
        "previous_hash": titled(TEXT, "上一版校验值"),
        "body_sha256": titled(TEXT, "内容校验值"),
        "envelope_sha256": titled(TEXT, "信封校验值"),
    },
)


def version(item: Version) -> dict[str, Any]:
    """A version without its contents."""
    return {
        "no": item.no,
        "cause": item.cause.value,
        "state": item.state.value,
        "author": item.author_name,
        "at": format_instant(item.at),
        "reason": item.reason,
        "hash": item.hash,
        "previous_hash": item.previous_hash,
        "body_sha256": item.body_sha256,
        "envelope_sha256": item.envelope_sha256,
    }


DRAFT: Final = shape(
    "Draft",
    "草稿",
    {
        "seq": titled(WHOLE, "序号", description="也是 ETag。"),
        "base_version": titled(WHOLE, "依据的版本号"),
        "behind": {"type": "boolean", "title": "别人已保存了更新的版本"},
        "body": titled(FREE, "内容"),
        "raw": titled(FREE, "还不能识别的文字", additionalProperties=TEXT),
        "updated_at": titled(INSTANT, "暂存时间"),
    },
)


def draft(item: Draft, *, behind: bool) -> dict[str, Any]:
    """A draft."""
    return {
        "seq": item.seq,
        "base_version": item.base_version,
        "behind": behind,
        "body": item.body,
        "raw": item.raw,
        "updated_at": format_instant(item.updated_at),
    }


JOB: Final = shape(
    "PdfJob",
    "PDF 进度",
    {
        "state": {
            "type": "string",
            "enum": ["none", "waiting", "running", "done", "failed"],
            "title": "状态",
        },
        "text": titled(TEXT, "说明"),
        "progress": {"type": "integer", "title": "百分比"},
        "error": titled(TEXT, "失败原因"),
    },
    optional=("progress", "error"),
)
FILE: Final = shape(
    "File",
    "文件",
    {
        "id": titled(TEXT, "标识"),
        "version": titled(WHOLE, "属于第几版"),
        "kind": titled(TEXT, "种类"),
        "filename": titled(TEXT, "文件名"),
        "media_type": titled(TEXT, "媒体类型"),
        "size": titled(WHOLE, "字节数"),
        "pages": titled(WHOLE, "页数"),
        "sha256": titled(TEXT, "校验值"),
        "created_at": titled(INSTANT, "形成时间"),
        "pdf": {"oneOf": [JOB, {"type": "null"}], "title": "由它生成 PDF 的进度；不是 docx 时为空"},
    },
)


def file(item: Rendition, job: Job | None, *, convertible: bool) -> dict[str, Any]:
    """A rendition; of a docx also where its PDF stands."""
    return {
        "id": item.id,
        "version": item.version_no,
        "kind": item.kind.value,
        "filename": item.filename,
        "media_type": item.media_type,
        "size": item.size,
        "pages": item.pages,
        "sha256": item.blob_sha256,
        "created_at": format_instant(item.created_at),
        "pdf": job_state(job) if convertible else None,
    }


EVENT: Final = shape(
    "Event",
    "办理记录",
    {
        "at": titled(INSTANT, "时间"),
        "by": titled(TEXT, "谁"),
        "action": titled(TEXT, "操作代码"),
        "text": titled(TEXT, "说明"),
    },
)


def event(item: AuditEvent) -> dict[str, Any]:
    """A line of the timeline."""
    return {
        "at": format_instant(item.at),
        "by": item.actor_name,
        "action": item.action,
        "text": event_text(item),
    }


TYPE: Final = shape(
    "DocumentType",
    "文书种类",
    {
        "key": titled(TEXT, "代码"),
        "edition": titled(TEXT, "现行版式"),
        "title": titled(TEXT, "名称"),
        "lifecycle": titled(TEXT, "流程"),
        "numbering": {"type": "string", "enum": ["always", "optional", "never"], "title": "编号"},
        "schema_sha256": titled(TEXT, "定义校验值"),
    },
)


def document_type(item: DocumentType) -> dict[str, Any]:
    """A type in the edition in force."""
    return {
        "key": item.key,
        "edition": item.edition,
        "title": item.title,
        "lifecycle": item.lifecycle,
        "numbering": item.numbering.mode,
        "schema_sha256": item.sha256,
    }


NUMBER: Final = shape(
    "Number",
    "文号登记",
    {
        "seq": {"type": "integer", "title": "序号"},
        "text": titled(TEXT, "文号"),
        "status": titled(TEXT, "状态"),
        "document_id": titled(TEXT, "文书；看不到时为空"),
        "document_title": titled(TEXT, "文书标题；看不到时为空"),
        "by": titled(TEXT, "经办人"),
        "at": titled(INSTANT, "时间"),
        "reason": titled(TEXT, "理由"),
    },
)


def number(line: Line) -> dict[str, Any]:
    """A line of the register; of a document out of sight nothing is said."""
    item = line.entry
    return {
        "seq": item.seq,
        "text": item.text,
        "status": item.status.value,
        "document_id": item.document_id if line.title else "",
        "document_title": line.title,
        "by": item.by,
        "at": format_instant(item.at),
        "reason": item.reason,
    }


def problems(found: tuple[Problem, ...]) -> list[dict[str, str]]:
    """Problems in the order of the form."""
    return [one.as_dict() for one in found]
