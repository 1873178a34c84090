"""Rows of a checked list as rows of 现场核查表; pure. What a person said in the list comes along as theirs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from formserver.core.definitions.fields import ROW_KEY
from formserver.core.ids import new_row_key
from formserver.core.models import Json
from formserver.equipment.models import ListRow
from formserver.equipment.widget_rows import MADE_TEXT, first_day, text_of

FROM_LIST: Final = "from_list"
"""Property of a row: the list and the number of the row it was made from; never printed."""
_LENGTHS: Final = {"name": 80, "model": 80, "maker": 80, "location": 80}
_STATED: Final = {"name": "name", "model": "model", "maker": "manufacturer", "location": "location"}
_STATES: Final = ("在用", "备用", "停用", "已拆除")
_GRADES: Final = {"1级": "1", "2级": "2", "3级": "3", "无标识": "无标识"}
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?", re.ASCII)
_STEAM: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,4})?)\s*t/h", re.ASCII | re.IGNORECASE)
_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Filled:
    """``rows`` are those of the form afterwards, ``added`` how many are new. ``known`` stood there already, ``blocked``
    cannot be judged before they are mended in the list, ``over`` found no room."""

    rows: list[Json]
    added: int = 0
    known: int = 0
    blocked: int = 0
    over: int = 0
    first: str = field(default="")
    """Key of the first new row."""


def with_rows_of(
    rows: Sequence[Json], found: Iterable[ListRow], reasons: Mapping[int, str], most: int
) -> Filled:
    """``rows`` and behind them those of ``found`` that are not there yet; never more than ``most``.

    A row is there when it came from this row of the list, or when its name, model, date and place are the same as
    often as the list has them. ``reasons`` are what people wrote in the list, by number of the row.
    """
    made, added, known, blocked, over, first = list(rows), 0, 0, 0, 0, ""
    marks = {text_of(row, FROM_LIST) for row in rows} - {""}
    alike = Counter(_likeness(row) for row in rows)
    for row in rows:
        if text_of(row, FROM_LIST):
            alike[_likeness(row)] -= 1
    for one in found:
        if not one.verdict:
            blocked += 1
            continue
        new = form_row(one, reasons.get(one.number, ""))
        if text_of(new, FROM_LIST) in marks:
            known += 1
        elif alike[_likeness(new)] > 0:
            alike[_likeness(new)] -= 1
            known += 1
        elif len(made) >= most:
            over += 1
        else:
            made.append(new)
            added += 1
            first = first or str(new[ROW_KEY])
    return Filled(made, added, known, blocked, over, first)


def form_row(row: ListRow, reason: str = "") -> Json:
    """One row of the form; its result is the server's to work out."""
    values = _values(row)
    made: dict[str, Any] = {
        key: str(values.get(name, ""))[: _LENGTHS[key]].strip() for key, name in _STATED.items()
    }
    stated = str(values.get("made", "")).strip()[:40]
    day = first_day(stated)
    made["made_on"] = day.isoformat() if day is not None else ""
    made[MADE_TEXT] = stated if stated != made["made_on"] else ""
    made |= _rated(values)
    quantity = str(values.get("quantity", ""))
    made["qty"] = int(quantity) if re.fullmatch("[1-9][0-9]{0,5}", quantity, re.ASCII) else ""
    status = str(values.get("status", ""))
    made["state"] = status if status in _STATES else ""
    made["eff_class"] = _GRADES.get(str(values.get("label_grade", "")), "")
    made["manual_confirm"] = confirmed_as(row)
    made["manual_reason"] = reason.strip()[:_REASON]
    made[FROM_LIST] = f"{row.list_id}/{row.number}"
    return {ROW_KEY: new_row_key(), **{key: value for key, value in made.items() if value != ""}}


def confirmed_as(row: ListRow) -> str:
    """人工确认 by what people decided in the list; empty where nobody has spoken. What was only taken over, and what a
    person left at 待确认, is still to be looked at."""
    if not row.decided:
        return ""
    if row.decided == "carried" or row.standing == "review":
        return "待核实"
    return "确认淘汰" if row.standing == "eliminated" else "排除"


def _values(row: ListRow) -> Mapping[str, Any]:
    values = row.stated.get("values")
    return values if isinstance(values, Mapping) else {}


def _rated(values: Mapping[str, Any]) -> dict[str, str]:
    power, capacity = str(values.get("power_kw", "")), str(values.get("capacity_kva", ""))
    steam = _STEAM.fullmatch(str(values.get("boiler_capacity", "")).strip())
    if _AMOUNT.fullmatch(capacity) and not (
        _AMOUNT.fullmatch(power) and "变压器" not in str(values.get("name"))
    ):
        return {"rated": capacity, "rated_unit": "kVA"}
    if steam is not None:
        return {"rated": steam[1], "rated_unit": "t/h"}
    if _AMOUNT.fullmatch(power):
        return {"rated": power, "rated_unit": "kW"}
    return {}


def _likeness(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        "".join(unicodedata.normalize("NFKC", text_of(row, key)).split()).upper()
        for key in ("name", "model", "made_on", "location")
    )
