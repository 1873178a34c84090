"""The memory twin: the same answers as the SQL store without a disk, for tests and for the ``generate`` command.

A write unit works on a copy of the state that replaces the original when the unit ends well. Writers take turns;
readers see the state as it was when they began.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from formserver.core.canonical import sha256_hex
from formserver.core.definitions.repository import MemoryDefinitionRepository
from formserver.core.errors import NOT_FOUND
from formserver.core.jobs import Job
from formserver.core.models import (
    AuditEvent,
    Document,
    Draft,
    NumberEntry,
    Projection,
    Rendition,
    Series,
    VersionContent,
)
from formserver.core.store_ports import BlobStore, RepositoryFactory, Seal, UnitOfWork
from formserver.store.failures import CONFLICT, DAMAGED
from formserver.store.memory_blobs import MemoryBlobs
from formserver.store.memory_documents import MemoryDocuments
from formserver.store.memory_jobs import MemoryJobs
from formserver.store.memory_numbers import MemoryNumbers
from formserver.store.seals import leaf_hash, make_seal

T = TypeVar("T")


@dataclass(slots=True)
class MemoryState:
    """Everything a memory store holds. ``tables`` is for the repositories of slices, by a name of their choice."""

    documents: dict[str, Document] = field(default_factory=dict)
    versions: dict[tuple[str, int], VersionContent] = field(default_factory=dict)
    projections: dict[str, Projection] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)
    clock_of_changes: int = 0
    drafts: dict[tuple[str, str], Draft] = field(default_factory=dict)
    counters: dict[Series, int] = field(default_factory=dict)
    numbers: dict[tuple[Series, int], NumberEntry] = field(default_factory=dict)
    renditions: dict[str, Rendition] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    events: dict[str, AuditEvent] = field(default_factory=dict)
    sealed: dict[str, int] = field(default_factory=dict)
    seals: list[Seal] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)
    definitions: MemoryDefinitionRepository = field(default_factory=MemoryDefinitionRepository)
    tables: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def snapshot(self) -> MemoryState:
        """A copy that can change on its own. Records are frozen, so only the collections are copied."""
        made = MemoryState()
        for name in self.__slots__:
            value = getattr(self, name)
            if name == "tables":
                value = {table: dict(rows) for table, rows in value.items()}
            elif name == "definitions":
                value = copy.deepcopy(value)
            elif isinstance(value, dict | list):
                value = value.copy()
            setattr(made, name, value)
        return made


class MemoryUnit:
    """One transaction on a state."""

    def __init__(self, state: MemoryState, repositories: Mapping[type[Any], RepositoryFactory]) -> None:
        self.state = state
        self.documents = MemoryDocuments(state)
        self.drafts = MemoryDrafts(state)
        self.numbers = MemoryNumbers(state)
        self.renditions = MemoryRenditions(state)
        self.contents = MemoryContents(state)
        self.events = MemoryEvents(state)
        self.jobs = MemoryJobs(state)
        self.definitions = state.definitions
        self._factories = repositories
        self._made: dict[type[Any], Any] = {}

    def repository(self, port: type[T]) -> T:
        """A slice's repository: its factory is given the :class:`MemoryState`. Raises KeyError."""
        if port not in self._made:
            self._made[port] = self._factories[port](self.state)
        made: T = self._made[port]
        return made


class MemoryStore:
    """:class:`~formserver.core.store_ports.Store` in memory."""

    def __init__(self, *, repositories: Mapping[type[Any], RepositoryFactory] | None = None) -> None:
        self.blobs: BlobStore = MemoryBlobs()
        self._state = MemoryState()
        self._repositories = dict(repositories or {})
        self._writers = threading.Lock()
        self._open = threading.local()

    def uow(self, *, write: bool = False) -> AbstractContextManager[UnitOfWork]:
        """A unit of work. Raises RuntimeError inside another unit of the same thread."""
        return self._unit(write=write)

    @contextmanager
    def _unit(self, *, write: bool) -> Iterator[MemoryUnit]:
        if getattr(self._open, "unit", False):
            raise RuntimeError("a unit of work is open already; pass it on instead of opening another")
        self._open.unit = True
        try:
            if not write:
                yield MemoryUnit(self._state.snapshot(), self._repositories)
                return
            with self._writers:
                state = self._state.snapshot()
                yield MemoryUnit(state, self._repositories)
                self._state = state
        finally:
            self._open.unit = False

    def close(self) -> None:
        """Nothing to give back."""


class MemoryDrafts:
    """Working copies."""

    def __init__(self, state: MemoryState) -> None:
        self._rows = state.drafts

    def get(self, document_id: str, user_id: str) -> Draft | None:
        """This person's draft, if any."""
        return copy.deepcopy(self._rows.get((document_id, user_id)))

    def others(self, document_id: str, user_id: str) -> tuple[Draft, ...]:
        """Drafts of other people on the same document, newest first."""
        found = [d for d in self._rows.values() if d.document_id == document_id and d.user_id != user_id]
        found.sort(key=lambda d: d.user_id)
        return tuple(copy.deepcopy(sorted(found, key=lambda d: d.updated_at, reverse=True)))

    def put(self, draft: Draft, *, expected_seq: int | None) -> None:
        """Insert or replace. Raises STORE_CONFLICT."""
        known = self._rows.get((draft.document_id, draft.user_id))
        if (known.seq if known else None) != expected_seq:
            raise CONFLICT(what="您在另一个窗口打开的同一份草稿")
        self._rows[draft.document_id, draft.user_id] = copy.deepcopy(draft)

    def delete(self, document_id: str, user_id: str) -> None:
        """Remove; no error if absent."""
        self._rows.pop((document_id, user_id), None)


class MemoryRenditions:
    """Rendition rows."""

    def __init__(self, state: MemoryState) -> None:
        self._rows = state.renditions

    def add(self, rendition: Rendition) -> None:
        """Insert. Raises STORE_CONFLICT."""
        if rendition.id in self._rows:
            raise CONFLICT(what="这份呈现件")
        self._rows[rendition.id] = rendition

    def get(self, rendition_id: str) -> Rendition:
        """Raises NOT_FOUND."""
        if rendition_id not in self._rows:
            raise NOT_FOUND(what="这份呈现件")
        return self._rows[rendition_id]

    def for_document(self, document_id: str) -> tuple[Rendition, ...]:
        """All, oldest first."""
        found = [r for r in self._rows.values() if r.document_id == document_id]
        return tuple(sorted(found, key=lambda r: (r.created_at, r.id)))


class MemoryContents:
    """Contents by hash."""

    def __init__(self, state: MemoryState) -> None:
        self._rows = state.contents

    def put(self, data: bytes) -> str:
        """Store once; returns the sha256."""
        sha256 = sha256_hex(data)
        self._rows.setdefault(sha256, data)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Raises NOT_FOUND, CONTENT_DAMAGED."""
        if sha256 not in self._rows:
            raise NOT_FOUND(what=f"内容 {sha256[:12]}")
        data = self._rows[sha256]
        if sha256_hex(data) != sha256:
            raise DAMAGED(sha256=sha256)
        return data


class MemoryEvents:
    """Events and seals."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def append(self, event: AuditEvent) -> None:
        """Insert. Raises STORE_CONFLICT when the id is taken."""
        if event.id in self._state.events:
            raise CONFLICT(what="这条记录")
        self._state.events[event.id] = copy.deepcopy(event)

    def for_document(self, document_id: str) -> tuple[AuditEvent, ...]:
        """Oldest first."""
        found = [e for e in self._state.events.values() if e.document_id == document_id]
        return tuple(copy.deepcopy(sorted(found, key=lambda e: e.id)))

    def seal(self, at: datetime) -> Seal | None:
        """Seal what is unsealed; None when there is nothing."""
        waiting = sorted(set(self._state.events) - set(self._state.sealed))
        if not waiting:
            return None
        leaves = [leaf_hash(self._state.events[event_id]) for event_id in waiting]
        seal = make_seal(self.latest_seal(), waiting, leaves, at)
        self._state.sealed.update(dict.fromkeys(waiting, seal.no))
        self._state.seals.append(seal)
        return seal

    def latest_seal(self) -> Seal | None:
        """The newest seal."""
        return self._state.seals[-1] if self._state.seals else None
