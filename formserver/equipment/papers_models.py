"""Records about documents made from lists, the names of the two types, and how much stands in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from formserver.core.definitions.grammar import MAX_ROWS

ELIMINATION: Final = "elimination_list"
EQUIPMENT: Final = "equipment_list"
PAPER_TYPES: Final = (EQUIPMENT, ELIMINATION)
MOST_INLINE: Final = MAX_ROWS
"""Rows of one table that stand in the body and on paper. A longer table is left to the attachment as a whole: the paper
gives its number of rows, its units and the hash of the file."""
REF: Final = "list_ref"
"""The property of a body that names its paper record."""


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What a document was made from. ``ref`` stands in its body; nobody can guess it, and it never changes there.

    ``stamp`` tells in which state the list was when ``parts_sha256`` (a stored content) was taken from it. ``held_by`` are
    the finalised documents that keep the list closed; documents copied from one share its record.
    """

    ref: str
    list_id: str
    type: str
    agency_id: str
    stamp: str
    parts_sha256: str
    detail_sha256: str
    detail_name: str
    detail_size: int
    taken_by: str
    taken_at: datetime
    document_id: str = ""
    held_by: tuple[str, ...] = ()
