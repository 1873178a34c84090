"""Tables of the calculators slice. Confirmations are added and withdrawn, what kept calculations say is never altered."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from formserver.store.metadata import metadata

figure_confirmation = Table(
    "figure_confirmation",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("figure_id", String(255), nullable=False),
    Column("value", Text, nullable=False),
    Column("confidence_before", String(16), nullable=False),
    Column("against_what", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("confirmed_by", String(64), nullable=False),
    Column("confirmed_by_name", Text, nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("confirmed_at", String(27), nullable=False),
    Column("withdrawn_at", String(27)),
    Column("withdrawn_by", String(64), nullable=False, server_default=""),
    Column("withdrawn_by_name", Text, nullable=False, server_default=""),
    Column("withdrawn_reason", Text, nullable=False, server_default=""),
)
Index("ix_figure_confirmation_figure_id", figure_confirmation.c.figure_id)

saved_calculation = Table(
    "saved_calculation",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("owner_id", String(64), nullable=False),
    Column("owner_name", Text, nullable=False),
    Column("agency_id", String(64), nullable=False),
    Column("enterprise_id", String(26), nullable=False, server_default=""),
    Column("calculator", String(64), nullable=False),
    Column("product", String(64), nullable=False),
    Column("title", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("created_at", String(27), nullable=False),
)
Index("ix_saved_calculation_owner_id", saved_calculation.c.owner_id, saved_calculation.c.id)
Index("ix_saved_calculation_enterprise_id", saved_calculation.c.enterprise_id, saved_calculation.c.id)
