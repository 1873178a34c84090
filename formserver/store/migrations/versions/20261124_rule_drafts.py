"""calculators: drafts of coefficients, ladder prices and grade tables beside those of calculators

Revision ID: 20261124_rule_drafts
Revises: 20261123_calculators
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261124_rule_drafts"
down_revision = "20261123_calculators"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "calculator_draft",
        sa.Column("kind", sa.String(16), nullable=False, server_default="calculator"),
    )
    op.drop_index("uq_calculator_draft_edition", table_name="calculator_draft")
    op.create_index(
        "uq_calculator_draft_edition", "calculator_draft", ["kind", "name", "edition"], unique=True
    )


def downgrade() -> None:
    op.execute("DELETE FROM calculator_draft WHERE kind <> 'calculator'")
    op.drop_index("uq_calculator_draft_edition", table_name="calculator_draft")
    op.create_index("uq_calculator_draft_edition", "calculator_draft", ["name", "edition"], unique=True)
    op.drop_column("calculator_draft", "kind")
