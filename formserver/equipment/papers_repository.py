"""Paper records in SQL, and in which state a list is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.equipment.models import EquipmentList
from formserver.equipment.papers_models import PaperRecord
from formserver.equipment.tables import equipment_decision, equipment_paper


class PaperRepository:
    """Records of papers. Who may see a list or document is checked by the caller."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: PaperRecord) -> None:
        """Insert a record."""
        self._connection.execute(insert(equipment_paper).values(**_values(new)))

    def get(self, ref: str) -> PaperRecord | None:
        """The record a body names; None for anything else that may stand there."""
        t = equipment_paper
        row = self._connection.execute(select(t).where(t.c.ref == ref)).mappings().first()
        return _record(row) if row is not None else None

    def update(self, changed: PaperRecord) -> None:
        """Keep a record that was read in this unit of work."""
        t = equipment_paper
        self._connection.execute(update(t).where(t.c.ref == changed.ref).values(**_values(changed)))

    def of_list(self, list_id: str) -> tuple[PaperRecord, ...]:
        """All papers of a list, oldest first by the time their content was taken."""
        t = equipment_paper
        query = select(t).where(t.c.list_id == list_id).order_by(t.c.taken_at, t.c.ref)
        return tuple(_record(row) for row in self._connection.execute(query).mappings())

    def stamp(self, one: EquipmentList) -> str:
        """Another text as soon as anything a paper states about the list has changed: rows, verdicts, decisions."""
        t = equipment_decision
        query = select(func.count(), func.max(t.c.id)).where(t.c.list_id == one.id, t.c.act != "comment")
        count, newest = self._connection.execute(query).one()
        checked = format_instant(one.checked_at) if one.checked_at else ""
        return f"{one.as_of.isoformat()} {one.library} {checked} {count} {newest or ''}"


def _values(one: PaperRecord) -> dict[str, Any]:
    names = (
        "ref", "list_id", "type", "document_id", "agency_id", "stamp", "parts_sha256", "detail_sha256", "detail_name",
        "detail_size", "taken_by",
    )  # fmt: skip
    values = {name: getattr(one, name) for name in names}
    return values | {"held_by": json.dumps(one.held_by), "taken_at": format_instant(one.taken_at)}


def _record(row: Mapping[Any, Any]) -> PaperRecord:
    values = dict(row)
    values |= {"held_by": tuple(json.loads(row["held_by"])), "taken_at": parse_instant(row["taken_at"])}
    return PaperRecord(**values)
