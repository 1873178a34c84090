"""The rows behind cookies. One instance lives on one unit of work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from formserver.accounts.models import StoredSession
from formserver.accounts.tables import session
from formserver.core.clock import format_instant, parse_instant

_INSTANTS = ("created_at", "seen_at", "expires_at")
_BY_ID = select(session).where(session.c.id == bindparam("wanted"))
"""Asked for every request: put together once."""


class SessionRepository:
    """Sessions by the hash of their token."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, session_id: str) -> StoredSession | None:
        """The session, whether its time is over or not; None when there is none (any more)."""
        row = self._connection.execute(_BY_ID, {"wanted": session_id}).first()
        return _session(row._mapping) if row is not None else None

    def of_user(self, user_id: str, now: datetime) -> tuple[StoredSession, ...]:
        """The running sessions of a person, last used first."""
        query = (
            select(session)
            .where(session.c.user_id == user_id, session.c.expires_at > format_instant(now))
            .order_by(session.c.seen_at.desc(), session.c.id)
        )
        return tuple(_session(row._mapping) for row in self._connection.execute(query))

    def add(self, new: StoredSession) -> None:
        """Insert."""
        self._connection.execute(insert(session).values(**_row(new)))

    def set_data(self, session_id: str, data: str) -> bool:
        """Replace what a session keeps; False when it has been ended meanwhile."""
        changed = self._connection.execute(
            update(session).where(session.c.id == session_id).values(data=data)
        )
        return bool(changed.rowcount)

    def touch(self, session_id: str, at: datetime, address: str) -> None:
        """Note that the session was used."""
        values = {"seen_at": format_instant(at), "address": address}
        self._connection.execute(update(session).where(session.c.id == session_id).values(**values))

    def end(self, session_id: str, *, user_id: str | None = None) -> bool:
        """Delete one session (of that person); False when there was none."""
        where = [session.c.id == session_id]
        if user_id is not None:
            where.append(session.c.user_id == user_id)
        return bool(self._connection.execute(delete(session).where(and_(*where))).rowcount)

    def end_all(self, user_id: str) -> int:
        """Delete every session of a person; how many there were."""
        return self._connection.execute(delete(session).where(session.c.user_id == user_id)).rowcount

    def forget_expired(self, now: datetime) -> None:
        """Delete sessions whose time is over."""
        self._connection.execute(delete(session).where(session.c.expires_at <= format_instant(now)))


def _session(row: Any) -> StoredSession:
    return StoredSession(**{**row, **{name: parse_instant(row[name]) for name in _INSTANTS}})


def _row(item: StoredSession) -> dict[str, Any]:
    values = {column.name: getattr(item, column.name) for column in session.c}
    return {**values, **{name: format_instant(values[name]) for name in _INSTANTS}}
