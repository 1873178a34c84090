"""Records of the slice: lists, their rows, what people decide, and what is kept beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class ListState(StrEnum):
    """MAPPING waits for a person to say what the columns mean; CHECKING for the job; READY can be reviewed; CLOSED was made
    into documents and cannot change; FAILED says why in ``failure``."""

    MAPPING = "mapping"
    CHECKING = "checking"
    READY = "ready"
    CLOSED = "closed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class EquipmentList:
    """One list of one enterprise. ``as_of`` is the day everything is judged by, ``library`` the stamp of the rules used.

    ``definitions``: id → sha256 of catalogues, and under ``grades`` the stamp of efficiency tables and confirmed limits.
    ``counts``: rows by verdict and ``blocked``, ``warnings``, ``rows``, ``units``. ``previous_id`` is the list before.
    """

    id: str
    agency_id: str
    enterprise_id: str
    enterprise_name: str
    uscc: str
    title: str
    as_of: date
    state: ListState
    filename: str
    source_sha256: str
    created_by: str
    created_by_name: str
    created_at: datetime
    mapping: Mapping[str, Any] = field(default_factory=dict)
    library: str = ""
    definitions: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    failure: str = ""
    previous_id: str = ""
    checked_at: datetime | None = None
    document_ids: Mapping[str, str] = field(default_factory=dict)
    """Document type → document made from this list last."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row as kept. ``identity`` is the same for the same model text, date and place (decisions are carried over by it);
    ``copy`` tells rows of one identity apart. ``stated`` is what the file says (cells, values, extra, problems as JSON),
    ``judged`` the judgement. ``standing`` is the verdict in force: a person's, else the machine's."""

    list_id: str
    number: int
    sheet: str
    row: int
    identity: str
    copy: int
    stated: Mapping[str, Any]
    judged: Mapping[str, Any]
    verdict: str
    category: str
    reason: str
    catalogue: str
    grade: str
    standing: str
    decided: str = ""
    """``""`` nobody yet, ``in`` moved in, ``out`` moved out, ``confirmed``; ``carried``: taken over, to be looked at."""
    photos: int = 0
    comments: int = 0
    status: str = ""
    """使用状态 as stated; what is 已拆除 does not count among units in use. This and the three below are worked out from
    ``stated`` by the repository whenever a row is written."""
    units: int = 0
    watts: int = 0
    """Rated power of all units of the row in W."""
    va: int = 0
    """Rated capacity of all units of the row in VA."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said about a row; appended, never changed. ``act``: in, out, confirm, reset, comment.

    ``basis``: photo, papers, report, catalogue, other. ``before`` and ``after`` are the standing verdicts, ``machine``
    the automatic one of then, ``library`` the stamp of the rules it rested on. ``carried_from`` is the list a decision was
    taken over from: person and time stay those of the decision itself.

    One act is not a person's: ``machine``, when rules changed and the list was judged again. ``judged`` then keeps the
    judgement that was replaced, so that what was said earlier stays readable.
    """

    id: str
    list_id: str
    number: int
    identity: str
    copy: int
    act: str
    basis: str
    reason: str
    before: str
    after: str
    machine: str
    library: str
    by: str
    by_name: str
    agency_id: str
    at: datetime
    carried_from: str = ""
    judged: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NameplatePhoto:
    """A photograph of a name plate; the bytes are a blob."""

    id: str
    list_id: str
    number: int
    sha256: str
    filename: str
    media_type: str
    by: str
    by_name: str
    at: datetime
    removed_at: datetime | None = None
    removed_by_name: str = ""
