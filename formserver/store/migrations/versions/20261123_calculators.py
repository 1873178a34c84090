"""calculators: confirmations of figures and what calculators keep

Revision ID: 20261123_calculators
Revises: 20261122_views
"""

revision = "20261123_calculators"
down_revision = "20261122_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
