"""Hashing (argon2id) and the one rule about passwords people choose."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from formserver.core.errors import Kind, error_code

MINIMUM_LENGTH: Final = 10
MAXIMUM_LENGTH: Final = 128
"""Long enough for a sentence; a megabyte of password is only an attempt to keep the server busy."""
REMEMBERED: Final = 5
"""How many of a person's passwords, the present one among them, may not be chosen again."""

WEAK_PASSWORD = error_code(
    "WEAK_PASSWORD",
    Kind.INVALID,
    zh="新密码不合要求：{reason}。",
    en="The new password is not acceptable: {reason}.",
)
_COMMON: Final = ("password", "123456", "abcdef", "qwerty", "admin", "111111", "888888", "jieneng")

_hasher = PasswordHasher()


@functools.cache
def _decoy() -> str:
    """Verified when there is no account, so that the answer takes as long; made at the first sign-in, not at start."""
    return _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _hasher.hash(password)


def verify_password(password: str, stored: str | None) -> bool:
    """Whether ``password`` belongs to ``stored``; takes as long for an account that does not exist (None)."""
    if len(password) > MAXIMUM_LENGTH:
        return False
    try:
        return _hasher.verify(stored or _decoy(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the cost parameters have been raised since ``stored`` was made."""
    return _hasher.check_needs_rehash(stored)


def check_new_password(password: str, *, username: str) -> None:
    """Raise WEAK_PASSWORD with the reason. Length matters; character classes are not demanded."""
    if len(password) < MINIMUM_LENGTH:
        raise WEAK_PASSWORD(reason=f"至少 {MINIMUM_LENGTH} 个字符")
    if len(password) > MAXIMUM_LENGTH:
        raise WEAK_PASSWORD(reason=f"最多 {MAXIMUM_LENGTH} 个字符")
    lowered = password.lower()
    if username and username in lowered:
        raise WEAK_PASSWORD(reason="不能包含用户名")
    if len(set(password)) < 5 or (len(lowered) < 14 and any(lowered.startswith(word) for word in _COMMON)):
        raise WEAK_PASSWORD(reason="太容易被猜到，请换一个")


def check_not_used_before(password: str, hashes: Iterable[str]) -> None:
    """Raise WEAK_PASSWORD when ``password`` belongs to one of the hashes; takes as long as that many sign-ins."""
    if any(verify_password(password, stored) for stored in hashes):
        raise WEAK_PASSWORD(reason=f"最近 {REMEMBERED} 次用过这个密码，请换一个")
