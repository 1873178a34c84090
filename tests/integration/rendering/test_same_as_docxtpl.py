"""Where docxtpl with autoescape renders a template, our output says and looks the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document
from docxtpl import DocxTemplate, Listing, RichText, RichTextParagraph
from lxml import etree

from formserver.rendering.compile import compile_template

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
Build = Callable[[Any], None]


def split_run(document: Any) -> None:
    paragraph = document.add_paragraph("姓名：")
    for piece in ("{", "{ na", "me ", "}", "}"):
        run = paragraph.add_run(piece)
        run.bold = piece == "{ na"
    paragraph.add_run("，完")


def condition(document: Any) -> None:
    document.add_paragraph("{% if flag %}有{% else %}无{% endif %}，{{ 'A' if n > 2 else 'B' }}。")
    document.add_paragraph("{%p if flag %}")
    document.add_paragraph("成段：{{ name }}")
    document.add_paragraph("{%p else %}")
    document.add_paragraph("不该出现")
    document.add_paragraph("{%p endif %}")


def row_loop(document: Any) -> None:
    table = document.add_table(rows=4, cols=3)
    table.cell(0, 0).text = "序号"
    table.cell(1, 0).text = "{%tr for r in rows %}"
    for column, text in enumerate(("{{ loop.index }}", "{{ r.name }}", "{{ r['amount'] }}")):
        table.cell(2, column).text = text
    table.cell(3, 0).text = "{%tr endfor %}"


def column_loop(document: Any) -> None:
    table = document.add_table(rows=2, cols=3)
    for row in (0, 1):
        table.cell(row, 0).text = "{%tc for c in columns %}"
        table.cell(row, 1).text = "{{ c }}" if row == 0 else "{{ loop.index }}"
        table.cell(row, 2).text = "{%tc endfor %}"


def colspan_and_background(document: Any) -> None:
    table = document.add_table(rows=4, cols=3)
    for cell in list(table.rows[0]._tr)[-2:]:
        table.rows[0]._tr.remove(cell)
    table.rows[0].cells[0].text = "{% colspan n %}合并 {{ name }}"
    table.cell(1, 0).text = "{%tr for r in rows %}"
    table.cell(2, 0).text = "{% cellbg r.colour %}{{ r.name }}"
    table.cell(2, 1).text = "{{ r.amount }}"
    table.cell(3, 0).text = "{%tr endfor %}"


def vertical_merge(document: Any) -> None:
    table = document.add_table(rows=3, cols=2)
    table.cell(0, 0).text = "{%tr for r in rows %}"
    table.cell(1, 0).text = "{% vm %}合并 {{ name }}"
    table.cell(1, 1).text = "{{ r.name }}"
    table.cell(2, 0).text = "{%tr endfor %}"


def horizontal_merge(document: Any) -> None:
    table = document.add_table(rows=2, cols=3)
    for column, text in enumerate(("{%tc for c in columns %}", "{% hm %}横并 {{ name }}", "{%tc endfor %}")):
        table.cell(0, column).text = text
    for column, text in enumerate(("{%tc for c in columns %}", "{{ c }}", "{%tc endfor %}")):
        table.cell(1, column).text = text


def comments(document: Any) -> None:
    document.add_paragraph("前{# 注释 {{ name }} #}后")
    document.add_paragraph("{#p 整段注释 #}")
    document.add_paragraph("末 {{ name }}")


def whitespace(document: Any) -> None:
    paragraph = document.add_paragraph("收件人：")
    paragraph.add_run("{% if flag -%}")
    document.add_paragraph("   {{ name }}")
    document.add_paragraph("{%- endif %}，结束。{{- name -}}   ")


def escapes(document: Any) -> None:
    document.add_paragraph("字面 {_{ x }_} 与 {_% y %_} 与 {{ name }}")
    document.add_paragraph("{% raw %}{{ 原样 }}{% endraw %}")


def rich_text(document: Any) -> None:
    document.add_paragraph("富文本：{{r rich }}，后")
    document.add_paragraph("{{p rich_paragraph }}")
    document.add_paragraph("末")


def listing(document: Any) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = 360000
    run = paragraph.add_run("清单：{{ listing }}。")
    run.italic = True


def special_text(document: Any) -> None:
    document.add_paragraph("{{ special }}|{{ name }}")
    document.add_paragraph("静态 & < > “引号” ‘单’ {{ “甲” }}")


def loops_in_text(document: Any) -> None:
    document.add_paragraph("{% for r in rows %}{{ r.name }}{% if not loop.last %}、{% endif %}{% endfor %}")
    document.add_paragraph("{% for r in rows if r.amount > 2 %}[{{ r.name|upper }}]{% endfor %}")
    document.add_paragraph(
        "{% for r in [] %}x{% else %}空{% endfor %}{{ rows|length }}{{ columns|join('-') }}"
    )


def set_and_macro(document: Any) -> None:
    document.add_paragraph("{% set who = name ~ '先生' %}{{ who }}{% with a = 1 %}{{ a + n }}{% endwith %}")
    document.add_paragraph("{% macro pair(a, b) %}<{{ a }}:{{ b }}>{% endmacro %}{{ pair(name, special) }}")


def run_tags(document: Any) -> None:
    paragraph = document.add_paragraph("前")
    paragraph.add_run("{%r if flag %}")
    paragraph.add_run("中 {{ name }}").bold = True
    paragraph.add_run("{%r endif %}")
    paragraph.add_run("后")


def header_and_footer(document: Any) -> None:
    document.add_paragraph("正文 {{ name }}")
    section = document.sections[0]
    section.header.paragraphs[0].text = "页眉 {{ name }}"
    section.footer.paragraphs[0].text = "页脚 {% if flag %}{{ special }}{% endif %}"
    document.core_properties.title = "标题 {{ name }}"


def nested_table(document: Any) -> None:
    outer = document.add_table(rows=3, cols=1)
    outer.cell(0, 0).text = "{%tr for r in rows %}"
    inner = outer.cell(1, 0).add_table(rows=1, cols=2)
    inner.cell(0, 0).text = "{{ r.name }}"
    inner.cell(0, 1).text = "内表"
    outer.cell(2, 0).text = "{%tr endfor %}"


CORPUS: tuple[Build, ...] = (
    split_run, condition, row_loop, column_loop, colspan_and_background, vertical_merge, horizontal_merge, comments,
    whitespace, escapes, rich_text, listing, special_text, loops_in_text, set_and_macro, run_tags, header_and_footer,
    nested_table,
)  # fmt: skip


def values() -> dict[str, Any]:
    rich = RichText("粗 <体>", bold=True)
    rich.add("红\n换行\t制表", color="FF0000")
    return {
        "name": "张<三>&李\"四'",
        "flag": True,
        "n": 3,
        "special": "一\n二\t三 {{ name }} %} 𠮷䶮℃m³ ",
        "rows": [
            {"name": "甲", "amount": 1, "colour": "FF0000"},
            {"name": "乙<", "amount": 22, "colour": "00FF00"},
            {"name": "b", "amount": 333, "colour": "0000FF"},
        ],
        "columns": ["c1", "c&2", "c3", "c4", "c5"],
        "rich": rich,
        "rich_paragraph": RichTextParagraph("整段 & 富文本"),
        "listing": Listing("第一\n第二\t列\a第三 & 段\f第四"),
    }


def template(build: Build) -> bytes:
    document = Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def stock(docx: bytes) -> bytes:
    engine = DocxTemplate(io.BytesIO(docx))
    engine.render(values(), autoescape=True)
    stream = io.BytesIO()
    engine.save(stream)
    return stream.getvalue()


def text_parts(docx: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        names = [n for n in archive.namelist() if n.startswith("word/") and n.endswith(".xml")]
        names = [
            n for n in names if n.split("/")[-1].startswith(("document", "header", "footer", "footnotes"))
        ]
        return {name: _text(etree.fromstring(archive.read(name))) for name in names}


def _text(root: etree._Element) -> str:
    pieces: list[str] = []
    for element in root.iter():
        if element.tag == W + "t":
            pieces.append(element.text or "")
        elif element.tag == W + "br":
            pieces.append("\f" if element.get(W + "type") == "page" else "\n")
        elif element.tag == W + "tab" and element.getparent().tag == W + "r":
            pieces.append("\t")
        elif element.tag in (W + "p", W + "tc", W + "tr", W + "tbl"):
            pieces.append(f"<{element.tag.rpartition('}')[2]}>")
    return "".join(pieces)


def shape(element: etree._Element) -> Any:
    """Structure without accidents: runs of equal format are one, attributes are sorted, empty runs vanish."""
    if element.tag == W + "p":
        runs: list[tuple[bytes, str]] = []
        for child in element:
            if child.tag != W + "r":
                runs.append((b"", repr(shape(child))))
                continue
            properties = child.find(W + "rPr")
            look = (
                etree.tostring(properties, method="c14n")
                if properties is not None and len(properties)
                else b""
            )
            text = _text(child)
            if runs and runs[-1][0] == look and not runs[-1][1].startswith("("):
                runs[-1] = (look, runs[-1][1] + text)
            elif text:
                runs.append((look, text))
        return ("p", runs)
    children = [shape(child) for child in element if child.tag != W + "tblGrid" or not _is_outer(element)]
    attributes = sorted((key, value) for key, value in element.attrib.items() if "rsid" not in key)
    return (element.tag.rpartition("}")[2], attributes, children)


def _is_outer(table: etree._Element) -> bool:
    """docxtpl counts the cells of inner tables as columns of the outer one; we do not."""
    return next(table.iterdescendants(W + "tbl"), None) is not None


@pytest.mark.parametrize("build", CORPUS, ids=lambda build: build.__name__)
def test_text_and_structure_equal_docxtpl_with_autoescape(build: Build) -> None:
    docx = template(build)
    theirs, ours = stock(docx), compile_template(docx).render(values())
    assert text_parts(ours) == text_parts(theirs)
    for name in text_parts(theirs):
        mine, other = (etree.fromstring(zipfile.ZipFile(io.BytesIO(d)).read(name)) for d in (ours, theirs))
        assert shape(mine) == shape(other)


@pytest.mark.parametrize("build", CORPUS, ids=lambda build: build.__name__)
def test_python_docx_opens_what_we_write(build: Build) -> None:
    document = Document(io.BytesIO(compile_template(template(build)).render(values())))
    assert document.element.body is not None


def test_core_properties_equal_docxtpl() -> None:
    docx = template(header_and_footer)
    ours = Document(io.BytesIO(compile_template(docx).render(values())))
    assert ours.core_properties.title == Document(io.BytesIO(stock(docx))).core_properties.title.replace(
        "&lt;", "<"
    ).replace("&gt;", ">").replace("&amp;", "&").replace("&#34;", '"').replace("&#39;", "'")
