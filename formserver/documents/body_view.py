"""A body for reading: sections of labels and values, every row of every table, nothing that is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.documents.saying import value_text

_WIDE_TABLE = 7
_UNREAD = frozenset({"hidden", "key"})
"""Widgets of values that are for programs: marks and keys."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One label and its value; ``blank`` says why there is none (手写, 未填), ``at`` is its place in the body."""

    label: str
    text: str
    unit: str = ""
    blank: str = ""
    wide: bool = False
    at: str = ""


@dataclass(frozen=True, slots=True)
class RowTable:
    """A list of rows. ``stacked`` rows have too many columns for a table and are read one below the other."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Fact, ...], ...]
    stacked: bool


@dataclass(frozen=True, slots=True)
class ReadSection:
    """A section with its facts and tables in the order of the form."""

    key: str
    title: str
    items: list[Fact | RowTable] = field(default_factory=list)


def reading_view(dt: DocumentType, body: Mapping[str, Any], hidden: Sequence[str]) -> list[ReadSection]:
    """The sections that have something to show. ``hidden`` are the indexed pointers a condition took away."""
    away = frozenset(hidden)
    made = []
    for section in dt.sections:
        view = ReadSection(section.key, section.title)
        for leaf in dt.section_fields(section.key):
            _add(dt, leaf, body, "", away, view.items, "")
        if view.items:
            made.append(view)
    return made


def _add(
    dt: DocumentType,
    leaf: Field,
    holder: Mapping[str, Any],
    parent: str,
    away: frozenset[str],
    items: list[Fact | RowTable],
    before: str,
) -> None:
    pointer = f"{parent}/{leaf.key}"
    if leaf.is_row_key or leaf.widget in _UNREAD or pointer in away:
        return
    value = holder.get(leaf.key)
    if leaf.kind == "object":
        inner = value if isinstance(value, Mapping) else {}
        for child in dt.children.get(leaf.pointer, ()):
            _add(dt, child, inner, pointer, away, items, "")
    elif leaf.kind == "rows":
        items.append(_table(dt, leaf, value if isinstance(value, list) else [], pointer, away))
    else:
        items.append(_fact(leaf, value, before, pointer))


def _fact(leaf: Field, value: Any, before: str, at: str) -> Fact:
    text = value_text(leaf, value)
    blank = "" if text else "待手写" if leaf.stage in ("signed", "served") else "未填"
    unit = str(leaf.schema.get("x-unit", "")) if text else ""
    return Fact(before + leaf.title, text, unit, blank, len(text) > 40 or "\n" in text, at)


def _table(
    dt: DocumentType, leaf: Field, rows: Sequence[Any], pointer: str, away: frozenset[str]
) -> RowTable:
    children = [
        c for c in dt.children.get(leaf.pointer + "/*", ()) if not c.is_row_key and c.widget not in _UNREAD
    ]
    made = []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            continue
        cells: list[Fact] = []
        for child in children:
            here = f"{pointer}/{index}/{child.key}"
            value = None if here in away else row.get(child.key)
            if child.kind in ("rows", "object"):
                cells.append(Fact(child.title, _nested(dt, child, value), wide=True, at=here))
            else:
                cells.append(_fact(child, value, "", here))
        made.append(tuple(cells))
    columns = tuple(c.title for c in children if c.key != ROW_KEY)
    return RowTable(leaf.title, columns, tuple(made), len(columns) > _WIDE_TABLE)


def _nested(dt: DocumentType, leaf: Field, value: Any) -> str:
    pattern = leaf.pointer + ("/*" if leaf.kind == "rows" else "")
    children = {c.key: c for c in dt.children.get(pattern, ()) if c.widget not in _UNREAD}
    lines = []
    for row in value if isinstance(value, list) else [value] if value else []:
        parts = [f"{c.title}：{value_text(c, row[k])}" for k, c in children.items() if k in row]
        lines.append("；".join(parts))
    return "\n".join(lines)
