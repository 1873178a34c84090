"""Is a tariff good? What the meta-schema cannot say: order, gaps, and its own examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from formserver.calculation.results import plain
from formserver.calculation.tariff_library import TariffLibrary
from formserver.calculation.tariff_model import Tariff, TariffResult
from formserver.calculation.tariffs import assess, request_of


def check_tariff(library: TariffLibrary, tariff: Tariff) -> list[tuple[str, str]]:
    """(place, Chinese sentence) of everything wrong with an edition; its examples are worked out too."""
    return [*_order_faults(tariff), *_example_faults(library, tariff)]


def _order_faults(tariff: Tariff) -> Iterator[tuple[str, str]]:
    if tariff.valid_to is not None and tariff.valid_to < tariff.valid_from:
        yield "/valid_to", "终止日早于起始日。"
    parts = {
        "steps": tariff.thresholds and tariff.step_size,
        "ladders": tariff.ladders,
        "categories": tariff.categories,
    }
    if not parts[tariff.method]:
        yield "/method", f"计算方式为 {tariff.method}，但没有相应的内容。"
    if tariff.method != "categories" and tariff.indicator is None:
        yield "/indicator", "缺少分档指标。"
    for before, after in pairwise(tariff.thresholds):
        if before.to_year is None or after.from_year != before.to_year + 1:
            yield "/thresholds", f"{before.from_year}年与{after.from_year}年的分档标准之间有空缺或者重叠。"
    objects = {one.key for one in tariff.objects}
    for ladder in tariff.ladders:
        if ladder.object and ladder.object not in objects:
            yield f"/ladders/{ladder.key}", f"没有对象 {ladder.object}。"
        bounds = [tier.upto for tier in ladder.tiers]
        if bounds and (bounds[-1] is not None or None in bounds[:-1]):
            yield f"/ladders/{ladder.key}", "只有最后一档没有上限。"
        known = [one.value for one in bounds if one is not None and one.value is not None]
        rates = [tier.rate.value for tier in ladder.tiers if tier.rate.value is not None]
        if any(a >= b for a, b in pairwise(known)):
            yield f"/ladders/{ladder.key}", "各档上限应当递增。"
        if any(a > b for a, b in pairwise(rates)):
            yield f"/ladders/{ladder.key}", "各档加价标准不应当递减。"


def _example_faults(library: TariffLibrary, tariff: Tariff) -> Iterator[tuple[str, str]]:
    for example in tariff.examples:
        typed = dict(example["inputs"])
        edition = "" if "region" in typed or not tariff.region else tariff.edition
        result = assess(library, request_of(typed, tariff.name, edition))
        for said in _differences(result, example["expect"]):
            yield f"/examples/{example['key']}", said


def _differences(result: TariffResult, expect: Mapping[str, Any]) -> Iterator[str]:
    if "state" in expect and result.state != expect["state"]:
        reasons = "；".join(one.message for one in result.troubles)
        yield f"应为{expect['state']}，算得{result.state}。{reasons}"
    if "tier" in expect and result.tier != expect["tier"]:
        yield f"档次应为{expect['tier']}，算得{result.tier or '无'}。"
    for key, title, found in (
        ("rate", "加价标准", result.rate),
        ("due", "应缴电费", result.due),
        ("difference", "差额", result.difference),
    ):
        if key in expect and found != Decimal(expect[key]):
            yield f"{title}应为 {expect[key]}，算得 {'无' if found is None else plain(found)}。"
    if "problem" in expect and not any(
        one.code == expect["problem"] and one.field == expect.get("field", one.field)
        for one in result.troubles
    ):
        found_codes = "、".join(f"{one.code}@{one.field}" for one in result.troubles) or "无"
        yield f"应有 {expect['problem']}@{expect.get('field', '')}，算得 {found_codes}。"
