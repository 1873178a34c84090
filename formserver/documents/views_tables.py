"""The table of saved views."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table, Text, UniqueConstraint

from formserver.store.metadata import metadata

saved_view = Table(
    "saved_view",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("owner_id", String(64), nullable=False),
    Column("agency_id", String(64), nullable=False),
    # empty: the columns this person wants where no view is chosen
    Column("name", String(40), nullable=False),
    Column("query", Text, nullable=False),
    Column("columns", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("updated_at", String(27), nullable=False),
    UniqueConstraint("owner_id", "name", name="uq_saved_view_owner_id_name"),
)
Index("ix_saved_view_agency_id", saved_view.c.agency_id)
