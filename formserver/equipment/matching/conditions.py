"""Whether a rule speaks to a piece of equipment, and what it then says (matching specification §6).

A condition that does not hold silences the rule; one that cannot be told asks for what is missing (C03) or, where
the rule says so, silences it; one that holds only by halves (power out of range, voltage not listed) turns the
verdict into review.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from formserver.equipment.matching.attributes_dates import Interval
from formserver.equipment.matching.canon_motor import Motor
from formserver.equipment.matching.canon_others import Boiler, Fan, Welder
from formserver.equipment.matching.canon_transformer import Transformer, plain
from formserver.equipment.matching.conditions_terms import Range, Terms
from formserver.equipment.matching.model import Rule, Verdict

Tables = Mapping[str, Mapping[str, tuple[Decimal, ...]]]
Reading = Motor | Transformer | Fan | Boiler | Welder | None
_TOLERANCE, _LEAST_TOLERANCE = Decimal("0.05"), Decimal("0.05")
_POLES_AT_END = re.compile(r"(?:[A-Z]{1,5}\d?-\d{2,4}[SML]?\d?|J[SKR]L?-?\d{3,4})-(\d{1,2})(?:WF|W|F)?")
_LEVEL: Final = Decimal("0.1")
_REAL_POLES: Final = frozenset((2, 4, 6, 8, 10, 12, 16))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a row besides the model: columns and what stood beside the model. Empty where unknown."""

    name: str = ""
    made: Interval | None = None
    made_doubt: str = ""
    """Why a stated date is not known: it cannot be read, or lies after the day judged by."""
    powers: tuple[Decimal, ...] = ()
    volts: tuple[Decimal, ...] = ()
    poles: tuple[int, ...] = ()
    kva: Decimal | None = None
    amp: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A rule ready to be asked. ``position`` decides between equals."""

    rule: Rule
    terms: Terms
    position: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule says. ``why`` names the condition that decided, for the explanation."""

    rule: Compiled
    verdict: Verdict
    reasons: tuple[str, ...]
    canonical: str
    missing: tuple[str, ...] = ()
    why: str = ""


def ask(rule: Compiled, facts: Facts, text: str, reading: Reading, tables: Tables) -> Outcome | None:
    """What a rule whose pattern or series fits says, None where a condition silences it."""
    terms = rule.terms
    if terms.name_any and not any(word in facts.name for word in terms.name_any):
        return None
    if terms.name_all and not all(word in facts.name for word in terms.name_all):
        return None
    missing: list[str] = []
    doubts: list[tuple[str, str]] = []  # reason code and words
    canonical = text
    if isinstance(reading, Motor):
        canonical = reading.canonical
        if not _motor(terms, facts, reading, tables, missing, doubts):
            return None
    elif isinstance(reading, Transformer):
        canonical = reading.canonical
        if not _transformer(terms, facts, reading, missing, doubts):
            return None
    elif isinstance(reading, Fan):
        canonical = reading.canonical
        if not _fan(terms, reading):
            return None
    elif isinstance(reading, Boiler):
        if not _boiler(terms, reading, missing, doubts):
            return None
    elif isinstance(reading, Welder):
        canonical = reading.canonical
        if not _welder(terms, reading, missing, doubts):
            return None
    elif rule.rule.canon == "series_only":
        wanted = "capacity_kva" if rule.rule.category == "transformer" else "model"
        return Outcome(rule, rule.rule.verdict, (rule.rule.reason,), text, (wanted,))
    elif rule.rule.category == "motor":
        _poles_at_end(text, facts, doubts)
    if not (_date(terms, facts, missing, doubts) and _voltage(terms, facts, missing, doubts)):
        return None
    if terms.power_kw:
        low, high = terms.power_kw
        outside = [power for power in facts.powers if not low <= power <= high]
        if outside:
            doubts.append(("C07", f"目录限{plain(low)}～{plain(high)}kW，所填{plain(outside[0])}kW"))
    return _outcome(rule, canonical, missing, doubts)


def _outcome(rule: Compiled, canonical: str, missing: list[str], doubts: list[tuple[str, str]]) -> Outcome:
    own = rule.rule.reason
    if missing:
        reasons = ("C03", *(code for code, _ in doubts if code))
        return Outcome(rule, Verdict.REVIEW, _unique(reasons), canonical, _unique(missing), _words(doubts))
    if doubts:
        keep = (own,) if own != "C01" else ()
        reasons = (*(code for code, _ in doubts), *keep)
        return Outcome(rule, Verdict.REVIEW, _unique(reasons), canonical, (), _words(doubts))
    return Outcome(rule, rule.rule.verdict, (own,), canonical)


def _unique(codes: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


def _words(doubts: list[tuple[str, str]]) -> str:
    return "，".join(dict.fromkeys(words for _, words in doubts))


def _within(value: Decimal, bounds: Range) -> bool:
    return bounds[0] <= value <= bounds[1]


def _date(terms: Terms, facts: Facts, missing: list[str], doubts: list[tuple[str, str]]) -> bool:
    for bound, before in ((terms.made_on_or_before, True), (terms.made_after, False)):
        if bound is None:
            continue
        earlier = facts.made is not None and facts.made[1] <= bound
        later = facts.made is not None and facts.made[0] > bound
        if earlier if before else later:
            continue
        if earlier or later or terms.skip_unknown_date:
            return False
        missing.append("made")
        if facts.made_doubt:
            doubts.append(("", facts.made_doubt))
        elif facts.made:
            doubts.append(("", f"所填制造日期跨过{bound.year}年{bound.month}月{bound.day}日，须写到年月"))
    return True


def _voltage(terms: Terms, facts: Facts, missing: list[str], doubts: list[tuple[str, str]]) -> bool:
    if terms.volt_max is None and not terms.volts_in:
        return True
    if not facts.volts:
        if not terms.match_unknown_volt:
            missing.append("voltage_v")
        return True
    if terms.volt_max is not None and max(facts.volts) > terms.volt_max:
        return False
    if terms.volts_in and not all(volt in terms.volts_in for volt in facts.volts):
        listed = "、".join(f"{plain(v)}V" for v in sorted(terms.volts_in))
        stated = "/".join(plain(v) for v in facts.volts)
        doubts.append(("C07", f"目录限{listed}，所填{stated}V"))
    return True


def _motor(
    terms: Terms,
    facts: Facts,
    motor: Motor,
    tables: Tables,
    missing: list[str],
    doubts: list[tuple[str, str]],
) -> bool:
    poles = motor.poles
    if terms.frame_mm and not _within(Decimal(motor.frame), terms.frame_mm):
        return False
    if poles is None and (terms.poles or terms.models_table or terms.not_in_tables):
        if not _poles_unknown(terms, motor, tables):
            return False
        missing.append("poles")
        return True
    key = motor.key
    if terms.poles and poles not in terms.poles:
        return False
    if any(key in tables.get(name, ()) for name in terms.not_in_tables):
        return False
    if terms.models_table:
        listed = tables.get(terms.models_table, {}).get(key)
        if listed is None:
            return False
        for power in facts.powers:
            if not any(_near(power, one) for one in listed):
                printed = "、".join(plain(one) for one in listed)
                doubts.append(("C12", f"目录中{key}为{printed}kW，所填{plain(power)}kW"))
                break
    if facts.poles and poles not in facts.poles:
        doubts.append(("C12", f"型号为{poles}极，所填{facts.poles[0]}极"))
    return True


def _poles_unknown(terms: Terms, motor: Motor, tables: Tables) -> bool:
    """Whether some number of poles would make the rule speak."""
    if terms.models_table:
        return _has_size(tables.get(terms.models_table, ()), motor.size)
    return not any(_has_size(tables.get(name, ()), motor.size) for name in terms.not_in_tables)


def _has_size(models: Iterable[str], size: str) -> bool:
    return any(model.partition("-")[0] == size for model in models)


def _near(stated: Decimal, listed: Decimal) -> bool:
    return abs(stated - listed) <= max(listed * _TOLERANCE, _LEAST_TOLERANCE)


def _transformer(
    terms: Terms, facts: Facts, transformer: Transformer, missing: list[str], doubts: list[tuple[str, str]]
) -> bool:
    kva = transformer.kva
    kv = transformer.kv if transformer.kv is not None else _kilovolts(facts)
    if terms.kv_in and kv is not None and kv not in terms.kv_in:
        return False
    if terms.kv_min is not None and (kv is None or kv < terms.kv_min):
        return False
    if kva is None:
        if terms.kva or terms.kva_in:
            missing.append("capacity_kva")
        elif terms.kva_not_in:
            return False
    else:
        if terms.kva and not _within(kva, terms.kva):
            return False
        if (terms.kva_in and kva not in terms.kva_in) or kva in terms.kva_not_in:
            return False
    if kva is not None and facts.kva is not None and kva != facts.kva:
        doubts.append(("C12", f"型号为{plain(kva)}kVA，所填{plain(facts.kva)}kVA"))
    stated = _kilovolts(facts)
    if transformer.kv is not None and stated is not None and not _same_level(transformer.kv, stated):
        doubts.append(("C12", f"型号为{plain(transformer.kv)}kV，所填{plain(stated)}kV"))
    if transformer.suffix:
        doubts.append(("C05", f"型号后有{transformer.suffix}，目录未列"))
    return True


def _kilovolts(facts: Facts) -> Decimal | None:
    """The high voltage of the column; a number without a unit up to 220 is kV, as transformers are written."""
    if not facts.volts:
        return None
    highest = max(facts.volts)
    if highest >= 1000:
        return highest / 1000
    return highest if highest <= 220 else None


def _same_level(one: Decimal, other: Decimal) -> bool:
    """Whether two voltages are of one level: 10, 10.5 and 11 kV are."""
    return abs(one - other) <= max(one, other) * _LEVEL


def _fan(terms: Terms, fan: Fan) -> bool:
    if terms.fan_no_in and fan.number not in terms.fan_no_in:
        return False
    return fan.number not in terms.fan_no_not_in.get(fan.series, ())


def _boiler(terms: Terms, boiler: Boiler, missing: list[str], doubts: list[tuple[str, str]]) -> bool:
    if terms.fuel and boiler.fuel and boiler.fuel != terms.fuel:
        return False
    bounds = terms.steam_tph if terms.steam_tph is not None else terms.hot_mw
    if bounds is not None:
        if boiler.hot is not None and boiler.hot != (terms.hot_mw is not None):
            return False
        if boiler.capacity is None:
            if boiler.fuel != terms.fuel:
                return False
            missing.append("boiler_capacity")
        elif not _within(boiler.capacity, bounds):
            return False
        elif boiler.hot is None:
            missing.append("boiler_capacity")
    if terms.fuel and not boiler.fuel:
        if bounds is not None and boiler.capacity is None:
            return False
        missing.append("fuel")
    if boiler.clash:
        doubts.append(("C12", boiler.clash))
    return True


def _welder(terms: Terms, welder: Welder, missing: list[str], doubts: list[tuple[str, str]]) -> bool:
    if terms.amp is not None:
        if welder.amp is None:
            missing.append("current_a")
        elif not _within(Decimal(welder.amp), terms.amp):
            return False
    if welder.suffix:
        doubts.append(("C05", f"型号后有{welder.suffix}，目录未列"))
    return True


def _poles_at_end(text: str, facts: Facts, doubts: list[tuple[str, str]]) -> None:
    """Models of the J series end in their poles; only the plain form is compared with the column."""
    if facts.poles and (match := _POLES_AT_END.fullmatch(text)):
        poles = int(match[1])
        if poles in _REAL_POLES and poles not in facts.poles:
            doubts.append(("C12", f"型号为{poles}极，所填{facts.poles[0]}极"))
