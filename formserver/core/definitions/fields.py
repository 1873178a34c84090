"""The fields of a document type: the schema with its references resolved, walked once into a flat list.

A field's pointer is a pattern (``/inspectors/*/cert_no``); a place in a body is concrete (``/inspectors/1/cert_no``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from formserver.core.definitions.conditions import split_pointer

MAX_SCHEMA_DEPTH: Final = 12
ROW_KEY: Final = "_k"
STAGES: Final = ("draft", "print", "signed", "served")
"""When a value must be there: leaving 草稿, printing as record, binding the signed scan, binding the receipt."""

_DEFAULT_WIDGETS: Final = {
    "boolean": "switch",
    "integer": "number",
    "decimal": "decimal",
    "date": "date",
    "date-time": "datetime",
    "rows": "table",
    "object": "group",
}


def join_pointer(parent: str, key: str | int) -> str:
    """``/a`` and ``b/c`` as ``/a/b~1c``."""
    step = str(key)
    if "~" in step or "/" in step:
        step = step.replace("~", "~0").replace("/", "~1")
    return f"{parent}/{step}"


def dereference(schema: Mapping[str, Any]) -> dict[str, Any]:
    """``schema`` with every local ``$ref`` replaced by its target; words beside the reference win over the target's.

    Raises ValueError for a reference that leads nowhere, outside the file, or in a circle.
    """
    definitions = schema.get("$defs", {})

    def resolve(node: Any, depth: int) -> Any:
        if depth == 0:
            raise ValueError("the schema is nested too deeply or refers to itself")
        if isinstance(node, list):
            return [resolve(item, depth - 1) for item in node]
        if not isinstance(node, Mapping):
            return node
        if isinstance(reference := node.get("$ref"), str):
            if not reference.startswith("#/$defs/") or reference[8:] not in definitions:
                raise ValueError(f"the reference {reference!r} leads nowhere")
            target = resolve(definitions[reference[8:]], depth - 1)
            return {**target, **{k: resolve(v, depth - 1) for k, v in node.items() if k != "$ref"}}
        return {key: resolve(value, depth - 1) for key, value in node.items()}

    return {key: resolve(value, 4 * MAX_SCHEMA_DEPTH) for key, value in schema.items() if key != "$defs"}


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One property of a document type.

    ``pointer`` is the pattern, ``titles`` the titles on the way to it (outermost first), ``required`` whether the
    parent's ``required`` names it, ``list_depth`` how many ``*`` the pointer has.
    """

    pointer: str
    key: str
    schema: Mapping[str, Any]
    titles: tuple[str, ...]
    required: bool
    section: str
    kind: str
    list_depth: int

    @property
    def title(self) -> str:
        """The field's own title."""
        return self.titles[-1]

    @property
    def is_leaf(self) -> bool:
        """A value or a list of plain values: something a person fills in one cell."""
        return self.kind not in ("rows", "object")

    @property
    def is_row_key(self) -> bool:
        """The ``_k`` of a row, which is no statement of anybody."""
        return self.key == ROW_KEY and self.list_depth > 0

    @property
    def choices(self) -> tuple[Any, ...]:
        """The closed list of values, of the field or of the items of its list; empty for free values."""
        return _choices_of(self)

    @property
    def widget(self) -> str:
        """``x-widget``, or what fits the type."""
        return _widget_of(self)

    @property
    def source(self) -> str | None:
        """``x-source``: where the first value comes from."""
        return self.schema.get("x-source")

    @property
    def stage(self) -> str:
        """When the value must be there, for a required field (``x-required-at``, else ``draft``)."""
        return str(self.schema.get("x-required-at", STAGES[0]))


@lru_cache(maxsize=65_536)  # a large form asks some thousand times
def _choices_of(field: Field) -> tuple[Any, ...]:
    source = field.schema.get("items", {}) if field.kind == "list" else field.schema
    return tuple(source.get("enum", ()))


@lru_cache(maxsize=65_536)
def _widget_of(field: Field) -> str:
    if isinstance(named := field.schema.get("x-widget"), str):
        return named
    if field.kind == "list":
        return "checklist" if field.choices else "table"
    if field.kind == "string":
        if field.choices:
            return "radio" if len(field.choices) <= 3 else "select"
        return "textarea" if field.schema.get("maxLength", 0) > 200 else "text"
    return _DEFAULT_WIDGETS[field.kind]


def kind_of(schema: Mapping[str, Any]) -> str:
    """``string date date-time decimal boolean integer list rows object``. Raises ValueError for anything else."""
    match schema.get("type"):
        case "string":
            return schema["format"] if schema.get("format") in ("date", "date-time", "decimal") else "string"
        case "boolean" | "integer" | "object" as plain:
            return str(plain)
        case "array":
            return "rows" if schema.get("items", {}).get("type") == "object" else "list"
        case other:
            raise ValueError(f"a field has no type {other!r}")


def walk_fields(schema: Mapping[str, Any]) -> Iterator[Field]:
    """Every field of a dereferenced schema, parents before children, in the order of the file."""
    yield from _children(schema, "", (), "", 0)


def _children(
    parent: Mapping[str, Any], pointer: str, titles: tuple[str, ...], section: str, lists: int
) -> Iterator[Field]:
    required = frozenset(parent.get("required", ()))
    for key, schema in parent.get("properties", {}).items():
        kind = kind_of(schema)
        here = join_pointer(pointer, key)
        named = (*titles, str(schema.get("title", key)))
        own_section = section or str(schema.get("x-section", ""))
        yield Field(here, key, schema, named, key in required, own_section, kind, lists)
        if kind == "object":
            yield from _children(schema, here, named, own_section, lists)
        elif kind == "rows":
            yield from _children(schema["items"], here + "/*", named, own_section, lists + 1)


def pattern_of(pointer: str) -> str:
    """The field pattern of a concrete place: ``/inspectors/1/name`` → ``/inspectors/*/name``."""
    return "".join(
        "/*" if part.isascii() and part.isdigit() else "/" + part for part in pointer.split("/")[1:]
    )


class Place(NamedTuple):
    """A field at a concrete place of one body. ``value`` is None where the body has none; ``row`` the innermost row."""

    pointer: str
    field: Field
    value: Any
    row: Mapping[str, Any] | None


def walk_body(children: Mapping[str, tuple[Field, ...]], body: Mapping[str, Any]) -> list[Place]:
    """Every field at every place of ``body``, absent ones too (below an absent object as well, below no row).

    ``children`` maps the pattern of a container (``""`` for the whole) to its fields. Values of a wrong type are
    reported as they are and not entered. Keys of fields need no escaping: the meta-schema keeps them plain.
    """
    found: list[Place] = []

    def enter(fields: tuple[Field, ...], pointer: str, holder: Any, row: Mapping[str, Any] | None) -> None:
        values = holder if isinstance(holder, dict) else {}
        for field in fields:
            here = f"{pointer}/{field.key}"
            value = values.get(field.key)
            found.append(Place(here, field, value, row))
            if field.kind == "object":
                enter(children.get(field.pointer, ()), here, value, row)
            elif field.kind == "rows" and isinstance(value, list):
                inner = children.get(field.pointer + "/*", ())
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        enter(inner, f"{here}/{index}", item, item)

    enter(children.get("", ()), "", dict(body), None)
    return found


def is_hidden(pointer: str, hidden: frozenset[str]) -> bool:
    """Whether ``pointer`` or anything above it is in ``hidden``."""
    while pointer and hidden:
        if pointer in hidden:
            return True
        pointer = pointer.rpartition("/")[0]
    return False


def label_of(titles: Mapping[str, str], pointer: str) -> str:
    """What a person sees at a place: ``/inspectors/1/cert_no`` → ``监察人员 第2行 · 执法证号``.

    ``titles`` maps field patterns to titles; an unknown key is shown as it is.
    """
    labels: list[str] = []
    pattern = ""
    for part in split_pointer(pointer):
        if part.isascii() and part.isdigit() and len(part) < 10 and labels:
            labels[-1] += f" 第{int(part) + 1}行"
            pattern += "/*"
        elif part == "*":
            pattern += "/*"
        else:
            pattern = join_pointer(pattern, part)
            label = titles.get(pattern, part)
            if not labels or labels[-1] != label:  # 被监察单位 · 被监察单位 says no more than 被监察单位
                labels.append(label)
    return " · ".join(labels)
