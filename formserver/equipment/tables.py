"""The tables of the slice."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

equipment_list = Table(
    "equipment_list",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("enterprise_id", String(64), nullable=False),
    Column("enterprise_name", Text, nullable=False),
    Column("uscc", String(18), nullable=False),
    Column("title", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("state", String(16), nullable=False),
    Column("filename", Text, nullable=False),
    Column("source_sha256", String(64), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("library", String(64), nullable=False),
    Column("definitions", Text, nullable=False),
    Column("counts", Text, nullable=False),
    Column("failure", Text, nullable=False),
    Column("previous_id", String(26), nullable=False),
    Column("checked_at", String(27)),
    Column("document_ids", Text, nullable=False),
    Column("tag", Integer, nullable=False, server_default="1"),
)
Index("ix_equipment_list_agency_id", equipment_list.c.agency_id, equipment_list.c.id)
Index("ix_equipment_list_enterprise_id", equipment_list.c.enterprise_id, equipment_list.c.id)

equipment_row = Table(
    "equipment_row",
    metadata,
    Column("list_id", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sheet", Text, nullable=False),
    Column("row", Integer, nullable=False),
    Column("identity", String(64), nullable=False),
    Column("copy", Integer, nullable=False),
    Column("stated", Text, nullable=False),
    Column("judged", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("category", String(16), nullable=False),
    Column("reason", String(8), nullable=False),
    Column("catalogue", String(64), nullable=False),
    Column("grade", String(16), nullable=False),
    Column("standing", String(16), nullable=False),
    Column("decided", String(16), nullable=False),
    Column("photos", Integer, nullable=False),
    Column("comments", Integer, nullable=False),
    Column("status", String(16), nullable=False, server_default=""),
    Column("units", Integer, nullable=False, server_default="0"),
    Column("watts", BigInteger, nullable=False, server_default="0"),
    Column("va", BigInteger, nullable=False, server_default="0"),
)
Index("ix_equipment_row_standing", equipment_row.c.list_id, equipment_row.c.standing, equipment_row.c.number)
Index(
    "ix_equipment_row_tally",
    equipment_row.c.list_id,
    equipment_row.c.standing,
    equipment_row.c.verdict,
    equipment_row.c.decided,
    equipment_row.c.category,
    equipment_row.c.catalogue,
    equipment_row.c.reason,
    equipment_row.c.sheet,
    equipment_row.c.status,
    equipment_row.c.units,
    equipment_row.c.watts,
    equipment_row.c.va,
    equipment_row.c.number,
)
"""Covers counting, summing and finding rows on the review page: what the rows say is read of a hundred of them only."""
Index("ix_equipment_row_identity", equipment_row.c.list_id, equipment_row.c.identity, equipment_row.c.copy)

equipment_words = Table(
    "equipment_words",
    metadata,
    Column("list_id", String(26), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("words", Text, nullable=False),
)
"""What rows are found by, apart from the rows: looking through all of a long list reads a tenth of the pages."""

equipment_decision = Table(
    "equipment_decision",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("list_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("identity", String(64), nullable=False),
    Column("copy", Integer, nullable=False),
    Column("act", String(16), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("machine", String(16), nullable=False),
    Column("library", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("at", String(27), nullable=False),
    Column("carried_from", String(26), nullable=False),
    Column("judged", Text, nullable=False, server_default="{}"),
)
Index(
    "ix_equipment_decision_list_id",
    equipment_decision.c.list_id,
    equipment_decision.c.number,
    equipment_decision.c.id,
)

equipment_photo = Table(
    "equipment_photo",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("list_id", String(26), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("filename", Text, nullable=False),
    Column("media_type", String(64), nullable=False),
    Column("by", String(64), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("removed_at", String(27)),
    Column("removed_by_name", Text, nullable=False, server_default=""),
)
Index("ix_equipment_photo_list_id", equipment_photo.c.list_id, equipment_photo.c.number)

equipment_mapping = Table(
    "equipment_mapping",
    metadata,
    Column("agency_id", String(64), primary_key=True),
    Column("enterprise_id", String(64), primary_key=True),
    Column("signature", String(64), primary_key=True),
    Column("mapping", Text, nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", String(27), nullable=False),
)

catalogue_draft = Table(
    "catalogue_draft",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("name", String(64), nullable=False),
    Column("edition", String(100), nullable=False),
    Column("base", String(100), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("tag", Integer, nullable=False),
    Column("content", Text, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_by_name", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
    Column("changed_by_name", Text, nullable=False),
    Column("changed_at", String(27), nullable=False),
    Column("contributors", Text, nullable=False),
    Column("ended_by_name", Text, nullable=False, server_default=""),
    Column("ended_at", String(27), nullable=False, server_default=""),
    Column("ended_reason", Text, nullable=False, server_default=""),
)
Index(
    "uq_catalogue_draft_edition",
    catalogue_draft.c.kind,
    catalogue_draft.c.name,
    catalogue_draft.c.edition,
    unique=True,
)

equipment_sample = Table(
    "equipment_sample",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("agency_id", String(64), nullable=False),
    Column("stated", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("by_name", Text, nullable=False),
    Column("at", String(27), nullable=False),
    Column("removed_at", String(27)),
    Column("removed_by_name", Text, nullable=False, server_default=""),
)

equipment_paper = Table(
    "equipment_paper",
    metadata,
    Column("ref", String(26), primary_key=True),
    Column("list_id", String(26), nullable=False),
    Column("type", String(64), nullable=False),
    Column("document_id", String(64), nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("stamp", Text, nullable=False),
    Column("parts_sha256", String(64), nullable=False),
    Column("detail_sha256", String(64), nullable=False),
    Column("detail_name", Text, nullable=False),
    Column("detail_size", BigInteger, nullable=False),
    Column("held_by", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_at", String(27), nullable=False),
)
"""What a paper was made from: ``ref`` stands in its body, ``parts_sha256`` names the content taken from the list."""
Index("ix_equipment_paper_list_id", equipment_paper.c.list_id, equipment_paper.c.ref)
