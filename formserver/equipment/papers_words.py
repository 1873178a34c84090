"""How papers say things: bases, ways of deciding, keys of rows, shortened texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from formserver.core.clock import SHANGHAI
from formserver.core.definitions.grammar import ILLEGAL
from formserver.core.ids import encode

BASIS_WORDS: Final[Mapping[str, str]] = {
    "photo": "铭牌照片",
    "papers": "出厂文件",
    "report": "能效检测报告",
    "catalogue": "目录条文",
    "other": "其他",
}
AUTOMATIC: Final = "自动"
MOVED_IN: Final = "人工移入"
MOVED_OUT: Final = "人工移出"
CONFIRMED: Final = "自动，人工确认"
CARRIED: Final = "（沿用，待复核）"
UNCHECKED: Final = "来源待核"
NO_CATALOGUE: Final = "未列目录（人工认定）"
OUTSIDE: Final = "清单之外补充"
IN_USE: Final = ("在用", "备用", "")
STOPPED: Final = "停用"
REMOVED: Final = "已拆除"
ELLIPSIS: Final = "…（全文见附件）"
_UNSEEN: Final = re.compile(f"{ILLEGAL.pattern}|[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_MARK: Final = 0b10110 << 35
"""Keys of rows made here stand apart from those made at random for rows people add."""


def row_key(table: int, number: int) -> str:
    """The ``_k`` of a row: the same whenever the same row of a list is taken into the same table (0 to 7)."""
    return encode(_MARK | table << 32 | number)[-8:]


def cut(text: str, longest: int) -> str:
    """``text`` as a body may hold it. What is too long says so at its end: the attachment holds all of it. Marks that turn
    the direction of writing are made visible, because they hide what a text says."""
    clean = _UNSEEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(clean) <= longest:
        return clean
    end = ELLIPSIS if longest > 4 * len(ELLIPSIS) else "…"
    return clean[: longest - len(end)] + end


def filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is empty: absent is not ``""``."""
    return {key: value for key, value in row.items() if value is not None and value != "" and value != []}


def clock_text(at: datetime) -> str:
    """2025-06-30 14:05, the time in China."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
