"""Tables of the evidence slice."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from formserver.store.metadata import metadata

_ID, _AT, _SHA = String(26), String(27), String(64)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


evidence = Table(
    "evidence",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("document_id", _ID, nullable=False),
    Column("enterprise_id", String(64), nullable=False, server_default=""),
    Column("task_id", String(64), nullable=False, server_default=""),
    Column("case_key", Text, nullable=False),
    Column("no", Integer, nullable=False),
    Column("blob_sha256", _SHA, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("upload_id", _ID, nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    _text("legal_kind"),
    _text("source"),
    _text("original"),
    _text("extent"),
    _text("locator"),
    _text("taken_at"),
    _text("place"),
    _text("maker"),
    _text("provider"),
    _text("proves"),
    _text("note"),
    Column("state", String(16), nullable=False),
    _text("reason"),
    Column("seq", Integer, nullable=False),
    Column("row_version", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("proposed", Text, nullable=False),
    Column("created_by", String(64), nullable=False),
    _text("created_by_name"),
    Column("created_at", _AT, nullable=False),
    Column("updated_at", _AT, nullable=False),
    Column("checked_at", _AT),
    Column("damaged", Boolean, nullable=False),
    UniqueConstraint("case_key", "no"),
)
Index("ix_evidence_document_id", evidence.c.document_id)
Index(
    "uq_evidence_upload_id",
    evidence.c.upload_id,
    unique=True,
    sqlite_where=text("upload_id <> ''"),
    postgresql_where=text("upload_id <> ''"),
)

# Insert-only by trigger: what a version that was put forward, printed or signed cited.
evidence_link = Table(
    "evidence_link",
    metadata,
    Column("document_id", _ID, primary_key=True),
    Column("version_no", Integer, primary_key=True, autoincrement=False),
    Column("evidence_id", _ID, primary_key=True),
    Column("pointer", String(400), primary_key=True),
    Column("place", String(40), primary_key=True),
    _text("label"),
    Column("page", Integer, nullable=False),
    Column("second", Integer, nullable=False),
)
Index("ix_evidence_link_evidence_id", evidence_link.c.evidence_id)
