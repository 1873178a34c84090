"""approvals: order of signers, deputies, marks on fields"""

from __future__ import annotations

revision = "20261122_approvals"
down_revision = "20261122_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
