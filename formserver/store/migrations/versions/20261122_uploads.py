"""uploads: files that arrive in pieces"""

from __future__ import annotations

revision = "20261122_uploads"
down_revision = "20261122_approvals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
