"""What recognition works with and what it answers. Everything is immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final


class Verdict(StrEnum):
    """What a row comes to. Of several the first in this order that any rule gives stands (matching specification §2)."""

    ELIMINATED = "eliminated"
    REVIEW = "review"
    RESTRICTED = "restricted"
    OK = "ok"


VERDICT_WORDS: Final[Mapping[str, str]] = {
    "eliminated": "淘汰",
    "review": "待确认",
    "restricted": "限制",
    "ok": "正常",
}
CATEGORY_WORDS: Final[Mapping[str, str]] = {
    "motor": "电动机",
    "transformer": "变压器",
    "pump": "泵",
    "fan": "风机",
    "compressor": "压缩机",
    "boiler": "锅炉",
    "welder": "电焊机",
    "furnace": "工业炉窑",
    "machine_tool": "机床与锻压设备",
    "switchgear": "电器开关",
    "valve": "阀门",
    "other": "其他",
    "unknown": "类别不明",
}


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a row states, each as it was written, empty where nothing stands. Units: power kW, capacity kVA,
    voltage V, current A; ``boiler_capacity`` with its own unit (t/h or MW)."""

    name: str = ""
    model: str = ""
    made: str = ""
    power_kw: str = ""
    capacity_kva: str = ""
    poles: str = ""
    voltage_v: str = ""
    boiler_capacity: str = ""
    fuel: str = ""
    current_a: str = ""


@dataclass(frozen=True, slots=True)
class Deadline:
    """``on`` is the last day of use, None where the catalogue names none; ``text`` is what it says."""

    text: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of one elimination catalogue. ``ref`` is ``batch_2:1-1.1``, unique over all batches of one day."""

    ref: str
    batch: str
    edition: str
    seq: str
    section: str
    category: str
    name: str
    model: str
    condition: str
    deadline: Deadline
    reason: str
    replacement: str
    recalled: bool
    source: str
    note: str = ""
    """About the text of the line, as misprints and how it was read; it limits nothing, unlike ``condition``."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One elimination catalogue in one edition. ``title`` is the short name (第一批). ``recalled`` is about its head
    (document number, dates); each item has its own mark."""

    id: str
    name: str
    edition: str
    title: str
    full_title: str
    issuer: str
    document_no: str
    issued_on: str
    valid_from: date
    valid_to: date | None
    recalled: bool
    note: str
    items: tuple[Item, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One record of the matching specification §6; ``terms`` are its conditions by their names there."""

    id: str
    category: str
    title: str
    canon: str
    verdict: Verdict
    reason: str
    catalogue: str
    item: str
    items: tuple[str, ...]
    recalled: bool
    deadline: Deadline
    evidence: str
    terms: Mapping[str, Any]
    definition: str
    """Id of the definition it stands in (``matching/national/2025``)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What recognition says about one row.

    ``reasons`` are reason codes, the first the one of the rule, C13 and the like after it. ``rule`` is empty for OK
    without a rule. ``item`` is the catalogue line whose model fits best. ``matched`` is the part of the original
    text the rule spoke to, ``canonical`` the normal form (Y160M-4). ``missing`` are keys of :class:`Equipment`
    whose absence keeps the row at 待确认. ``explanation`` is one or two plain Chinese sentences. ``overdue_days`` counts
    from the deadline to the as-of date, None where there is none. ``also`` names further rules that spoke.
    """

    verdict: Verdict
    category: str
    reasons: tuple[str, ...] = ()
    rule: str = ""
    item: Item | None = None
    catalogue: str = ""
    seq: str = ""
    canonical: str = ""
    matched: str = ""
    evidence: str = ""
    deadline: Deadline = Deadline()
    overdue_days: int | None = None
    replacement: str = ""
    recalled: bool = False
    missing: tuple[str, ...] = ()
    explanation: str = ""
    also: tuple[str, ...] = field(default=())
