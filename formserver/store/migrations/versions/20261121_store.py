"""store: documents, versions, drafts, numbers, renditions, events with seals, jobs, projections, search"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from formserver.store.immutable import protect

revision = "20261121_store"
down_revision = None
branch_labels = None
depends_on = None

TOKENS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "content",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_content"),
    )
    op.create_table(
        "definition",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=True),
        sa.Column("valid_to", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("kind", "name", "version", name="pk_definition"),
    )
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("head_version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), server_default="", nullable=False),
        sa.Column("enterprise_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("task_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=32), nullable=False),
        sa.Column("approved_body_sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("printed_version", sa.Integer(), nullable=False),
        sa.Column("check_token", sa.String(length=64), server_default="", nullable=False),
        sa.Column("enterprise_name", sa.Text(), server_default="", nullable=False),
        sa.Column("uscc", sa.Text(), server_default="", nullable=False),
        sa.Column("region", sa.Text(), server_default="", nullable=False),
        sa.Column("industry", sa.Text(), server_default="", nullable=False),
        sa.Column("level", sa.Text(), server_default="", nullable=False),
        sa.Column("doc_date", sa.String(length=10), nullable=True),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
    )
    op.create_index("ix_document_enterprise_id", "document", ["enterprise_id"], unique=False)
    op.create_index("ix_document_number", "document", ["number"], unique=False)
    op.create_index("ix_document_task_id", "document", ["task_id"], unique=False)
    op.create_index(
        "uq_document_check_token",
        "document",
        ["check_token"],
        unique=True,
        sqlite_where=sa.text("check_token <> ''"),
        postgresql_where=sa.text("check_token <> ''"),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("actor_name", sa.Text(), server_default="", nullable=False),
        sa.Column("agency_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("action", sa.String(length=128), nullable=False),
        sa.Column("document_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_document_id", "event", ["document_id"], unique=False)
    op.create_table(
        "event_seal",
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("seal_no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("leaf", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_seal"),
        sa.UniqueConstraint("seal_no", "position", name="uq_event_seal_seal_no_position"),
    )
    op.create_table(
        "event_unsealed",
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_event_unsealed"),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("progress_text", sa.Text(), server_default="", nullable=False),
        sa.Column("created_by", sa.String(length=64), server_default="", nullable=False),
        sa.Column("agency_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("run_after", sa.String(length=27), nullable=False),
        sa.Column("leased_until", sa.String(length=27), nullable=True),
        sa.Column("worker", sa.String(length=128), server_default="", nullable=False),
        sa.Column("finished_at", sa.String(length=27), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
    )
    op.create_index("ix_job_kind_key", "job", ["kind", "key"], unique=False)
    op.create_index("ix_job_state_priority", "job", ["state", "priority", "run_after"], unique=False)
    op.create_index(
        "uq_job_open",
        "job",
        ["kind", "key"],
        unique=True,
        sqlite_where=sa.text("state IN ('排队中', '进行中')"),
        postgresql_where=sa.text("state IN ('排队中', '进行中')"),
    )
    op.create_table(
        "number_entry",
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("document_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "type", "year", "seq", name="pk_number_entry"),
        sa.UniqueConstraint("agency_id", "type", "text", name="uq_number_entry_agency_id_type_text"),
    )
    op.create_index("ix_number_entry_document_id", "number_entry", ["document_id"], unique=False)
    op.create_table(
        "number_series",
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "type", "year", name="pk_number_series"),
    )
    op.create_table(
        "seal",
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_event", sa.String(length=26), nullable=False),
        sa.Column("last_event", sa.String(length=26), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("no", name="pk_seal"),
    )
    op.create_table(
        "store_info",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_store_info"),
    )
    op.create_table(
        "draft",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_draft_document_id"),
        sa.PrimaryKeyConstraint("document_id", "user_id", name="pk_draft"),
    )
    op.create_table(
        "facet",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Double(), nullable=True),
        sa.Column("date", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_facet_document_id"),
        sa.PrimaryKeyConstraint("document_id", "key", "position", name="pk_facet"),
    )
    op.create_index("ix_facet_key_text", "facet", ["key", "text"], unique=False)
    op.create_table(
        "measure",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("row_key", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=32), nullable=False),
        sa.Column("product", sa.String(length=64), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("value_text", sa.Text(), server_default="", nullable=False),
        sa.Column("value_number", sa.Double(), nullable=True),
        sa.Column("unit", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_measure_document_id"),
        sa.PrimaryKeyConstraint("document_id", "position", name="pk_measure"),
    )
    op.create_index("ix_measure_key_period", "measure", ["key", "period"], unique=False)
    op.create_table(
        "rendition",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=128), nullable=False),
        sa.Column("filename", sa.Text(), server_default="", nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), server_default="", nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_rendition_document_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rendition"),
    )
    op.create_index("ix_rendition_document_id", "rendition", ["document_id"], unique=False)
    op.create_table(
        "search_entry",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("pos", sa.BigInteger(), nullable=False),
        sa.Column("scope", TOKENS, nullable=False),
        sa.Column("words", TOKENS, nullable=False),
        sa.Column("names", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_search_entry_document_id"),
        sa.PrimaryKeyConstraint("document_id", name="pk_search_entry"),
        sa.UniqueConstraint("pos", name="uq_search_entry_pos"),
    )
    op.create_table(
        "version",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=False),
        sa.Column("author_name", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("body_sha256", sa.String(length=64), nullable=False),
        sa.Column("envelope_sha256", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_version_document_id"),
        sa.PrimaryKeyConstraint("document_id", "no", name="pk_version"),
    )

    protect("content", ["sha256"])
    protect("version", ["document_id", "no"])
    protect("rendition", ["id"])
    protect("event", ["id"])
    protect("event_seal", ["event_id"])
    protect("seal", ["no"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index "
            "USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE SEQUENCE search_pos")
        op.execute("CREATE INDEX gin_search_entry ON search_entry USING gin (scope, words)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    else:
        op.execute("DROP SEQUENCE search_pos")
    op.drop_table("draft")
    op.drop_table("facet")
    op.drop_table("measure")
    op.drop_table("rendition")
    op.drop_table("version")
    op.drop_table("search_entry")
    op.drop_table("store_info")
    op.drop_table("seal")
    op.drop_table("number_series")
    op.drop_table("number_entry")
    op.drop_table("job")
    op.drop_table("event_unsealed")
    op.drop_table("event_seal")
    op.drop_table("event")
    op.drop_table("definition")
    op.drop_table("content")
    op.drop_table("document")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
