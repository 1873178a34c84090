"""What a check of the record can find, and the report that collects it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MAX_KEPT = 1_000
"""Most findings kept word for word; the counts go on."""


class Fault(StrEnum):
    """Kinds of findings, each with another cause and another remedy."""

    DATABASE = "数据库文件损坏"
    CHAIN = "版本链断裂"
    MISSING_VERSION = "缺少版本"
    VERSION = "版本记录被改动"
    MISSING_CONTENT = "缺少内容"
    CONTENT = "内容损坏"
    HEAD = "文书现状与版本不符"
    PROJECTION = "检索数据与版本不符"
    MISSING_EVENT = "缺少操作记录"
    EVENT = "操作记录被改动"
    SEAL = "封存链断裂"
    ANCHOR = "与库外存证不符"
    RENDITION = "呈现件登记与操作记录不符"
    EVIDENCE = "证据登记与操作记录不符"
    NUMBER = "文号登记簿不符"
    DEFINITION = "计算包与发布时不符"
    MISSING_BLOB = "缺少文件"
    BLOB = "文件损坏"
    UNSEALED = "尚未封存的操作记录"

    @property
    def harmless(self) -> bool:
        """Whether this is the usual state of a running server and no damage."""
        return self is Fault.UNSEALED

    @property
    def remedy(self) -> str:
        """What an administrator does about it."""
        return _REMEDIES.get(self, "请从备份恢复，并查明谁在何时直接改动过数据。")


_REMEDIES = {
    Fault.DATABASE: "请立即停止写入，用 formserver restore 从最近的备份恢复。",
    Fault.HEAD: "运行 formserver rebuild 可由版本重新生成。",
    Fault.PROJECTION: "运行 formserver rebuild 可由版本重新生成。",
    Fault.RENDITION: "请对照备份查明谁在何时直接改动过呈现件登记，并从备份恢复。",
    Fault.EVIDENCE: "请对照备份查明谁在何时直接改动过证据登记，并从备份恢复。",
    Fault.NUMBER: "请对照备份和纸质文书查明谁在何时直接改动过登记簿，并从备份恢复。",
    Fault.DEFINITION: "请对照备份查明谁在何时直接改动过定义，并从备份恢复；在此之前不要用它出具结论。",
    Fault.MISSING_BLOB: "请从备份的 blobs 目录复制回来。",
    Fault.BLOB: "请从备份的 blobs 目录复制回来，或重新上传同一文件。",
    Fault.UNSEALED: "封存任务运行后即消失。",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: what it is, where, and a full sentence in Chinese."""

    fault: Fault
    place: str
    message: str


@dataclass(slots=True)
class Report:
    """The outcome of a verification."""

    checked: Counter[str] = field(default_factory=Counter)
    counts: Counter[Fault] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged."""
        return not any(count for fault, count in self.counts.items() if not fault.harmless)

    def add(self, fault: Fault, place: str, detail: str = "", *, count: int = 1) -> None:
        """Record a finding."""
        self.counts[fault] += count
        if len(self.findings) < MAX_KEPT:
            message = f"{fault.value}：{place}{'，' + detail if detail else ''}。{fault.remedy}"
            self.findings.append(Finding(fault, place, message))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, for ``verify --json``."""
        return {
            "ok": self.ok,
            "checked": dict(self.checked),
            "counts": {fault.name: count for fault, count in self.counts.items()},
            "findings": [
                {"fault": f.fault.name, "place": f.place, "message": f.message} for f in self.findings
            ],
        }
