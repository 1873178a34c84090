"""The table of batches: what was handed in, what came out. The queue knows how far a batch is."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

calculation_batch = Table(
    "calculation_batch",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("owner_id", String(64), nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("source_sha256", String(64), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("result_sha256", String(64), nullable=False, server_default=""),
    Column("counts", Text, nullable=False, server_default=""),
    Column("finished_at", String(27)),
    Column("cancelled_at", String(27)),
)
Index("ix_calculation_batch_owner_id", calculation_batch.c.owner_id, calculation_batch.c.id)
