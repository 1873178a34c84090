"""What stands against publishing a template is found and named before anyone prints with it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from docx import Document

from formserver.core.errors import Problem, Severity
from formserver.rendering.engine import TemplateEngine

SCHEMA: dict[str, Any] = {
    "type": "object",
    "$defs": {"row": {"type": "object", "properties": {
        "_k": {"type": "string"}, "name": {"type": "string", "title": "姓名"}}}},
    "properties": {
        "unit": {"type": "string", "title": "单位"},
        "mode": {"type": "string", "title": "方式", "enum": ["现场", "书面"]},
        "day": {"type": "string", "format": "date", "title": "日期"},
        "rows": {"type": "array", "title": "人员", "items": {"$ref": "#/$defs/row"}},
        "note": {"type": "string", "title": "备注", "x-not-printed": True},
    },
}  # fmt: skip
GOOD = (
    "{{ unit }} {{ doc.number }} {{ image('qr', width_mm=20) }}",
    "{% if mode == '书面' %}书面，{{ day | date_cn }}{% else %}{{ mode | checkbox }}{{ day | date_iso }}{% endif %}",
    "{%p if mode == '书面' %}", "{{ mode }}", "{%p endif %}",
    "{%p for r in rows %}", "{{ loop.index | nth }}{{ r.name }}", "{%p endfor %}",
)  # fmt: skip
Make = Callable[..., bytes]


def problems(docx: bytes, schema: dict[str, Any] = SCHEMA) -> list[Problem]:
    return list(TemplateEngine().check_template(docx, schema))


def errors(docx: bytes, schema: dict[str, Any] = SCHEMA) -> dict[str, str]:
    return {p.code: p.message for p in problems(docx, schema) if p.severity is Severity.ERROR}


def test_good_template_may_be_published(make_template: Make) -> None:
    assert problems(make_template(*GOOD)) == []


def test_field_that_is_never_printed_is_named(make_template: Make) -> None:
    found = problems(make_template(*GOOD[1:5], "{%p for r in rows %}", "{{ loop.index }}", "{%p endfor %}"))
    assert {(p.code, p.pointer) for p in found} == {
        ("FIELD_NEVER_PRINTED", "/unit"),
        ("FIELD_NEVER_PRINTED", "/rows/*/name"),
    }
    assert any("人员 · 姓名" in p.message for p in found)


def test_lossy_print_alone_does_not_print_a_field(make_template: Make) -> None:
    assert "FIELD_NEVER_PRINTED" in errors(make_template("{{ unit | mask }}", *GOOD[1:]))
    assert errors(make_template("{{ unit | mask }}{{ unit }}", *GOOD[1:])) == {}


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("｛｛ unit ｝｝", "TEMPLATE_FULL_WIDTH", "全角"),
        ("{｛ unit ｝}", "TEMPLATE_FULL_WIDTH", "全角"),
        ("{% if unit ％}x", "TEMPLATE_FULL_WIDTH", "全角"),
        ("{{ untl }}", "TEMPLATE_UNKNOWN_NAME", "「untl」"),
        ("{% for r in rows %}{{ r.nmae }}{% endfor %}", "TEMPLATE_DTL304", "nmae"),
        ("{{ doc.nubmer }}", "TEMPLATE_DTL304", "nubmer"),
        ("{%p if unit %} 旁边的字", "TEMPLATE_DTL209", "旁边的字"),
        ("{% if unit %}", "TEMPLATE_DTL101", "endif"),
        ("{{ unit.__class__ }}", "TEMPLATE_FORBIDDEN", "__class__"),
        ("{{ unit | date_cn }}", "FIELD_UNPRINTABLE", "单位"),
        ("{{ rows }}", "FIELD_UNPRINTABLE", "列表"),
        ("{% for x in range(9999) %}{% for y in range(9999) %}{% endfor %}{% endfor %}", "TEMPLATE_TOO_MUCH", "循环"),
    ],
)  # fmt: skip
def test_mistake_is_reported_in_chinese_with_its_paragraph(
    make_template: Make, text: str, code: str, words: str
) -> None:
    found = errors(make_template(*GOOD, text))
    assert code in found
    assert words in found[code]
    assert code == "FIELD_UNPRINTABLE" or "正文第9段" in found[code]


def test_mistake_in_a_table_cell_names_the_cell(make_template: Make) -> None:
    found = errors(make_template(*GOOD, table=[["甲", "乙"], ["丙", "{{ untl }}"]]))
    assert "表1 行2 列2" in found["TEMPLATE_UNKNOWN_NAME"]
    assert "表1 行2 列2" in found["TEMPLATE_DTL304"]


def test_placeholder_in_hidden_text_is_an_error() -> None:
    document = Document()
    for text in GOOD:
        document.add_paragraph(text)
    document.add_paragraph().add_run("{{ unit }}").font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    assert "TEMPLATE_HIDDEN_TEXT" in errors(stream.getvalue())


@pytest.mark.parametrize(
    "code", ["DDEAUTO c:\\\\x.exe", 'INCLUDETEXT "http://evil.example/a"', 'INCLUDEPICTURE "x"']
)
def test_field_that_reads_from_outside_is_an_error(make_template: Make, repack: Make, code: str) -> None:
    docx = make_template(*GOOD)
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        xml = archive.read("word/document.xml").decode()
    field = "<w:p><w:r><w:instrText>" + code.replace('"', "&quot;") + "</w:instrText></w:r></w:p>"
    changed = repack(docx, {"word/document.xml": xml.replace("<w:sectPr", field + "<w:sectPr", 1).encode()})
    assert "TEMPLATE_DANGEROUS_FIELD" in errors(changed)


def test_reserved_field_name_is_an_error(make_template: Make) -> None:
    schema = {"type": "object", "properties": {"doc": {"type": "string"}}}
    assert "TEMPLATE_RESERVED_NAME" in errors(make_template("甲"), schema)


def test_unused_header_with_placeholders_is_a_warning(make_template: Make, repack: Make) -> None:
    docx = make_template(*GOOD, header="{{ unit }}")
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        main = archive.read("word/document.xml")
    docx = repack(docx, {"word/document.xml": re.sub(rb"<w:headerReference[^>]*/>", b"", main)})
    assert [(p.code, p.severity) for p in problems(docx)] == [("TEMPLATE_UNUSED_PART", Severity.WARNING)]


def test_broken_file_is_one_problem_not_a_crash() -> None:
    assert [p.code for p in problems(b"not a docx")] == ["TEMPLATE_UNSAFE"]


def test_reference_that_leads_nowhere_is_a_problem(make_template: Make) -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/$defs/none"}}}
    assert "SCHEMA_UNPRINTABLE" in errors(make_template("{{ a }}"), schema)
