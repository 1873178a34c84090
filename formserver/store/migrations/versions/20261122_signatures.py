"""signatures: captured signatures and seal images"""

from __future__ import annotations

revision = "20261122_signatures"
down_revision = "20261122_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
