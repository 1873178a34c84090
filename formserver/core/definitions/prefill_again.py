"""重新带入: what the source of one place says now, for a body as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.definitions.prefill import Provided, Provider, prefill_field


def provided_now(
    dt: DocumentType, pointer: str, providers: Mapping[str, Provider], body: Mapping[str, Any]
) -> Provided | None:
    """The value of a field outside lists (or of a whole list) as its source, else its group's source, has it now.

    None when nothing fills this place or nothing is known. Raises LookupError for a place the type does not have.
    """
    leaf = dt.by_pattern[pointer]
    if leaf.list_depth:
        return None
    parent = dt.by_pattern.get(pointer.rpartition("/")[0])
    if parent is not None and parent.source:  # a group that is filled as a whole comes before its fields
        whole = prefill_field(dt, parent.pointer, providers, body)
        if whole is not None and leaf.key in whole.value:
            return Provided(whole.value[leaf.key], whole.origin)
    return prefill_field(dt, pointer, providers, body) if leaf.source else None


def is_filled_by_source(dt: DocumentType, leaf: Field) -> bool:
    """Whether a source can be asked about this place."""
    parent = dt.by_pattern.get(leaf.pointer.rpartition("/")[0])
    return not leaf.list_depth and bool(leaf.source or (parent is not None and parent.source))


def same_but_keys(left: Any, right: Any) -> bool:
    """Equality of two values of a body without the keys of rows, which are made anew each time."""
    return bool(_bare(left) == _bare(right))


def with_known_keys(new: Any, old: Any, column: str) -> Any:
    """``new`` rows with the keys of the ``old`` rows that say the same in ``column``: links to a row stay with it."""
    if not isinstance(new, list) or not isinstance(old, list) or not column:
        return new
    keys: dict[str, list[str]] = {}
    for row in old:
        if isinstance(row, dict) and ROW_KEY in row:
            keys.setdefault(str(row.get(column)), []).append(row[ROW_KEY])
    made = []
    for row in new:
        known = keys.get(str(row.get(column))) if isinstance(row, dict) else None
        made.append({**row, ROW_KEY: known.pop(0)} if known else row)
    return made


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k != ROW_KEY}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value
