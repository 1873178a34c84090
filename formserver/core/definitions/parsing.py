"""What people type into a field → what the body holds (corrections 13): certain readings are shown, doubts are asked.

Nothing typed is refused: without a value the text stays as raw text beside the draft, with a question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from formserver.core.definitions.fields import Field
from formserver.core.definitions.formats import SOFT_CHECKS, half_width
from formserver.core.definitions.grammar import breaches
from formserver.core.definitions.parsed import NOTHING, Parsed
from formserver.core.definitions.parsing_dates import parse_date, parse_datetime
from formserver.core.definitions.parsing_numbers import parse_decimal, parse_integer

__all__ = [
    "Parsed",
    "join_hard_breaks",
    "parse_date",
    "parse_datetime",
    "parse_decimal",
    "parse_integer",
    "parse_value",
]

_TRUE: Final = frozenset({"是", "有", "已", "对", "√", "✓", "☑", "true", "yes", "y", "1", "on"})
_FALSE: Final = frozenset({"否", "无", "未", "没有", "×", "✗", "□", "false", "no", "n", "0", "off"})
_SEPARATORS: Final = re.compile(r"[、;；\n]|[，,](?![0-9]{3}(?![0-9]))")
_SENTENCE_END: Final = "。！？；：…”』」》）.!?;:)"
_SHORTEST_BROKEN_LINE: Final = 12
"""Characters from which a line without an end mark is taken for a broken one, not for a heading."""


def parse_value(field: Field, text: str, *, today: date) -> Parsed:
    """Read ``text`` as a value of ``field``. ``today`` is the day in Asia/Shanghai."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n")
    if not typed.strip():
        return NOTHING
    unit = str(field.schema.get("x-unit", ""))
    match field.kind:
        case "date":
            return parse_date(typed, today)
        case "date-time":
            return parse_datetime(typed, today)
        case "decimal":
            return parse_decimal(typed, unit)
        case "integer":
            return parse_integer(typed, unit)
        case "boolean":
            return _boolean(typed)
        case "list":
            return _list(field, typed)
        case "string" if field.choices:
            return _choice(field.choices, typed)
        case "string":
            return _text(field, typed)
        case kind:
            raise ValueError(f"a field of kind {kind} is not typed as one text")


def _text(field: Field, typed: str) -> Parsed:
    for _, _, message in breaches({"": typed}):
        return Parsed(question=message.replace("{label}", field.title))
    check: Callable[[str], Any] | None = SOFT_CHECKS.get(field.schema.get("x-format", ""))
    if check is None or "x-format-when" in field.schema:
        return Parsed(typed)
    finding = check(typed)
    if finding is None:
        return Parsed(typed)
    if (
        finding.suggestion
        and check(finding.suggestion) is None
        and finding.code in ("DOCNO_STYLE", "USCC_FORM")
    ):
        return Parsed(finding.suggestion, f"理解为 {finding.suggestion}")
    return Parsed(typed, question=finding.message)


def _boolean(typed: str) -> Parsed:
    word = half_width(typed).strip().lower()
    if word in _TRUE:
        return Parsed(True, "" if word == "是" else "理解为 是")
    if word in _FALSE:
        return Parsed(False, "" if word == "否" else "理解为 否")
    return Parsed(question=f"“{typed.strip()}”是“是”还是“否”？")


def _choice(choices: tuple[Any, ...], typed: str) -> Parsed:
    if typed in choices:
        return Parsed(typed)
    plain = {_plain(str(choice)): choice for choice in choices}
    word = _plain(typed)
    if word in plain:
        return Parsed(plain[word], f"理解为 {plain[word]}")
    near = [choice for key, choice in plain.items() if word and (word in key or key in word)]
    if len(near) == 1:
        return Parsed(question=f"“{typed.strip()}”是“{near[0]}”吗？请选择。")
    return Parsed(question=f"“{typed.strip()}”不在可选的值中：{'、'.join(map(str, choices))}。")


def _plain(text: str) -> str:
    return re.sub(r"\s", "", half_width(text)).lower()


def _list(field: Field, typed: str) -> Parsed:
    words = [word.strip() for word in _SEPARATORS.split(typed) if word.strip()]
    if not words:
        return NOTHING
    if not field.choices:
        return Parsed(list(dict.fromkeys(words)))
    values: list[Any] = []
    for word in words:
        found = _choice(field.choices, word)
        if found.value is None:
            return found
        values.append(found.value)
    return Parsed(list(dict.fromkeys(values)))


def join_hard_breaks(text: str) -> str | None:
    """``text`` with line breaks inside sentences taken out, or None when there are none worth asking about.

    Pasted from PDFs and old papers, lines break at the margin; the form offers 合并断行 and keeps the original.
    """
    lines = text.split("\n")
    joined = [lines[0]]
    for line in lines[1:]:
        before = joined[-1].rstrip()
        broken = len(before) >= _SHORTEST_BROKEN_LINE and before[-1] not in _SENTENCE_END
        if (
            broken
            and line.strip()
            and not re.match(r"[\s　]|[（(]?[0-9一二三四五六七八九十]{1,3}[)）.、．]", line)
        ):
            between = (
                " "
                if before[-1].isascii() and before[-1].isalnum() and line[0].isascii() and line[0].isalnum()
                else ""
            )
            joined[-1] = before + between + line
        else:
            joined.append(line)
    return "\n".join(joined) if len(joined) < len(lines) else None
