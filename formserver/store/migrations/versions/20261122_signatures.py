"""signatures: captured signatures and seal images"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_signatures"
down_revision = "20261122_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seal_image",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("image_sha256", sa.String(64), nullable=False),
        sa.Column("width_mm", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("retired_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_seal_image"),
    )
    op.create_index("ix_seal_image_agency_id", "seal_image", ["agency_id"])
    op.create_table(
        "captured_mark",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("document_id", sa.String(26), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("seal_id", sa.String(26), nullable=False, server_default=""),
        sa.Column("image_sha256", sa.String(64), nullable=False),
        sa.Column("strokes_sha256", sa.String(64), nullable=False, server_default=""),
        sa.Column("device", sa.Text(), nullable=False, server_default=""),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("withdrawn_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_captured_mark"),
    )
    op.create_index("ix_captured_mark_document_id", "captured_mark", ["document_id", "version_no"])


def downgrade() -> None:
    op.drop_table("captured_mark")
    op.drop_table("seal_image")
