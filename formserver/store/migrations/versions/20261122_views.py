"""documents: saved views of lists"""

from __future__ import annotations

revision = "20261122_views"
down_revision = "20261122_signatures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
