import copy

from formserver.core.definitions.diff import diff_bodies, three_way_diff


def changes(dt, old, new):
    return [(c.pointer, c.kind, c.old, c.new) for c in diff_bodies(dt, old, new)]


def test_equal_bodies_have_no_difference(dt, body):
    assert diff_bodies(dt, body, copy.deepcopy(body)) == []


def test_fields_are_named_with_their_label(dt, body):
    new = copy.deepcopy(body)
    new["people"][1]["cert"] = "川A009"
    new["other"] = "说明"
    del new["items"]
    found = diff_bodies(dt, body, new)
    assert [(c.label, c.kind) for c in found] == [
        ("内容", "removed"),
        ("其他说明", "added"),
        ("人员 第2行 · 执法证号", "changed"),
    ]


def test_an_inserted_row_is_one_change(dt, body):
    new = copy.deepcopy(body)
    row = {"_k": "dddddddd", "name": "王五", "role": "组员"}
    new["people"].insert(0, row)
    assert changes(dt, body, new) == [("/people/0", "added", None, row)]


def test_a_removed_row_is_one_change(dt, body):
    new = copy.deepcopy(body)
    gone = new["people"].pop(0)
    assert changes(dt, body, new) == [("/people/0", "removed", gone, None)]


def test_a_moved_row_is_one_move_and_its_changes_are_still_seen(dt, body):
    body["people"].append({"_k": "dddddddd", "name": "王五", "role": "组员"})
    new = copy.deepcopy(body)
    new["people"].insert(0, new["people"].pop())
    new["people"][0]["name"] = "王武"
    assert changes(dt, body, new) == [
        ("/people/0", "moved", 3, 1),
        ("/people/0/name", "changed", "王五", "王武"),
    ]


def test_an_absent_group_differs_field_by_field(dt, body):
    new = copy.deepcopy(body)
    del new["enterprise"]
    assert [c[:2] for c in changes(dt, body, new)] == [
        ("/enterprise/name", "removed"),
        ("/enterprise/uscc", "removed"),
    ]


def test_fields_the_type_does_not_know_are_still_shown(dt, body):
    assert changes(dt, body, body | {"fax": "1"}) == [("/fax", "added", None, "1")]


def test_three_sides_are_compared_as_deep_as_objects_go():
    base = {"a": 1, "b": {"c": 1, "d": 1}, "e": [1]}
    local = {"a": 2, "b": {"c": 2, "d": 1}, "e": [1], "x": 1}
    shipped = {"a": 2, "b": {"c": 3, "d": 1}, "e": [1, 2]}
    found = {c.pointer: (c.side, c.conflict) for c in three_way_diff(base, local, shipped)}
    assert found == {
        "/a": ("both", False),
        "/b/c": ("both", True),
        "/e": ("shipped", False),
        "/x": ("local", False),
    }
