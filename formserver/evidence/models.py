"""A piece of evidence, what is said about it, and a citation of it in a paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from formserver.core.canonical import digest
from formserver.core.clock import format_instant


class EvidenceState(StrEnum):
    """Evidence is never deleted; it is withdrawn with a reason."""

    VALID = "有效"
    WITHDRAWN = "撤下"


KINDS: Final = ("照片", "票据", "台账", "表格", "音频", "视频", "其他")
LEGAL_KINDS: Final = (
    "书证",
    "物证",
    "视听资料",
    "电子数据",
    "证人证言",
    "当事人的陈述",
    "鉴定意见",
    "勘验笔录、现场笔录",
)
"""行政处罚法第四十六条."""
ORIGINALS: Final = ("原件", "复印件", "电子文件")
COPY_NOTE: Final = "与原件核对无误"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One thing that is said about a piece of evidence. ``bulk``: it may be set for several pieces at once."""

    key: str
    label: str
    limit: int
    help: str = ""
    choices: tuple[str, ...] = ()
    bulk: bool = False
    long: bool = False


FIELDS: Final = (
    FieldInfo("title", "证据名称", 120, "写明是什么，例如：2026年3月水泥磨电耗台账。"),
    FieldInfo("kind", "分类", 10, choices=KINDS, bulk=True),
    FieldInfo("legal_kind", "证据种类", 20, "行政处罚法第四十六条的八种。", LEGAL_KINDS, bulk=True),
    FieldInfo("source", "来源", 200, "从哪里取得，例如：企业能源管理中心、中控室。", bulk=True),
    FieldInfo("original", "原件或复印件", 10, "复印件应当注明“与原件核对无误”。", ORIGINALS, bulk=True),
    FieldInfo("extent", "页数或时长", 40, "例如：12页、3分20秒。"),
    FieldInfo("locator", "页码位置", 100, "要看的地方，例如：第3页第2栏、00:12:30。"),
    FieldInfo("taken_at", "取得时间", 16, "例如：2026-05-06 09:30。", bulk=True),
    FieldInfo("place", "地点", 200, bulk=True),
    FieldInfo("maker", "制作人", 60, "拍摄、录制、提取的人。", bulk=True),
    FieldInfo("provider", "提供人", 60, "交来这份材料的人或单位。", bulk=True),
    FieldInfo("proves", "证明对象", 300, "它要证明什么。", bulk=True, long=True),
    FieldInfo("note", "备注", 500, bulk=True, long=True),
)
LABELS: Final[Mapping[str, str]] = {f.key: f.label for f in FIELDS} | {"state": "状态", "reason": "理由"}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece. The file (``blob_sha256`` …) and the number never change; what is said about it has a history.

    ``case_key`` is what the number counts in (see :func:`case_key_of`), ``seq`` the place in the library, ``proposed``
    what the file says of itself (a photo's time and place), ``checked_at`` when its bytes were last compared with the
    hash. ``taken_at`` is ``2026-05-06`` or ``2026-05-06T09:30`` as the paper says it.
    """

    id: str
    agency_id: str
    document_id: str
    enterprise_id: str
    task_id: str
    case_key: str
    no: int
    blob_sha256: str
    size: int
    media_type: str
    filename: str
    upload_id: str
    title: str
    kind: str
    created_by: str
    created_by_name: str
    created_at: datetime
    updated_at: datetime
    legal_kind: str = ""
    source: str = ""
    original: str = ""
    extent: str = ""
    locator: str = ""
    taken_at: str = ""
    place: str = ""
    maker: str = ""
    provider: str = ""
    proves: str = ""
    note: str = ""
    state: EvidenceState = EvidenceState.VALID
    reason: str = ""
    seq: int = 0
    row_version: int = 1
    pages: int = 0
    proposed: Mapping[str, str] = field(default_factory=dict)
    checked_at: datetime | None = None
    damaged: bool = False

    @property
    def valid(self) -> bool:
        """Whether it still counts."""
        return self.state is EvidenceState.VALID

    @property
    def moment(self) -> str:
        """The time as people read it."""
        return self.taken_at.replace("T", " ")


_NOT_SEALED = frozenset({"seq", "proposed", "checked_at", "damaged", "updated_at", "pages"})


def evidence_digest(item: Evidence) -> str:
    """The digest of everything a row says; sealed events announce it, ``verify`` computes it again."""
    facts: dict[str, Any] = {
        name: getattr(item, name) for name in Evidence.__dataclass_fields__ if name not in _NOT_SEALED
    }
    facts["state"] = item.state.value
    facts["created_at"] = format_instant(item.created_at)
    return digest(facts)


def case_key_of(*, agency_id: str, document_id: str, enterprise_id: str, task_id: str, year: int) -> str:
    """What numbers of evidence count in: a task and its enterprise; without a task the enterprise and the year; without
    an enterprise the one paper."""
    if not enterprise_id:
        return f"document:{document_id}"
    if task_id:
        return f"task:{agency_id}:{task_id}:{enterprise_id}"
    return f"year:{agency_id}:{enterprise_id}:{year}"


@dataclass(frozen=True, slots=True)
class Link:
    """A citation: this row of this version of a paper names this evidence, and the page or second of it.

    ``pointer`` is keyed (``/check_rows/@k3j9x2mq/evidence``), ``label`` what people call the place (核查情况 第4行).
    ``version_no`` 0: only in a draft so far.
    """

    evidence_id: str
    document_id: str
    document_title: str
    version_no: int
    pointer: str
    label: str
    page: int = 0
    second: int = 0
