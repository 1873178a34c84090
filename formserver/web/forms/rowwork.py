"""What the row buttons do on the server, so that rows can be added, copied, moved and removed without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from formserver.core import places
from formserver.core.canonical import clone
from formserver.core.definitions.fields import ROW_KEY
from formserver.core.drafts import with_row_keys
from formserver.core.errors import Kind, error_code
from formserver.core.ids import new_row_key

BAD_ROW_ACTION = error_code(
    "BAD_ROW_ACTION",
    Kind.INVALID,
    zh="无法完成对行的操作，这一行可能已被删除，请刷新页面后再试。",
    en="The row action cannot be done; the row may have been removed.",
)

_MAX_DEPTH = 8
"""As for changes to a draft: no form nests its lists deeper."""


class RowResult(NamedTuple):
    """The new body and the keyed pointer of the row (or list) to go to."""

    body: dict[str, Any]
    anchor: str


def act_on_rows(body: Mapping[str, Any], action: str) -> RowResult:
    """Do ``add:/list``, ``remove:``, ``copy:``, ``up:`` or ``down:`` with a row's keyed pointer.

    Raises BAD_ROW_ACTION for anything else and for rows that are not there.
    """
    verb, _, pointer = action.partition(":")
    made = clone(dict(body))
    if verb == "add":
        return _add(made, pointer)
    segments = places.split(pointer)
    rows = places.get(made, places.join(segments[:-1])) if segments else None
    index = places.find_row(rows, segments[-1]) if isinstance(rows, list) else -1
    if index < 0 or not isinstance(rows, list):
        raise BAD_ROW_ACTION()
    match verb:
        case "remove":
            del rows[index]
            if not rows:
                _drop(made, segments[:-1])
            return RowResult(made, places.join(segments[:-1]))
        case "copy":
            twin = _fresh(clone(rows[index]))
            rows.insert(index + 1, twin)
            return RowResult(made, places.join([*segments[:-1], f"@{twin[ROW_KEY]}"]))
        case "up" | "down":
            target = index + (-1 if verb == "up" else 1)
            if 0 <= target < len(rows):
                rows[index], rows[target] = rows[target], rows[index]
            return RowResult(made, pointer)
    raise BAD_ROW_ACTION()


def _add(body: dict[str, Any], pointer: str) -> RowResult:
    segments = places.split(pointer)
    if not segments or len(segments) > _MAX_DEPTH:
        raise BAD_ROW_ACTION()
    holder: Any = body
    for segment in segments[:-1]:
        if isinstance(holder, dict):
            holder = holder.setdefault(segment, {})
        elif isinstance(holder, list):
            index = places.find_row(holder, segment)
            holder = holder[index] if index >= 0 else None
    if not isinstance(holder, dict):
        raise BAD_ROW_ACTION()
    rows = holder.setdefault(segments[-1], [])
    if not isinstance(rows, list):
        raise BAD_ROW_ACTION()
    row = {ROW_KEY: new_row_key()}
    rows.append(row)
    return RowResult(body, places.join([*segments, f"@{row[ROW_KEY]}"]))


def _drop(body: dict[str, Any], segments: list[str]) -> None:
    holder = places.get(body, places.join(segments[:-1]), body if len(segments) == 1 else None)
    if isinstance(holder, dict):
        holder.pop(segments[-1], None)


def _fresh(value: Any) -> Any:
    """New keys for a row and every row inside it."""
    if isinstance(value, dict):
        value.pop(ROW_KEY, None)
        for inner in value.values():
            if isinstance(inner, list):
                for row in inner:
                    _fresh(row)
            else:
                _fresh(inner)
    return with_row_keys(value, top=True)
