"""A row of 现场核查表 as a question to recognition, and what of it is the server's answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from formserver.core.models import Json
from formserver.equipment.matching.attributes_dates import made_interval

SUGGESTIONS: Final[Mapping[str, str]] = {
    "eliminated": "疑似淘汰",
    "restricted": "限制",
    "review": "待确认",
    "ok": "未命中",
}
"""比对结果 of a form by verdict. A form says 疑似: that a machine is to go is for a person to say."""
UNCERTAIN: Final = SUGGESTIONS["review"]
COMPUTED: Final = (
    "list_hit", "elim_catalog", "elim_deadline", "system_suggestion", "suggestion_note", "compared_on", "compared_by",
)  # fmt: skip
"""Properties of a row that nobody types."""
SETTLED: Final = frozenset({"确认淘汰", "排除"})
"""人工确认 that ends 待确认."""
MADE_TEXT: Final = "made_text"
"""Property of a row: the date of make as a list states it (1998年), which the day in the form can only begin."""
_ASKED: Final = ("name", "model", "rated", "rated_unit")
_POWERS: Final = {"kW": "power_kw", "kVA": "capacity_kva"}
_RATED: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", re.ASCII)


def rows_of(body: Mapping[str, Any], key: str) -> list[Json]:
    """The rows of a list; nonsense in its place is none."""
    rows = body.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def text_of(row: Mapping[str, Any], key: str) -> str:
    """A text without blanks around it; anything else is empty."""
    value = row.get(key)
    return value.strip() if isinstance(value, str) else ""


def question_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Everything of a row that its result rests on. ``again`` counts how often a person asked anew."""
    again = row.get("again")
    asked = again if isinstance(again, int) and not isinstance(again, bool) else 0
    return (*(text_of(row, key) for key in _ASKED), made_of(row), asked)


def made_of(row: Mapping[str, Any]) -> str:
    """The date of make to judge by: what the list said while the form still shows its first day, else the form's."""
    day, text = text_of(row, "made_on"), text_of(row, MADE_TEXT)
    first = first_day(text)
    return text if text and day == (first.isoformat() if first else "") else day


def first_day(text: str) -> date | None:
    """The first day of a day, month or year as written; None for anything wider or unreadable."""
    found = made_interval(text)
    return found[0] if found is not None and found[0].year == found[1].year else None


def stated_of(row: Mapping[str, Any]) -> dict[str, str]:
    """The row by the keys of ``columns.COLUMNS``; empty while neither name nor model is stated.

    Units: kW, kVA and t/h are read; pressures and volume flows say nothing to the catalogues.
    """
    name, model = text_of(row, "name"), text_of(row, "model")
    if not name and not model:
        return {}
    stated = {"name": name, "model": model, "made": made_of(row)}
    rated, unit = text_of(row, "rated"), text_of(row, "rated_unit")
    if _RATED.fullmatch(rated):
        if unit in _POWERS:
            stated[_POWERS[unit]] = rated
        elif unit == "t/h":
            stated["boiler_capacity"] = f"{rated}t/h"
    return {key: text for key, text in stated.items() if text}


def without_results(row: Mapping[str, Any]) -> Json:
    """What people stated of a row."""
    return {key: value for key, value in row.items() if key not in COMPUTED}


def day_of(value: Any) -> date | None:
    """A day as bodies hold it; None for anything else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
