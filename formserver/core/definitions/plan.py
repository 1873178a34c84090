"""What checking asks of each field of a document type, worked out once per edition.

A form of two hundred rows has thousands of places, most of which nothing stands against: the steps of a plan carry
ready answers (is it required at this stage? is there anything to check?) so that a walk costs little more than looking.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from formserver.core.definitions.conditions import Test, compiled
from formserver.core.definitions.fields import STAGES, Field
from formserver.core.definitions.formats import SOFT_CHECKS
from formserver.core.definitions.grammar import (
    ILLEGAL,
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_ROWS,
    MAX_TEXT,
    MAX_VALUES,
    form_breach,
)

if TYPE_CHECKING:
    from formserver.core.definitions.document_type import DocumentType

_FORMED: Final = frozenset({"decimal", "date", "date-time"})
_BOUNDS: Final = ("x-minimum", "x-maximum", "x-decimals")


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One field. ``conditional``: it or something below it may be hidden; ``checked``: a value may be wrong.

    ``hideable``: it may be hidden where what is above it is shown, by its condition or with its section.
    """

    field: Field
    key: str
    kind: str
    row_key: bool
    formed: bool
    stage: int
    required: bool
    required_when: Test | None
    show_when: Test | None
    conditional: bool
    hideable: bool
    checked: bool
    inner: tuple[Step, ...]

    def demanded(
        self, stage: int, body: Mapping[str, Any], row: Mapping[str, Any] | None, ctx: Mapping[str, Any]
    ) -> bool:
        """Whether there must be a value at ``stage`` (an index of STAGES); hidden fields are not asked here."""
        if self.stage > stage:
            return False
        if self.required:
            return True
        if self.required_when is not None:
            return self.required_when(body, row, ctx)
        return "x-required-at" in self.field.schema

    def may_be_demanded(self, stage: int) -> bool:
        """Whether :meth:`demanded` can be true at ``stage`` for some body."""
        if self.stage > stage:
            return False
        return self.required or self.required_when is not None or "x-required-at" in self.field.schema


@lru_cache(maxsize=256)
def plan_of(dt: DocumentType) -> tuple[Step, ...]:
    """The steps of the top level, in the order of the form."""
    return _steps(dt, "", "")


def _steps(dt: DocumentType, pattern: str, section: str) -> tuple[Step, ...]:
    return tuple(_step(dt, field, section) for field in dt.children.get(pattern, ()))


def _step(dt: DocumentType, field: Field, section: str) -> Step:
    words = field.schema
    inner = _steps(dt, field.pointer + ("/*" if field.kind == "rows" else ""), field.section)
    show, required = words.get("x-show-when"), words.get("x-required-when")
    return Step(
        field=field,
        key=field.key,
        kind=field.kind,
        row_key=field.is_row_key,
        formed=field.kind in _FORMED,
        stage=STAGES.index(field.stage),
        required=field.required,
        required_when=compiled(required) if required is not None else None,
        show_when=compiled(show) if show is not None else None,
        conditional=show is not None or any(step.conditional for step in inner),
        hideable=show is not None or not section or field.section != section,
        checked="x-must-be" in words
        or (field.kind == "decimal" and any(word in words for word in _BOUNDS))
        or words.get("x-format", "") in SOFT_CHECKS,
        inner=inner,
    )


@lru_cache(maxsize=1024)
def _demanding(dt: DocumentType, stage: int) -> tuple[Step, ...]:
    """The plan without the fields nothing is asked of at ``stage``."""

    def kept(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        made = (dataclasses.replace(step, inner=kept(step.inner)) for step in steps if not step.row_key)
        return tuple(step for step in made if step.inner or step.checked or step.may_be_demanded(stage))

    return kept(plan_of(dt))


def hidden_places(
    dt: DocumentType, body: Mapping[str, Any], ctx: Mapping[str, Any], away: frozenset[str]
) -> frozenset[str]:
    """The places a false condition takes away, with all beneath them; ``away`` are the sections taken away."""
    gone: set[str] = set()

    def enter(steps: tuple[Step, ...], pointer: str, holder: Any, row: Any, above: bool) -> None:
        values = holder if isinstance(holder, dict) else {}
        for step in steps:
            out = above or step.field.section in away
            if not out and not step.conditional:
                continue
            here, value = f"{pointer}/{step.key}", values.get(step.key)
            out = out or (step.show_when is not None and not step.show_when(body, row, ctx))
            if out:
                gone.add(here)
            if step.kind == "object":
                enter(step.inner, here, value, row, out)
            elif step.kind == "rows" and isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        enter(step.inner, f"{here}/{index}", item, item, out)

    enter(plan_of(dt), "", dict(body), None, False)
    return frozenset(gone)


Missing = Callable[[str, Field], None]
Present = Callable[[str, Field, Any, "Mapping[str, Any] | None"], None]


def walk_demands(
    dt: DocumentType,
    body: Mapping[str, Any],
    stage: str,
    hidden: frozenset[str],
    ctx: Mapping[str, Any],
    missing: Missing,
    present: Present,
) -> None:
    """Tell ``missing`` of every demanded place without a value, ``present`` of every value there is a check for.

    Hidden places are passed over, and so are the fields of a group that is absent and not demanded. The order is that
    of the form.
    """
    level = STAGES.index(stage)

    def enter(steps: tuple[Step, ...], pointer: str, holder: Any, row: Mapping[str, Any] | None) -> None:
        values = holder if isinstance(holder, dict) else {}
        for step in steps:
            value = values.get(step.key)
            if hidden and step.hideable and f"{pointer}/{step.key}" in hidden:
                continue
            if step.kind == "object":
                if value is not None or step.demanded(level, body, row, ctx):
                    enter(step.inner, f"{pointer}/{step.key}", value, row)
            elif value is None or value == [] or (isinstance(value, str) and not value.strip()):
                if step.demanded(level, body, row, ctx):
                    missing(f"{pointer}/{step.key}", step.field)
            elif step.checked:
                present(f"{pointer}/{step.key}", step.field, value, row)
            if step.kind == "rows" and isinstance(value, list):
                for index, item in enumerate(value):
                    if isinstance(item, dict):
                        enter(step.inner, f"{pointer}/{step.key}/{index}", item, item)

    enter(_demanding(dt, level), "", dict(body), None)


def is_in_form(dt: DocumentType, body: Any) -> bool:
    """Whether a body is of the grammar and every text in the written form of its field.

    A yes comes quickly; a no is for the checks that explain it.
    """
    texts: list[str] = []
    row_keys: list[str] = []
    count = [MAX_VALUES]
    known = _known_keys(dt)
    return (
        isinstance(body, dict)
        and _plain(body, 0, known, texts, row_keys, count)
        and len(set(row_keys)) == len(row_keys)
        and all(map(len, texts))
        and max(map(len, texts), default=0) <= MAX_TEXT
        and _printable("".join(texts))
        and _forms_hold(_formed(dt), body)
    )


@lru_cache(maxsize=256)
def _known_keys(dt: DocumentType) -> frozenset[str]:
    return frozenset(field.key for field in dt.fields())


def _printable(text: str) -> bool:
    return "\r" not in text and ILLEGAL.search(text) is None


def _plain(
    value: Any, depth: int, known: frozenset[str], texts: list[str], row_keys: list[str], count: list[int]
) -> bool:
    if depth >= MAX_DEPTH:
        return False
    inner = value.values() if type(value) is dict else value
    count[0] -= len(inner)
    if count[0] < 0 or (len(value) > MAX_ROWS if type(value) is list else not value.keys() <= known):
        return False
    for item in inner:
        kind = type(item)
        if kind is str:
            texts.append(item)
        elif kind is dict or kind is list:
            if not _plain(item, depth + 1, known, texts, row_keys, count):
                return False
        elif kind is int:
            if abs(item) > MAX_INTEGER:
                return False
        elif kind is not bool:
            return False
    if type(value) is dict and type(key := value.get("_k")) is str:
        row_keys.append(key)
    return True


@lru_cache(maxsize=256)
def _formed(dt: DocumentType) -> tuple[Step, ...]:
    """The plan with nothing but the fields that have a written form, and the way to them."""

    def kept(steps: tuple[Step, ...]) -> tuple[Step, ...]:
        made = (dataclasses.replace(step, inner=kept(step.inner)) for step in steps)
        return tuple(step for step in made if step.formed or step.row_key or step.inner)

    return kept(plan_of(dt))


def _forms_hold(steps: tuple[Step, ...], holder: dict[str, Any]) -> bool:
    for step in steps:
        value = holder.get(step.key)
        if value is None:
            if step.row_key:
                return False
        elif step.formed:
            if isinstance(value, str) and not _well_formed(step.kind, value):
                return False
        elif isinstance(value, dict):
            if not _forms_hold(step.inner, value):
                return False
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict) and not _forms_hold(step.inner, row):
                    return False
    return True


@lru_cache(maxsize=8192)
def _well_formed(kind: str, value: str) -> bool:
    return form_breach(kind, value) is None
