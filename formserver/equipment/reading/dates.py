"""Dates of manufacture as people write them: kept as written where they can be understood, never completed."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from formserver.equipment.reading.model import Level
from formserver.equipment.reading.values import NOTHING, Read, tidy
from formserver.equipment.reading.words import NO_ENTRY

_SHAPES: Final = (
    re.compile(r"(?P<y>[12][0-9]{3})年?"),
    re.compile(r"(?P<y>[12][0-9]{3})[-./年](?P<m>[0-9]{1,2})月?"),
    re.compile(r"(?P<y>[12][0-9]{3})[-./年](?P<m>[0-9]{1,2})[-./月](?P<d>[0-9]{1,2})日?"),
    re.compile(r"(?P<s>[0-9]{2})年(?:(?P<m>[0-9]{1,2})月?)?"),
    re.compile(r"(?P<s>[0-9]{2})\.(?P<m>[0-9]{1,2})"),
)
_SOLID: Final = re.compile(r"(?P<y>19[5-9][0-9]|20[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>[0-3][0-9])?")
_SERIAL: Final = re.compile(r"[2-5][0-9]{4}")
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_TIME: Final = re.compile(r"(?<=[0-9])[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?$")
EARLIEST: Final = 1950


class Span(NamedTuple):
    """The first day a written date can mean, and the last."""

    first: date
    last: date


@lru_cache(maxsize=32_768)
def span_of(text: str) -> Span | None:
    """What a date as written can mean; None where nobody can tell."""
    bare = tidy(_TIME.sub("", text.strip()))
    for shape in (*_SHAPES, _SOLID):
        found = shape.fullmatch(bare)
        if found is not None:
            parts = found.groupdict()
            short = parts.get("s")
            year = int(parts["y"]) if not short else int(short) + (1900 if int(short) >= 50 else 2000)
            return _span(year, parts.get("m"), parts.get("d"))
    if _SERIAL.fullmatch(bare):
        day = _EXCEL_EPOCH + timedelta(days=int(bare))
        return Span(day, day)
    return None


def _span(year: int, month: str | None, day: str | None) -> Span | None:
    try:
        if month is None:
            return Span(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return Span(
                date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1])
            )
        exact = date(year, int(month), int(day))
        return Span(exact, exact)
    except ValueError:
        return None


class Dates:
    """Reads the cells of a column of dates."""

    def __init__(self, title: str, as_of: date) -> None:
        self._title, self._as_of = title, as_of

    def __call__(self, text: str) -> Read:
        """The date as written; an ERROR for one that lies ahead."""
        if text.lower() in NO_ENTRY:
            return NOTHING
        span = span_of(text)
        if span is None:
            message = f"“{self._title}”看不懂，按没有填写处理；请写成 1998、1998-05 或 1998-05-20。"
            return Read("", Level.WARNING, "DATE", message)
        if span.first > self._as_of:
            message = f"“{self._title}”晚于基准日 {self._as_of.isoformat()}，请改正。"
            return Read("", Level.ERROR, "DATE_FUTURE", message)
        bare = tidy(_TIME.sub("", text.strip()))
        solid = _SOLID.fullmatch(bare)
        value = "-".join(part for part in solid.groups() if part) if solid else bare
        if span.last.year < EARLIEST:
            return Read(value, Level.WARNING, "DATE_EARLY", f"“{self._title}”早于 {EARLIEST} 年，请核对。")
        return Read(value)

    def number(self, text: str) -> Read:
        """A cell that is a number: 1998.1 may have been 1998.10 before the spreadsheet program took the zero off."""
        read = self(text)
        if not read.code and re.fullmatch(r"[12][0-9]{3}\.1", text):
            year = text[:4]
            message = f"单元格是数值 {text}，可能是 1 月也可能是 10 月，按 {year} 年处理；请写成 {year}-01 或 {year}-10。"
            return Read(year, Level.WARNING, "DATE_UNCLEAR", message)
        return read
