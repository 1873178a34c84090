"""Spreadsheets people hand in, as plain tables: judged by content first, never by name, nothing run, nothing fetched."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from formserver.core.errors import Kind, error_code
from formserver.rendering.sheet_extent import MAX_CELLS, ExtentError, check_extent
from formserver.rendering.sheet_facts import SheetFacts

MAX_FILE: Final = 5 * 1024 * 1024
MAX_UNPACKED: Final = 100 * 1024 * 1024
_MOST_MEMBERS: Final = 1_000
"""Sheets, pictures and other members of a workbook."""
DAMAGED: Final = "文件已损坏或加了密码，请用 Excel 或 WPS 打开后另存为 xlsx"
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

NOT_A_WORKBOOK = error_code(
    "NOT_A_WORKBOOK",
    Kind.INVALID,
    zh="“{name}”不能导入：{reason}。",
    en="{name} cannot be imported: {reason}.",
)

Table = Sequence[Sequence[Any]]


class NotAWorkbook(ValueError):
    """What is wrong with a file and what to do about it, in Chinese, without a full stop."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may weigh: bytes as it is, bytes unpacked, cells of the rectangles around what it holds."""

    file: int = MAX_FILE
    unpacked: int = MAX_UNPACKED
    cells: int = MAX_CELLS


def read_sheets(data: bytes, name: str) -> list[tuple[str, Table]]:
    """Every sheet of an xlsx as (title, rows), empty cells as ``""``. Raises NOT_A_WORKBOOK with the way out."""
    try:
        check_package(data, Limits())
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            (title, book.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in book.sheet_names
        ]
    except NotAWorkbook as refused:
        raise NOT_A_WORKBOOK(name=name, reason=str(refused)) from refused
    except (CalamineError, ValueError, OSError) as error:
        raise NOT_A_WORKBOOK(name=name, reason=DAMAGED) from error


def check_package(data: bytes, limits: Limits) -> Mapping[str, SheetFacts]:
    """The facts of every member of an xlsx. Raises NotAWorkbook for anything else, whatever it is called."""
    _refuse_other_kinds(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_other_packages(data, archive, limits)
            return check_extent(archive, limits.cells)
    except ExtentError as reaching:
        raise NotAWorkbook(str(reaching)) from reaching
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        if data.startswith(b"PK"):
            raise NotAWorkbook(DAMAGED) from error
        raise NotAWorkbook(f"内容不是 Excel 工作簿（识别为{described(data)}），请上传 xlsx 文件") from error


def _refuse_other_kinds(data: bytes, limits: Limits) -> None:
    if not data:
        raise NotAWorkbook("文件是空的，请重新选择")
    if len(data) > limits.file:
        raise NotAWorkbook(f"文件超过 {limits.file // 1048576} MB，请拆成几个文件")
    if data.startswith(OLE):
        raise NotAWorkbook("这是旧的 xls 格式或加了密码的文件，请另存为不加密的 xlsx")
    if is_program(data):
        raise NotAWorkbook("这是一个程序，不是 Excel 文件，系统没有保存它，请选择 xlsx 文件")


def is_program(data: bytes) -> bool:
    """Whether the file begins as programs do."""
    return data[:2] in (b"MZ", b"#!") or data.startswith(b"\x7fELF")


def _refuse_other_packages(data: bytes, archive: zipfile.ZipFile, limits: Limits) -> None:
    names = {item.filename for item in archive.infolist()}
    unpacked = sum(item.file_size for item in archive.infolist())
    if unpacked > limits.unpacked:
        raise NotAWorkbook("文件展开后过大，请只保留要导入的工作表")
    if len(names) > _MOST_MEMBERS:
        raise NotAWorkbook("文件里的工作表或附属内容太多，请只保留要导入的工作表")
    if "xl/vbaProject.bin" in names:
        raise NotAWorkbook("文件带有宏，请另存为不带宏的 xlsx")
    if "xl/workbook.xml" not in names:
        raise NotAWorkbook(f"内容不是 Excel 工作簿（识别为{described(data)}），请上传 xlsx 文件")


def described(data: bytes) -> str:
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


def cell_text(cell: Any) -> str:
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
