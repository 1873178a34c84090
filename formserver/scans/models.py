"""A heap of scanned pages, the files they came in, the pages themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Crop = tuple[int, int, int, int]
"""Left, top, right, bottom of the page as shown, in thousandths."""
WHOLE: Crop = (0, 0, 1000, 1000)


class BatchState(StrEnum):
    """Where a heap stands."""

    OPEN = "open"
    BOUND = "bound"


class ReadState(StrEnum):
    """Whether the pages of a file have been looked at."""

    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"


class Source(StrEnum):
    """How it is known which page a scan shows."""

    NONE = ""
    CODE = "qr"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Batch:
    """A heap of pages. ``document_id`` is empty for one whose documents the codes will tell.

    ``typed`` is what stands in the form beside the pages, field by field: it outlives a closed tab.
    """

    id: str
    document_id: str
    owner: str
    agency_id: str
    state: BatchState
    manual_order: bool
    created_at: datetime
    updated_at: datetime
    typed: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was uploaded. ``signed``: a PDF with electronic signatures, kept as it is or not at all."""

    id: str
    batch_id: str
    blob_sha256: str
    filename: str
    media_type: str
    size: int
    pages: int
    signed: bool
    state: ReadState
    error: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class ScanPage:
    """One page. ``no`` counts within its file, ``page_no`` is what the paper says (0: not known).

    ``view_sha256`` is a reduced picture, upright by the camera, before ``rotation`` and ``crop``. ``ink`` lists
    (slot, square millimetres or None where it could not be compared).
    """

    id: str
    batch_id: str
    original_id: str
    no: int
    position: int
    view_sha256: str
    rotation: int = 0
    crop: Crop = WHOLE
    token: str = ""
    document_id: str = ""
    version_no: int = 0
    page_no: int = 0
    source: Source = Source.NONE
    ink: tuple[tuple[str, float | None], ...] = ()
    dropped: bool = False
