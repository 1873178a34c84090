"""Reading an Excel file into rows of the register, each with what was understood and where it stood.

Nothing is dropped silently: every sheet, column and row that is not used is named in the report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from formserver.core.pinyin import narrow
from formserver.enterprises.models import FIELDS
from formserver.rendering.sheet_reading import NOT_A_WORKBOOK, cell_text, letters, read_sheets

MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 80
HEADER_SEARCH: Final = 10
_NOISE = re.compile(r"[\s*＊:：()（）/／、\-_]+")


@dataclass(slots=True)
class SheetRow:
    """One line of the file: its number as Excel shows it, the values by field, the cell of each, what was odd."""

    number: int
    values: dict[str, Any]
    cells: dict[str, str]
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Workbook:
    """What a file holds: rows, and remarks about what was not used."""

    sheet: str
    header_row: int
    columns: dict[str, str]
    rows: list[SheetRow]
    remarks: list[str]


def read_workbook(data: bytes, name: str) -> Workbook:
    """Read the first sheet that has a header line. Raises NOT_A_WORKBOOK with the reason and the way out."""
    sheets = read_sheets(data, name)
    for title, table in sheets:
        header = _find_header(table)
        if header is not None:
            others = [
                other
                for other, rows in sheets
                if other != title and any(any(cell_text(c) for c in r) for r in rows)
            ]
            return _read_sheet(title, table, header, others, name)
    raise NOT_A_WORKBOOK(name=name, reason="没有找到含“单位名称”的表头，请使用导入模板")


def _header_key(text: str) -> str | None:
    cleaned = _NOISE.sub("", narrow(text))
    for item in FIELDS:
        names = (item.label, item.key, *item.synonyms)
        if cleaned in {_NOISE.sub("", narrow(n)) for n in names}:
            return item.key
    return None


def _find_header(table: Sequence[Sequence[Any]]) -> int | None:
    for index, row in enumerate(table[:HEADER_SEARCH]):
        if "name" in {_header_key(cell_text(cell)) for cell in row[:MAX_COLUMNS] if cell_text(cell)}:
            return index
    return None


def _read_sheet(
    title: str, table: Sequence[Sequence[Any]], header: int, others: list[str], name: str
) -> Workbook:
    columns: dict[int, str] = {}
    remarks = [f"工作表“{other}”没有导入，只读取“{title}”。" for other in others]
    for index, cell in enumerate(table[header]):
        text = cell_text(cell)
        key = _header_key(text) if index < MAX_COLUMNS else None
        if key is None:
            if text:
                remarks.append(f"{letters(index)}列“{text}”不是档案中的项目，没有导入。")
        elif key in columns.values():
            remarks.append(f"{letters(index)}列“{text}”与前面的列重复，没有导入。")
        else:
            columns[index] = key
    if header > 0:
        remarks.append(f"表头在第 {header + 1} 行，之前的 {header} 行当作标题，没有导入。")
    rows = []
    for offset, row in enumerate(table[header + 1 :], start=header + 2):
        if any(cell_text(cell) for cell in row):
            rows.append(_read_row(offset, row, columns))
    if len(rows) > MAX_ROWS:
        raise NOT_A_WORKBOOK(
            name=name, reason=f"共有 {len(rows)} 行，一次最多导入 {MAX_ROWS} 行，请拆成几个文件"
        )
    if not rows:
        raise NOT_A_WORKBOOK(name=name, reason=f"工作表“{title}”的表头下面没有内容")
    return Workbook(title, header + 1, {letters(i): k for i, k in columns.items()}, rows, remarks)


def _read_row(number: int, row: Sequence[Any], columns: Mapping[int, str]) -> SheetRow:
    made = SheetRow(number, {}, {})
    for index, key in columns.items():
        cell = row[index] if index < len(row) else ""
        text = cell_text(cell)
        if not text:
            continue  # an empty cell says nothing and changes nothing
        where = f"{letters(index)}{number}"
        made.cells[key] = where
        if key == "key_user":
            _read_flag(made, text, where)
        else:
            if key == "uscc" and isinstance(cell, int | float) and abs(cell) >= 1e15:
                made.notes.append(
                    f"{where}：信用代码被表格软件存成了数字，末几位可能已丢失，请改为文本后重新填写。"
                )
            made.values[key] = text
    outside = [letters(i) for i, cell in enumerate(row) if i >= MAX_COLUMNS and cell_text(cell)]
    if outside:
        made.notes.append(f"第 {number} 行 {outside[0]} 列以后的内容没有导入。")
    return made


def _read_flag(made: SheetRow, text: str, where: str) -> None:
    if text in ("是", "√", "1", "Y", "y", "对", "重点", "true", "True"):
        made.values["key_user"] = True
    elif text in ("否", "×", "0", "N", "n", "非重点", "false", "False", "-", "/"):
        made.values["key_user"] = False
    else:
        made.notes.append(f"{where}：“{text[:20]}”看不出是或否，没有采用，请填“是”或“否”。")
