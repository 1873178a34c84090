"""Scanning by patterns against parsing: the same facts where both speak, and no word where patterns could be fooled."""

from __future__ import annotations

import io
import random
import zipfile

import pytest
from openpyxl import Workbook

from formserver.rendering import sheet_extent
from formserver.rendering.sheet_extent import ExtentError, check_extent
from formserver.rendering.sheet_scan import scan
from formserver.rendering.sheet_streaming import streamed

MEMBER = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet(inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}><sheetData>{inner}</sheetData></worksheet>'.encode()


def parsed(xml: bytes, monkeypatch: pytest.MonkeyPatch):
    """The facts by parsing alone."""
    monkeypatch.setattr(sheet_extent, "scan", lambda chunks: None)
    return facts_of(xml)


def facts_of(xml: bytes):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(MEMBER, xml)
    with zipfile.ZipFile(out) as archive:
        return check_extent(archive)[MEMBER]


def written_by_openpyxl() -> bytes:
    book, chance = Workbook(), random.Random(7)
    page = book.active
    for _ in range(60):
        cell = page.cell(chance.randint(1, 90), chance.randint(1, 40))
        cell.value = chance.choice(["文字", 3, "=1+1", '=IF(A1="","",1)', True, "#N/A", " <&> ", 0.5])
    page.row_dimensions[4].hidden = True
    page.column_dimensions["C"].hidden = True
    page.auto_filter.ref = "A1:C9"
    return saved_member(book)


def saved_member(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        return archive.read(MEMBER)


def written_by_us() -> bytes:
    with zipfile.ZipFile(
        io.BytesIO(streamed([("表", [9.0], [["甲", 1], ["", "=x"], [], ["乙"]])]))
    ) as archive:
        return archive.read(MEMBER)


CASES = {
    "openpyxl": written_by_openpyxl(),
    "ours": written_by_us(),
    "empty": sheet(""),
    "styled": sheet(
        '<row r="1"><c r="A1" s="1"/><c r="B1" s="1"><v>2</v></c></row><row r="9" hidden="1"><c r="Z9" s="3"/></row>'
    ),
    "shared formula": sheet(
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>2</v></c><c r="B1"><f t="shared" si="0"/></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>1</f></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    ),
    "many rows": sheet("".join(f'<row r="{n}"><c r="B{n}"><v>{n}</v></c></row>' for n in range(1, 5_000))),
}


@pytest.mark.parametrize("xml", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("size", [61, 1_000, 1 << 21])
def test_both_ways_find_the_same(xml, size, monkeypatch):
    quick = scan(xml[at : at + size] for at in range(0, len(xml), size))
    slow = parsed(xml, monkeypatch)
    assert quick is not None
    for name in (
        "last_row",
        "last_column",
        "texts",
        "formulas",
        "missing",
        "faults",
        "hidden_rows",
        "hidden_columns",
        "filtered",
    ):
        assert getattr(quick, name) == getattr(slow, name), name


@pytest.mark.parametrize(
    "inner",
    [
        "<row r='1'><c r='A1'><v>1</v></c></row>",
        '<row><c><v>1</v></c></row>',
        '<row r="1"><c  r="A1"><v>1</v></c></row>',
        '<row r="1"><c s="1" r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A&#49;"><v>1</v></c></row>',
        '<row r="1"><c\nr="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t=\'s\'><v>1</v></c></row>',
        '<x:row xmlns:x="y" r="1"><x:c r="A1"><v>1</v></x:c></x:row>',
        '<row r="1"><c r="A1"><v><![CDATA[1]]></v></c></row>',
        '<!-- <c r="A1"> -->',
        '<?pi <c r="A1"> ?>',
        '<row r="1"><c r="a1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" x="&gt;"><v>1</v></c></row>',
    ],
)  # fmt: skip
def test_what_is_written_otherwise_is_left_to_the_parser(inner):
    assert scan([sheet(inner)]) is None


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "latin-1"])
def test_other_encodings_are_left_to_the_parser(encoding):
    text = sheet('<row r="1"><c r="A1"><v>1</v></c></row>').decode().replace("UTF-8", encoding)
    assert scan([text.encode(encoding)]) is None


def test_a_document_type_is_refused_either_way(monkeypatch):
    xml = b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet("").partition(b"?>")[2]
    with pytest.raises(ExtentError):
        facts_of(xml)
    with pytest.raises(ExtentError):
        parsed(xml, monkeypatch)
