import copy

import pytest

from formserver.core.definitions.document_type import load_document_type
from formserver.core.definitions.migration import migrate_body, migration_faults


@pytest.fixture
def newer(schema):
    schema["$id"] = "documents/visit_note/v2"
    properties = schema["properties"]
    properties["note"] = properties.pop("other") | {"x-show-when": {"at": "/items", "empty": False}}
    properties["mode"]["enum"] = ["到场", "书面"]
    properties["items"]["items"]["enum"] = ["计量管理", "统计"]
    people = properties["people"]["items"]["properties"]
    people["cert_no"] = people.pop("cert")
    people["post"] = {"type": "string", "title": "岗位"}
    properties["contact"] = {
        "type": "object",
        "title": "联系",
        "x-section": "base",
        "additionalProperties": False,
        "properties": {"phone": properties.pop("phone")},
    }
    return load_document_type(schema)


MIGRATION = {
    "renames": {"/other": "/note", "/people/*/cert": "/people/*/cert_no", "/phone": "/contact/phone"},
    "defaults": {"/people/*/post": "监察员", "/times": 1, "/contact/phone": "12345"},
    "maps": {"/mode": {"现场": "到场"}, "/items": {"计量": "计量管理"}},
}


def test_a_body_is_carried_over_by_data_alone(dt, newer, body):
    body |= {"other": "说明", "phone": "110"}
    before = copy.deepcopy(body)
    new, dropped = migrate_body(body, MIGRATION, newer)
    assert body == before
    assert new["note"] == "说明"
    assert new["mode"] == "到场"
    assert new["items"] == ["计量管理"]
    assert new["contact"] == {"phone": "110"}
    assert [(p["cert_no"], p["post"]) for p in new["people"]] == [("川A001", "监察员"), ("川A002", "监察员")]
    assert new["times"] == 1
    assert dropped == ()


def test_a_value_without_a_target_is_listed_never_dropped_in_silence(newer, body):
    body |= {"fax": "028-1", "items": ["计量", "其他"]}
    body["people"][0]["reason2"] = "x"
    body["people"][1]["role"] = "旁观"
    new, dropped = migrate_body(body, MIGRATION, newer)
    told = {d.pointer: d.value for d in dropped}
    assert told == {"/fax": "028-1", "/people/0/reason2": "x", "/people/1/role": "旁观", "/items": ["其他"]}
    assert new["items"] == ["计量管理"]
    assert "fax" not in new
    assert "role" not in new["people"][1]


def test_defaults_fill_only_what_is_absent(newer, body):
    body["times"] = 3
    new, _ = migrate_body(body, MIGRATION, newer)
    assert new["times"] == 3


def test_places_that_no_edition_has_are_named(dt, newer):
    assert list(migration_faults(MIGRATION, dt, newer)) == []
    wrong = {"renames": {"/gone": "/nowhere"}, "defaults": {"/nothing": 1}, "maps": {"/void": {}}}
    assert [pointer for pointer, _ in migration_faults(wrong, dt, newer)] == [
        "/renames",
        "/renames",
        "/maps",
        "/defaults",
    ]
