"""Spreadsheets and texts as something to look at: the first rows, read-only. Nothing of a file is ever run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Final

from formserver.core.errors import Kind, error_code
from formserver.rendering.sheet_extent import ExtentError, check_extent
from formserver.rendering.sheet_reading import cell_text

MOST_ROWS: Final = 500
MOST_COLUMNS: Final = 60
MOST_CELL: Final = 500
MOST_FILE: Final = 20 << 20
MOST_UNPACKED: Final = 200 << 20
MOST_TEXT: Final = 256 << 10
NOT_SHOWN = error_code(
    "EVIDENCE_NOT_SHOWN",
    Kind.INVALID,
    zh="“{name}”不能在网页上查看：{reason}。请下载原文件查看。",
    en="{name} cannot be viewed here: {reason}.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The part of a sheet that is shown; ``more``: there is more in the file."""

    names: tuple[str, ...]
    name: str
    rows: tuple[tuple[str, ...], ...]
    more: bool

    @property
    def width(self) -> int:
        """Columns of the widest row."""
        return max((len(row) for row in self.rows), default=0)


def read_workbook(file: BinaryIO, size: int, filename: str, wanted: int = 0) -> Sheet:
    """Sheet ``wanted`` (from 0) of an xlsx or xls file. Raises EVIDENCE_NOT_SHOWN."""
    from python_calamine import CalamineWorkbook

    if size > MOST_FILE:
        raise NOT_SHOWN(name=filename, reason=f"超过 {MOST_FILE >> 20} MB")
    data = file.read()
    _check_unpacked(data, filename)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = tuple(book.sheet_names)
        name = names[wanted] if 0 <= wanted < len(names) else names[0]
        sheet = book.get_sheet_by_name(name)
        rows: list[tuple[str, ...]] = []
        more = False
        for row in sheet.iter_rows():
            if len(rows) == MOST_ROWS:
                more = True
                break
            rows.append(tuple(cell_text(cell)[:MOST_CELL] for cell in row[:MOST_COLUMNS]))
            more = more or len(row) > MOST_COLUMNS
    except Exception as error:  # the reader raises kinds of its own for broken files
        raise NOT_SHOWN(name=filename, reason="文件已损坏、加密或不是表格") from error
    return Sheet(names, name, tuple(rows), more)


def _check_unpacked(data: bytes, filename: str) -> None:
    if not data.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MOST_UNPACKED:
                raise NOT_SHOWN(name=filename, reason="展开后过大")
            if "xl/workbook.xml" in archive.namelist():
                check_extent(archive)
    except ExtentError as reaching:
        raise NOT_SHOWN(name=filename, reason=str(reaching)) from reaching
    except (zipfile.BadZipFile, ValueError, RuntimeError) as error:
        raise NOT_SHOWN(name=filename, reason="文件已损坏、加密或不是表格") from error


def read_csv(file: BinaryIO, filename: str) -> Sheet:
    """The first rows of a CSV file in UTF-8 or GB18030."""
    text, cut = _text(file)
    lines = text.splitlines(keepends=True)
    if cut and lines:
        lines.pop()  # half a line
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff("".join(lines[:20]), ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = [
            tuple(cell[:MOST_CELL] for cell in row[:MOST_COLUMNS])
            for row in csv.reader(lines[: MOST_ROWS + 1], dialect)
        ]
    except csv.Error as error:
        raise NOT_SHOWN(name=filename, reason="不是完整的表格文本") from error
    return Sheet(("",), "", tuple(rows[:MOST_ROWS]), cut or len(lines) > MOST_ROWS)


def read_text(file: BinaryIO) -> tuple[str, bool]:
    """The beginning of a text, and whether there is more."""
    return _text(file)


def _text(file: BinaryIO) -> tuple[str, bool]:
    data = file.read(MOST_TEXT + 1)
    cut = len(data) > MOST_TEXT
    data = data[:MOST_TEXT]
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            if encoding == "utf-8-sig" and not text.isascii() and max(text) < "\u0800":
                continue  # pairs of GB bytes may look like UTF-8; what comes out is then never Chinese
            return text, cut
        except UnicodeDecodeError as error:
            if cut and error.start > len(data) - 8:  # the cut fell into a character
                return data[: error.start].decode(encoding), cut
    return data.decode("utf-8", "replace"), cut
