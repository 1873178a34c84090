"""Between the words of a document and those of the engine, and the keys of rows that the server makes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from formserver.core.definitions.fields import ROW_KEY

STATES: Final = {
    "正常": "normal",
    "阶段性停产": "partial",
    "停产": "stopped",
    "关停": "closed",
    "新投产": "normal",
    "不详": "normal",
}
"""The production states of documents, as the engine knows them."""
DIRECTIONS: Final = {"投入": "in", "外供": "out"}
USES: Final = {"燃料动力": "fuel", "原料": "feedstock", "加工转换": "conversion"}
BASES: Final = {"当量值": "equivalent", "等价值": "primary"}
ORIGINS: Final = {"外购": "bought", "自产": "own", "回收自用": "recovered"}
SYSTEMS: Final = {"主要生产": "main", "辅助生产": "auxiliary", "附属生产": "attached", "不计入": "excluded"}

LEVEL_RESULTS: Final = {1: "优于先进值(1级)", 2: "优于准入值(2级)", 3: "符合限定值(3级)"}
OVER: Final = "超限定值"
BELOW: Final = "未达限定值"
OVER_NEW: Final = "未达准入值"
VERDICT_RESULTS: Final = {"待确认": "待确认", "不完整": "数据不完整", "不适用": "不适用"}
"""The one list of 达标情况 that statistics count by."""

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


def made_key(*parts: str) -> str:
    """A row key that is the same for the same place, so that two people's work never makes two rows of one."""
    number = int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest()[:5], "big")
    return "".join(_LETTERS[(number >> (5 * place)) & 31] for place in range(8))


def rows_of(holder: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The rows of a list, whatever somebody may have put there."""
    value = holder.get(key)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text_of(holder: Mapping[str, Any], key: str) -> str:
    """A text property; empty where there is none."""
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def by_key(rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Rows by their key."""
    return {str(row.get(ROW_KEY)): row for row in rows}


def filled(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without what is absent: nothing in a body is null or an empty text."""
    return {key: value for key, value in row.items() if value is not None and value != "" and value != []}
