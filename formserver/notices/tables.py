"""Tables of the notices slice."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text, text

from formserver.store.metadata import metadata

notice = Table(
    "notice",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("document_id", String(26), nullable=False, server_default=""),
    Column("read_at", String(27)),
)
Index("ix_notice_user_id_at", notice.c.user_id, notice.c.at, notice.c.id)

# Only what nobody has read yet: asked for the bell on every page, and when a deed settles what was asked for.
_UNREAD = text("read_at IS NULL")
Index("ix_notice_unread", notice.c.user_id, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
Index("ix_notice_open", notice.c.document_id, notice.c.kind, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
