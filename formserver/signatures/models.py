"""A seal image of an agency, and a mark: a picture in one place of one printed version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MarkKind(StrEnum):
    """What a mark is."""

    SIGNATURE = "签名"
    SEAL = "印章"


@dataclass(frozen=True, slots=True)
class SealImage:
    """The picture of a seal. ``width_mm`` is the diameter or width of the real seal."""

    id: str
    agency_id: str
    title: str
    image_sha256: str
    width_mm: int
    created_by: str
    created_name: str
    created_at: datetime
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CapturedMark:
    """A signature captured on a screen, or a seal put on, bound to one printed version of a document.

    ``place`` counts the places of one slot on the paper from 0; ``strokes_sha256`` names the movement of the pen as it
    was captured, kept beside the picture as evidence. A withdrawn mark stays in the record.
    """

    id: str
    document_id: str
    version_no: int
    slot: str
    place: int
    kind: MarkKind
    signer: str
    image_sha256: str
    by: str
    by_name: str
    at: datetime
    seal_id: str = ""
    strokes_sha256: str = ""
    device: str = ""
    withdrawn_at: datetime | None = None
