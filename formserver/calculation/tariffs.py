"""Ladder prices worked out: tier, rate, what is due, what was paid (阶梯电价、差别电价核算).

    rate     = the rule's rate for the tier, less the renewable incentive
    due      = rate × electricity × late multiplier     (exact; to 分 once, GB/T 8170)
    difference = due in 分 − paid

A figure that was recalled and nobody confirmed leaves the amount 待确认; an unset one leaves it 不完整.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final

from formserver.calculation.engine import Confirmed, nobody
from formserver.calculation.judging import is_unconfirmed
from formserver.calculation.model import Confidence
from formserver.calculation.results import Trouble, plain
from formserver.calculation.rounding import round_to
from formserver.calculation.tariff_asking import Read, missing_of, read_inputs
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import Tariff, TariffRequest, TariffResult, TariffState
from formserver.calculation.tariff_rates import Working, find_rate

_DIGITS: Final = 60
"""Decimal digits while working: every product of bounded inputs is exact."""


def assess(library: TariffLibrary, request: TariffRequest, *, confirmed: Confirmed = nobody) -> TariffResult:
    """What is due. Bad input gives troubles, never an exception; raises TARIFF_UNKNOWN for a rule there is not."""
    if request.start > request.end:
        shown = library.newest(request.tariff)
        return _without(shown, request, Trouble("INVALID_INPUT", "end", "用电期间", "结束日期早于开始日期。"))
    chosen = library.choose(request.tariff, request.start, request.end, request.region, request.edition)
    if chosen.tariff is None or chosen.trouble is not None:
        shown = chosen.tariff or library.newest(request.tariff)
        assert chosen.trouble is not None
        return _without(shown, request, chosen.trouble)
    with localcontext() as context:
        context.prec = _DIGITS
        return work_out(chosen.tariff, request, confirmed)


def work_out(tariff: Tariff, request: TariffRequest, confirmed: Confirmed) -> TariffResult:
    """The answer under one edition; for :func:`assess` and for people who write editions."""
    read = read_inputs(tariff, request.inputs, request.end)
    made = Working(troubles=[])
    find_rate(tariff, request, read, made)
    made.troubles = [*read.troubles, *made.troubles]
    base_rate = made.rate
    if tariff.renewable is not None and read.renewable_share is not None and base_rate:
        _renewable(tariff, read, made)
    if read.electricity is None and not any(one.field == "electricity" for one in made.troubles):
        made.troubles.append(missing_of(tariff, "electricity"))
    due = _due(tariff, read, made)
    due_fen = None if due is None else round_to(due, 2)
    difference = None
    if due_fen is not None and read.paid is not None:
        difference = due_fen - read.paid
        numbers = f"{plain(due_fen)} − {plain(read.paid)} = {plain(difference)}"
        made.line("difference", "差额", "应缴 − 实缴", numbers, difference, "元")
    unconfirmed = tuple(one for one in made.used if is_unconfirmed(one, confirmed))
    state = TariffState.SETTLED
    if made.troubles or due is None:
        state = TariffState.INCOMPLETE
    elif unconfirmed:
        state = TariffState.UNCONFIRMED
    return TariffResult(
        tariff=tariff.name,
        title=tariff.title,
        scheme=tariff.scheme,
        edition=tariff.edition,
        region=tariff.region,
        number=tariff.number,
        definitions=tariff.definitions,
        start=request.start,
        end=request.end,
        state=state,
        tier=made.tier,
        tier_rule=made.tier_rule,
        steps_above=made.steps_above,
        base_rate=base_rate,
        rate=made.rate,
        electricity=read.electricity,
        due=due,
        due_fen=due_fen,
        paid=read.paid,
        difference=difference,
        execution=_execution(due_fen, read.paid),
        steps=tuple(made.steps),
        troubles=tuple(made.troubles),
        unconfirmed=unconfirmed,
        remarks=(*made.remarks, *_remarks(tariff, read, made)),
        sources=tuple(dict.fromkeys(one.source for one in made.used if one.source)),
    )


def _renewable(tariff: Tariff, read: Read, made: Working) -> None:
    rule, share = tariff.renewable, read.renewable_share
    if rule is None or share is None or made.rate is None:
        return
    start, per_point = rule.from_share.value, rule.per_point.value
    if start is None or per_point is None:
        made.unknown(tariff, "renewable_share", "可再生能源激励", "激励的起点或者幅度")
        return
    if share <= start:
        note = "占比没有超过起点，不减。"
        numbers = f"{plain(share)} ≤ {plain(start)}"
        made.line(
            "renewable", "可再生能源激励", rule.title, numbers, Decimal(0), "%", rule.from_share, note=note
        )
        return
    if read.renewable_target is None:
        if not any(one.field == "renewable_target" for one in made.troubles):
            made.troubles.append(missing_of(tariff, "renewable_target"))
        made.rate = None
        return
    made.use(rule.from_share)
    begin = max(start, read.renewable_target)
    points = max(Decimal(0), (share - begin).to_integral_value(ROUND_FLOOR))
    made.line(
        "renewable",
        "可再生能源激励的百分点",
        "占比 − 起点与激励值中较高的，只计整百分点",
        f"{plain(share)} − {plain(begin)} = {plain(share - begin)} → {plain(points)}",
        points,
        "百分点",
        rule.from_share,
        rule.per_point,
        note=rule.title,
    )
    before = made.rate
    made.rate = before * (1 - per_point * points)
    made.line(
        "rate",
        "减后的加价标准",
        f"加价标准 ×（1 − {plain(per_point)} × 百分点）",
        f"{plain(before)} ×（1 − {plain(per_point)} × {plain(points)}）= {plain(made.rate)}",
        made.rate,
        "元/kWh",
        rule.per_point,
    )
    if rule.open_question:
        made.remarks.append(f"计算式待核：{rule.open_question}")


def _due(tariff: Tariff, read: Read, made: Working) -> Decimal | None:
    if made.rate is None or read.electricity is None:
        return None
    formula, numbers = "加价标准 × 计费电量", f"{plain(made.rate)} × {plain(read.electricity)}"
    due, figures = made.rate * read.electricity, []
    if read.late and tariff.late is not None:
        multiplier = tariff.late.multiplier
        if multiplier.value is None:
            made.unknown(tariff, "late", "逾期加收", "逾期加收的倍数")
            return None
        due *= multiplier.value
        formula, numbers = f"{formula} × 逾期倍数", f"{numbers} × {plain(multiplier.value)}"
        figures = [multiplier]
    note = tariff.late.title if figures and tariff.late else ""
    made.line("due", "应缴加价电费", formula, f"{numbers} = {plain(due)}", due, "元", *figures, note=note)
    return due


def _execution(due: Decimal | None, paid: Decimal | None) -> str:
    if due is None or paid is None:
        return ""
    if paid > due:
        return "多缴"
    if due == 0:
        return "无须加价"
    if paid == due:
        return "已执行"
    return "部分执行" if paid else "未执行"


def _remarks(tariff: Tariff, read: Read, made: Working) -> list[str]:
    found = []
    if not tariff.start_known:
        found.append(
            f"{tariff.number}的执行起始日（{tariff.valid_from:%Y年%-m月%-d日}）凭记忆，请对照文件核对。"
        )
    if tariff.charge.confidence is not Confidence.VERIFIED:
        found.append(f"计费电量的口径（{tariff.charge.title}）凭记忆，请对照文件核对。")
    if tariff.indicator is not None and tariff.indicator.confidence is not Confidence.VERIFIED:
        found.append(f"分档指标的口径（{tariff.indicator.title}）凭记忆，请对照文件核对。")
    if tariff.indicator is not None and tariff.indicator.note:
        found.append(tariff.indicator.note)
    if read.late and tariff.late is not None and made.rate == 0:
        found.append("没有应缴的加价电费，逾期加收不发生。")
    return found


def _without(tariff: Tariff, request: TariffRequest, trouble: Trouble) -> TariffResult:
    """An answer without numbers."""
    return TariffResult(
        tariff=tariff.name, title=tariff.title, scheme=tariff.scheme, edition="", region="", number="",
        definitions=(), start=request.start, end=request.end, state=TariffState.INCOMPLETE, tier="",
        tier_rule="", steps_above=None, base_rate=None, rate=None, electricity=None, due=None, due_fen=None,
        paid=None, difference=None, execution="", steps=(), troubles=(trouble,), unconfirmed=(), remarks=(),
        sources=(),
    )  # fmt: skip


def request_of(example_inputs: dict[str, object], tariff: str, edition: str = "") -> TariffRequest:
    """The request of an example of a definition file: dates and region stand among its inputs."""
    texts = {
        key: "true" if value is True else "" if value is False else str(value)
        for key, value in example_inputs.items()
    }
    start, end = (date.fromisoformat(texts.pop(key)) for key in ("start", "end"))
    return TariffRequest(tariff, start, end, texts.pop("region", ""), edition, texts)
