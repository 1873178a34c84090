"""Reads formulas: a tokenizer and an operator-precedence parser with fixed bounds. Nothing is ever run by Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from formserver.calculation.formula_nodes import (
    FORMULA_FAULTY,
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
    Text,
    Truth,
)
from formserver.calculation.units import UNIT_UNKNOWN, unit
from formserver.core.errors import AppError

LONGEST: Final = 1000
MOST_NODES: Final = 400
DEEPEST: Final = 32
MOST_DIGITS: Final = 20
"""Of round(); also the highest whole exponent."""

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]{1,30}(?:\.[0-9]{1,30})?)|(?P<name>[A-Za-z][A-Za-z0-9_]{0,59})"
    r"|(?P<text>'[^'\x00-\x1f]{0,60}')|(?P<sign><=|>=|!=|[-+*/^<>=(),])",
    re.ASCII,
)
_WORDS: Final = frozenset({"and", "or", "not", "true", "false"})
_NUMBERS: Final[dict[str, tuple[int, int]]] = {
    "min": (2, 20),
    "max": (2, 20),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "ceil": (1, 1),
    "floor": (1, 1),
}
FUNCTIONS: Final = ("if", *_NUMBERS, "round", "lookup", "to")
RESERVED: Final = _WORDS | frozenset(FUNCTIONS)
"""Words no input, constant, step or table may be called."""
_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _NEGATIVE, _POWER = range(1, 9)
_BINDS: Final = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "=", "!="), _COMPARE),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/", _PRODUCT),
    "^": _POWER,
}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse_tree(text: str) -> Node:
    """The tree of a formula. Raises FORMULA_FAULTY, which says where and why."""
    if len(text) > LONGEST:
        raise FORMULA_FAULTY(column=LONGEST + 1, reason=f"计算式太长，最多 {LONGEST} 个字符")
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._nodes = 0
        self._depth = 0

    def whole(self) -> Node:
        found = self._expression(0)
        if self._now.kind != "end":
            raise self._wrong(f"多出了“{self._now.text}”，前面可能少了运算符或括号")
        return found

    # -- operators ------------------------------------------------------------------------------------------------

    def _expression(self, floor: int) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._wrong(f"嵌套太深，最多 {DEEPEST} 层")
        left = self._first()
        while (binds := _BINDS.get(self._now.text, 0) if self._now.kind in ("sign", "name") else 0) > floor:
            left = self._joined(left, binds)
        self._depth -= 1
        return left

    def _joined(self, left: Node, binds: int) -> Node:
        sign = self._next().text
        if binds == _POWER:
            right = self._expression(_NEGATIVE - 1)  # 2^3^2 is 2^(3^2), and 2^-1 may be written
            return self._made(Power(left.start, right.end, left, right))
        right = self._expression(binds)
        if binds == _COMPARE:
            if self._now.kind == "sign" and _BINDS.get(self._now.text) == _COMPARE:
                raise self._wrong("比较不能连写，请用 and 连接")
            return self._made(Compare(left.start, right.end, sign, left, right))
        if binds in (_OR, _AND):
            return self._both(sign, left, right, binds)
        rest = [(sign, right)]
        while self._now.kind == "sign" and _BINDS.get(self._now.text) == binds:
            sign = self._next().text
            rest.append((sign, self._expression(binds)))
            self._made(right)
        return self._made(Chain(left.start, rest[-1][1].end, left, tuple(rest)))

    def _both(self, word: str, left: Node, right: Node, binds: int) -> Node:
        parts = [left, right]
        while self._now.kind == "name" and self._now.text == word:
            self._next()
            parts.append(self._expression(binds))
            self._made(right)
        return self._made(Logic(left.start, parts[-1].end, word, tuple(parts)))

    def _first(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return self._made(Number(token.start, token.end, Decimal(token.text)))
        if token.kind == "text":
            return self._made(Text(token.start, token.end, token.text[1:-1]))
        if token.kind == "name":
            return self._word(token)
        if token.text == "(":
            inner = self._expression(0)
            end = self._expect(")").end
            # the place of what stands in parentheses includes them, so that a message quotes it whole
            return replace(inner, start=token.start, end=end)
        if token.text == "-":
            of = self._expression(_NEGATIVE)
            return self._made(Negative(token.start, of.end, of))
        self._at = max(0, self._at - 1)
        raise self._wrong("没有写完" if token.kind == "end" else f"这里不能是“{token.text}”")

    # -- words ----------------------------------------------------------------------------------------------------

    def _word(self, token: _Token) -> Node:
        word = token.text
        if word in ("true", "false"):
            return self._made(Truth(token.start, token.end, word == "true"))
        if word == "not":
            of = self._expression(_NOT)
            return self._made(Not(token.start, of.end, of))
        called = self._now.kind == "sign" and self._now.text == "("
        if word in FUNCTIONS and called:
            self._next()
            found = self._function(token)
            return self._made(replace(found, end=self._expect(")").end))
        if word in RESERVED:
            self._at -= 1
            raise self._wrong(f"“{word}”是保留字，这里不能用")
        if called:
            raise self._wrong(f"没有“{word}”这个函数，可以用的有：{'、'.join(FUNCTIONS)}")
        return self._made(Name(token.start, token.end, word))

    def _function(self, token: _Token) -> Node:
        special: dict[str, Callable[[_Token], Node]] = {
            "if": self._choose,
            "round": self._round,
            "lookup": self._lookup,
            "to": self._convert,
        }
        if token.text in special:
            return special[token.text](token)
        least, most = _NUMBERS[token.text]
        parts = [self._expression(0)]
        while self._now.text == "," and self._now.kind == "sign":
            self._next()
            parts.append(self._expression(0))
        if not least <= len(parts) <= most:
            wanted = f"{least} 个" if least == most else f"{least} 至 {most} 个"
            raise self._wrong(f"{token.text} 要有 {wanted}参数，现在是 {len(parts)} 个")
        return Call(token.start, token.end, token.text, tuple(parts))

    def _choose(self, token: _Token) -> Node:
        condition = self._expression(0)
        self._expect(",")
        yes = self._expression(0)
        self._expect(",")
        return Choose(token.start, token.end, condition, yes, self._expression(0))

    def _round(self, token: _Token) -> Node:
        of = self._expression(0)
        self._expect(",")
        minus = self._now.kind == "sign" and self._now.text == "-"
        if minus:
            self._next()
        digits = self._next()
        if digits.kind != "number" or not digits.text.isdigit() or int(digits.text) > MOST_DIGITS:
            self._at -= 1
            raise self._wrong(f"round 的位数要写整数，-{MOST_DIGITS} 至 {MOST_DIGITS}")
        return Call(token.start, token.end, "round", (of,), -int(digits.text) if minus else int(digits.text))

    def _lookup(self, token: _Token) -> Node:
        table = self._next()
        if table.kind != "name" or table.text in RESERVED:
            self._at -= 1
            raise self._wrong("lookup 的第一个参数要写表的名称")
        self._expect(",")
        return Lookup(token.start, token.end, table.text, self._expression(0))

    def _convert(self, token: _Token) -> Node:
        of = self._expression(0)
        self._expect(",")
        wanted = self._next()
        if wanted.kind != "text":
            self._at -= 1
            raise self._wrong("to 的第二个参数要写带引号的单位，例如 'kg'")
        written = wanted.text[1:-1]
        try:
            return Convert(token.start, token.end, of, unit(written), written)
        except AppError as error:
            if error.code != UNIT_UNKNOWN:
                raise
            self._at -= 1
            raise self._wrong(error.message().rstrip("。")) from error

    # -- tokens ---------------------------------------------------------------------------------------------------

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _expect(self, sign: str) -> _Token:
        if self._now.kind != "sign" or self._now.text != sign:
            raise self._wrong(f"这里应该是“{sign}”")
        return self._next()

    def _made(self, node: Node) -> Node:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise self._wrong(f"计算式太复杂，最多 {MOST_NODES} 项")
        return node

    def _wrong(self, reason: str) -> AppError:
        return FORMULA_FAULTY(column=self._now.start + 1, reason=reason)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FORMULA_FAULTY(column=position + 1, reason=_strange(text[position]))
        kind = match.lastgroup or ""
        if kind != "space":
            if (
                found
                and found[-1].end == position
                and found[-1].kind == "number"
                and kind in ("number", "name")
            ):
                raise FORMULA_FAULTY(column=position + 1, reason="数字写得不对，位数太多或少了运算符")
            found.append(_Token(kind, match[0], position, match.end()))
        position = match.end()
    found.append(_Token("end", "", len(text), len(text)))
    return found


def _strange(character: str) -> str:
    if character == "'":
        return "引号不成对，或引号里的文字太长"
    if not character.isprintable():
        return "有看不见的控制字符"
    return f"不能用“{character}”，名称只用英文字母、数字和下划线，符号用半角"
