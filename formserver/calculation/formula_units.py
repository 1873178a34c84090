"""Which unit a formula has. Strict: t and kg do not add up, kgce/kg is not kgce/t; ``to(x, 'kg')`` converts.

Two things are forgiven, because they cannot be meant otherwise: a bare number compared with a quantity has its unit
(``altitude_m > 1500``), and a bare 0 has whatever unit it meets (``if(has_heat, e_heat, 0)``).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from formserver.calculation.formula_nodes import (
    FORMULA_UNITS,
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
    Sort,
    Text,
    Truth,
    Units,
)
from formserver.calculation.units import ONE, Unit, unit
from formserver.core.errors import AppError

Typed: TypeAlias = Unit | Sort
_SORTS = {Sort.BOOLEAN: "是否", Sort.TEXT: "文字"}


@dataclass(frozen=True, slots=True)
class UnitReader:
    """Works out units. With ``conditions`` False the conditions of if() are not looked into: a value is wanted."""

    text: str
    units: Units
    conditions: bool = True

    def of(self, node: Node) -> Typed:
        """The unit or sort of a part. Raises FORMULA_UNITS, UNIT_UNKNOWN and what ``units`` raises."""
        match node:
            case Number():
                return ONE
            case Name(name=name):
                return typed(self.units.unit(name))
            case Text():
                return Sort.TEXT
            case Truth():
                return Sort.BOOLEAN
            case Negative(of=of):
                return self.number(of)
            case Chain():
                return self._sum(node) if node.is_sum else self._product(node)
            case Power():
                return self._power(node)
            case Compare() | Logic() | Not():
                return self._condition(node)
            case Choose(condition=condition, yes=yes, no=no):
                if self.conditions:
                    self._truth(condition)
                return self._same(node, (yes, no), "if 的两个结果")
            case Call():
                return self._call(node)
            case Lookup():
                return self._lookup(node)
            case Convert(of=of, unit=wanted, written=written):
                given = self.number(of)
                if given.dimension != wanted.dimension:
                    raise self._wrong(node, f"{self._quoted(of)}{_shown(given)}，不能换算成 {written}")
                return wanted
        raise AssertionError(node)

    def number(self, node: Node) -> Unit:
        """The unit of a part that must be a number."""
        found = self.of(node)
        if isinstance(found, Sort):
            raise self._wrong(node, f"{self._quoted(node)}{_shown(found)}，不是数")
        return found

    def _truth(self, node: Node) -> None:
        if self.of(node) is not Sort.BOOLEAN:
            raise self._wrong(node, f"{self._quoted(node)}不是条件，条件要能回答是或否")

    def _sum(self, node: Chain) -> Unit:
        found = self._same(node, (node.first, *(one for _, one in node.rest)), "相加减的各项")
        if isinstance(found, Sort):
            raise self._wrong(node, "文字和条件不能相加减")
        return found

    def _product(self, node: Chain) -> Unit:
        found = self.number(node.first)
        for sign, part in node.rest:
            found = found * self.number(part) if sign == "*" else found / self.number(part)
        return found

    def _power(self, node: Power) -> Unit:
        base = self.number(node.base)
        if not self.number(node.exponent).plain:
            raise self._wrong(node.exponent, "幂次不能带单位")
        if base.plain:
            return ONE
        exponent = _literal(node.exponent)
        if exponent is None or exponent != exponent.to_integral_value() or abs(exponent) > 9:
            raise self._wrong(node, f"{self._quoted(node.base)}的单位是 {base}，幂次只能写整数，最大 9")
        return base ** int(exponent)

    def _condition(self, node: Compare | Logic | Not) -> Sort:
        if isinstance(node, Not):
            self._truth(node.of)
        elif isinstance(node, Logic):
            for part in node.parts:
                self._truth(part)
        else:
            left, right = self.of(node.left), self.of(node.right)
            sorts = isinstance(left, Sort) or isinstance(right, Sort)
            if sorts and (left != right or node.sign not in ("=", "!=")):
                raise self._wrong(
                    node, f"{self._quoted(node.left)}和{self._quoted(node.right)}不能用 {node.sign} 比较"
                )
            if not sorts and left != right and _literal(node.left) is None and _literal(node.right) is None:
                raise self._differ(node, node.left, left, node.right, right, "比较的两边")
        return Sort.BOOLEAN

    def _call(self, node: Call) -> Unit:
        if node.function == "sqrt":
            given = self.number(node.parts[0])
            found = given.root()
            if found is None:
                raise self._wrong(node, f"{self._quoted(node.parts[0])}的单位是 {given}，不能开平方")
            return found
        same = self._same(node, node.parts, f"{node.function} 的各个参数")
        if isinstance(same, Sort):
            raise self._wrong(node, f"{node.function} 只能用于数")
        return same

    def _lookup(self, node: Lookup) -> Unit:
        asked, answered = self.units.table_units(node.table)
        wanted, given = typed(asked), self.of(node.at)
        if wanted != given and (isinstance(wanted, Sort) or _literal(node.at) is None):
            raise self._wrong(
                node.at, f"查表 {node.table} 的参数{_shown(wanted)}，{self._quoted(node.at)}{_shown(given)}"
            )
        found = typed(answered)
        if isinstance(found, Sort):
            raise self._wrong(node, f"表 {node.table} 查出的不是数")
        return found

    def _same(self, node: Node, parts: tuple[Node, ...], what: str) -> Typed:
        chosen: tuple[Node, Typed] | None = None
        for part in parts:
            found = self.of(part)
            if _literal(part) == 0:
                continue
            if chosen is None:
                chosen = (part, found)
            elif chosen[1] != found:
                raise self._differ(node, chosen[0], chosen[1], part, found, what)
        return ONE if chosen is None else chosen[1]

    def _differ(self, node: Node, one: Node, first: Typed, other: Node, second: Typed, what: str) -> AppError:
        return self._wrong(
            node,
            f"{what}单位要相同，{self._quoted(one)}{_shown(first)}，{self._quoted(other)}{_shown(second)}，"
            f"可用 to(…, '单位') 换算",
        )

    def _quoted(self, node: Node) -> str:
        text = self.text[node.start : node.end]
        return f"“{text if len(text) <= 60 else text[:60] + '…'}”"

    def _wrong(self, node: Node, reason: str) -> AppError:
        return FORMULA_UNITS(column=node.start + 1, reason=reason)


def typed(given: Unit | Sort | str) -> Typed:
    """What a scope says about a name, as a unit or a sort. Raises UNIT_UNKNOWN."""
    if isinstance(given, (Unit, Sort)):
        return given
    return Sort(given) if given in ("boolean", "text") else unit(given)


def _literal(node: Node) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative) and isinstance(node.of, Number):
        return -node.of.value
    return None


def _shown(found: Typed) -> str:
    if isinstance(found, Sort):
        return f"是{_SORTS[found]}"
    return "没有单位" if found.plain else f"的单位是 {found}"
