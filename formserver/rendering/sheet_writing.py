"""Spreadsheets we lay out for people: text is never a formula, the same content gives the same bytes.

Large tables are streamed (:mod:`formserver.rendering.sheet_streaming`); this is for sheets somebody prints.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.protection import Protection
from openpyxl.worksheet.worksheet import Worksheet

MOST_CHARACTERS: Final = 32_767
"""What a cell of an xlsx can hold."""
FONT: Final = "宋体"
_UNFIT: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TITLE_UNFIT: Final = re.compile(r"[\\/*?:\[\]\x00-\x1f]")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LINE: Final = Side(style="thin", color="FF000000")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE: Final = PatternFill("solid", fgColor="FFF2F2F2")
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "#")
"""What a spreadsheet program takes for a formula or a fault when somebody edits the cell."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks. ``size`` in points; ``number`` is an Excel number format, "@" keeps what is typed text."""

    size: int = 10
    bold: bool = False
    align: str = "left"
    wrap: bool = True
    boxed: bool = True
    shaded: bool = False
    colour: str = "FF000000"
    number: str = "General"


def new_book(title: str) -> Workbook:
    """A workbook without sheets. ``title`` goes into its properties."""
    book = Workbook()
    del book["Sheet"]
    book.properties.creator = "formserver"
    book.properties.title = title
    return book


def add_sheet(book: Workbook, title: str) -> Worksheet:
    """A sheet; characters Excel does not allow in a name are replaced."""
    made: Worksheet = book.create_sheet(sheet_title(title))
    return made


def sheet_title(title: str) -> str:
    """``title`` as the name of a sheet: at most 31 characters, none that Excel refuses."""
    return _TITLE_UNFIT.sub("_", title).strip("' ")[:31] or "表"


def put(sheet: Worksheet, row: int, column: int, value: str | int | Decimal | None, look: Look) -> None:
    """Write one cell. Texts stay texts, whatever they begin with; numbers are numbers."""
    cell: Any = sheet.cell(row, column)
    if isinstance(value, str):
        text = cell_content(value)
        cell.value = text or None
        if text:
            cell.data_type = "s"
        cell.quotePrefix = text.startswith(FORMULA_STARTS)
    elif value is not None:
        cell.value = value
        cell.number_format = look.number
    cell.font = Font(name=FONT, size=look.size, bold=look.bold, color=look.colour)
    cell.alignment = Alignment(horizontal=look.align, vertical="center", wrap_text=look.wrap)
    if isinstance(value, str) and look.number == "@":
        cell.number_format = "@"
    if look.boxed:
        cell.border = _BOX
    if look.shaded:
        cell.fill = _SHADE
    cell.protection = Protection(locked=True)


def put_wide(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int | Decimal | None,
    look: Look,
    *,
    columns: int = 1,
    rows: int = 1,
) -> None:
    """Write a cell that spans several; every cell beneath gets the border, as a printed form needs it."""
    for down in range(rows):
        for across in range(columns):
            put(sheet, row + down, column + across, value if not down and not across else None, look)
    if columns > 1 or rows > 1:
        sheet.merge_cells(
            start_row=row, start_column=column, end_row=row + rows - 1, end_column=column + columns - 1
        )


def cell_content(text: str) -> str:
    """``text`` as a cell can hold it: control characters become U+FFFD, what is too long ends in an ellipsis."""
    clean = _UNFIT.sub("\ufffd", text.replace("\r\n", "\n"))
    return clean if len(clean) <= MOST_CHARACTERS else clean[: MOST_CHARACTERS - 1] + "…"


def number_format(digits: int) -> str:
    """The Excel format that shows so many places."""
    return "0" if digits <= 0 else "0." + "0" * digits


def print_setup(
    sheet: Any, *, landscape: bool, margins_mm: tuple[int, int, int, int], titles: str = ""
) -> None:
    """A4, as wide as one page, page numbers at the foot; ``titles`` such as ``5:6`` repeat on every page."""
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    top, right, bottom, left = (side / 25.4 for side in margins_mm)
    sheet.page_margins.top, sheet.page_margins.right = top, right
    sheet.page_margins.bottom, sheet.page_margins.left = bottom, left
    sheet.page_margins.header = sheet.page_margins.footer = 0.25
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页　共 &N 页"
    if titles:
        sheet.print_title_rows = titles


def book_bytes(book: Workbook) -> bytes:
    """The file, without the time it was made at."""
    stream = io.BytesIO()
    book.save(stream)
    made = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"<dcterms:(created|modified).*?</dcterms:\1>", b"", content)
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return made.getvalue()
