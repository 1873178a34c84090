"""calculators: confirmations of figures and what calculators keep

Revision ID: 20261123_calculators
Revises: 20261122_views
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261123_calculators"
down_revision = "20261122_views"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "figure_confirmation",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("figure_id", sa.String(255), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("confidence_before", sa.String(16), nullable=False),
        sa.Column("against_what", sa.Text(), nullable=False),
        _text("note"),
        sa.Column("confirmed_by", sa.String(64), nullable=False),
        sa.Column("confirmed_by_name", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("confirmed_at", sa.String(27), nullable=False),
        sa.Column("withdrawn_at", sa.String(27), nullable=True),
        sa.Column("withdrawn_by", sa.String(64), nullable=False, server_default=""),
        _text("withdrawn_by_name"),
        _text("withdrawn_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_figure_confirmation"),
    )
    op.create_index("ix_figure_confirmation_figure_id", "figure_confirmation", ["figure_id"])
    op.create_table(
        "saved_calculation",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("owner_id", sa.String(64), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("enterprise_id", sa.String(26), nullable=False, server_default=""),
        sa.Column("calculator", sa.String(64), nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_calculation"),
    )
    op.create_index("ix_saved_calculation_owner_id", "saved_calculation", ["owner_id", "id"])
    op.create_index("ix_saved_calculation_enterprise_id", "saved_calculation", ["enterprise_id", "id"])
    op.create_table(
        "calculation_batch",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("owner_id", sa.String(64), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("result_sha256", sa.String(64), nullable=False, server_default=""),
        _text("counts"),
        sa.Column("finished_at", sa.String(27), nullable=True),
        sa.Column("cancelled_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_calculation_batch"),
    )
    op.create_index("ix_calculation_batch_owner_id", "calculation_batch", ["owner_id", "id"])

    op.create_table(
        "calculator_draft",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("base", sa.String(100), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        _text("purpose"),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("contributors", sa.Text(), nullable=False),
        _text("ended_by_name"),
        sa.Column("ended_at", sa.String(27), nullable=False, server_default=""),
        _text("ended_reason"),
        sa.PrimaryKeyConstraint("id", name="pk_calculator_draft"),
    )
    op.create_index("uq_calculator_draft_edition", "calculator_draft", ["name", "edition"], unique=True)


def downgrade() -> None:
    op.drop_table("calculator_draft")
    op.drop_table("calculation_batch")
    op.drop_table("saved_calculation")
    op.drop_table("figure_confirmation")
