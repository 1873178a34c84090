"""The formula language of calculators: ``(to(coal_t, 'kg') * q_net_ar / q_standard) / clinker_t``.

Numbers, names, 'texts', ``+ - * / ^``, comparisons, ``and or not``, and if, min, max, abs, sqrt, ceil, floor, round
(GB/T 8170), lookup and to. ``if``, ``and`` and ``or`` look only at what they need, so that an input that does not
matter may be missing. Definitions come from files anyone may send in: formulas are bounded in length, size and depth,
and can reach nothing but the scope they are given.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException, localcontext
from functools import lru_cache

from formserver.calculation.formula_nodes import (
    FORMULA_RANGE,
    Scope,
    Sort,
    Units,
    Value,
    lookups_in,
    names_in,
    texts_in,
)
from formserver.calculation.formula_parsing import RESERVED, parse_tree
from formserver.calculation.formula_units import UnitReader
from formserver.calculation.formula_values import CONTEXT, Compiler
from formserver.calculation.formula_words import in_numbers, in_words, plain_number
from formserver.calculation.units import Unit

__all__ = ["RESERVED", "Formula", "Scope", "Sort", "Units", "Value", "parse"]


class Formula:
    """A formula that was read. Immutable; may be used by several threads."""

    __slots__ = ("_compiler", "_run", "_tree", "asked", "compared", "lookups", "names", "tables", "text")

    def __init__(self, text: str) -> None:
        """Read ``text``. Raises FORMULA_FAULTY, which says where and why."""
        self.text = text
        self._tree = parse_tree(text)
        self.names, self.tables = names_in(self._tree)
        """Every name, and every table, in whatever branch."""
        self.lookups = lookups_in(self._tree)
        """Every table → the name it is asked with ("" for anything else than a name)."""
        self.compared, self.asked = texts_in(self._tree)
        """(name, text) of comparisons with texts; (table, name) of tables asked with a name."""
        self._compiler = Compiler(text)
        self._run = self._compiler.any(self._tree)

    def evaluate(self, scope: Scope) -> Value:
        """The value. Raises FORMULA_DIVISION, FORMULA_RANGE, FORMULA_UNITS (of to()), and what the scope raises."""
        with localcontext(CONTEXT):
            try:
                return self._run(scope)
            except DecimalException as error:
                raise FORMULA_RANGE(part=self.text[:80], reason="的结果太大、太小或没有意义") from error

    def unit(self, units: Units) -> Unit | Sort:
        """The unit of the value, or its sort. Raises FORMULA_UNITS, UNIT_UNKNOWN, and what ``units`` raises."""
        return UnitReader(self.text, units).of(self._tree)

    def worded(self, title: Callable[[str], str]) -> str:
        """The formula with ``title(name)`` for names and tables: ``(燃料量[kg] × 低位发热量) ÷ 熟料产量``."""
        return in_words(self._tree, title)

    def substituted(self, scope: Scope, shown: Callable[[Decimal], str] = plain_number) -> str:
        """The formula with its numbers: ``(208000 × 1000 × 22400 ÷ 29307.6) ÷ 1550000``.

        Raises what :meth:`evaluate` raises.
        """
        with localcontext(CONTEXT):
            try:
                return in_numbers(self._tree, self._compiler, scope, shown)
            except DecimalException as error:
                raise FORMULA_RANGE(part=self.text[:80], reason="的结果太大、太小或没有意义") from error

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """:class:`Formula` of ``text``, kept. Raises FORMULA_FAULTY."""
    return Formula(text)
