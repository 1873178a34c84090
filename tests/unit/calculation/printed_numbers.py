"""Works out what a calculation sheet prints: ``(208 × 1000 − 4…) ÷ 15²``. Knows nothing of the formula language."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from math import ceil, floor

_TOKEN = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?…?|最小值|最大值|向上取整|向下取整|√|[⁰¹²³⁴⁵⁶⁷⁸⁹]+|[-+−×÷()|，])"
)
_ROOTS = Context(prec=40)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class Printed:
    """Reads one line from left to right."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ValueError(f"cannot read {text[at:]!r} of {text!r}")
            self.tokens.append(match[1])
            at = match.end()
        self.tokens.append("")

    def value(self) -> Fraction:
        """The number the line comes to."""
        found = self.total()
        if self.tokens[0]:
            raise ValueError(f"left over: {self.tokens}")
        return found

    def take(self) -> str:
        return self.tokens.pop(0)

    def total(self) -> Fraction:
        found = self.product()
        while self.tokens[0] in ("+", "−"):
            found = found + self.product() if self.take() == "+" else found - self.product()
        return found

    def product(self) -> Fraction:
        found = self.signed()
        while self.tokens[0] in ("×", "÷"):
            found = found * self.signed() if self.take() == "×" else found / self.signed()
        return found

    def signed(self) -> Fraction:
        if self.tokens[0] == "−":
            self.take()
            return -self.signed()
        found = self.single()
        while self.tokens[0][:1] and self.tokens[0][0] in "⁰¹²³⁴⁵⁶⁷⁸⁹":
            found = found ** int(self.take().translate(_RAISED))
        return found

    def single(self) -> Fraction:
        token = self.take()
        if token == "(":
            found = self.total()
            assert self.take() == ")"
            return found
        if token == "|":
            found = abs(self.total())
            assert self.take() == "|"
            return found
        if token in ("最小值", "最大值", "向上取整", "向下取整"):
            assert self.take() == "("
            parts = [self.total()]
            while self.tokens[0] == "，":
                self.take()
                parts.append(self.total())
            assert self.take() == ")"
            return (
                {"最小值": min, "最大值": max}[token](parts)
                if token[0] == "最"
                else Fraction((ceil if token == "向上取整" else floor)(parts[0]))
            )
        if token == "√":
            assert self.take() == "("
            found = Fraction(_ROOTS.sqrt(_ROOTS.divide(*map(Decimal, self.total().as_integer_ratio()))))
            assert self.take() == ")"
            return found
        return Fraction(token.rstrip("…"))


def printed_value(text: str) -> Fraction:
    """What a printed line comes to."""
    return Printed(text).value()
