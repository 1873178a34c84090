"""Work that happens after the request: PDF conversion, imports, sealing, backups.

A job is a row in the main database, inserted in the same transaction as the deed that wants it, unique per
(kind, key) while it is open, leased by one runner at a time, idempotent. Permanent failure stays visible.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "排队中"
    RUNNING = "进行中"
    DONE = "已完成"
    FAILED = "失败"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work. ``progress`` runs from 0 to 100; ``result`` and ``error`` are what a person may see."""

    id: str
    kind: str
    key: str
    payload: dict[str, Any]
    state: JobState
    priority: int
    attempts: int
    progress: int
    progress_text: str
    created_by: str
    agency_id: str
    created_at: datetime
    run_after: datetime
    leased_until: datetime | None = None
    worker: str = ""
    finished_at: datetime | None = None
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""


class JobStore(Protocol):
    """The queue."""

    def enqueue(
        self,
        *,
        kind: str,
        key: str,
        payload: dict[str, Any],
        at: datetime,
        created_by: str = "",
        agency_id: str = "",
        priority: int = 50,
    ) -> Job:
        """Insert, or return the open job with the same kind and key. A lower priority number runs first."""
        ...

    def replace(
        self,
        *,
        kind: str,
        key: str,
        payload: dict[str, Any],
        at: datetime,
        created_by: str = "",
        agency_id: str = "",
        priority: int = 50,
    ) -> Job:
        """Insert in the place of every job of that kind and key; whoever runs one of them loses its lease."""
        ...

    def get(self, job_id: str) -> Job:
        """Raises NOT_FOUND."""
        ...

    def latest(self, kind: str, key: str) -> Job | None:
        """The newest job of that kind and key in any state."""
        ...

    def lease(self, *, worker: str, kinds: tuple[str, ...], at: datetime, seconds: float) -> Job | None:
        """Take the next waiting job, or a running one whose lease has expired; one runner gets it."""
        ...

    def progress(self, job: Job, *, percent: int, text: str, at: datetime, seconds: float) -> bool:
        """Report progress and extend the lease; False when the lease was lost."""
        ...

    def complete(self, job: Job, *, result: dict[str, Any], at: datetime) -> bool:
        """Mark done; False when the lease was lost."""
        ...

    def fail(self, job: Job, *, error: str, at: datetime, retry_at: datetime | None) -> bool:
        """Put back for ``retry_at`` or, with None, fail for good; False when the lease was lost."""
        ...

    def retry(self, job_id: str, *, at: datetime) -> Job:
        """Make a failed job wait again (the 重试 button)."""
        ...

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        ...
