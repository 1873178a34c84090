"""What changed: between two bodies of a type, row by row, and between editions of a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, join_pointer


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``kind`` is added, removed, changed or moved; ``pointer`` is the place in the new body, in the
    old one for what was removed. For a moved row ``old`` and ``new`` are its row numbers, counted from 1."""

    pointer: str
    label: str
    kind: str
    old: Any
    new: Any


def diff_bodies(dt: DocumentType, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """Every difference in the order of the form; rows are matched by ``_k``, so that an inserted row is one change."""
    return [
        Change(pointer, dt.label(pointer), kind, before, after)
        for pointer, kind, before, after in _objects(dt, "", "", old, new)
    ]


_Found = tuple[str, str, Any, Any]


def _objects(
    dt: DocumentType, pattern: str, pointer: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[_Found]:
    known = [field.key for field in dt.children.get(pattern, ())]
    for key in dict.fromkeys((*known, *old, *new)):
        if key == ROW_KEY and pattern.endswith("/*"):
            continue
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        here, there = join_pointer(pattern, key), join_pointer(pointer, key)
        field = dt.by_pattern.get(here)
        kind = field.kind if field else ""
        if kind == "object" and isinstance(before or {}, Mapping) and isinstance(after or {}, Mapping):
            yield from _objects(dt, here, there, before or {}, after or {})
        elif kind == "rows" and isinstance(before or [], list) and isinstance(after or [], list):
            yield from _rows(dt, here + "/*", there, before or [], after or [])
        elif before is None:
            yield there, "added", None, after
        elif after is None:
            yield there, "removed", before, None
        else:
            yield there, "changed", before, after


def _rows(dt: DocumentType, pattern: str, pointer: str, old: list[Any], new: list[Any]) -> Iterator[_Found]:
    before = {row.get(ROW_KEY, f"#{i}"): (i, row) for i, row in enumerate(old)}
    after = {row.get(ROW_KEY, f"#{i}"): (i, row) for i, row in enumerate(new)}
    stay = [key for key in before if key in after]
    moved = _out_of_order([after[key][0] for key in stay])
    for key, (index, row) in before.items():
        if key not in after:
            yield f"{pointer}/{index}", "removed", row, None
    for key, (index, row) in after.items():
        if key not in before:
            yield f"{pointer}/{index}", "added", None, row
            continue
        if index in moved:
            yield f"{pointer}/{index}", "moved", before[key][0] + 1, index + 1
        yield from _objects(dt, pattern, f"{pointer}/{index}", before[key][1], row)


def _out_of_order(positions: list[int]) -> set[int]:
    """The fewest rows that must have been moved: all but a longest ascending run of new positions."""
    runs: list[list[int]] = [[]]
    for position in positions:
        fitting = sorted((run for run in runs if not run or run[-1] < position), key=len)
        runs.append([*fitting[-1], position])
    kept = set(sorted(runs, key=len)[-1])
    return {position for position in positions if position not in kept}


@dataclass(frozen=True, slots=True)
class JsonChange:
    """A place where editions differ. ``side`` is local, shipped, or both; ``conflict`` when both changed it apart."""

    pointer: str
    side: str
    base: Any
    local: Any
    shipped: Any

    @property
    def conflict(self) -> bool:
        """Whether a person must choose."""
        return self.side == "both" and self.local != self.shipped


def three_way_diff(base: Any, local: Any, shipped: Any, pointer: str = "") -> Iterator[JsonChange]:
    """Where ``local`` and ``shipped`` differ from ``base``, as deep as objects go; None stands for absent."""
    if local == base and shipped == base:
        return
    if all(isinstance(side, Mapping) for side in (base, local, shipped)):
        for key in dict.fromkeys((*base, *local, *shipped)):
            yield from three_way_diff(
                base.get(key), local.get(key), shipped.get(key), join_pointer(pointer, key)
            )
        return
    side = "both" if local != base and shipped != base else "local" if local != base else "shipped"
    yield JsonChange(pointer, side, base, local, shipped)
