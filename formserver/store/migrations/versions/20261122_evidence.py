"""evidence: the library of evidence and its links"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from formserver.store.immutable import protect

revision = "20261122_evidence"
down_revision = "20261122_uploads"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("enterprise_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("task_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("case_key", sa.Text(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
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
        sa.Column("state", sa.String(length=16), nullable=False),
        _text("reason"),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        _text("created_by_name"),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("checked_at", sa.String(length=27), nullable=True),
        sa.Column("damaged", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("case_key", "no", name="uq_evidence_case_key_no"),
    )
    op.create_index("ix_evidence_document_id", "evidence", ["document_id"], unique=False)
    op.create_index(
        "uq_evidence_upload_id",
        "evidence",
        ["upload_id"],
        unique=True,
        sqlite_where=sa.text("upload_id <> ''"),
        postgresql_where=sa.text("upload_id <> ''"),
    )
    op.create_table(
        "evidence_link",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("version_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("evidence_id", sa.String(length=26), nullable=False),
        sa.Column("pointer", sa.String(length=400), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        _text("label"),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("second", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "document_id", "version_no", "evidence_id", "pointer", "place", name="pk_evidence_link"
        ),
    )
    op.create_index("ix_evidence_link_evidence_id", "evidence_link", ["evidence_id"], unique=False)
    protect("evidence_link", ("document_id", "version_no", "evidence_id", "pointer", "place"))


def downgrade() -> None:
    op.drop_table("evidence_link")
    op.drop_table("evidence")
