"""The job queue of the memory twin."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from formserver.core.errors import NOT_FOUND
from formserver.core.ids import new_id
from formserver.core.jobs import Job, JobState
from formserver.store.job_queue import JOB_NOT_FAILED

_OPEN = (JobState.WAITING, JobState.RUNNING)


class JobsState(Protocol):
    """The part of the state this queue works on."""

    jobs: dict[str, Job]


class MemoryJobs:
    """:class:`~formserver.core.jobs.JobStore` in a dictionary."""

    def __init__(self, state: JobsState) -> None:
        self._rows = state.jobs

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
        """Insert, or return the open job with the same kind and key."""
        known = self._open(kind, key)
        if known is not None:
            return known
        job = Job(
            id=new_id(),
            kind=kind,
            key=key,
            payload=copy.deepcopy(payload),
            state=JobState.WAITING,
            priority=priority,
            attempts=0,
            progress=0,
            progress_text="",
            created_by=created_by,
            agency_id=agency_id,
            created_at=at,
            run_after=at,
        )
        self._rows[job.id] = job
        return job

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
        for job in [job for job in self._rows.values() if (job.kind, job.key) == (kind, key)]:
            del self._rows[job.id]
        return self.enqueue(
            kind=kind,
            key=key,
            payload=payload,
            at=at,
            created_by=created_by,
            agency_id=agency_id,
            priority=priority,
        )

    def get(self, job_id: str) -> Job:
        """Raises NOT_FOUND."""
        if job_id not in self._rows:
            raise NOT_FOUND(what="这项任务")
        return self._rows[job_id]

    def latest(self, kind: str, key: str) -> Job | None:
        """The newest job of that kind and key in any state."""
        found = [job for job in self._rows.values() if (job.kind, job.key) == (kind, key)]
        return max(found, key=lambda job: (job.created_at, job.id), default=None)

    def lease(self, *, worker: str, kinds: tuple[str, ...], at: datetime, seconds: float) -> Job | None:
        """Take the next waiting job, or a running one whose lease has expired."""
        due = [
            job
            for job in self._rows.values()
            if job.kind in kinds
            and (
                (job.state is JobState.WAITING and job.run_after <= at)
                or (job.state is JobState.RUNNING and job.leased_until is not None and job.leased_until <= at)
            )
        ]
        if not due:
            return None
        job = min(due, key=lambda job: (job.priority, job.run_after, job.id))
        return self._set(
            job,
            state=JobState.RUNNING,
            worker=worker,
            attempts=job.attempts + 1,
            leased_until=at + timedelta(seconds=seconds),
            progress=0,
            progress_text="",
            error="",
        )

    def progress(self, job: Job, *, percent: int, text: str, at: datetime, seconds: float) -> bool:
        """Report progress and extend the lease; False when the lease was lost."""
        until = at + timedelta(seconds=seconds)
        return self._if_held(job, progress=max(0, min(100, percent)), progress_text=text, leased_until=until)

    def complete(self, job: Job, *, result: dict[str, Any], at: datetime) -> bool:
        """Mark done; False when the lease was lost."""
        kept = copy.deepcopy(result)
        return self._if_held(
            job, state=JobState.DONE, progress=100, result=kept, finished_at=at, leased_until=None
        )

    def fail(self, job: Job, *, error: str, at: datetime, retry_at: datetime | None) -> bool:
        """Put back for ``retry_at`` or, with None, fail for good; False when the lease was lost."""
        if retry_at is None:
            return self._if_held(job, state=JobState.FAILED, error=error, finished_at=at, leased_until=None)
        return self._if_held(job, state=JobState.WAITING, error=error, run_after=retry_at, leased_until=None)

    def retry(self, job_id: str, *, at: datetime) -> Job:
        """Make a failed job wait again. Raises JOB_NOT_FAILED."""
        job = self.get(job_id)
        if job.state is not JobState.FAILED:
            raise JOB_NOT_FAILED(state=job.state.value)
        other = self._open(job.kind, job.key)
        if other is not None:
            return other
        return self._set(
            job,
            state=JobState.WAITING,
            attempts=0,
            progress=0,
            progress_text="",
            error="",
            run_after=at,
            finished_at=None,
        )

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        states = [job.state for job in self._rows.values()]
        return {state: states.count(state) for state in JobState}

    def _open(self, kind: str, key: str) -> Job | None:
        for job in self._rows.values():
            if (job.kind, job.key) == (kind, key) and job.state in _OPEN:
                return job
        return None

    def _if_held(self, job: Job, **values: Any) -> bool:
        known = self._rows.get(job.id)
        if known is None or known.state is not JobState.RUNNING:
            return False
        if (known.worker, known.attempts) != (job.worker, job.attempts):
            return False
        self._set(known, **values)
        return True

    def _set(self, job: Job, **values: Any) -> Job:
        self._rows[job.id] = replace(job, **values)
        return self._rows[job.id]
