"""Which lines of a catalogue written rules already speak to, and which must speak for themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from formserver.equipment.matching.deriving import Words, called, derive_rules
from formserver.equipment.matching.deriving_cells import examples, read_cell
from formserver.equipment.matching.deriving_conditions import read_condition
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.library_reading import assemble, speaking_items
from formserver.equipment.matching.model import Batch, Equipment, Item, Verdict
from formserver.equipment.matching.recogniser import Recogniser

_AMPS = re.compile(r"电流([0-9]+)[～~-]([0-9]+)A")
_EARLY: Final = "1990"
_LATER: Final = ("2010", "2024")
"""Years of making that rules with an end in time (S9, motors of 2003) no longer mean."""


@dataclass(frozen=True, slots=True)
class Unspoken:
    """``items`` nothing is said about, in order. ``sized``: references of those among them whose sizes are known, so that
    only the series alone is lacking."""

    items: tuple[Item, ...]
    sized: frozenset[str]


def pieces_of(item: Item) -> tuple[Equipment, ...]:
    """Equipment as the line means it, each meaning of its cell by itself, made early and of the current it names."""
    kind = item.category if item.category in ("motor", "transformer") else "other"
    current = _AMPS.search(item.condition)
    amps = current[1] if current else ""
    models = [text for cell in read_cell(item.model, item.name, kind) for text in examples(cell)]
    if not models:
        return (Equipment(name=called(item), model=item.model),)
    return tuple(Equipment(name=item.name, model=one, made=_EARLY, current_a=amps) for one in models)


def unspoken(batch: Batch, written: Recogniser, linked: frozenset[str]) -> Unspoken:
    """The lines of ``batch`` of which ``written``, a recogniser of written rules alone, knows no rule for some piece, or
    only rules of older lines that mean less. ``linked`` are references those rules name."""
    found = tuple(
        item
        for item in batch.items
        if any(not written.recognise(piece).rule for piece in pieces_of(item))
        or (item.ref not in linked and _widens(item, written))
    )
    return Unspoken(found, frozenset(item.ref for item in found) & linked)


def _widens(item: Item, written: Recogniser) -> bool:
    """Whether a checked line without an end in time eliminates what rules of older lines leave to stand: S9 of any year."""
    condition = read_condition(item)
    if item.recalled or condition.open or "made_on_or_before" in condition.terms:
        return False
    return any(
        written.recognise(replace(piece, made=made)).verdict is not Verdict.ELIMINATED
        for piece in pieces_of(item)
        if written.recognise(piece).verdict is Verdict.ELIMINATED
        for made in _LATER
    )


def written_rules(
    library: EquipmentLibrary, on: date, batch: Batch | None = None
) -> tuple[Recogniser, frozenset[str], Words]:
    """The rules of ``matching`` alone as of ``on``, what lines they name, and the words of their grammar. ``batch`` takes
    the place of the edition of its name: a new one is asked about before it is published."""
    sets = library.rule_sets(on)
    batches = [one for one in library.batches(on) if batch is None or one.name != batch.name]
    batches += [batch] if batch is not None else []
    items = {item.ref: item for one in batches for item in one.items}
    rules = [rule for one in sets for rule in one.rules]
    linked = frozenset(ref for rule in rules for ref in speaking_items(rule, items))
    words = Words(
        frozenset(word for one in sets for word in one.grammar.transformer_series),
        frozenset(word for one in sets for words in one.grammar.keywords.values() for word in words)
        | frozenset(word for one in sets for word in one.grammar.out_of_scope),
    )
    return assemble(sets, batches, rules, on), linked, words


def derive_batch(library: EquipmentLibrary, batch: Batch) -> list[dict[str, Any]]:
    """The rules of every line of ``batch`` no written rule speaks to on the day it comes into force."""
    written, linked, words = written_rules(library, batch.valid_from, batch)
    silent = unspoken(batch, written, linked)
    return derive_rules(silent.items, batch.title, words, silent.sized)
