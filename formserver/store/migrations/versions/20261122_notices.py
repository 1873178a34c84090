"""notices: messages to people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_notices"
down_revision = "20261122_sessions"
branch_labels = None
depends_on = None

_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("document_id", sa.String(length=26), server_default="", nullable=False),
        sa.Column("read_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_user_id_at", "notice", ["user_id", "at", "id"], unique=False)
    for name, columns in (("ix_notice_unread", ["user_id"]), ("ix_notice_open", ["document_id", "kind"])):
        op.create_index(name, "notice", columns, unique=False, sqlite_where=_UNREAD, postgresql_where=_UNREAD)


def downgrade() -> None:
    op.drop_table("notice")
