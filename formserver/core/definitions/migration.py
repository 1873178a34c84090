"""A body of one edition as a body of the next: renames, maps and defaults, all data. Nothing is dropped in silence."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from formserver.core.definitions.conditions import split_pointer
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import join_pointer


@dataclass(frozen=True, slots=True)
class Dropped:
    """A value of the old body for which the new edition has no place; ``pointer`` is the old place."""

    pointer: str
    value: Any


def migrate_body(
    body: Mapping[str, Any], migration: Mapping[str, Any], target: DocumentType
) -> tuple[dict[str, Any], tuple[Dropped, ...]]:
    """``body`` carried over to ``target``: maps on old values, then renames, then defaults where a value is absent.

    ``*`` in a place stands for every row. A value of an unknown field, or one that a closed list of choices no
    longer has, is taken out and listed.
    """
    new: dict[str, Any] = copy.deepcopy(dict(body))
    back: dict[str, str] = {}
    for place, table in migration.get("maps", {}).items():
        for holder, key, _ in list(_holders(new, split_pointer(place), "")):
            value = holder[key]
            if isinstance(value, list):
                holder[key] = [table.get(str(item), item) for item in value]
            else:
                holder[key] = table.get(_text(value), value)
    for old, renamed in migration.get("renames", {}).items():
        _rename(new, split_pointer(old), split_pointer(renamed))
        back[renamed] = old
    for place, value in migration.get("defaults", {}).items():
        _default(new, split_pointer(place), value)
    dropped = list(_prune(new, target, back))
    return new, tuple(dropped)


def migration_faults(
    migration: Mapping[str, Any], old: DocumentType, new: DocumentType
) -> Iterator[tuple[str, str]]:
    """(pointer in the migration, sentence) for every place that the old or the new edition does not have."""
    for place, target in migration.get("renames", {}).items():
        if place not in old.by_pattern:
            yield "/renames", f"{old.edition} 没有字段 {place}。"
        if target not in new.by_pattern:
            yield "/renames", f"{new.edition} 没有字段 {target}。"
    for place in migration.get("maps", {}):
        if place not in old.by_pattern:
            yield "/maps", f"{old.edition} 没有字段 {place}。"
    for place in migration.get("defaults", {}):
        if place not in new.by_pattern:
            yield "/defaults", f"{new.edition} 没有字段 {place}。"


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _holders(value: Any, parts: tuple[str, ...], pointer: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Every (object, key, pointer of the value) that the pattern ``parts`` reaches."""
    head, rest = parts[0], parts[1:]
    if head == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if rest:
                yield from _holders(item, rest, f"{pointer}/{index}")
    elif isinstance(value, dict) and head in value:
        here = join_pointer(pointer, head)
        if rest:
            yield from _holders(value[head], rest, here)
        else:
            yield value, head, here


def _rename(body: dict[str, Any], old: tuple[str, ...], new: tuple[str, ...]) -> None:
    shared = 0
    while shared < min(len(old), len(new)) - 1 and old[shared] == new[shared]:
        shared += 1
    for holder in _containers(body, old[:shared]):
        for source, key, _ in list(_holders(holder, old[shared:], "")):
            _put(holder, new[shared:], source.pop(key))


def _containers(value: Any, parts: tuple[str, ...]) -> list[Any]:
    found = [value]
    for part in parts:
        if part == "*":
            found = [item for box in found if isinstance(box, list) for item in box]
        else:
            found = [box[part] for box in found if isinstance(box, dict) and part in box]
    return found


def _put(holder: Any, parts: tuple[str, ...], value: Any) -> None:
    for part in parts[:-1]:
        holder = holder.setdefault(part, {})
    holder.setdefault(parts[-1], value)


def _default(body: dict[str, Any], parts: tuple[str, ...], value: Any) -> None:
    last = max((i for i, part in enumerate(parts) if part == "*"), default=-1)
    for holder in _containers(body, parts[: last + 1]):
        if isinstance(holder, dict):
            _put(holder, parts[last + 1 :], copy.deepcopy(value))


def _prune(body: dict[str, Any], target: DocumentType, back: Mapping[str, str]) -> Iterator[Dropped]:
    yield from _prune_object(body, "", "", target, back)


def _prune_object(
    value: dict[str, Any], pattern: str, pointer: str, target: DocumentType, back: Mapping[str, str]
) -> Iterator[Dropped]:
    for key in list(value):
        here, there = join_pointer(pattern, key), join_pointer(pointer, key)
        field = target.by_pattern.get(here)
        if field is None:
            yield Dropped(there, value.pop(key))
            continue
        item = value[key]
        if field.kind == "object" and isinstance(item, dict):
            yield from _prune_object(item, here, there, target, back)
        elif field.kind == "rows" and isinstance(item, list):
            for index, row in enumerate(item):
                if isinstance(row, dict):
                    yield from _prune_object(row, here + "/*", f"{there}/{index}", target, back)
        elif field.choices and field.kind == "list" and isinstance(item, list):
            gone = [one for one in item if one not in field.choices]
            if gone:
                value[key] = [one for one in item if one in field.choices]
                yield Dropped(back.get(here, there), gone)
        elif field.choices and item not in field.choices:
            yield Dropped(back.get(here, there), value.pop(key))
