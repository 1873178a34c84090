"""The only file that knows SQL for drafts of own editions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from formserver.calculators.maintain_models import CALCULATOR, Draft, DraftState
from formserver.calculators.maintain_tables import calculator_draft as t
from formserver.core.clock import format_instant, parse_instant
from formserver.core.errors import NOT_FOUND
from formserver.core.permissions import Scope


class DraftRepository:
    """Drafts, inside the scope of who asks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Draft) -> bool:
        """Insert; False when somebody else took the edition's name meanwhile."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(t).values(_row(new)))
        except IntegrityError:
            return False
        return True

    def get(self, draft_id: str, scope: Scope) -> Draft:
        """Raises NOT_FOUND outside the scope, exactly as for an unknown id."""
        row = self._connection.execute(select(t).where(t.c.id == draft_id)).mappings().first()
        if row is None or not scope.covers(agency_id=row["agency_id"]):
            raise NOT_FOUND(what="这份草案")
        return _draft(row)

    def of_edition(self, name: str, edition: str, kind: str = CALCULATOR) -> Draft | None:
        """The draft an own edition was published from, whoever made it."""
        query = select(t).where(t.c.kind == kind, t.c.name == name, t.c.edition == edition)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _draft(row)

    def editions(self, name: str, kind: str = CALCULATOR) -> frozenset[str]:
        """Every name of an edition that a draft of this kind and name has taken, whatever became of it."""
        query = select(t.c.edition).where(t.c.kind == kind, t.c.name == name)
        return frozenset(self._connection.execute(query).scalars())

    def list(
        self, scope: Scope, *, name: str = "", kind: str = "", open_only: bool = True
    ) -> tuple[Draft, ...]:
        """The newest change first."""
        query = select(t)
        if not scope.everything:
            query = query.where(t.c.agency_id.in_(sorted(scope.agency_ids)))
        if name:
            query = query.where(t.c.name == name)
        if kind:
            query = query.where(t.c.kind == kind)
        if open_only:
            query = query.where(t.c.state == DraftState.OPEN.value)
        rows = self._connection.execute(query.order_by(t.c.changed_at.desc(), t.c.id).limit(500)).mappings()
        return tuple(_draft(row) for row in rows)

    def replace(self, changed: Draft, *, expected: int, state: DraftState = DraftState.OPEN) -> Draft | None:
        """Write over the draft that still has the tag ``expected`` and that state; None when somebody was quicker."""
        new = replace(changed, tag=expected + 1)
        where = (t.c.id == new.id, t.c.tag == expected, t.c.state == state.value)
        done = self._connection.execute(update(t).where(*where).values(_row(new))).rowcount
        return new if done == 1 else None


def _row(item: Draft) -> dict[str, Any]:
    row = {name: getattr(item, name) for name in item.__dataclass_fields__}
    return {
        **row,
        "state": item.state.value,
        "method": json.dumps(item.method, ensure_ascii=False),
        "limits": json.dumps(item.limits, ensure_ascii=False),
        "contributors": json.dumps(list(item.contributors)),
        "created_at": format_instant(item.created_at),
        "changed_at": format_instant(item.changed_at),
    }


def _draft(row: Any) -> Draft:
    return Draft(
        **{
            **row,
            "state": DraftState(row["state"]),
            "method": json.loads(row["method"]),
            "limits": json.loads(row["limits"]),
            "contributors": tuple(json.loads(row["contributors"])),
            "created_at": parse_instant(row["created_at"]),
            "changed_at": parse_instant(row["changed_at"]),
        }
    )
