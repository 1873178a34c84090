"""How a heap of scanned pages looks to programs."""

from __future__ import annotations

from typing import Any, Final

from formserver.api.shapes import INSTANT, TEXT, WHOLE, instant, shape, titled
from formserver.scans.models import Original, ReadState, ScanPage, Source
from formserver.scans.service import Heap

ORIGINAL: Final = shape(
    "ScanFile",
    "签字件文件",
    {
        "id": titled(TEXT, "标识"),
        "filename": titled(TEXT, "文件名"),
        "media_type": titled(TEXT, "媒体类型"),
        "size": titled(WHOLE, "字节数"),
        "pages": titled(WHOLE, "页数"),
        "signed": {"type": "boolean", "title": "带电子签名的 PDF"},
        "state": {"type": "string", "enum": [s.value for s in ReadState], "title": "识别状态"},
        "stuck": {"type": "boolean", "title": "识别中断，可以重试"},
        "error": titled(TEXT, "不能识别的原因"),
        "added_at": titled(INSTANT, "收到时间"),
    },
)
PAGE: Final = shape(
    "ScanPage",
    "一张",
    {
        "id": titled(TEXT, "标识"),
        "file_id": titled(TEXT, "文件"),
        "no": titled(WHOLE, "在文件中第几页"),
        "position": titled(WHOLE, "排在第几张"),
        "document_id": titled(TEXT, "识别出的文书；看不到时为空"),
        "version": titled(WHOLE, "识别出的版本；0 为不知道"),
        "page_no": titled(WHOLE, "是文书的第几页；0 为不知道"),
        "recognised_by": {"type": "string", "enum": [s.value for s in Source], "title": "怎样知道的"},
        "rotation": titled(WHOLE, "旋转角度"),
        "crop": {
            "type": "array",
            "items": {"type": "integer"},
            "minItems": 4,
            "maxItems": 4,
            "title": "裁切：左上右下，千分之一",
        },
        "dropped": {"type": "boolean", "title": "已移出"},
        "ink": {
            "type": "array",
            "title": "签名处的墨迹",
            "items": shape(
                "ScanInk",
                "一处墨迹",
                {
                    "slot": titled(TEXT, "签名处"),
                    "mm2": {"type": ["number", "null"], "title": "平方毫米；无法核对时为空"},
                },
            ),
        },
    },
)
FINDING: Final = shape(
    "ScanFinding",
    "要核对的一处",
    {
        "key": titled(TEXT, "代码", description="确认时写进 confirmed。"),
        "text": titled(TEXT, "说明"),
        "page_id": titled(TEXT, "哪一张；全部的为空"),
        "blocks": {"type": "boolean", "title": "不能确认，必须处理"},
    },
)
HEAP: Final = shape(
    "ScanHeap",
    "一批签字件",
    {
        "id": titled(TEXT, "标识；还没有文件时为空"),
        "reading": {"type": "boolean", "title": "正在识别"},
        "printed_version": titled(WHOLE, "定稿打印的版本；不知道时为 0"),
        "printed_pages": titled(WHOLE, "打印的页数；不知道时为 0"),
        "files": {"type": "array", "items": ORIGINAL, "title": "文件"},
        "pages": {"type": "array", "items": PAGE, "title": "各张，按顺序"},
        "findings": {"type": "array", "items": FINDING, "title": "要核对的"},
    },
)
TAKEN: Final = shape(
    "ScansTaken",
    "收到的签字件",
    {
        "heap": HEAP,
        "refused": {"type": "array", "items": titled(TEXT, "说明"), "title": "没有收下的文件"},
    },
)


def heap(found: Heap) -> dict[str, Any]:
    """A heap with what is known of its pages; a document out of sight stays unnamed."""
    return {
        "id": found.batch.id if found.batch else "",
        "reading": found.reading,
        "printed_version": found.printed.version_no if found.printed else 0,
        "printed_pages": found.printed.pages if found.printed else 0,
        "files": [_original(one, stuck=one.id in found.stuck) for one in found.originals],
        "pages": [_page(one, found) for one in found.pages],
        "findings": [
            {"key": one.key, "text": one.text, "page_id": one.page_id, "blocks": one.blocks}
            for one in found.findings
        ],
    }


def _original(item: Original, *, stuck: bool) -> dict[str, Any]:
    names = ("id", "filename", "media_type", "size", "pages", "signed", "error")
    facts = {name: getattr(item, name) for name in names}
    return {**facts, "state": item.state.value, "stuck": stuck, "added_at": instant(item.added_at)}


def _page(item: ScanPage, found: Heap) -> dict[str, Any]:
    names = ("id", "no", "position", "page_no", "rotation", "dropped")
    facts = {name: getattr(item, name) for name in names}
    return {
        **facts,
        "file_id": item.original_id,
        "document_id": item.document_id if item.document_id in found.documents else "",
        "version": item.version_no,
        "recognised_by": item.source.value,
        "crop": list(item.crop),
        "ink": [{"slot": slot, "mm2": ink} for slot, ink in item.ink],
    }
