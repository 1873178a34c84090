"""What of a body the server worked out itself when it kept a change: the browser draws these parts again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from formserver.core.computing import computed_fields
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.drafts import apply_changes
from formserver.core.models import Draft
from formserver.web.forms.texts import ABSENT, shown


@dataclass(frozen=True, slots=True)
class MadeByServer:
    """``lists`` to be drawn again, ``live`` of them only these rows, ``values`` the texts of single fields."""

    lists: tuple[str, ...] = ()
    live: Mapping[str, frozenset[str]] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


def made_by_server(
    dt: DocumentType, before: Draft, operations: Sequence[Mapping[str, Any]], after: Draft
) -> MadeByServer:
    """Compare what was asked for with what was kept. Types without computed fields cost nothing."""
    computed = {leaf.key for leaf in computed_fields(dt)}
    if not computed:
        return MadeByServer()
    asked, _ = apply_changes(before.body, before.raw, operations)
    lists: list[str] = []
    live: dict[str, frozenset[str]] = {}
    values: dict[str, str] = {}
    for leaf in dt.children.get("", ()):
        now = after.body.get(leaf.key, ABSENT)
        kept = before.body.get(leaf.key, ABSENT) if leaf.key in computed else asked.get(leaf.key, ABSENT)
        if now == kept:
            continue
        if leaf.kind == "rows":
            lists.append(leaf.pointer)
            if leaf.key in computed:
                live[leaf.pointer] = _changed(kept, now)
        elif leaf.is_leaf:
            values[leaf.pointer] = shown(leaf, now)
    return MadeByServer(tuple(lists), live, values)


def _changed(before: Any, after: Any) -> frozenset[str]:
    """The keys of the rows that are new or another."""
    known = {row.get(ROW_KEY): row for row in before} if isinstance(before, list) else {}
    rows = after if isinstance(after, list) else []
    return frozenset(str(row[ROW_KEY]) for row in rows if known.get(row[ROW_KEY]) != row)
