"""The conditions of a rule, parsed once (matching specification §6). What cannot be parsed is said in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from formserver.equipment.matching.judging_patterns import pattern_fault

Range = tuple[Decimal, Decimal]
Pattern = re.Pattern[str]
CANONS: Final = (
    *("motor_frame", "motor_suffix", "series_only", "transformer"),
    *("fan", "boiler", "welder_amp", "generic", "name"),
)
_NEEDS: Final = {
    "motor_frame": ("series",),
    "motor_suffix": ("series",),
    "series_only": ("series",),
    "transformer": ("series_in",),
    "fan": ("fan_series",),
    "boiler": (),
    "welder_amp": ("amp_series",),
    "generic": ("pattern", "pattern_list"),
    "name": ("pattern",),
}


class RuleFault(ValueError):
    """A rule that cannot be used; the text says which field and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Conditions by their names in the specification."""

    series: tuple[str, ...] = ()
    models_table: str = ""
    not_in_tables: tuple[str, ...] = ()
    poles: frozenset[int] = frozenset()
    frame_mm: Range | None = None
    kva: Range | None = None
    kva_in: frozenset[Decimal] = frozenset()
    kva_not_in: frozenset[Decimal] = frozenset()
    kv_in: frozenset[Decimal] = frozenset()
    kv_min: Decimal | None = None
    power_kw: Range | None = None
    made_on_or_before: date | None = None
    made_after: date | None = None
    skip_unknown_date: bool = False
    volt_max: Decimal | None = None
    volts_in: frozenset[Decimal] = frozenset()
    match_unknown_volt: bool = False
    fan_no_in: frozenset[str] = frozenset()
    fan_no_not_in: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fuel: str = ""
    steam_tph: Range | None = None
    hot_mw: Range | None = None
    amp: Range | None = None
    pattern: Pattern | None = None
    pattern_not: Pattern | None = None
    pattern_list: frozenset[str] = frozenset()
    name_any: tuple[str, ...] = ()
    name_all: tuple[str, ...] = ()
    exclude_rules: frozenset[str] = frozenset()


def parse_terms(canon: str, terms: Mapping[str, Any]) -> Terms:
    """The conditions of one rule. Raises :class:`RuleFault`."""
    if canon not in CANONS:
        raise RuleFault(f"canon 不能是 {canon}")
    needs = _NEEDS[canon]
    if needs and not any(terms.get(key) for key in needs):
        raise RuleFault(f"{canon} 类规则须填 {'或'.join(needs)}")
    return Terms(
        series=_series(canon, terms),
        models_table=terms.get("models_table", ""),
        not_in_tables=tuple(terms.get("not_in_tables", ())),
        poles=frozenset(terms.get("poles", ())),
        frame_mm=_range(terms, "frame_mm"),
        kva=_range(terms, "kva"),
        kva_in=_numbers(terms, "kva_in"),
        kva_not_in=_numbers(terms, "kva_not_in"),
        kv_in=_numbers(terms, "kv_in"),
        kv_min=_number(terms, "kv_min"),
        power_kw=_range(terms, "power_kw"),
        made_on_or_before=_day(terms, "made_on_or_before"),
        made_after=_day(terms, "made_after"),
        skip_unknown_date=terms.get("if_date_unknown", "review") == "skip",
        volt_max=_number(terms, "volt_max"),
        volts_in=_numbers(terms, "volts_in"),
        match_unknown_volt=terms.get("if_volt_unknown", "review") == "match",
        fan_no_in=frozenset(terms.get("fan_no_in", ())),
        fan_no_not_in={k: frozenset(v) for k, v in terms.get("fan_no_not_in", {}).items()},
        fuel=terms.get("fuel", ""),
        steam_tph=_range(terms, "steam_tph"),
        hot_mw=_range(terms, "hot_mw"),
        amp=_range(terms, "amp"),
        pattern=_pattern(terms, "pattern"),
        pattern_not=_pattern(terms, "pattern_not"),
        pattern_list=frozenset(one.upper() for one in terms.get("pattern_list", ())),
        name_any=tuple(word.upper() for word in terms.get("name_any", ())),
        name_all=tuple(word.upper() for word in terms.get("name_all", ())),
        exclude_rules=frozenset(terms.get("exclude_rules", ())),
    )


def _series(canon: str, terms: Mapping[str, Any]) -> tuple[str, ...]:
    """Whatever field of the canon names its series."""
    if canon == "transformer":
        return tuple(terms["series_in"])
    if canon == "fan":
        return tuple(terms["fan_series"])
    if canon == "welder_amp":
        return (terms["amp_series"],)
    return tuple(terms.get("series", ()))


def _number(terms: Mapping[str, Any], key: str) -> Decimal | None:
    return Decimal(str(terms[key])) if key in terms else None


def _numbers(terms: Mapping[str, Any], key: str) -> frozenset[Decimal]:
    return frozenset(Decimal(str(one)) for one in terms.get(key, ()))


def _range(terms: Mapping[str, Any], key: str) -> Range | None:
    if key not in terms:
        return None
    low, high = (Decimal(str(one)) for one in terms[key])
    if low > high:
        raise RuleFault(f"{key} 的下限 {low} 大于上限 {high}")
    return low, high


def _day(terms: Mapping[str, Any], key: str) -> date | None:
    try:
        return date.fromisoformat(terms[key]) if key in terms else None
    except ValueError:
        raise RuleFault(f"{key} 不是日期：{terms[key]}") from None


def _pattern(terms: Mapping[str, Any], key: str) -> Pattern | None:
    if key not in terms:
        return None
    text = terms[key]
    fault = _fault(text) if key == "pattern" else ""
    if fault:
        raise RuleFault(f"{key} {fault}")
    try:
        return re.compile(text, re.ASCII)
    except (re.error, OverflowError, RecursionError) as problem:
        raise RuleFault(f"{key} 写法有误：{problem}") from None


@lru_cache(maxsize=4096)
def _fault(text: str) -> str:
    """See :func:`pattern_fault`; libraries are built again and again from the same patterns."""
    return pattern_fault(text)


def check_terms(canon: str, terms: Mapping[str, Any]) -> list[str]:
    """The faults of the conditions of a rule, empty where it can be used."""
    try:
        parse_terms(canon, terms)
    except RuleFault as fault:
        return [str(fault)]
    except (ArithmeticError, KeyError, TypeError, ValueError, AttributeError) as problem:
        return [f"条件写法有误：{type(problem).__name__} {problem}"]
    return []


def tables_from_json(
    data: Mapping[str, Mapping[str, Iterable[Any]]],
) -> dict[str, dict[str, tuple[Decimal, ...]]]:
    """Tables of models: name → model → powers in kW."""
    return {
        name: {model: tuple(Decimal(str(one)) for one in powers) for model, powers in table.items()}
        for name, table in data.items()
    }
