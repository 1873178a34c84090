"""Ways out of a result that no field of the page mends: another edition, two periods, the page of the calculator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from flask import url_for

from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator
from formserver.calculators.benchmark_sheet import MOST_PERIODS, Sheet
from formserver.calculators.permissions import CalculatorPermission
from formserver.calculators.wording import period_words
from formserver.core.permissions import Actor

OF_EDITIONS: Final = frozenset({"PERIOD_CROSSES_EDITIONS", "LIMIT_UNKNOWN", "STANDARD_NOT_IN_FORCE"})


@dataclass(frozen=True, slots=True)
class Way:
    """A button (``do``) or a link (``url``); ``detail`` says what it means."""

    title: str
    detail: str
    do: str = ""
    url: str = ""


def ways_of(
    library: Library, actor: Actor, sheet: Sheet, no: int, data: Mapping[str, Any]
) -> tuple[Way, ...]:
    """What can be done about the troubles of one period's result."""
    codes = {one["code"] for one in data["troubles"]} & OF_EDITIONS
    period = sheet.period(no)
    if not codes or period is None:
        return ()
    start, end = date.fromisoformat(data["start"]), date.fromisoformat(data["end"])
    editions = [one for one in library.editions(sheet.calculator) if sheet.product_key in one.products]
    found: list[Way] = []
    day = _change(library, sheet.calculator, start, end)
    if "PERIOD_CROSSES_EDITIONS" in codes and day is not None and len(sheet.periods) < MOST_PERIODS:
        halves = (period_words(*_texts(start, day - timedelta(days=1))), period_words(*_texts(day, end)))
        found.append(
            Way(
                f"从 {_day(day)} 分成两期",
                f"{halves[0]}；{halves[1]}。已填的数留在后一期，请再按两期分别填写。",
                f"split-{no}-{day}",
            )
        )
    if period.edition:
        found.append(Way("由统计期决定适用标准", "不再指定版本。", f"edition-{no}-"))
    found += [
        Way(f"按 {one.standard} 核算", _meaning(one, start, end), f"edition-{no}-{one.edition}")
        for one in editions
        if one.edition != (period.edition or (data["edition"] if data["indicators"] else ""))
    ]
    return (*found, *_maintaining(actor, data, codes))


def _maintaining(actor: Actor, data: Mapping[str, Any], codes: set[str]) -> Sequence[Way]:
    if "LIMIT_UNKNOWN" not in codes:
        return ()
    url = url_for("calculators.pack", name=data["calculator"], edition=data["edition"]) + "#limits"
    if actor.may(CalculatorPermission.MAINTAIN):
        text = "另存草案，补上缺少的版本或数值，发布后即可判定。"
        return (Way("到计算包补录限额", text, url=url),)
    return (Way("查看计算包", "哪些限额已经录入；缺少的请维护人员补录。", url=url),)


def _change(library: Library, name: str, start: date, end: date) -> date | None:
    """The first day inside the period on which another edition begins."""
    begins = {one.valid_from for one in library.editions(name) if one.valid_from is not None}
    return min((day for day in begins if start < day <= end), default=None)


def _meaning(one: Calculator, start: date, end: date) -> str:
    begin = f"{_day(one.valid_from)} 起施行" if one.valid_from else "早已施行"
    until = f"，至 {_day(one.valid_to)}" if one.valid_to else ""
    low, high = one.valid_from or date.min, one.valid_to or date.max
    inside = "" if low <= end and start <= high else "；统计期内不适用，只作测算预览"
    return f"{begin}{until}{inside}。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _texts(start: date, end: date) -> tuple[str, str]:
    return start.isoformat(), end.isoformat()
