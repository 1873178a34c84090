"""Tables of the signatures slice. Rows are added and closed, never changed otherwise."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

seal_image = Table(
    "seal_image",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("image_sha256", String(64), nullable=False),
    Column("width_mm", Integer, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_name", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("retired_at", String(27)),
)
Index("ix_seal_image_agency_id", seal_image.c.agency_id)

captured_mark = Table(
    "captured_mark",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("document_id", String(26), nullable=False),
    Column("version_no", Integer, nullable=False),
    Column("slot", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("signer", Text, nullable=False),
    Column("seal_id", String(26), nullable=False, server_default=""),
    Column("image_sha256", String(64), nullable=False),
    Column("strokes_sha256", String(64), nullable=False, server_default=""),
    Column("device", Text, nullable=False, server_default=""),
    Column("by", String(64), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("withdrawn_at", String(27)),
)
Index("ix_captured_mark_document_id", captured_mark.c.document_id, captured_mark.c.version_no)
