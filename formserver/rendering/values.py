"""What a template handles instead of bare strings: values that remember where in the body they come from.

A ``Leaf`` prints its text and carries its JSON pointer, so that the renderer can prove that what a person stated is
on the paper. A ``Blank`` stands for a leaf that the schema knows and the body lacks. ``Traced`` is the product of a
formatter or of joining texts. Nothing here knows Jinja; nothing here is shared between renders except Blanks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from formserver.rendering.schema_plan import Plan

YES, NO = "是", "否"


class Leaf(str):
    """A text of the body. ``str(leaf)`` is what it prints."""

    __slots__ = ("plan", "pointer")
    plan: Plan
    pointer: str


class Labelled(Leaf):
    """A choice whose code (the string's value, for comparisons) is printed as a title."""

    __slots__ = ("title_text",)
    title_text: str


class WholeNumber(int):
    """An integer of the body."""

    plan: Plan
    pointer: str


class YesNo(int):
    """A boolean of the body; prints 是 or 否."""

    plan: Plan
    pointer: str


class Blank(str):
    """A leaf without content: false, equal to "", and printed as ``shown``.

    ``pen`` marks a place to be filled by hand; formatters then print their ruled form (``　年　月　日``).
    """

    __slots__ = ("pen", "plan", "shown")
    plan: Plan
    pen: bool
    shown: str

    def __new__(cls, plan: Plan, *, pen: bool, shown: str) -> Blank:
        self = super().__new__(cls, "")
        self.plan, self.pen, self.shown = plan, pen, shown
        return self

    def __lt__(self, other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


class Traced(str):
    """Text made from leaves: ``sources`` went into it; ``counts`` says whether they may be called printed by it.

    ``paragraphs`` asks for a new Word paragraph at each line end instead of a line break.
    """

    __slots__ = ("counts", "paragraphs", "sources")
    sources: tuple[Any, ...]
    counts: bool
    paragraphs: bool

    def __new__(
        cls, text: str, sources: Iterable[Any] = (), *, counts: bool = True, paragraphs: bool = False
    ) -> Traced:
        self = super().__new__(cls, text)
        self.sources, self.counts, self.paragraphs = tuple(sources), counts, paragraphs
        return self


class Node(dict[str, Any]):
    """An object of the body: template names to values, blanks included."""

    __slots__ = ("plan", "pointer")
    plan: Plan
    pointer: str


class Rows(list[Any]):
    """An array of the body."""

    __slots__ = ("plan", "pointer")
    plan: Plan
    pointer: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An image to be placed where it is printed; sizes and offsets in millimetres.

    ``floating`` lets it lie over the text (a seal over the date), shifted from the place by ``dx`` and ``dy``.
    """

    name: str
    width_mm: float | None = None
    height_mm: float | None = None
    floating: bool = False
    dx_mm: float = 0
    dy_mm: float = 0


def shown(value: Any) -> str:
    """The text ``value`` prints as. Raises TypeError for what has no text of its own (lists, objects, nothing)."""
    kind = type(value)
    if kind is Leaf or kind is Traced or kind is str:
        return str.__str__(value)
    if kind is Blank:
        return str(value.shown)
    if kind is Labelled:
        return str(value.title_text)
    if kind is YesNo:
        return YES if value else NO
    if kind is bool:
        return YES if value else NO
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return str(value)
    raise TypeError(kind.__name__)


def sources_of(value: Any) -> tuple[Any, ...]:
    """The leaves that went into ``value``; nothing for constants and blanks."""
    kind = type(value)
    if kind is Leaf or kind is Labelled or kind is WholeNumber or kind is YesNo:
        return (value,)
    if kind is Traced:
        return tuple(value.sources)
    if kind is Rows:
        return tuple(source for item in value for source in sources_of(item))
    if kind is Node:
        return tuple(source for item in value.values() for source in sources_of(item))
    return ()


def counts(value: Any) -> bool:
    """Whether printing ``value`` prints its sources whole."""
    return value.counts if type(value) is Traced else True
