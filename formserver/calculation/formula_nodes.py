"""What a formula is made of, and what it asks the calculation around it for.

A tree of these nodes is all a formula can be: numbers, names, texts, arithmetic, comparisons and ten functions. There
is no node for an attribute, an index, an assignment or a loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeAlias

from formserver.calculation.units import Unit
from formserver.core.errors import Kind, error_code

Value: TypeAlias = Decimal | bool | str

FORMULA_FAULTY = error_code(
    "FORMULA_FAULTY",
    Kind.INVALID,
    zh="计算式第 {column} 个字符处有误：{reason}。",
    en="The formula is faulty at character {column}: {reason}",
)
FORMULA_UNITS = error_code(
    "FORMULA_UNITS",
    Kind.INVALID,
    zh="计算式第 {column} 个字符处单位不一致：{reason}。",
    en="The units of the formula do not agree at character {column}: {reason}",
)
FORMULA_DIVISION = error_code(
    "FORMULA_DIVISION",
    Kind.INVALID,
    zh="计算式中的除数“{divisor}”等于 0，请核对数据。",
    en="The divisor “{divisor}” of the formula is 0; check the data.",
)
FORMULA_RANGE = error_code(
    "FORMULA_RANGE",
    Kind.INVALID,
    zh="计算式中“{part}”{reason}，请核对数据和单位。",
    en="“{part}” of the formula: {reason}; check the data and the units.",
)


class Sort(StrEnum):
    """What a name is where it is no number."""

    BOOLEAN = "boolean"
    TEXT = "text"


class Units(Protocol):
    """Tells the unit of every name; numbers without unit have "" or "1"."""

    def unit(self, name: str) -> Unit | Sort | str:
        """The unit of ``name`` (as :class:`Unit` or written), or the sort of a boolean or choice."""
        ...

    def table_units(self, table: str) -> tuple[Unit | Sort | str, Unit | str]:
        """What a table is asked with and what it answers in."""
        ...


class Scope(Units, Protocol):
    """Where a formula finds its values. Whatever these methods raise reaches the caller of ``evaluate``."""

    def value(self, name: str) -> Value:
        """The value of ``name``; raises for a missing or unknown one."""
        ...

    def lookup(self, table: str, at: Value) -> Decimal:
        """The value of ``table`` at ``at``; raises outside the table."""
        ...


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula; ``start`` and ``end`` say where it stands in the text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A literal."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name(Node):
    """An input, a constant, a step or a built-in."""

    name: str


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A literal text, to be compared with a choice."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-x``."""

    of: Node


@dataclass(frozen=True, slots=True)
class Chain(Node):
    """A sum (+ -) or a product (* /), worked out from left to right; flat, so that a long one is not a deep one."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    @property
    def is_sum(self) -> bool:
        """Whether it is a sum."""
        return self.rest[0][0] in "+-"


@dataclass(frozen=True, slots=True)
class Power(Node):
    """``base ^ exponent``."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """``left sign right`` with < <= > >= = or !=."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` or ``or`` of several; later ones are not looked at once it is decided."""

    word: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """``not x``."""

    of: Node


@dataclass(frozen=True, slots=True)
class Choose(Node):
    """``if(condition, yes, no)``; the branch not taken is not looked at."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """min, max, abs, sqrt, ceil, floor, or round with ``digits``."""

    function: str
    parts: tuple[Node, ...]
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Lookup(Node):
    """``lookup(table, at)``."""

    table: str
    at: Node


@dataclass(frozen=True, slots=True)
class Convert(Node):
    """``to(of, 'unit')``."""

    of: Node
    unit: Unit
    written: str


def parts_of(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node."""
    match node:
        case Chain(first=first, rest=rest):
            return (first, *(one for _, one in rest))
        case Negative(of=of) | Not(of=of) | Convert(of=of):
            return (of,)
        case Power(base=one, exponent=other) | Compare(left=one, right=other):
            return (one, other)
        case Logic(parts=parts) | Call(parts=parts):
            return parts
        case Choose(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case Lookup(at=at):
            return (at,)
    return ()


def names_in(node: Node) -> tuple[frozenset[str], frozenset[str]]:
    """The names and the tables a formula uses, in whatever branch."""
    names: set[str] = set()
    tables: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name):
            names.add(one.name)
        elif isinstance(one, Lookup):
            tables.add(one.table)
        waiting.extend(parts_of(one))
    return frozenset(names), frozenset(tables)


def texts_in(node: Node) -> tuple[frozenset[tuple[str, str]], frozenset[tuple[str, str]]]:
    """(name, text) of every comparison of a name with a text, and (table, name) of every table asked with a name."""
    compared: set[tuple[str, str]] = set()
    asked: set[tuple[str, str]] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Compare):
            for first, second in ((one.left, one.right), (one.right, one.left)):
                if isinstance(first, Name) and isinstance(second, Text):
                    compared.add((first.name, second.value))
        elif isinstance(one, Lookup) and isinstance(one.at, Name):
            asked.add((one.table, one.at.name))
        waiting.extend(parts_of(one))
    return frozenset(compared), frozenset(asked)


def lookups_in(node: Node) -> dict[str, str]:
    """Every table asked for in a tree → the name it is asked with; "" where that is more than a name."""
    found: dict[str, str] = {}
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Lookup):
            found[one.table] = one.at.name if isinstance(one.at, Name) else ""
        waiting.extend(parts_of(one))
    return found
