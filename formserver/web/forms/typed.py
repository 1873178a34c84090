"""Dates and numbers as people write them (``5月6日``, ``2024.5.6``, ``1,234.5``, ``1.2万``).

What is certain becomes a value, and where something had to be understood the reading says how; what is not certain
stays text with a question (corrections 13). Nothing here guesses silently.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from formserver.core.definitions.formats import half_width

_SEPARATED = re.compile(r"(\d{4}|\d{2})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_COMPACT = re.compile(r"(19\d\d|20\d\d)(\d\d)(\d\d)", re.ASCII)
_NO_YEAR = re.compile(r"(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]", re.ASCII)
_SERIAL = re.compile(r"[2-7]\d{4}", re.ASCII)
_TIME = re.compile(
    r"(上午|下午|中午|晚上|晚|凌晨)?\s*(\d{1,2})\s*(?:[:：]\s*(\d{2})(?::\d{2})?|[时点]\s*(?:(\d{1,2})\s*分?|(整|半))?)",
    re.ASCII,
)
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)?(?:\.(\d*))?\s*(万|亿)?", re.ASCII)
_NOTHING: Final = frozenset({"无", "/", "-", "—", "——", "－", "没有", "不详"})
_SCALE: Final = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
_EXCEL_EPOCH: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Reading:
    """``value`` is the canonical text, or None when the text was not understood; then ``note`` is the question.

    With a value, ``note`` says how a doubtful form was understood, or is empty.
    """

    value: str | None
    note: str = ""


def read_date(text: str, today: date) -> Reading:
    """A calendar day as ``2026-05-06``."""
    cleaned = half_width(text).strip()
    if match := _SEPARATED.fullmatch(cleaned):
        year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
        return _day(year, int(match[2]), int(match[3]), note=len(match[1]) == 2)
    if match := _COMPACT.fullmatch(cleaned):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _NO_YEAR.fullmatch(cleaned):
        return _day(today.year, int(match[1]), int(match[2]), note=True)
    if _SERIAL.fullmatch(cleaned):
        day = _EXCEL_EPOCH + timedelta(days=int(cleaned))
        return Reading(day.isoformat(), f"表格软件的日期序号，已识别为 {day.isoformat()}，请核对。")
    return Reading(None, f"“{_short(text)}”不是完整的日期，请写成 2026-05-06 这样的形式。")


def read_datetime(text: str, today: date) -> Reading:
    """A moment to the minute as ``2026-05-06T09:30``."""
    cleaned = half_width(text).strip().replace("T", " ")
    question = Reading(None, f"“{_short(text)}”不是完整的时间，请写成 2026-05-06 09:30 这样的形式。")
    for match in _TIME.finditer(cleaned):
        if match.end() != len(cleaned) or match.start() == 0:
            continue
        day = read_date(cleaned[: match.start()].strip(" ,，"), today)
        time = _clock(match)
        if day.value is not None and time is not None:
            note = f"已识别为 {day.value} {time}，请核对。" if day.note or match[1] else ""
            return Reading(f"{day.value}T{time}", note)
    return question


def read_number(text: str, *, whole: bool = False) -> Reading:
    """A canonical decimal (or a whole number); ``1.2万`` is 12000."""
    cleaned = half_width(text).strip().replace("，", ",")
    if cleaned in _NOTHING:
        return Reading(None, f"“{_short(text)}”不是数字；没有数据请留空，并在备注中说明。")
    match = _NUMBER.fullmatch(cleaned)
    if match is None or not (match[2] or match[3]) or len(cleaned) > 50:
        return Reading(None, f"“{_short(text)}”不是确定的数字，请只填数字，例如 1234.5。")
    digits = (match[2] or "0").replace(",", "").lstrip("0") or "0"
    fraction = match[3] or ""
    plain = ("-" if match[1] == "-" else "") + digits + ("." + fraction if fraction else "")
    note = ""
    if match[4]:
        plain = format((Decimal(plain) * _SCALE[match[4]]).normalize(), "f")
        note = f"已识别为 {plain}，请核对。"
    if whole and "." in plain:
        return Reading(None, f"“{_short(text)}”应为整数。")
    return Reading(plain, note)


def _day(year: int, month: int, day: int, *, note: bool = False) -> Reading:
    try:
        found = date(year, month, day).isoformat()
    except ValueError:
        return Reading(None, f"{year} 年没有 {month} 月 {day} 日，请核对日期。")
    return Reading(found, f"已识别为 {found}，请核对年份。" if note else "")


def _clock(match: re.Match[str]) -> str | None:
    hour = int(match[2])
    minute = int(match[3] or match[4] or (30 if match[5] == "半" else 0))
    if match[1] in ("下午", "晚上", "晚", "中午") and hour < 12 and not (match[1] == "中午" and hour >= 11):
        hour += 12
    if hour > 23 or minute > 59:
        return None
    return f"{hour:02}:{minute:02}"


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
