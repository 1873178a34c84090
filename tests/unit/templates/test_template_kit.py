"""The kit that templates are drawn with: same drawing, same bytes; official measures; no drawing that cannot fit."""

from __future__ import annotations

import io
import zipfile

import pytest
from lxml import etree

from tools.templates import __main__ as command
from tools.templates.kit import PAGES, Paper, centre, label, value
from tools.templates.oxml import STYLES, W, twips

NS = {"w": W}


def document(paper: Paper) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(paper.build())) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def test_the_same_drawing_gives_the_same_bytes():
    assert command.draw("inspection_notice").build() == command.draw("inspection_notice").build()


def test_an_official_paper_has_the_margins_of_the_standard():
    margins = document(Paper("gongwen", "通知书")).find(".//w:pgMar", NS).attrib
    millimetres = {
        side: round(int(margins[f"{{{W}}}{side}"]) * 25.4 / 1440)
        for side in ("top", "left", "right", "bottom")
    }
    assert millimetres == {"top": 37, "left": 28, "right": 26, "bottom": 35}


def test_twenty_two_lines_fill_the_type_area_and_letters_are_not_pressed_together():
    body, page = STYLES["公文正文"], PAGES["gongwen"]
    points = 72 / 25.4
    assert int((297 - page.top - page.bottom + 0.1) * points // body.line) == 22
    assert page.width * points // body.size == 27
    with zipfile.ZipFile(io.BytesIO(Paper("gongwen", "通知书").build())) as archive:
        assert b"<w:spacing w:val=" not in archive.read("word/styles.xml"), (
            "LibreOffice loses punctuation then"
        )


def test_every_style_declares_its_east_asian_face():
    with zipfile.ZipFile(io.BytesIO(Paper("form", "表").build())) as archive:
        styles = etree.fromstring(archive.read("word/styles.xml"))
    custom = styles.xpath("//w:style[@w:customStyle='1']", namespaces=NS)
    assert len(custom) == len(STYLES)
    for style in custom:
        fonts = style.find("w:rPr/w:rFonts", NS)
        assert fonts.get(f"{{{W}}}eastAsia")
        assert fonts.get(f"{{{W}}}ascii") == "Times New Roman"


def test_a_row_that_does_not_fill_its_grid_is_refused():
    paper = Paper("form", "表")
    with pytest.raises(ValueError, match="2 of 3"), paper.grid(20, 20, 20) as grid:
        grid.row(label("甲"), value("乙"))


def test_a_grid_wider_than_the_page_is_refused():
    with pytest.raises(ValueError, match="the page has"), Paper("form", "表").grid(100, 100):
        pass


def test_a_repeated_head_and_unbroken_rows_are_marked_for_word():
    paper = Paper("form", "表")
    with paper.grid(80, 80) as grid:
        grid.head(label("名称"), label("份数"))
        with grid.each("d in docs"):
            grid.row(value("{{ d.title }}"), centre("{{ d.copies }}"))
    rows = document(paper).findall(".//w:tr", NS)
    assert [row.find("w:trPr/w:tblHeader", NS) is not None for row in rows] == [True, False, False, False]
    assert all(row.find("w:trPr/w:cantSplit", NS) is not None for row in rows)


def test_a_document_never_ends_with_a_table():
    paper = Paper("form", "表")
    with paper.grid(80) as grid:
        grid.row(value("甲"))
    body = document(paper).find("w:body", NS)
    assert [child.tag.rpartition("}")[2] for child in body][-2:] == ["p", "sectPr"]


def test_a_tick_and_its_tab_stay_apart_from_the_words():
    cell = document_with_tab()
    assert [
        node.tag.rpartition("}")[2]
        for node in cell.iter(f"{{{W}}}t", f"{{{W}}}tab")
        if node.getparent().tag.endswith("}r")
    ] == [
        "t",
        "tab",
        "t",
    ]


def document_with_tab() -> etree._Element:
    paper = Paper("form", "表")
    paper.add("甲\t乙", style="格内")
    return document(paper)


def test_a_file_edited_in_word_is_not_drawn_over(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "ROOT", tmp_path)
    assert command.build(["service_receipt"], force=False) == 0
    drawn = command.template_path("service_receipt")
    with zipfile.ZipFile(drawn, "a") as archive:
        archive.writestr("word/theme/theme1.xml", "<a/>")
    edited = drawn.read_bytes()
    assert command.build(["service_receipt"], force=False) == 1
    assert drawn.read_bytes() == edited
    assert "保留" in capsys.readouterr().out
    assert command.build(["service_receipt"], force=True) == 0
    assert drawn.read_bytes() != edited


def test_columns_are_told_in_twentieths_of_a_point():
    assert twips(25.4) == 1440
