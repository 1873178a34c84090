"""notices: messages to people"""

from __future__ import annotations

revision = "20261122_notices"
down_revision = "20261122_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
