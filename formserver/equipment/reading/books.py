"""Workbooks of today (xlsx): checked before they are laid out, then read by the fast reader."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from formserver.equipment.reading.limits import (
    LARGEST_FILE,
    LARGEST_UNPACKED,
    MOST_CELLS,
    MOST_SHEETS,
    Unreadable,
)
from formserver.equipment.reading.model import LazyGrid, OpenedList, OpenedSheet
from formserver.rendering.sheet_facts import SheetFacts
from formserver.rendering.sheet_reading import DAMAGED, Limits, check_package

_LIMITS: Final = Limits(LARGEST_FILE, LARGEST_UNPACKED, MOST_CELLS)
_LINK: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_LINK: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_OTHERS: Final = {
    "xl/workbook.bin": "这是 xlsb 格式，请用 Excel 打开后另存为 xlsx",
    "content.xml": "这是 ODS 格式，请另存为 xlsx",
    "word/document.xml": "这是 Word 文档，请把其中的表格复制到 Excel 后存为 xlsx",
    "ppt/presentation.xml": "这是演示文稿，不是表格，请上传 Excel 文件",
}


def open_book(data: bytes, name: str) -> OpenedList:
    """The sheets of an xlsx. Raises Unreadable or NotAWorkbook with the way out."""
    _refuse_relatives(data)
    facts = check_package(data, _LIMITS)
    try:
        members = _members(data)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        known = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        if len(known) > MOST_SHEETS:
            raise Unreadable(f"文件有 {len(known)} 张工作表，最多 {MOST_SHEETS} 张，请拆成几个文件")
        sheets = []
        for one in known:
            sheet = book.get_sheet_by_name(one.name)
            remarks = (
                ()
                if one.visible == SheetVisibleEnum.Visible
                else (f"工作表“{one.name}”是隐藏的，已一并读取。",)
            )
            sheets.append(
                _sheet(one.name, sheet, facts.get(members.get(one.name, ""), SheetFacts()), remarks)
            )
    except Unreadable:
        raise
    except (
        CalamineError,
        ValueError,
        OSError,
        KeyError,
        ElementTree.ParseError,
        zipfile.BadZipFile,
    ) as error:
        raise Unreadable(DAMAGED) from error
    return OpenedList(name, "xlsx", tuple(sheets))


def _refuse_relatives(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            for member, reason in _OTHERS.items():
                if member in names:
                    raise Unreadable(reason)
            if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
                item = archive.getinfo("[Content_Types].xml")
                if item.file_size < 1_000_000 and b"macroEnabled" in archive.read(item):
                    raise Unreadable("文件带有宏（xlsm），请另存为不带宏的 xlsx 再上传")
            elif "xl/workbook.xml" not in names and names:
                raise Unreadable("这是压缩包，不是 Excel 工作簿，请解压后上传里面的表格")
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(
            "文件不完整或已损坏（可能没有下载完），请用 Excel 或 WPS 打开确认后另存为 xlsx"
        ) from error


def _members(data: bytes) -> Mapping[str, str]:
    """Title of a sheet → its member; what the package check has seen holds no document type, so parsing is safe."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - checked before
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {
        link.get("Id", ""): posixpath.normpath(posixpath.join("xl", link.get("Target", ""))).lstrip("/")
        for link in links
    }
    return {
        one.get("name", ""): targets.get(one.get(_LINK) or one.get(_STRICT_LINK) or "", "")
        for one in book.iter()
        if one.tag.rpartition("}")[2] == "sheet"
    }


def _sheet(title: str, sheet: CalamineSheet, facts: SheetFacts, remarks: tuple[str, ...]) -> OpenedSheet:
    start, end = sheet.start, sheet.end
    height, width = (end[0] + 1, end[1] + 1) if end else (0, 0)
    pad = [""] * (start[1] if start else 0)

    def rows() -> Iterator[Sequence[Any]]:
        lines = sheet.iter_rows() if end else iter(())
        return (pad + line for line in lines) if pad else lines

    return OpenedSheet(
        title=title,
        grid=LazyGrid(rows, height),
        width=width,
        merged=tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ()),
        missing=frozenset(facts.missing),
        faults=frozenset(facts.faults),
        remarks=(*remarks, *_remarks(title, facts, width)),
    )


def _remarks(title: str, facts: SheetFacts, width: int) -> Iterator[str]:
    hidden = sum(max(0, min(last, width) - first + 1) for first, last in facts.hidden_columns)
    if facts.hidden_rows:
        why = "筛选或手工隐藏" if facts.filtered else "隐藏"
        yield f"工作表“{title}”有 {facts.hidden_rows} 行被{why}，已一并读取。"
    if hidden:
        yield f"工作表“{title}”有 {hidden} 列被隐藏，已一并读取。"
    if facts.missing_count:
        yield (
            f"工作表“{title}”有 {facts.missing_count} 个公式没有计算结果，"
            "请用 Excel 或 WPS 打开、重新计算并保存后再上传。"
        )
    if facts.faults_count:
        yield f"工作表“{title}”有 {facts.faults_count} 个单元格是错误值（#N/A 等），按空白读取。"
