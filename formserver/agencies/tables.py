"""Table of the agencies slice."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from formserver.store.metadata import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


agency = Table(
    "agency",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("code", String(64), nullable=False),
    Column("name", Text, nullable=False),
    _text("short_word"),
    Column("parent_id", String(64), nullable=False, server_default=""),
    Column("region_code", String(12), nullable=False, server_default=""),
    Column("level", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("regime", String(16), nullable=False),
    _text("issuing_organ"),
    _text("acting_body"),
    _text("delegation_ref"),
    _text("address"),
    _text("phone"),
    _text("contact"),
    _text("supervision_phone"),
    _text("supervision_mail"),
    Column("check_cap", Integer),
    Column("row_version", Integer, nullable=False),
    UniqueConstraint("code"),
)
Index("ix_agency_parent_id", agency.c.parent_id)
