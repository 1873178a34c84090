import pytest

from formserver.core.definitions.document_type import load_document_type, read_json
from formserver.core.errors import AppError


def test_label_names_field_and_row(dt):
    assert dt.label("/people/1/cert") == "人员 第2行 · 执法证号"
    assert dt.label("/enterprise/name") == "单位 · 名称"
    assert dt.label("/people/*/cert") == "人员 · 执法证号"
    assert dt.label("/unknown/key") == "unknown · key"
    assert dt.label("") == ""


def test_leaf_is_found_by_place_and_by_pattern(dt):
    assert dt.leaf("/people/7/role").choices == ("组长", "组员")
    assert dt.leaf("/people/*/role") is dt.leaf("/people/0/role")
    with pytest.raises(LookupError):
        dt.leaf("/people/0/nothing")


def test_fields_keep_the_order_of_the_file_and_know_their_section(dt):
    fields = list(dt.fields())
    assert [f.key for f in fields[:3]] == ["enterprise", "name", "uscc"]
    assert dt.leaf("/enterprise/uscc").section == "base"
    assert [f.key for f in dt.section_fields("extra")] == ["figures"]


def test_widgets_follow_from_the_type(dt):
    widgets = {f.pointer: f.widget for f in dt.fields()}
    assert widgets["/items"] == "checklist"
    assert widgets["/mode"] == "radio"
    assert widgets["/shown"] == "switch"
    assert widgets["/figures/*/value"] == "decimal"
    assert widgets["/started_at"] == "datetime"


def test_a_false_section_condition_hides_everything_beneath(dt, body):
    body["mode"] = "书面"
    hidden = dt.hidden(body)
    assert {"/figures", "/figures/0/value", "/figures/0/_k"} <= hidden
    assert "/people" not in hidden


def test_row_conditions_hide_per_row(dt, body):
    assert "/people/0/reason" in dt.hidden(body)
    assert "/people/1/reason" not in dt.hidden(body)


def test_summary_leaves_out_what_the_body_lacks(dt, body):
    assert dt.summary(body) == "某水泥有限公司走访记录"
    assert dt.summary({}) == "走访记录"


def test_facets_take_fixed_and_marked_values_but_not_hidden_ones(dt, body):
    assert dt.facets(body) == {
        "enterprise_name": ("某水泥有限公司",),
        "doc_date": ("2026-05-06",),
        "item": ("计量",),
    }
    assert "item" not in dt.facets(body, frozenset({"/items"}))


def test_measures_say_product_row_and_unit(dt, body):
    (measure,) = dt.measures(body)
    assert (measure.key, measure.row_key, measure.product, measure.value_text, measure.unit) == (
        "output",
        "cccccccc",
        "熟料",
        "108.50",
        "kgce/t",
    )
    body["mode"] = "书面"
    assert dt.measures(body, dt.hidden(body)) == []


def test_searchable_text_has_no_masked_numbers_and_no_row_keys(dt, body):
    body["id_no"] = "510101199001011234"
    text = dt.searchable_text(body)
    assert "张三" in text
    assert "计量" in text
    assert "510101" not in text
    assert "aaaaaaaa" not in text


def test_hash_is_of_the_canonical_form(schema):
    again = dict(reversed(schema.items()))
    assert load_document_type(schema).sha256 == load_document_type(again).sha256
    schema["title"] = "另一个"
    assert load_document_type(schema) != load_document_type(again)


def test_a_key_written_twice_is_refused():
    with pytest.raises(AppError, match="出现两次"):
        read_json(b'{"a": 1, "a": 2}', "x.json")


@pytest.mark.parametrize(
    "change", [{"$id": "documents/Bad/v1"}, {"x-document": {}}, {"properties": {"a": {"type": "number"}}}]
)
def test_an_unreadable_schema_is_one_error(schema, change):
    with pytest.raises(AppError) as caught:
        load_document_type({**schema, **change})
    assert caught.value.code.code == "DEFINITION_UNREADABLE"


def test_a_reference_in_a_circle_is_refused(schema):
    schema["$defs"]["loop"] = {"type": "object", "properties": {"x": {"$ref": "#/$defs/loop"}}}
    schema["properties"]["loop"] = {"$ref": "#/$defs/loop"}
    with pytest.raises(AppError, match="无法读取"):
        load_document_type(schema)
