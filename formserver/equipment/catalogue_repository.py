"""Drafts of catalogues and rules in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from formserver.calculators.maintain_models import DraftState
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.tables import catalogue_draft as t


class CatalogueDraftRepository:
    """Drafts, inside the scope of who asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: CatalogueDraft) -> bool:
        """Insert; False when somebody else took the edition's name meanwhile."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(t).values(_row(new)))
        except IntegrityError:
            return False
        return True

    def get(self, draft_id: str, scope: Scope) -> CatalogueDraft:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        row = self._connection.execute(select(t).where(t.c.id == draft_id)).mappings().first()
        if row is None or not scope.covers(agency_id=row["agency_id"]):
            raise NOT_FOUND(what="这份草案")
        return _draft(row)

    def of_edition(self, kind: str, name: str, edition: str) -> CatalogueDraft | None:
        """The draft an own edition was published from, whoever made it."""
        query = select(t).where(t.c.kind == kind, t.c.name == name, t.c.edition == edition)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _draft(row)

    def editions(self, kind: str, name: str) -> frozenset[str]:
        """Every name of an edition that a draft has taken, whatever became of it."""
        query = select(t.c.edition).where(t.c.kind == kind, t.c.name == name)
        return frozenset(self._connection.execute(query).scalars())

    def names(self, kind: str) -> frozenset[str]:
        """Every name of a catalogue that a draft has taken."""
        return frozenset(self._connection.execute(select(t.c.name).where(t.c.kind == kind)).scalars())

    def list(
        self, scope: Scope, *, kind: str = "", name: str = "", open_only: bool = True
    ) -> tuple[CatalogueDraft, ...]:
        """The newest change first, at most 200."""
        query = select(t)
        if not scope.everything:
            query = query.where(t.c.agency_id.in_(sorted(scope.agency_ids)))
        if kind:
            query = query.where(t.c.kind == kind)
        if name:
            query = query.where(t.c.name == name)
        if open_only:
            query = query.where(t.c.state == DraftState.OPEN.value)
        rows = self._connection.execute(query.order_by(t.c.changed_at.desc(), t.c.id).limit(200)).mappings()
        return tuple(_draft(row) for row in rows)

    def replace(
        self, changed: CatalogueDraft, *, expected: int, state: DraftState = DraftState.OPEN
    ) -> CatalogueDraft | None:
        """Write over the draft that still has the tag ``expected`` and that state; None when somebody was quicker."""
        new = replace(changed, tag=expected + 1)
        where = (t.c.id == new.id, t.c.tag == expected, t.c.state == state.value)
        done = self._connection.execute(update(t).where(*where).values(_row(new))).rowcount
        return new if done == 1 else None


def _row(item: CatalogueDraft) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in item.__dataclass_fields__}
    return {
        **row,
        "state": item.state.value,
        "content": json.dumps(item.content, ensure_ascii=False),
        "contributors": json.dumps(list(item.contributors)),
        "created_at": format_instant(item.created_at),
        "changed_at": format_instant(item.changed_at),
    }


def _draft(row: Mapping[Any, Any]) -> CatalogueDraft:
    return CatalogueDraft(
        **{
            **row,
            "state": DraftState(row["state"]),
            "content": json.loads(row["content"]),
            "contributors": tuple(json.loads(row["contributors"])),
            "created_at": parse_instant(row["created_at"]),
            "changed_at": parse_instant(row["changed_at"]),
        }
    )
