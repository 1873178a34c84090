"""Formulas come in files anyone may send: whatever they say, they are read in bounds or refused with a place."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.calculation.expressions import RESERVED, Formula, Sort, Value, parse
from formserver.calculation.formula_nodes import Node, parts_of
from formserver.calculation.formula_parsing import DEEPEST, FUNCTIONS, LONGEST, MOST_NODES, parse_tree
from formserver.core.errors import AppError


class Ones:
    """Every name is one."""

    def value(self, name: str) -> Value:
        return Decimal(1)

    def unit(self, name: str) -> str:
        return "t"

    def lookup(self, table: str, at: Value) -> Decimal:
        return Decimal(1)

    def table_units(self, table: str) -> tuple[Sort | str, str]:
        return "t", "t"


HOSTILE = [
    "a.b",
    "a.__class__",
    "().__class__.__bases__",
    "__import__('os')",
    "__builtins__",
    "_a",
    "a[0]",
    "a = b = c",
    "a := 1",
    "lambda: 1",
    "[x for x in a]",
    "{1: 2}",
    "eval('1')",
    "open('a')",
    "f'{a}'",
    '"a"',
    "a; b",
    "a\x00b",
    "1\x00",
    "'a\x00b'",
    "'a\nb'",
    "а + 1",
    "ａ + 1",
    "１ + 1",
    "1 × 2",
    "1 − 2",
    "٣ + 1",
    "x²",
    "1_000",
    "1e9",
    "0x10",
    ".5",
    "5.",
    "1..2",
    "1 2",
    "a b",
    "a(1)",
    "if",
    "if + 1",
    "and",
    "a and",
    "not",
    "+ 1",
    "1 +",
    "* 1",
    "(1",
    "1)",
    "()",
    "min()",
    "min(1)",
    "min(1,)",
    "abs(1, 2)",
    "sqrt()",
    "if(1 > 0, 1)",
    "if(1 > 0, 1, 2, 3)",
    "round(1)",
    "round(1, a)",
    "round(1, 0.5)",
    "round(1, 21)",
    "round(1, - - 1)",
    "lookup(1, 2)",
    "lookup('t', 2)",
    "lookup(if, 2)",
    "lookup(a + b, 2)",
    "lookup(a)",
    "to(a, kg)",
    "to(a, 'nonsense')",
    "to(a)",
    "to('a' 'b')",
    "1 < 2 < 3",
    "1 = 1 = 1",
    "'unended",
    "1 // 2",
    "2 ** 3",
    "1 % 2",
    "a && b",
    "!a",
    "a == b",
    "a <> b",
    "@a",
    "a\u200b",
    "\ufeff1",
    "\u202e1 + 2",
    "",
    "   ",
    "\t\n",
    "1" * 31,
    "a" * 61,
    "'" + "x" * 61 + "'",
]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_refused_with_place_and_reason(text: str) -> None:
    with pytest.raises(AppError) as refused:
        parse(text)
    assert refused.value.code.code == "FORMULA_FAULTY"
    assert 1 <= refused.value.params["column"] <= len(text) + 1
    assert refused.value.params["reason"]
    assert "\x00" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10**6,
        "(" * 10**6,
        "-" * 999 + "1",
        "(" * 400 + "1" + ")" * 400,
        "not " * 200 + "true",
        "2" + "^2" * 400,
        "if(true," * 100 + "1" + ",2)" * 100,
        "min(1," * 100 + "1" + ")" * 100,
        "a+" * 499 + "a",
        "a or " * 300 + "a",
        "min(" + "1," * 300 + "1)",
    ],
    ids=lambda text: text[:12],
)
def test_refused_for_its_size(text: str) -> None:
    with pytest.raises(AppError) as refused:
        parse(text)
    assert refused.value.code.code == "FORMULA_FAULTY"


def depth(node: Node) -> int:
    return 1 + max((depth(part) for part in parts_of(node)), default=0)


def test_the_largest_formulas_allowed_work() -> None:
    long = "a" + "+a" * 150
    assert Formula(long).evaluate(Ones()) == 151
    assert depth(parse_tree(long)) == 2
    deep = "(" * (DEEPEST - 1) + "a" + ")" * (DEEPEST - 1)
    assert Formula(deep).evaluate(Ones()) == 1
    with pytest.raises(AppError, match=f"最多 {DEEPEST} 层"):
        Formula(f"({deep})")
    full = "a" + " " * (LONGEST - 1)
    assert Formula(full).evaluate(Ones()) == 1
    with pytest.raises(AppError, match=f"最多 {LONGEST} 个字符"):
        Formula(full + " ")


def test_reserved_words() -> None:
    assert set(FUNCTIONS) <= RESERVED
    for word in RESERVED:
        if word not in ("true", "false"):
            with pytest.raises(AppError):
                parse(word)


def test_a_formula_serves_several_threads() -> None:
    formula = Formula("to(a, 'kg') / 3 * 3 + a ^ 2 * 0")
    found: list[Value] = []

    def work() -> None:
        found.extend(formula.evaluate(Ones()) for _ in range(200))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 800
    assert len(set(found)) == 1


def tried(text: str) -> str:
    """The code of the only error a formula may end with, or "" when it has a value."""
    message, code = "", ""
    try:
        formula = Formula(text)
        formula.evaluate(Ones())
        formula.substituted(Ones())
        formula.worded(lambda name: name)
        formula.unit(Ones())
    except AppError as error:
        message, code = error.message(), error.code.code
    assert len(message) < 600
    return code


ERRORS = {"", "FORMULA_FAULTY", "FORMULA_RANGE", "FORMULA_DIVISION", "FORMULA_UNITS"}


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert tried(text) in ERRORS


@given(
    st.lists(
        st.sampled_from(
            [
                *"+-*/^<>=(),",
                "<=",
                "!=",
                " and ",
                " or ",
                " not ",
                "a",
                "b",
                "0",
                "1",
                "9",
                "0.5",
                "'kg'",
                "'x'",
                "true",
            ]
            + [f"{name}(" for name in FUNCTIONS]
        ),
        max_size=60,
    )
)
def test_any_words_of_the_language(words: list[str]) -> None:
    assert tried("".join(words)) in ERRORS


@st.composite
def formulas(draw: st.DrawFn, left: int = 4) -> str:
    """A formula that is well formed; whether it has a value is another matter."""
    if left == 0:
        return draw(st.sampled_from(["a", "0", "1", "2", "20", "0.5", "12345678901234567890", "'x'", "true"]))
    inner = formulas(left - 1)
    kind = draw(
        st.sampled_from(["chain", "power", "call", "if", "compare", "logic", "to", "lookup", "minus"])
    )
    one, two = draw(inner), draw(inner)
    if kind == "chain":
        return f"({one}) {draw(st.sampled_from('+-*/'))} ({two})"
    if kind == "if":
        return f"if({one}, {two}, {draw(inner)})"
    made = {
        "power": f"({one}) ^ ({two})",
        "call": f"{draw(st.sampled_from(['min', 'max']))}({one}, {two})",
        "compare": f"({one}) {draw(st.sampled_from(['<', '>=', '=', '!=']))} ({two})",
        "logic": f"({one}) {draw(st.sampled_from(['and', 'or']))} not ({two})",
        "to": f"to({one}, 'kg')",
        "lookup": f"lookup(t, {one})",
        "minus": f"-({one})",
    }
    return made[kind]


@given(formulas())
def test_any_well_formed_formula_ends_with_a_value_or_its_own_error(text: str) -> None:
    assert tried(text) in ERRORS


def test_the_dearest_formula_of_the_language_stays_cheap() -> None:
    """Counts calls of the scope instead of seconds: no construct looks at a name more often than it is written."""

    class Counting(Ones):
        asked = 0

        def value(self, name: str) -> Value:
            self.asked += 1
            return Decimal("1.01")

    names = MOST_NODES // 4
    scope = Counting()
    Formula("+".join(["a^2.5"] * names)).evaluate(scope)
    assert scope.asked == names
