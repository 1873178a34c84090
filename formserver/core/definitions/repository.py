"""The port behind which definitions are kept, and its twin in memory (tests, the ``generate`` command)."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from formserver.core.errors import Kind, error_code

CALCULATION_KINDS: Final = ("calculator", "limits", "coefficients", "tariff", "grades", "layout")
"""What calculators are made of: methods, limits, coefficients, ladder prices, efficiency grades, result sheets."""
EQUIPMENT_KINDS: Final = ("elimination", "matching", "equipment_samples")
"""What recognising equipment is made of: elimination catalogues, rules of recognition, labelled rows they are held to."""
KINDS: Final = (
    *("document", "template", "migration", "sample", "library", "law", "measures", "industries"),
    *CALCULATION_KINDS,
    *EQUIPMENT_KINDS,
)
"""``library``, ``document``, ``template``, ``migration`` and what calculators and recognition are made of have editions
that freeze; the others are replaced."""
FREEZING: Final = frozenset(
    {"document", "template", "migration", "library", *CALCULATION_KINDS, *EQUIPMENT_KINDS}
)
STATUSES: Final = ("draft", "published", "withdrawn")
_EDITION = re.compile(r"v([1-9][0-9]*)(?:\+([a-z0-9_-]+)\.([1-9][0-9]*))?")

DEFINITION_FROZEN = error_code(
    "DEFINITION_FROZEN",
    Kind.CONFLICT,
    zh="定义 {name} 已经发布，不能再改；请另立新的版次。",
    en="The definition {name} is published and cannot change; add a new edition.",
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One file of one edition. ``origin`` is shipped or local, ``sha256`` its :func:`~.shipped.definition_hash`.

    ``valid_from`` and ``valid_to`` are inclusive days; None is open. ``version`` is ``v1``, ``v1+chengdu.3``,
    ``v1_to_v2``, ``2026-01``, or ``current`` for kinds without editions.
    """

    kind: str
    name: str
    version: str
    origin: str
    sha256: str
    status: str
    valid_from: date | None
    valid_to: date | None
    content: bytes = dataclasses.field(repr=False)

    @property
    def id(self) -> str:
        """``document/inspection_notice/v1``: how messages and published.json name it."""
        return f"{self.kind}/{self.name}/{self.version}"

    def in_force(self, on: date) -> bool:
        """Whether ``on`` lies within the validity."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    @property
    def usable(self) -> bool:
        """Published, or shipped and not frozen yet (a development build)."""
        return self.status == "published" or (self.status == "draft" and self.origin == "shipped")


class DefinitionRepository(Protocol):
    """Where definitions live at run time."""

    def get(self, kind: str, name: str, version: str) -> Definition | None:
        """One definition, or None."""
        ...

    def list(self, kind: str | None = None, name: str | None = None) -> tuple[Definition, ...]:
        """Every definition of that kind and name, in any order, contents included."""
        ...

    def put(self, definition: Definition) -> None:
        """Insert or replace by (kind, name, version). The catalogue decides what may be replaced."""
        ...

    def set_status(
        self, kind: str, name: str, version: str, status: str, valid_to: date | None = None
    ) -> None:
        """Change the status, and the last day of validity where one is given. Raises NOT_FOUND."""
        ...

    def stamp(self) -> str:
        """A short text that changes with every put and set_status by any process; must be cheap."""
        ...


class MemoryDefinitionRepository:
    """Definitions in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], Definition] = {}
        self._changes = 0

    def get(self, kind: str, name: str, version: str) -> Definition | None:
        """One definition, or None."""
        return self._kept.get((kind, name, version))

    def list(self, kind: str | None = None, name: str | None = None) -> tuple[Definition, ...]:
        """Every definition of that kind and name."""
        return tuple(d for d in self._kept.values() if kind in (None, d.kind) and name in (None, d.name))

    def put(self, definition: Definition) -> None:
        """Insert or replace."""
        self._kept[definition.kind, definition.name, definition.version] = definition
        self._changes += 1

    def set_status(
        self, kind: str, name: str, version: str, status: str, valid_to: date | None = None
    ) -> None:
        """Change the status. Raises NOT_FOUND."""
        found = self._kept.get((kind, name, version))
        if found is None:
            raise DEFINITION_NOT_FOUND(name=f"{kind}/{name}/{version}")
        self.put(dataclasses.replace(found, status=status, valid_to=valid_to or found.valid_to))

    def stamp(self) -> str:
        """The number of changes so far."""
        return str(self._changes)


DEFINITION_NOT_FOUND = error_code(
    "DEFINITION_NOT_FOUND", Kind.NOT_FOUND, zh="没有找到定义 {name}。", en="There is no definition {name}."
)


def edition_order(version: str) -> tuple[int, int, str]:
    """Sort key of ``v1 < v1+chengdu.3 < v2``; editions such as ``2026-01`` sort as text, each before its own ones:
    ``gb16780-2021 < gb16780-2021+own.2 < gb16780-2021+own.10 < gb16780-2028``."""
    match = _EDITION.fullmatch(version)
    if match is not None:
        return int(match[1]), int(match[3] or 0), match[2] or ""
    trunk, local = edition_parts(version)
    return (0, 0, f"{trunk}+{local_number(version):06d}{local}") if local else (0, 0, version)


def local_number(version: str) -> int:
    """The 3 of ``v1+chengdu.3``; 0 for an edition that is nobody's own."""
    number = version.partition("+")[2].rpartition(".")[2]
    return int(number) if number.isascii() and number.isdigit() else 0


def edition_parts(version: str) -> tuple[str, str]:
    """``v1+chengdu.3`` as (``v1``, ``chengdu``); ``v1`` as (``v1``, ``""``)."""
    base, _, local = version.partition("+")
    return base, local.rpartition(".")[0]
