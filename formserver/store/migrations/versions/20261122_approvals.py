"""approvals and numbers: order of signers, deputies, marks on fields; start values of series"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_approvals"
down_revision = "20261122_notices"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _key(name: str, size: int = 64) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=size), server_default="", nullable=False)


def upgrade() -> None:
    op.create_table(
        "approval_chain",
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        _key("changed_by"),
        _text("changed_by_name"),
        sa.Column("changed_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "type", name="pk_approval_chain"),
    )
    op.create_table(
        "approval_step",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        _text("title"),
        _key("holder", 80),
        sa.Column("version_no", sa.Integer(), nullable=False),
        _key("submitted_by"),
        _text("submitted_by_name"),
        sa.Column("submitted_at", sa.String(length=27), nullable=False),
        _key("decision", 16),
        _key("decided_by"),
        _text("decided_by_name"),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        _text("reason"),
        _key("behalf_of"),
        _text("behalf_of_name"),
        sa.PrimaryKeyConstraint("document_id", "round", "position", name="pk_approval_step"),
    )
    op.create_table(
        "approval_remark",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("version_no", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        _text("label"),
        sa.Column("remark", sa.Text(), nullable=False),
        _key("by"),
        _text("by_name"),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_approval_remark"),
    )
    op.create_index(
        "ix_approval_remark_document_id", "approval_remark", ["document_id", "round"], unique=False
    )
    op.create_table(
        "approval_deputy",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        _text("person_name"),
        sa.Column("deputy_id", sa.String(length=64), nullable=False),
        _text("deputy_name"),
        sa.Column("from_day", sa.String(length=10), nullable=False),
        sa.Column("to_day", sa.String(length=10), nullable=False),
        _text("reason"),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_approval_deputy"),
    )
    op.create_index("ix_approval_deputy_deputy_id", "approval_deputy", ["deputy_id"], unique=False)
    op.create_index("ix_approval_deputy_person_id", "approval_deputy", ["person_id"], unique=False)
    op.create_table(
        "approval_proof",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("version_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "version_no", "user_id", name="pk_approval_proof"),
    )
    op.create_table(
        "number_start",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_number_start"),
    )
    op.create_index("ix_number_start_agency_id", "number_start", ["agency_id", "type", "year"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_number_start_agency_id", table_name="number_start")
    op.drop_table("number_start")
    op.drop_table("approval_proof")
    op.drop_index("ix_approval_deputy_person_id", table_name="approval_deputy")
    op.drop_index("ix_approval_deputy_deputy_id", table_name="approval_deputy")
    op.drop_table("approval_deputy")
    op.drop_index("ix_approval_remark_document_id", table_name="approval_remark")
    op.drop_table("approval_remark")
    op.drop_table("approval_step")
    op.drop_table("approval_chain")
