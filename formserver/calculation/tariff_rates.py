"""The tier and the rate: by steps above a threshold, by tiers, by category (元/kWh). Everything shown, nothing guessed.

A boundary reads 不高于: a value equal to it still lies in the lower tier (GB/T 8170 全数值比较法).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal

from formserver.calculation.model import Confidence, Figure
from formserver.calculation.results import StepResult, Trouble, plain
from formserver.calculation.tariff_asking import Read, missing_of
from formserver.calculation.tariff_model import Ladder, Tariff, TariffRequest, Tier


@dataclass
class Working:
    """What comes together on the way to an amount."""

    steps: list[StepResult] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    used: list[Figure] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    tier: str = ""
    tier_rule: str = ""
    steps_above: int | None = None
    rate: Decimal | None = None

    def use(self, *figures: Figure) -> None:
        """Note that the result rests on these."""
        self.used += [one for one in figures if one not in self.used]

    def line(
        self,
        key: str,
        title: str,
        formula: str,
        numbers: str,
        value: Decimal,
        unit: str,
        *figures: Figure,
        note: str = "",
    ) -> None:
        """One step, resting on figures; it is only as sure as the least sure of them."""
        self.use(*figures)
        sure = all(one.confidence is Confidence.VERIFIED for one in figures)
        self.steps.append(
            StepResult(
                key,
                title,
                unit,
                formula,
                numbers,
                value,
                plain(value),
                next((one.clause for one in figures if one.clause), ""),
                Confidence.VERIFIED if sure else Confidence.RECALLED,
                note,
            )
        )

    def unknown(self, tariff: Tariff, field_key: str, title: str, what: str) -> None:
        """A figure nobody has entered: say what must be set, and by whom."""
        whom = tariff.set_by or "主管部门"
        self.troubles.append(
            Trouble(
                "LIMIT_UNKNOWN",
                field_key,
                title,
                f"{what}未知，须按{whom}的规定录入后才能核算，不作推定。",
            )
        )


def find_rate(tariff: Tariff, request: TariffRequest, read: Read, made: Working) -> None:
    """Put tier and rate before incentives into ``made``, or the troubles that stand against them."""
    if tariff.method == "steps":
        _by_steps(tariff, request, read, made)
    elif tariff.method == "ladders":
        _by_ladder(tariff, read, made)
    else:
        _by_category(tariff, read, made)


def _by_steps(tariff: Tariff, request: TariffRequest, read: Read, made: Working) -> None:
    first = [one for one in tariff.thresholds if one.covers(request.start.year)]
    last = [one for one in tariff.thresholds if one.covers(request.end.year)]
    if not first or not last:
        made.unknown(tariff, "start", "分档标准", f"{request.start.year}年的分档标准")
        return
    if first != last:
        said = "；".join(
            f"{one.value.title.removeprefix('分档标准')}{plain(one.value.value)}"
            for one in (first[0], last[0])
            if one.value.value is not None
        )
        made.troubles.append(
            Trouble(
                "PERIOD_CROSSES_EDITIONS",
                "end",
                "用电期间",
                f"用电期间内分档标准不同（{said}），请按年度分开核算。",
            )
        )
        return
    if read.value is None:
        _missing(tariff, "value", read, made)
        return
    threshold, size, increment = first[0].value, tariff.step_size, tariff.step_rate
    if (
        threshold.value is None
        or size is None
        or increment is None
        or not size.value
        or increment.value is None
    ):
        made.unknown(tariff, "value", "分档标准", "分档标准或者级距")
        return
    unit = threshold.unit
    made.line(
        "threshold", "分档标准", threshold.title, plain(threshold.value), threshold.value, unit, threshold
    )
    excess = max(Decimal(0), read.value - threshold.value)
    numbers = f"{plain(read.value)} − {plain(threshold.value)} = {plain(read.value - threshold.value)}"
    note = "" if excess else "不高于分档标准，不加价。"
    made.line("excess", "高出分档标准", "指标 − 分档标准，不小于0", numbers, excess, unit, note=note)
    if not excess:
        made.steps_above, made.rate = 0, Decimal(0)
        made.tier = "不加价"
        made.tier_rule = f"≤ {plain(threshold.value)} {unit}"
        return
    count = (excess / size.value).to_integral_value(ROUND_CEILING)
    made.steps_above = int(count)
    made.tier = f"加价{made.steps_above}级"
    low = threshold.value + (count - 1) * size.value
    made.tier_rule = f"> {plain(low)}，≤ {plain(low + size.value)} {unit}"
    made.line(
        "steps",
        "加价级数",
        f"高出部分 ÷ {plain(size.value)}，向上取整",
        f"{plain(excess)} ÷ {plain(size.value)} = {plain(excess / size.value)} → {plain(count)}",
        count,
        "级",
        size,
        note=tariff.step_note,
    )
    made.rate = count * increment.value
    made.line(
        "base_rate",
        "加价标准",
        "级数 × 每级加价标准",
        f"{plain(count)} × {plain(increment.value)} = {plain(made.rate)}",
        made.rate,
        "元/kWh",
        increment,
    )


def _by_ladder(tariff: Tariff, read: Read, made: Working) -> None:
    if tariff.objects and not read.object:
        _missing(tariff, "object", read, made)
    fitting = [one for one in tariff.ladders if not one.object or one.object == read.object]
    if any(one.split for one in fitting) and read.commissioned is None and read.object:
        _missing(tariff, "commissioned", read, made)
    if made.troubles:
        return
    ladder = next((one for one in fitting if one.fits(read.object, read.commissioned)), None)
    if ladder is None or not ladder.tiers:
        title = "各档边界和加价标准"
        made.unknown(tariff, "object", title, f"{ladder.title if ladder else '该类企业'}的{title}")
        return
    if read.tier:
        _published_tier(tariff, ladder, read, made)
        return
    if read.value is None:
        _missing(tariff, "value", read, made)
        return
    found = _tier_of(tariff, ladder, read.value, made)
    if found is not None:
        _rate_of(tariff, ladder, found, made)


def _tier_of(tariff: Tariff, ladder: Ladder, value: Decimal, made: Working) -> Tier | None:
    below: Figure | None = None
    for tier in ladder.tiers:
        if tier.upto is not None and tier.upto.value is None:
            what = f"{ladder.title}{tier.title}的上限"
            made.unknown(tariff, "value", "档次边界", what)
            return None
        if tier.upto is None or (tier.upto.value is not None and value <= tier.upto.value):
            bounds = [one for one in (below, tier.upto) if one is not None]
            low = f"> {plain(below.value)}" if below and below.value is not None else ""
            high = f"≤ {plain(tier.upto.value)}" if tier.upto and tier.upto.value is not None else ""
            unit = tariff.indicator.unit if tariff.indicator else ""
            made.tier, made.tier_rule = (
                tier.title,
                f"{'，'.join(filter(None, (low, high))) or '不分档'} {unit}".strip(),
            )
            made.line(
                "tier", "所属档次", f"{ladder.title}：{made.tier_rule}", f"{plain(value)} → {tier.title}",
                value, unit, *bounds,
            )  # fmt: skip
            return tier
        below = tier.upto
    return None


def _published_tier(tariff: Tariff, ladder: Ladder, read: Read, made: Working) -> None:
    if not read.tier_basis:
        _missing(tariff, "tier_basis", read, made)
        return
    found = next((one for one in ladder.tiers if one.key == read.tier), None)
    if found is None:
        made.troubles.append(
            Trouble("INVALID_INPUT", "tier", "公布的档次", f"{ladder.title}没有这一档，请重新选择。")
        )
        return
    made.tier, made.tier_rule = found.title, f"按公布的档次：{read.tier_basis}"
    made.remarks.append(f"档次由填报人按主管部门公布的结果填写（{read.tier_basis}），不是按指标计算的。")
    _rate_of(tariff, ladder, found, made)


def _rate_of(tariff: Tariff, ladder: Ladder, tier: Tier, made: Working) -> None:
    rate = tier.rate.value
    if rate is None:
        field_key = "tier" if made.tier_rule.startswith("按公布") else "value"
        made.unknown(tariff, field_key, "加价标准", f"{ladder.title}{tier.title}的加价标准")
        return
    made.rate = rate
    made.line("base_rate", "加价标准", tier.title, plain(rate), rate, "元/kWh", tier.rate)


def _by_category(tariff: Tariff, read: Read, made: Working) -> None:
    if not read.category:
        _missing(tariff, "category", read, made)
        return
    category = next(one for one in tariff.categories if one.key == read.category)
    made.tier, made.tier_rule = category.short, category.title
    rate = category.rate.value
    if rate is None:
        hint = f"（{category.rate.note}）" if category.rate.note else ""
        made.unknown(tariff, "category", "加价标准", f"{category.short}的加价标准{hint}")
        return
    made.rate = rate
    note = category.rate.note
    made.line("base_rate", "加价标准", category.short, plain(rate), rate, "元/kWh", category.rate, note=note)


def _missing(tariff: Tariff, key: str, read: Read, made: Working) -> None:
    """Missing, unless what was typed there is already complained of."""
    if not any(one.field == key for one in read.troubles):
        made.troubles.append(missing_of(tariff, key))
