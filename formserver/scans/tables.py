"""Tables of the scans slice."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from formserver.store.metadata import metadata


def _key(name: str, size: int = 64) -> Column[str]:
    return Column(name, String(size), nullable=False, server_default="")


# A heap of pages: for one document, or (document_id empty) of one person who does not know yet which.
scan_batch = Table(
    "scan_batch",
    metadata,
    Column("id", String(26), primary_key=True),
    _key("document_id", 26),
    Column("owner", String(64), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("manual_order", Boolean, nullable=False),
    Column("typed", Text, nullable=False, server_default="{}"),
    Column("created_at", String(27), nullable=False),
    Column("updated_at", String(27), nullable=False),
)
Index("ix_scan_batch_owner", scan_batch.c.owner, scan_batch.c.state)
Index(
    "uq_scan_batch_open_document",
    scan_batch.c.document_id,
    unique=True,
    sqlite_where=text("state = 'open' AND document_id <> ''"),
    postgresql_where=text("state = 'open' AND document_id <> ''"),
)

scan_original = Table(
    "scan_original",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("batch_id", String(26), nullable=False),
    Column("blob_sha256", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("added_by", String(64), nullable=False),
    Column("added_at", String(27), nullable=False),
)
Index("ix_scan_original_batch", scan_original.c.batch_id)

scan_page = Table(
    "scan_page",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("batch_id", String(26), nullable=False),
    Column("original_id", String(26), nullable=False),
    Column("no", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("rotation", Integer, nullable=False),
    Column("crop", String(24), nullable=False),
    _key("token"),
    _key("document_id", 26),
    Column("version_no", Integer, nullable=False),
    Column("page_no", Integer, nullable=False),
    _key("source", 16),
    Column("view_sha256", String(64), nullable=False),
    Column("ink", Text, nullable=False, server_default="[]"),
    Column("dropped", Boolean, nullable=False),
    UniqueConstraint("original_id", "no", name="uq_scan_page_original_id_no"),
)
Index("ix_scan_page_batch", scan_page.c.batch_id, scan_page.c.position)
