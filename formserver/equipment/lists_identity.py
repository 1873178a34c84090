"""What makes a row of one list the same equipment as a row of another."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping


def identity_of(cells: Mapping[str, str]) -> str:
    """sha256 of model, date of make and place as stated; widths and blanks do not count."""
    parts = (cells.get("model", ""), cells.get("made", ""), cells.get("location", ""))
    text = "\x1f".join("".join(unicodedata.normalize("NFKC", part).split()) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()


class Copies:
    """Numbers rows of one identity within one list from 1."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def next(self, identity: str) -> int:
        """The number of one more row of this identity."""
        key = bytes.fromhex(identity)[:16]  # half of it keeps 100,000 rows small in memory
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key]
