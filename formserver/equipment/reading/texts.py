"""Tables as text (csv, txt): encoding and separator are found out, quoted line breaks kept, nothing guessed silently."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from formserver.equipment.reading.limits import MOST_COLUMNS, MOST_LINES, Unreadable
from formserver.equipment.reading.model import OpenedList, OpenedSheet

_SEPARATORS: Final = {",": "逗号", "\t": "制表符", ";": "分号", "，": "中文逗号", "|": "竖线"}
_SAMPLE: Final = 200_000
_TELLING: Final = 4
"""Chinese characters in a row that no line of GB18030 gives by accident when it is read as UTF-8."""
_CONTROL: Final = frozenset(map(chr, range(32))) - set("\t\r\n\f\v\x1a\x1c\x1d\x1e\x1f")


def open_text(data: bytes, name: str) -> OpenedList:
    """The one table of a text file. Raises Unreadable for anything that is no text or has one column only."""
    text, encoding = _decoded(data)
    text = text.removesuffix("\x1a")
    if not text.strip():
        raise Unreadable("文件里没有内容，请重新选择")
    if _CONTROL & set(text):
        raise Unreadable("内容不是表格（含有不可见的控制字符），请上传 xlsx、xls 或 csv 文件")
    separator = _separator(text)
    grid = _grid(text, separator)
    width = max(map(len, grid), default=0)
    if width < 2:
        raise Unreadable(
            "只有一列，没有找到逗号、制表符或分号。请在 Excel 或 WPS 中打开确认各项分在不同的列，另存为 xlsx 后上传"
        )
    remarks = (f"文本文件，按{encoding}编码、{_SEPARATORS[separator]}分隔读取。",)
    title = PurePath(name).stem[:31] or "文本"
    return OpenedList(name, "csv", (OpenedSheet(title, grid, width=width),), remarks)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(codec), codec.upper()[:6].rstrip("-")
            except UnicodeDecodeError as error:
                raise Unreadable(
                    f"第 {_line(data, error.start)} 行附近的文字已损坏，请重新另存为 xlsx"
                ) from error
    if b"\x00" in data:
        return _wide(data)
    for codec, title in (("utf-8", "UTF-8"), ("gb18030", "GB18030")):
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "gb18030":
            _refuse_mixture(data)
        return text, title
    raise Unreadable("内容不是文本表格，或文字编码无法识别，请用 Excel 或 WPS 打开后另存为 xlsx")


def _wide(data: bytes) -> tuple[str, str]:
    """UTF-16 without a mark: every other byte of plain punctuation is NUL."""
    even, odd = data[:4096:2].count(0), data[1:4096:2].count(0)
    if abs(even - odd) > 4 and min(even, odd) == 0 and len(data) % 2 == 0:
        try:
            return data.decode("utf-16-be" if even else "utf-16-le"), "UTF-16"
        except UnicodeDecodeError:
            pass
    raise Unreadable("内容不是表格（含有空字符），请上传 xlsx、xls 或 csv 文件")


def _refuse_mixture(data: bytes) -> None:
    """Files put together from parts of different encodings: what is UTF-8 in some lines is nonsense in GB18030."""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.isascii() and _is_chinese_utf8(line):
            raise Unreadable(
                f"文件混用了不同的文字编码（如第 {number} 行与其他行不同），请用 Excel 或 WPS 另存为 xlsx"
            )


def _is_chinese_utf8(line: bytes) -> bool:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return sum("\u3000" <= letter <= "\u9fff" for letter in text) >= _TELLING


def _line(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def _separator(text: str) -> str:
    """The one that splits most lines of the beginning into the same number of columns, more than one."""
    sample = text[:_SAMPLE]
    best, reached = ",", (0, 0)
    for separator in _SEPARATORS:
        if separator not in sample:
            continue
        try:
            counts = [
                len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator) if row
            ][:200]
        except csv.Error:
            continue
        common = max(
            set(counts), key=lambda count: (counts.count(count) if count > 1 else 0, count), default=1
        )
        score = (counts.count(common) if common > 1 else 0, common)
        if score > reached:
            best, reached = separator, score
    return best


def _grid(text: str, separator: str) -> list[Sequence[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    grid: list[Sequence[str]] = []
    wrapped = '="' in text
    try:
        for row in reader:
            if len(row) > MOST_COLUMNS:
                raise Unreadable(
                    f"第 {reader.line_num} 行有 {len(row)} 列，最多 {MOST_COLUMNS} 列，请检查分隔符"
                )
            if len(grid) > MOST_LINES:
                raise Unreadable("表格超过 100000 行，请拆成几个文件")
            grid.append([_unwrapped(cell) for cell in row] if wrapped else row)
    except csv.Error as error:
        raise Unreadable(
            f"第 {reader.line_num} 行附近的引号没有配对，请用 Excel 或 WPS 打开后另存为 xlsx"
        ) from error
    return grid


def _unwrapped(cell: str) -> str:
    """``="8-18"`` is how people keep spreadsheet programs from making a date of it."""
    return cell[2:-1] if len(cell) > 3 and cell.startswith('="') and cell.endswith('"') else cell
