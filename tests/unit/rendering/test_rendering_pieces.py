"""The small parts of the renderer, each by itself."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from itertools import count
from typing import Any

import pytest
from docx import Document
from lxml import etree

from formserver.core.errors import AppError
from formserver.rendering.compile import compile_template
from formserver.rendering.context import build_context
from formserver.rendering.emission import BREAK
from formserver.rendering.postprocess import fit_tables, number_drawings, split_paragraphs
from formserver.rendering.proof import check_order, part_text
from formserver.rendering.schema_plan import build_plan, dereference, label_path, plan_for
from formserver.rendering.synthetic import generalise, leaf_places, synthetic_bodies
from formserver.rendering.values import Leaf
from formserver.rendering.zipwriter import pack_static, write_zip

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def leaf(text: str, pointer: str) -> Leaf:
    made = Leaf(text)
    made.pointer = pointer
    return made


def test_zip_of_fixed_members_opens_and_is_deterministic() -> None:
    static = pack_static([("a.xml", b"<a/>" * 1000), ("名.txt", b"x")])
    first = write_zip(static, [("b.xml", b"<b/>" * 5000), ("c.png", b"\x89PNG")])
    assert first == write_zip(static, [("b.xml", b"<b/>" * 5000), ("c.png", b"\x89PNG")])
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.xml", "名.txt", "b.xml", "c.png"]
        assert archive.read("b.xml") == b"<b/>" * 5000
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_order_proof_finds_values_in_order_and_names_a_lost_one() -> None:
    xml = f"<w:p><w:t>甲</w:t></w:p><w:p><w:t>一{BREAK}二</w:t></w:p>"
    assert part_text(xml) == "甲一二"
    printed: dict[str, None] = {}
    check_order(xml, [leaf("甲", "/a"), ((leaf("", "/b"),), "一二", True)], printed, "正文", str)
    assert list(printed) == ["/a", "/b"]
    for entries in ([leaf("丙", "/c")], [leaf("二", "/b"), leaf("甲", "/a")]):
        with pytest.raises(AppError) as caught:
            check_order(xml, entries, {}, "正文", str)
        assert caught.value.code.code == "TEXT_LOST"


def test_text_outside_text_elements_proves_nothing() -> None:
    with pytest.raises(AppError):
        check_order("<w:p>甲<w:instrText>甲</w:instrText></w:p>", [leaf("甲", "/a")], {}, "正文", str)


def test_paragraph_marks_become_paragraphs_with_the_same_format() -> None:
    properties = "<w:pPr><w:ind/><w:sectPr><w:x/></w:sectPr></w:pPr>"
    xml = f"<w:p a='1'>{properties}<w:r><w:rPr><w:b/></w:rPr><w:t>一\a二</w:t></w:r></w:p>"
    done = split_paragraphs(xml)
    assert done.count("<w:ind/>") == done.count("<w:b/>") == 2
    assert done.count("<w:sectPr>") == 1


def test_drawings_get_ids_of_their_own() -> None:
    xml = '<wp:docPr id="1" name="a"/><wp:docPr name="b" id="1"/>'
    assert number_drawings(xml, count(7)) == '<wp:docPr id="7" name="a"/><wp:docPr name="b" id="8"/>'


@pytest.mark.parametrize(("cells", "columns"), [(4, [50, 50, 50, 50]), (2, [100, 100]), (1, [200])])
def test_grid_follows_the_cells_and_keeps_the_width(cells: int, columns: list[int]) -> None:
    grid = '<w:gridCol w:w="100"/>' * 2
    row = "<w:tr>" + "<w:tc/>" * cells + "</w:tr>"
    done = etree.fromstring(fit_tables(f"<w:tbl {W}><w:tblGrid>{grid}</w:tblGrid>{row}</w:tbl>"))
    widths = [int(column.get(column.nsmap and f"{{{column.nsmap['w']}}}w") or 0) for column in done[0]]
    assert widths == columns


def test_labels_come_from_the_schema() -> None:
    schema = {
        "type": "object",
        "$defs": {"p": {"type": "object", "properties": {"no": {"type": "string", "title": "证号"}}}},
        "properties": {
            "rows": {"type": "array", "title": "人员", "items": {"allOf": [{"$ref": "#/$defs/p"}]}}
        },
    }
    plan = plan_for(schema)
    assert plan_for(schema) is plan
    assert label_path(plan, "/rows/1/no") == "人员 第2行 · 证号"
    assert generalise(plan, "/rows/1/no") == "/rows/*/no"
    assert [pointer for pointer, _ in leaf_places(plan)] == ["/rows/*/no"]
    assert dereference(schema)["properties"]["rows"]["items"]["properties"]["no"]["title"] == "证号"


def test_circular_reference_is_refused() -> None:
    with pytest.raises(AppError):
        build_plan(
            {
                "type": "object",
                "properties": {"a": {"$ref": "#/$defs/a"}},
                "$defs": {"a": {"$ref": "#/$defs/a"}},
            }
        )


def test_synthetic_bodies_are_the_same_each_time_and_fit_the_schema() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string"}, "b": {"type": "boolean"}, "c": {"type": "integer"}, "k": {"const": "固定"},
            "d": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}},
            "e": {"type": "array", "minItems": 3, "items": {"type": "object", "properties": {"f": {"type": "string"}}}},
        },
    }  # fmt: skip
    plan = plan_for(schema)
    bodies = dict(synthetic_bodies(plan))
    assert bodies == dict(synthetic_bodies(plan))
    assert bodies["空白"] == {}
    assert list(bodies["最少"]) == ["a"]
    for body in bodies.values():
        build_context(plan, body, {})


@pytest.mark.parametrize("lines", [20_000, 200_000])
def test_long_pasted_text_is_no_denial_of_service(make_template: Any, lines: int) -> None:
    compiled = compile_template(make_template("{{ x }}", "{{ x | paragraphs }}"))
    start = time.monotonic()
    docx = compiled.render({"x": "行\n" * lines})
    assert time.monotonic() - start < 20  # docxtpl needs minutes; this says only that nothing is quadratic
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        assert archive.read("word/document.xml").count(b"<w:br/>") == lines


def test_two_thousand_rows_print_in_order(make_template: Any) -> None:
    table = [["{%tr for r in rows %}"], ["{{ r.n }}"], ["{%tr endfor %}"]]
    compiled = compile_template(make_template(table=table))
    document = Document(io.BytesIO(compiled.render({"rows": [{"n": f"第{n}行"} for n in range(2000)]})))
    assert [t.text for t in document.element.iter("{*}t")] == [f"第{n}行" for n in range(2000)]


def test_ten_thousand_placeholders_are_allowed_and_twenty_thousand_refused(make_template: Any) -> None:
    many = compile_template(make_template(*["{{ x }}" * 100] * 100))
    assert len(many.render({"x": "甲"})) > 0
    with pytest.raises(AppError) as caught:
        compile_template(make_template(*["{{ x }}" * 100] * 201))
    assert caught.value.code.code == "TEMPLATE_TOO_MUCH"


@pytest.mark.parametrize("text", ["{" * 50_000, "{%" * 9000, "{{r " * 9000, "{%p if x %}" * 400 + "{{" * 500])
def test_template_that_would_stall_the_tag_rewriter_is_refused_quickly(make_template: Any, text: str) -> None:
    start = time.monotonic()
    with pytest.raises(AppError):
        compile_template(make_template(text))
    assert time.monotonic() - start < 10


def test_rendering_imports_without_server_only_libraries() -> None:
    code = (
        "import sys\n"
        "for name in ('jsonschema_rs', 'magic', 'resource', 'flask', 'sqlalchemy', 'uno'): sys.modules[name] = None\n"
        "import formserver.rendering.engine"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
