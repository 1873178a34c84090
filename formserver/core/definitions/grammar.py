"""The body grammar of design §6: what any body of any type must be before its schema is asked.

Text is refused here, at the door, when no paper could carry it: characters XML forbids, half surrogate pairs.
Nothing is trimmed, folded or repaired.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from formserver.core.definitions.fields import ROW_KEY, join_pointer

MAX_DEPTH: Final = 12
MAX_TEXT: Final = 100_000
"""Characters in one text: about a hundred printed pages."""
MAX_ROWS: Final = 500
"""Longer lists live in a blob with a summary in the body (design §6)."""
MAX_VALUES: Final = 200_000
MAX_INTEGER: Final = 2**53 - 1
"""What a browser counts exactly."""

ILLEGAL: Final = re.compile("[^\\t\\n\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
"""What XML cannot carry: control characters, half surrogate pairs, U+FFFE and U+FFFF."""
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_DATE_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

Breach = tuple[str, str, str]
"""(pointer, code, what the person should do; ``{label}`` stands for the field)."""


def breaches(body: Any) -> Iterator[Breach]:
    """Everything in ``body`` that is not of the grammar, whatever the type. Never raises."""
    if not isinstance(body, Mapping):
        yield "", "TYPE", "文书内容必须是一个对象。"
        return
    seen: dict[str, str] = {}
    budget = MAX_VALUES
    stack: list[tuple[str, Any, int]] = [("", body, 0)]
    while stack:
        pointer, value, depth = stack.pop()
        budget -= 1
        if budget < 0:
            yield "", "TOO_LARGE", f"文书内容超过 {MAX_VALUES} 个值，请把大表格作为附件上传。"
            return
        if isinstance(value, str):
            yield from _text(pointer, value)
        elif isinstance(value, Mapping | list):
            if depth >= MAX_DEPTH:
                yield pointer, "TOO_DEEP", f"“{{label}}”嵌套超过 {MAX_DEPTH} 层。"
            elif isinstance(value, list):
                if len(value) > MAX_ROWS:
                    yield (
                        pointer,
                        "TOO_MANY_ROWS",
                        f"“{{label}}”有 {len(value)} 行，最多 {MAX_ROWS} 行，请改用附件导入。",
                    )
                stack.extend((f"{pointer}/{i}", item, depth + 1) for i, item in enumerate(value[:MAX_ROWS]))
            else:
                yield from _keys(pointer, value, seen)
                stack.extend((join_pointer(pointer, _printable(k)), v, depth + 1) for k, v in value.items())
        else:
            yield from _plain(pointer, value)


def _printable(key: Any) -> str:
    text = str(key)
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _keys(pointer: str, value: Mapping[Any, Any], seen: dict[str, str]) -> Iterator[Breach]:
    for key in value:
        if not isinstance(key, str) or ILLEGAL.search(key):
            yield pointer, "KEY", f"“{{label}}”中的键 {_printable(key)!r} 不是可用的名称。"
    row_key = value.get(ROW_KEY)
    if isinstance(row_key, str):
        if row_key in seen:
            yield pointer, "ROW_KEY_DUPLICATE", "“{label}”的行标识与另一行相同，请删去这一行后重新添加。"
        seen[row_key] = pointer


def _text(pointer: str, value: str) -> Iterator[Breach]:
    if value == "":
        yield pointer, "EMPTY_TEXT", "“{label}”是空文本；没有填写的项目不要写进文书内容。"
    elif len(value) > MAX_TEXT:
        yield pointer, "TOO_LONG", f"“{{label}}”有 {len(value)} 个字符，最多 {MAX_TEXT} 个。"
    elif "\r" in value:
        yield pointer, "LINE_END", "“{label}”的换行符应为 LF（\\n），请不要用 CR（\\r）。"
    elif match := ILLEGAL.search(value):
        nth, code = match.start() + 1, f"U+{ord(match[0]):04X}"
        yield pointer, "ILLEGAL_CHARACTER", f"“{{label}}”第 {nth} 个字符（{code}）无法印在纸上，请删去。"


def _plain(pointer: str, value: Any) -> Iterator[Breach]:
    if value is None:
        yield pointer, "NULL", "“{label}”为 null；没有填写的项目不要写进文书内容。"
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            yield pointer, "INTEGER_RANGE", "“{label}”的整数过大，请核对。"
    elif isinstance(value, float):
        yield pointer, "FLOAT", '“{label}”是浮点数；小数请写成文本，例如 "12.5"。'
    else:
        yield pointer, "TYPE", f"“{{label}}”的值不是 JSON 值（{type(value).__name__}）。"


def form_breach(kind: str, value: str) -> tuple[str, str] | None:
    """(code, message) when a text is not in the one written form of its ``kind`` (decimal, date, date-time)."""
    if kind == "decimal" and (_DECIMAL.fullmatch(value) is None or len(value) > 60):
        return "DECIMAL_FORM", f"“{{label}}”应为数字，例如 1234.5；现在是“{_short(value)}”。"
    if kind == "date" and not is_date(value):
        return "DATE_FORM", f"“{{label}}”应为真实存在的日期，例如 2026-05-06；现在是“{_short(value)}”。"
    if kind == "date-time":
        match = _DATE_TIME.fullmatch(value)
        if match is None or not is_date(match[1]):
            return (
                "DATETIME_FORM",
                f"“{{label}}”应为到分钟的时间，例如 2026-05-06T09:30；现在是“{_short(value)}”。",
            )
    return None


def is_date(text: str) -> bool:
    """Whether ``text`` is a calendar day written 2026-05-06."""
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return False
    return True


def _short(value: str) -> str:
    return value if len(value) <= 20 else value[:20] + "…"
