"""Identifiers: UUIDv7 (RFC 9562), sortable by time, written as 26 characters of Crockford base32 in URLs."""

from __future__ import annotations

import re
import secrets
import threading

from formserver.core.clock import Clock, SystemClock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {c: i for i, c in enumerate(_ALPHABET)} | {"o": 0, "i": 1, "l": 1}
_PATTERN = re.compile(r"[0-9a-hjkmnp-tv-z]{26}")
_lock = threading.Lock()
_last = 0


def new_id(clock: Clock | None = None) -> str:
    """A new identifier, greater than every one made before by this process, even if the clock goes back."""
    global _last
    millis = int((clock or SystemClock()).now().timestamp() * 1000)
    value = (millis << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    with _lock:
        if clock is None and value <= _last:
            value = _last + 1 + secrets.randbits(16)
        if clock is None:
            _last = value
    return encode(value)


def encode(value: int) -> str:
    """A 128-bit number as 26 lower-case Crockford base32 characters."""
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def is_id(text: str) -> bool:
    """Whether ``text`` has the canonical form of an identifier."""
    return _PATTERN.fullmatch(text) is not None and text[0] <= "7"


def normalise_id(text: str) -> str:
    """Read an identifier as a person may have typed it (capitals, dashes, O for 0). Raises ValueError."""
    cleaned = text.strip().lower().replace("-", "")
    try:
        digits = "".join(_ALPHABET[_VALUES[c]] for c in cleaned)
    except KeyError as unknown:
        raise ValueError(f"not an identifier: {text!r}") from unknown
    if not is_id(digits):
        raise ValueError(f"not an identifier: {text!r}")
    return digits


def new_row_key() -> str:
    """A random key for a row of a body (``_k``): 8 base32 characters, unique within a document."""
    value = secrets.randbits(40)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(35, -1, -5))
