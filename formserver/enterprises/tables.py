"""Tables of the enterprises slice."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


enterprise = Table(
    "enterprise",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("name", Text, nullable=False),
    _text("uscc"),
    _text("reg_address"),
    _text("site_address"),
    _text("legal_rep"),
    _text("legal_rep_title"),
    _text("contact"),
    _text("phone"),
    _text("industry_code"),
    _text("industry_name"),
    _text("region_code"),
    _text("region_name"),
    Column("key_user", Boolean, nullable=False),
    Column("row_version", Integer, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("updated_at", String(27), nullable=False),
    # Derived, written with every save: how the record is found and which others may be the same firm.
    Column("sort_key", Text, nullable=False),
    _text("initials"),
    _text("uscc_key"),
    _text("name_key"),
)
Index("ix_enterprise_agency_id_sort_key", enterprise.c.agency_id, enterprise.c.sort_key, enterprise.c.id)
Index("ix_enterprise_uscc_key", enterprise.c.uscc_key)
Index("ix_enterprise_name_key", enterprise.c.name_key)

# Insert-only by trigger.
enterprise_change = Table(
    "enterprise_change",
    metadata,
    Column("enterprise_id", String(26), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", String(27), nullable=False),
    Column("by", String(64), nullable=False),
    _text("by_name"),
    Column("cause", String(16), nullable=False),
    Column("fields", Text, nullable=False),
)

enterprise_import = Table(
    "enterprise_import",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    _text("filename"),
    Column("blob_sha256", String(64), nullable=False),
    Column("done_at", String(27)),
    Column("report", Text, nullable=False),
)
