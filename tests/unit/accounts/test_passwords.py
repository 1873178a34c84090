"""Hashes and the rule about passwords people choose."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from formserver.accounts.passwords import check_new_password, hash_password, needs_rehash, verify_password
from formserver.core.errors import AppError


def test_a_password_is_kept_as_argon2id_and_recognised():
    stored = hash_password("明月几时有 2026")
    assert stored.startswith("$argon2id$")
    assert verify_password("明月几时有 2026", stored)
    assert not verify_password("明月几时有 2027", stored)


def test_an_unknown_account_is_checked_against_a_decoy_and_never_accepted():
    assert not verify_password("nobody has this password", None)


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$broken"])
def test_a_damaged_hash_accepts_nothing(stored):
    assert not verify_password("plain", stored)


def test_a_hash_made_at_lower_cost_is_noticed():
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("x"))


def test_an_endless_password_is_not_even_hashed(monkeypatch):
    monkeypatch.setattr("formserver.accounts.passwords._hasher", None)
    assert not verify_password("x" * 1_000_000, "$argon2id$")


@pytest.mark.parametrize(
    "password", ["short", "x" * 129, "my wangwei pass", "1111111111", "Password2026", "abababababab"]
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(AppError):
        check_new_password(password, username="wangwei")


@pytest.mark.parametrize("password", ["明月几时有把酒问青天", "correct horse battery", "Tq7#mz0!Lp"])
def test_good_passwords_need_no_special_signs(password):
    check_new_password(password, username="wangwei")
