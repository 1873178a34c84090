"""Which line of a catalogue a model belongs to: the same model, else the series that begins it, else the nearest."""

from __future__ import annotations

import re
from collections.abc import Iterable

from formserver.equipment.matching.canon_grammar import Grammar
from formserver.equipment.matching.canon_motor import Motor, read_motors
from formserver.equipment.matching.canon_others import Fan, Welder, read_fan
from formserver.equipment.matching.canon_transformer import Transformer, plain, read_transformers
from formserver.equipment.matching.conditions import Reading
from formserver.equipment.matching.model import Item
from formserver.equipment.matching.normalising import normalise

_RANGE = re.compile(r"(\d+)[～~-](\d+)A")
_SIZE_BEFORE = re.compile(r"^\d+(?:\.\d+)?(?=[A-Z])")
_CAPACITY_AT_END = re.compile(r"-(\d+(?:\.\d+)?)$")


class ItemFinder:
    """The lines one rule rests on. Built once, then only read."""

    def __init__(self, items: Iterable[Item], canon: str, grammar: Grammar) -> None:
        self._items = tuple(items)
        self.some_recalled = any(item.recalled for item in self._items)
        self._exact: dict[str, Item] = {}
        self._capacities: dict[str, Item] = {}
        self._shared: dict[str, Item] = {}
        for item in self._items:
            for key in _keys(item, canon, grammar):
                self._exact.setdefault(key, item)
                if canon == "transformer" and (match := _CAPACITY_AT_END.search(key)):
                    self._capacities.setdefault(match[1], item)
                for end in range(1, len(key) + 1):
                    self._shared.setdefault(key[:end], item)

    @property
    def models(self) -> tuple[str, ...]:
        """The models the lines name, as they are looked up."""
        return tuple(self._exact)

    def exact(self, text: str, reading: Reading) -> Item | None:
        """The line that names the model itself."""
        return self._exact.get(key_of(text, reading))

    def best(self, text: str, reading: Reading) -> Item | None:
        """The line that fits best, None only where the rule rests on no line."""
        if not self._items or len(self._items) == 1:
            return self._items[0] if self._items else None
        key = key_of(text, reading)
        if found := self._exact.get(key) or self._exact.get(key[1:]):  # SD36X… is the SD type of D36X…
            return found
        if isinstance(reading, Welder) and reading.amp is not None:
            for item in self._items:
                match = _RANGE.search(item.condition)
                if match and int(match[1]) <= reading.amp <= int(match[2]):
                    return item
        if self._capacities and (match := _CAPACITY_AT_END.search(key)):
            by_capacity = self._capacities.get(match[1])
            if by_capacity:
                return by_capacity
        for one in (key, _SIZE_BEFORE.sub("", key)):
            for known in (self._exact, self._shared):
                for end in range(len(one), 0, -1):
                    if item_found := known.get(one[:end]):
                        return item_found
        return self._items[0]


def key_of(text: str, reading: Reading) -> str:
    """How a model is looked up: without voltage, suffix and design number."""
    if isinstance(reading, Motor):
        return f"{reading.series} {reading.key}"
    if isinstance(reading, Transformer):
        return reading.series if reading.kva is None else f"{reading.series}-{plain(reading.kva)}"
    return reading.canonical if isinstance(reading, (Fan, Welder)) else text


def _keys(item: Item, canon: str, grammar: Grammar) -> Iterable[str]:
    if canon == "name":
        return
    kind = item.category if item.category in ("motor", "transformer") else "other"
    for part in normalise(re.split("[～~]", item.model)[0], kind).parts:
        text = part.text
        if canon in ("motor_frame", "motor_suffix", "series_only"):
            motors = read_motors(text, grammar)
            yield from (key_of(text, motor) for motor in motors)
            if not motors:
                yield text
        elif canon == "transformer":
            readings = read_transformers(text, grammar)
            yield key_of(text, readings[0]) if readings else text
        elif canon == "fan":
            yield key_of(text, read_fan(text))
        else:
            yield text
