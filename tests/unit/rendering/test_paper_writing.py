"""Papers laid out by data: readable by Word's own reader, deterministic, safe from what people typed."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from formserver.rendering.paper_writing import Cell, Paper


def paper(**changes: object) -> Paper:
    made = Paper("计算书", **changes)  # type: ignore[arg-type]
    made.text("计算书", "title")
    made.table(
        [
            [Cell("甲", rows=2), Cell("乙", span=2)],
            [Cell("丙"), Cell("丁")],
            [Cell("1"), Cell("2"), Cell("3")],
        ],
        [1, 1, 2],
        header=2,
    )
    return made


def test_words_and_tables_are_where_they_were_put():
    document = Document(io.BytesIO(paper().docx()))
    assert [p.text for p in document.paragraphs if p.text] == ["计算书"]
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["甲", "乙", "乙"],
        ["甲", "丙", "丁"],
        ["1", "2", "3"],
    ]


def test_the_same_content_gives_the_same_bytes_with_and_without_a_warning():
    assert paper().docx() == paper().docx()
    assert paper(warning="测算稿").docx() == paper(warning="测算稿").docx()


def test_the_warning_stands_in_the_head_and_across_every_page():
    made = zipfile.ZipFile(io.BytesIO(paper(warning='测算稿 "<&').docx()))
    header = made.read("word/header1.xml").decode()
    assert '测算稿 "&lt;&amp;</w:t>' in header
    assert 'string="测算稿 &quot;&lt;&amp;"' in header
    assert b"string=" not in zipfile.ZipFile(io.BytesIO(paper().docx())).read("word/header1.xml")


@pytest.mark.parametrize("text", ["</w:t><w:p/>", "a\x00b\x1f", "\ud800", "行一\r\n行二", "{{ doc.x }}"])
def test_typed_text_cannot_leave_its_place(text):
    made = Paper("x")
    made.text(text, "plain")
    (found,) = (p.text for p in Document(io.BytesIO(made.docx())).paragraphs if p.text)
    assert found == text.replace("\r\n", "\n").replace("\x00", "\ufffd").replace("\x1f", "\ufffd").replace(
        "\ud800", "\ufffd"
    )


def test_landscape_and_margins_give_the_width_of_tables():
    assert Paper("x").width == 210 - 22 - 25
    section = Document(io.BytesIO(Paper("x", landscape=True, margins=(10, 10, 10, 10)).docx())).sections[0]
    assert section.page_width > section.page_height
