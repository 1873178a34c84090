"""One indicator against its limits: corrections level by level, the level reached, and what may be said of it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from formserver.calculation.expressions import parse
from formserver.calculation.model import LEVELS, Confidence, Correction, Figure, Indicator, Levels
from formserver.calculation.packs import LimitTable
from formserver.calculation.results import (
    CorrectionResult,
    IndicatorResult,
    LimitResult,
    Trouble,
    Unchecked,
    Verdict,
    plain,
)
from formserver.calculation.rounding import passes, round_to
from formserver.calculation.units import convert, convertible, factor, is_unit, unit
from formserver.calculation.working import Grounds, Stopped, Working
from formserver.core.errors import AppError

if TYPE_CHECKING:
    from formserver.calculation.engine import Confirmed

LEVEL_WORDS: Final = {1: "先进值", 2: "准入值", 3: "限定值"}
EXISTING: Final = 3
"""Existing units are held to level 3, new and rebuilt projects to level 2 (GB/T 12723)."""
NEW: Final = 2
EXCESS_UNITS: Final = ("tce", "toe", "kWh")
"""What 超标能耗量 is stated in: energy in tce, oil in toe, electricity in kWh."""


def judge(
    work: Working, indicator: Indicator, table: LimitTable | None, *, new_project: bool, confirmed: Confirmed
) -> tuple[IndicatorResult, tuple[Unchecked, ...]]:
    """The indicator's result and the unchecked formulas it rests on."""
    troubles: list[Trouble] = []
    decisive = NEW if new_project else EXISTING
    levels = table.limits.get((work.product.key, indicator.key)) if table is not None else None
    value: Decimal | None = None
    output: Decimal | None = None
    with work.grounds() as grounds:
        try:
            found = work.value(indicator.value)
            if not isinstance(found, Decimal):
                raise Stopped(_not_a_number(indicator))
            value = found
        except Stopped as stopped:
            troubles.extend(stopped.troubles)
        limits: tuple[LimitResult, ...] = ()
        try:
            limits = _limits(work, indicator, levels)
        except Stopped as stopped:
            troubles.extend(stopped.troubles)
        if indicator.output:
            output = _output(work, indicator.output)
    troubles += _unknown(work, indicator, levels, limits, decisive)
    level: int | None = None
    computed: bool | None = None
    warnings: tuple[str, ...] = ()
    if value is not None and limits and not troubles:
        level, computed, warnings = _compare(indicator, value, limits, decisive)
        if _crossed(level, decisive, fails=not computed):
            troubles.append(_crossing(indicator, level, decisive))
            computed = None
    unconfirmed = _unconfirmed(grounds, limits, confirmed) if computed is not None else ()
    held = next((one.limit for one in limits if one.level == decisive), None)
    excess, excess_unit = _excess(work, indicator, value, held, output, fails=computed is False)
    third = next((one.limit for one in limits if one.level == EXISTING), None)
    return (
        IndicatorResult(
            key=indicator.key,
            title=indicator.title,
            unit=indicator.unit,
            value=value,
            shown="" if value is None else f"{round_to(value, indicator.digits):f}",
            digits=indicator.digits,
            comparison=indicator.comparison,
            direction=indicator.direction,
            limits=limits,
            decisive=decisive,
            level=level,
            computed_passes=computed,
            verdict=_verdict(computed, unconfirmed),
            deviation_pct=None if value is None else _deviation(value, third),
            output=output,
            output_unit=work.unit(indicator.output) if indicator.output else "",
            excess=excess,
            excess_unit=excess_unit,
            benchmark=levels.benchmark if levels else None,
            baseline=levels.baseline if levels else None,
            benchmark_text=_benchmark_text(indicator, value, levels, confirmed),
            clause=indicator.clause or (levels.clause if levels else ""),
            warnings=warnings,
            troubles=tuple(troubles),
            unconfirmed=unconfirmed,
        ),
        tuple(grounds.formulas.values()),
    )


def _limits(work: Working, indicator: Indicator, levels: Levels | None) -> tuple[LimitResult, ...]:
    if levels is None:
        return ()
    if not is_unit(levels.unit) or unit(levels.unit) != unit(indicator.unit):
        # published limits may be newer than the method: a limit in tce/t must not be read as one in kgce/t
        why = f"{indicator.title}的限额单位是 {levels.unit}，指标的单位是 {indicator.unit}，不能比较；请维护人员改正。"
        raise Stopped(Trouble("UNIT_MISMATCH", f"{work.product.key}/{indicator.key}", indicator.title, why))
    made = []
    for level in LEVELS:
        figure = levels.levels.get(level)
        if figure is None or figure.value is None:
            made.append(LimitResult(level, None, None, figure, absent=level in levels.absent))
            continue
        limit, steps = _corrected(work, indicator, level, figure.value)
        made.append(LimitResult(level, figure.value, limit, figure, tuple(steps)))
    return tuple(made)


def _corrected(
    work: Working, indicator: Indicator, level: int, base: Decimal
) -> tuple[Decimal, list[CorrectionResult]]:
    limit, steps = base, []
    for key in indicator.corrections:
        correction = work.calculator.corrections[key]
        if level not in correction.levels:
            continue
        work.locals = {"limit": limit, "level": Decimal(level)}
        try:
            after = _apply(work, correction)
            if after is None:
                continue
            numbers = parse(correction.expression).substituted(work) if work.trace else ""
        finally:
            work.locals = {}
        steps.append(
            CorrectionResult(
                key, correction.title, numbers, limit, after, correction.clause, correction.confidence
            )
        )
        limit = after
    return limit, steps


def _apply(work: Working, correction: Correction) -> Decimal | None:
    """The corrected limit, or None where the correction's condition does not hold."""
    try:
        if correction.when and parse(correction.when).evaluate(work) is not True:
            return None
        after = parse(correction.expression).evaluate(work)
    except AppError as error:
        raise Stopped(
            Trouble(error.code.code, correction.key, correction.title, f"{correction.title}：{error}")
        ) from error
    if correction.confidence is not Confidence.VERIFIED:
        work.rest_on(
            Unchecked(
                f"{work.calculator.id}#corrections/{correction.key}",
                correction.title,
                correction.expression,
                correction.note,
            )
        )
    assert isinstance(after, Decimal)
    return after


def _unknown(
    work: Working, indicator: Indicator, levels: Levels | None, limits: tuple[LimitResult, ...], decisive: int
) -> list[Trouble]:
    """The decisive level must be known: null never passes and never fails."""
    place = f"{work.product.key}/{indicator.key}"
    named = f"{work.product.title}“{indicator.title}”"
    standard = work.calculator.standard
    if levels is None:
        return [
            Trouble(
                "LIMIT_UNKNOWN",
                place,
                indicator.title,
                f"{standard} {named}的限额没有录入，不能判定；请维护人员录入。",
            )
        ]
    held = next((one for one in limits if one.level == decisive), None)
    if held is None or held.limit is not None:
        return []
    word = LEVEL_WORDS[decisive]
    if held.absent:
        why = f"{standard} 没有规定{named}的{word}（{decisive}级），不能据此判定；请按主管部门的规定处理。"
    else:
        why = f"{standard} {named}的{word}（{decisive}级）尚未录入，不能判定；请维护人员按标准原文录入。"
    return [Trouble("LIMIT_UNKNOWN", f"{place}/{decisive}", indicator.title, why)]


def _compare(
    indicator: Indicator, value: Decimal, limits: tuple[LimitResult, ...], decisive: int
) -> tuple[int | None, bool, tuple[str, ...]]:
    """Level, whether it passes, warnings. Levels are tried in the order 1, 2, 3; an absent one is passed over."""
    met = {
        one.level: passes(
            value,
            one.limit,
            direction=indicator.direction,
            comparison=indicator.comparison,
            places=indicator.limit_digits,
        )
        for one in limits
        if one.limit is not None
    }
    level = next((number for number, holds in met.items() if holds), None)
    computed = met[decisive]
    warnings = []
    if level is not None and any(not holds for number, holds in met.items() if number > level):
        warnings.append("修正后的限额不是逐级放宽，达到的等级需要人工确认。")
    if value == 0 and all(one.base is None or one.base > 0 for one in limits):
        warnings.append("算得的值为 0：没有消费能源的生产不合常理，请核对填写的数据。")
    if value < 0 and all(one.base is None or one.base > 0 for one in limits):
        warnings.append("算得的值为负，而限额为正：输出能源大于输入能源，请核对能源表。")
    unknown = [one.level for one in limits if one.limit is None and not one.absent]
    if unknown:
        words = "、".join(f"{number}级" for number in unknown)
        warnings.append(f"{words}限额尚未录入，等级只在已知的级别中判断。")
    other = passes(
        value,
        next(one.limit for one in limits if one.level == decisive and one.limit is not None),
        direction=indicator.direction,
        comparison="full" if indicator.comparison == "rounded" else "rounded",
        places=indicator.limit_digits,
    )
    if other is not computed:
        used = "修约值" if indicator.comparison == "rounded" else "全数值"
        warnings.append(f"全数值比较与修约值比较的结论不同，本指标按{used}比较法判定（GB/T 8170）。")
    return level, computed, tuple(warnings)


def _crossed(level: int | None, decisive: int, *, fails: bool) -> bool:
    """Whether corrections turned the limits round: a stricter level is kept and the 限定值, the loosest, is not.

    At 准入值 nothing is odd: standards leave it stricter than the 先进值 of small units on purpose, and it decides.
    """
    return fails and decisive == EXISTING and level is not None and level < decisive


def _crossing(indicator: Indicator, level: int | None, decisive: int) -> Trouble:
    return Trouble(
        "LIMITS_CROSSED",
        indicator.key,
        indicator.title,
        f"{indicator.title}修正后的{level}级限额反而比{decisive}级宽，不能判定；"
        "请核对修正所用的数据，仍然如此请按标准原文人工判断。",
    )


def _unconfirmed(
    grounds: Grounds, limits: tuple[LimitResult, ...], confirmed: Confirmed
) -> tuple[Figure, ...]:
    used = {**grounds.figures, **{one.figure.id: one.figure for one in limits if one.figure is not None}}
    return tuple(figure for figure in used.values() if is_unconfirmed(figure, confirmed))


def is_unconfirmed(figure: Figure, confirmed: Confirmed) -> bool:
    """Whether a figure is recalled and nobody has held this very value against the standard."""
    if figure.value is None or figure.confidence is Confidence.VERIFIED:
        return False
    return not confirmed(figure.id, plain(figure.value))


def _verdict(computed: bool | None, unconfirmed: Iterable[Figure]) -> Verdict:
    if computed is None:
        return Verdict.INCOMPLETE
    if tuple(unconfirmed):
        return Verdict.UNCONFIRMED
    return Verdict.PASS if computed else Verdict.FAIL


def _deviation(value: Decimal, limit: Decimal | None) -> Decimal | None:
    """(value − limit 3) / |limit 3| in percent: limits can be negative."""
    if limit is None or limit == 0:
        return None
    return (value - limit) / abs(limit) * 100


def _excess(
    work: Working,
    indicator: Indicator,
    value: Decimal | None,
    limit: Decimal | None,
    output: Decimal | None,
    *,
    fails: bool,
) -> tuple[Decimal | None, str]:
    """超标能耗量 = (实际值 − 限额值) × 产量, in tce for energy (toe of oil) and kWh for electricity."""
    if not fails or not indicator.excess or value is None or limit is None or output is None:
        return None, ""
    over = abs(value - limit) * output
    whole = unit(indicator.unit) * unit(work.unit(indicator.output))
    for target in EXCESS_UNITS:
        if convertible(whole, target):
            return over * factor(whole, target), target
    return None, ""


def _output(work: Working, key: str) -> Decimal | None:
    try:
        found = work.value(key)
    except Stopped:
        return None
    return found if isinstance(found, Decimal) else None


def _benchmark_text(
    indicator: Indicator, value: Decimal | None, levels: Levels | None, confirmed: Confirmed
) -> str:
    """Where the value stands on the policy scale 标杆/基准 (发改产业〔2023〕723号): a comparison, never the verdict."""
    if value is None or levels is None or levels.benchmark is None or levels.baseline is None:
        return ""
    best, base = (_stated_in(indicator.unit, one) for one in (levels.benchmark, levels.baseline))
    if best is None or base is None:
        return ""
    if passes(value, best, direction=indicator.direction):
        said = "达到标杆水平"
    elif passes(value, base, direction=indicator.direction):
        said = "介于标杆水平与基准水平之间"
    else:
        said = "未达到基准水平"
    doubt = any(is_unconfirmed(one, confirmed) for one in (levels.benchmark, levels.baseline))
    return f"{said}（待确认）" if doubt else said


def _stated_in(wanted: str, figure: Figure) -> Decimal | None:
    """A policy value in the unit of the indicator (the lists give some in tce); None where it has none there."""
    if figure.value is None or not is_unit(figure.unit) or not convertible(figure.unit, wanted):
        return None
    return convert(figure.value, figure.unit, wanted)


def _not_a_number(indicator: Indicator) -> Trouble:
    return Trouble(
        "FORMULA_FAULTY",
        indicator.key,
        indicator.title,
        f"{indicator.title}没有得出数值，请维护人员检查计算包。",
    )
