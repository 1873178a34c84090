"""Names a printer's fonts may not have: found in the draft, so that people learn it before the paper is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from formserver.core import places
from formserver.core.definitions.document_type import DocumentType
from formserver.core.errors import Problem

GlyphCheck = Callable[[str, str, str], Sequence[Problem]]
"""Asked with (rare characters, label, pointer); answers with what the installed fonts cannot draw or must borrow."""
_COMMON_END = 0x9FA5  # GB 13000.1: what every Chinese font has; later additions and extensions are rare
_LONGEST = 200  # names, titles and models; a rare character in a long text shows in the preview


def no_glyph_check(_characters: str, _label: str, _pointer: str) -> Sequence[Problem]:
    """For places without fonts."""
    return ()


def rare_in(text: str) -> str:
    """The characters of ``text`` outside the common Chinese repertoire, once each, in order."""
    found = (c for c in text if ord(c) > _COMMON_END and not 0xFF00 <= ord(c) <= 0xFFEF)
    early = (c for c in text if 0x3400 <= ord(c) <= 0x4DBF)
    return "".join(dict.fromkeys((*found, *early)))


def rare_character_problems(dt: DocumentType, body: Mapping[str, Any], check: GlyphCheck) -> list[Problem]:
    """What to say about rare characters in the short texts of a body, each with its field's label."""
    problems: list[Problem] = []
    for pointer, value in places.leaves(body):
        if isinstance(value, str) and len(value) <= _LONGEST and not value.isascii():
            rare = rare_in(value)
            if rare:
                indexed = places.to_indexed(body, pointer)
                problems += check(rare, dt.label(indexed), pointer)
    return problems
