"""evidence: the library of evidence and its links"""

from __future__ import annotations

revision = "20261122_evidence"
down_revision = "20261122_uploads"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
