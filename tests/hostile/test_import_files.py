"""Lists of enterprises that are none, that grow when opened, or whose names mean mischief."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.kit import Town, send, sheet

HTML = b"<!doctype html><script>alert(1)</script>"


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, change(item.filename, old.read(item.filename)))
        for name, content in more.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


GOOD_SHEET = sheet([["单位名称", "住所"], ["试探有限公司", "某地"]])
CELL = b'<c r="%s" t="inlineStr"><is><t>x</t></is></c>'


def with_rows(rows: bytes) -> bytes:
    return rewritten(
        GOOD_SHEET,
        lambda name, x: x.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else x,
    )


def with_doctype(name: str, data: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return data
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "/etc/passwd">]>'
    )
    return bomb + data.replace(
        b"</sheetData>", b"<row r='9'>" + CELL % b"A9" + b"</row></sheetData>"
    ).replace(b">x<", b">&b;&c;<")


def lying(size: int) -> bytes:
    data = with_rows(b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"x" * size + b"</t></is></c></row>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(struct.pack("<I", real), struct.pack("<I", 1_000))


REFUSED_SHEETS: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.xlsx", b""),
    "a program": ("a.xlsx", b"MZ" + b"\0" * 100),
    "a page": ("a.xlsx", HTML),
    "a PDF": ("a.xlsx", b"%PDF-1.7"),
    "text": ("a.xlsx", "单位名称,住所\n甲,乙\n".encode()),
    "an old sheet": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a docx": ("a.xlsx", Path("doc_templates/inspection_notice/v1.docx").read_bytes()),
    "an empty archive": ("a.xlsx", b"PK\x05\x06" + b"\0" * 18),
    "a cut archive": ("a.xlsx", GOOD_SHEET[:-30]),
    "macros": ("a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, xl__vbaProject_dot_bin=b"x")),
    "a document type": ("a.xlsx", rewritten(GOOD_SHEET, with_doctype)),
    "a zip bomb": ("a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, xl__bomb_dot_xml=b" " * 120_000_000)),
    "a zip bomb that lies": ("a.xlsx", lying(30_000_000)),
    "two thousand members": (
        "a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, **{f"xl__m{n}_dot_xml": b"<x/>" for n in range(2_000)})
    ),
    "one value in the last cell": ("a.xlsx", with_rows(b'<row r="1048576">' + CELL % b"XFD1048576" + b"</row>")),
    "a value in a cell that cannot be": ("a.xlsx", with_rows(b'<row r="3">' + CELL % b"A1000000000000" + b"</row>")),
    "a row that cannot be": ("a.xlsx", with_rows(b'<row r="99999999999">' + CELL % b"A3" + b"</row>")),
    "too many wide sheets": ("a.xlsx", with_rows(b'<row r="300000">' + CELL % b"ZZ300000" + b"</row>")),
    "more than 5 MB": ("a.xlsx", b"PK\x03\x04" + b"\0" * (5 << 20)),
    "six thousand rows": ("a.xlsx", sheet([["单位名称"], *[[f"公司{n}"] for n in range(6_000)]])),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED_SHEETS)
def test_a_list_of_enterprises_that_is_none_is_refused_with_the_way_out(town: Town, what: str) -> None:
    name, data = REFUSED_SHEETS[what]
    answer = send(
        town.client("clerk"), "POST", "/enterprises/import", data={"file": (io.BytesIO(data), name)}
    )
    assert answer.status_code == 422, (what, answer.status_code)
    assert "不能导入" in answer.text
    assert "请" in answer.text.partition("不能导入")[2][:200]


def test_links_to_other_files_in_a_list_are_not_followed(town: Town) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x>http://evil.example</x></externalLink>'
    data = rewritten(GOOD_SHEET, lambda _n, x: x, xl__externalLinks__externalLink1_dot_xml=link)
    answer = send(
        town.client("clerk"), "POST", "/enterprises/import", data={"file": (io.BytesIO(data), "a.xlsx")}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "name", ["../../x.xlsx", "a\r\nX-Evil: 1.xlsx", "<script>alert(1)</script>.xlsx", "x" * 900]
)
def test_the_name_of_a_list_is_only_a_name(town: Town, name: str) -> None:
    data = {"file": (io.BytesIO(GOOD_SHEET), name)}
    answer = send(town.client("clerk"), "POST", "/enterprises/import", data=data)
    assert answer.status_code == 302 or "\r" in name  # a name that ends the header is no file
    if answer.status_code != 302:
        return
    page = town.client("clerk").get(answer.location)
    assert "<script>alert" not in page.text
    with town.client("clerk").get(answer.location + "/report.xlsx", buffered=True) as report:
        assert report.headers["Content-Disposition"] == 'attachment; filename="enterprise-import-report.xlsx"'
