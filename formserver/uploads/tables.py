"""Tables of the uploads slice."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from formserver.store.metadata import metadata

upload = Table(
    "upload",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("purpose", String(32), nullable=False),
    Column("filename", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("expires_at", String(27), nullable=False),
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("media_type", Text, nullable=False, server_default=""),
)
Index("ix_upload_owner_state", upload.c.owner, upload.c.state)
Index("ix_upload_expires_at", upload.c.expires_at)
