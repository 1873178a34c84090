"""Sheets we write: nothing typed becomes a formula, nothing breaks the file, equal content gives equal bytes."""

from __future__ import annotations

import io
import warnings
import zipfile
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from formserver.rendering.sheet_reading import read_sheets
from formserver.rendering.sheet_streaming import BookStream, Figure, Style, streamed
from formserver.rendering.sheet_writing import (
    MOST_CHARACTERS,
    Look,
    add_sheet,
    book_bytes,
    new_book,
    number_format,
    put,
    put_wide,
    sheet_title,
)

HOSTILE = ("=1+1", '=HYPERLINK("http://x.example","y")', "+1", "-2+3", "@SUM(A1)", "\t=1", "#REF!", "=" * 50)


def printed(*values: str | Decimal | int) -> bytes:
    book = new_book("试")
    sheet = add_sheet(book, "表")
    for row, value in enumerate(values, start=1):
        put(sheet, row, 1, value, Look(number="0.00"))
    return book_bytes(book)


def flowed(*values: str | Decimal | int) -> bytes:
    return streamed([("表", [20.0], [[value] for value in values])])


@pytest.mark.parametrize("write", [printed, flowed])
@pytest.mark.parametrize("text", HOSTILE)
def test_text_stays_text_exactly_as_typed(write, text):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cell = load_workbook(io.BytesIO(write(text)))["表"]["A1"]
    assert cell.data_type in ("s", "inlineStr")
    assert cell.value == text
    assert cell.quotePrefix


@pytest.mark.parametrize("write", [printed, flowed])
def test_numbers_are_numbers_with_all_their_digits(write):
    cell = load_workbook(io.BytesIO(write(Decimal("109.201650835652"))))["表"]["A1"]
    assert cell.data_type == "n"
    assert str(cell.value) == "109.201650835652"


@pytest.mark.parametrize("write", [printed, flowed])
def test_what_xml_cannot_hold_shows_and_breaks_nothing(write):
    ((_, rows),) = read_sheets(write("前\x00\x0b后\ud800</t><x>&"), "试.xlsx")
    assert rows[0][0] == "前\ufffd\ufffd后\ufffd</t><x>&"


@pytest.mark.parametrize("write", [printed, flowed])
def test_a_text_beyond_what_a_cell_holds_ends_visibly(write):
    ((_, rows),) = read_sheets(write("长" * 40_000), "试.xlsx")
    assert len(rows[0][0]) == MOST_CHARACTERS
    assert rows[0][0].endswith("…")


@pytest.mark.parametrize("write", [printed, flowed])
def test_the_same_content_gives_the_same_bytes(write):
    assert write("一", Decimal("1.5"), 3) == write("一", Decimal("1.5"), 3)


def test_merged_cells_have_borders_all_around():
    book = new_book("试")
    sheet = add_sheet(book, "表")
    put_wide(sheet, 1, 1, "宽", Look(), columns=3, rows=2)
    read = load_workbook(io.BytesIO(book_bytes(book)))["表"]
    assert [str(one) for one in read.merged_cells.ranges] == ["A1:C2"]
    assert [read.cell(row, 3).border.right.style for row in (1, 2)] == ["thin", "thin"]
    assert [read.cell(2, column).border.bottom.style for column in (1, 2, 3)] == ["thin"] * 3


@pytest.mark.parametrize(
    ("title", "shown"),
    [("熟料/水泥[1]:?*", "熟料_水泥_1____"), ("'", "表"), ("", "表"), ("长" * 40, "长" * 31)],
)
def test_sheet_names_are_what_excel_allows(title, shown):
    assert sheet_title(title) == shown


def test_sheets_written_last_can_stand_first_and_equal_names_are_told_apart():
    target = io.BytesIO()
    with BookStream(target) as book:
        for _ in range(2):
            with book.sheet("数据", [10.0]) as sheet:
                sheet.row(["甲"], Style.HEAD)
        with book.sheet("汇总", [10.0], frozen=0, front=True) as sheet:
            sheet.row([1])
    assert load_workbook(target).sheetnames == ["汇总", "数据", "数据 2"]


ODD = (*HOSTILE, "75.5", "a&<b>\"'", "a\0b", "\ud800", "\uffff", " 前", "后\u3000", "一\r\n二", "一\r", "x" * 1001,
       "x" * (MOST_CHARACTERS + 1), "'", "　", "\t", "Ⅱ", "\U00020000")  # fmt: skip


def sheet_of(texts: bool, values: list[list[str]]) -> bytes:
    target = io.BytesIO()
    with BookStream(target) as book, book.sheet("表", [10.0]) as sheet:
        for row in values:
            (sheet.texts if texts else sheet.row)(row)
    with zipfile.ZipFile(target) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_rows_of_remembered_cells_are_the_same_as_rows_made_anew():
    rows: list[list[str]] = [[one, Figure("75.5"), "", one] for one in ODD]
    rows += [[Figure("75.5"), "75.5", "=1", ""], ["75.5", Figure("75.5"), "", "=1"]]
    rows += [[f"型号 {number}", Figure(number)] for number in range(2_500)]
    assert sheet_of(True, rows * 2) == sheet_of(False, rows * 2)


def test_a_stream_that_breaks_off_leaves_no_readable_book():
    target = io.BytesIO()
    with pytest.raises(RuntimeError, match="stop"), BookStream(target) as book, book.sheet("数据", [10.0]):
        raise RuntimeError("stop")
    with pytest.raises(KeyError):
        load_workbook(target)


@pytest.mark.parametrize(("digits", "shown"), [(0, "0"), (-1, "0"), (2, "0.00")])
def test_number_formats(digits, shown):
    assert number_format(digits) == shown
