"""The one condition language of forms, lifecycle and procedure rules.

``formserver/web/static/js/conditions.js`` is its twin; ``schemas/meta/condition-vectors.json`` holds both to the
same answers. A condition sees the body as it stands: a value in a field that is hidden just now still counts, so
that a rule never depends on the order in which other rules were asked.

Rules worth knowing: a comparison with an absent value is false; ``empty`` of an absent value, of ``""``, ``[]``
or ``{}`` is true; texts in decimal form compare as numbers with ``lt le gt ge`` but ``is`` wants the same text;
a date beside a date-time compares the day; a place with ``*`` is the list of the values found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, cast

from formserver.core.errors import Problem

MAX_DEPTH: Final = 16
MAX_TESTS: Final = 200
OPERATORS: Final = ("is", "in", "has", "lt", "le", "gt", "ge", "empty", "count_ge", "count_le")

ABSENT: Final = object()
"""What a place holds that the body, the row or the context does not have."""

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_MOMENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([01][0-9]|2[0-3]):([0-5][0-9]))?", re.ASCII)
_DAY_AND_MOMENT: Final = {len("2026-05-06"), len("2026-05-06T09:30")}
_ROW_PLACE = re.compile(r"row:[^/*]+(?:/[^/]+)*")
_CTX_PLACE = re.compile(r"ctx:[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_ORDERED = ("lt", "le", "gt", "ge")


Test = Callable[[Mapping[str, Any], "Mapping[str, Any] | None", Mapping[str, Any]], bool]
"""A condition made ready: asked with body, row and context."""
Reader = Callable[[Mapping[str, Any], "Mapping[str, Any] | None", Mapping[str, Any]], Any]
_MOST_KNOWN: Final = 4096
_known: dict[int, tuple[Mapping[str, Any], Test]] = {}


class ConditionError(ValueError):
    """A condition that is not of the language; :func:`check_condition` says where and why."""


def evaluate(
    condition: Mapping[str, Any],
    *,
    body: Mapping[str, Any],
    row: Mapping[str, Any] | None = None,
    ctx: Mapping[str, Any] | None = None,
) -> bool:
    """Whether ``condition`` holds for ``body`` (and, in a list, for ``row``).

    ``ctx`` holds what the server resolved, either flat (``{"agency.mode": "委托"}``) or nested. Raises
    :class:`ConditionError` when it meets something outside the language.
    """
    return compiled(condition)(body, row, ctx or {})


def lookup(
    place: str,
    *,
    body: Mapping[str, Any],
    row: Mapping[str, Any] | None = None,
    ctx: Mapping[str, Any] | None = None,
) -> Any:
    """The value at a place, or :data:`ABSENT`. Raises :class:`ConditionError` for what is no place."""
    return _reader(place)(body, row, ctx or {})


def compiled(condition: Mapping[str, Any]) -> Test:
    """``condition`` as a function of body, row and context, made once for each condition of a definition.

    What is outside the language raises :class:`ConditionError` when it is met, not before.
    """
    known = _known.get(id(condition))
    if known is not None and known[0] is condition:
        return known[1]
    test = _compile(condition, MAX_DEPTH)
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[id(condition)] = (
        condition,
        test,
    )  # holding the condition keeps its id from being given to another
    return test


@lru_cache(maxsize=4096)
def split_pointer(pointer: str) -> tuple[str, ...]:
    """``/a~1b/0`` as ``("a/b", "0")``; the empty pointer as ``()``."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def _present(value: Any) -> Any:
    return ABSENT if value is None else value


def _walk(value: Any, parts: tuple[str, ...]) -> Any:
    for index, part in enumerate(parts):
        if part == "*":
            if not isinstance(value, list):
                return ABSENT
            found = (_walk(item, parts[index + 1 :]) for item in value)
            return [item for item in found if item is not ABSENT]
        if isinstance(value, Mapping) and part in value:
            value = value[part]
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]{0,8}", part) and int(part) < len(value):
            value = value[int(part)]
        else:
            return ABSENT
    return _present(value)


def _refusing(message: str) -> Any:
    def refuse(_body: Any, _row: Any, _ctx: Any) -> Any:
        raise ConditionError(message)

    return refuse


def _compile(condition: Any, depth: int) -> Test:
    if depth == 0:
        return cast(Test, _refusing("nested too deeply"))
    if not isinstance(condition, Mapping):
        return cast(Test, _refusing("a condition is an object"))
    if len(condition) == 1:
        for word, every in (("all", True), ("any", False)):
            if isinstance(parts := condition.get(word), list):
                return _joined([_compile(part, depth - 1) for part in parts], every=every)
        if "not" in condition:
            inner = _compile(condition["not"], depth - 1)
            return lambda body, row, ctx: not inner(body, row, ctx)
    if len(condition) != 2 or "at" not in condition:
        return cast(Test, _refusing("a test is a place (at) and exactly one operator"))
    operator = next(key for key in condition if key != "at")
    if operator not in OPERATORS:
        return cast(Test, _refusing(f"unknown operator {operator!r}"))
    operand, value = condition[operator], _reader(condition["at"])
    if isinstance(operand, Mapping):
        if set(operand) != {"at"}:
            return cast(Test, _refusing("an operand is a value or a place"))
        other = _reader(operand["at"])
        return lambda body, row, ctx: _test(value(body, row, ctx), operator, other(body, row, ctx))
    if operator == "is" and isinstance(operand, str) and len(operand) not in _DAY_AND_MOMENT:
        return lambda body, row, ctx: value(body, row, ctx) == operand  # the commonest by far
    return lambda body, row, ctx: _test(value(body, row, ctx), operator, operand)


def _joined(parts: list[Test], *, every: bool) -> Test:
    def test(body: Mapping[str, Any], row: Mapping[str, Any] | None, ctx: Mapping[str, Any]) -> bool:
        for part in parts:
            if part(body, row, ctx) is not every:
                return not every
        return every

    return test


@lru_cache(maxsize=4096)
def _place_reader(place: str) -> Reader:
    if place.startswith("/"):
        parts = split_pointer(place)
        return lambda body, _row, _ctx: _walk(body, parts)
    if place.startswith("row:"):
        inside = split_pointer("/" + place[4:])
        if len(inside) == 1 and inside[0] != "*":
            return _row_reader(inside[0])
        return lambda _body, row, _ctx: ABSENT if row is None else _walk(row, inside)
    if place.startswith("ctx:"):
        name = place[4:]
        return lambda _body, _row, ctx: _context(ctx, name)
    return cast(Reader, _refusing(f"not a place: {place!r}"))


def _row_reader(key: str) -> Reader:
    def read(_body: Mapping[str, Any], row: Mapping[str, Any] | None, _ctx: Mapping[str, Any]) -> Any:
        value = None if row is None else row.get(key)
        return ABSENT if value is None else value

    return read


def _reader(place: object) -> Reader:
    return (
        _place_reader(place) if isinstance(place, str) else cast(Reader, _refusing(f"not a place: {place!r}"))
    )


def _context(ctx: Mapping[str, Any], name: str) -> Any:
    if name in ctx:
        return _present(ctx[name])
    value: Any = ctx
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            return ABSENT
        value = value[part]
    return _present(value)


def _test(value: Any, operator: str, operand: Any) -> bool:
    if operator == "empty":
        return (value is ABSENT or value in ("", [], {})) is (operand is True)
    if value is ABSENT or operand is ABSENT:
        return False
    if operator == "is":
        return same(value, operand)
    if operator == "in":
        return isinstance(operand, list) and any(same(value, item) for item in operand)
    if operator == "has":
        if isinstance(value, list):
            return any(same(item, operand) for item in value)
        return isinstance(value, str) and isinstance(operand, str) and operand in value
    if operator in _ORDERED:
        order = compare(value, operand)
        return (
            order is not None
            and {"lt": order < 0, "le": order <= 0, "gt": order > 0, "ge": order >= 0}[operator]
        )
    if not isinstance(value, list) or not isinstance(operand, int) or isinstance(operand, bool):
        return False
    return len(value) >= operand if operator == "count_ge" else len(value) <= operand


def same(left: Any, right: Any) -> bool:
    """Equality of two JSON values: kinds differ, values differ; a date and a date-time share a day or not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, str) and isinstance(right, str):
        if left == right:
            return True
        if {len(left), len(right)} != _DAY_AND_MOMENT:
            return False
        days = _moment(left), _moment(right)
        return days[0] is not None and days[1] is not None and days[0][0] == days[1][0]
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and bool(left == right)


def compare(left: Any, right: Any) -> int | None:
    """-1, 0, 1, or None when the two have no order: a number beside a date, free text, a switch."""
    numbers = _number(left), _number(right)
    if numbers[0] is not None and numbers[1] is not None:
        return (numbers[0] > numbers[1]) - (numbers[0] < numbers[1])
    moments = _moment(left), _moment(right)
    if moments[0] is None or moments[1] is None:
        return None
    depth = min(len(moments[0]), len(moments[1]))
    a, b = moments[0][:depth], moments[1][:depth]
    return (a > b) - (a < b)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    return None


def _moment(value: Any) -> tuple[str, ...] | None:
    """``("2026-05-06",)`` or ``("2026-05-06", "09:30")`` for a real calendar day, else None."""
    if not isinstance(value, str) or (match := _MOMENT.fullmatch(value)) is None:
        return None
    try:
        date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
    return (value,) if match[4] is None else (value[:10], value[11:])


def places(condition: Any) -> tuple[str, ...]:
    """Every place a condition reads, in order, each once; what is malformed is passed over."""
    return tuple(dict.fromkeys(_places(condition, MAX_DEPTH)))


def _places(condition: Any, depth: int) -> Iterator[str]:
    if depth == 0 or not isinstance(condition, Mapping):
        return
    for key, value in condition.items():
        if key in ("all", "any") and isinstance(value, list):
            for part in value:
                yield from _places(part, depth - 1)
        elif key == "not":
            yield from _places(value, depth - 1)
        elif key == "at":
            if isinstance(value, str):
                yield value
        elif isinstance(value, Mapping) and isinstance(value.get("at"), str):
            yield value["at"]


def check_condition(condition: Any) -> list[Problem]:
    """Everything that stands against ``condition``; the pointers lead into the condition itself."""
    problems: list[Problem] = []
    tests = _check(condition, "", MAX_DEPTH, problems)
    if tests > MAX_TESTS:
        problems.append(_problem("", f"条件共 {tests} 项判断，最多 {MAX_TESTS} 项，请拆成几条规则。"))
    return problems


def _problem(pointer: str, message: str) -> Problem:
    return Problem("CONDITION_INVALID", message, pointer)


def _check(condition: Any, pointer: str, depth: int, problems: list[Problem]) -> int:
    if depth == 0:
        problems.append(_problem(pointer, f"条件嵌套超过 {MAX_DEPTH} 层，请改写得平一些。"))
        return 0
    if not isinstance(condition, Mapping):
        problems.append(_problem(pointer, '条件必须是对象，例如 {"at": "/mode", "is": "现场监察"}。'))
        return 0
    for word in ("all", "any"):
        if word in condition and len(condition) == 1:
            parts = condition[word]
            if not isinstance(parts, list):
                problems.append(_problem(f"{pointer}/{word}", f"{word} 后面必须是条件的列表。"))
                return 0
            return sum(_check(p, f"{pointer}/{word}/{i}", depth - 1, problems) for i, p in enumerate(parts))
    if "not" in condition and len(condition) == 1:
        return _check(condition["not"], f"{pointer}/not", depth - 1, problems)
    _check_test(condition, pointer, problems)
    return 1


def _check_test(condition: Mapping[str, Any], pointer: str, problems: list[Problem]) -> None:
    others = [key for key in condition if key != "at"]
    if "at" not in condition or len(others) != 1 or others[0] not in OPERATORS:
        words = "、".join(OPERATORS)
        problems.append(
            _problem(
                pointer,
                f"一项判断由 at 和恰好一个运算词组成（{words}）；现有：{'、'.join(map(str, condition))}。",
            )
        )
        return
    _check_place(condition["at"], f"{pointer}/at", problems)
    operator, operand = others[0], condition[others[0]]
    where = f"{pointer}/{operator}"
    if isinstance(operand, Mapping) and operator != "empty":
        if set(operand) == {"at"}:
            _check_place(operand["at"], f"{where}/at", problems)
        else:
            problems.append(_problem(where, '比较的对象要么是一个值，要么是 {"at": 位置}。'))
        return
    if operator == "empty":
        good = isinstance(operand, bool)
    elif operator in ("count_ge", "count_le"):
        good = isinstance(operand, int) and not isinstance(operand, bool) and operand >= 0
    elif operator == "in":
        good = isinstance(operand, list)
    elif operator in _ORDERED:
        good = _number(operand) is not None or _moment(operand) is not None
    else:
        good = operand is not None and not isinstance(operand, float)
    if not good:
        problems.append(_problem(where, f"运算词 {operator} 后面的值不合规则：{operand!r}。"))


def _check_place(place: Any, pointer: str, problems: list[Problem]) -> None:
    if isinstance(place, str):
        if place.startswith("/") and len(place) > 1 and "//" not in place and not place.endswith("/"):
            return
        if _ROW_PLACE.fullmatch(place) or _CTX_PLACE.fullmatch(place):
            return
    problems.append(_problem(pointer, f"位置 {place!r} 写法不对：用 /指针、row:列名 或 ctx:名称。"))
