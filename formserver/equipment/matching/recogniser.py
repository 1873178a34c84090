"""Recognition of one row after another as of a day (matching specification §2 and §6).

Each model of a cell meets the rules of its category; what they say is weighed: 淘汰, 待确认, 限制, 正常, and between
equals the rule that stands first. Rules of catalogues that are not in force that day do not speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

from formserver.equipment.matching.attributes import NOTHING, Attributes, number, poles_of, power_of, volts_of
from formserver.equipment.matching.canon_grammar import Grammar
from formserver.equipment.matching.canon_items import ItemFinder
from formserver.equipment.matching.canon_motor import Motor, read_motors
from formserver.equipment.matching.canon_others import CAPACITY_ALONE, read_boiler, read_fan, read_welder
from formserver.equipment.matching.canon_transformer import Transformer, read_transformers
from formserver.equipment.matching.categories import OTHER, UNKNOWN, categoriser, plain_name
from formserver.equipment.matching.conditions import Compiled, Facts, Outcome, Reading, Tables, ask
from formserver.equipment.matching.explaining import NO_MODEL, basis_of, explain_nothing, explain_rule
from formserver.equipment.matching.model import Deadline, Equipment, Finding, Item, Verdict
from formserver.equipment.matching.normalising import Normal, Part, normalise
from formserver.equipment.matching.recogniser_second import (
    DRIVEN,
    NO_MODEL_WORDS,
    Said,
    as_motor,
    near_models,
    settles,
    spelled_alike,
    stated_date,
)
from formserver.equipment.matching.recogniser_shelves import Shelf

_RANK: Final = {verdict: rank for rank, verdict in enumerate(Verdict)}
_SEVERAL: Final = "C09"
_UNLISTED: Final = frozenset(("C02", "C05", "C06"))
"""Reasons of rules about what no line names: such a finding points to a line only where the model itself stands there."""


class Recogniser:
    """Immutable; safe to share between threads. The same row always gives the same finding."""

    def __init__(
        self,
        grammar: Grammar,
        tables: Tables,
        rules: Iterable[Compiled],
        items: Mapping[str, Item],
        as_of: date,
    ) -> None:
        """``rules`` are those that speak on ``as_of``, in the order that decides; ``items`` by their reference."""
        self._grammar = grammar
        self._as_of = as_of
        self._rules = tuple(rules)
        self._tables = tables
        by_category: dict[str, list[Compiled]] = {}
        for rule in self._rules:
            by_category.setdefault(rule.rule.category, []).append(rule)
        self._shelves = {category: Shelf(ones) for category, ones in by_category.items()}
        self._names = {category: shelf.names for category, shelf in self._shelves.items() if shelf.names}
        self._all_names = [rule for rules in self._names.values() for rule in rules]
        self._finders = {
            rule.rule.id: ItemFinder(
                (items[ref] for ref in rule.rule.items if ref in items), rule.rule.canon, grammar
            )
            for rule in self._rules
        }
        self._near = {
            category: near_models((rule, self._finders[rule.rule.id].models) for rule in rules)
            for category, rules in by_category.items()
        }
        self._eliminating = {r.rule.category for r in self._rules if r.rule.verdict is Verdict.ELIMINATED}
        self._category = categoriser(grammar)
        self._motors = lru_cache(maxsize=32768)(lambda text: read_motors(text, grammar))
        self._transformers = lru_cache(maxsize=32768)(lambda text: read_transformers(text, grammar))
        self._kept = lru_cache(maxsize=4096)(self._recognise)

    @property
    def as_of(self) -> date:
        """The day it judges by."""
        return self._as_of

    def recognise(self, equipment: Equipment) -> Finding:
        """What the catalogues say about one row. Never raises for what people wrote."""
        return self._kept(equipment)

    def _recognise(self, equipment: Equipment) -> Finding:
        name = plain_name(equipment.name)
        category = self._category(name)
        kind = _kind(category)
        if category == "boiler" and CAPACITY_ALONE.fullmatch(equipment.model):
            capacity = equipment.boiler_capacity or equipment.model
            equipment = replace(equipment, model="", boiler_capacity=capacity)
        by_name = equipment.model.strip().upper() in NO_MODEL_WORDS
        source = equipment.name if by_name else equipment.model
        main = normalise(source, kind)
        if not main.parts and not by_name:
            by_name, source = True, equipment.name
            main = replace(normalise(source, kind), attributes=main.attributes)
        if category == UNKNOWN or (len(main.parts) > 1 and category != OTHER):
            said: list[Said] = []
            for other, shelf in self._shelves.items():
                normal = main if _kind(other) == kind else normalise(source, _kind(other))
                found = self._cell(shelf, normal, main, equipment, name, source)
                if (
                    shelf.boilers and category == UNKNOWN
                ):  # CD1-5 is written like a boiler, and nothing says it burns
                    found = [one for one in found if "fuel" not in one.outcome.missing]
                said += found
        else:
            known = self._shelves.get(category)
            said = self._cell(known, main, main, equipment, name, source) if known else []
        named = self._all_names if category == UNKNOWN else self._names.get(category)
        if named:
            said += self._named(named, equipment, name, source, main)
        if not said and not by_name and len(main.parts) == 1:
            said = self._second_look(category, main, equipment, name, source)
        if said:
            return self._finding(said, category, main, by_name)
        if by_name and not main.parts and category in self._eliminating:
            return Finding(Verdict.REVIEW, category, ("C03",), missing=("model",), explanation=NO_MODEL)
        return self._nothing(category, main)

    def _second_look(
        self, category: str, main: Normal, equipment: Equipment, name: str, source: str
    ) -> list[Said]:
        """What no rule of the category spoke to: a listed model but for its hyphens, or a listed motor under the name of
        what it drives. Neither settles, and neither may pass unseen."""
        part = main.parts[0]
        if near := self._near.get(category, {}).get(spelled_alike(part.text)):
            rule, listed = near
            facts = _facts(equipment, name, part.attributes.joined(main.attributes), self._as_of)
            outcome = ask(rule, facts, listed, None, self._tables)
            if outcome:
                outcome = replace(
                    outcome,
                    verdict=Verdict.REVIEW,
                    reasons=("C06",),
                    canonical=part.text,
                    why=f"与目录所列{listed}写法相近",
                )
                return [Said(outcome, part, listed, None)]
        motors = self._shelves.get("motor")
        if category not in DRIVEN or motors is None or part.text[:1] not in ("Y", "J", "B"):
            return []
        normal = normalise(source, "motor")
        said = self._cell(motors, normal, main, equipment, name, source)
        return [as_motor(one) for one in said if settles(one.outcome)]

    def _cell(
        self, shelf: Shelf, normal: Normal, main: Normal, equipment: Equipment, name: str, source: str
    ) -> list[Said]:
        """What the rules of a category say to every model of a cell; boilers are known by their columns too."""
        said: list[Said] = []
        for part in normal.parts:
            facts = _facts(equipment, name, part.attributes.joined(main.attributes), self._as_of)
            found = self._part(shelf, part.text, part, facts, equipment)
            if not found and part.other:
                found = [_doubtful(one) for one in self._part(shelf, part.other, part, facts, equipment)]
            said += found
        if not normal.parts and shelf.boilers:
            nameless = Part("", source.strip()[:200], NOTHING)
            said += self._part(
                shelf, "", nameless, _facts(equipment, name, main.attributes, self._as_of), equipment
            )
        return said

    def _named(
        self, rules: list[Compiled], equipment: Equipment, name: str, source: str, main: Normal
    ) -> list[Said]:
        """What rules that know a piece of equipment by its name say."""
        joined = plain_name(source) + name  # 85kA in the column of models, 电解槽 in that of names
        said = []
        for rule in rules:
            pattern = rule.terms.pattern
            if pattern and (pattern.search(name) or pattern.search(joined)):
                part = main.parts[0] if main.parts else Part(name, equipment.name.strip())
                facts = _facts(equipment, name, part.attributes.joined(main.attributes), self._as_of)
                outcome = ask(rule, facts, part.text, None, self._tables)
                if outcome:
                    said.append(Said(outcome, replace(part, raw=equipment.name.strip()), part.text, None))
        return said

    def _part(self, shelf: Shelf, text: str, part: Part, facts: Facts, equipment: Equipment) -> list[Said]:
        """What the rules of a category say to one model."""
        meets: list[tuple[Compiled, Reading]] = []
        ambiguous = False
        if shelf.frames or shelf.suffixes:
            motors = self._motors(text)
            if motors:
                chosen = self._choose(motors, facts, shelf)
                ambiguous = len(chosen) > 1
                for motor in (_completed(one, facts) for one in chosen):
                    rules = shelf.suffixes if motor.suffix else shelf.frames
                    meets += [(rule, motor) for rule in rules.get(motor.series, ())]
        if shelf.series and text in shelf.series and not (shelf.transformers and facts.kva is not None):
            meets += [(rule, None) for rule in shelf.series[text]]
        elif shelf.transformers:
            meets += self._transformer_rules(shelf, text, facts)
        if shelf.fans and (fan := read_fan(text)) and fan.series in shelf.fans:
            meets += [(rule, fan) for rule in shelf.fans[fan.series]]
        if shelf.welders and (welder := read_welder(text, shelf.welder_series)):
            if welder.amp is None and facts.amp is not None:
                welder = replace(welder, amp=int(facts.amp))
            meets += [(rule, welder) for rule in shelf.welders[welder.series]]
        if shelf.boilers:
            boiler = read_boiler(text, facts.name, equipment.boiler_capacity, equipment.fuel, self._grammar)
            meets += [(rule, boiler) for rule in shelf.boilers]
        if text:
            meets += [(rule, None) for rule in shelf.generic(text)]
        if not meets:
            return []
        ids = {rule.rule.id for rule, _ in meets}
        said = []
        for rule, reading in meets:
            if rule.terms.exclude_rules and not ids.isdisjoint(rule.terms.exclude_rules):
                continue
            outcome = ask(rule, facts, text, reading, self._tables)
            if outcome is not None:
                if ambiguous:
                    outcome = replace(
                        outcome,
                        verdict=Verdict.REVIEW,
                        reasons=("C12",),
                        why=f"{text}有几种拆法",
                        missing=("poles",),
                    )
                said.append(Said(outcome, part, text, reading))
        return said

    def _choose(self, motors: tuple[Motor, ...], facts: Facts, shelf: Shelf) -> tuple[Motor, ...]:
        """One of several readings: first those listed model by model whose poles agree with the column, then those
        whose poles agree; more than one is doubtful (§5)."""
        if len(motors) == 1:
            return motors
        agree = [m for m in motors if m.poles is None or not facts.poles or m.poles in facts.poles]
        listed = [m for m in agree if self._listed(m, shelf)]
        for able in (listed, agree, motors):
            if able:
                return tuple(able) if len({(m.series, m.size) for m in able}) > 1 else (able[0],)
        return motors

    def _listed(self, motor: Motor, shelf: Shelf) -> bool:
        return any(
            motor.key in self._tables.get(rule.terms.models_table, ())
            for rule in shelf.frames.get(motor.series, ())
        )

    def _transformer_rules(self, shelf: Shelf, text: str, facts: Facts) -> list[tuple[Compiled, Reading]]:
        readings = self._transformers(text)
        if not readings:
            return []
        agree = [one for one in readings if facts.kva is not None and one.kva == facts.kva]
        reading: Transformer = (agree or list(readings))[0]
        if reading.kva is None and facts.kva is not None:
            reading = replace(reading, kva=facts.kva)
        return [(rule, reading) for rule in shelf.transformers.get(reading.series, ())]

    def _nothing(self, category: str, main: Normal) -> Finding:
        part = main.parts[0] if main.parts else None
        canonical = self._canonical(part, category) if part else ""
        return Finding(
            Verdict.OK,
            category,
            canonical=canonical,
            matched=part.raw if part else "",
            explanation=explain_nothing(category, canonical),
        )

    def _canonical(self, part: Part, category: str) -> str:
        if category == "motor" and (motors := self._motors(part.text)):
            return motors[0].canonical
        if category == "transformer" and (found := self._transformers(part.text)):
            return found[0].canonical
        return part.text

    def _finding(self, said: list[Said], category: str, main: Normal, by_name: bool) -> Finding:
        judged = [(self._timely(one), one) for one in said]
        outcome, best = judged[0] if len(judged) == 1 else min(judged, key=_weight)
        rule = outcome.rule.rule
        verdict, reasons, missing = outcome.verdict, outcome.reasons, outcome.missing
        grave = verdict in (Verdict.ELIMINATED, Verdict.REVIEW)
        if by_name and verdict == Verdict.ELIMINATED:
            verdict, reasons, missing = Verdict.REVIEW, ("C03", *reasons), (*missing, "model")
        if category == UNKNOWN and verdict == Verdict.ELIMINATED and rule.canon != "name":
            verdict, reasons, missing = Verdict.REVIEW, ("C10", *reasons), (*missing, "name")
        if grave and (len(main.parts) > 1 or main.cut):
            verdict, reasons = Verdict.REVIEW, (_SEVERAL, *reasons)
        if verdict == Verdict.REVIEW:
            reasons = tuple(code for code in reasons if code != "C01") or reasons
        if best.part.restored:
            reasons = (*reasons, "C13")
        finder = self._finders[rule.id]
        item = (finder.exact if rule.reason in _UNLISTED or "/" in rule.catalogue else finder.best)(
            best.text, best.reading
        )
        deadline = _deadline(rule.deadline, item)
        overdue = (self._as_of - deadline.on).days if deadline.on and deadline.on < self._as_of else None
        reasons = tuple(dict.fromkeys(reasons))
        missing = tuple(dict.fromkeys(missing)) if verdict == Verdict.REVIEW else ()
        seq = (item and item.seq) or rule.item.strip("—") or (item.name if item else "")
        also: tuple[str, ...] = ()
        if len(said) > 1:
            spoke = dict.fromkeys(one.rule.rule.id for one, _ in judged)
            also = tuple(one for one in spoke if one != rule.id)
        return Finding(
            verdict=verdict,
            category=category,
            reasons=reasons,
            rule=rule.id,
            item=item,
            catalogue=rule.catalogue,
            seq=seq,
            canonical=outcome.canonical,
            matched=best.part.raw,
            evidence=rule.evidence,
            deadline=deadline,
            overdue_days=overdue,
            replacement=item.replacement if item else "",
            recalled=rule.recalled or (item is not None and item.recalled),
            missing=missing,
            explanation=explain_rule(
                verdict=verdict,
                what=outcome.canonical or best.part.raw,
                basis=basis_of(rule.catalogue, seq),
                evidence=rule.evidence,
                reasons=reasons,
                missing=missing,
                why=outcome.why,
                deadline=deadline,
                as_of=self._as_of,
            ),
            also=also,
        )

    def _timely(self, said: Said) -> Outcome:
        """An outcome of 淘汰 whose deadline is still to come is 限制, one that rests on memory alone is 待确认 (§1, §2)."""
        outcome = said.outcome
        if outcome.verdict != Verdict.ELIMINATED:
            return outcome
        rule = outcome.rule.rule
        finder = self._finders[rule.id]
        needed = finder.some_recalled or not (rule.deadline.on or rule.deadline.text)
        item = finder.best(said.text, said.reading) if needed else None
        if rule.recalled or (item is not None and item.recalled):
            return replace(outcome, verdict=Verdict.REVIEW, reasons=("C11", *outcome.reasons))
        on = _deadline(rule.deadline, item).on
        if on is not None and on > self._as_of:
            return replace(outcome, verdict=Verdict.RESTRICTED)
        return outcome


def _weight(judged: tuple[Outcome, Said]) -> tuple[int, int]:
    return _RANK[judged[0].verdict], judged[0].rule.position


def _doubtful(said: Said) -> Said:
    """What a second reading says never settles: SZLl5 is most likely SZL15, not listed, and perhaps SZLL5."""
    if said.outcome.verdict is not Verdict.ELIMINATED:
        return said
    why = f"型号中的小写l读作1时目录未列，读作L时为{said.text}，请核对铭牌"
    outcome = replace(said.outcome, verdict=Verdict.REVIEW, reasons=("C13",), why=why)
    return Said(outcome, said.part, said.text, said.reading)


def _deadline(own: Deadline, item: Item | None) -> Deadline:
    return own if own.on or own.text or item is None else item.deadline


def _completed(motor: Motor, facts: Facts) -> Motor:
    """A motor whose model leaves its poles out, with those of the column."""
    return replace(motor, poles=facts.poles[0]) if motor.poles is None and len(facts.poles) == 1 else motor


def _kind(category: str) -> str:
    return category if category in ("motor", "transformer") else "other"


def _facts(equipment: Equipment, name: str, beside: Attributes, as_of: date) -> Facts:
    power = power_of(equipment.power_kw) if equipment.power_kw else None
    made, doubt = (stated_date(equipment.made, as_of)) if equipment.made else (None, "")
    return Facts(
        name,
        made,
        doubt,
        beside.powers if power is None else (power, *beside.powers),
        volts_of(equipment.voltage_v) + beside.volts if equipment.voltage_v else beside.volts,
        (poles_of(equipment.poles) if equipment.poles else ()) or beside.poles,
        number(equipment.capacity_kva) if equipment.capacity_kva else None,
        number(equipment.current_a) if equipment.current_a else None,
    )
