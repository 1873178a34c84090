"""The catalogue of definitions: what is in force, what is frozen, what was shipped and what is one's own.

Run time reads the store only. Shipped files are copied into it at start, by hash; a shipped edition never replaces
a local one, and a published one never changes.
"""

from __future__ import annotations

import dataclasses
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from formserver.core.clock import Clock, today_in_china
from formserver.core.definitions.diff import JsonChange, three_way_diff
from formserver.core.definitions.document_type import (
    DEFINITION_UNREADABLE,
    DocumentType,
    load_document_type,
    read_json,
)
from formserver.core.definitions.libraries import (
    ClauseLibrary,
    LawRegister,
    law_from_json,
    library_from_json,
)
from formserver.core.definitions.repository import (
    DEFINITION_FROZEN,
    DEFINITION_NOT_FOUND,
    FREEZING,
    Definition,
    DefinitionRepository,
    MemoryDefinitionRepository,
    edition_order,
    edition_parts,
    local_number,
)
from formserver.core.definitions.shipped import definition_hash
from formserver.core.definitions.source import FileDefinitionSource
from formserver.core.definitions.variants import is_overlay, overlay
from formserver.core.errors import AppError, Problem

__all__ = [
    "Catalogue",
    "Definition",
    "DefinitionRepository",
    "FileDefinitionSource",
    "MemoryDefinitionRepository",
    "Offer",
    "SyncResult",
    "shipped_catalogue",
]

Judge = Callable[["Catalogue", Definition], list[Problem]]
_STAMP_SECONDS: Final = 2.0
"""How long this process may lag behind a definition another process published."""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What :meth:`Catalogue.sync` did: ids of definitions, by fate. ``refused`` are files that differ from what is
    already published under their name; the stored one stays."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A newer shipped edition beside a local one: nothing happens until a maintainer takes it.

    ``changes`` compare both with the shipped edition the local one grew from.
    """

    kind: str
    name: str
    base: str
    local: str
    shipped: str
    changes: tuple[JsonChange, ...]


class Catalogue:
    """Answers for every definition. Safe to share between threads; what it hands out is immutable."""

    def __init__(self, repository: DefinitionRepository, clock: Clock) -> None:
        self._repository = repository
        self._clock = clock
        self._lock = threading.Lock()
        self._stamp: str | None = None
        self._asked = 0.0
        self._index: dict[tuple[str, str], tuple[Definition, ...]] = {}
        self._built: dict[str, Any] = {}
        self.judges: dict[str, Judge] = {}
        """Kind → the rules beyond form by which definitions of it are judged, from layers above the core."""

    def types(self, on: date | None = None, agency: str = "") -> tuple[DocumentType, ...]:
        """The edition in force of every document type on ``on`` (today), in the order of lists."""
        names = sorted({name for kind, name in self._current() if kind == "document"})
        found = [self._select("document", name, on, agency) for name in names]
        types = [self._type(d) for d in found if d is not None]
        return tuple(sorted(types, key=lambda dt: (dt.document["order"], dt.key)))

    def type(
        self, key: str, edition: str | None = None, on: date | None = None, agency: str = ""
    ) -> DocumentType:
        """A document type: the pinned ``edition``, whatever its status, or the one in force on ``on`` (today).

        A variant of ``agency`` (``v1+chengdu.3``) wins over the edition it extends. Raises DEFINITION_NOT_FOUND.
        """
        if edition is not None:
            return self._type(self._get("document", key, edition))
        found = self._select("document", key, on, agency)
        if found is None:
            raise DEFINITION_NOT_FOUND(name=key)
        return self._type(found)

    def is_in_force(self, key: str, edition: str, on: date | None = None) -> bool:
        """Whether an edition may be used for a new paper on ``on`` (today): an expired type cannot be numbered."""
        definition = self._get("document", key, edition)
        return definition.usable and definition.in_force(on or today_in_china(self._clock))

    def template(self, key: str, edition: str) -> bytes:
        """The Word template of an edition; a variant without a template of its own prints on its base's."""
        return self._template(key, edition).content

    def template_sha256(self, key: str, edition: str) -> str:
        """The hash of what :meth:`template` returns."""
        return self._template(key, edition).sha256

    def sample(self, key: str) -> dict[str, Any]:
        """The filled sample (范本) of a type. Raises DEFINITION_NOT_FOUND."""
        found = self._get("sample", key, "current")
        made: dict[str, Any] = read_json(found.content, found.id)
        return made

    def migration(self, key: str, old: str, new: str) -> Mapping[str, Any]:
        """The migration of bodies between two editions. Raises DEFINITION_NOT_FOUND."""
        found = self._get("migration", key, f"{old}_to_{new}")
        made: Mapping[str, Any] = read_json(found.content, found.id)
        return made

    def library(self, name: str, on: date | None = None) -> ClauseLibrary:
        """The edition of a clause library in force on ``on`` (today). Raises DEFINITION_NOT_FOUND."""
        found = self._select("library", name, on, "")
        if found is None:
            raise DEFINITION_NOT_FOUND(name=f"library/{name}")
        definition = found
        made: ClauseLibrary = self._cached(
            definition.sha256,
            lambda: library_from_json(read_json(definition.content, definition.id), definition.sha256),
        )
        return made

    def library_names(self) -> tuple[str, ...]:
        """The names of all clause libraries."""
        return tuple(sorted({name for kind, name in self._current() if kind == "library"}))

    def laws(self) -> LawRegister:
        """The law register."""
        files = [d for (kind, _), ds in sorted(self._current().items()) if kind == "law" for d in ds]
        key = "laws:" + "".join(d.sha256 for d in files)
        made: LawRegister = self._cached(
            key, lambda: LawRegister(law_from_json(read_json(d.content, d.id)) for d in files)
        )
        return made

    def measures(self) -> Mapping[str, Mapping[str, str]]:
        """Measure key → title and unit."""
        found = self._get("measures", "measures", "current")
        made: Mapping[str, Mapping[str, str]] = read_json(found.content, found.id)["measures"]
        return made

    def definitions(self, kind: str | None = None, name: str | None = None) -> tuple[Definition, ...]:
        """Every stored definition of that kind and name, oldest edition first (for maintainers' pages)."""
        found = [
            d
            for (k, n), ds in sorted(self._current().items())
            if kind in (None, k) and name in (None, n)
            for d in ds
        ]
        return tuple(found)

    def definition(self, kind: str, name: str, version: str) -> Definition:
        """One stored definition. Raises DEFINITION_NOT_FOUND."""
        return self._get(kind, name, version)

    def put(self, definition: Definition) -> None:
        """Store a definition. Raises DEFINITION_FROZEN when one that was published would change."""
        old = self._repository.get(definition.kind, definition.name, definition.version)
        if old is not None and old.sha256 != definition.sha256 and is_frozen(old):
            raise DEFINITION_FROZEN(name=definition.id)
        self._repository.put(definition)
        self.refresh()

    def add_local(self, kind: str, name: str, base: str, agency: str, content: bytes) -> Definition:
        """Store a draft of an agency's own edition that grows from ``base``: the next free ``v1+chengdu.3``.

        ``content`` is a whole file or, for a document type, an overlay (:mod:`.variants`). Raises
        DEFINITION_NOT_FOUND for an unknown base, DEFINITION_UNREADABLE for content that is no document type,
        ValueError for an agency name outside ``[a-z0-9_-]`` or content with floats.
        """
        grown_from = self._get(kind, name, base)
        if re.fullmatch("[a-z0-9_-]+", agency) is None:
            raise ValueError(f"not an agency name for editions: {agency!r}")
        trunk = edition_parts(base)[0]
        taken = [
            local_number(d.version)
            for d in self._current()[kind, name]
            if edition_parts(d.version) == (trunk, agency)
        ]
        made = dataclasses.replace(
            grown_from,
            version=f"{trunk}+{agency}.{max(taken, default=0) + 1}",
            origin="local",
            status="draft",
            sha256=definition_hash(kind, content),
            content=content,
        )
        if kind == "document":
            self._load(made)
        self.put(made)
        return made

    def mark_published(self, kind: str, name: str, version: str) -> None:
        """Freeze a definition and put it in force, unjudged: :func:`~.publishing.publish_definition` judges first.

        Raises DEFINITION_NOT_FOUND.
        """
        self._get(kind, name, version)
        self._repository.set_status(kind, name, version, "published")
        self.refresh()

    def withdraw(self, kind: str, name: str, version: str, valid_to: date | None = None) -> None:
        """Take a definition out of choice; documents pinned to it keep it. Raises DEFINITION_NOT_FOUND."""
        self._get(kind, name, version)
        self._repository.set_status(kind, name, version, "withdrawn", valid_to)
        self.refresh()

    def sync(self, source: FileDefinitionSource) -> SyncResult:
        """Copy shipped files into the store, by hash. Local editions and published ones are left as they are."""
        added, replaced, refused = [], [], []
        stored = {(d.kind, d.name, d.version): d for d in self._repository.list()}
        for new in source.definitions():
            old = stored.get((new.kind, new.name, new.version))
            if not _readable(new):
                refused.append(new.id)
            elif old is None:
                self._repository.put(new)
                added.append(new.id)
            elif old.sha256 != new.sha256:
                if is_frozen(old) or old.origin != "shipped":
                    refused.append(new.id)
                    continue
                self._repository.put(new)
                replaced.append(new.id)
            elif old.status == "draft" and new.status == "published" and old.origin == "shipped":
                self._repository.set_status(new.kind, new.name, new.version, "published")
        self.refresh()
        return SyncResult(tuple(added), tuple(replaced), tuple(refused))

    def offers(self) -> tuple[Offer, ...]:
        """Shipped editions newer than the base of a published local one, each with a three-way diff."""
        found = []
        for (kind, name), editions in sorted(self._current().items()):
            if kind != "document":
                continue
            shipped = [d for d in editions if d.origin == "shipped" and d.usable]
            for local in (d for d in editions if d.origin == "local" and d.status == "published"):
                base = edition_parts(local.version)[0]
                newest = max(shipped, key=lambda d: edition_order(d.version), default=None)
                if newest is None or edition_order(newest.version) <= edition_order(base):
                    continue
                old, own, new = (self.type(name, v).schema for v in (base, local.version, newest.version))
                changes = tuple(three_way_diff(old, own, new))
                found.append(Offer(kind, name, base, local.version, newest.version, changes))
        return tuple(found)

    def remember(self, key: str, build: Callable[[], Any]) -> Any:
        """What ``build`` makes of definitions, kept under ``key`` until any definition changes."""
        self._current()
        return self._cached(f"remembered:{key}", build)

    def refresh(self) -> None:
        """Forget what was read; the next question reads the store again."""
        with self._lock:
            self._stamp = None

    def _current(self) -> dict[tuple[str, str], tuple[Definition, ...]]:
        with self._lock:
            now = time.monotonic()
            if self._stamp is not None and now - self._asked < _STAMP_SECONDS:
                return self._index
            stamp = self._repository.stamp()
            if stamp != self._stamp:
                grouped: dict[tuple[str, str], list[Definition]] = {}
                for definition in self._repository.list():
                    grouped.setdefault((definition.kind, definition.name), []).append(definition)
                self._index = {
                    key: tuple(sorted(ds, key=lambda d: edition_order(d.version)))
                    for key, ds in grouped.items()
                }
                self._built = {}  # an overlay's type depends on its base, the register on every law
                self._stamp = stamp
            self._asked = now
            return self._index

    def _get(self, kind: str, name: str, version: str) -> Definition:
        for definition in self._current().get((kind, name), ()):
            if definition.version == version:
                return definition
        raise DEFINITION_NOT_FOUND(name=f"{kind}/{name}/{version}")

    def _select(self, kind: str, name: str, on: date | None, agency: str) -> Definition | None:
        day = on or today_in_china(self._clock)
        able = [
            d
            for d in self._current().get((kind, name), ())
            if d.usable and d.in_force(day) and edition_parts(d.version)[1] in ("", agency)
        ]
        return max(able, key=lambda d: edition_order(d.version), default=None)

    def _template(self, key: str, edition: str) -> Definition:
        for version in (edition, edition_parts(edition)[0]):
            for definition in self._current().get(("template", key), ()):
                if definition.version == version:
                    return definition
        raise DEFINITION_NOT_FOUND(name=f"template/{key}/{edition}")

    def _type(self, definition: Definition) -> DocumentType:
        made: DocumentType = self._cached(
            f"{definition.id}:{definition.sha256}", lambda: self._load(definition)
        )
        return made

    def _load(self, definition: Definition) -> DocumentType:
        data = read_json(definition.content, definition.id)
        own_id = f"documents/{definition.name}/{definition.version}"
        if is_overlay(data):
            base = self.type(definition.name, edition_parts(definition.version)[0])
            return load_document_type(overlay(base.schema, data, own_id), definition.id)
        if data.get("$id") != own_id:
            raise DEFINITION_UNREADABLE(name=definition.id, reason=f"$id 应为 {own_id}")
        return _load_once(definition.content, definition.id)

    def _cached(self, key: str, build: Any) -> Any:
        built = (
            self._built
        )  # of this moment: what is made of older definitions must not enter a newer collection
        found = built.get(key)
        if found is None:
            found = built[key] = build()
        return found


@lru_cache(maxsize=256)
def _load_once(content: bytes, name: str) -> DocumentType:
    return load_document_type(content, name)


def _readable(definition: Definition) -> bool:
    """Whether a file can be used at all: one broken form must not take the others down with it."""
    if definition.kind != "document":
        return True
    try:
        _load_once(definition.content, definition.id)
    except AppError:
        return False
    return True


def is_frozen(definition: Definition) -> bool:
    """Whether its content can never change again."""
    return definition.kind in FREEZING and definition.status != "draft"


def shipped_catalogue(clock: Clock, source: FileDefinitionSource | None = None) -> Catalogue:
    """A catalogue over the shipped files alone, in memory (``generate``, tests, the field kit)."""
    catalogue = Catalogue(MemoryDefinitionRepository(), clock)
    catalogue.sync(source or FileDefinitionSource.shipped())
    return catalogue
