"""Excel files we write: the import template and the import report. No cell of ours is ever a formula."""

from __future__ import annotations

import io
from typing import Any, Final

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from formserver.enterprises.imports import ImportReport
from formserver.enterprises.models import FIELDS
from formserver.rendering.sheet_reading import letters

_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def import_template() -> bytes:
    """A sheet with our column titles, all cells text so that long codes keep their digits, and a page of notes."""
    book, sheet = _book("企业档案")
    _head(sheet, [f.label for f in FIELDS])
    for column in sheet.iter_cols(min_row=2, max_row=500, max_col=len(FIELDS)):
        for cell in column:
            cell.number_format = "@"
    notes = book.create_sheet("填写说明")
    _head(notes, ["项目", "怎样填写"])
    for item in FIELDS:
        text = item.help or ("填“是”或“否”。" if item.key == "key_user" else "可以不填。")
        _append(notes, [item.label, text])
    _append(
        notes,
        [
            "已有的单位",
            "按统一社会信用代码（没有代码的按名称）认出已有的单位；空的格子不会改动档案里的内容。",
        ],
    )
    notes.column_dimensions["B"].width = 70
    return _bytes(book)


def report_file(report: ImportReport) -> bytes:
    """The report row by row, to work through in Excel."""
    book, sheet = _book("导入结果")
    _head(sheet, ["行号", "单位名称", "统一社会信用代码", "结果" if report.done else "将会", "说明"])
    for row in report.rows:
        _append(sheet, [row.number, row.name, row.uscc, row.fate.value, "\n".join(row.messages)])
    sheet.column_dimensions["E"].width = 80
    if report.remarks:
        extra = book.create_sheet("未导入的部分")
        _head(extra, ["说明"])
        for text in report.remarks:
            _append(extra, [text])
        extra.column_dimensions["A"].width = 80
    return _bytes(book)


def safe_cell(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    return "'" + value if isinstance(value, str) and value.startswith(_STARTS) else value


def _book(title: str) -> tuple[Book, Worksheet]:
    book = Book()
    sheet: Worksheet = book.create_sheet(title)
    del book["Sheet"]
    return book, sheet


def _append(sheet: Worksheet, values: list[Any]) -> None:
    sheet.append([safe_cell(value) for value in values])
    for cell in sheet[sheet.max_row]:
        cell.alignment = Alignment(vertical="top", wrap_text=True)


def _head(sheet: Worksheet, titles: list[str]) -> None:
    sheet.append(titles)
    for index, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EAF1FB")
        sheet.column_dimensions[letters(index)].width = max(12, min(40, 2.2 * len(titles[index]) + 4))
    sheet.freeze_panes = "A2"


def _bytes(book: Book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
