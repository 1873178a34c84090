"""scans: pages of signed paper on their way to the record"""

from __future__ import annotations

revision = "20261122_scans"
down_revision = "20261122_evidence"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
