"""How each column of a sheet is read: its reader, what stands for a blank cell, and the columns nobody asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from formserver.equipment.columns import BY_KEY, Column
from formserver.equipment.reading.dates import Dates
from formserver.equipment.reading.headings import meaning_of
from formserver.equipment.reading.model import Level, SheetPlan
from formserver.equipment.reading.models_cells import read_model
from formserver.equipment.reading.planning import column_name
from formserver.equipment.reading.units import fits
from formserver.equipment.reading.values import NOTHING, Read, reader_for
from formserver.rendering.sheet_reading import cell_text, letters

Reader = Callable[[Any], tuple[str, Read | None]]
"""The text of a cell and what it comes to; None: the text is the value and there is nothing to say."""
MOST_KEPT: Final = 20_000
_DIFFERING: Final = frozenset(("seq", "model", "remark"))
"""Columns whose cells mostly differ: remembering them costs more than reading them."""
_WHEN_EMPTY: Final = {
    "model": read_model(""),
    "quantity": Read("1", Level.WARNING, "QUANTITY_EMPTY", "没有填写数量，按 1 台计；请补填。"),
    "status": Read("", Level.WARNING, "STATUS_EMPTY", "没有填写使用状态，按在用统计；请补填。"),
}


@dataclass(frozen=True, slots=True)
class ColumnReader:
    """One column with a meaning. ``kept`` remembers what was read of cells (not of truth values: True equals 1, and is
    something else in a cell), None where most cells differ."""

    key: str
    place: int
    title: str
    read: Reader
    kept: dict[Any, tuple[str, Read | None]] | None
    when_empty: Read | None


def column_readers(how: SheetPlan, as_of: date) -> tuple[list[ColumnReader], list[tuple[int, str]]]:
    """The readers in order of columns, and (place, unique heading) of the columns kept as extra."""
    readers, extra, taken = [], [], set()
    for heading in sorted(how.headings, key=lambda one: one.place):
        title = column_name(heading)
        if heading.key:
            kept: dict[Any, tuple[str, Read | None]] | None
            kept = None if heading.key in _DIFFERING else {}
            read = _reader(heading.key, title, as_of)
            empty = _WHEN_EMPTY.get(heading.key)
            readers.append(ColumnReader(heading.key, heading.place, title, read, kept, empty))
            continue
        if title in taken:
            title = f"{title}（{letters(heading.place)}列）"
        taken.add(title)
        extra.append((heading.place, title))
    return readers, extra


def _reader(key: str, title: str, as_of: date) -> Reader:
    column = BY_KEY[key]
    if column.kind == "model":
        return _model
    if column.kind == "text":
        return _text(column)
    if column.kind == "date":
        return _dated(Dates(column.title, as_of))
    unit = meaning_of(title).unit
    read = reader_for(column, unit if fits(key, unit) else "")

    def read_cell(raw: Any) -> tuple[str, Read | None]:
        text = cell_text(raw)
        return (text, read(text)) if text else ("", NOTHING)

    return read_cell


def _text(column: Column) -> Reader:
    longest = column.longest
    message = f"“{column.title}”超过 {longest} 字，请核对是否填错了列。"

    def read(raw: Any) -> tuple[str, Read | None]:
        text = " ".join(raw.split()) if isinstance(raw, str) else cell_text(raw)
        if len(text) <= longest:
            return text, None
        return text, Read(text, Level.WARNING, "TEXT_LONG", message)

    return read


def _model(raw: Any) -> tuple[str, Read | None]:
    if isinstance(raw, str):
        text = raw.strip()
        return (text, read_model(text)) if text else ("", NOTHING)
    return cell_text(raw), read_model(raw)


def _dated(dates: Dates) -> Reader:
    def read(raw: Any) -> tuple[str, Read | None]:
        text = cell_text(raw)
        if not text:
            return "", NOTHING
        return text, dates.number(text) if isinstance(raw, int | float) else dates(text)

    return read


def absent(how: SheetPlan, keys: Sequence[str]) -> list[str]:
    """What is said once about columns a sheet does not have."""
    says = {
        "name": "没有“设备名称”列，只能按型号识别，结论最多是待确认。",
        "model": "没有“设备型号”列，只能按名称识别。",
        "quantity": "没有“数量”列，每行按 1 台计。",
        "status": "没有“使用状态”列，全部按在用统计。",
    }
    return [f"工作表“{how.title}”{text}" for key, text in says.items() if key not in keys]
