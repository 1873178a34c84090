"""What a row is found by when people look for text: what its file says, and nothing of how it is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final

from formserver.equipment.columns import COLUMNS

MOST: Final = 4_000
"""Characters kept of one row: more than every column may hold, less than a hostile file would fill."""
_KEYS: Final = tuple(one.key for one in COLUMNS if one.kind in ("text", "model"))
"""Name, model, maker, place and remark: numbers and choices have conditions of their own."""


def row_words(stated: Mapping[str, Any]) -> str:
    """The words of a kept row (``equipment_row.stated``), a line each, in small letters: as typed, and where that is not
    the same with full width letters, Roman numerals and the like made plain (NFKC)."""
    found = "\n".join(dict.fromkeys(_texts(stated)))[:MOST].lower()
    plain = plain_words(found)[: 2 * MOST]
    return found if plain == found else f"{found}\n{plain}"


def plain_words(text: str) -> str:
    """What is looked for, as :func:`row_words` keeps it beside what was typed."""
    return unicodedata.normalize("NFKC", text).lower()


def _texts(stated: Mapping[str, Any]) -> Iterator[str]:
    cells, values = stated.get("cells", {}), stated.get("values", {})
    for key in _KEYS:
        yield from (text for text in (str(cells.get(key) or ""), str(values.get(key) or "")) if text)
    yield from (text for text in map(str, stated.get("extra", {}).values()) if text)
    yield from (text for one in stated.get("problems", ()) if (text := str(one.get("value") or "")))
