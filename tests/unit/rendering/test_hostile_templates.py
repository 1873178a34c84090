"""A template author is not an administrator: nothing in a template reaches Python, and nothing in it is unbounded."""

from __future__ import annotations

import io
import time
import zipfile
from typing import Any

import pytest
from docx import Document

from formserver.core.errors import AppError
from formserver.rendering.compile import compile_template
from formserver.rendering.package import open_package

INJECTIONS = [
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ x.__class__.__mro__[1].__subclasses__() }}",
    "{{ x['__class__'] }}",
    "{{ ''.__class__ }}",
    "{{ '{0.__class__}'.format(x) }}",
    "{{ x.format(1) }}",
    "{{ '%s' % x }}",
    "{{ x | attr('__class__') }}",
    "{{ rows | map(attribute='__class__') | list }}",
    "{{ self._TemplateReference__context }}",
    "{{ lipsum.__globals__ }}",
    "{{ joiner() }}",
    "{{ dict(a=1) }}",
    "{{ range.__class__ }}",
    "{{ image.__globals__ }}",
    "{{ x | safe }}",
    "{{ x | pprint }}",
    "{{ x | tojson }}",
    "{{ x.encode('utf-8') }}",
    "{{ rows.append(1) }}",
    "{{ namespace.__init__ }}",
    "{% include 'other' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import path %}",
    "{% extends 'base' %}",
    "{% block a %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% set y %}{{ x }}{% endset %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}x{% endcall %}",
    "{% autoescape false %}{{ x }}{% endautoescape %}",
    "{% for r in rows recursive %}{{ loop(rows) }}{% endfor %}",
    "{% macro m() %}x{% endmacro %}{{ m.__globals__ }}",
    "{% for r in rows %}{{ loop.__class__ }}{% endfor %}",
    "{% for r in rows %}{{ loop._iterator }}{% endfor %}",
    "{% set ns = namespace(a=1) %}{{ ns.__class__ }}",
    "{{ x is callable }}",
    "{{ x | groupby('__class__') }}",
    "{{ _loop }}",
    "{{ x | _run }}",
]
BOMBS = [
    "{{ 'A' * 10**9 }}",
    "{{ 'A' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ range(1000000000) | list }}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}x{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{{ m(n) }}{% endmacro %}{{ m(1) }}",
    "{% macro m(n) %}{% if n %}{{ m(n-1) }}{{ m(n-1) }}{% endif %}{% endmacro %}{{ m(60) }}",
    "{% set ns = namespace(t='AAAAAAAAAA') %}{% for i in range(200) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}",
    "{% set ns = namespace(t='AAAAAAAAAA') %}{% for i in range(200) %}{% set ns.t = ns.t + ns.t %}{% endfor %}",
    "{% set ns = namespace(n=9) %}{% for i in range(200) %}{% set ns.n = ns.n * ns.n %}{% endfor %}{{ ns.n }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaa' | replace('a', big) | replace('a', big) }}",
    "{{ rows | join(big) }}" * 200,
    "{{ x | indent(1000000000) }}",
    "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = ns.l + [big | upper] %}{% endfor %}",
    "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = ns.l + [big[1:]] %}{% endfor %}",
    "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = ns.l + [big ~ 'x'] %}{% endfor %}",
    "{{ x | center(1000000000) }}",
    "{{ rows | batch(1000000000, 'x') | list }}",
    "{{ " + "(" * 500 + "x" + ")" * 500 + " }}",
    "{% if x %}" * 120 + "{% endif %}" * 120,
    "{% for a in rows %}" * 30 + "{% endfor %}" * 30,
]


def attempt(docx: bytes) -> str:
    values = {"x": "甲", "rows": ["甲", "乙"] * 50, "big": "a" * 100_000}
    document = Document(io.BytesIO(compile_template(docx).render(values)))
    return "".join(paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize("text", INJECTIONS)
def test_injection_is_refused_with_its_place(make_template: Any, text: str) -> None:
    with pytest.raises(AppError) as caught:
        attempt(make_template("无关", text))
    assert caught.value.code.code in (
        "TEMPLATE_FORBIDDEN",
        "TEMPLATE_BROKEN",
        "TEMPLATE_UNKNOWN_NAME",
        "FIELD_UNPRINTABLE",
    )
    assert "正文第2段" in str(caught.value)


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:40])
def test_bomb_is_refused_quickly_and_in_little_memory(make_template: Any, text: str) -> None:
    start = time.monotonic()
    with pytest.raises(AppError):
        attempt(make_template(text))
    assert time.monotonic() - start < 20


@pytest.mark.parametrize(
    "text",
    ["{{ x", "{% if x %}", "{% endif %}", "{{ x | nosuch }}", "{{ x is nosuch }}", "{%p if x %}", "{% frobnicate %}",
     "{{ }}", "{{ x y }}"],
)  # fmt: skip
def test_broken_tag_is_named_with_its_place(make_template: Any, text: str) -> None:
    with pytest.raises(AppError) as caught:
        attempt(make_template("无关", text))
    assert caught.value.code.code == "TEMPLATE_BROKEN"


def test_unknown_name_names_part_paragraph_and_cell(make_template: Any) -> None:
    docx = make_template("甲", table=[["序号", "名称"], ["1", "{{ nmae }}"]])
    with pytest.raises(AppError) as caught:
        attempt(docx)
    assert caught.value.code.code == "TEMPLATE_UNKNOWN_NAME"
    assert "表1 行2 列2" in str(caught.value)
    assert "「nmae」" in str(caught.value)


def test_unknown_name_in_a_paragraph_tag_names_that_paragraph(make_template: Any) -> None:
    docx = make_template("甲", "{%p for r in missing %}", "乙", "{%p endfor %}", header="页眉")
    with pytest.raises(AppError) as caught:
        attempt(docx)
    assert "正文第2段" in str(caught.value)


def test_tags_that_cross_word_structure_are_refused_not_repaired(make_template: Any) -> None:
    docx = make_template("{% if not x %}一", table=[["{% endif %}二"]])
    with pytest.raises(AppError) as caught:
        attempt(docx)
    assert caught.value.code.code == "OUTPUT_MALFORMED"
    assert "标签不成对" in str(caught.value)


RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def with_relationship(repack: Any, docx: bytes, kind: str, target: str, mode: str = "External") -> bytes:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        rels = archive.read(RELS).decode()
    line = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    made: bytes = repack(docx, {RELS: rels.replace("</Relationships>", line + "</Relationships>").encode()})
    return made


@pytest.mark.parametrize(
    ("kind", "target"),
    [("attachedTemplate", "http://evil.example/t.dotm"), ("image", "http://evil.example/a.png"),
     ("oleObject", "file:" + "///etc/passwd"), ("frame", "http://evil.example/"), ("hyperlink", "javascript:alert(1)"),
     ("hyperlink", "file:" + "///etc/passwd"), ("subDocument", "x.docx")],
)  # fmt: skip
def test_external_relationship_is_refused(make_template: Any, repack: Any, kind: str, target: str) -> None:
    with pytest.raises(AppError) as caught:
        compile_template(with_relationship(repack, make_template("甲"), kind, target))
    assert caught.value.code.code == "TEMPLATE_UNSAFE"


def test_ordinary_hyperlink_is_allowed(make_template: Any, repack: Any) -> None:
    compile_template(
        with_relationship(repack, make_template("甲 {{ x }}"), "hyperlink", "https://www.example.org/")
    )


@pytest.mark.parametrize(
    "members",
    [{"word/vbaProject.bin": b"x"}, {"word/activeX/activeX1.xml": b"<a/>"}, {"word/embeddings/oleObject1.bin": b"x"},
     {"../evil.xml": b"<a/>"}, {"/abs.xml": b"<a/>"}, {"word\\x.xml": b"<a/>"}, {"WORD/document.xml": b"<a/>"},
     {"word/extra.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}, {"word/extra.xml": b"<a>"},
     {"word/extra.xml": b'<!DOCTYPE a SYSTEM "file:' b'///etc/passwd"><a/>'},
     {"word/big.xml": b"<a>" + b" " * 20_000_000 + b"</a>"}, {"[Content_Types].xml": b"<Types/>"},
     {f"word/m{n}.xml": b"<a/>" for n in range(500)}, {"word/deep.xml": b"<a>" * 5000 + b"</a>" * 5000}],
    ids=range(14),
)  # fmt: skip
def test_unsafe_package_is_refused(make_template: Any, repack: Any, members: dict[str, bytes]) -> None:
    with pytest.raises(AppError) as caught:
        compile_template(repack(make_template("甲"), members))
    assert caught.value.code.code == "TEMPLATE_UNSAFE"


@pytest.mark.parametrize("data", [b"", b"MZ\x90\x00", b"%PDF-1.7", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0"])
def test_other_files_named_docx_are_refused(data: bytes) -> None:
    with pytest.raises(AppError) as caught:
        open_package(data)
    assert "docx" in str(caught.value)


def test_damaged_member_is_refused(make_template: Any) -> None:
    docx = bytearray(make_template("甲" * 3000))
    middle = docx.find(b"word/document.xml") + 400
    docx[middle : middle + 40] = bytes(40)
    with pytest.raises(AppError):
        open_package(bytes(docx))


@pytest.mark.parametrize(
    ("text", "words"),
    [("{{ x | nosuch }}", "「nosuch」这个格式"), ("{% frob %}", "不认识的标签「frob」"),
     ("{% if x %}", "「if」没有结束标签"),
     ("{{ }}", "没有内容"), ("{{ x y }}", "此处应为「}}」"), ("{{ x is odd2 }}", "这个判断")],
)  # fmt: skip
def test_syntax_error_speaks_chinese(make_template: Any, text: str, words: str) -> None:
    with pytest.raises(AppError) as caught:
        compile_template(make_template(text))
    assert words in str(caught.value)
