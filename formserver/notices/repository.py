"""The only file of this slice that knows SQL: the board on one unit of work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, RowMapping, and_, func, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.notices import Notice
from formserver.core.store_ports import BAD_CURSOR
from formserver.notices.tables import notice as t
from formserver.store.engine import is_sqlite

COUNT_LIMIT: Final = 99
"""Beyond it the bell says 99+."""

_OURS: Final = re.compile(r"/(?!/)[^\x00-\x20\\\x7f]*")
"""A path of this server; browsers drop line ends and tabs, and read a backslash as a slash."""


class SqlNoticeBoard:
    """:class:`~formserver.core.notices.NoticeBoard` in SQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def post(self, notices: Sequence[Notice]) -> None:
        """Insert; a known id is left alone. Raises ValueError for a path that could lead to another server."""
        rows = [_row(one) for one in notices]
        if rows:
            dialect: Any = sqlite if is_sqlite(self._connection) else postgresql
            self._connection.execute(dialect.insert(t).values(rows).on_conflict_do_nothing())

    def unread(self, user_id: str) -> int:
        """Exact up to 99, else 100."""
        found = select(literal(1)).where(t.c.user_id == user_id, t.c.read_at.is_(None)).limit(COUNT_LIMIT + 1)
        return int(self._connection.execute(select(func.count()).select_from(found.subquery())).scalar_one())

    def latest(self, user_id: str, *, limit: int = 50, before: str = "") -> tuple[Notice, ...]:
        """Newest first. Raises BAD_CURSOR when ``before`` is no message of this person."""
        wanted = select(t).where(t.c.user_id == user_id)
        if before:
            last = select(t.c.at).where(t.c.id == before, t.c.user_id == user_id)
            at = self._connection.execute(last).scalar_one_or_none()
            if at is None:
                raise BAD_CURSOR()
            wanted = wanted.where(or_(t.c.at < at, and_(t.c.at == at, t.c.id < before)))
        rows = self._connection.execute(wanted.order_by(t.c.at.desc(), t.c.id.desc()).limit(limit))
        return tuple(_notice(row) for row in rows.mappings())

    def get(self, user_id: str, notice_id: str) -> Notice:
        """One message of this person. Raises NOT_FOUND, for somebody else's as well."""
        wanted = select(t).where(t.c.id == notice_id, t.c.user_id == user_id)
        row = self._connection.execute(wanted).mappings().first()
        if row is None:
            raise NOT_FOUND(what="这条消息")
        return _notice(row)

    def mark_read(self, user_id: str, notice_ids: Sequence[str] | None, at: datetime) -> int:
        """How many of these (None: all) were unread until now."""
        where = [t.c.user_id == user_id, t.c.read_at.is_(None)]
        if notice_ids is not None:
            where.append(t.c.id.in_(list(notice_ids)))
        statement = update(t).where(*where).values(read_at=format_instant(at))
        return self._connection.execute(statement).rowcount

    def settle(self, document_id: str, kind: str, at: datetime) -> None:
        """Nobody needs to read any more what this kind of message asked for about a document."""
        where = (t.c.document_id == document_id, t.c.kind == kind, t.c.read_at.is_(None))
        self._connection.execute(update(t).where(*where).values(read_at=format_instant(at)))


def _row(one: Notice) -> dict[str, Any]:
    if _OURS.fullmatch(one.path) is None:
        raise ValueError(f"a message leads to a page of ours, not to {one.path!r}")
    values = {column.name: getattr(one, column.name) for column in t.c}
    values["at"] = format_instant(one.at)
    values["read_at"] = format_instant(one.read_at) if one.read_at else None
    return values


def _notice(row: RowMapping) -> Notice:
    values = dict(row)
    values["at"] = parse_instant(values["at"])
    values["read_at"] = parse_instant(values["read_at"]) if values["read_at"] else None
    return Notice(**values)
