"""Table of the numbers slice: why a series began where it did."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

number_start = Table(
    "number_start",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("year", Integer, nullable=False),
    Column("next_seq", Integer, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    Column("reason", Text, nullable=False),
)
Index("ix_number_start_agency_id", number_start.c.agency_id, number_start.c.type, number_start.c.year)
