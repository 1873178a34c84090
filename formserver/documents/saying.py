"""Values, causes, events and sizes as sentences and words people know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.lifecycle import actions_for
from formserver.core.models import AuditEvent

NOTHING: Final = "（空）"
_EVENTS: Final = {
    "document.created": "新建文书",
    "document.saved": "保存",
    "document.decided": "审批办理",
    "document.signed": "登记签字件",
    "document.serve": "登记送达",
    "document.exported": "下载文书包",
    "document.supplemented": "制作补充文书",
    "draft.discarded": "放弃草稿",
    "rendition.converted": "生成PDF",
    "rendition.downloaded": "下载文件",
    "evidence.added": "添加证据",
    "evidence.changed": "修改证据说明",
    "evidence.withdrawn": "撤下证据",
    "evidence.restored": "恢复证据",
    "evidence.downloaded": "下载证据",
    "evidence.exported": "下载全部证据",
    "equipment.paper_made": "从设备清单制作",
    "equipment.paper_updated": "按设备清单更新",
    "equipment.paper_attached": "附上原件和明细",
    "equipment.list_closed": "设备清单定稿",
    "equipment.list_opened": "设备清单重新打开",
}


def value_text(leaf: Field | None, value: Any) -> str:
    """A leaf's value for reading: 是/否, lists with 、, times with a blank; empty for absent."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(value_text(None, item) for item in value)
    text = str(value)
    if leaf is not None and leaf.kind == "date-time":
        text = text.replace("T", " ", 1)
    return text


def place_text(dt: DocumentType, pointer: str, value: Any) -> str:
    """Any value at a place of a body, rows and groups too, as one readable text for a comparison."""
    if value is None:
        return ""
    pattern = _pattern(pointer)
    leaf = dt.by_pattern.get(pattern)
    if isinstance(value, Mapping):
        return _object_text(dt, pattern, value)
    if isinstance(value, list) and any(isinstance(row, Mapping) for row in value):
        lines = [f"{n}. {_object_text(dt, pattern + '/*', row)}" for n, row in enumerate(value, start=1)]
        return "\n".join(lines)
    return value_text(leaf, value)


def _object_text(dt: DocumentType, pattern: str, value: Mapping[str, Any]) -> str:
    parts = []
    for key, inner in value.items():
        if key == ROW_KEY:
            continue
        here = f"{pattern}/{key}"
        leaf = dt.by_pattern.get(here)
        text = place_text(dt, here, inner)
        if text:
            parts.append(f"{leaf.title if leaf else key}：{text}")
    return "；".join(parts)


def _pattern(pointer: str) -> str:
    parts = pointer.split("/")[1:]
    return "".join(
        "/*" if part.startswith("@") or part == "*" or (part.isascii() and part.isdigit()) else "/" + part
        for part in parts
    )


def event_text(event: AuditEvent) -> str:
    """What an audit event says, without ids."""
    name = _EVENTS.get(event.action, "")
    if not name:
        key = event.action.partition(".")[2]
        labels = {a.key: a.label for kind in ("outward", "record") for a in actions_for(kind, "always")}
        name = labels.get(key, event.action)
    data = event.data
    parts = [name]
    if data.get("number"):
        parts.append(str(data["number"]))
    if data.get("version"):
        parts.append(f"第{data['version']}版")
    if event.action == "document.decided":
        parts += [f"{data.get('title', '')}：{data.get('decision', '')}"]
        parts += [f"代 {data['behalf_of_name']}"] if data.get("behalf_of_name") else []
        parts += [f"批注 {len(data['remarks'])} 处"] if data.get("remarks") else []
    if event.action == "rendition.downloaded" or event.action.startswith("evidence."):
        parts.append(event.subject)
    if data.get("corrections"):
        parts.append(f"笔误更正 {len(data['corrections'])} 处")
    if data.get("reason"):
        parts.append(f"理由：{data['reason']}")
    return " · ".join(parts)


def size_text(size: int) -> str:
    """``12 KB``, ``3.4 MB``."""
    return f"{max(1, round(size / 1024))} KB" if size < 1048576 else f"{size / 1048576:.1f} MB"
