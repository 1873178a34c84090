"""Reading JSON: what is taken, what is refused, and in which words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.api.reading import DEEPEST, MOST_TOLD, check, read_json
from formserver.core.errors import AppError

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(plain)
def test_what_json_can_say_is_read_as_it_was_written(value: object) -> None:
    assert read_json(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) == value


@given(st.binary(max_size=60))
def test_bytes_are_read_or_refused_and_never_crash(data: bytes) -> None:
    try:
        value = read_json(data)
    except AppError as error:
        code = error.code.code
    else:
        code, _ = "", json.dumps(value)
    assert code in ("", "BAD_JSON")


def test_depth_is_allowed_to_its_limit() -> None:
    at_limit = b"[" * DEEPEST + b"]" * DEEPEST
    assert read_json(at_limit)
    with pytest.raises(AppError) as refused:
        read_json(b"[" + at_limit + b"]")
    assert f"{DEEPEST} 层" in refused.value.message()


SCHEMA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string", "title": "单位名称", "minLength": 1, "maxLength": 3},
        "rows": {
            "type": "array",
            "title": "行",
            "maxItems": 2,
            "items": {
                "type": "object",
                "properties": {"n": {"type": "integer", "title": "数", "minimum": 1}},
            },
        },
        "kind": {"type": "string", "title": "种类", "enum": ["甲", "乙"]},
    },
}


@pytest.mark.parametrize(
    ("value", "pointer", "said"),
    [
        ({}, "/name", "请提供“单位名称”"),
        ({"name": ""}, "/name", "至少 1 个字"),
        ({"name": "abcd"}, "/name", "最多 3 个字"),
        ({"name": 1}, "/name", "应为文字"),
        ({"name": "a", "x": 1}, "/x", "没有“x”这一项"),
        ({"name": "a", "a/b~c": 1}, "/a~1b~0c", "没有“a/b~c”这一项"),
        ({"name": "a", "rows": [{}, {"n": 0}]}, "/rows/1/n", "不能小于 1"),
        ({"name": "a", "rows": [1]}, "/rows/0", "应为对象"),
        ({"name": "a", "rows": [{}, {}, {}]}, "/rows", "最多 2 项"),
        ({"name": "a", "kind": "丙"}, "/kind", "甲、乙"),
        ([], "", "应为对象"),
    ],
)
def test_every_fault_is_told_at_its_place_in_chinese(value: object, pointer: str, said: str) -> None:
    with pytest.raises(AppError) as refused:
        check(SCHEMA, value)
    (problem,) = refused.value.problems
    assert problem.pointer == pointer
    assert said in problem.message


def test_no_answer_grows_with_the_number_of_faults() -> None:
    with pytest.raises(AppError) as refused:
        check(SCHEMA, {f"k{n}": 1 for n in range(5000)})
    assert len(refused.value.problems) <= MOST_TOLD
