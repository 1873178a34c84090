"""Drafts of own editions: work in progress. A published edition is a definition; its draft row stays as its history."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

calculator_draft = Table(
    "calculator_draft",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("edition", String(100), nullable=False),
    Column("base", String(100), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("tag", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("limits", Text, nullable=False),
    Column("purpose", Text, nullable=False, server_default=""),
    Column("created_by", String(64), nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_by_name", Text, nullable=False),
    Column("changed_at", String(27), nullable=False),
    Column("contributors", Text, nullable=False),
    Column("ended_by_name", Text, nullable=False, server_default=""),
    Column("ended_at", String(27), nullable=False, server_default=""),
    Column("ended_reason", Text, nullable=False, server_default=""),
    Column("kind", String(16), nullable=False, server_default="calculator"),
)
Index(
    "uq_calculator_draft_edition",
    calculator_draft.c.kind,
    calculator_draft.c.name,
    calculator_draft.c.edition,
    unique=True,
)
