"""Runs jobs: leases one at a time, keeps the lease alive, retries with growing pauses, leaves failures visible.

Several runners (threads, processes, machines) may share one queue; a job whose runner died is taken over when its
lease ends. Handlers must be idempotent: a job may run twice, never zero times.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from formserver.core.clock import Clock
from formserver.core.errors import AppError, Kind
from formserver.core.jobs import Job
from formserver.core.store_ports import Store

log = logging.getLogger(__name__)

Report = Callable[[int, str], None]
Handler = Callable[[Job, Report], dict[str, Any]]
_LEASE_SECONDS = 60.0
_PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))


class LeaseLost(Exception):
    """Another runner has taken the job over; whatever this one was doing no longer counts."""


class JobRunner:
    """One loop over the queue. :meth:`run_forever` until :meth:`stop`; :meth:`run_one` for tests and the command line."""

    def __init__(
        self, store: Store, handlers: Mapping[str, Handler], clock: Clock, *, poll_seconds: float = 0.2
    ) -> None:
        self._store = store
        self._handlers = dict(handlers)
        self._clock = clock
        self._poll = poll_seconds
        self._stop = threading.Event()
        self._name = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"

    def stop(self) -> None:
        """End :meth:`run_forever` after the job in hand."""
        self._stop.set()

    def run_forever(self) -> None:
        """Work until stopped. An error of the store itself pauses the loop; it never ends it."""
        while not self._stop.is_set():
            try:
                busy = self.run_one()
            except AppError:
                log.exception("the job queue cannot be read; trying again")
                busy = False
                self._stop.wait(2.0)
            if not busy:
                self._stop.wait(self._poll)

    def run_all(self) -> int:
        """Run jobs until none is waiting; returns how many ran."""
        count = 0
        while self.run_one():
            count += 1
        return count

    def run_one(self) -> bool:
        """Take and finish one job; False when nothing was waiting."""
        with self._store.uow(write=True) as u:
            job = u.jobs.lease(
                worker=self._name,
                kinds=tuple(self._handlers),
                at=self._clock.now(),
                seconds=_LEASE_SECONDS,
            )
        if job is None:
            return False
        keeper = _LeaseKeeper(self._store, self._clock, job)
        keeper.start()
        try:
            result = self._handlers[job.kind](job, keeper.report)
        except LeaseLost:
            log.warning("job lost its lease", extra={"job": job.id, "kind": job.kind})
            return True
        except AppError as error:
            self._fail(job, error.message(), retry=error.kind is Kind.UNAVAILABLE)
            return True
        except Exception as error:  # a bug in a handler must not end the worker: logged, shown, retried
            log.exception("job failed", extra={"job": job.id, "kind": job.kind})
            self._fail(job, f"程序内部错误（{type(error).__name__}），已记录。可点“重试”。", retry=True)
            return True
        finally:
            keeper.stop()
        with self._store.uow(write=True) as u:
            u.jobs.complete(job, result=result, at=self._clock.now())
        return True

    def _fail(self, job: Job, message: str, *, retry: bool) -> None:
        now = self._clock.now()
        attempt = job.attempts  # lease() has counted this one
        retry_at = now + _PAUSES[attempt - 1] if retry and 0 < attempt <= len(_PAUSES) else None
        with self._store.uow(write=True) as u:
            u.jobs.fail(job, error=message, at=now, retry_at=retry_at)


class _LeaseKeeper(threading.Thread):
    """Extends the lease while the handler works and carries its progress."""

    def __init__(self, store: Store, clock: Clock, job: Job) -> None:
        super().__init__(daemon=True, name=f"lease-{job.id}")
        self._store = store
        self._clock = clock
        self._job = job
        self._done = threading.Event()
        self._lock = threading.Lock()
        self._percent, self._text, self._lost = 0, "", False

    def report(self, percent: int, text: str) -> None:
        """Progress of the handler. Raises LeaseLost when somebody else has the job now."""
        with self._lock:
            self._percent, self._text = percent, text
        self._extend()
        if self._lost:
            raise LeaseLost

    def stop(self) -> None:
        self._done.set()

    def run(self) -> None:
        while not self._done.wait(_LEASE_SECONDS / 3):
            try:
                self._extend()
            except AppError:
                log.exception("the lease could not be extended; trying again")

    def _extend(self) -> None:
        with self._lock:
            percent, text = self._percent, self._text
        with self._store.uow(write=True) as u:
            kept = u.jobs.progress(
                self._job, percent=percent, text=text, at=self._clock.now(), seconds=_LEASE_SECONDS
            )
        self._lost = self._lost or not kept
