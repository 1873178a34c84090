"""Tables of the approvals slice. Instants are text of fixed width, days ``YYYY-MM-DD``."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from formserver.store.metadata import metadata

_ID = String(26)
_PERSON = String(64)
_AT = String(27)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


def _key(name: str, size: int = 64) -> Column[str]:
    return Column(name, String(size), nullable=False, server_default="")


# ``type`` is empty for the order that holds for every type without one of its own. ``steps`` is a JSON list.
approval_chain = Table(
    "approval_chain",
    metadata,
    Column("agency_id", String(64), primary_key=True),
    Column("type", String(64), primary_key=True),
    Column("steps", Text, nullable=False),
    Column("row_version", Integer, nullable=False),
    _key("changed_by"),
    _text("changed_by_name"),
    Column("changed_at", _AT, nullable=False),
)

# Copied from the chain when a paper is submitted: editing the chain never moves a paper that is under way.
approval_step = Table(
    "approval_step",
    metadata,
    Column("document_id", _ID, primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _key("holder", 80),
    Column("version_no", Integer, nullable=False),
    _key("submitted_by"),
    _text("submitted_by_name"),
    Column("submitted_at", _AT, nullable=False),
    Column("decision", String(16), nullable=False, server_default=""),
    _key("decided_by"),
    _text("decided_by_name"),
    Column("decided_at", _AT),
    _text("reason"),
    _key("behalf_of"),
    _text("behalf_of_name"),
)

approval_remark = Table(
    "approval_remark",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("document_id", _ID, nullable=False),
    Column("round", Integer, nullable=False),
    Column("version_no", Integer, nullable=False),
    Column("place", Text, nullable=False),
    _text("label"),
    Column("remark", Text, nullable=False),
    _key("by"),
    _text("by_name"),
    Column("at", _AT, nullable=False),
)
Index("ix_approval_remark_document_id", approval_remark.c.document_id, approval_remark.c.round)

approval_deputy = Table(
    "approval_deputy",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _PERSON, nullable=False),
    _text("person_name"),
    Column("deputy_id", _PERSON, nullable=False),
    _text("deputy_name"),
    Column("from_day", String(10), nullable=False),
    Column("to_day", String(10), nullable=False),
    _text("reason"),
    Column("at", _AT, nullable=False),
    Column("ended_at", _AT),
)
Index("ix_approval_deputy_deputy_id", approval_deputy.c.deputy_id)
Index("ix_approval_deputy_person_id", approval_deputy.c.person_id)

# 已核对: one person has proof-read one version of a paper.
approval_proof = Table(
    "approval_proof",
    metadata,
    Column("document_id", _ID, primary_key=True),
    Column("version_no", Integer, primary_key=True, autoincrement=False),
    Column("user_id", _PERSON, primary_key=True),
    Column("at", _AT, nullable=False),
)
TABLES = (approval_chain, approval_step, approval_remark, approval_deputy, approval_proof)
