import copy
import importlib.util
import json
from pathlib import Path

import pytest

from formserver.core.definitions.document_type import load_document_type
from formserver.core.definitions.meta import (
    META_SCHEMAS,
    Surroundings,
    check_definition,
    meta_faults,
    shared_parts,
)
from formserver.core.definitions.shipped import shipped_dir
from formserver.core.definitions.source import FileDefinitionSource
from formserver.core.definitions.tree_check import check_tree

ROOT = Path(__file__).resolve().parents[4]
MEASURES = {"output": {"title": "产量", "unit": "*"}, "energy": {"title": "能耗", "unit": "tce"}}


def put(schema, pointer, value):
    *way, last = pointer.strip("/").split("/")
    holder = schema
    for part in way:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return schema


def faults(schema, **around):
    places = {"measures": MEASURES, "libraries": frozenset({"materials", "rights"})} | around
    return [(p.pointer, p.message) for p in check_definition("document", schema, "x", Surroundings(**places))]


def test_the_sample_schema_is_good(schema):
    assert faults(schema) == []


@pytest.mark.parametrize("meta", META_SCHEMAS.values())
def test_meta_schemas_are_schemas_themselves(meta):
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(
        json.loads((shipped_dir("schemas") / f"meta/{meta}.json").read_text("utf-8"))
    )


P = "/properties"
BROKEN = [
    ("/x-document", None, "缺少 x-document"),
    ("/title", None, "缺少 title"),
    ("/additionalProperties", True, "只能是 False"),
    ("/x-document/lifecycle", "inward", "不在可选的值中"),
    ("/x-document/colour", "red", "不认识的词：colour"),
    (P + "/times/type", "number", "不在可选的值中"),
    (P + "/times/type", "null", "不在可选的值中"),
    (P + "/mode/x-colour", 1, "不认识的词"),
    (P + "/mode/x-section", "nowhere", "x-section“nowhere”"),
    (P + "/mode/x-section", None, "x-section“（缺）”"),
    (P + "/mode/title", None, "缺少中文标题"),
    (P + "/items/items", None, "必须写 items"),
    (P + "/enterprise/additionalProperties", None, "additionalProperties: false"),
    (P + "/enterprise/required", ["nobody"], "nobody 没有定义"),
    (P + "/people/items/properties/_k", None, "要有 _k"),
    (P + "/people/x-row-title", None, "x-row-title"),
    (P + "/people/items/properties/_k/$ref", "#/$defs/none", "不存在"),
    (P + "/people/items/properties/_k/maxLength", 3, "$ref 旁边"),
    (P + "/other/x-show-when", {"at": "/nothing", "empty": False}, "/nothing 不是本文书的字段"),
    (P + "/other/x-show-when", {"at": "row:role", "empty": False}, "只能用在行内"),
    (P + "/other/x-show-when", {"at": "/items"}, "恰好一个运算词"),
    (P + "/people/items/properties/reason/x-show-when", {"at": "row:rank", "is": "1"}, "不是这一行的字段"),
    (P + "/mode/x-source", "enterprise", "写法不认识"),
    (P + "/mode/x-source", "const:电话", "应是可选的值之一"),
    (P + "/rights/x-source", "clauses(unknown)", "条款库 unknown 不存在"),
    (P + "/materials/x-source", "clauses(materials, /nothing)", "/nothing 不是本文书的字段"),
    (P + "/other/x-source", "team[]", "只能给人员列表"),
    (P + "/figures/items/properties/value/x-measure", "unknown", "没有在 schemas/measures.json 中登记"),
    (P + "/figures/items/properties/value/x-unit-at", None, "请写 x-unit-at"),
    (P + "/figures/items/properties/value/x-measure-row", None, "x-measure-row"),
    (P + "/figures/items/properties/value/x-measure-row", "nothing", "不是这一行的字段"),
    (P + "/figures/items/properties/value/x-maximum", "-1", "x-minimum 大于 x-maximum"),
    (P + "/mode/x-minimum", "1", "只能用于小数"),
    (P + "/mode/x-open-enum", ["现场"], "只能用一个"),
    (P + "/times/x-format", "phone", "只能用于文字"),
    (P + "/times/minimum", None, "整数要写 minimum"),
    (P + "/other/pattern", "abc", "以 ^ 开头"),
    (P + "/other/pattern", "^(a$", "不是正则"),
    (P + "/other/pattern", "^(?=a)a$", "环视"),
    (P + "/shown/default", "否", "类型与字段不符"),
    (P + "/mode/default", "电话", "不在可选的值中"),
    (P + "/visited_on/default", "今天", "不合字段的写法"),
    (P + "/mode/x-required-when", {"at": "/items", "empty": False}, "required 与 x-required-when"),
    ("/x-document/summary", "{/nothing}记录", "/nothing 不是本文书的字段"),
    ("/x-document/facets", {"doc_date": "/nothing"}, "/nothing 不是本文书的字段"),
    ("/x-document/serves", "/mode", "不是本文书的行列表"),
    ("/x-document/number_word", None, "必须写 number_word"),
    ("/x-document/number_pattern", "{city}{seq}号", "不认识 {city}"),
    ("/x-document/sections/1/key", "base", "部分 base 重复"),
    ("/x-checks/0/at", "/nothing", "不是本文书的字段"),
    ("/x-checks/0/at", "period_to", "完整的指针"),
    ("/x-checks/1/at", "/people", "行内的字段名"),
    ("/x-checks/1/each", "/mode", "不是本文书的行列表"),
    ("/x-checks/0/assert", {"at": "/period_to", "over": 1}, "恰好一个运算词"),
]


@pytest.mark.parametrize(("pointer", "value", "message"), BROKEN)
def test_a_broken_rule_is_named_in_chinese_with_its_place(schema, pointer, value, message):
    found = faults(put(schema, pointer, value))
    assert any(message in text for _, text in found), found
    assert all(p.startswith("/") or p == "" for p, _ in found)


def test_an_earlier_paper_must_have_the_field_that_is_taken_from_it(schema):
    types = {"visit_note": load_document_type(copy.deepcopy(schema))}
    put(schema, "/properties/mode/x-source", "prev(visit_note).mode")
    assert faults(schema, types=types) == []
    put(schema, "/properties/mode/x-source", "prev(visit_note).way")
    assert "没有字段 /way" in faults(schema, types=types)[0][1]
    put(schema, "/properties/mode/x-source", "prev(visit_note).doc.number")
    assert faults(schema, types=types) == []
    put(schema, "/properties/mode/x-source", "prev(later_paper).way")
    assert faults(schema, types=types) == []


def test_a_copy_of_a_shared_part_may_differ_only_in_what_is_printed_and_where_it_comes_from():
    parts = shared_parts()
    copied = copy.deepcopy(parts)
    copied["inspector_row"]["properties"]["cert_no"] |= {
        "x-not-printed": True,
        "x-width": "long",
        "x-source": "const:x",
    }

    def differences():
        found = check_definition("document", BASE | {"$defs": copied}, "x", Surroundings(parts=parts))
        return [p.pointer for p in found]

    assert differences() == []
    copied["inspector_row"]["properties"]["cert_no"]["maxLength"] = 41
    del copied["enterprise_block"]["properties"]["ent_phone"]
    assert differences() == [
        "/$defs/enterprise_block/properties/ent_phone",
        "/$defs/inspector_row/properties/cert_no/maxLength",
    ]


BASE = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "documents/tiny/v1",
    "title": "小表",
    "type": "object",
    "additionalProperties": False,
    "x-document": {
        "order": 1,
        "category": "执法文书",
        "purpose": "测试。",
        "lifecycle": "record",
        "numbering": "never",
        "layout": "form",
        "summary": "小表",
        "facets": {},
        "sections": [{"key": "a", "title": "甲"}],
    },
    "properties": {"x": {"type": "string", "title": "项", "x-section": "a"}},
}


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("library", {"$id": "clauses/a/2026-01"}, "缺少"),
        ("library", {"items": [{"key": "a", "text": "甲"}, {"key": "a", "text": "乙"}]}, "重复"),
        ("library", {"items": [{"key": "a"}]}, "text"),
        ("library", {"items": [{"key": "a", "text": "见{{ x }}"}]}, "花括号"),
        ("library", {"items": []}, "不能为空"),
    ],
)
def test_faults_of_libraries(kind, data, message):
    whole = {
        "$id": "clauses/a/2026-01",
        "title": "甲",
        "kind": "text",
        "valid_from": "2026-01-01",
        "source": "自拟",
        "confidence": "verified",
        "items": [{"key": "a", "text": "甲"}],
    }
    assert check_definition("library", whole, "x") == []
    broken = whole | data if "items" in data else data
    assert any(message in p.message for p in check_definition(kind, broken, "x"))


def test_faults_of_laws():
    edition = {
        "version_date": "2018-10-26",
        "valid_from": "2018-10-26",
        "confidence": "verified",
        "last_article": 10,
    }
    article = {"article": "3", "summary": "文。", "confidence": "verified"}
    law = {"$id": "laws/a", "title": "甲法", "kind": "法律", "editions": [edition | {"articles": [article]}]}
    assert check_definition("law", law, "x") == []
    cases = [
        ({"editions": [edition, edition]}, "从早到晚"),
        ({"editions": [edition | {"valid_to": "2017-01-01"}]}, "早于"),
        ({"editions": [edition | {"articles": [article, article]}]}, "出现两次"),
        ({"editions": [edition | {"articles": [article | {"article": "11"}]}]}, "超过"),
        ({"sets": {"notice": [{"article": "4"}]}}, "没有收录"),
        ({"title": "《甲法》"}, "写法不合规则"),
    ]
    for change, message in cases:
        assert any(message in p.message for p in check_definition("law", law | change, "x")), change


def test_meta_faults_point_at_the_place():
    assert (
        meta_faults("measures", {"$id": "measures", "title": "x", "measures": {"A": {"title": "t"}}})[0][0]
        == "/measures"
    )


def test_a_whole_tree_is_judged_file_by_file(tree):
    def told():
        source = FileDefinitionSource(tree / "schemas", tree / "doc_templates")
        return sorted((p.label, p.code) for p in check_tree(source))

    assert told() == []
    (tree / "doc_templates/visit_note/v1.docx").unlink()
    assert told() == [("document/visit_note/v1", "TEMPLATE_MISSING")]
    sample = tree / "schemas/documents/visit_note/sample.json"
    sample.write_text(json.dumps({"mode": "现场"}), "utf-8")
    assert ("sample/visit_note", "SAMPLE_INVALID") in told()
    sample.unlink()
    assert ("document/visit_note/v1", "SAMPLE_MISSING") in told()
    path = tree / "schemas/documents/visit_note/v1.schema.json"
    (tree / "schemas/documents/visit_note/v2.schema.json").write_text(path.read_text("utf-8"), "utf-8")
    assert {
        ("document/visit_note/v2", "MIGRATION_MISSING"),
        ("document/visit_note/v2", "DEFINITION_ID"),
    } <= set(told())
    (tree / "schemas/laws").mkdir()
    (tree / "schemas/laws/x.json").write_text("{", "utf-8")
    assert ("law/x/current", "DEFINITION_UNREADABLE") in told()


@pytest.fixture
def publish(tree):
    spec = importlib.util.spec_from_file_location(
        "publish_definitions", ROOT / "tools/publish_definitions.py"
    )
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return lambda *arguments: tool.main(list(arguments), tree)


def test_publishing_adds_new_files_and_refuses_changed_ones(tree, publish, schema, capsys):
    assert publish("--check") == 1
    assert publish() == 0
    assert publish("--check") == 0
    published = json.loads((tree / "schemas/published.json").read_text("utf-8"))
    assert "document/visit_note/v1" in published["published"]
    assert "sample/visit_note/current" not in published["published"]
    schema["description"] = "改了"
    (tree / "schemas/documents/visit_note/v1.schema.json").write_text(json.dumps(schema), "utf-8")
    assert publish() == 1
    assert "refused: document/visit_note/v1" in capsys.readouterr().out
    assert publish("--force", "--release") == 0
    (tree / "doc_templates/visit_note/v1.docx").write_bytes(b"PK other")
    assert publish("--force") == 1


def test_a_faulty_tree_is_not_published(tree, publish, capsys):
    (tree / "doc_templates/visit_note/v1.docx").unlink()
    assert publish() == 1
    assert "缺少 Word 模板" in capsys.readouterr().out
    assert not (tree / "schemas/published.json").exists()
