"""accounts: server-side sessions and tokens of the programming interface"""

from __future__ import annotations

revision = "20261122_sessions"
down_revision = "20261121_search_agency"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
