"""Labelled rows of one's own in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope
from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.samples import Sample
from formserver.equipment.sample_models import LabelledRow
from formserver.equipment.tables import equipment_sample as t


class SampleRepository:
    """Own labelled rows, inside the scope of who asks. Removed ones stay, with a mark."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: LabelledRow, by: str) -> None:
        """Insert a row labelled by the person ``by``."""
        self._connection.execute(
            insert(t).values(
                id=new.id,
                agency_id=new.agency_id,
                stated=json.dumps(dict(new.stated), ensure_ascii=False),
                as_of=new.as_of.isoformat(),
                verdict=new.sample.verdict.value,
                rule=new.sample.rule,
                why=new.sample.why,
                by=by,
                by_name=new.by_name,
                at=format_instant(new.at) if new.at else "",
                removed_at=None,
                removed_by_name="",
            )
        )

    def list(self, scope: Scope, *, removed: bool = False) -> tuple[LabelledRow, ...]:
        """The oldest first; without removed ones unless they are wanted. At most 2,000."""
        query = select(t).order_by(t.c.id).limit(2_000)
        if not scope.everything:
            query = query.where(t.c.agency_id.in_(sorted(scope.agency_ids)))
        if not removed:
            query = query.where(t.c.removed_at.is_(None))
        return tuple(_row(row) for row in self._connection.execute(query).mappings())

    def get(self, sample_id: str, scope: Scope) -> LabelledRow:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        row = self._connection.execute(select(t).where(t.c.id == sample_id)).mappings().first()
        if row is None or not scope.covers(agency_id=row["agency_id"]):
            raise NOT_FOUND(what="这行样本")
        return _row(row)

    def remove(self, sample: LabelledRow, at: datetime, by_name: str) -> LabelledRow:
        """Mark it as removed; one that was removed before keeps its first mark."""
        where = (t.c.id == sample.id, t.c.removed_at.is_(None))
        values = {"removed_at": format_instant(at), "removed_by_name": by_name}
        self._connection.execute(update(t).where(*where).values(**values))
        return replace(sample, removed_at=at, removed_by_name=by_name)


def _row(row: Mapping[Any, Any]) -> LabelledRow:
    return LabelledRow(
        sample=Sample(row["id"], json.loads(row["stated"]), Verdict(row["verdict"]), row["rule"], row["why"]),
        as_of=date.fromisoformat(row["as_of"]),
        agency_id=row["agency_id"],
        by_name=row["by_name"],
        at=parse_instant(row["at"]) if row["at"] else None,
        removed_at=parse_instant(row["removed_at"]) if row["removed_at"] else None,
        removed_by_name=row["removed_by_name"],
    )
