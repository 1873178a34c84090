"""Turns the tree of a formula into functions over a scope, once; working a formula out then is a few calls.

Numbers are decimals of fifty digits. Every result stays under 10³⁰ and every whole exponent under 20, so that no data
can make a formula slow; what is beyond is an error and never an infinity.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
    Underflow,
)
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final, TypeAlias

from formserver.calculation.formula_nodes import (
    FORMULA_DIVISION,
    FORMULA_RANGE,
    Call,
    Chain,
    Choose,
    Compare,
    Convert,
    Logic,
    Lookup,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Power,
    Scope,
    Text,
    Truth,
    Value,
    names_in,
)
from formserver.calculation.formula_parsing import MOST_DIGITS
from formserver.calculation.formula_units import UnitReader
from formserver.calculation.rounding import round_to
from formserver.core.errors import AppError

CONTEXT: Final = Context(
    prec=50, Emin=-200, Emax=200, traps=[InvalidOperation, DivisionByZero, Overflow, Underflow]
)
_DIGITS: Final = 30
"""Before the point, at most."""
_KEPT: Final = 256
_SIGNS: Final = {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "!=": ne}

_Any: TypeAlias = Callable[[Scope], Value]
_Number: TypeAlias = Callable[[Scope], Decimal]
_Truth: TypeAlias = Callable[[Scope], bool]


class Compiler:
    """Makes the functions of one formula. They are to be called within :data:`CONTEXT`."""

    def __init__(self, text: str) -> None:
        self._text = text

    def any(self, node: Node) -> _Any:
        """A function for a value of whatever sort."""
        match node:
            case Text(value=text):
                return lambda _scope: text
            case Truth() | Compare() | Logic() | Not():
                return self.truth(node)
            case Name(name=name):
                return lambda scope: scope.value(name)
            case Choose(condition=condition, yes=yes, no=no):
                asked, first, second = self.truth(condition), self.any(yes), self.any(no)
                return lambda scope: first(scope) if asked(scope) else second(scope)
        return self.number(node)

    def truth(self, node: Node) -> _Truth:
        """A function for a condition."""
        match node:
            case Truth(value=known):
                return lambda _scope: known
            case Compare():
                return self._compare(node)
            case Logic(word=word, parts=parts):
                asked = [self.truth(part) for part in parts]
                if word == "and":
                    return lambda scope: all(one(scope) for one in asked)
                return lambda scope: any(one(scope) for one in asked)
            case Not(of=of):
                turned = self.truth(of)
                return lambda scope: not turned(scope)
        given = self.any(node)

        def checked(scope: Scope) -> bool:
            found = given(scope)
            if found is True or found is False:
                return found
            raise self._wrong(node, "不是条件")

        return checked

    def number(self, node: Node) -> _Number:
        """A function for a number, finite and below the bound."""
        match node:
            case Number(value=value):
                return lambda _scope: value
            case Negative(of=of):
                turned = self.number(of)
                return lambda scope: -turned(scope)
            case Chain():
                return self._sum(node) if node.is_sum else self._product(node)
            case Power():
                return self._power(node)
            case Call():
                return self._call(node)
            case Convert():
                return self._convert(node)
            case Lookup(table=table, at=at):
                asked = self.any(at)
                return self._checked(node, lambda scope: scope.lookup(table, asked(scope)))
        return self._checked(node, self.any(node))

    # -- arithmetic -----------------------------------------------------------------------------------------------

    def _sum(self, node: Chain) -> _Number:
        first = self.number(node.first)
        rest = [(sign == "+", self.number(part)) for sign, part in node.rest]

        def run(scope: Scope) -> Decimal:
            found = first(scope)
            for plus, part in rest:
                found = found + part(scope) if plus else found - part(scope)
            return found if found.adjusted() < _DIGITS else self._refuse(node)

        return run

    def _product(self, node: Chain) -> _Number:
        first = self.number(node.first)
        rest = [(sign == "*", self.number(part), part) for sign, part in node.rest]

        def run(scope: Scope) -> Decimal:
            found = first(scope)
            for times, part, of in rest:
                other = part(scope)
                if times:
                    found = found * other
                elif other:
                    found = found / other
                else:
                    raise FORMULA_DIVISION(divisor=self.quoted(of), names=sorted(names_in(of)[0]))
                if found.adjusted() >= _DIGITS:
                    self._refuse(node)
            return found

        return run

    def _power(self, node: Power) -> _Number:
        base_of, exponent_of = self.number(node.base), self.number(node.exponent)

        def run(scope: Scope) -> Decimal:
            base, exponent = base_of(scope), exponent_of(scope)
            if abs(exponent) > MOST_DIGITS:
                raise self._wrong(node.exponent, f"作为幂次太大，最大 {MOST_DIGITS}")
            if not base and exponent <= 0:
                if exponent == 0:
                    raise self._wrong(node, "是 0 的 0 次幂，没有意义")
                raise FORMULA_DIVISION(divisor=self.quoted(node.base), names=sorted(names_in(node.base)[0]))
            if base < 0 and exponent != exponent.to_integral_value():
                raise self._wrong(node, "是负数的分数次幂，没有意义")
            found = base.sqrt() if exponent == _HALF else base**exponent
            return found if found.adjusted() < _DIGITS else self._refuse(node)

        return run

    def _call(self, node: Call) -> _Number:
        parts = [self.number(part) for part in node.parts]
        first = parts[0]
        if node.function in ("min", "max"):
            chosen: Callable[[Any], Decimal] = min if node.function == "min" else max
            return lambda scope: chosen(part(scope) for part in parts)
        if node.function == "abs":
            return lambda scope: abs(first(scope))
        if node.function == "round":
            digits = node.digits
            return lambda scope: round_to(first(scope), digits)
        if node.function in ("ceil", "floor"):
            way = ROUND_CEILING if node.function == "ceil" else ROUND_FLOOR
            return lambda scope: first(scope).to_integral_value(way)

        def root(scope: Scope) -> Decimal:
            value = first(scope)
            if value < 0:
                raise self._wrong(node.parts[0], "是负数，不能开平方")
            return value.sqrt()

        return root

    def _convert(self, node: Convert) -> _Number:
        given, ratio = self.number(node.of), self.ratio(node)

        def run(scope: Scope) -> Decimal:
            up, down = ratio(scope)
            found = given(scope) * up / down
            return found if found.adjusted() < _DIGITS else self._refuse(node)

        return run

    def ratio(self, node: Convert) -> Callable[[Scope], tuple[Decimal, Decimal]]:
        """How a conversion multiplies and divides, given the units of the scope (they differ between products)."""
        names, tables = (sorted(found) for found in names_in(node.of))
        known: dict[Any, tuple[Decimal, Decimal]] = {}

        def run(scope: Scope) -> tuple[Decimal, Decimal]:
            key = (*(scope.unit(name) for name in names), *(scope.table_units(table) for table in tables))
            found = known.get(key)
            if found is None:
                reader = UnitReader(self._text, scope, conditions=False)
                reader.of(node)
                exact: Fraction = reader.number(node.of).scale / node.unit.scale
                found = Decimal(exact.numerator), Decimal(exact.denominator)
                if len(known) < _KEPT:
                    known[key] = found
            return found

        return run

    # -- conditions -----------------------------------------------------------------------------------------------

    def _compare(self, node: Compare) -> _Truth:
        left, right, holds = self.any(node.left), self.any(node.right), _SIGNS[node.sign]
        ordered = node.sign not in ("=", "!=")

        def run(scope: Scope) -> bool:
            one, other = left(scope), right(scope)
            if type(one) is not type(other) or (ordered and type(one) is not Decimal):
                raise self._wrong(node, "两边不是同一类数据，不能比较")
            if type(one) is Decimal and not (one.is_finite() and other.is_finite()):  # type: ignore[union-attr]
                self._refuse(node)
            found: bool = holds(one, other)
            return found

        return run

    # -- faults ---------------------------------------------------------------------------------------------------

    def _checked(self, node: Node, given: _Any) -> _Number:
        def run(scope: Scope) -> Decimal:
            found = given(scope)
            if type(found) is not Decimal:
                raise self._wrong(node, "不是数")
            if not found.is_finite() or found.adjusted() >= _DIGITS:
                self._refuse(node)
            return found

        return run

    def _refuse(self, node: Node) -> Decimal:
        raise self._wrong(node, f"太大，超过 {_DIGITS} 位数")

    def _wrong(self, node: Node, reason: str) -> AppError:
        return FORMULA_RANGE(part=self.quoted(node), reason=reason)

    def quoted(self, node: Node) -> str:
        """A part of the formula as it was written, shortened."""
        text = self._text[node.start : node.end]
        return text if len(text) <= 80 else text[:80] + "…"


_HALF: Final = Decimal("0.5")
