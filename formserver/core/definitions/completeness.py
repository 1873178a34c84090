"""What completeness asks beyond the JSON Schema keywords: stages, conditions, decimal bounds, rules, soft formats."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from formserver.core.definitions.conditions import ABSENT, evaluate, lookup
from formserver.core.definitions.conditions import places as places_of
from formserver.core.definitions.document_type import DocumentType
from formserver.core.definitions.fields import STAGES, Field, Place, is_hidden
from formserver.core.definitions.formats import SOFT_CHECKS
from formserver.core.definitions.messages import required_problem
from formserver.core.errors import Problem, Severity

_ORDER_WORDS = ("lt", "le", "gt", "ge")


def completeness_problems(
    dt: DocumentType,
    body: Mapping[str, Any],
    stage: str,
    hidden: frozenset[str],
    ctx: Mapping[str, Any] | None,
    places: list[Place],
) -> list[Problem]:
    """Every problem of a well-formed body that our own words define, in the order of the form, then the rules."""
    found: list[Problem] = []
    asleep: set[str] = set()
    for place in places:
        if place.pointer in hidden:
            continue
        if asleep and place.pointer.rpartition("/")[0] in asleep:
            asleep.add(place.pointer)
            continue
        if place.field.is_row_key:
            continue
        demanded = is_demanded(place.field, stage, body, place.row, ctx)
        if place.field.kind == "object":
            if place.value is None and not demanded:
                asleep.add(place.pointer)
            continue
        if _is_missing(place.value):
            if demanded:
                found.append(required_problem(dt, place.pointer, place.field))
            continue
        found += _value_problems(dt, place, body, ctx)
    found += _rule_problems(dt, body, hidden, ctx)
    return found


def is_demanded(
    field: Field,
    stage: str,
    body: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    ctx: Mapping[str, Any] | None,
) -> bool:
    """Whether ``field`` must have a value at ``stage`` (hidden fields are not asked here)."""
    if STAGES.index(field.stage) > STAGES.index(stage):
        return False
    if field.required:
        return True
    condition = field.schema.get("x-required-when")
    if condition is not None:
        return evaluate(condition, body=body, row=row, ctx=ctx)
    return "x-required-at" in field.schema


def _is_missing(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


def _value_problems(
    dt: DocumentType, place: Place, body: Mapping[str, Any], ctx: Mapping[str, Any] | None
) -> Iterator[Problem]:
    words, value = place.field.schema, place.value

    def problem(code: str, message: str, severity: Severity = Severity.ERROR) -> Problem:
        label = dt.label(place.pointer)
        return Problem(code, f"“{label}”{message}", place.pointer, label, severity)

    if "x-must-be" in words and value != words["x-must-be"]:
        wanted = {True: "是", False: "否"}.get(words["x-must-be"], words["x-must-be"])
        yield problem("MUST_BE", f"必须为“{wanted}”才能继续。")
    if place.field.kind == "decimal":
        for code, text in _decimal_bounds(words, value):
            yield problem(code, text)
    check = SOFT_CHECKS.get(words.get("x-format", ""))
    when = words.get("x-format-when")
    if (
        check
        and isinstance(value, str)
        and (when is None or evaluate(when, body=body, row=place.row, ctx=ctx))
    ):
        finding = check(value)
        if finding is not None:
            yield problem(finding.code, f"：{finding.message}", finding.severity)


def _decimal_bounds(words: Mapping[str, Any], text: str) -> Iterator[tuple[str, str]]:
    value, unit = Decimal(text), words.get("x-unit", "")
    low, high, digits = words.get("x-minimum"), words.get("x-maximum"), words.get("x-decimals")
    if low is not None and value < Decimal(low):
        yield "MINIMUM", f"不能小于 {low}{unit}，现在是 {text}。"
    if high is not None and value > Decimal(high):
        yield "MAXIMUM", f"不能大于 {high}{unit}，现在是 {text}。"
    after = len(text.partition(".")[2])
    if digits is not None and after > digits:
        yield "DECIMALS", f"最多保留 {digits} 位小数，现在是 {after} 位。"


def _rule_problems(
    dt: DocumentType, body: Mapping[str, Any], hidden: frozenset[str], ctx: Mapping[str, Any] | None
) -> Iterator[Problem]:
    for rule in dt.checks:
        base = rule.get("each")
        if base is None:
            cases: list[tuple[str, Mapping[str, Any] | None]] = [("", None)]
        else:
            rows = dt.value(body, base)
            cases = [(f"{base}/{i}/", row) for i, row in enumerate(rows if isinstance(rows, list) else ())]
        for prefix, row in cases:
            pointer = prefix + rule.get("at", "") if prefix else str(rule.get("at", ""))
            if is_hidden(pointer, hidden) or not _applies(rule, body, row, ctx):
                continue
            if not evaluate(rule["assert"], body=body, row=row, ctx=ctx):
                severity = Severity(rule.get("severity", "error"))
                yield Problem(rule["code"], rule["message"], pointer, dt.label(pointer), severity)


def _applies(
    rule: Mapping[str, Any],
    body: Mapping[str, Any],
    row: Mapping[str, Any] | None,
    ctx: Mapping[str, Any] | None,
) -> bool:
    """A rule whose ``when`` holds and whose ordered values are all there: an empty field is REQUIRED's business."""
    when = rule.get("when")
    if when is not None and not evaluate(when, body=body, row=row, ctx=ctx):
        return False
    needed = _ordered_places(rule["assert"])
    return all(lookup(place, body=body, row=row, ctx=ctx) is not ABSENT for place in needed)


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
