"""企业能耗达标情况表 as a workbook: the sheet to print, the whole calculation with all decimals, the grounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from formserver.calculators.outputs_grounds import calculation_rows, ground_rows
from formserver.calculators.outputs_statement import Shown, Statement, heading_of
from formserver.rendering.sheet_reading import letters
from formserver.rendering.sheet_writing import (
    Look,
    add_sheet,
    book_bytes,
    new_book,
    number_format,
    print_setup,
    put,
    put_wide,
)

_TITLE: Final = Look(size=18, bold=True, align="center", boxed=False)
_SUBTITLE: Final = Look(size=11, align="center", boxed=False)
_WARNING: Final = Look(size=12, bold=True, align="center", boxed=False, colour="FFC00000")
_HEAD: Final = Look(size=9, bold=True, align="center", shaded=True)
_LABEL: Final = Look(size=9, align="center", shaded=True)
_TEXT: Final = Look(size=9)
_NOTE: Final = Look(size=9, boxed=False)
_PAGE_CHARACTERS: Final = 190
"""Characters of 9 points on a line of A4 landscape, shared among the columns by their widths."""


def statement_xlsx(statement: Statement) -> bytes:
    """The file; the same statement gives the same bytes."""
    book = new_book(statement.layout.title)
    _form(book, statement)
    _table(book, "计算过程", calculation_rows(statement.items), [14, 22, 26, 60, 16, 30, 22, 12])
    _table(book, "版本与待确认", ground_rows(statement.items), [14, 46, 34, 22, 14, 40, 40])
    return book_bytes(book)


def _form(book: Any, statement: Statement) -> None:
    layout = statement.layout
    sheet: Any = add_sheet(book, "达标情况表")
    wide = len(layout.columns)
    total = sum(column.width for column in layout.columns)
    for index, column in enumerate(layout.columns):
        sheet.column_dimensions[letters(index)].width = round(
            float(column.width / total) * _PAGE_CHARACTERS, 1
        )
    put_wide(sheet, 1, 1, layout.title, _TITLE, columns=wide)
    sheet.row_dimensions[1].height = 30
    row = 2
    for text, look in ((layout.subtitle, _SUBTITLE), (statement.warning, _WARNING)):
        if text:
            put_wide(sheet, row, 1, text, look, columns=wide)
            row += 1
    row = _pairs(sheet, row, statement.facts, layout.facts_per_line, wide)
    totals = [
        (title, f"{shown.text}{f'（{share}）' if share else ''}") for title, shown, share in statement.totals
    ]
    row = _pairs(sheet, row, totals, layout.facts_per_line, wide)
    head = row
    row = _head(sheet, statement, head)
    for cells in statement.rows:
        _line(sheet, row, cells, statement)
        row += 1
    row = _closing(sheet, row, statement, wide)
    margins = layout.margins
    print_setup(sheet, landscape=layout.landscape, margins_mm=margins, titles=f"{head}:{head + 1}")
    if statement.warning:
        sheet.oddHeader.center.text = statement.warning
    sheet.print_area = f"A1:{letters(wide - 1)}{row - 1}"
    sheet.freeze_panes = f"A{head + 2}"
    sheet.sheet_view.showGridLines = False


def _pairs(sheet: Any, row: int, pairs: Sequence[tuple[str, str]], per_line: int, wide: int) -> int:
    """Label and value side by side, ``per_line`` pairs in a line over the whole width."""
    edges = [round(wide * i / (per_line * 3)) for i in range(per_line * 3 + 1)]
    for begin in range(0, len(pairs), per_line):
        line = [*pairs[begin : begin + per_line]]
        line += [("", "")] * (per_line - len(line))
        for place, (title, text) in enumerate(line):
            first, second, last = edges[place * 3], edges[place * 3 + 1], edges[place * 3 + 3]
            put_wide(sheet, row, first + 1, title, _LABEL, columns=second - first)
            put_wide(sheet, row, second + 1, text, _TEXT, columns=last - second)
        room = _PAGE_CHARACTERS / per_line / 3 - 2
        lines = max(max(_width(title) / room, _width(text) / room / 2) for title, text in line)
        sheet.row_dimensions[row].height = 5 + 13 * max(1, math.ceil(lines))
        row += 1
    return row


def _head(sheet: Any, statement: Statement, row: int) -> int:
    place = 1
    columns = statement.layout.columns
    for group, count in statement.layout.headers:
        if group:
            put_wide(sheet, row, place, group, _HEAD, columns=count)
            for index in range(count):
                put(sheet, row + 1, place + index, heading_of(columns[place - 1 + index]), _HEAD)
        else:
            put_wide(sheet, row, place, heading_of(columns[place - 1]), _HEAD, rows=2)
        place += count
    total = sum(column.width for column in columns)
    grouped = [c for c in columns if c.group]
    low = max((_lines(c.title, c.width / total) for c in grouped), default=1)
    tall = max((_lines(c.title, c.width / total) for c in columns if not c.group), default=1)
    sheet.row_dimensions[row].height = 4 + 13 * max(1, tall - low)
    sheet.row_dimensions[row + 1].height = 4 + 13 * low
    return row + 2


def _line(sheet: Any, row: int, cells: Sequence[Shown], statement: Statement) -> None:
    columns = statement.layout.columns
    total = sum(column.width for column in columns)
    for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
        look = Look(size=9, align=column.align, number=number_format(cell.digits))
        as_text = cell.number is None or len(cell.text) > float(column.width / total) * _PAGE_CHARACTERS - 1
        put(
            sheet, row, index + 1, cell.text if as_text else cell.number, look
        )  # a number too wide shows as ###
    lines = max(_lines(cell.text, c.width / total) for c, cell in zip(columns, cells, strict=True))
    sheet.row_dimensions[row].height = min(400, 13 * lines + 6)


def _lines(text: str, share: Decimal) -> int:
    """How many lines ``text`` takes in a column with this share of the page."""
    room = max(2.0, float(share) * _PAGE_CHARACTERS - 1)
    return sum(max(1, math.ceil(_width(part) / room)) for part in text.split("\n"))


def _width(text: str) -> int:
    """How many narrow characters ``text`` takes: Chinese ones are twice as wide."""
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _closing(sheet: Any, row: int, statement: Statement, wide: int) -> int:
    layout = statement.layout
    put_wide(sheet, row, 1, "判定", _LABEL, columns=2)
    words = "\n".join(statement.sentences)
    put_wide(sheet, row, 3, words, _TEXT, columns=wide - 2)
    sheet.row_dimensions[row].height = (
        15 * sum(max(1, math.ceil(_width(line) / (_PAGE_CHARACTERS * 0.9))) for line in statement.sentences)
        + 6
    )
    row += 1
    if layout.actions:
        put_wide(sheet, row, 1, "处理意见", _LABEL, columns=2)
        put_wide(sheet, row, 3, "　　".join(f"□ {text}" for text in layout.actions), _TEXT, columns=wide - 2)
        sheet.row_dimensions[row].height = 22
        row += 1
    if layout.signatures:
        edges = [round(wide * i / len(layout.signatures)) for i in range(len(layout.signatures) + 1)]
        for place, title in enumerate(layout.signatures):
            width = edges[place + 1] - edges[place]
            put_wide(sheet, row, edges[place] + 1, f"{title}：", _TEXT, columns=width)
        sheet.row_dimensions[row].height = 36
        row += 1
    for number, text in enumerate(layout.notes, start=1):
        put_wide(sheet, row, 1, f"注{number}：{text}", _NOTE, columns=wide)
        sheet.row_dimensions[row].height = (
            14 * max(1, math.ceil(_width(text) / (_PAGE_CHARACTERS * 0.95))) + 2
        )
        row += 1
    return row


def _table(book: Any, title: str, rows: Sequence[Sequence[str]], widths: Sequence[int]) -> None:
    """A plain table of texts; the first row is its head."""
    sheet = add_sheet(book, title)
    for index, width in enumerate(widths):
        sheet.column_dimensions[letters(index)].width = width
    for number, values in enumerate(rows, start=1):
        for place, text in enumerate(values, start=1):
            put(sheet, number, place, text, _HEAD if number == 1 else _TEXT)
        needed = max(
            math.ceil(_width(text) / (width - 1)) for text, width in zip(values, widths, strict=False)
        )
        sheet.row_dimensions[number].height = min(400, 13 * max(1, needed) + 3)
    sheet.freeze_panes = "A2"
    print_setup(sheet, landscape=True, margins_mm=(16, 12, 14, 12), titles="1:1")
