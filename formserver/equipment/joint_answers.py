"""One question to a grade table and its answer in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from formserver.calculation.engine import Confirmed
from formserver.calculation.grade_library import GradeLibrary
from formserver.calculation.grade_model import (
    CriterionResult,
    GradeRequest,
    GradeResult,
    GradeState,
    GradeTable,
)
from formserver.calculation.grade_rows import series_says
from formserver.calculation.grades import grade, series_hint
from formserver.calculation.model import Confidence
from formserver.calculation.results import plain
from formserver.equipment.columns import BY_KEY

_COLUMNS: Final = {"kw": "power_kw", "poles": "poles", "efficiency": "efficiency_pct", "kva": "capacity_kva", "p0": "p0_w",
                   "pk": "pk_w"}  # fmt: skip
"""Key of a grade table → column of a list: people are told the heading they know."""
_CONNECTIONS: Final = ("Dyn11", "Yyn0")


@dataclass(frozen=True, slots=True)
class GradeCheck:
    """The check against the efficiency standard. ``state``: settled, unconfirmed (rests on recalled limits), hint (only the
    series name or a label says so), incomplete (``missing`` says what is lacking) or none (no table for this kind).
    ``grade``: 1级, 2级, 3级, 低于3级 or empty. ``below`` True: under the 能效限定值, False: not, None: not known.
    ``clear``: the hint is good enough to ask a person about the row (see :mod:`formserver.equipment.joint`)."""

    state: str = "none"
    grade: str = ""
    below: bool | None = None
    standard: str = ""
    missing: tuple[str, ...] = ()
    says: str = ""
    definitions: tuple[tuple[str, str], ...] = ()
    clear: bool = False


class GradeQuestion(NamedTuple):
    """What a row states for one table: ``inputs`` by the table's own keys (empty: not stated), the grade on its label, its
    series, and when it was made as stated."""

    table: str
    inputs: tuple[tuple[str, str], ...]
    label: str
    series: str
    made_before: bool


def answer(grades: GradeLibrary, as_of: date, confirmed: Confirmed, asked: GradeQuestion) -> GradeCheck:
    """The answer; never raises for what people wrote."""
    chosen = grades.choose(asked.table, as_of)
    table = chosen.table
    if not table.rows:
        return _labelled(table, asked) if asked.label else GradeCheck()
    if chosen.trouble is not None:
        return _fallback(table, asked, (), chosen.trouble.message, clear=False)
    inputs = dict(asked.inputs)
    missing = tuple(_title(table, key) for key, value in inputs.items() if not value and key != "connection")
    if missing:
        return _fallback(table, asked, missing, "", clear=True)
    variants = _variants(table, inputs)
    results = [
        grade(grades, GradeRequest(asked.table, as_of, one, table.edition), confirmed=confirmed)
        for one in variants
    ]
    if len({(one.grade, one.passes) for one in results}) > 1:
        by = "、".join(
            f"按{one['connection']}为{result.grade or '未定'}"
            for one, result in zip(variants, results, strict=True)
        )
        kept = {one.passes for one in results}
        below = None if len(kept) > 1 or None in kept else False in kept
        return GradeCheck("incomplete", "", below, table.standard, ("联结组别",), f"{by}，缺联结组别，不能判定等级",
                          results[0].definitions)  # fmt: skip
    return _told(table, asked, results[0])


def _variants(table: GradeTable, inputs: dict[str, str]) -> list[dict[str, str]]:
    """The same row for every connection it may have where the table tells them apart and the row does not say."""
    key = next((one for one in table.keys if one.key == "connection"), None)
    if key is None or inputs.get("connection") or not key.asked(inputs):
        return [inputs]
    return [{**inputs, "connection": one} for one in _CONNECTIONS]


def _told(table: GradeTable, asked: GradeQuestion, result: GradeResult) -> GradeCheck:
    if result.passes is None:
        said = "；".join(one.message.rstrip("。") for one in result.troubles)
        return _fallback(table, asked, (), said or "限值不全", clear=False)
    sure = result.state is GradeState.SETTLED or (
        result.passes is False and result.passes_state is GradeState.SETTLED
    )
    parts = [_compared(one, result.passes) for one in result.criteria]
    word = result.grade or "或".join(result.grades)
    parts.append(f"{word}（{table.standard}{'' if sure else '，限值凭记忆，待核对'}）")
    if asked.label and result.grade and asked.label != result.grade:
        parts.append(f"与标识的{asked.label}不一致，须核对")
    state = "settled" if sure else "unconfirmed" if result.grade else "incomplete"
    return GradeCheck(
        state, result.grade, not result.passes, table.standard, (), "，".join(parts), result.definitions
    )


def _compared(one: CriterionResult, passes: bool) -> str:
    title = "效率" if one.key == "efficiency" else one.title
    limit = one.limits[3].value
    said = f"{title}{plain(one.value)}{one.unit}"
    if passes or limit is None:
        return said
    worse = one.value < limit if one.direction == "ge" else one.value > limit
    word = "低于" if one.direction == "ge" else "高于"
    return f"{said}{word}限定值{plain(limit)}{one.unit}" if worse else said


def _fallback(
    table: GradeTable, asked: GradeQuestion, missing: tuple[str, ...], said: str, *, clear: bool
) -> GradeCheck:
    """Where the values do not settle it: what label and series say, else what is lacking."""
    lacking = f"缺{'、'.join(missing)}" if missing else said.partition("。")[0]
    definitions = ((table.id, table.sha256),)
    hint = series_hint(table, asked.series)
    series = hint if hint is not None and hint.prefix == asked.series else None
    grade_of, below = series_says(series) if series else ("", None)
    if asked.label and below:
        said = f"标识为{asked.label}，而{series.says if series else ''}，两者不一致；{lacking}，须核对"
        return GradeCheck("hint", "", None, table.standard, missing, said, definitions)
    if asked.label:
        return _labelled(table, asked, missing)
    if series is not None and (grade_of or below):
        sure = series.confidence is Confidence.VERIFIED
        told = f"型号提示{'' if sure else '（凭记忆）'}：{series.says}；{lacking}，以检测报告或标识为准"
        return GradeCheck("hint", grade_of, below, table.standard, missing, told, definitions,
                          clear=clear and sure and bool(below) and not asked.made_before)  # fmt: skip
    return GradeCheck(
        "incomplete", "", None, table.standard, missing, f"{lacking}，不能判定等级", definitions
    )


def _labelled(table: GradeTable, asked: GradeQuestion, missing: tuple[str, ...] = ()) -> GradeCheck:
    lacking = f"，缺{'、'.join(missing)}，未核对数值" if missing else "，未核对数值"
    return GradeCheck("hint", asked.label, False, table.standard, missing, f"标识为{asked.label}{lacking}",
                      ((table.id, table.sha256),))  # fmt: skip


def _title(table: GradeTable, key: str) -> str:
    column = _COLUMNS.get(key)
    if column is not None:
        return BY_KEY[column].title
    return next((one.title for one in table.keys if one.key == key), key)
