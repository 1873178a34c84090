"""Audit events and their seals on SQL.

An event is inserted in the transaction of the deed, together with a line in the sealer's queue. The sealer works on
what has been committed; an event whose transaction commits late simply falls into the next seal.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, text

from formserver.core.clock import format_instant
from formserver.core.models import AuditEvent
from formserver.core.store_ports import Seal
from formserver.store.engine import is_sqlite
from formserver.store.rows import event_row, to_event, to_seal
from formserver.store.seals import leaf_hash, make_seal
from formserver.store.tables import event as t
from formserver.store.tables import event_seal, event_unsealed
from formserver.store.tables import seal as s

BATCH = 50_000
"""Most events under one seal; the sealer goes on until the queue is empty."""
_SEAL_LOCK = 0x5EA1


class SqlEvents:
    """:class:`~formserver.core.store_ports.EventLog` on a connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: AuditEvent) -> None:
        """Insert in the current transaction."""
        self._connection.execute(insert(t).values(event_row(event)))
        self._connection.execute(insert(event_unsealed).values(event_id=event.id))

    def for_document(self, document_id: str) -> tuple[AuditEvent, ...]:
        """Oldest first."""
        statement = select(t).where(t.c.document_id == document_id).order_by(t.c.id)
        return tuple(to_event(row) for row in self._connection.execute(statement).mappings())

    def seal(self, at: datetime) -> Seal | None:
        """Seal unsealed events, at most :data:`BATCH`; ``None`` when there is none. Call until it says None."""
        if not is_sqlite(self._connection):
            # One sealer at a time: the chain has no forks.
            self._connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEAL_LOCK})
        waiting = (
            select(t).join(event_unsealed, event_unsealed.c.event_id == t.c.id).order_by(t.c.id).limit(BATCH)
        )
        events = [to_event(row) for row in self._connection.execute(waiting).mappings()]
        if not events:
            return None
        leaves = [leaf_hash(event) for event in events]
        seal = make_seal(self.latest_seal(), [event.id for event in events], leaves, at)
        self._connection.execute(
            insert(event_seal),
            [
                {"event_id": event.id, "seal_no": seal.no, "position": position, "leaf": leaf.hex()}
                for position, (event, leaf) in enumerate(zip(events, leaves, strict=True))
            ],
        )
        values = {name: getattr(seal, name) for name in Seal.__dataclass_fields__}
        self._connection.execute(insert(s).values({**values, "at": format_instant(seal.at)}))
        sealed = select(event_seal.c.event_id).where(event_seal.c.seal_no == seal.no)
        self._connection.execute(delete(event_unsealed).where(event_unsealed.c.event_id.in_(sealed)))
        return seal

    def latest_seal(self) -> Seal | None:
        """The newest seal, printed into exports."""
        newest = select(func.max(s.c.no)).scalar_subquery()
        row = self._connection.execute(select(s).where(s.c.no == newest)).mappings().first()
        return to_seal(row) if row is not None else None
