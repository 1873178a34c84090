"""Answers kept for a day, so that a request sent twice is done once."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, String, Table, Text

from formserver.store.metadata import metadata

# ``status`` 0: the request was begun and its answer is not known (yet)
api_idempotency = Table(
    "api_idempotency",
    metadata,
    Column("user_id", String(26), nullable=False),
    Column("key", String(100), nullable=False),
    Column("request_sha256", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Text, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("user_id", "key"),
)
Index("ix_api_idempotency_at", api_idempotency.c.at)
