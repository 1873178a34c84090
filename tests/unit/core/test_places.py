"""Keyed pointers: the same cell, wherever its row has moved to."""

from __future__ import annotations

import pytest

from formserver.core import places
from formserver.core.errors import AppError

BODY = {
    "a/b": {"~": "值"},
    "rows": [
        {"_k": "aaaaaaaa", "name": "甲"},
        {"_k": "12345678", "name": "乙", "inner": [{"_k": "bbbbbbbb", "v": "1"}]},
    ],
    "list": ["x", "y"],
}


@pytest.mark.parametrize(
    ("indexed", "keyed", "value"),
    [
        ("/rows/0/name", "/rows/@aaaaaaaa/name", "甲"),
        ("/rows/1/inner/0/v", "/rows/@12345678/inner/@bbbbbbbb/v", "1"),
        ("/a~1b/~0", "/a~1b/~0", "值"),
        ("/list/1", "/list/1", "y"),
        ("/rows/7/name", "/rows/7/name", None),
        ("", "", BODY),
    ],
)
def test_pointers_translate_both_ways(indexed: str, keyed: str, value: object) -> None:
    assert places.to_keyed(BODY, indexed) == keyed
    assert places.to_indexed(BODY, keyed) == indexed
    assert places.get(BODY, indexed) == places.get(BODY, keyed) == value


def test_a_key_of_digits_is_no_index() -> None:
    assert places.get(BODY, "/rows/@12345678/name") == "乙"
    assert places.get(BODY, "/rows/12345678/name", "nothing") == "nothing"


def test_leaves_name_every_cell_by_key() -> None:
    assert dict(places.leaves(BODY)) == {
        "/a~1b/~0": "值",
        "/rows/@aaaaaaaa/name": "甲",
        "/rows/@12345678/name": "乙",
        "/rows/@12345678/inner/@bbbbbbbb/v": "1",
        "/list": ["x", "y"],
    }


def test_a_pointer_without_a_slash_is_refused() -> None:
    with pytest.raises(AppError):
        places.split("rows/0")
