"""What is wrong with a rule record beyond its form, wherever it stands (matching specification §6, §11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from formserver.equipment.matching.judging_patterns import pattern_fault

_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "motor_frame": ("series",),
    "motor_suffix": ("series",),
    "series_only": ("series",),
    "transformer": ("series_in",),
    "fan": ("fan_series",),
    "welder_amp": ("amp_series", "amp"),
}
_ONE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "generic": ("pattern", "pattern_list"),
    "name": ("pattern", "name_any", "name_all"),
    "boiler": ("fuel", "steam_tph", "hot_mw", "name_any", "name_all"),
}
_RANGES: Final = ("kva", "power_kw", "frame_mm", "steam_tph", "hot_mw", "amp")
_DAYS: Final = ("made_on_or_before", "made_after")


@dataclass(frozen=True, slots=True)
class Known:
    """What else there is: ``items`` by reference with whether all editions keep them from memory; tables, rules, reasons."""

    items: Mapping[str, bool] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()
    motor_series: frozenset[str] = frozenset()


def rule_faults(rule: Mapping[str, Any], known: Known) -> Iterator[tuple[str, str]]:
    """(pointer within the rule, sentence) for everything that stands against it."""
    yield from _term_faults(rule, known)
    yield from _source_faults(rule, known)
    for key in ("pattern", "pattern_not"):
        if key in rule and (said := pattern_fault(rule[key])):
            yield f"/{key}", said
    for key in _DAYS:
        if key in rule and not is_day(rule[key]):
            yield f"/{key}", f"{rule[key]} 不是真实的日期。"
    yield from deadline_faults(rule["deadline"], "/deadline")


def _term_faults(rule: Mapping[str, Any], known: Known) -> Iterator[tuple[str, str]]:
    canon = rule["canon"]
    for key in _NEEDED.get(canon, ()):
        if key not in rule:
            yield "", f"写法为 {canon} 的规则缺少 {key}，永远不会命中。"
    choices = _ONE_OF.get(canon, ())
    if choices and not any(key in rule for key in choices):
        yield "", f"写法为 {canon} 的规则须有 {'、'.join(choices)} 之一。"
    for key in _RANGES:
        if key in rule and Decimal(str(rule[key][0])) > Decimal(str(rule[key][1])):
            yield f"/{key}", "区间的下限大于上限。"
    if any(key in rule for key in _DAYS) and "if_date_unknown" not in rule:
        yield "", "有制造日期条件的规则须写明缺日期时怎么办（if_date_unknown）。"
    if ("volt_max" in rule or "volts_in" in rule) and "if_volt_unknown" not in rule:
        yield "", "有电压条件的规则须写明缺电压时怎么办（if_volt_unknown）。"
    tables = [rule["models_table"]] if "models_table" in rule else []
    for table in (*tables, *rule.get("not_in_tables", ())):
        if table not in known.tables:
            yield "/models_table", f"没有名为 {table} 的逐型号表。"
    if canon == "motor_frame" and known.motor_series:
        for series in rule.get("series", ()):
            if series not in known.motor_series:
                yield "/series", f"语法的电动机系列表里没有 {series}，规则不会命中。"
    for other in rule.get("exclude_rules", ()):
        if other not in known.rules:
            yield "/exclude_rules", f"没有规则 {other}。"


def _source_faults(rule: Mapping[str, Any], known: Known) -> Iterator[tuple[str, str]]:
    if known.reasons and rule["reason"] not in known.reasons:
        yield "/reason", f"没有理由码 {rule['reason']}。"
    missing = [ref for ref in rule["items"] if ref not in known.items]
    for ref in missing:
        yield "/items", f"没有目录条目 {ref}。"
    if rule["verdict"] == "eliminated" and not rule["items"]:
        yield "/items", "判淘汰的规则须指明目录条目。"
    verified = rule["confidence"] == "verified" and rule["items"] and not missing
    if verified and all(known.items[ref] for ref in rule["items"]):
        yield "/confidence", "所依据的条目都凭记忆，规则不能写作已核对。"


def deadline_faults(deadline: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, str]]:
    """A deadline whose day is none."""
    if deadline["on"] is not None and not is_day(deadline["on"]):
        yield f"{pointer}/on", f"{deadline['on']} 不是真实的日期。"


def is_day(text: str) -> bool:
    """Whether ``text`` is a day of the calendar."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
