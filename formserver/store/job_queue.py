"""The job queue on SQL. A lease is told by worker and attempt, so a runner that slept too long is refused."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from formserver.core.canonical import canonical_json
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND, Kind, error_code
from formserver.core.ids import new_id
from formserver.core.jobs import Job, JobState
from formserver.store.engine import is_sqlite
from formserver.store.rows import Row
from formserver.store.tables import job as t

JOB_NOT_FAILED = error_code(
    "JOB_NOT_FAILED",
    Kind.CONFLICT,
    zh="这项任务当前为“{state}”，不需要重试。",
    en="This job is {state}; there is nothing to retry.",
)
_OPEN = (JobState.WAITING.value, JobState.RUNNING.value)


class SqlJobs:
    """:class:`~formserver.core.jobs.JobStore` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        values = {
            "id": new_id(),
            "kind": kind,
            "key": key,
            "payload": canonical_json(payload).decode(),
            "state": JobState.WAITING.value,
            "priority": priority,
            "attempts": 0,
            "progress": 0,
            "created_by": created_by,
            "agency_id": agency_id,
            "created_at": format_instant(at),
            "run_after": format_instant(at),
            "result": "{}",
        }
        dialect = sqlite if is_sqlite(self._connection) else postgresql
        self._connection.execute(dialect.insert(t).values(values).on_conflict_do_nothing())
        open_job = select(t).where(t.c.kind == kind, t.c.key == key, t.c.state.in_(_OPEN))
        return to_job(self._connection.execute(open_job).mappings().one())

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
        self._connection.execute(delete(t).where(t.c.kind == kind, t.c.key == key))
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
        row = self._connection.execute(select(t).where(t.c.id == job_id)).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这项任务")
        return to_job(row)

    def latest(self, kind: str, key: str) -> Job | None:
        """The newest job of that kind and key in any state."""
        statement = select(t).where(t.c.kind == kind, t.c.key == key)
        newest = statement.order_by(t.c.created_at.desc(), t.c.id.desc()).limit(1)
        row = self._connection.execute(newest).mappings().first()
        return to_job(row) if row is not None else None

    def lease(self, *, worker: str, kinds: tuple[str, ...], at: datetime, seconds: float) -> Job | None:
        """Take the next waiting job, or a running one whose lease has expired; one runner gets it."""
        now = format_instant(at)
        due = or_(
            and_(t.c.state == JobState.WAITING.value, t.c.run_after <= now),
            and_(t.c.state == JobState.RUNNING.value, t.c.leased_until <= now),
        )
        next_job = (
            select(t)
            .where(t.c.kind.in_(kinds), due)
            .order_by(t.c.priority, t.c.run_after, t.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = self._connection.execute(next_job).mappings().first()
        if row is None:
            return None
        self._connection.execute(
            update(t)
            .where(t.c.id == row["id"])
            .values(
                state=JobState.RUNNING.value,
                worker=worker,
                attempts=row["attempts"] + 1,
                leased_until=_later(at, seconds),
                progress=0,
                progress_text="",
                error="",
            )
        )
        return self.get(row["id"])

    def progress(self, job: Job, *, percent: int, text: str, at: datetime, seconds: float) -> bool:
        """Report progress and extend the lease; False when the lease was lost."""
        shown = max(0, min(100, percent))
        return self._if_held(job, progress=shown, progress_text=text, leased_until=_later(at, seconds))

    def complete(self, job: Job, *, result: dict[str, Any], at: datetime) -> bool:
        """Mark done; False when the lease was lost."""
        return self._if_held(
            job,
            state=JobState.DONE.value,
            progress=100,
            result=canonical_json(result).decode(),
            finished_at=format_instant(at),
            leased_until=None,
        )

    def fail(self, job: Job, *, error: str, at: datetime, retry_at: datetime | None) -> bool:
        """Put back for ``retry_at`` or, with None, fail for good; False when the lease was lost."""
        if retry_at is None:
            return self._if_held(
                job,
                state=JobState.FAILED.value,
                error=error,
                finished_at=format_instant(at),
                leased_until=None,
            )
        return self._if_held(
            job,
            state=JobState.WAITING.value,
            error=error,
            run_after=format_instant(retry_at),
            leased_until=None,
        )

    def retry(self, job_id: str, *, at: datetime) -> Job:
        """Make a failed job wait again. Raises JOB_NOT_FAILED; returns the open job if there is one already."""
        job = self.get(job_id)
        if job.state is not JobState.FAILED:
            raise JOB_NOT_FAILED(state=job.state.value)
        other = select(t).where(t.c.kind == job.kind, t.c.key == job.key, t.c.state.in_(_OPEN))
        row = self._connection.execute(other).mappings().first()
        if row is not None:
            return to_job(row)
        self._connection.execute(
            update(t)
            .where(t.c.id == job_id, t.c.state == JobState.FAILED.value)
            .values(
                state=JobState.WAITING.value,
                attempts=0,
                progress=0,
                progress_text="",
                error="",
                run_after=format_instant(at),
                finished_at=None,
            )
        )
        return self.get(job_id)

    def counts(self) -> dict[JobState, int]:
        """How many jobs are in each state."""
        rows = self._connection.execute(select(t.c.state, func.count()).group_by(t.c.state))
        found = {JobState(state): count for state, count in rows}
        return {state: found.get(state, 0) for state in JobState}

    def _if_held(self, job: Job, **values: object) -> bool:
        done = self._connection.execute(update(t).where(_held(job)).values(values))
        return done.rowcount == 1


def _held(job: Job) -> ColumnElement[bool]:
    return and_(
        t.c.id == job.id,
        t.c.state == JobState.RUNNING.value,
        t.c.worker == job.worker,
        t.c.attempts == job.attempts,
    )


def _later(at: datetime, seconds: float) -> str:
    return format_instant(at + timedelta(seconds=seconds))


def to_job(row: Row) -> Job:
    """A job."""
    values = {name: row[name] for name in Job.__dataclass_fields__}
    for name in ("payload", "result"):
        values[name] = json.loads(row[name])
    for name in ("created_at", "run_after", "leased_until", "finished_at"):
        values[name] = parse_instant(row[name]) if row[name] else None
    values["state"] = JobState(row["state"])
    return Job(**values)
