"""Which catalogues and rules hold on a day, read from the definitions of this server and kept until they change."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Any, Final

from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, Definition
from formserver.core.definitions.repository import edition_order
from formserver.core.errors import Kind, error_code
from formserver.equipment.matching.library_reading import (
    RuleSet,
    assemble,
    batch_from_json,
    rule_set_from_json,
    rules_from_json,
)
from formserver.equipment.matching.model import Batch, Item, Rule
from formserver.equipment.matching.recogniser import Recogniser

EQUIPMENT_RULES_MISSING = error_code(
    "EQUIPMENT_RULES_MISSING",
    Kind.CONFLICT,
    zh="{day}没有可用的识别规则，不能识别设备；请维护人员发布识别规则。",
    en="There are no rules of recognition for {day}; a maintainer has to publish them.",
)
_NATIONAL: Final = "national"
_MOST_KEPT: Final = 12


class EquipmentLibrary:
    """One per process; safe to share between threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = Lock()

    @property
    def catalogue(self) -> Catalogue:
        """The definitions it reads from."""
        return self._catalogue

    def batches(self, on: date | None = None) -> tuple[Batch, ...]:
        """The edition of every elimination catalogue in force on ``on``, all usable editions for None; in order of name."""
        if on is None:
            found = [one for one in self._catalogue.definitions("elimination") if one.usable]
        else:
            found = self._in_force("elimination", on)
        return tuple(self._batch(one) for one in found)

    def item(self, ref: str, on: date) -> Item | None:
        """The line ``batch_2:1-1.1`` of the edition in force on ``on``."""
        items: dict[str, Item] = self._on(
            "items", on, lambda: {item.ref: item for batch in self.batches(on) for item in batch.items}
        )
        return items.get(ref)

    def rules(self, on: date) -> tuple[Rule, ...]:
        """Every rule in the order that decides between equals: those of ``matching``, then those catalogues bring."""
        found: tuple[Rule, ...] = self._on("rules", on, lambda: self._all_rules(on))
        return found

    def reason_words(self, on: date) -> dict[str, str]:
        """Reason code → what it means, by the rules in force on ``on``."""
        return {code: words for one in reversed(self.rule_sets(on)) for code, words in one.reasons.items()}

    def rule_sets(self, on: date) -> tuple[RuleSet, ...]:
        """The ``matching`` definitions in force on ``on``, the national one first."""
        found = sorted(self._in_force("matching", on), key=lambda one: (one.name != _NATIONAL, one.name))
        return tuple(self._rule_set(one) for one in found)

    def recogniser(self, as_of: date) -> Recogniser:
        """Recognition as of a day (matching specification: the day of the inspection). Those of the last days asked
        for are kept. Raises EQUIPMENT_RULES_MISSING: without rules everything would pass as 正常."""
        made: Recogniser = self._on("recogniser", as_of, lambda: self._assembled(as_of))
        return made

    def stamp(self, as_of: date) -> str:
        """A short hash of every definition a recogniser of that day rests on: what a result names as its rule library."""
        found = (*self._in_force("matching", as_of), *self._in_force("elimination", as_of))
        text = "\n".join(f"{one.id} {one.sha256}" for one in sorted(found, key=lambda one: one.id))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def _assembled(self, as_of: date) -> Recogniser:
        rule_sets = self.rule_sets(as_of)
        if not rule_sets:
            raise EQUIPMENT_RULES_MISSING(day=f"{as_of:%Y年%-m月%-d日}")
        return assemble(rule_sets, self.batches(as_of), self.rules(as_of), as_of)

    def _all_rules(self, on: date) -> tuple[Rule, ...]:
        own = [
            rule
            for one in self._in_force("elimination", on)
            for rule in rules_from_json(read_json(one.content, one.id), one.id)
        ]
        return (*(rule for one in self.rule_sets(on) for rule in one.rules), *own)

    def _in_force(self, kind: str, on: date) -> list[Definition]:
        """The edition of each name, in order of name; an own edition comes after the one it grew from."""
        newest: dict[str, Definition] = {}
        for one in self._catalogue.definitions(kind):
            if one.usable and one.in_force(on):
                kept = newest.get(one.name)
                if kept is None or edition_order(one.version) > edition_order(kept.version):
                    newest[one.name] = one
        return [newest[name] for name in sorted(newest)]

    def _batch(self, definition: Definition) -> Batch:
        made: Batch = self._remember(
            f"batch:{definition.id}:{definition.sha256}",
            lambda: batch_from_json(
                read_json(definition.content, definition.id), definition.id, definition.sha256
            ),
        )
        return made

    def _rule_set(self, definition: Definition) -> RuleSet:
        made: RuleSet = self._remember(
            f"rule_set:{definition.id}:{definition.sha256}",
            lambda: rule_set_from_json(
                read_json(definition.content, definition.id), definition.id, definition.sha256
            ),
        )
        return made

    def _on(self, what: str, day: date, build: Callable[[], Any]) -> Any:
        """What is made for a day; of days long not asked for it is forgotten, as anybody may ask for any day."""
        days: OrderedDict[tuple[str, date], Any] = self._remember("days", OrderedDict)
        key = (what, day)
        with self._lock:
            if key in days:
                days.move_to_end(key)
                return days[key]
        made = build()
        with self._lock:
            days[key] = made
            while len(days) > _MOST_KEPT:
                days.popitem(last=False)
        return made

    def _remember(self, key: str, build: Callable[[], Any]) -> Any:
        return self._catalogue.remember(f"equipment:{key}", build)
