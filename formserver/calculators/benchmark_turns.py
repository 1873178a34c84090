"""The buttons of the benchmark page that change the sheet itself, for browsers without scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from formserver.calculators.benchmark_sheet import MOST_LINES, Sheet, new_line

_LINE = re.compile(r"(add|copy|delete)-([0-9]{1,6})(?:-([0-9]{1,6}))?", re.ASCII)
_SUGGESTED = re.compile(r"suggest-([0-9]{1,6})-([a-z][a-z0-9_]{0,63})", re.ASCII)
_INDUSTRY = re.compile(r"industry-([a-z][a-z0-9_]{0,63})", re.ASCII)
_PRODUCT = re.compile(r"product-([a-z][a-z0-9_]{0,63}\.[a-z][a-z0-9_]{0,63})", re.ASCII)
_EDITION = re.compile(r"edition-([0-9]{1,6})-([A-Za-z0-9._+-]{0,100})", re.ASCII)
_SPLIT = re.compile(r"split-([0-9]{1,6})-([0-9]{4}-[01][0-9]-[0-3][0-9])", re.ASCII)
_PERIOD = re.compile(r"without-([0-9]{1,6})", re.ASCII)


def turned(sheet: Sheet, do: str) -> Sheet:
    """The sheet after ``do``, else unchanged.

    ``do`` is ``add-0``, ``suggest-0-electricity``, ``copy-0-3``, ``delete-0-3``, ``period``, ``without-1``,
    ``industry-cement``, ``product-cement.clinker``, ``edition-0-gb16780-2021``, ``split-0-2022-11-01``.
    """
    if changed := _whole(sheet, do):
        return changed
    if match := _SUGGESTED.fullmatch(do):
        period = sheet.period(int(match[1]))
        if period is None or len(period.lines) >= MOST_LINES:
            return sheet
        return sheet.with_lines(period.no, (*period.lines, new_line(period.lines, carrier=match[2])))
    match = _LINE.fullmatch(do)
    period = sheet.period(int(match[2])) if match else None
    if match is None or period is None:
        return sheet
    lines, no = period.lines, int(match[3] or -1)
    at = next((i for i, line in enumerate(lines) if line.no == no), None)
    if match[1] == "add" and len(lines) < MOST_LINES:
        lines = (*lines, new_line(lines))
    elif match[1] == "copy" and at is not None and len(lines) < MOST_LINES:
        lines = (*lines[: at + 1], new_line(lines, **lines[at].values), *lines[at + 1 :])
    elif match[1] == "delete" and at is not None:
        lines = (*lines[:at], *lines[at + 1 :])
    return sheet.with_lines(period.no, lines)


def _whole(sheet: Sheet, do: str) -> Sheet | None:
    """What changes more than a line of a table."""
    if do == "period":
        return sheet.with_period()
    if match := _PERIOD.fullmatch(do):
        return sheet.without_period(int(match[1]))
    if match := _INDUSTRY.fullmatch(do):
        return replace(sheet.show(""), industry=match[1])
    if match := _PRODUCT.fullmatch(do):
        return sheet.show(match[1])
    if match := _EDITION.fullmatch(do):
        return sheet.with_edition(int(match[1]), match[2])
    match = _SPLIT.fullmatch(do)
    return sheet.split(int(match[1]), match[2]) if match and _is_day(match[2]) else None


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
