"""Stored results read for papers: plain data of ``calculation.results.result_to_json``, never worked out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from formserver.calculation.requests import PRODUCTION_STATES
from formserver.calculation.results import Verdict, plain
from formserver.calculation.rounding import round_to
from formserver.calculators.wording import period_words

DRAFT_WARNING: Final = "测算稿，不得对外出具"
"""Stands on every page of a paper whose result is no verdict in law (decision 0017)."""
_FINAL: Final = frozenset({Verdict.PASS.value, Verdict.FAIL.value, Verdict.NOT_APPLICABLE.value})
LEVEL_WORDS: Final = {1: "1级（先进值）", 2: "2级（准入值）", 3: "3级（限定值）"}

ResultData = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One result on a sheet. ``line`` is 生产线、规格、工艺; ``remark`` the reason of a stop or of missing data."""

    result: ResultData
    line: str = ""
    remark: str = ""


def decimal(text: Any) -> Decimal | None:
    """A decimal of the stored result; None where it has none."""
    return None if text is None or text == "" else Decimal(str(text))


def shown(value: Decimal | None, digits: int) -> str:
    """``value`` with so many places (GB/T 8170); "" for None."""
    return "" if value is None else f"{round_to(value, digits):f}"


def plain_text(text: Any) -> str:
    """A stored decimal with all its places."""
    value = decimal(text)
    return "" if value is None else plain(value)


def places(value: Decimal) -> int:
    """How many places a value is written with."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_final(result: ResultData) -> bool:
    """Whether the result may stand on a paper that goes out."""
    return result["verdict"] in _FINAL and not result.get("preview")


def warning_for(results: Iterable[ResultData]) -> str:
    """What every page must carry; "" where nothing stands against the paper."""
    return "" if all(is_final(one) for one in results) else DRAFT_WARNING


def overall(results: Sequence[ResultData]) -> Verdict:
    """The verdict on an enterprise: compliant only when everything that was judged is."""
    found = {one["verdict"] for one in results}
    for verdict in (Verdict.FAIL, Verdict.INCOMPLETE, Verdict.UNCONFIRMED, Verdict.PASS):
        if verdict.value in found:
            return verdict
    return Verdict.NOT_APPLICABLE


def level_words(indicator: Mapping[str, Any]) -> str:
    """The column 达到等级: a level without a verdict is only worked out."""
    verdict, level = str(indicator["verdict"]), indicator["level"]
    if verdict in (Verdict.INCOMPLETE.value, Verdict.NOT_APPLICABLE.value):
        return verdict
    words = f"{level}级" if level else "未达3级"
    return f"测算：{words}" if verdict == Verdict.UNCONFIRMED.value else words


def period_of(result: ResultData) -> str:
    """The statistical period as people write it."""
    return period_words(result["start"], result["end"])


def state_words(result: ResultData) -> str:
    """The production state."""
    state = str(result["production_state"])
    return PRODUCTION_STATES.get(state, state)


def joined(values: Iterable[str]) -> str:
    """Different words, once each, in order."""
    return "；".join(dict.fromkeys(value for value in values if value))


def correction_words(indicator: Mapping[str, Any]) -> str:
    """修正条件及修正系数: what each correction does to the limit that decides; one that changes nothing is left out."""
    limits = sorted(indicator["limits"], key=lambda one: one["level"] != indicator["decisive"])
    found = next((one for one in limits if one["corrections"]), None)
    changing = [one for one in found["corrections"] if one["before"] != one["after"]] if found else []
    if found is None or not changing:
        return "无"
    return "；".join(
        f"{one['title']} {found['level']}级 {shown_limit(one['before'])}→{shown_limit(one['after'])}"
        for one in changing
    )


def over_percent(indicator: Mapping[str, Any]) -> Decimal | None:
    """超限额幅度 of an indicator that fails, against the level that decides; limits can be negative."""
    held = next((one for one in indicator["limits"] if one["level"] == indicator["decisive"]), None)
    value, limit = decimal(indicator["value"]), decimal(held["limit"] if held else None)
    if indicator["computed_passes"] is not False or value is None or not limit:
        return None
    return abs(value - limit) / abs(limit) * 100


def telling_digits(value: Decimal, digits: int) -> int:
    """So many places that a small excess does not look like none."""
    while value and not round_to(value, digits) and digits < 12:
        digits += 1
    return digits


def shown_limit(text: Any, digits: int = 2) -> str:
    """A limit as printed: its own places, corrected ones rounded to at least ``digits``."""
    value = decimal(text)
    if value is None:
        return ""
    return plain(value) if places(value) <= digits else shown(value, digits)
