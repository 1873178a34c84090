"""Which kind of table a file really is, and its sheets in memory: by content, never by name."""

from __future__ import annotations

from typing import Final

from formserver.equipment.reading.books import open_book
from formserver.equipment.reading.limits import LARGEST_FILE, MOST_COLUMNS, MOST_LINES, MOST_ROWS, Unreadable
from formserver.equipment.reading.model import LIST_UNREADABLE, OpenedList
from formserver.equipment.reading.old_books import open_old_book
from formserver.equipment.reading.texts import open_text
from formserver.rendering.sheet_reading import OLE, NotAWorkbook, is_program

_SAVE_AS: Final = "请用 Excel 或 WPS 打开后另存为 xlsx 再上传"
_WEB_PAGE: Final = (
    b"<html",
    b"<!doctype html",
    b"<table",
    b"<head",
    b"<body",
    b"<style",
    b"<meta",
    b"mime-version:",
)
_PICTURES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
_PACKED: Final = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def open_list(data: bytes, name: str) -> OpenedList:
    """See :func:`formserver.equipment.reading.reader.open_list`."""
    try:
        opened = _open(data, name)
        _check_size(opened)
    except (Unreadable, NotAWorkbook) as refused:
        raise LIST_UNREADABLE(name=name, reason=str(refused)) from refused
    return opened


def _open(data: bytes, name: str) -> OpenedList:
    if not data:
        raise Unreadable("文件是空的（0 字节），请重新选择")
    if len(data) > LARGEST_FILE:
        raise Unreadable(f"文件超过 {LARGEST_FILE // 1048576} MB，请删去图片等无关内容，或拆成几个文件")
    if data.startswith(OLE):
        return open_old_book(data, name)
    if data.startswith(b"PK"):
        return open_book(data, name)
    _refuse_others(data)
    return open_text(data, name)


def _refuse_others(data: bytes) -> None:
    """What is no table at all, or a table in a dress nobody can read safely."""
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    low = start[:2048].lower()
    if low.startswith(_WEB_PAGE) or (low.startswith(b"<") and b"<html" in low):
        raise Unreadable(f"这是网页格式的表格（不少系统导出的 .xls 其实是网页），{_SAVE_AS}")
    if low.startswith((b"<?xml", b"<workbook")):
        raise Unreadable(f"这是 XML 格式的表格，{_SAVE_AS}")
    if start.startswith(b"%PDF"):
        raise Unreadable("这是 PDF 文件，不是表格，请上传原始的 Excel 文件，或把内容录入设备信息表模板")
    if start.startswith(_PICTURES) or data[4:12] in (b"ftypheic", b"ftypmif1"):
        raise Unreadable("这是图片，不是表格，请上传原始的 Excel 文件，或把内容录入设备信息表模板")
    if is_program(data):
        raise Unreadable("这是一个程序，不是表格，系统没有保存它，请选择 xlsx、xls 或 csv 文件")
    if data.startswith(_PACKED):
        raise Unreadable("这是压缩包，请解压后上传里面的表格")
    if data[:2] in (b"\x09\x04", b"\x09\x02", b"\x09\x00") and data[2:4] in (
        b"\x06\x00",
        b"\x04\x00",
        b"\x08\x00",
    ):
        raise Unreadable(f"这是很早的 xls 格式，{_SAVE_AS}")
    if start.startswith(b"{\\rtf"):
        raise Unreadable("这是 RTF 文档，不是表格，请把表格复制到 Excel 后存为 xlsx")


def _check_size(opened: OpenedList) -> None:
    for sheet in opened.sheets:
        if sheet.width > MOST_COLUMNS:
            raise Unreadable(
                f"工作表“{sheet.title}”有 {sheet.width} 列，最多 {MOST_COLUMNS} 列，请删去与设备无关的列"
            )
        if len(sheet.grid) > MOST_LINES:
            raise Unreadable(
                f"工作表“{sheet.title}”有 {len(sheet.grid)} 行，一份清单最多 {MOST_ROWS} 行设备，请拆成几个文件"
            )
