"""Spreadsheets people hand in, as plain tables: judged by content first, never by name, nothing run, nothing fetched."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from python_calamine import CalamineError, CalamineWorkbook

from formserver.core.errors import Kind, error_code
from formserver.rendering.sheet_extent import ExtentError, check_extent

MAX_FILE: Final = 5 * 1024 * 1024
MAX_UNPACKED: Final = 100 * 1024 * 1024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

NOT_A_WORKBOOK = error_code(
    "NOT_A_WORKBOOK",
    Kind.INVALID,
    zh="“{name}”不能导入：{reason}。",
    en="{name} cannot be imported: {reason}.",
)

Table = Sequence[Sequence[Any]]


def read_sheets(data: bytes, name: str) -> list[tuple[str, Table]]:
    """Every sheet of an xlsx as (title, rows), empty cells as ``""``. Raises NOT_A_WORKBOOK with the way out."""
    _refuse_other_kinds(data, name)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [
            (title, book.get_sheet_by_name(title).to_python(skip_empty_area=False))
            for title in book.sheet_names
        ]
    except (CalamineError, ValueError, OSError) as error:
        raise NOT_A_WORKBOOK(
            name=name, reason="文件已损坏或加了密码，请用 Excel 或 WPS 打开后另存为 xlsx"
        ) from error


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
