"""accounts, agencies and enterprises: the registers of people, agencies and firms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from formserver.store.immutable import protect

revision = "20261121_registers"
down_revision = "20261121_store"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_word", sa.Text(), server_default="", nullable=False),
        sa.Column("parent_id", sa.String(length=64), server_default="", nullable=False),
        sa.Column("region_code", sa.String(length=12), server_default="", nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("regime", sa.String(length=16), nullable=False),
        sa.Column("issuing_organ", sa.Text(), server_default="", nullable=False),
        sa.Column("acting_body", sa.Text(), server_default="", nullable=False),
        sa.Column("delegation_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("supervision_phone", sa.Text(), server_default="", nullable=False),
        sa.Column("supervision_mail", sa.Text(), server_default="", nullable=False),
        sa.Column("check_cap", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agency"),
        sa.UniqueConstraint("code", name="uq_agency_code"),
    )
    op.create_index("ix_agency_parent_id", "agency", ["parent_id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uscc", sa.Text(), server_default="", nullable=False),
        sa.Column("reg_address", sa.Text(), server_default="", nullable=False),
        sa.Column("site_address", sa.Text(), server_default="", nullable=False),
        sa.Column("legal_rep", sa.Text(), server_default="", nullable=False),
        sa.Column("legal_rep_title", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("industry_code", sa.Text(), server_default="", nullable=False),
        sa.Column("industry_name", sa.Text(), server_default="", nullable=False),
        sa.Column("region_code", sa.Text(), server_default="", nullable=False),
        sa.Column("region_name", sa.Text(), server_default="", nullable=False),
        sa.Column("key_user", sa.Boolean(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("initials", sa.Text(), server_default="", nullable=False),
        sa.Column("uscc_key", sa.Text(), server_default="", nullable=False),
        sa.Column("name_key", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enterprise"),
    )
    op.create_index(
        "ix_enterprise_agency_id_sort_key", "enterprise", ["agency_id", "sort_key", "id"], unique=False
    )
    op.create_index("ix_enterprise_name_key", "enterprise", ["name_key"], unique=False)
    op.create_index("ix_enterprise_uscc_key", "enterprise", ["uscc_key"], unique=False)
    op.create_table(
        "enterprise_change",
        sa.Column("enterprise_id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("by_name", sa.Text(), server_default="", nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise_id", "version", name="pk_enterprise_change"),
    )
    protect("enterprise_change", ("enterprise_id", "version"))
    op.create_table(
        "enterprise_import",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("filename", sa.Text(), server_default="", nullable=False),
        sa.Column("blob_sha256", sa.String(length=64), nullable=False),
        sa.Column("done_at", sa.String(length=27), nullable=True),
        sa.Column("report", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enterprise_import"),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_login_attempt"),
    )
    op.create_index("ix_login_attempt_account_at", "login_attempt", ["account", "at"], unique=False)
    op.create_index("ix_login_attempt_address_at", "login_attempt", ["address", "at"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("agency_id", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("cert_no", sa.Text(), server_default="", nullable=False),
        sa.Column("cert_valid_from", sa.String(length=10), nullable=True),
        sa.Column("cert_valid_to", sa.String(length=10), nullable=True),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("confidentiality", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_user_account_fs_uniquifier"),
        sa.UniqueConstraint("username", name="uq_user_account_username"),
    )
    op.create_index("ix_user_account_agency_id", "user_account", ["agency_id"], unique=False)
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.String(length=26), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_user_role_user_id"),
        sa.PrimaryKeyConstraint("user_id", "role", name="pk_user_role"),
    )


def downgrade() -> None:
    op.drop_table("user_role")
    op.drop_index("ix_user_account_agency_id", table_name="user_account")
    op.drop_table("user_account")
    op.drop_index("ix_login_attempt_address_at", table_name="login_attempt")
    op.drop_index("ix_login_attempt_account_at", table_name="login_attempt")
    op.drop_table("login_attempt")
    op.drop_table("enterprise_import")
    op.drop_table("enterprise_change")
    op.drop_index("ix_enterprise_uscc_key", table_name="enterprise")
    op.drop_index("ix_enterprise_name_key", table_name="enterprise")
    op.drop_index("ix_enterprise_agency_id_sort_key", table_name="enterprise")
    op.drop_table("enterprise")
    op.drop_index("ix_agency_parent_id", table_name="agency")
    op.drop_table("agency")
