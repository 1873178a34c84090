"""Formulas as a calculation sheet shows them: with the titles of the names, or with the numbers that were put in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from formserver.calculation.formula_nodes import (
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
)
from formserver.calculation.formula_values import CONTEXT, Compiler

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATIVE, _POWER, _ATOM = range(9)
_SIGNS: Final = {
    "*": "×",
    "/": "÷",
    "+": "+",
    "-": "−",
    "<=": "≤",
    ">=": "≥",
    "!=": "≠",
    "<": "<",
    ">": ">",
    "=": "=",
}
_CALLED: Final = {"min": "最小值", "max": "最大值", "ceil": "向上取整", "floor": "向下取整", "sqrt": "√"}
_SUPERSCRIPTS: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MOST_DIGITS: Final = 12

_Part = tuple[str, int]


def plain_number(value: Decimal) -> str:
    """A number for people: no exponent, at most twelve significant digits, an ellipsis where more follow."""
    if len(value.as_tuple().digits) > _MOST_DIGITS:
        shorter = value.normalize(CONTEXT)
        places = shorter.as_tuple().exponent
        if len(shorter.as_tuple().digits) > _MOST_DIGITS and isinstance(places, int) and places < 0:
            kept = max(0, _MOST_DIGITS - 1 - max(shorter.adjusted(), -20))
            return f"{shorter:.{kept}f}".rstrip("0").rstrip(".") + "…"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Words:
    """Writes a formula; its functions say what stands for names, tables, conversions and choices."""

    name: Callable[[str], _Part]
    lookup: Callable[[Lookup], _Part]
    convert: Callable[[Convert], _Part]
    choose: Callable[[Choose], _Part]

    def part(self, node: Node) -> _Part:
        """The text of a part and how tightly it binds."""
        match node:
            case Number(value=value):
                return plain_number(value), _ATOM
            case Text(value=text):
                return f"“{text}”", _ATOM
            case Truth(value=known):
                return ("是" if known else "否"), _ATOM
            case Name(name=name):
                return self.name(name)
            case Lookup():
                return self.lookup(node)
            case Convert():
                return self.convert(node)
            case Choose():
                return self.choose(node)
            case Negative(of=of):
                return "−" + self.within(of, _NEGATIVE), _NEGATIVE
            case Chain():
                return self._chain(node)
            case Power():
                return self._power(node)
            case Call():
                return self._call(node)
            case Compare(sign=sign, left=left, right=right):
                text = f"{self.within(left, _COMPARE)} {_SIGNS[sign]} {self.within(right, _COMPARE)}"
                return text, _COMPARE
            case Not(of=of):
                return "非 " + self.within(of, _NOT), _NOT
            case Logic(word=word, parts=parts):
                own = _AND if word == "and" else _OR
                return (" 且 " if word == "and" else " 或 ").join(self.within(one, own) for one in parts), own
        raise AssertionError(node)

    def within(self, node: Node, binding: int) -> str:
        """A part inside one that binds like ``binding``: in parentheses unless it binds tighter."""
        text, own = self.part(node)
        return text if own > binding else f"({text})"

    def _chain(self, node: Chain) -> _Part:
        own = _SUM if node.is_sum else _PRODUCT
        # a conversion is itself written as a product, and products are read from left to right
        text = self.within(node.first, own - 1 if isinstance(node.first, Convert) else own)
        for sign, one in node.rest:
            text += f" {_SIGNS[sign]} {self.within(one, own)}"
        return text, own

    def _power(self, node: Power) -> _Part:
        base = self.within(node.base, _POWER)
        exponent = node.exponent
        if isinstance(exponent, Number) and exponent.value == exponent.value.to_integral_value():
            return base + plain_number(exponent.value).translate(_SUPERSCRIPTS), _POWER
        return f"{base}^{self.within(exponent, _POWER)}", _POWER

    def _call(self, node: Call) -> _Part:
        inner = "，".join(self.part(one)[0] for one in node.parts)
        if node.function == "abs":
            return f"|{inner}|", _ATOM
        if node.function == "round":
            return f"修约({inner}，{node.digits} 位)", _ATOM
        return f"{_CALLED[node.function]}({inner})", _ATOM


def in_words(node: Node, title: Callable[[str], str]) -> str:
    """A formula with titles for names; ``title`` is asked for tables, too."""

    def choose(one: Choose) -> _Part:
        yes, no = words.part(one.yes)[0], words.part(one.no)[0]
        return f"〔若 {words.part(one.condition)[0]}：{yes}；否则：{no}〕", _ATOM

    words = Words(
        name=lambda name: (title(name), _ATOM),
        lookup=lambda one: (f"查表({title(one.table)}，{words.part(one.at)[0]})", _ATOM),
        convert=lambda one: (words.within(one.of, _POWER) + f"[{one.unit}]", _ATOM),
        choose=choose,
    )
    return words.part(node)[0]


def in_numbers(node: Node, compiler: Compiler, scope: Scope, shown: Callable[[Decimal], str]) -> str:
    """A formula with the numbers put in; of an if() only the branch taken. To be called within CONTEXT."""

    def valued(value: Value) -> _Part:
        if isinstance(value, bool):
            return ("是" if value else "否"), _ATOM
        if isinstance(value, str):
            return f"“{value}”", _ATOM
        text = shown(value)
        return (text.replace("-", "−", 1), _SUM) if text.startswith("-") else (text, _ATOM)

    def convert(one: Convert) -> _Part:
        up, down = compiler.ratio(one)(scope)
        if up == down:
            return words.part(one.of)
        text = words.within(one.of, _PRODUCT - 1)
        text += f" × {plain_number(up)}" if up != 1 else ""
        return text + (f" ÷ {plain_number(down)}" if down != 1 else ""), _PRODUCT

    words = Words(
        name=lambda name: valued(scope.value(name)),
        lookup=lambda one: valued(compiler.number(one)(scope)),
        convert=convert,
        choose=lambda one: words.part(one.yes if compiler.truth(one.condition)(scope) else one.no),
    )
    return words.part(node)[0]
