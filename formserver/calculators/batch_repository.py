"""The only file that knows SQL for batches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from formserver.calculators.batch_tables import calculation_batch
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch. ``counts`` are rows by verdict once it is finished."""

    id: str
    owner_id: str
    owner_name: str
    agency_id: str
    filename: str
    source_sha256: str
    rows: int
    created_at: datetime
    result_sha256: str = ""
    counts: Mapping[str, int] | None = None
    finished_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still waits or runs."""
        return self.finished_at is None and self.cancelled_at is None


class BatchRepository:
    """Batches."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Batch) -> None:
        """Insert a batch that has just been handed in."""
        names = ("id", "owner_id", "owner_name", "agency_id", "filename", "source_sha256", "rows")
        values: dict[str, Any] = {name: getattr(new, name) for name in names}
        self._connection.execute(
            insert(calculation_batch).values(**values, created_at=format_instant(new.created_at))
        )

    def get(self, batch_id: str, scope: Scope) -> Batch:
        """Raises NOT_FOUND outside the scope's agencies, exactly as for an unknown id."""
        t = calculation_batch
        query = select(t).where(t.c.id == batch_id)
        if not scope.everything:
            query = query.where(t.c.agency_id.in_(sorted(scope.agency_ids)))
        row = self._connection.execute(query).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这个批次")
        return _batch(row)

    def own(self, owner_id: str, *, limit: int, after: str = "") -> tuple[Batch, ...]:
        """A person's batches, newest first; ``after`` is the last id of the page before."""
        t = calculation_batch
        query = select(t).where(t.c.owner_id == owner_id)
        if after:
            query = query.where(t.c.id < after)
        rows = self._connection.execute(query.order_by(t.c.id.desc()).limit(limit)).mappings()
        return tuple(_batch(row) for row in rows)

    def finish(self, batch_id: str, result_sha256: str, counts: Mapping[str, int], at: datetime) -> bool:
        """Keep the result; False when the batch was cancelled meanwhile."""
        t = calculation_batch
        query = update(t).where(t.c.id == batch_id, t.c.cancelled_at.is_(None))
        values = {
            "result_sha256": result_sha256,
            "counts": json.dumps(dict(counts), ensure_ascii=False),
            "finished_at": format_instant(at),
        }
        return self._connection.execute(query.values(values)).rowcount == 1

    def cancel(self, batch_id: str, at: datetime) -> bool:
        """Mark cancelled; False when it is finished or cancelled already."""
        t = calculation_batch
        query = update(t).where(t.c.id == batch_id, t.c.finished_at.is_(None), t.c.cancelled_at.is_(None))
        return self._connection.execute(query.values(cancelled_at=format_instant(at))).rowcount == 1

    def is_cancelled(self, batch_id: str) -> bool:
        """Whether the owner has stopped it."""
        query = select(calculation_batch.c.cancelled_at).where(calculation_batch.c.id == batch_id)
        return self._connection.execute(query).scalar() is not None


def _batch(row: Any) -> Batch:
    times = {
        key: parse_instant(row[key]) if row[key] else None
        for key in ("created_at", "finished_at", "cancelled_at")
    }
    counts = json.loads(row["counts"]) if row["counts"] else None
    return Batch(**{**row, **times, "counts": counts})
