"""What the core asks of a store. SQL, the memory twin and any later engine answer the same contract tests.

All methods of one :class:`UnitOfWork` share one transaction. A unit opened with ``write=True`` commits when its
``with`` block ends without an exception and rolls back otherwise; repositories never commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from formserver.core.definitions.repository import DefinitionRepository
from formserver.core.errors import Kind, error_code
from formserver.core.figures import Figure, FigureQuery
from formserver.core.jobs import JobStore
from formserver.core.models import (
    AuditEvent,
    Document,
    Draft,
    NumberEntry,
    NumberStatus,
    Projection,
    Rendition,
    Series,
    State,
    Version,
    VersionContent,
)
from formserver.core.permissions import Scope

T = TypeVar("T")
BAD_CURSOR = error_code(
    "BAD_CURSOR",
    Kind.INVALID,
    zh="翻页地址已失效，请回到第一页重新查询。",
    en="This page mark is not valid; start again from the first page.",
)
MARK_START, MARK_END = "\x02", "\x03"
"""Stand around each hit in a snippet; no stored text can hold them. Escape a snippet first, then replace them."""


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """A filter over documents. Empty collections and ``None`` do not restrict. The newest change comes first.

    ``text`` searches the index: every part between blanks must be found, Chinese as it stands, words from their
    beginning, names also by pinyin. ``number`` is a whole 文号. Dates mean the date on the paper, else the day it was
    created. ``agency_ids`` are agencies of which the document belongs to one. ``confidentiality`` is one 密级 exactly;
    ``numbered`` asks for documents with or without a 文号; ``origins`` for where documents came from, by the word before
    any colon of :attr:`Document.origin` (``legacy``, ``copy``). ``cursor`` is what a :class:`Page` returned;
    ``limit`` ≤ 200.
    """

    text: str = ""
    types: tuple[str, ...] = ()
    states: tuple[State, ...] = ()
    agency_id: str = ""
    agency_ids: tuple[str, ...] = ()
    enterprise_id: str = ""
    task_id: str = ""
    created_by: str = ""
    number: str = ""
    numbered: bool | None = None
    confidentiality: int | None = None
    origins: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None
    include_void: bool = True
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list. ``count`` is exact up to 1,000, else 1,001 (shown as 1000+).

    ``snippets`` (only for a text search) maps document ids to text around the hits, each between
    :data:`MARK_START` and :data:`MARK_END`.
    """

    items: tuple[Document, ...]
    next_cursor: str
    count: int
    snippets: Mapping[str, str] = field(default_factory=dict)


class DocumentStore(Protocol):
    """Head rows, versions and projections."""

    def add(self, document: Document) -> None:
        """Insert a new head row."""
        ...

    def get(self, document_id: str, scope: Scope) -> Document:
        """The head row. Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        ...

    def lock(self, document_id: str, scope: Scope) -> Document:
        """Like :meth:`get`, holding the row until the unit ends (write units only)."""
        ...

    def update(self, document: Document) -> None:
        """Replace the head row (after :meth:`lock`)."""
        ...

    def add_version(self, content: VersionContent) -> None:
        """Insert an immutable version and its contents. Raises CONFLICT if the number is taken."""
        ...

    def version(self, document_id: str, no: int, scope: Scope) -> VersionContent:
        """One version with body and envelope."""
        ...

    def versions(self, document_id: str, scope: Scope) -> tuple[Version, ...]:
        """All versions, oldest first, without contents."""
        ...

    def project(self, document: Document, projection: Projection) -> None:
        """Replace facets, measures and search text of the head version, in this transaction."""
        ...

    def find(self, query: DocumentQuery, scope: Scope) -> Page:
        """A page of documents inside the scope."""
        ...

    def figures(self, query: FigureQuery, scope: Scope) -> tuple[Figure, ...]:
        """Figures of head versions inside the scope, those of the document changed last first."""
        ...

    def by_token(self, check_token: str) -> Document | None:
        """The document a printed check code points at, whatever the scope: callers show only public facts."""
        ...


class DraftStore(Protocol):
    """Mutable working copies, one row per (document, user)."""

    def get(self, document_id: str, user_id: str) -> Draft | None:
        """This person's draft, if any."""
        ...

    def others(self, document_id: str, user_id: str) -> tuple[Draft, ...]:
        """Drafts of other people on the same document, newest first."""
        ...

    def put(self, draft: Draft, *, expected_seq: int | None) -> None:
        """Insert (``expected_seq`` None) or replace if the stored seq equals ``expected_seq``, else CONFLICT."""
        ...

    def delete(self, document_id: str, user_id: str) -> None:
        """Remove after its content became a version (or on purpose); no error if absent."""
        ...


class NumberLedger(Protocol):
    """The register of numbers. UNIQUE (agency, type, year, seq) and UNIQUE text per agency and type."""

    def allocate(self, series: Series) -> int:
        """The next seq of the series, holding the counter row until the unit ends."""
        ...

    def set_start(self, series: Series, next_seq: int) -> None:
        """Start a series in mid-year. Raises CONFLICT when ``next_seq`` is not beyond every used number."""
        ...

    def record(self, entry: NumberEntry) -> NumberEntry:
        """Insert a line and return it as written. Raises CONFLICT when the seq or the text is taken.

        An external number comes with seq 0 and gets the next free place outside the sequence: 0, -1, -2, …
        """
        ...

    def change(self, entry: NumberEntry, *, expected: NumberStatus | None = None) -> None:
        """Change status, document, person, time or reason of the line with this text. Raises NOT_FOUND.

        With ``expected`` raises CONFLICT when the line has another status: of two who want one number, one gets it.
        """
        ...

    def next_seq(self, series: Series) -> int:
        """The seq that comes next, for showing; nothing is held."""
        ...

    def reserved(self, agency_id: str, type_key: str) -> tuple[NumberEntry, ...]:
        """The reserved numbers of every year that nobody has used, oldest first."""
        ...

    def for_document(self, document_id: str) -> tuple[NumberEntry, ...]:
        """The lines of a document, oldest first."""
        ...

    def entries(self, series: Series) -> tuple[NumberEntry, ...]:
        """The register of a series by seq."""
        ...


class RenditionStore(Protocol):
    """Immutable rendition rows."""

    def add(self, rendition: Rendition) -> None:
        """Insert."""
        ...

    def get(self, rendition_id: str) -> Rendition:
        """Raises NOT_FOUND. The caller checks the document's scope."""
        ...

    def for_document(self, document_id: str) -> tuple[Rendition, ...]:
        """All, oldest first."""
        ...


class ContentStore(Protocol):
    """Immutable small contents (canonical JSON, definitions) by sha256, inside the database."""

    def put(self, data: bytes) -> str:
        """Store once; returns the sha256."""
        ...

    def get(self, sha256: str) -> bytes:
        """Raises NOT_FOUND; raises DAMAGED when the bytes do not match the hash."""
        ...


@dataclass(frozen=True, slots=True)
class Seal:
    """A Merkle seal over a run of events, chained to the seal before."""

    no: int
    first_event: str
    last_event: str
    count: int
    root: str
    previous_hash: str
    hash: str
    at: datetime


class EventLog(Protocol):
    """Audit events, insert-only, and their seals."""

    def append(self, event: AuditEvent) -> None:
        """Insert in the current transaction."""
        ...

    def for_document(self, document_id: str) -> tuple[AuditEvent, ...]:
        """Oldest first."""
        ...

    def seal(self, at: datetime) -> Seal | None:
        """Seal a bounded number of unsealed events; ``None`` when there is none. Repeat until it says None."""
        ...

    def latest_seal(self) -> Seal | None:
        """The newest seal, printed into exports."""
        ...


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """A stored file."""

    sha256: str
    size: int


class BlobStore(Protocol):
    """Content-addressed files outside the database. Written (durably) before the row that names them."""

    def put(self, stream: BinaryIO, *, max_bytes: int | None = None) -> BlobInfo:
        """Stream to a temporary file while hashing, fsync, rename. Raises INVALID when too large, UNAVAILABLE
        when the disk is full; leaves nothing half-written."""
        ...

    def put_bytes(self, data: bytes) -> BlobInfo:
        """Like :meth:`put` for bytes in memory."""
        ...

    def adopt(self, path: Path) -> BlobInfo:
        """Make a finished file in ``storage/tmp`` a blob, hashing it as it is read; ``path`` is gone afterwards."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """Raises NOT_FOUND."""
        ...

    def read(self, sha256: str) -> bytes:
        """All bytes, checked against the hash; raises DAMAGED_BLOB."""
        ...

    def exists(self, sha256: str) -> bool:
        """Whether the blob is there (its content is not checked)."""
        ...

    def all_hashes(self) -> Iterator[str]:
        """Every stored hash, for verify and backup."""
        ...


class UnitOfWork(Protocol):
    """One transaction and everything that can be done in it."""

    @property
    def documents(self) -> DocumentStore: ...
    @property
    def drafts(self) -> DraftStore: ...
    @property
    def numbers(self) -> NumberLedger: ...
    @property
    def renditions(self) -> RenditionStore: ...
    @property
    def contents(self) -> ContentStore: ...
    @property
    def events(self) -> EventLog: ...
    @property
    def jobs(self) -> JobStore: ...
    @property
    def definitions(self) -> DefinitionRepository: ...

    def repository(self, port: type[T]) -> T:
        """A slice's repository on this transaction, by the port class the slice registered."""
        ...


class Store(Protocol):
    """Opens units of work."""

    @property
    def blobs(self) -> BlobStore:
        """Files outside the database."""
        ...

    def uow(self, *, write: bool = False) -> AbstractContextManager[UnitOfWork]:
        """A unit of work: ``with store.uow(write=True) as u:``."""
        ...


RepositoryFactory = Callable[[Any], Any]
