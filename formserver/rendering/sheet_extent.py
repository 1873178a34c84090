"""How far the sheets of a workbook reach, read before anything is allocated for them.

The reader lays a sheet out as one rectangle: a file of five kilobytes with a single value in its last cell would ask
for half a terabyte and end the process. So the cells that hold something are counted first, as a stream: by patterns
where the file is written as usual, else by parsing. Texts shared by many cells are copied into each, and counted too.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from copy import copy
from itertools import chain
from typing import Final
from xml.parsers.expat import ExpatError, ParserCreate

from formserver.rendering.sheet_facts import LAST_ROW, SheetFacts
from formserver.rendering.sheet_scan import scan

MAX_CELLS: Final = 4_000_000
"""Cells of the rectangles around everything the sheets hold: some hundred megabytes while they are read."""
MAX_TEXT: Final = 256 * 1024 * 1024
"""Bytes of all shared texts, each as often as a cell names it."""
_NOT_REGULAR: Final = "文件的内部结构不正常，请用 Excel 或 WPS 打开后另存为 xlsx"
_DAMAGED: Final = "文件已损坏或加了密码，请用 Excel 或 WPS 打开后另存为 xlsx"
_CHUNK: Final = 1 << 21
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".bin", ".vml")
LAST_COLUMN: Final = 16_384
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]+)")
_NAMING: Final = frozenset({"xl/_rels/workbook.xml.rels", "xl/workbook.xml"})
"""The members that say which member is which sheet."""
_HOLDING: Final = frozenset({"v", "is", "f"})
_TEXT_REFERENCE: Final = re.compile(rb't="s"[^<>]*>\s*(?:<f[^<]*(?:</f>)?)?\s*<v>([0-9]{1,9})</v>')
_BROKEN: Final = (ExpatError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error)


class ExtentError(ValueError):
    """A sheet reaches too far, or a member is not the XML a spreadsheet program writes."""


def check_extent(archive: zipfile.ZipFile, budget: int = MAX_CELLS) -> Mapping[str, SheetFacts]:
    """The facts of every member. Raise ExtentError, in Chinese, unless every sheet can be laid out in memory."""
    facts: dict[str, SheetFacts] = {}
    longest = 0
    try:
        for item in archive.infolist():
            if item.is_dir() or _is_picture(item.filename):
                continue
            known = _known(archive, item, budget)
            budget -= known.cells
            facts[item.filename] = known
            if _holds_texts(item):
                longest = max(longest, *_text_sizes(archive, item))
        references = sum(known.texts for known in facts.values())
        if longest * references > MAX_TEXT:
            _weigh_texts(archive, references)
    except _BROKEN as damaged:
        raise ExtentError(_DAMAGED) from damaged
    return facts


def _known(archive: zipfile.ZipFile, item: zipfile.ZipInfo, budget: int) -> SheetFacts:
    if item.filename.lower() not in _NAMING:
        found = scan(_chunks(archive, item))
        if found and found.cells <= budget and found.last_row <= LAST_ROW:
            return found
    reader = _Extent(budget, item.filename.lower() in _NAMING)
    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    for chunk in _chunks(archive, item):
        parser.Parse(chunk, False)
    parser.Parse(b"", True)
    return reader.facts


def _chunks(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> Iterator[bytes]:
    """The whole member, however long it says it is: the reader does not stop where the directory of the archive does."""
    whole = copy(item)
    whole.file_size += 1
    total = 0
    with archive.open(whole) as stream:
        while chunk := stream.read(_CHUNK):
            total += len(chunk)
            if total > item.file_size:
                raise ExtentError(_NOT_REGULAR)
            yield chunk


class _Extent:
    """Follows the cells of one sheet, whether they say where they stand or just follow each other."""

    def __init__(self, budget: int, names_sheets: bool) -> None:
        self.facts = SheetFacts()
        self._budget = budget
        self._names_sheets = names_sheets
        self._named: set[str] = set()
        self._row = self._column = 0
        self._reference = self._type = ""
        self._formula = self._value = self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self._row = _within(attributes["r"], LAST_ROW) if "r" in attributes else self._row + 1
            self._column = 0
            self.facts.hidden_rows += attributes.get("hidden") in ("1", "true")
        elif tag == "c":
            self._stand(attributes.get("r"))
            self._begin(attributes)
        elif tag in _HOLDING:
            self._formula = self._formula or tag == "f"
            self._inside = tag == "v"
            self._reach()
        elif tag in ("Relationship", "sheet") and self._names_sheets:
            self._name(tag, attributes)
        elif tag == "col" and attributes.get("hidden") in ("1", "true"):
            ends = [attributes.get(end, "") for end in ("min", "max")]
            first, last = (int(end) if end.isdecimal() and len(end) < 6 else 1 for end in ends)
            self.facts.hidden_columns.append((first, last))
        elif tag == "autoFilter":
            self.facts.filtered = True

    def _name(self, tag: str, attributes: dict[str, str]) -> None:
        """What is read as a sheet must have been counted here, and each member is read once: ten sheets that are one
        member would need ten times the room."""
        if tag == "sheet":
            named = next((value for key, value in attributes.items() if key.rpartition(" ")[2] == "id"), "")
        else:
            target = attributes.get("Target", "")
            named = posixpath.normpath(posixpath.join("/xl", target)).lower()
            if _is_picture(target):
                raise ExtentError(_NOT_REGULAR)
        if named in self._named:
            raise ExtentError(_NOT_REGULAR)
        self._named.add(named)

    def text(self, _text: str) -> None:
        """Something stands in an element."""
        self._value = self._value or self._inside

    def end(self, name: str) -> None:
        """An element ends."""
        self._inside = False
        if self._formula and name.rpartition(" ")[2] == "c":
            self.facts.formulas += 1
            if not self._value and self._type != "str":
                self.facts.miss(self._reference)

    def _begin(self, attributes: dict[str, str]) -> None:
        self._reference, self._type = attributes.get("r", ""), attributes.get("t", "")
        self._formula = self._value = self._inside = False
        self.facts.texts += self._type == "s"
        if self._type == "e":
            self.facts.fault(self._reference)

    def _reach(self) -> None:
        facts = self.facts
        facts.last_row = max(facts.last_row, self._row)
        facts.last_column = max(facts.last_column, self._column)
        if facts.cells > self._budget:
            raise ExtentError(
                f"内容一直延伸到第 {facts.last_row} 行、第 {facts.last_column} 列，范围过大。"
                "请删去表格之外的内容，只保留要导入的行和列"
            )

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


def _text_sizes(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> list[int]:
    """Bytes of every shared text with its mark-up, in order."""
    sizes: list[int] = []
    rest = b""
    for chunk in _chunks(archive, item):
        *whole, rest = (rest + chunk).split(b"</si>")
        sizes += map(len, whole)
        if len(rest) > _CHUNK:
            raise ExtentError("有的单元格文字过长，请删短后重新上传")
    return [*sizes, len(rest)]


def _weigh_texts(archive: zipfile.ZipFile, references: int) -> None:
    sizes: list[int] = []
    for item in archive.infolist():
        if _holds_texts(item):
            sizes = _text_sizes(archive, item)
    longest, weight = max(sizes, default=0), 0
    for item in archive.infolist():
        if item.is_dir() or _is_picture(item.filename) or _holds_texts(item):
            continue
        rest = b""
        for chunk in chain(_chunks(archive, item), (b"",)):
            text = rest + chunk
            cut = text.rfind(b"<c ") if chunk else len(text)
            text, rest = (text[:cut], text[cut:]) if cut > 0 else (text, b"")
            places = [int(place) for place in _TEXT_REFERENCE.findall(text)]
            weight += sum(sizes[place] if place < len(sizes) else longest for place in places)
            references -= len(places)
    if weight + longest * max(0, references) > MAX_TEXT:
        raise ExtentError("文字总量过大，请把表格拆成几个文件")


def _holds_texts(item: zipfile.ZipInfo) -> bool:
    return item.filename.lower().endswith("sharedstrings.xml")


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
