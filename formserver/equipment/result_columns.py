"""The columns of result sheets and the cells of a row in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from formserver.core.clock import SHANGHAI
from formserver.equipment.columns import BY_KEY
from formserver.equipment.joint import Judgement
from formserver.equipment.matching.model import CATEGORY_WORDS, VERDICT_WORDS, Finding
from formserver.equipment.models import Decision
from formserver.equipment.reading.model import Level, StatedRow
from formserver.equipment.review_words import HOW_TO_GET, NOT_KNOWN, REASON_WORDS
from formserver.rendering.sheet_streaming import Figure

BASES: Final = {
    "photo": "铭牌照片",
    "papers": "出厂文件",
    "report": "能效检测报告",
    "catalogue": "目录条文",
    "other": "其他",
}
_WAYS: Final = {
    "": "自动",
    "in": "人工移入",
    "out": "人工移出",
    "confirmed": "自动，人工确认",
    "carried": "沿用，待复核",
}
_ROWS: Final = (("序号", 6.0), ("原表行号", 12.0))
_STATED: Final = (
    ("设备名称", 15.0), ("型号（原文）", 17.0), ("规范型号", 14.0), ("制造厂", 13.0), ("制造日期", 10.0), ("功率 kW", 8.0),
    ("容量 kVA", 8.0), ("极数", 5.5), ("数量", 5.5), ("安装地点", 12.0), ("使用状态", 8.0),
)  # fmt: skip
LISTED: Final = (
    *_ROWS, *_STATED, ("判定结论", 8.0), ("依据目录", 12.0), ("条目号", 10.0), ("文号", 15.0), ("判定条件与理由", 34.0),
    ("淘汰期限", 12.0), ("逾期天数", 8.0), ("建议替代", 15.0), ("可信度", 8.0), ("判定方式", 10.0), ("人工意见", 17.0),
    ("确认人", 8.0), ("确认时间", 11.0),
)  # fmt: skip
REVIEWED: Final = (*LISTED, ("缺什么、怎样补", 34.0))
FAULTY: Final = (
    *_ROWS, ("设备名称", 18.0), ("型号（原文）", 22.0), ("单元格", 20.0), ("填写内容", 22.0), ("问题和改法", 70.0),
)  # fmt: skip
WHOLE: Final = (
    *_ROWS, *_STATED[:3], ("类别", 11.0), *_STATED[3:], ("结论", 9.0), ("理由码", 9.0), ("命中规则", 9.0),
    ("目录批次", 12.0), ("条目号", 11.0), ("条件说明", 30.0), ("期限", 14.0), ("建议替代", 20.0), ("可信度", 10.0),
    ("联合结论（目录与能效）", 50.0), ("人工结论", 12.0), ("确认人", 10.0), ("确认时间", 16.0), ("备注", 20.0),
    ("填写提示", 40.0),
)  # fmt: skip
BLOCKED: Final = "未识别（须先改）"
_SHORT: Final = 300
_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One row: what the file states, what the machine judged (None for blocked rows) and what a person decided.

    ``standing`` is the verdict in force, empty for the machine's; ``decided`` as in ``ListRow.decided``.
    """

    stated: StatedRow
    judgement: Judgement | None
    standing: str = ""
    decided: str = ""
    decision: Decision | None = None

    @property
    def verdict(self) -> str:
        """The verdict in force, empty for a blocked row."""
        return self.standing or (self.judgement.verdict.value if self.judgement else "")


@lru_cache(maxsize=65_536)
def figure(text: str) -> str:
    """A number as a number, so that a spreadsheet can add it up; anything else as it is written."""
    return Figure(text) if _NUMBER.fullmatch(text) else text


def listed_cells(row: ResultRow, number: int, documents: Mapping[str, str]) -> list[str]:
    """A row of 淘汰设备清单, 待人工确认, 提示清单 and 未列入."""
    found = row.judgement.finding if row.judgement else None
    deadline = found.deadline if found else None
    overdue = found.overdue_days if found else None
    return [
        Figure(number),
        _place(row.stated),
        *_stated_cells(row.stated, found.canonical if found else ""),
        VERDICT_WORDS.get(row.verdict, BLOCKED),
        found.catalogue if found else "",
        found.seq if found else "",
        _document(found, documents),
        _because(row.judgement),
        (deadline.text or (deadline.on.isoformat() if deadline.on else "")) if deadline else "",
        Figure(overdue) if overdue is not None and overdue > 0 else "",
        found.replacement if found else "",
        _trust(found),
        _WAYS.get(row.decided, row.decided),
        *_decision_cells(row.decision),
    ]


def review_cells(row: ResultRow, number: int, documents: Mapping[str, str]) -> list[str]:
    """The same with what is lacking and where it can be found."""
    missing = row.judgement.finding.missing if row.judgement else ()
    says = [
        f"{BY_KEY[key].title if key in BY_KEY else key}：{HOW_TO_GET.get(key, NOT_KNOWN)}" for key in missing
    ]
    return [
        *listed_cells(row, number, documents),
        "\n".join(says) or "请对照铭牌和目录条文，由人员移入或移出。",
    ]


def faulty_cells(row: ResultRow, number: int) -> list[str]:
    """A row that could not be judged, with what is to be mended."""
    errors = [one for one in row.stated.problems if one.level is Level.ERROR]
    return [
        Figure(number),
        _place(row.stated),
        row.stated.cells.get("name", "") or row.stated.values.get("name", ""),
        row.stated.cells.get("model", ""),
        "、".join(one.address for one in errors),
        "、".join(one.value for one in errors if one.value),
        "\n".join(one.message for one in errors),
    ]


def whole_cells(row: ResultRow, verdict: str) -> list[str]:
    """A row of 全部设备, every row of the list in its order."""
    stated, judgement = row.stated, row.judgement
    remark = stated.values.get("remark", "")
    if stated.extra:
        remark = "；".join(filter(None, (remark, *(f"{key}：{text}" for key, text in stated.extra.items()))))[
            :_SHORT
        ]
    hints = (
        "；".join(f"{one.column}：{one.message}" for one in stated.problems)[:_SHORT]
        if stated.problems
        else ""
    )
    cells = _stated_cells(stated, judgement.finding.canonical if judgement else "")
    if judgement is None:
        return [
            Figure(stated.number), _place(stated), *cells[:3], "", *cells[3:], BLOCKED,
            "", "", "", "", "", "", "", "", "", "", "", "", remark, hints,
        ]  # fmt: skip
    found = judgement.finding
    deadline = found.deadline
    says = judgement.says
    human = _human(row)
    return [
        Figure(stated.number),
        _place(stated),
        *cells[:3],
        CATEGORY_WORDS.get(found.category, found.category),
        *cells[3:],
        VERDICT_WORDS.get(verdict, verdict),
        "、".join(judgement.reasons),
        found.rule,
        found.catalogue,
        found.seq,
        found.evidence,
        deadline.text or (deadline.on.isoformat() if deadline.on else ""),
        found.replacement,
        _trust(found),
        says,
        *human,
        remark,
        hints,
    ]


def _stated_cells(stated: StatedRow, canonical: str) -> list[str]:
    get = stated.values.get
    return [
        get("name", ""),
        stated.cells.get("model", ""),
        canonical,
        get("manufacturer", ""),
        get("made", ""),
        figure(get("power_kw", "")),
        figure(get("capacity_kva", "")),
        figure(get("poles", "")),
        figure(get("quantity", "")),
        get("location", ""),
        get("status", ""),
    ]


def _place(stated: StatedRow) -> str:
    return f"{stated.sheet}!{stated.row}"


def _document(found: Finding | None, documents: Mapping[str, str]) -> str:
    if found is None:
        return ""
    return documents.get(found.item.batch, "") if found.item else documents.get(found.catalogue, "")


def _because(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    return _said(judgement.finding.evidence, judgement.reasons)


@lru_cache(maxsize=8_192)
def _said(evidence: str, reasons: tuple[str, ...]) -> str:
    words = [f"{REASON_WORDS.get(code, code)}（{code}）" for code in reasons]
    return "；".join(filter(None, (evidence, *words)))


def _trust(found: Finding | None) -> str:
    if found is None or not found.rule:
        return ""
    return "来源待核" if found.recalled else "已核"


def _human(row: ResultRow) -> tuple[str, str, str]:
    if not row.decided:
        return "", "", ""
    made = row.decision
    at = made.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if made else ""
    return _WAYS.get(row.decided, row.decided), made.by_name if made else "", at


def _decision_cells(made: Decision | None) -> tuple[str, str, str]:
    if made is None:
        return "", "", ""
    basis = BASES.get(made.basis, "")
    opinion = f"{made.reason}（{basis}）" if basis else made.reason
    return opinion, made.by_name, made.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
