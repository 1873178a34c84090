"""What a grade table asks of a person, and how what was typed is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from formserver.calculation.asking import missing, read_input
from formserver.calculation.grade_model import Criterion, GradeKey, GradeTable
from formserver.calculation.model import Confidence, Input
from formserver.calculation.results import StepResult, Trouble, plain

_MOST = Decimal(10**9)
_MOST_PLACES = 8


@dataclass(frozen=True, slots=True)
class GradeInputs:
    """What was typed as values: choices, numbers to find the row by, the values of the criteria."""

    chosen: Mapping[str, str]
    numbers: Mapping[str, Decimal]
    values: Mapping[str, Decimal]
    steps: tuple[StepResult, ...]
    troubles: tuple[Trouble, ...]


def asked_for(table: GradeTable, typed: Mapping[str, str]) -> tuple[Input, ...]:
    """The inputs of a table for what is chosen so far, in the order of its form."""
    chosen = _chosen(table, typed)
    found = [_key_input(one) for one in table.keys if one.asked(chosen)]
    for criterion in table.criteria:
        found.append(_criterion_input(criterion))
        if criterion.derived is not None:
            found += [
                Input(
                    one.key, one.title, "decimal", one.unit, Decimal(0), _MOST, positive=one.key in criterion.derived.over,
                    required=False, default=one.default or None, help=f"用于计算{criterion.title}。",
                )
                for one in criterion.derived.inputs
            ]  # fmt: skip
    return tuple(found)


def read_grade_inputs(table: GradeTable, typed: Mapping[str, str]) -> GradeInputs:
    """Everything typed as values, and what is missing or wrong."""
    troubles: list[Trouble] = []
    chosen: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    for one in table.keys:
        if not one.asked(chosen):
            continue
        found = _read(_key_input(one), typed, troubles)
        if isinstance(found, str):
            chosen[one.key] = found
        elif isinstance(found, Decimal):
            numbers[one.key] = found
    values: dict[str, Decimal] = {}
    steps: list[StepResult] = []
    for criterion in table.criteria:
        given = _criterion_input(criterion)
        if criterion.derived is None or str(typed.get(criterion.key, "")).strip():
            found = _read(given, typed, troubles)
            if isinstance(found, Decimal):
                values[criterion.key] = found
            continue
        step = _derive(criterion, typed, troubles)
        if step is not None:
            if criterion.maximum is not None and step.value > criterion.maximum:
                found_text = f"算得{criterion.title}{step.shown}{criterion.unit}"
                message = f"{found_text}，超过{plain(criterion.maximum)}，请核对各项数据。"
                troubles.append(Trouble("INVALID_INPUT", criterion.key, criterion.title, message))
                continue
            values[criterion.key] = step.value
            steps.append(step)
    return GradeInputs(chosen, numbers, values, tuple(steps), tuple(troubles))


def _chosen(table: GradeTable, typed: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in table.keys:
        text = str(typed.get(one.key, "")).strip()
        word = next((c.value for c in one.choices if text in (c.value, c.title)), "")
        if word:
            found[one.key] = word
    return found


def _key_input(one: GradeKey) -> Input:
    if one.kind == "choice":
        return Input(one.key, one.title, "choice", choices=one.choices, help=one.help)
    return Input(one.key, one.title, "decimal", one.unit, maximum=_MOST, positive=True, help=one.help)


def _criterion_input(criterion: Criterion) -> Input:
    helped = criterion.help
    if criterion.derived is not None:
        helped = f"已有检测值的直接填写；留空的按下面的数据计算。{helped}"
    return Input(
        criterion.key,
        criterion.title,
        "decimal",
        criterion.unit,
        maximum=criterion.maximum or _MOST,
        positive=True,
        required=criterion.derived is None,
        help=helped,
    )


def _read(one: Input, typed: Mapping[str, str], troubles: list[Trouble]) -> Decimal | str | None:
    text = str(typed.get(one.key, "")).strip() or (one.default or "")
    if not text:
        troubles.append(missing(one.key, one.title))
        return None
    found = read_input(one, one.title, text)
    if isinstance(found, Decimal):
        exponent = found.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -_MOST_PLACES:
            found = Trouble(
                "INVALID_INPUT", one.key, one.title, f"{one.title}的小数超过{_MOST_PLACES}位，请核对。"
            )
        elif one.positive and found <= 0:
            found = Trouble("INVALID_INPUT", one.key, one.title, f"{one.title}应大于零。")
    if isinstance(found, Trouble):
        code = "INVALID_INPUT" if found.code == "INVALID_OUTPUT" else found.code
        message = f"{one.title}应大于零。" if found.code == "INVALID_OUTPUT" else found.message
        troubles.append(Trouble(code, found.field, found.title, message))
        return None
    return found if isinstance(found, (Decimal, str)) else None


def _derive(criterion: Criterion, typed: Mapping[str, str], troubles: list[Trouble]) -> StepResult | None:
    """The criterion from what was measured. Where nothing at all was measured, the criterion itself is missing."""
    derived = criterion.derived
    assert derived is not None
    if not any(str(typed.get(one.key, "")).strip() for one in derived.inputs):
        troubles.append(missing(criterion.key, criterion.title))
        return None
    values: dict[str, Decimal] = {}
    for one in derived.inputs:
        given = Input(
            one.key, one.title, "decimal", one.unit, Decimal(0), _MOST,
            positive=one.key in derived.over, default=one.default or None,
        )  # fmt: skip
        found = _read(given, typed, troubles)
        if isinstance(found, Decimal):
            values[one.key] = found
    if len(values) < len(derived.inputs):
        return None
    top, bottom = Decimal(1), Decimal(1)
    for part in derived.times:
        top *= values[part] if part in values else Decimal(part)
    for part in derived.over:
        bottom *= values[part] if part in values else Decimal(part)
    value = top / bottom
    shown = " × ".join(plain(values[p]) if p in values else p for p in derived.times)
    under = " × ".join(plain(values[p]) if p in values else p for p in derived.over)
    numbers = (
        f"{shown} ÷（{under}）= {plain(value)}"
        if len(derived.over) > 1
        else f"{shown} ÷ {under} = {plain(value)}"
    )
    note = "" if derived.confidence is Confidence.VERIFIED else "计算式凭记忆，请对照标准核对。"
    return StepResult(
        criterion.key, criterion.title, criterion.unit, derived.formula, numbers, value, plain(value), "",
        derived.confidence, note,
    )  # fmt: skip
