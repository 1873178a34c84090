"""What a page needs to draw a section: plain view models, filled by :mod:`formserver.web.forms.drawing`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from markupsafe import Markup
from wtforms.form import BaseForm

from formserver.core.definitions.fields import Field
from formserver.core.errors import Problem, Severity
from formserver.web.forms.controls import LeafControl
from formserver.web.forms.texts import ABSENT, shown


@dataclass(slots=True)
class Messages:
    """What is said beside a place."""

    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Sort by severity; the same sentence is said once."""
        target = {
            Severity.ERROR: self.errors,
            Severity.WARNING: self.warnings,
            Severity.HINT: self.hints,
        }[problem.severity]
        if problem.message not in target:
            target.append(problem.message)


NOTHING_SAID: Final = Messages()
"""Shared by all places without messages; whoever has something to say makes one of its own."""


@dataclass(slots=True, kw_only=True)
class NodeView:
    """What every part of a form has. ``name`` is the keyed pointer, ``show_when`` the condition as JSON text."""

    leaf: Field
    name: str
    title: str
    help: str = ""
    required: bool = False
    stage: str = ""
    hidden: bool = False
    show_when: str = ""
    required_when: str = ""
    messages: Messages = field(default_factory=Messages)

    @property
    def kind(self) -> str:
        """``field``, ``group`` or ``rows``: which macro draws it."""
        return "field"


@dataclass(slots=True, kw_only=True)
class FieldView(NodeView):
    """A leaf. ``width`` is short, medium, long or full; ``unit`` stands at the right edge; ``origin`` says 来自….

    ``pick`` names the register that pickers.js looks up while somebody types, ``source`` which fact of the chosen
    record belongs here.
    """

    form: BaseForm
    value: Any = ABSENT
    raw: str | None = None
    today: date | None = None
    width: str = "full"
    unit: str = ""
    origin: str = ""
    readonly: bool = False
    source: str = ""
    pick: str = ""
    is_set: bool = False
    made: LeafControl | None = None

    @property
    def control(self) -> LeafControl:
        """The control, made when it is asked for: most cells of a large table are drawn without."""
        if self.made is None:
            self.made = LeafControl(
                name=self.name,
                leaf=self.leaf,
                value=self.value,
                raw=self.raw,
                today=self.today,
                compact=self.leaf.list_depth > 0,
                _form=self.form,
                _meta=self.form.meta,
            )
        return self.made

    @property
    def is_choice_set(self) -> bool:
        """Several controls under one legend instead of one label."""
        leaf = self.leaf
        return (leaf.widget == "radio" and not leaf.list_depth) or (
            leaf.kind == "list" and leaf.widget == "checklist"
        )

    @property
    def is_tick(self) -> bool:
        """One box with its label behind it."""
        return self.leaf.kind == "boolean" and self.leaf.widget not in ("radio", "select")

    @property
    def text(self) -> str:
        """The value as text, for reading views and printing."""
        return shown(self.leaf, self.value, self.raw)

    def draw(self) -> Markup:
        """The control with its descriptions wired."""
        attributes: dict[str, Any] = {}
        described = [f"{self.name}-{part}" for part in self.described_by]
        if described:
            attributes["aria-describedby"] = " ".join(described)
        if self.messages.errors:
            attributes["aria-invalid"] = "true"
        if self.pick:
            attributes["data-pick"] = self.pick
        return self.control(**attributes)

    @property
    def described_by(self) -> list[str]:
        """The parts below the control that a screen reader should read."""
        found = ["help"] if self.help else []
        found += ["error"] if self.messages.errors else []
        found += ["warning"] if self.messages.warnings else []
        return found + (["hint"] if self.messages.hints else [])


@dataclass(slots=True, kw_only=True)
class GroupView(NodeView):
    """An object: its fields under one legend."""

    children: list[NodeView]

    @property
    def kind(self) -> str:
        """Which macro draws it."""
        return "group"


@dataclass(slots=True, kw_only=True)
class RowView:
    """One row: ``key`` names it for good, ``number`` is its place as people count.

    ``data`` is the row as the body holds it; ``made`` says where a row that the server fills came from, ``left`` where
    one came from that a person took over (``core.computing``).
    """

    key: str
    name: str
    number: int
    title: str
    cells: list[NodeView]
    messages: Messages = field(default_factory=Messages)
    data: Mapping[str, Any] = field(default_factory=dict)
    made: str = ""
    left: str = ""


@dataclass(slots=True, kw_only=True)
class RowsView(NodeView):
    """A list of rows, or one page of it. ``layout`` is ``table`` or ``cards``; ``picker`` names a row source.

    ``hidden_keys`` are keys of the rows that no control shows: a browser cannot copy them. ``body`` is the whole body,
    for the lists that a slice draws; ``live`` are the keys of the rows whose results alone are wanted: somebody is typing.
    """

    rows: list[RowView]
    columns: list[NodeView]
    total: int
    page: int
    pages: int
    page_size: int
    row_title: str
    layout: str
    picker: str = ""
    origin: str = ""
    hidden_keys: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    live: frozenset[str] | None = None

    @property
    def kind(self) -> str:
        """Which macro draws it."""
        return "rows"

    @property
    def readonly(self) -> bool:
        """Whether all of it is the server's own."""
        return self.leaf.widget == "readonly"


SECTION_MARKS: Final = {"errors": "!", "complete": "✓", "partial": "●", "unsettled": "◐", "empty": "○"}
"""The mark of a section by its state; ``unsettled``: all is stated, a result does not stand yet."""


@dataclass(slots=True, kw_only=True)
class SectionView:
    """A part of the form. ``state`` is one of :data:`SECTION_MARKS`."""

    key: str
    title: str
    help: str
    hidden: bool
    show_when: str
    nodes: list[NodeView]
    state: str
    error_count: int

    @property
    def mark(self) -> str:
        """The mark in the list of sections."""
        return SECTION_MARKS[self.state]
