"""Thousands of spellings of every model of the catalogues come to the same; look-alikes never become 淘汰."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from formserver.equipment.matching.deriving_lines import pieces_of
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment, Verdict
from formserver.equipment.matching.samples import read_samples
from tests.support.calculating import catalogue
from tests.support.spelling import variants

LIBRARY = EquipmentLibrary(catalogue())
RECOGNISER = LIBRARY.recogniser(date(2025, 6, 30))
LEAST = 20_000
EACH = 18


def pieces() -> Iterator[tuple[str, Equipment]]:
    """Every model of every line in force, once, with its category."""
    seen: set[tuple[str, str]] = set()
    for batch in LIBRARY.batches(RECOGNISER.as_of):
        for item in batch.items:
            for piece in pieces_of(item):
                if piece.model and (piece.name, piece.model) not in seen:
                    seen.add((piece.name, piece.model))
                    yield item.category, piece


def test_every_spelling_of_a_listed_model_is_found_and_judged_alike() -> None:
    rng = random.Random(20251130)
    tried: set[tuple[str, str]] = set()
    wrong = []
    for category, piece in pieces():
        plain = RECOGNISER.recognise(piece)
        for text, way in variants(piece.model, category, rng, EACH):
            found = RECOGNISER.recognise(replace(piece, model=text))
            tried.add((piece.name, text))
            if found.verdict is not plain.verdict or found.verdict is Verdict.OK:
                wrong.append(
                    (way, piece.model, text, plain.verdict.value, found.verdict.value, found.reasons)
                )
    assert wrong == []
    assert len(tried) >= LEAST


def test_no_spelling_of_a_look_alike_is_eliminated() -> None:
    rng = random.Random(20251201)
    samples = read_samples(catalogue())
    tried, wrong = 0, []
    for sample in samples.samples:
        if sample.verdict is not Verdict.OK:
            continue
        category = RECOGNISER.recognise(sample.equipment).category
        for text, way in variants(sample.stated.get("model", ""), category, rng, 40):
            found = RECOGNISER.recognise(replace(sample.equipment, model=text))
            tried += 1
            if found.verdict is Verdict.ELIMINATED:
                wrong.append((way, sample.id, sample.stated.get("model"), text, found.rule))
    assert wrong == []
    assert tried > 3_000
