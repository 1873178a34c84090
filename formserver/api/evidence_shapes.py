"""How evidence and its history look to programs."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.evidence.models import FIELDS, Evidence, EvidenceState
from formserver.evidence.reading import Revision

_PLAIN: Final = ("id", "no", "document_id", "filename", "size", "media_type", "pages", "reason", "damaged")
EVIDENCE: Final = shape(
    "Evidence",
    "证据",
    {
        "id": titled(TEXT, "标识"),
        "no": titled(WHOLE, "编号", description="引用时写“证据3”。"),
        "document_id": titled(TEXT, "添加到哪份文书"),
        **{info.key: titled(TEXT, info.label) for info in FIELDS},
        "state": {"type": "string", "enum": [s.value for s in EvidenceState], "title": "状态"},
        "reason": titled(TEXT, "撤下或恢复的理由"),
        "filename": titled(TEXT, "文件名"),
        "size": titled(WHOLE, "字节数"),
        "media_type": titled(TEXT, "媒体类型"),
        "pages": titled(WHOLE, "PDF 的页数"),
        "sha256": titled(TEXT, "校验值"),
        "damaged": {"type": "boolean", "title": "文件与校验值不符"},
        "version": titled(WHOLE, "说明的修改次数", description="也是 ETag。"),
        "created_by": titled(TEXT, "添加人"),
        "created_at": titled(INSTANT, "添加时间"),
        "updated_at": titled(INSTANT, "更新时间"),
    },
)
REVISION: Final = shape(
    "EvidenceRevision",
    "一次修改",
    {
        "at": titled(INSTANT, "时间"),
        "by": titled(TEXT, "谁"),
        "title": titled(TEXT, "做了什么"),
        "reason": titled(TEXT, "理由"),
        "changes": {
            "type": "array",
            "title": "改动",
            "items": shape(
                "EvidenceChange",
                "一处改动",
                {"label": titled(TEXT, "项目"), "old": titled(TEXT, "原来"), "new": titled(TEXT, "现在")},
            ),
        },
    },
)


def evidence(item: Evidence) -> dict[str, Any]:
    """One piece."""
    return {
        **{name: getattr(item, name) for name in (*_PLAIN, *(info.key for info in FIELDS))},
        "state": item.state.value,
        "sha256": item.blob_sha256,
        "version": item.row_version,
        "created_by": item.created_by_name,
        "created_at": instant(item.created_at),
        "updated_at": instant(item.updated_at),
    }


def revision(item: Revision) -> dict[str, Any]:
    """One line of the history."""
    changes = [{"label": label, "old": old, "new": new} for label, old, new in item.changes]
    facts = {"at": instant(item.event.at), "by": item.event.actor_name, "title": item.title}
    return {**facts, "reason": item.reason, "changes": changes}
