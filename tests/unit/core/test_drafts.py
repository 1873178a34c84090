"""Changes to a draft: what they do, and that any two bodies can be turned into each other by them."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.drafts import apply_changes, changes_between, with_row_keys
from formserver.core.errors import AppError

keys = st.sampled_from(["a", "b", "c", "长名称", "a/b", "t~"])
leaf = st.one_of(
    st.text(max_size=5), st.booleans(), st.integers(-5, 5), st.lists(st.text(max_size=2), max_size=3)
)
row_key = st.text(alphabet="0123456789abcdef", min_size=8, max_size=8)


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, object]]:
    made = draw(
        st.lists(
            st.tuples(row_key, st.dictionaries(keys, leaf, max_size=3)), max_size=5, unique_by=lambda t: t[0]
        )
    )
    return [{**cells, "_k": key} for key, cells in made]


bodies = st.dictionaries(
    keys, st.one_of(leaf, rows(), st.dictionaries(keys, st.one_of(leaf, rows()), max_size=3)), max_size=5
)


@given(bodies, bodies)
def test_the_changes_between_two_bodies_turn_one_into_the_other(old: dict, new: dict) -> None:
    made, _ = apply_changes(old, {}, changes_between(old, new))
    assert _meaning(made) == _meaning(new)


@given(bodies)
def test_a_body_needs_no_change_to_become_itself(body: dict) -> None:
    assert changes_between(body, copy.deepcopy(body)) == []


@given(st.lists(row_key, unique=True, max_size=7), st.randoms())
def test_any_reordering_of_rows_is_reached_with_moves_alone(order: list[str], random) -> None:
    old = {"rows": [{"_k": k, "v": k} for k in order]}
    shuffled = list(order)
    random.shuffle(shuffled)
    new = {"rows": [{"_k": k, "v": k} for k in shuffled]}
    changes = changes_between(old, new)
    assert {c["op"] for c in changes} <= {"move"}
    assert apply_changes(old, {}, changes)[0] == new


def _meaning(value):
    return sorted(value.items(), key=str) if isinstance(value, dict) else value


def test_an_insert_sent_twice_adds_one_row() -> None:
    insert = {"op": "insert", "at": "/inspectors", "row": {"_k": "aaaaaaaa", "name": "李建国"}}
    once, _ = apply_changes({}, {}, [insert])
    twice, _ = apply_changes(once, {}, [insert])
    assert twice == once == {"inspectors": [{"_k": "aaaaaaaa", "name": "李建国"}]}


def test_a_cell_is_found_by_its_row_key_after_the_row_moved() -> None:
    body = {"r": [{"_k": "aaaaaaaa", "n": "甲"}, {"_k": "bbbbbbbb", "n": "乙"}]}
    moved, _ = apply_changes(body, {}, [{"op": "move", "at": "/r/@bbbbbbbb", "before": "@aaaaaaaa"}])
    changed, _ = apply_changes(moved, {}, [{"op": "set", "at": "/r/@bbbbbbbb/n", "value": "丙"}])
    assert [row["n"] for row in changed["r"]] == ["丙", "甲"]


def test_text_that_does_not_parse_yet_is_kept_beside_the_last_good_value() -> None:
    body, raw = apply_changes({"d": "2026-05-06"}, {}, [{"op": "set", "at": "/d", "raw": "5月"}])
    assert (body, raw) == ({"d": "2026-05-06"}, {"/d": "5月"})
    body, raw = apply_changes(body, raw, [{"op": "set", "at": "/d", "value": "2026-05-07"}])
    assert (body, raw) == ({"d": "2026-05-07"}, {})


def test_removing_a_row_removes_its_raw_text() -> None:
    body = {"r": [{"_k": "aaaaaaaa"}]}
    assert apply_changes(body, {"/r/@aaaaaaaa/d": "x"}, [{"op": "remove", "at": "/r/@aaaaaaaa"}]) == (
        {"r": []},
        {},
    )


def test_removing_what_is_not_there_is_done_already() -> None:
    assert apply_changes({"a": "1"}, {}, [{"op": "remove", "at": "/x/y/z"}])[0] == {"a": "1"}


@pytest.mark.parametrize(
    "change",
    [
        {"op": "set", "at": "/a"},
        {"op": "set", "at": "/a", "value": None},
        {"op": "set", "at": "", "value": "x"},
        {"op": "set", "at": "a", "value": "x"},
        {"op": "set", "at": "/r/@zzzzzzzz/n", "value": "x"},
        {"op": "set", "at": "/r/@aaaaaaaa/_k", "value": "x"},
        {"op": "set", "at": "/a/b/c", "value": "x"},
        {"op": "set", "at": "/" + "/".join("abcdefghijk"), "value": "x"},
        {"op": "set", "at": "/a", "raw": "x" * 20_001},
        {"op": "insert", "at": "/a", "row": {"n": "x"}},
        {"op": "insert", "at": "/r", "row": "x"},
        {"op": "move", "at": "/r/@zzzzzzzz"},
        {"op": "drop", "at": "/a"},
        {"at": "/a"},
        "nonsense",
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_nothing_is_changed(change) -> None:
    body = {"a": "1", "r": [{"_k": "aaaaaaaa", "n": "x"}]}
    before = copy.deepcopy(body)
    with pytest.raises(AppError):
        apply_changes(body, {}, [{"op": "set", "at": "/a", "value": "2"}, change])
    assert body == before


def test_more_changes_than_a_person_can_make_at_once_are_refused() -> None:
    with pytest.raises(AppError):
        apply_changes({}, {}, [{"op": "set", "at": "/a", "value": "x"}] * 5_001)


def test_rows_without_keys_get_keys_and_repeated_keys_are_replaced() -> None:
    body = with_row_keys({"r": [{"n": "x"}, {"_k": "aaaaaaaa", "s": [{"v": "1"}]}, {"_k": "aaaaaaaa"}]})
    found = [row["_k"] for row in body["r"]]
    assert len(set(found)) == 3
    assert found[1] == "aaaaaaaa"
    assert len(body["r"][1]["s"][0]["_k"]) == 8
