"""The conclusion of a calculation in sentences, and what changed between periods. Reads ``result_to_json`` data."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from formserver.calculation.rounding import round_to

Json = Mapping[str, Any]
LEVEL_NAMES: Final = {1: "先进值", 2: "准入值", 3: "限定值"}
_MOST_NAMED: Final = 6


def period_words(start: str, end: str) -> str:
    """``2025年``, ``2025年1月至6月`` or both days."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if first.month == 1 and first.day == 1 and (last.year, last.month, last.day) == (first.year, 12, 31):
        return f"{first.year}年"
    whole = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
    if whole and first.year == last.year:
        return f"{first.year}年{first.month}月" + ("" if first.month == last.month else f"至{last.month}月")
    return f"{first.year}年{first.month}月{first.day}日至{last.year}年{last.month}月{last.day}日"


def conclusion(result: Json) -> str:
    """One paragraph: what was compared with what, and what may be said of it."""
    when = period_words(result["start"], result["end"])
    rule = f"{result['standard']}《{result['standard_title']}》"
    head = f"{when}，{result['product_title']}按 {rule}核算"
    if result["verdict"] == "不适用":
        return f"{head}：{''.join(result['notes'])}"
    said = [_indicator(one) for one in result["indicators"] if one["value"] is not None]
    if not said:
        return f"{head}：数据尚不完整，不能得出结果。"
    return f"{head}：{'；'.join(said)}。{_whole(result)}"


def _indicator(one: Json) -> str:
    text = f"{one['title']}为 {one['shown']} {one['unit']}"
    held = next((found for found in one["limits"] if found["level"] == one["decisive"]), None)
    if held is None or held["limit"] is None or one["computed_passes"] is None:
        return text
    level = f"{LEVEL_NAMES[one['decisive']]}（{one['decisive']}级）"
    limit = f"{'修正后的' if held['corrections'] else ''}{level}{short(held['limit'])} {one['unit']}"
    text += f"，{_compared(Decimal(one['value']), Decimal(held['limit']), limit)}"
    if one["level"] is not None:
        text += f"，{'测算' if one['verdict'] == '待确认' else ''}达到{one['level']}级（{LEVEL_NAMES[one['level']]}）"
    if one["excess"] is not None:
        text += f"，折算超标能耗量 {short(one['excess'])} {one['excess_unit']}"
    if one["benchmark_text"]:
        text += f"，{one['benchmark_text']}"
    return text


def _compared(value: Decimal, limit: Decimal, named: str) -> str:
    if value == limit:
        return f"等于{named}"
    word = "高" if value > limit else "低"
    share = round_to(abs(value - limit) / abs(limit) * 100, 2) if limit else Decimal(0)
    return f"比{named} {word} {share}%" if share else f"略{word}于{named}"


def _whole(result: Json) -> str:
    verdict = result["verdict"]
    if verdict == "达标":
        return "结论：达标。"
    if verdict == "不达标":
        failing = [one["title"] for one in result["indicators"] if one["verdict"] == "不达标"]
        return f"结论：不达标（{'、'.join(failing)}）。"
    if verdict == "待确认":
        count = len(result["unconfirmed"])
        return (
            f"所依据的 {count} 个数值尚未由维护人员对照标准原文确认，暂不作达标判定；上述等级只是测算等级。"
        )
    if result["preview"]:
        return "该标准在统计期内不适用，以上只是测算预览，不作判定。"
    return f"尚有 {len(result['troubles'])} 处需要处理，暂不作达标判定。"


def changes(results: Sequence[Json]) -> tuple[str, ...]:
    """Between neighbouring periods, earlier to later: one sentence per indicator."""
    ordered = sorted(results, key=lambda one: one["start"])
    said = []
    for before, after in pairwise(ordered):
        earlier = {one["key"]: one for one in before["indicators"]}
        for one in after["indicators"]:
            old = earlier.get(one["key"])
            if old is None or one["value"] is None or old["value"] is None or old["unit"] != one["unit"]:
                continue
            said.append(_change(old, one, before, after))
    return tuple(said[:_MOST_NAMED])


def _change(old: Json, new: Json, before: Json, after: Json) -> str:
    was, now = Decimal(old["value"]), Decimal(new["value"])
    later, earlier = (period_words(one["start"], one["end"]) for one in (after, before))
    when = f"{later}与{earlier}相比，{new['title']}"
    if was == now:
        return f"{when}没有变化（{new['shown']} {new['unit']}）。"
    share = f" {round_to(abs(now - was) / abs(was) * 100, 2)}%" if was else ""
    return f"{when}{'上升' if now > was else '下降'}{share}（由 {old['shown']} 到 {new['shown']} {new['unit']}）。"


def short(text: str) -> str:
    """A decimal with at most four places, thousands apart."""
    value = round_to(Decimal(text), 4)
    shown = f"{value:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
