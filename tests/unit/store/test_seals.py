"""Merkle roots and paths."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.store.seals import merkle_path, merkle_root


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_the_tree_splits_as_rfc_6962_says() -> None:
    a, b, c, d, e = (hashlib.sha256(b"\x00" + bytes([i])).digest() for i in range(5))
    assert merkle_root([]) == hashlib.sha256(b"").digest()
    assert merkle_root([a]) == a
    assert merkle_root([a, b, c]) == _node(_node(a, b), c)
    assert merkle_root([a, b, c, d, e]) == _node(_node(_node(a, b), _node(c, d)), e)


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_leaf_leads_to_the_root(case: tuple[int, int]) -> None:
    count, index = case
    leaves = [hashlib.sha256(bytes([i])).digest() for i in range(count)]
    node = leaves[index]
    for side, other in merkle_path(leaves, index):
        pair = (bytes.fromhex(other), node) if side == "left" else (node, bytes.fromhex(other))
        node = _node(*pair)
    assert node == merkle_root(leaves)


@pytest.mark.parametrize("count", [2, 3, 8, 9])
def test_a_changed_leaf_changes_the_root(count: int) -> None:
    leaves = [hashlib.sha256(bytes([i])).digest() for i in range(count)]
    changed = [*leaves[:-1], hashlib.sha256(b"x").digest()]
    assert merkle_root(leaves) != merkle_root(changed)
