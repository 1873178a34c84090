"""A document type in one edition: the schema, read once, with the questions the rest of the house asks of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from formserver.core.canonical import digest
from formserver.core.definitions.conditions import ABSENT, evaluate, split_pointer
from formserver.core.definitions.fields import (
    Field,
    Place,
    dereference,
    label_of,
    pattern_of,
    walk_body,
    walk_fields,
)
from formserver.core.errors import Kind, error_code

DEFINITION_UNREADABLE = error_code(
    "DEFINITION_UNREADABLE",
    Kind.INVALID,
    zh="定义 {name} 无法读取：{reason}。",
    en="The definition {name} cannot be read: {reason}.",
)
_ID = re.compile(r"documents/([a-z][a-z0-9_]*)/(v[1-9][0-9]*(?:\+[a-z0-9_-]+\.[1-9][0-9]*)?)")
_SLOT = re.compile(r"\{(/[^{}]+)\}")
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form; ``show_when`` may take it off the form and the paper."""

    key: str
    title: str
    help: str = ""
    show_when: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a signature or a seal. ``minimum`` is how many must sign.

    ``anchors`` are the words of the template beside it, ``area`` says on which side (see ``rendering/slots.py``).
    """

    key: str
    label: str
    kind: str
    party: str
    minimum: int = 1
    every_page: bool = False
    optional: bool = False
    show_when: Mapping[str, Any] | None = None
    anchors: tuple[str, ...] = ()
    area: str = "after"


@dataclass(frozen=True, slots=True)
class Numbering:
    """``mode`` is always, optional or never; ``word`` and ``pattern`` make the 文号."""

    mode: str
    word: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a body: ``row_key`` is the ``_k`` of its row, ``product`` what the row is about, ``unit`` as stated."""

    key: str
    pointer: str
    row_key: str
    product: str
    value_text: str
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class DocumentType:
    """One edition of a document type. Immutable; shared by threads. Two are equal when their hashes are."""

    key: str
    edition: str
    title: str
    sha256: str
    lifecycle: str
    numbering: Numbering
    sections: tuple[Section, ...]
    slots: tuple[Slot, ...]
    schema: Mapping[str, Any] = field(repr=False)
    view: Mapping[str, Any] = field(repr=False)
    all_fields: tuple[Field, ...] = field(repr=False)
    by_pattern: Mapping[str, Field] = field(repr=False)
    children: Mapping[str, tuple[Field, ...]] = field(repr=False)
    titles: Mapping[str, str] = field(repr=False)
    conditional: tuple[Field, ...] = field(repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DocumentType) and (self.key, self.edition, self.sha256) == (
            other.key,
            other.edition,
            other.sha256,
        )

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def id(self) -> str:
        """``documents/inspection_notice/v1``."""
        return f"documents/{self.key}/{self.edition}"

    @property
    def document(self) -> Mapping[str, Any]:
        """The ``x-document`` words, for what has no property of its own (category, purpose, layout, checks …)."""
        found: Mapping[str, Any] = self.schema["x-document"]
        return found

    @property
    def checks(self) -> tuple[Mapping[str, Any], ...]:
        """The cross-field rules (``x-checks``)."""
        return tuple(self.schema.get("x-checks", ()))

    def fields(self) -> Iterator[Field]:
        """Every field, containers and row keys too, in the order of the form."""
        return iter(self.all_fields)

    def section_fields(self, key: str) -> tuple[Field, ...]:
        """The top-level fields of a section, in order."""
        return tuple(f for f in self.children[""] if f.section == key)

    def leaf(self, pointer: str) -> Field:
        """The field at a concrete place or pattern. Raises LookupError for a place the type does not have."""
        found = self.by_pattern.get(pattern_of(pointer)) or self.by_pattern.get(pointer)
        if found is None:
            raise LookupError(f"{self.id} has no field {pointer}")
        return found

    def label(self, pointer: str) -> str:
        """``监察人员 第2行 · 执法证号``; unknown keys are shown as they are."""
        return label_of(self.titles, pointer)

    def places(self, body: Mapping[str, Any]) -> list[Place]:
        """Every field at every concrete place of ``body``, absent ones too."""
        return walk_body(self.children, body)

    def value(self, body: Mapping[str, Any], pointer: str) -> Any:
        """The value at a concrete place, or None."""
        found: Any = body
        for part in split_pointer(pointer):
            if isinstance(found, Mapping):
                found = found.get(part)
            elif isinstance(found, list) and part.isascii() and part.isdigit() and int(part) < len(found):
                found = found[int(part)]
            else:
                return None
        return found

    def hidden(self, body: Mapping[str, Any], ctx: Mapping[str, Any] | None = None) -> frozenset[str]:
        """The places a false ``x-show-when`` (of the field, its row, its parent or its section) takes away.

        Contains containers and everything beneath them, so that membership of a leaf is enough to know.
        """
        away = frozenset(
            s.key
            for s in self.sections
            if s.show_when is not None and not evaluate(s.show_when, body=body, ctx=ctx)
        )
        if not away and not self.conditional:
            return NONE
        from formserver.core.definitions.plan import hidden_places  # a plan is made of a type

        return hidden_places(self, body, ctx or {}, away)

    def summary(self, body: Mapping[str, Any]) -> str:
        """The title in lists (``x-document.summary``); what the body lacks is left out."""

        def fill(match: re.Match[str]) -> str:
            value = self.value(body, match[1])
            return (
                "" if value is None else "、".join(map(str, value)) if isinstance(value, list) else str(value)
            )

        text = _SLOT.sub(fill, str(self.document.get("summary", self.title)))
        return " ".join(text.split()) or self.title

    def facets(self, body: Mapping[str, Any], hidden: frozenset[str] = NONE) -> dict[str, tuple[str, ...]]:
        """Facet key → distinct values as text: the fixed ones of ``x-document.facets``, then every ``x-facet``."""
        found: dict[str, dict[str, None]] = {}
        for key, pointer in self.document.get("facets", {}).items():
            _collect(found, key, self.value(body, pointer))
        for place in self.places(body):
            key = place.field.schema.get("x-facet")
            if key is not None and place.pointer not in hidden:
                _collect(found, str(key), place.value)
        return {key: tuple(values) for key, values in found.items()}

    def measures(self, body: Mapping[str, Any], hidden: frozenset[str] = NONE) -> list[Measure]:
        """Every figure with an ``x-measure`` that the body states, in the order of the form."""
        found = []
        for place in self.places(body):
            words = place.field.schema
            key = words.get("x-measure")
            if key is None or place.value is None or place.pointer in hidden:
                continue
            row = place.row or {}
            product = row.get(words.get("x-measure-row", ""), "")
            unit = row.get(words.get("x-unit-at", ""), words.get("x-unit", ""))
            found.append(
                Measure(
                    str(key),
                    place.pointer,
                    str(row.get("_k", "")),
                    str(product),
                    _text(place.value),
                    str(unit),
                )
            )
        return found

    def searchable_text(self, body: Mapping[str, Any], hidden: frozenset[str] = NONE) -> str:
        """What full-text search should find the document by; no masked numbers, no row keys, nothing hidden."""
        parts: list[str] = []
        for place in self.places(body):
            if place.value is None or not place.field.is_leaf or place.pointer in hidden:
                continue
            if (
                place.field.widget in ("hidden", "key")
                or place.field.schema.get("x-privacy")
                or place.field.kind == "boolean"
            ):
                continue
            parts += map(_text, place.value if isinstance(place.value, list) else [place.value])
        return "\n".join(parts)


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _collect(found: dict[str, dict[str, None]], key: str, value: Any) -> None:
    if value is None or value is ABSENT:
        return
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict | list):
            found.setdefault(key, {})[_text(item)] = None


def read_json(content: bytes, name: str) -> Any:
    """JSON without repeated keys. Raises DEFINITION_UNREADABLE that says where."""

    def no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            raise ValueError(f"键 {twice} 出现两次")
        return made

    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=no_repeats)
    except (ValueError, RecursionError) as error:
        raise DEFINITION_UNREADABLE(name=name, reason=str(error)) from error


def load_document_type(content: bytes | Mapping[str, Any], name: str = "") -> DocumentType:
    """The document type of a schema file. Raises DEFINITION_UNREADABLE; :mod:`.meta` gives the full list of faults."""
    schema = read_json(content, name) if isinstance(content, bytes) else content
    if not isinstance(schema, Mapping):
        raise DEFINITION_UNREADABLE(name=name or "?", reason="最外层应为对象 {…}")
    try:
        return _build(schema)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # A file that passed the meta-schema never comes here; the message is for those who skipped it.
        raise DEFINITION_UNREADABLE(name=name or schema.get("$id", "?"), reason=f"{error}") from error


def _build(schema: Mapping[str, Any]) -> DocumentType:
    match = _ID.fullmatch(schema["$id"])
    if match is None:
        raise ValueError(f"$id {schema['$id']!r} 应为 documents/<种类>/v<版次>")
    words = schema["x-document"]
    view = dereference(schema)
    fields = tuple(walk_fields(view))
    children: dict[str, list[Field]] = {"": []}
    for item in fields:
        children.setdefault(item.pointer.rpartition("/")[0], []).append(item)
    return DocumentType(
        key=match[1],
        edition=match[2],
        title=schema["title"],
        sha256=digest(schema),
        lifecycle=words["lifecycle"],
        numbering=Numbering(
            words["numbering"], words.get("number_word", ""), words.get("number_pattern", "")
        ),
        sections=tuple(
            Section(s["key"], s["title"], s.get("help", ""), s.get("x-show-when")) for s in words["sections"]
        ),
        slots=tuple(
            Slot(
                s["key"],
                s["label"],
                s["kind"],
                s["party"],
                s.get("min", 1),
                s.get("every_page", False),
                s.get("optional", False),
                s.get("x-show-when"),
                tuple([anchor] if isinstance(anchor, str) else anchor),
                s.get("area", "after"),
            )
            for s in words.get("slots", ())
            for anchor in [s.get("anchor", ())]
        ),
        schema=schema,
        view=view,
        all_fields=fields,
        by_pattern={f.pointer: f for f in fields},
        children={key: tuple(items) for key, items in children.items()},
        titles={f.pointer: f.title for f in fields},
        conditional=tuple(f for f in fields if "x-show-when" in f.schema),
    )
