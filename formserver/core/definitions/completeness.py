"""What completeness asks beyond the JSON Schema keywords: stages, conditions, decimal bounds, rules, soft formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from formserver.core.definitions.conditions import ABSENT, Test, compiled, lookup
from formserver.core.definitions.conditions import places as places_of
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import Field, Place, is_hidden
from formserver.core.definitions.formats import SOFT_CHECKS
from formserver.core.definitions.messages import required_problem
from formserver.core.definitions.plan import walk_demands
from formserver.core.errors import Problem, Severity

_ORDER_WORDS = ("lt", "le", "gt", "ge")


def completeness_problems(
    dt: DocumentType,
    body: Mapping[str, Any],
    stage: str,
    hidden: frozenset[str],
    ctx: Mapping[str, Any] | None,
) -> list[Problem]:
    """Every problem of a well-formed body that our own words define, in the order of the form, then the rules."""
    found: list[Problem] = []
    around = ctx or {}

    def missing(pointer: str, field: Field) -> None:
        found.append(required_problem(dt, pointer, field))

    def present(pointer: str, field: Field, value: Any, row: Mapping[str, Any] | None) -> None:
        if _only_bounds(field) and not _bounds_of(field.schema, value):
            return
        found.extend(_value_problems(dt, Place(pointer, field, value, row), body, around))

    walk_demands(dt, body, stage, hidden, around, missing, present)
    found += _rule_problems(dt, body, hidden, around)
    return found


@lru_cache(maxsize=4096)
def _only_bounds(field: Field) -> bool:
    """Whether nothing but its bounds can stand against a value."""
    words = field.schema
    return field.kind == "decimal" and "x-must-be" not in words and "x-format" not in words


def _value_problems(
    dt: DocumentType, place: Place, body: Mapping[str, Any], ctx: Mapping[str, Any]
) -> Iterator[Problem]:
    words, value = place.field.schema, place.value

    def problem(code: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
        label = dt.label(place.pointer)
        return Problem(code, f"“{label}”{message}", place.pointer, label, severity)

    if "x-must-be" in words and value != words["x-must-be"]:
        wanted = {True: "是", False: "否"}.get(words["x-must-be"], words["x-must-be"])
        yield problem("MUST_BE", f"必须为“{wanted}”才能继续。")
    if place.field.kind == "decimal":
        for code, text in _bounds_of(words, value):
            yield problem(code, text)
    check = SOFT_CHECKS.get(words.get("x-format", ""))
    when = words.get("x-format-when")
    if check and isinstance(value, str) and (when is None or compiled(when)(body, place.row, ctx)):
        finding = check(value)
        if finding is not None:
            yield problem(finding.code, f"：{finding.message}", finding.severity)


def _bounds_of(words: Mapping[str, Any], text: str) -> tuple[tuple[str, str], ...]:
    low, high, digits = words.get("x-minimum"), words.get("x-maximum"), words.get("x-decimals")
    return _decimal_bounds(low, high, digits, words.get("x-unit", ""), text)


@lru_cache(maxsize=8192)  # the same figures are checked again with every autosave
def _decimal_bounds(
    low: str | None, high: str | None, digits: int | None, unit: str, text: str
) -> tuple[tuple[str, str], ...]:
    return tuple(_breached_bounds(low, high, digits, unit, text))


def _breached_bounds(
    low: str | None, high: str | None, digits: int | None, unit: str, text: str
) -> Iterator[tuple[str, str]]:
    value = Decimal(text)
    if low is not None and value < Decimal(low):
        yield "MINIMUM", f"不能小于 {low}{unit}，现在是 {text}。"
    if high is not None and value > Decimal(high):
        yield "MAXIMUM", f"不能大于 {high}{unit}，现在是 {text}。"
    after = len(text.partition(".")[2])
    if digits is not None and after > digits:
        yield "DECIMALS", f"最多保留 {digits} 位小数，现在是 {after} 位。"


def _rule_problems(
    dt: DocumentType, body: Mapping[str, Any], hidden: frozenset[str], ctx: Mapping[str, Any]
) -> Iterator[Problem]:
    for rule in rules_of(dt):
        rows = dt.value(body, rule.each) if rule.each is not None else None
        cases: Iterable[tuple[int, Mapping[str, Any] | None]] = ((-1, None),)
        if rule.each is not None:
            cases = enumerate(rows) if isinstance(rows, list) else ()
        for index, row in cases:
            if rule.holds(body, row, ctx):
                continue
            pointer = rule.at if index < 0 else f"{rule.each}/{index}/{rule.at}"
            if not is_hidden(pointer, hidden):
                severity = Severity(rule.words.get("severity", "error"))
                label = dt.label(pointer)
                yield Problem(rule.words["code"], rule.words["message"], pointer, label, severity)


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """A cross-field rule made ready. It speaks where ``when`` holds and its ordered values are all there: an empty
    field is REQUIRED's business."""

    words: Mapping[str, Any]
    each: str | None
    at: str
    when: Test | None
    wanted: Test
    needed: tuple[str, ...]

    def holds(self, body: Mapping[str, Any], row: Mapping[str, Any] | None, ctx: Mapping[str, Any]) -> bool:
        """Whether there is nothing to say."""
        if self.when is not None and not self.when(body, row, ctx):
            return True
        if self.wanted(body, row, ctx):
            return True
        return any(lookup(place, body=body, row=row, ctx=ctx) is ABSENT for place in self.needed)


@lru_cache(maxsize=256)
def rules_of(dt: DocumentType) -> tuple[_Rule, ...]:
    """The rules of a type, made ready once."""
    return tuple(
        _Rule(
            words=rule,
            each=rule.get("each"),
            at=str(rule.get("at", "")),
            when=compiled(rule["when"]) if rule.get("when") is not None else None,
            wanted=compiled(rule["assert"]),
            needed=tuple(dict.fromkeys(_ordered_places(rule["assert"]))),
        )
        for rule in dt.checks
    )


def _ordered_places(condition: Any) -> Iterator[str]:
    if not isinstance(condition, Mapping):
        return
    for key, value in condition.items():
        if key in ("all", "any"):
            for part in value:
                yield from _ordered_places(part)
        elif key == "not":
            yield from _ordered_places(value)
        elif key in _ORDER_WORDS:
            yield from places_of(condition)
