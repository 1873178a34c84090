"""The list of figures as an xlsx to take to the library, and back with what the original says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.utils import get_column_letter

from formserver.calculators.confirm_figures import Item
from formserver.core.errors import Kind, error_code
from formserver.rendering.sheet_reading import Table, read_sheets
from formserver.rendering.sheet_writing import Look, add_sheet, book_bytes, new_book, print_setup, put

SHEET: Final = "待核数值"
ID, VALUE, ORIGINAL, AGAINST = (
    "编号（勿改）",
    "系统中的数值",
    "原文数值（抄录，或写“相符”）",
    "核对依据（文件、页、表）",
)
HEADS: Final = (
    ("标准", 16),
    ("种类", 9),
    ("名称", 34),
    (VALUE, 18),
    ("单位", 10),
    ("条文", 10),
    (ORIGINAL, 18),
    (AGAINST, 28),
    ("状态", 9),
    ("用于产品", 30),
    ("来源", 30),
    ("备注", 30),
    (ID, 40),
)
MOST_ROWS: Final = 5_000
SHEET_NOT_OURS = error_code(
    "CONFIRMATION_SHEET_FOREIGN",
    Kind.INVALID,
    zh="这不是从本页导出的清单：缺少“{missing}”一列。请先导出清单，填写后再导入。",
    en="This is not the exported list: the column {missing} is missing.",
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row somebody filled in; ``number`` as Excel counts."""

    number: int
    figure_id: str
    title: str
    original: str
    against: str


def figure_sheet(items: Sequence[Item]) -> bytes:
    """The list as a file: the same items give the same bytes."""
    book = new_book(SHEET)
    sheet = add_sheet(book, SHEET)
    for column, (title, width) in enumerate(HEADS, 1):
        put(sheet, 1, column, title, Look(bold=True, shaded=True))
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, item in enumerate(items, 2):
        texts = (
            *(
                item.standard,
                item.kind,
                item.title,
                item.value or "（未录入）",
                item.unit,
                item.clause,
                "",
                "",
            ),
            *(item.state, "、".join(item.used_in), item.source, item.note, item.id),
        )
        for column, text in enumerate(texts, 1):
            put(sheet, row, column, text, Look(size=9, number="@"))
    sheet.freeze_panes = "A2"
    print_setup(sheet, landscape=True, margins_mm=(12, 10, 12, 10), titles="1:1")
    return book_bytes(book)


def filled_rows(data: bytes, filename: str) -> tuple[SheetRow, ...]:
    """The rows of an exported list in which something was filled in.

    Raises NOT_A_WORKBOOK, CONFIRMATION_SHEET_FOREIGN.
    """
    tables = read_sheets(data, filename)
    table: Table = tables[0][1] if tables else ()
    heads = [_cell(value) for value in table[0]] if table else []
    places = {}
    for title in (ID, ORIGINAL, AGAINST):
        if title not in heads:
            raise SHEET_NOT_OURS(missing=title)
        places[title] = heads.index(title)
    named = heads.index("名称") if "名称" in heads else places[ID]
    return tuple(_rows(table, places, named))


def _rows(table: Table, places: dict[str, int], named: int) -> Iterator[SheetRow]:
    for number, cells in enumerate(table[1 : MOST_ROWS + 1], 2):

        def at(place: int, cells: Sequence[Any] = cells) -> str:
            return _cell(cells[place]) if place < len(cells) else ""

        original, against = at(places[ORIGINAL]), at(places[AGAINST])
        if original or against:
            yield SheetRow(number, at(places[ID])[:255], at(named)[:200], original[:1200], against[:400])


def _cell(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""
