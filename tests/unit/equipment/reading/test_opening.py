"""Files that are no lists: each with a sentence that says what it is and what to do."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook, load_workbook

from formserver.core.errors import AppError
from formserver.equipment.reading.reader import open_list
from tests.unit.equipment.reading.conftest import Read, book_of, patched, saved

GOOD = book_of(["设备名称", "型号"], ["水泵", "IS80"])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
REL = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEET = "xl/worksheets/sheet1.xml"


def refusal(data, name="清单.xlsx"):
    with pytest.raises(AppError) as caught:
        open_list(data, name)
    assert caught.value.code.code == "LIST_UNREADABLE"
    return caught.value.message()


def package(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "0 字节"),
        (b" " * 300, "没有内容"),
        (b"%PDF-1.7\nx", "PDF"),
        (b"MZ\x90\x00" + b"\x00" * 99, "程序"),
        (b"#!/bin/sh\nrm", "程序"),
        (b"\x89PNG\r\n\x1a\n123", "图片"),
        (b"\xff\xd8\xff\xe0123", "图片"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
        ("<html><table><tr><td>设备名称</td></tr></table></html>".encode(), "网页"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html>", "网页"),
        (b"<table border=1><tr><td>1</td></tr></table>", "网页"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"PK\x03\x04" + b"x" * 50, "损坏"),
        (GOOD[:1200], "损坏"),
        (GOOD[:-30], "损坏"),
        (OLE + b"\x00" * 5000, "损坏"),
        (OLE + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600, "密码"),
        (OLE + "WordDocument".encode("utf-16-le") + b"\x00" * 600, "Word"),
        (OLE + "_VBA_PROJECT_CUR".encode("utf-16-le") + b"\x00" * 600, "宏"),
        (package(word__document="x"), "压缩包"),
        (package(**{"word__document.xml": "x"}), "Word"),
        (package(**{"content.xml": "x"}), "ODS"),
        (package(**{"xl__workbook.bin": "x"}), "xlsb"),
        (b"\x00\x01\x02\x03" * 64, "控制字符"),
        (bytes(range(1, 256)) * 8, "编码无法识别"),
        ("设备名称,型号\n水泵,IS\x0080\n".encode(), "空字符"),
        ("设备名称\n水泵\n风机\n".encode(), "只有一列"),
        ("设备名称,型号\n水泵,IS80\n".encode() + "车间,离心泵".encode("gbk") * 3 + b"\n", "混用"),
        (b'a,b\n"' + b"x" * 200_000 + b"\n", "引号"),
        (("," * 300 + "\n").encode() * 3, "最多 200 列"),
        (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_list_is_named_with_the_way_out(data, says):
    message = refusal(data)
    assert says in message
    assert message.endswith("。")
    assert "“清单.xlsx”" in message


def test_macros_are_refused():
    with_macro = patched(
        GOOD,
        "[Content_Types].xml",
        lambda xml: xml.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"),
    )
    assert "宏" in refusal(with_macro)
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert "宏" in refusal(out.getvalue())


def test_ten_thousand_columns_are_refused():
    assert "最多 200 列" in refusal(book_of(["型号"] * 10_000))


def test_a_million_empty_rows_are_no_obstacle():
    rows = b"".join(
        b'<row r="%d" spans="1:2"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n)
        for n in range(3, 400_000)
    )
    read = Read(patched(GOOD, SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")))
    assert [row.values["model"] for row in read.rows] == ["IS80"]


def test_a_sheet_of_nothing_but_format_says_so():
    book = Workbook()
    for number in range(1, 50):
        book.active.cell(number, 1).number_format = "@"
    read = Read(saved(book))
    assert read.rows == []
    assert "空表" in read.plan.sheets[0].why


def bomb(cell):
    return patched(GOOD, SHEET, lambda xml: xml.replace(b"</sheetData>", cell + b"</sheetData>"))


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c t="n" r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576">\n<c\n\tr = "XFD1048576" ><v>1</v></c></row>',
        b'<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
        b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="1048576"><x:c r="XFD1048576">'
        b"<x:v>1</x:v></x:c></x:row>",
        b'<row r="1048575"/>' + b"<row><c/>" + b'<c r="XFD1048576"><v>1</v></c></row>',
        b'<!-- --><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>',
    ],
)
def test_a_small_file_that_asks_for_terabytes_is_refused_however_it_is_written(cell):
    assert "范围过大" in refusal(bomb(cell))


@pytest.mark.parametrize("kind", [b't="s"', b"t='s'"])
def test_a_text_copied_into_many_cells_is_weighed(kind):
    main = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = b"<sst %b><si><t>%b</t></si><si><t>x</t></si></sst>" % (main, "水".encode() * 30_000)
    cells = b"".join(b'<row r="%d"><c r="A%d" %b><v>0</v></c></row>' % (n, n, kind) for n in range(5, 20_001))
    out = io.BytesIO(bomb(cells))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", texts)
    assert "文字总量过大" in refusal(out.getvalue())


def test_a_zip_bomb_is_refused_before_it_is_unpacked():
    out = io.BytesIO(GOOD)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/big.xml", "w", force_zip64=True) as big,
    ):
        for _ in range(450):
            big.write(b"\x00" * 1_000_000)
    assert "展开后过大" in refusal(out.getvalue())


def test_a_thousand_small_sheets_are_called_too_many_not_too_large():
    book = Workbook(write_only=True)
    for number in range(1_000):
        book.create_sheet(f"表{number}")
    said = refusal(saved(book))
    assert "工作表或附属内容太多" in said
    assert "过大" not in said


def test_a_member_longer_than_it_says_is_refused():
    data = bytearray(bomb(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        shorter = archive.read(SHEET)[: archive.getinfo(SHEET).file_size - 90]
    place = data.index(SHEET.encode(), data.index(b"PK\x01\x02")) - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 16 : place + 20] = struct.pack("<I", zlib.crc32(shorter))
    data[place + 24 : place + 28] = struct.pack("<I", len(shorter))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.read(SHEET) == shorter, "other readers believe what the directory says"
    assert "损坏" in refusal(bytes(data))


def test_entities_are_not_expanded():
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    assert "内部结构" in refusal(patched(GOOD, SHEET, lambda xml: entity + xml))


def test_pictures_and_a_theme_do_not_hinder():
    book = load_workbook(io.BytesIO(GOOD))
    assert Read(saved(book)).rows[0].values["name"] == "水泵"


def test_one_member_as_many_sheets_is_refused():
    link = b'<sheet name="S%d" sheetId="%d" state="visible" r:id="rId1" />'

    def many(xml):
        more = b"".join(link % (n, n) for n in range(2, 150))
        return xml.replace(b"</sheets>", more.replace(b"r:id", b'xmlns:r="%b" r:id' % REL) + b"</sheets>")

    assert "内部结构不正常" in refusal(patched(GOOD, "xl/workbook.xml", many))

    def twice(xml):
        found = re.search(rb'Target="(/?[a-z/]*worksheets/sheet1.xml)"', xml)[1]
        other = b'<Relationship Id="rId99" Type="%b/worksheet" Target="/xl/./worksheets/Sheet1.xml"/>' % REL
        assert found
        return xml.replace(b"</Relationships>", other + b"</Relationships>")

    assert "内部结构不正常" in refusal(patched(GOOD, "xl/_rels/workbook.xml.rels", twice))


def test_a_million_merged_cells_do_not_hold_up():
    merged = b"<mergeCells>" + b'<mergeCell ref="A1:CV3"/>' * 200_000 + b"</mergeCells>"
    read = Read(patched(GOOD, SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + merged)))
    assert len(read.rows) == 1
