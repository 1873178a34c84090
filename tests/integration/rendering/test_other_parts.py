"""Notes, comments and properties are rendered too, but only what is on paper counts as printed."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docxtpl import DocxTemplate

from formserver.core.errors import AppError
from formserver.core.rendering_port import RenderRequest
from formserver.rendering.compile import compile_template
from formserver.rendering.engine import TemplateEngine

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NOTE = '<w:{kind} w:id="1"><w:p><w:r><w:t>注 {{{{ memo }}}}</w:t></w:r></w:p></w:{kind}>'
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="n"><vt:lpwstr>{{ memo }}</vt:lpwstr></property>'
    "</Properties>"
)
Repack = Callable[..., bytes]


def with_part(repack: Repack, docx: bytes, kind: str) -> bytes:
    """``docx`` with a footnotes, endnotes or comments part that prints ``memo``."""
    note = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}[kind]
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        types = archive.read("[Content_Types].xml").decode()
        rels = archive.read("word/_rels/document.xml.rels").decode()
    override = f'<Override PartName="/word/{kind}.xml" ContentType="{WORD_TYPE}.{kind}+xml"/></Types>'
    line = f'<Relationship Id="rIdN" Type="{OFFICE}/{kind}" Target="{kind}.xml"/></Relationships>'
    xml = f'<w:{kind} xmlns:w="{W}">{NOTE.format(kind=note)}</w:{kind}>'
    return repack(
        docx,
        {
            "[Content_Types].xml": types.replace("</Types>", override).encode(),
            "word/_rels/document.xml.rels": rels.replace("</Relationships>", line).encode(),
            f"word/{kind}.xml": xml.encode(),
        },
    )


def member(docx: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("kind", ["footnotes", "endnotes", "comments"])
def test_notes_and_comments_are_rendered(make_template: Repack, repack: Repack, kind: str) -> None:
    docx = with_part(repack, make_template("正文"), kind)
    done = compile_template(docx).render({"memo": "甲<\n乙"})
    assert "注 甲&lt;</w:t><w:br/>" in member(done, f"word/{kind}.xml")


def test_footnotes_equal_docxtpl(make_template: Repack, repack: Repack) -> None:
    docx = with_part(repack, make_template("正文 {{ memo }}"), "footnotes")
    stock = DocxTemplate(io.BytesIO(docx))
    stock.render({"memo": "甲<乙"}, autoescape=True)
    stream = io.BytesIO()
    stock.save(stream)
    theirs = member(stream.getvalue(), "word/footnotes.xml")
    assert "注 甲&lt;乙" in theirs
    assert "注 甲&lt;乙" in member(compile_template(docx).render({"memo": "甲<乙"}), "word/footnotes.xml")


@pytest.mark.parametrize(("kind", "counts"), [("footnotes", True), ("endnotes", True), ("comments", False)])
def test_only_what_is_on_paper_counts_as_printed(
    make_template: Repack, repack: Repack, kind: str, counts: bool
) -> None:
    docx = with_part(repack, make_template("正文"), kind)
    schema = {"type": "object", "properties": {"memo": {"type": "string", "title": "说明"}}}
    asked = RenderRequest(docx, hashlib.sha256(docx).hexdigest(), schema, {"memo": "甲"}, {})
    if counts:
        assert TemplateEngine().render(asked).manifest["printed"] == ["/memo"]
    else:
        with pytest.raises(AppError) as caught:
            TemplateEngine().render(asked)
        assert caught.value.code.code == "FIELD_NOT_PRINTED"


def test_properties_are_rendered_as_plain_text(make_template: Repack, repack: Repack) -> None:
    docx = make_template("正文")
    document = Document(io.BytesIO(docx))
    document.core_properties.title = "{{ memo }} 标题"
    stream = io.BytesIO()
    document.save(stream)
    docx = stream.getvalue()
    types = member(docx, "[Content_Types].xml")
    override = (
        '<Override PartName="/docProps/custom.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/></Types>'
    )
    docx = repack(
        docx,
        {
            "[Content_Types].xml": types.replace("</Types>", override).encode(),
            "docProps/custom.xml": CUSTOM.encode(),
        },
    )
    done = compile_template(docx).render({"memo": "甲<&>"})
    assert Document(io.BytesIO(done)).core_properties.title == "甲<&> 标题"
    assert "甲&lt;&amp;&gt;" in member(done, "docProps/custom.xml")


@pytest.mark.parametrize(
    "text", ["{_{ x }_}", "{{ x }}", "{% if %}", '\n<w:p fsn="3">', "</w:t>", "&amp;", "]]>", "  两端  "]
)
def test_text_that_looks_like_markup_stays_text(make_template: Repack, text: str) -> None:
    done = Document(io.BytesIO(compile_template(make_template("[{{ x }}]")).render({"x": text})))
    assert done.paragraphs[0].text == f"[{text}]"


@pytest.mark.parametrize(
    "xml",
    [
        "<w:p><w:r><w:instrText>{{ x }}</w:instrText></w:r></w:p>",
        "<w:p><w:del><w:r><w:delText>{{ x }}</w:delText></w:r></w:del></w:p>",
    ],
)  # fmt: skip
def test_placeholder_where_nobody_reads_is_refused(make_template: Repack, repack: Repack, xml: str) -> None:
    docx = make_template("甲")
    main = member(docx, "word/document.xml").replace("<w:sectPr", xml + "<w:sectPr", 1)
    with pytest.raises(AppError) as caught:
        compile_template(repack(docx, {"word/document.xml": main.encode()}))
    assert caught.value.code.code == "TEMPLATE_FORBIDDEN"


def test_value_cannot_leave_an_attribute(make_template: Repack) -> None:
    docx = make_template("甲", table=[["{% cellbg colour %}{{ x }}"]])
    compiled = compile_template(docx)
    assert 'w:fill="FF0000"' in member(compiled.render({"x": "甲", "colour": "FF0000"}), "word/document.xml")
    for colour in ('"/><w:x a="', "甲\n乙", "<"):
        with pytest.raises(AppError):
            compiled.render({"x": "甲", "colour": colour})
