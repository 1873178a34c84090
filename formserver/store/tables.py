"""The store's own tables. Instants are text of fixed width (``format_instant``), so both engines sort them alike."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from formserver.store.metadata import metadata

_ID = String(26)
_SHA = String(64)
_AT = String(27)
_TOKENS = Text().with_variant(TSVECTOR(), "postgresql")


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


document = Table(
    "document",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("type", String(64), nullable=False),
    Column("edition", String(64), nullable=False),
    _text("title"),
    Column("state", String(16), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", _AT, nullable=False),
    Column("updated_at", _AT, nullable=False),
    Column("head_version", Integer, nullable=False),
    _text("number"),
    Column("enterprise_id", String(64), nullable=False, server_default=""),
    Column("task_id", String(64), nullable=False, server_default=""),
    Column("confidentiality", Integer, nullable=False),
    Column("origin", String(32), nullable=False),
    Column("approved_body_sha256", String(64), nullable=False, server_default=""),
    Column("printed_version", Integer, nullable=False),
    Column("check_token", String(64), nullable=False, server_default=""),
    _text("enterprise_name"),
    _text("uscc"),
    _text("region"),
    _text("industry"),
    _text("level"),
    Column("doc_date", String(10)),
    # What lists filter by: the date on the paper, else the day (Asia/Shanghai) it was created.
    Column("day", String(10), nullable=False),
)
Index("ix_document_number", document.c.number)
Index("ix_document_enterprise_id", document.c.enterprise_id)
Index("ix_document_task_id", document.c.task_id)
Index(
    "uq_document_check_token",
    document.c.check_token,
    unique=True,
    sqlite_where=text("check_token <> ''"),
    postgresql_where=text("check_token <> ''"),
)

content = Table(
    "content",
    metadata,
    Column("sha256", _SHA, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

version = Table(
    "version",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("cause", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("author_id", String(64), nullable=False),
    _text("author_name"),
    Column("at", _AT, nullable=False),
    _text("reason"),
    Column("body_sha256", _SHA, nullable=False),
    Column("envelope_sha256", _SHA, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", _SHA, nullable=False),
)

draft = Table(
    "draft",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("user_id", String(64), primary_key=True),
    Column("base_version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("origins", Text, nullable=False),
    Column("updated_at", _AT, nullable=False),
)

number_series = Table(
    "number_series",
    metadata,
    Column("agency_id", String(64), primary_key=True),
    Column("type", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("next_seq", Integer, nullable=False),
)

number_entry = Table(
    "number_entry",
    metadata,
    Column("agency_id", String(64), primary_key=True),
    Column("type", String(64), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("status", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("document_id", String(26), nullable=False, server_default=""),
    Column("by", String(64), nullable=False),
    Column("at", _AT, nullable=False),
    _text("reason"),
    UniqueConstraint("agency_id", "type", "text"),
)
Index("ix_number_entry_document_id", number_entry.c.document_id)

rendition = Table(
    "rendition",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, ForeignKey("document.id"), nullable=False),
    Column("version_no", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("blob_sha256", _SHA, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("media_type", String(128), nullable=False),
    _text("filename"),
    Column("pages", Integer, nullable=False),
    Column("manifest_sha256", String(64), nullable=False, server_default=""),
    Column("created_by", String(64), nullable=False),
    Column("created_at", _AT, nullable=False),
)
Index("ix_rendition_document_id", rendition.c.document_id)

event = Table(
    "event",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("at", _AT, nullable=False),
    Column("actor_id", String(64), nullable=False),
    _text("actor_name"),
    Column("agency_id", String(64), nullable=False, server_default=""),
    Column("action", String(128), nullable=False),
    Column("document_id", String(26), nullable=False, server_default=""),
    _text("subject"),
    Column("data", Text, nullable=False),
)
Index("ix_event_document_id", event.c.document_id)

# Events waiting for the sealer. A plain queue: losing a row here hides nothing, verify finds events without a seal.
event_unsealed = Table("event_unsealed", metadata, Column("event_id", _ID, primary_key=True))

event_seal = Table(
    "event_seal",
    metadata,
    Column("event_id", _ID, primary_key=True),
    Column("seal_no", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("leaf", _SHA, nullable=False),
    UniqueConstraint("seal_no", "position"),
)

seal = Table(
    "seal",
    metadata,
    Column("no", Integer, primary_key=True, autoincrement=False),
    Column("first_event", _ID, nullable=False),
    Column("last_event", _ID, nullable=False),
    Column("count", Integer, nullable=False),
    Column("root", _SHA, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", _SHA, nullable=False),
    Column("at", _AT, nullable=False),
)

_OPEN = "state IN ('排队中', '进行中')"
job = Table(
    "job",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("progress", Integer, nullable=False),
    _text("progress_text"),
    Column("created_by", String(64), nullable=False, server_default=""),
    Column("agency_id", String(64), nullable=False, server_default=""),
    Column("created_at", _AT, nullable=False),
    Column("run_after", _AT, nullable=False),
    Column("leased_until", _AT),
    Column("worker", String(128), nullable=False, server_default=""),
    Column("finished_at", _AT),
    Column("result", Text, nullable=False),
    _text("error"),
)
Index(
    "uq_job_open",
    job.c.kind,
    job.c.key,
    unique=True,
    sqlite_where=text(_OPEN),
    postgresql_where=text(_OPEN),
)
Index("ix_job_kind_key", job.c.kind, job.c.key)
Index("ix_job_state_priority", job.c.state, job.c.priority, job.c.run_after)

facet = Table(
    "facet",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("number", Double),
    Column("date", String(10)),
)
Index("ix_facet_key_text", facet.c.key, facet.c.text)

measure = Table(
    "measure",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
    Column("row_key", String(64), nullable=False),
    Column("period", String(32), nullable=False),
    Column("product", String(64), nullable=False),
    Column("version_no", Integer, nullable=False),
    _text("value_text"),
    Column("value_number", Double),
    Column("unit", String(32), nullable=False),
)
Index("ix_measure_key_period", measure.c.key, measure.c.period)

# One row per document; ``pos`` grows with every change, so that the newest change comes first in every list.
search_entry = Table(
    "search_entry",
    metadata,
    Column("document_id", _ID, ForeignKey("document.id"), primary_key=True),
    Column("pos", BigInteger, nullable=False, unique=True),
    Column("scope", _TOKENS, nullable=False),
    Column("words", _TOKENS, nullable=False),
    _text("names"),
    _text("text"),
)

# The agencies that have documents: a scope over all of them needs no filter, one over most of them a short one.
search_agency = Table("search_agency", metadata, Column("agency_id", String(64), primary_key=True))

definition = Table(
    "definition",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("name", String(128), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("origin", String(32), nullable=False),
    Column("sha256", _SHA, nullable=False),
    Column("content_sha256", _SHA, nullable=False),
    Column("status", String(16), nullable=False),
    Column("valid_from", String(10)),
    Column("valid_to", String(10)),
)

# Facts about the store itself, e.g. the rules its search index was made with.
store_info = Table(
    "store_info",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
