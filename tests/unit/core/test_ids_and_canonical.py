"""Identifiers sort by time; canonical bytes do not depend on how a value was built."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.canonical import canonical_json, digest
from formserver.core.ids import is_id, new_id, new_row_key, normalise_id


def test_identifiers_made_by_many_threads_are_different_and_ordered_within_each() -> None:
    made: list[list[str]] = []

    def work() -> None:
        mine = [new_id() for _ in range(500)]
        made.append(mine)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({i for mine in made for i in mine}) == 4_000
    assert all(mine == sorted(mine) for mine in made)


def test_an_identifier_is_read_as_a_person_types_it() -> None:
    made = new_id()
    assert is_id(made)
    assert normalise_id(f" {made.upper()[:8]}-{made[8:].replace('0', 'O')} ") == made
    with pytest.raises(ValueError, match="not an identifier"):
        normalise_id("u" * 26)


def test_row_keys_are_short_and_random() -> None:
    assert len({new_row_key() for _ in range(2_000)}) == 2_000


json_values = st.recursive(
    st.one_of(st.text(), st.booleans(), st.integers()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=4), json_values, max_size=5))
def test_the_digest_does_not_depend_on_the_order_of_keys(value: dict) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))


@pytest.mark.parametrize("value", [1.5, {"a": float("nan")}, {1: "a"}, {"a": "\ud800"}, {"a": b"x"}])
def test_what_a_body_may_not_hold_has_no_canonical_form(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  UnicodeEncodeError is a ValueError with its own words
        canonical_json(value)
