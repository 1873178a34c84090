"""Reading an Excel file into rows of the register, each with what was understood and where it stood.

Nothing is dropped silently: every sheet, column and row that is not used is named in the report.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from formserver.core.errors import Kind, error_code
from formserver.enterprises.extent import ExtentError, check_extent
from formserver.enterprises.finding import narrow
from formserver.enterprises.models import FIELDS

MAX_FILE: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 5_000
MAX_COLUMNS: Final = 80
MAX_UNPACKED: Final = 100 * 1024 * 1024
HEADER_SEARCH: Final = 10
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOISE = re.compile(r"[\s*＊:：()（）/／、\-_]+")

NOT_A_WORKBOOK = error_code(
    "NOT_A_WORKBOOK",
    Kind.INVALID,
    zh="“{name}”不能导入：{reason}。",
    en="{name} cannot be imported: {reason}.",
)


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
    _refuse_other_kinds(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            (title, book.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in book.sheet_names
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise NOT_A_WORKBOOK(
            name=name, reason="文件已损坏或加了密码，请用 Excel 或 WPS 打开后另存为 xlsx"
        ) from error
    for title, table in sheets:
        header = _find_header(table)
        if header is not None:
            others = [
                other
                for other, rows in sheets
                if other != title and any(any(_text(c) for c in r) for r in rows)
            ]
            return _read_sheet(title, table, header, others, name)
    raise NOT_A_WORKBOOK(name=name, reason="没有找到含“单位名称”的表头，请使用导入模板")


def _refuse_other_kinds(data: bytes, name: str) -> None:
    if not data:
        raise NOT_A_WORKBOOK(name=name, reason="文件是空的，请重新选择")
    if len(data) > MAX_FILE:
        raise NOT_A_WORKBOOK(name=name, reason=f"文件超过 {MAX_FILE // 1048576} MB，请拆成几个文件")
    if data.startswith(_OLE):
        raise NOT_A_WORKBOOK(name=name, reason="这是旧的 xls 格式或加了密码的文件，请另存为不加密的 xlsx")
    if data[:2] in (b"MZ", b"#!") or data.startswith(b"\x7fELF"):
        raise NOT_A_WORKBOOK(
            name=name, reason="这是一个程序，不是 Excel 文件，系统没有保存它，请选择 xlsx 文件"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {item.filename for item in archive.infolist()}
            unpacked = sum(item.file_size for item in archive.infolist())
            if unpacked > MAX_UNPACKED or len(names) > 1_000:
                raise NOT_A_WORKBOOK(name=name, reason="文件展开后过大，请只保留要导入的工作表")
            if "xl/vbaProject.bin" in names:
                raise NOT_A_WORKBOOK(name=name, reason="文件带有宏，请另存为不带宏的 xlsx")
            if "xl/workbook.xml" not in names:
                raise NOT_A_WORKBOOK(
                    name=name, reason=f"内容不是 Excel 工作簿（识别为{_described(data)}），请上传 xlsx 文件"
                )
            check_extent(archive)
    except ExtentError as reaching:
        raise NOT_A_WORKBOOK(name=name, reason=str(reaching)) from reaching
    except zipfile.BadZipFile as error:
        reason = f"内容不是 Excel 工作簿（识别为{_described(data)}），请上传 xlsx 文件"
        raise NOT_A_WORKBOOK(name=name, reason=reason) from error


def _described(data: bytes) -> str:
    """What the file really is, in a word; libmagic is not on every machine."""
    try:
        import magic
    except ImportError:
        return "其他格式"
    kind: str = magic.from_buffer(data[:4096], mime=True)
    return {
        "application/pdf": " PDF",
        "text/plain": "文本",
        "text/html": "网页",
        "application/zip": "压缩包",
    }.get(kind, f" {kind}")


def _header_key(text: str) -> str | None:
    cleaned = _NOISE.sub("", narrow(text))
    for item in FIELDS:
        names = (item.label, item.key, *item.synonyms)
        if cleaned in {_NOISE.sub("", narrow(n)) for n in names}:
            return item.key
    return None


def _find_header(table: Sequence[Sequence[Any]]) -> int | None:
    for index, row in enumerate(table[:HEADER_SEARCH]):
        if "name" in {_header_key(_text(cell)) for cell in row[:MAX_COLUMNS] if _text(cell)}:
            return index
    return None


def _read_sheet(
    title: str, table: Sequence[Sequence[Any]], header: int, others: list[str], name: str
) -> Workbook:
    columns: dict[int, str] = {}
    remarks = [f"工作表“{other}”没有导入，只读取“{title}”。" for other in others]
    for index, cell in enumerate(table[header]):
        text = _text(cell)
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
        if any(_text(cell) for cell in row):
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
        text = _text(cell)
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
    outside = [letters(i) for i, cell in enumerate(row) if i >= MAX_COLUMNS and _text(cell)]
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


def _text(cell: Any) -> str:
    """A cell as people see it: whole numbers without ``.0``, dates as days."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(str(cell).split()) if cell is not None else ""


def letters(index: int) -> str:
    """The name of a column: 0 → A, 27 → AB."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
