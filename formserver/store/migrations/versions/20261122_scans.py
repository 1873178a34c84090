"""scans: pages of signed paper on their way to the record"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_scans"
down_revision = "20261122_evidence"
branch_labels = None
depends_on = None

_OPEN = sa.text("state = 'open' AND document_id <> ''")


def upgrade() -> None:
    op.create_table(
        "scan_batch",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("manual_order", sa.Boolean(), nullable=False),
        sa.Column("typed", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_batch"),
    )
    op.create_index("ix_scan_batch_owner", "scan_batch", ["owner", "state"], unique=False)
    op.create_index(
        "uq_scan_batch_open_document",
        "scan_batch",
        ["document_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "scan_original",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("signed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_original"),
    )
    op.create_index("ix_scan_original_batch", "scan_original", ["batch_id"], unique=False)
    op.create_table(
        "scan_page",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("batch_id", sa.String(length=26), nullable=False),
        sa.Column("original_id", sa.String(length=26), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
        sa.Column("crop", sa.String(length=24), nullable=False),
        sa.Column("token", sa.String(length=64), server_default="", nullable=False),
        sa.Column("document_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("page_no", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), server_default="", nullable=False),
        sa.Column("view_sha256", sa.String(length=64), nullable=False),
        sa.Column("ink", sa.Text(), server_default="[]", nullable=False),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scan_page"),
        sa.UniqueConstraint("original_id", "no", name="uq_scan_page_original_id_no"),
    )
    op.create_index("ix_scan_page_batch", "scan_page", ["batch_id", "position"], unique=False)


def downgrade() -> None:
    op.drop_table("scan_page")
    op.drop_table("scan_original")
    op.drop_table("scan_batch")
