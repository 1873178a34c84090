"""store: the agencies that have documents, so that a scope over all of them needs no filter"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261121_search_agency"
down_revision = "20261121_registers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_agency",
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", name="pk_search_agency"),
    )
    op.execute("INSERT INTO search_agency (agency_id) SELECT DISTINCT agency_id FROM document")


def downgrade() -> None:
    op.drop_table("search_agency")
