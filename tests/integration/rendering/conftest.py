"""Templates written in a line of test code."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import pytest
from docx import Document

MakeTemplate = Callable[..., bytes]


@pytest.fixture
def make_template() -> MakeTemplate:
    """``make_template("甲 {{ x }}", header="…")``: a docx of paragraphs, with an optional header, footer and table."""

    def make(
        *paragraphs: str,
        header: str | None = None,
        footer: str | None = None,
        table: list[list[str]] | None = None,
    ) -> bytes:
        document = Document()
        for text in paragraphs:
            document.add_paragraph(text)
        if table:
            made = document.add_table(rows=len(table), cols=len(table[0]))
            for row, texts in enumerate(table):
                for column, text in enumerate(texts):
                    made.cell(row, column).text = text
        if header is not None:
            document.sections[0].header.paragraphs[0].text = header
        if footer is not None:
            document.sections[0].footer.paragraphs[0].text = footer
        stream = io.BytesIO()
        document.save(stream)
        return stream.getvalue()

    return make


@pytest.fixture
def repack() -> Callable[..., bytes]:
    """``repack(docx, {"word/x.xml": b"…"}, replace={...})``: the file with members added or changed."""

    def change(docx: bytes, members: Mapping[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(docx)) as source,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                if name not in members:
                    target.writestr(name, source.read(name))
            for name, data in members.items():
                target.writestr(name, data)
        return stream.getvalue()

    return change


@pytest.fixture
def text_of() -> Callable[[bytes], str]:
    """The text of the main part, paragraphs joined by line ends."""

    def read(docx: bytes) -> str:
        document = Document(io.BytesIO(docx))
        texts = [paragraph.text for paragraph in document.paragraphs]
        texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join(texts)

    return read
