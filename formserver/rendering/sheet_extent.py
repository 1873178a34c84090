"""How far the sheets of a workbook reach, read before anything is allocated for them.

The reader lays a sheet out as one rectangle: a file of five kilobytes with a single value in its last cell would ask
for half a terabyte and end the process. So the cells that hold something are counted first, as a stream.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

MAX_CELLS: Final = 4_000_000
"""Cells of the rectangles around everything the sheets hold: some hundred megabytes while they are read."""
_NOT_REGULAR: Final = "文件的内部结构不正常，请用 Excel 或 WPS 打开后另存为 xlsx"
_CHUNK: Final = 1 << 20
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".bin", ".vml")
LAST_ROW: Final = 1_048_576
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]+)")
_HOLDING: Final = frozenset({"v", "is", "f"})


class ExtentError(ValueError):
    """A sheet reaches too far, or a member is not the XML a spreadsheet program writes."""


def check_extent(archive: zipfile.ZipFile) -> None:
    """Raise ExtentError, in Chinese, unless every sheet of the workbook can be laid out in memory."""
    budget = MAX_CELLS
    for item in archive.infolist():
        if item.is_dir() or _is_picture(item.filename):
            continue
        reader = _Extent(budget, item.filename == "xl/_rels/workbook.xml.rels")
        parser = ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = reader.start
        parser.StartDoctypeDeclHandler = reader.doctype
        try:
            with archive.open(item) as stream:
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except (
            ExpatError,
            zipfile.BadZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
            zlib.error,
        ) as damaged:
            raise ExtentError("文件已损坏或加了密码，请用 Excel 或 WPS 打开后另存为 xlsx") from damaged
        budget -= reader.cells


class _Extent:
    """Follows the cells of one sheet, whether they say where they stand or just follow each other."""

    def __init__(self, budget: int, names_sheets: bool) -> None:
        self._budget = budget
        self._names_sheets = names_sheets
        self._row = self._column = 0
        self._last_row = self._last_column = 0

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1 to the last row and column that hold something."""
        return self._last_row * self._last_column

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row = _within(attributes["r"], LAST_ROW) if "r" in attributes else self._row + 1
            self._column = 0
        elif tag == "c":
            self._stand(attributes.get("r"))
        elif tag in _HOLDING:
            self._last_row = max(self._last_row, self._row)
            self._last_column = max(self._last_column, self._column)
            if self.cells > self._budget:
                raise ExtentError(
                    f"内容一直延伸到第 {self._last_row} 行、第 {self._last_column} 列，范围过大。"
                    "请删去表格之外的内容，只保留要导入的行和列"
                )
        elif tag == "Relationship" and self._names_sheets and _is_picture(attributes.get("Target", "")):
            raise ExtentError(_NOT_REGULAR)  # what is read as a sheet must have been read here as well

    def _stand(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        place = _REFERENCE.fullmatch(reference)
        if place is None:
            raise ExtentError(_NOT_REGULAR)  # what we cannot place, the reader might place anywhere
        self._column = _column(place[1])
        self._row = _within(place[2], LAST_ROW)

    def doctype(self, *_declared: object) -> None:
        """No spreadsheet program declares document types; they serve to blow a file up."""
        raise ExtentError(_NOT_REGULAR)


def _is_picture(name: str) -> bool:
    return name.lower().endswith(_PICTURES)


def _within(digits: str, last: int) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) < 8 and 0 < int(digits) <= last):
        raise ExtentError(_NOT_REGULAR)
    return int(digits)


def _column(letters: str) -> int:
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value
