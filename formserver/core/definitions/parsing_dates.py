"""Dates and times as people write them: 2024.5.6, 24/5/6, 5月6日, 二〇二四年五月六日, 45418, 5月6日上午9点半."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from formserver.core.definitions.formats import half_width
from formserver.core.definitions.libraries import chinese_number
from formserver.core.definitions.parsed import NOTHING, Parsed

_SERIAL_ZERO: Final = date(1899, 12, 30)
_SERIALS: Final = range(20000, 80000)
"""Spreadsheet day numbers taken for dates: 1954 to 2119."""
_PAST, _FUTURE = 30, 10
"""How far from today a two-digit year may lie, in years."""

_YMD = re.compile(r"([0-9]{4}|[0-9]{2})\s*([-./年])\s*([0-9]{1,2})\s*([-./月])\s*([0-9]{1,2})\s*[日号]?")
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_MONTH_DAY = re.compile(r"([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?")
_BARE = re.compile(r"([0-9]{1,2})[-./]([0-9]{1,2})")
_YEAR_MONTH = re.compile(r"((?:[0-9]{4}|[0-9]{2})[-./年])?\s*[0-9]{1,2}\s*月?")
_CHINESE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")
_WORDS: Final = {"前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2}
_TIME = re.compile(
    r"(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间)?\s*([0-9]{1,2})\s*(?:[:点时]\s*([0-9]{1,2}|半|整|一刻|三刻)?\s*分?(?::([0-9]{2}))?)\s*$"
)
_QUARTERS: Final = {"半": 30, "整": 0, "一刻": 15, "三刻": 45}


def parse_date(text: str, today: date) -> Parsed:
    """A date as ``2024-05-06``. ``today`` gives the year of ``5月6日`` and the century of ``24/5/6``."""
    cleaned = half_width(text).strip()
    if not cleaned:
        return NOTHING
    found = _read_date(cleaned, today)
    if isinstance(found, str):
        return Parsed(question=found)
    value = found.isoformat()
    return Parsed(value) if text.strip() == value else Parsed(value, f"理解为 {_said(found)}")


def parse_datetime(text: str, today: date) -> Parsed:
    """A time to the minute as ``2024-05-06T09:30``."""
    cleaned = half_width(text).strip().replace("：", ":")
    if not cleaned:
        return NOTHING
    if re.fullmatch(r"[0-9]{5}\.[0-9]+", cleaned) and int(cleaned[:5]) in _SERIALS:
        return _serial_time(cleaned)
    cut = re.sub(r"(?<=[0-9])T(?=[0-9])", " ", cleaned)
    match = _TIME.search(cut)
    head = cut[: match.start()].strip(" ,，") if match else cut
    if match is None:
        day = _read_date(cut, today)
        return Parsed(
            question=day if isinstance(day, str) else f"{_said(day)}几点几分？请补上时间，例如 9:30。"
        )
    if not head:
        return Parsed(question="请补上日期，例如 5月6日 9:30。")
    day = _read_date(head, today)
    if isinstance(day, str):
        return Parsed(question=day)
    clock = _read_clock(match)
    if isinstance(clock, str):
        return Parsed(question=clock)
    value = f"{day.isoformat()}T{clock[0]:02}:{clock[1]:02}"
    exact = text.strip().replace(" ", "T") == value
    dropped = "（秒不记）" if match[4] else ""
    return Parsed(value, "" if exact else f"理解为 {_said(day)} {clock[0]}时{clock[1]:02}分{dropped}")


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _read_date(text: str, today: date) -> date | str:
    """The date, or the question to ask."""
    if text in _WORDS:
        return today + timedelta(days=_WORDS[text])
    if match := _YMD.fullmatch(text):
        return _full_date(match, today)
    if match := _COMPACT.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    if match := _CHINESE.fullmatch(text):
        return _day(int(match[1].translate(_DIGITS)), chinese_number(match[2]), chinese_number(match[3]))
    if match := _MONTH_DAY.fullmatch(text):
        return _nearest(int(match[1]), int(match[2]), today)
    if re.fullmatch("[0-9]{5}", text) and int(text) in _SERIALS:
        return _SERIAL_ZERO + timedelta(days=int(text))
    if match := _BARE.fullmatch(text):
        guess = _nearest(int(match[1]), int(match[2]), today)
        if isinstance(guess, date):
            return f"“{text}”是 {_said(guess)} 吗？请写成 {guess.isoformat()}。"
    if _YEAR_MONTH.fullmatch(text):
        return f"“{text}”还缺几日，请写完整，例如 {today.isoformat()}。"
    return f"“{text}”不像日期，请写成 {today.isoformat()} 这样。"


def _full_date(match: re.Match[str], today: date) -> date | str:
    year, first, month, second, day = int(match[1]), match[2], int(match[3]), match[4], int(match[5])
    if (first == "年") != (second == "月") and first != second:
        return f"“{match[0]}”的写法前后不一，请写成 {today.isoformat()} 这样。"
    if len(match[1]) == 2:
        year += 2000
        if not today.year - _PAST <= year <= today.year + _FUTURE:
            return f"“{match[0]}”是哪一年？请写四位年份。"
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date | str:
    try:
        return date(year, month, day)
    except ValueError:
        if 1 <= month <= 12 and day <= 31:
            return f"{year}年{month}月没有{day}日，请核对。"
        return f"{year}年{month}月{day}日不存在，请核对。"


def _nearest(month: int, day: int, today: date) -> date | str:
    """The year that brings month and day closest to today: 12月28日 typed on 3 January is last year's."""
    candidates = [_day(today.year + shift, month, day) for shift in (-1, 0, 1)]
    days = [found for found in candidates if isinstance(found, date)]
    return min(days, key=lambda found: abs(found - today)) if days else str(candidates[1])


def _read_clock(match: re.Match[str]) -> tuple[int, int] | str:
    part, hour, minute = match[1], int(match[2]), match[3] or "0"
    minutes = _QUARTERS[minute] if minute in _QUARTERS else int(minute)
    if hour > 23 or minutes > 59:
        return f"“{match[0].strip()}”不是一天中的时间；午夜请写次日 0:00。"
    if part in ("下午", "傍晚", "晚上", "夜间") and hour <= 12:
        if hour == 12 and part != "下午":
            return f"“{match[0].strip()}”是中午还是午夜？请用 24 小时制，例如 23:30。"
        hour = hour if hour == 12 else hour + 12
    elif part == "中午" and hour in (1, 2):
        hour += 12
    elif part in ("凌晨", "上午") and hour == 12:
        return f"“{match[0].strip()}”是 0 点还是 12 点？请用 24 小时制，例如 12:30。"
    return hour, minutes


def _serial_time(text: str) -> Parsed:
    whole, _, fraction = text.partition(".")
    minutes = round(int(fraction) * 1440 / 10 ** len(fraction))
    moment = datetime.combine(_SERIAL_ZERO, datetime.min.time()) + timedelta(days=int(whole), minutes=minutes)
    return Parsed(
        moment.strftime("%Y-%m-%dT%H:%M"),
        f"理解为 {_said(moment.date())} {moment.hour}时{moment.minute:02}分",
    )
