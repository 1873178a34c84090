"""When something was made, as an interval of days (matching specification §3): a year alone is all its days."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

Interval = tuple[date, date]
_EXCEL_ZERO: Final = date(1899, 12, 30)
_EXCEL: Final = range(20000, 60001)
_CHINESE_DIGITS: Final = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_SEPARATED = r"\s*[-./年]\s*"
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY = re.compile(
    rf"(\d{{4}}|\d{{2}}){_SEPARATED}(\d{{1,2}})(?:\s*[-./月]\s*(\d{{1,2}})\s*[日号]?)?\s*月?(?:[ T].*)?"
)
_YEAR = re.compile(r"(\d{4})\s*年?")
_PART_OF_YEAR = re.compile(
    r"(\d{4}|\d{2})\s*年\s*(?:初|中|底|末|年初|年底|年末|上半年|下半年|春|夏|秋|冬)季?"
)
_SHORT_YEAR = re.compile(r"(\d{2})\s*年?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_DECADE = re.compile(r"(?:(\d{2})世纪)?(\d)0年代")
_BEFORE = re.compile(r"(.+?)(?:及|\(含\)|含)?(?:以前|之前|前)")
_AFTER = re.compile(r"(.+?)(?:及|\(含\)|含)?(?:以后|之后|后)")
_SPAN = re.compile(r"(\d{4})\s*年?\s*[-~至到]\s*(\d{4})\s*年?")
_FIRST, _LAST = date(1900, 1, 1), date(2100, 12, 31)


@lru_cache(maxsize=8192)
def made_interval(text: str) -> Interval | None:
    """First and last possible day, None where nothing can be read from ``text``. Never raises."""
    plain = (
        unicodedata.normalize("NFKC", text[:40]).strip().replace("~", "-").replace("—", "-").replace("–", "-")
    )
    if not plain:
        return None
    try:
        return _interval(plain)
    except (ValueError, OverflowError):
        return None


def _interval(plain: str) -> Interval | None:
    if match := _SPAN.fullmatch(plain):
        return _ordered(_year(match[1]), _year(match[2]))
    if match := _SERIAL.fullmatch(plain):
        serial = int(plain.split(".")[0])
        if serial not in _EXCEL:
            return None
        day = _EXCEL_ZERO + timedelta(days=serial)
        return day, day
    if match := _YEAR.fullmatch(plain) or _SHORT_YEAR.fullmatch(plain) or _PART_OF_YEAR.fullmatch(plain):
        return _year(match[1])
    if match := _DAY.fullmatch(plain):
        return _month(match[1], match[2], match[3])
    if match := _PACKED.fullmatch(plain):
        return _month(match[1], match[2], match[3])
    if match := _DECADE.search(plain):
        century = {"19": 1800, "20": 1900, "21": 2000}.get(match[1] or "20")
        return None if century is None else (
            date(century + 10 * int(match[2]), 1, 1), date(century + 10 * int(match[2]) + 9, 12, 31)
        )  # fmt: skip
    if match := _BEFORE.fullmatch(plain):
        bound = _interval(match[1])
        return bound and (_FIRST, bound[1])
    if match := _AFTER.fullmatch(plain):
        bound = _interval(match[1])
        return bound and (bound[0], _LAST)
    digits = plain.translate(_CHINESE_DIGITS)
    return _interval(digits) if digits != plain else None


def _year(text: str) -> Interval:
    year = _full(text)
    return date(year, 1, 1), date(year, 12, 31)


def _month(year_text: str, month_text: str, day_text: str | None) -> Interval | None:
    year, month = _full(year_text), int(month_text)
    if day_text:
        day = date(year, month, int(day_text))
        return day, day
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _full(text: str) -> int:
    year = int(text)
    if len(text) == 2:
        year += 1900 if year >= 50 else 2000
    if not _FIRST.year <= year <= _LAST.year:
        raise ValueError(text)
    return year


def _ordered(one: Interval, other: Interval) -> Interval | None:
    return (one[0], other[1]) if one[0] <= other[1] else None
