"""equipment: lists, rows, decisions, photographs, mappings, drafts of catalogues, labelled rows

Revision ID: 20261125_equipment
Revises: 20261124_rule_drafts
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from formserver.store.immutable import protect

revision = "20261125_equipment"
down_revision = "20261124_rule_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "equipment_list",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("enterprise_id", sa.String(64), nullable=False),
        sa.Column("enterprise_name", sa.Text(), nullable=False),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("library", sa.String(64), nullable=False),
        sa.Column("definitions", sa.Text(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("previous_id", sa.String(26), nullable=False),
        sa.Column("checked_at", sa.String(27), nullable=True),
        sa.Column("document_ids", sa.Text(), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_list"),
    )
    op.create_index("ix_equipment_list_agency_id", "equipment_list", ["agency_id", "id"])
    op.create_index("ix_equipment_list_enterprise_id", "equipment_list", ["enterprise_id", "id"])
    op.create_table(
        "equipment_row",
        sa.Column("list_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(8), nullable=False),
        sa.Column("catalogue", sa.String(64), nullable=False),
        sa.Column("grade", sa.String(16), nullable=False),
        sa.Column("standing", sa.String(16), nullable=False),
        sa.Column("decided", sa.String(16), nullable=False),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("comments", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False, server_default=""),
        sa.Column("units", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("watts", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("va", sa.BigInteger(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("list_id", "number", name="pk_equipment_row"),
    )
    op.create_index("ix_equipment_row_identity", "equipment_row", ["list_id", "identity", "copy"])
    op.create_index(
        "ix_equipment_row_tally",
        "equipment_row",
        [
            "list_id",
            "standing",
            "verdict",
            "decided",
            "category",
            "catalogue",
            "reason",
            "sheet",
            "status",
            "units",
            "watts",
            "va",
            "number",
        ],
    )
    op.create_index("ix_equipment_row_standing", "equipment_row", ["list_id", "standing", "number"])
    op.create_table(
        "equipment_words",
        sa.Column("list_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "number", name="pk_equipment_words"),
    )
    op.create_table(
        "equipment_decision",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("list_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("machine", sa.String(16), nullable=False),
        sa.Column("library", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("carried_from", sa.String(26), nullable=False),
        sa.Column("judged", sa.Text(), nullable=False, server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_decision"),
    )
    op.create_index("ix_equipment_decision_list_id", "equipment_decision", ["list_id", "number", "id"])
    # what was only carried over goes with the rows when a list is read once more before anybody has seen it
    protect("equipment_decision", ["id"], passing="OLD.carried_from <> ''")
    op.create_table(
        "equipment_photo",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("list_id", sa.String(26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(64), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.Column("removed_by_name", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_photo"),
    )
    op.create_index("ix_equipment_photo_list_id", "equipment_photo", ["list_id", "number"])
    op.create_table(
        "equipment_mapping",
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("enterprise_id", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("agency_id", "enterprise_id", "signature", name="pk_equipment_mapping"),
    )
    op.create_table(
        "catalogue_draft",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("edition", sa.String(100), nullable=False),
        sa.Column("base", sa.String(100), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tag", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_by_name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("changed_by_name", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.String(27), nullable=False),
        sa.Column("contributors", sa.Text(), nullable=False),
        sa.Column("ended_by_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_at", sa.String(27), nullable=False, server_default=""),
        sa.Column("ended_reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_catalogue_draft"),
    )
    op.create_index("uq_catalogue_draft_edition", "catalogue_draft", ["kind", "name", "edition"], unique=True)
    op.create_table(
        "equipment_sample",
        sa.Column("id", sa.String(26), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("removed_at", sa.String(27), nullable=True),
        sa.Column("removed_by_name", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name="pk_equipment_sample"),
    )
    op.create_table(
        "equipment_paper",
        sa.Column("ref", sa.String(26), nullable=False),
        sa.Column("list_id", sa.String(26), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("document_id", sa.String(64), nullable=False),
        sa.Column("agency_id", sa.String(64), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("parts_sha256", sa.String(64), nullable=False),
        sa.Column("detail_sha256", sa.String(64), nullable=False),
        sa.Column("detail_name", sa.Text(), nullable=False),
        sa.Column("detail_size", sa.BigInteger(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("ref", name="pk_equipment_paper"),
    )
    op.create_index("ix_equipment_paper_list_id", "equipment_paper", ["list_id", "ref"])


def downgrade() -> None:
    op.drop_index("ix_equipment_paper_list_id", table_name="equipment_paper")
    op.drop_table("equipment_paper")
    op.drop_index("ix_equipment_list_agency_id", table_name="equipment_list")
    op.drop_index("ix_equipment_list_enterprise_id", table_name="equipment_list")
    op.drop_table("equipment_list")
    op.drop_index("ix_equipment_row_identity", table_name="equipment_row")
    op.drop_index("ix_equipment_row_tally", table_name="equipment_row")
    op.drop_index("ix_equipment_row_standing", table_name="equipment_row")
    op.drop_table("equipment_row")
    op.drop_table("equipment_words")
    op.drop_index("ix_equipment_decision_list_id", table_name="equipment_decision")
    op.drop_table("equipment_decision")
    op.drop_index("ix_equipment_photo_list_id", table_name="equipment_photo")
    op.drop_table("equipment_photo")
    op.drop_table("equipment_mapping")
    op.drop_index("uq_catalogue_draft_edition", table_name="catalogue_draft")
    op.drop_table("catalogue_draft")
    op.drop_table("equipment_sample")
