"""Three-way merge of bodies: two people changed the same version, or a draft meets a newer one.

Changes to different places are combined. A place both changed to different values is a :class:`Conflict` that keeps
both values; nothing is decided silently. "Mine" stays in the merged body until a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.drafts import apply_changes, changes_between
from formserver.core.models import Json


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place (keyed pointer) both sides changed. ``None`` means: that side has no value there."""

    at: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """The combined body and the places a person must look at."""

    body: Json
    conflicts: tuple[Conflict, ...]


def three_way(base: Mapping[str, Any], mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> Merged:
    """Merge ``mine`` and ``theirs``, both made from ``base``."""
    mine_touched = _touched(base, mine)
    theirs_changes = changes_between(base, theirs)
    body: Json = clone(dict(mine))
    conflicts: list[Conflict] = []
    for change in theirs_changes:
        at = str(change["at"])
        rival = _clash(at, str(change["op"]), mine_touched)
        if rival is None:
            body, _ = apply_changes(body, {}, [change])
            continue
        shown = at if len(at) <= len(rival) else rival
        mine_value, theirs_value = places.get(mine, shown), places.get(theirs, shown)
        if mine_value != theirs_value:
            conflicts.append(Conflict(shown, places.get(base, shown), mine_value, theirs_value))
    unique = {conflict.at: conflict for conflict in conflicts}
    return Merged(body, tuple(unique.values()))


def _touched(base: Mapping[str, Any], mine: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(change["at"]): str(change["op"])
        for change in changes_between(base, mine)
        if change["op"] not in {"insert", "move"}
    }


def _clash(at: str, operation: str, touched: Mapping[str, str]) -> str | None:
    if operation in {"insert", "move"}:
        return next((p for p in touched if at == p or at.startswith(p + "/")), None)
    for pointer in touched:
        if pointer == at or pointer.startswith(at + "/") or at.startswith(pointer + "/"):
            return pointer
    return None
