"""The engine as the core uses it: a body in, a proven document out, or an error that names the field."""

from __future__ import annotations

import hashlib
import io
import json
import re
import threading
import zipfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from formserver.core.errors import AppError
from formserver.core.rendering_port import RenderedDocument, RenderMode, RenderRequest
from formserver.rendering.compile import compile_template
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.qr import qr_png

SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["ent"],
    "$defs": {"person": {"type": "object", "title": "人员", "properties": {
        "_k": {"type": "string"}, "name": {"type": "string", "title": "姓名"},
        "cert_no": {"type": "string", "title": "执法证号"}}}},
    "properties": {
        "ent": {"type": "object", "title": "被监察单位", "required": ["name"], "properties": {
            "name": {"type": "string", "title": "名称"}, "phone": {"type": "string", "title": "电话"}}},
        "people": {"type": "array", "title": "监察人员", "items": {"$ref": "#/$defs/person"}},
        "mode": {"type": "string", "title": "方式", "enum": ["现场监察", "书面监察"]},
        "items": {"type": "array", "title": "内容", "items": {"type": "string", "enum": ["甲", "乙", "丙"]}},
        "state": {"title": "状态", "oneOf": [{"const": "ok", "title": "正常"}, {"const": "stop", "title": "停产"}]},
        "key_user": {"type": "boolean", "title": "重点用能单位"},
        "count": {"type": "integer", "title": "次数"},
        "received": {"type": "string", "format": "date-time", "title": "收到时间", "x-required-at": "signed"},
        "day": {"type": "string", "format": "date", "title": "日期"},
        "secret": {"type": "string", "title": "内部备注", "x-not-printed": True},
        "reason": {"type": "string", "title": "理由", "x-show-when": {"at": "/mode", "is": "书面监察"}},
        "memo": {"type": "string", "title": "说明"},
    },
}  # fmt: skip
PARAGRAPHS = (
    "单位：{{ ent.name }}　电话：{{ ent.phone }}　文号：{{ doc.number }}",
    "方式：{{ mode | checkbox }}　内容：{{ items | join_cn }}　状态：{{ state }}",
    "重点：{{ key_user }}　次数：{{ count }}　日期：{{ day | date_cn }}　收到：{{ received | datetime_cn }}",
    "理由：{{ reason }}",
    "{{ memo | paragraphs }}",
)
TABLE = [
    ["序号", "姓名", "证号"],
    ["{%tr for p in people %}", "", ""],
    ["{{ loop.index }}", "{{ p.name }}", "{{ p.cert_no }}"],
    ["{%tr endfor %}", "", ""],
]
BODY: dict[str, Any] = {
    "ent": {"name": "某水泥<甲>&乙"},
    "people": [{"_k": "aaaaaaaa", "name": "张三", "cert_no": "A1"}, {"_k": "bbbbbbbb", "name": "李四"}],
    "mode": "现场监察", "items": ["甲", "丙"], "state": "stop", "key_user": False, "count": 0, "day": "2024-05-06",
    "secret": "不上纸", "memo": "第一段\n第二段",
}  # fmt: skip

engine = TemplateEngine()


def ask(template: bytes, body: Mapping[str, Any] = BODY, **changes: Any) -> RenderRequest:
    fields: dict[str, Any] = {
        "template": template,
        "template_sha256": hashlib.sha256(template).hexdigest(),
        "schema": SCHEMA,
        "body": body,
        "envelope": {"number": "川节监通〔2024〕1号"},
        **changes,
    }
    return RenderRequest(**fields)


@pytest.fixture
def template(make_template: Callable[..., bytes]) -> bytes:
    return make_template(*PARAGRAPHS, table=TABLE, footer="页脚 {{ ent.name }}")


def test_document_says_what_the_body_says(template: bytes, text_of: Callable[[bytes], str]) -> None:
    text = text_of(engine.render(ask(template)).docx)
    assert text.split("\n") == [
        "单位：某水泥<甲>&乙　电话：/　文号：川节监通〔2024〕1号",
        "方式：☑现场监察　☐书面监察　内容：甲、丙　状态：停产",
        "重点：否　次数：0　日期：2024年5月6日　收到：　　　　年　　月　　日　　时　　分",
        "理由：/", "第一段", "第二段",
        "序号", "姓名", "证号", "1", "张三", "A1", "2", "李四", "/",
    ]  # fmt: skip


def test_manifest_lists_what_was_printed_and_hashes_every_part(template: bytes) -> None:
    done = engine.render(ask(template))
    manifest = json.loads(json.dumps(done.manifest))
    assert manifest["template_sha256"] == hashlib.sha256(template).hexdigest()
    assert {"engine", "docxtpl", "jinja2"} <= manifest.keys()
    assert "/people/0/cert_no" in manifest["printed"]
    assert manifest["not_printed"] == ["/secret"]
    with zipfile.ZipFile(io.BytesIO(done.docx)) as archive:
        assert archive.testzip() is None
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert found == manifest["parts"]


def test_equal_input_gives_equal_bytes(template: bytes) -> None:
    pictures = {"qr": qr_png("https://check.example/1")}
    first = TemplateEngine().render(ask(template, images=pictures)).docx
    assert TemplateEngine().render(ask(template, images=pictures)).docx == first


def test_stated_value_without_placeholder_fails_with_its_label(make_template: Callable[..., bytes]) -> None:
    docx = make_template(*PARAGRAPHS, table=[*TABLE[:2], ["{{ loop.index }}", "{{ p.name }}", ""], TABLE[3]])
    with pytest.raises(AppError) as caught:
        engine.render(ask(docx))
    assert caught.value.code.code == "FIELD_NOT_PRINTED"
    assert caught.value.problems[0].label == "监察人员 第1行 · 执法证号"
    assert caught.value.problems[0].pointer == "/people/0/cert_no"


def test_value_in_a_branch_not_taken_is_not_lost_silently(make_template: Callable[..., bytes]) -> None:
    docx = make_template(*PARAGRAPHS[:4], "{% if mode == '书面监察' %}{{ memo }}{% endif %}", table=TABLE)
    with pytest.raises(AppError) as caught:
        engine.render(ask(docx))
    assert [problem.label for problem in caught.value.problems] == ["说明"]


@pytest.mark.parametrize(
    "print_memo", ["{{ memo | upper }}", "{{ memo[:2] }}", "{% if memo %}有{% endif %}", "{{ memo | mask }}"]
)
def test_altered_or_merely_tested_value_does_not_count_as_printed(
    make_template: Callable[..., bytes], print_memo: str
) -> None:
    docx = make_template(*PARAGRAPHS[:4], print_memo, table=TABLE)
    with pytest.raises(AppError) as caught:
        engine.render(ask(docx))
    assert [problem.pointer for problem in caught.value.problems] == ["/memo"]


def test_value_printed_only_in_a_header_no_section_uses_is_not_on_paper(
    make_template: Callable[..., bytes], repack: Callable[..., bytes]
) -> None:
    docx = make_template(*PARAGRAPHS[:4], table=TABLE, header="{{ memo }}")
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        main = archive.read("word/document.xml")
    docx = repack(docx, {"word/document.xml": re.sub(rb"<w:headerReference[^>]*/>", b"", main)})
    with pytest.raises(AppError) as caught:
        engine.render(ask(docx))
    assert [problem.label for problem in caught.value.problems] == ["说明"]


def test_hidden_value_stays_off_the_paper_and_in_the_manifest(
    template: bytes, text_of: Callable[[bytes], str]
) -> None:
    done = engine.render(ask(template, {**BODY, "reason": "不该出现"}, hidden=frozenset({"/reason"})))
    assert "不该出现" not in text_of(done.docx)
    assert done.manifest["hidden"] == ["/reason"]


def test_body_that_does_not_fit_is_refused_with_its_label(template: bytes) -> None:
    for body, label in (({"count": "3"}, "次数"), ({"ent": "x"}, "被监察单位"), ({"zzz": 1}, "zzz")):
        with pytest.raises(AppError) as caught:
            engine.render(ask(template, {**BODY, **body}))
        assert caught.value.code.code == "BODY_MISFIT"
        assert label in str(caught.value)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_character_xml_cannot_hold_is_refused_with_its_label(template: bytes, character: str) -> None:
    with pytest.raises(AppError) as caught:
        engine.render(ask(template, {**BODY, "ent": {"name": f"甲{character}乙"}}))
    assert "被监察单位 · 名称" in str(caught.value)
    assert f"U+{ord(character):04X}" in str(caught.value)


def test_wrong_template_hash_is_a_conflict(template: bytes) -> None:
    with pytest.raises(AppError) as caught:
        engine.render(ask(template, template_sha256="0" * 64))
    assert caught.value.code.code == "TEMPLATE_HASH"


def test_unknown_envelope_name_is_an_error(make_template: Callable[..., bytes]) -> None:
    with pytest.raises(AppError) as caught:
        engine.render(ask(make_template("{{ doc.nubmer }}"), {"ent": {"name": ""}}))
    assert "nubmer" in str(caught.value)


def test_preview_never_fails_for_unfinished_bodies_and_carries_the_watermark(
    make_template: Callable[..., bytes], text_of: Callable[[bytes], str]
) -> None:
    docx = make_template(*PARAGRAPHS, table=TABLE)
    unfinished = {
        "day": "5月",
        "count": "约3",
        "people": "张三",
        "ent": {"name": 5},
        "items": None,
        "other": "x",
    }
    for body in ({}, unfinished, {"people": [{}, "x", None]}):
        done = engine.render(ask(docx, body, mode=RenderMode.PREVIEW))
        with zipfile.ZipFile(io.BytesIO(done.docx)) as archive:
            assert any(
                "预览 · 未完成" in archive.read(name).decode()
                for name in archive.namelist()
                if "header" in name
            )
        assert done.manifest["mode"] == "preview"
    assert "日期：5月" in text_of(engine.render(ask(docx, unfinished, mode=RenderMode.PREVIEW)).docx)


def test_preview_watermark_is_in_every_header_and_keeps_their_text(
    make_template: Callable[..., bytes],
) -> None:
    docx = make_template("{{ ent.name }}", header="页眉 {{ ent.name }}")
    done = engine.render(ask(docx, {"ent": {"name": "甲"}}, mode=RenderMode.PREVIEW)).docx
    header = Document(io.BytesIO(done)).sections[0].header
    assert header.paragraphs[0].text == "页眉 甲"
    assert "预览" in etree.tostring(header._element, encoding="unicode")


def picture(size: tuple[int, int] = (40, 20), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, "red").save(stream, kind)
    return stream.getvalue()


def test_images_work_in_body_header_and_footer_and_are_stored_once(
    make_template: Callable[..., bytes],
) -> None:
    mark = "{{ image('qr', width_mm=25) }}"
    docx = make_template(
        f"{mark}{mark}",
        "{{ image('seal', width_mm=40, floating=true, dy_mm=-10) }}",
        header=mark,
        footer=mark,
    )
    body = {"ent": {"name": ""}}
    done = engine.render(ask(docx, body, images={"qr": qr_png("甲"), "seal": picture(kind="JPEG")}))
    document = Document(io.BytesIO(done.docx))
    assert len(document.inline_shapes) == 2
    assert round(document.inline_shapes[0].width.mm) == 25
    with zipfile.ZipFile(io.BytesIO(done.docx)) as archive:
        assert len([name for name in archive.namelist() if name.startswith("word/media/img")]) == 2
        xml = "".join(
            archive.read(n).decode() for n in archive.namelist() if re.match(r"word/(doc|head|foot)", n)
        )
    ids = re.findall(r'<wp:docPr id="(\d+)"', xml)
    assert len(ids) == len(set(ids)) == 5


def test_image_not_given_prints_nothing(
    make_template: Callable[..., bytes], text_of: Callable[[bytes], str]
) -> None:
    docx = make_template("甲{{ image('seal') }}乙")
    assert text_of(engine.render(ask(docx, {"ent": {"name": ""}})).docx) == "甲乙"


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"<svg/>", picture()[:40], b"\x89PNG\r\n\x1a\n" + b"x" * 50]
)
def test_unusable_image_is_refused_by_name(make_template: Callable[..., bytes], data: bytes) -> None:
    with pytest.raises(AppError) as caught:
        engine.render(ask(make_template("{{ image('seal') }}"), {"ent": {"name": ""}}, images={"seal": data}))
    assert caught.value.code.code == "IMAGE_UNUSABLE"
    assert "seal" in str(caught.value)


def test_large_photo_is_scaled_down(make_template: Callable[..., bytes]) -> None:
    photo = picture((5000, 3000), "JPEG")
    done = engine.render(
        ask(
            make_template("{{ image('photo', width_mm=150) }}"),
            {"ent": {"name": ""}},
            images={"photo": photo},
        )
    )
    with zipfile.ZipFile(io.BytesIO(done.docx)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("word/media/img"))
        assert max(Image.open(io.BytesIO(archive.read(name))).size) == 2000


TYPED = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\n\t", exclude_characters="\ufffe\uffff"
    )
)


@given(TYPED, TYPED)
def test_any_text_a_person_can_type_appears_unchanged(memo: str, name: str) -> None:
    compiled = compile_template(_plain_template())
    document = Document(io.BytesIO(compiled.render({"memo": memo, "rows": [{"name": name}]})))
    assert document.paragraphs[0].text == f"[{memo}]"
    assert document.tables[0].cell(0, 0).text == f"<{name}>"


def _plain_template() -> bytes:
    if not _made:
        document = Document()
        document.add_paragraph("[{{ memo }}]")
        table = document.add_table(rows=3, cols=1)
        for row, text in enumerate(("{%tr for r in rows %}", "<{{ r.name }}>", "{%tr endfor %}")):
            table.cell(row, 0).text = text
        stream = io.BytesIO()
        document.save(stream)
        _made.append(stream.getvalue())
    return _made[0]


_made: list[bytes] = []


def test_threads_sharing_one_template_never_see_each_others_data(template: bytes) -> None:
    shared = TemplateEngine()
    barrier = threading.Barrier(24)

    def work(number: int) -> None:
        barrier.wait()
        for turn in range(15):
            mark = f"单位{number}号{turn}次"
            body = {**BODY, "ent": {"name": mark}, "people": [{"_k": "a", "name": mark, "cert_no": mark}] * 3}
            done: RenderedDocument = shared.render(ask(template, body))
            with zipfile.ZipFile(io.BytesIO(done.docx)) as archive:
                xml = archive.read("word/document.xml").decode() + archive.read("word/footer1.xml").decode()
            found = set(re.findall(r"单位\d+号\d+次", xml))
            assert found == {mark}

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(work, range(24)))
