"""Prefill: the first values of a new document, each with a mark that says where it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import ROW_KEY, Field
from formserver.core.definitions.grammar import form_breach
from formserver.core.definitions.sources import Source, parse_source
from formserver.core.ids import new_row_key


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from. ``text`` is shown (来自企业档案); ``reference`` pins it (library, edition, sha256)."""

    text: str
    source: str = ""
    frozen: bool = False
    reference: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain data for the draft and the envelope."""
        return {
            "text": self.text,
            "source": self.source,
            "frozen": self.frozen,
            "reference": dict(self.reference),
        }


@dataclass(frozen=True, slots=True)
class Provided:
    """What a provider knows: a plain value, a list of values, or a list of rows (mappings)."""

    value: Any
    origin: Origin


class Provider(Protocol):
    """Answers one namespace of ``x-source``."""

    def provide(self, source: Source, body: Mapping[str, Any]) -> Provided | None:
        """The value for ``source``, or None when nothing is known. ``body`` is what is filled so far."""
        ...


@dataclass(frozen=True, slots=True)
class Prefilled:
    """A start body and the origin of every value in it, by pointer (a whole list has one origin)."""

    body: dict[str, Any]
    origins: Mapping[str, Origin]

    def origins_as_json(self) -> dict[str, Any]:
        """Pointer → origin as plain data."""
        return {pointer: origin.as_json() for pointer, origin in self.origins.items()}


def resolve_prefill(
    dt: DocumentType, providers: Mapping[str, Provider], given: Mapping[str, Any] | None = None
) -> Prefilled:
    """What is known before anybody types. ``given`` values stand and are not asked for.

    Fields whose source looks at the body (``clauses(materials, /items)``) are resolved last. A provided value that
    does not suit its field (another kind, not among the choices) is left out: prefill helps, it never forces.
    """
    body: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    late = [f for f in dt.children[""] if f.source and parse_source(f.source).place]
    early = [f for f in dt.children[""] if f not in late]
    for item in (*early, *late):
        if given is not None and item.key in given:
            continue
        seen = {**body, **(given or {})}
        _fill(dt, item, body, origins, providers, seen)
    return Prefilled(body, origins)


def prefill_field(
    dt: DocumentType, pointer: str, providers: Mapping[str, Provider], body: Mapping[str, Any]
) -> Provided | None:
    """One top-level field or a field of a group again (重新带入), fitted to its schema; None when nothing is known."""
    return _ask(dt, dt.leaf(pointer), providers, body)


def _fill(
    dt: DocumentType,
    item: Field,
    target: dict[str, Any],
    origins: dict[str, Origin],
    providers: Mapping[str, Provider],
    body: Mapping[str, Any],
) -> None:
    provided = _ask(dt, item, providers, body)
    if provided is not None:
        target[item.key] = provided.value
        if item.kind == "object":
            origins.update({f"{item.pointer}/{key}": provided.origin for key in provided.value})
        else:
            origins[item.pointer] = provided.origin
    elif item.kind == "object":
        inner: dict[str, Any] = {}
        for child in dt.children.get(item.pointer, ()):
            _fill(dt, child, inner, origins, providers, body)
        if inner:
            target[item.key] = inner
    elif "default" in item.schema:
        target[item.key] = item.schema["default"]
        origins[item.pointer] = Origin("默认值")


def _ask(
    dt: DocumentType, item: Field, providers: Mapping[str, Provider], body: Mapping[str, Any]
) -> Provided | None:
    if not item.source:
        return None
    source = parse_source(item.source)
    if source.namespace == "const":
        provided: Provided | None = Provided(source.argument, Origin("默认内容"))
    else:
        provider = providers.get(source.namespace)
        provided = provider.provide(source, body) if provider is not None else None
    if provided is None:
        return None
    value = fit_value(dt, item, provided.value)
    if value is None:
        return None
    origin = provided.origin
    frozen = bool(item.schema.get("x-freeze", False))
    return Provided(value, Origin(origin.text, source.text, frozen, origin.reference))


def fit_value(dt: DocumentType, item: Field, value: Any) -> Any:
    """``value`` as ``item`` takes it, or None: rows keep known columns and get a ``_k``, a time gives its day."""
    match item.kind:
        case "rows":
            rows = (
                [_fit_object(dt, item.pointer + "/*", row) for row in value]
                if isinstance(value, list)
                else []
            )
            rows = [row for row in rows if row]
            for number, row in enumerate(rows, start=1):
                _complete_row(dt, item, row, number)
            return rows or None
        case "object":
            return (_fit_object(dt, item.pointer, value) or None) if isinstance(value, Mapping) else None
        case "list":
            values = value if isinstance(value, list) else [value]
            items = [v for v in values if _suits(item.schema.get("items", {}), v)]
            return list(dict.fromkeys(items)) or None
        case "date" if isinstance(value, str) and len(value) > 10:
            value = value[:10]
        case "integer" if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,15}", value):
            value = int(value)
    if item.kind == "string" and isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        value = "、".join(value)
    if not _suits(item.schema, value) or value == "":
        return None
    if isinstance(value, str) and form_breach(item.kind, value) is not None:
        return None
    return value


def _fit_object(dt: DocumentType, pattern: str, value: Any) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if not isinstance(value, Mapping):
        return made
    for child in dt.children.get(pattern, ()):
        if child.is_row_key:
            continue
        found = value.get(child.key)
        if found is None and child.source:
            source = parse_source(child.source)
            found = value.get(source.path) if source.namespace == "team" else None
        fitted = None if found is None else fit_value(dt, child, found)
        if fitted is not None:
            made[child.key] = fitted
    return made


def _complete_row(dt: DocumentType, item: Field, row: dict[str, Any], number: int) -> None:
    for child in dt.children.get(item.pointer + "/*", ()):
        if child.key not in row and child.key == "seq" and child.kind == "integer":
            row["seq"] = number
        elif child.key not in row and "default" in child.schema:
            row[child.key] = child.schema["default"]
        elif child.is_row_key:
            row[ROW_KEY] = new_row_key()


def _suits(schema: Mapping[str, Any], value: Any) -> bool:
    kinds: dict[Any, type] = {"string": str, "boolean": bool, "integer": int}
    kind = kinds.get(schema.get("type"))
    if kind is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return False
    return "enum" not in schema or value in schema["enum"]
