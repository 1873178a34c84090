"""Every labelled row gets its verdict and its first rule, whatever else stands around it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.samples import read_samples
from tests.support.recognising import library

SAMPLES = read_samples(library().catalogue)
RECOGNISER = library().recogniser(SAMPLES.as_of)
FOUND = {one.id: RECOGNISER.recognise(one.equipment) for one in SAMPLES.samples}


def test_every_labelled_row_has_its_verdict_and_rule() -> None:
    wrong = [
        f"{one.id} {one.stated.get('model')}: {one.verdict} {one.rule} expected, got {got.verdict} {got.rule} {got.reasons}"
        for one in SAMPLES.samples
        if (one.verdict, one.rule) != ((got := FOUND[one.id]).verdict, got.rule)
    ]
    assert len(SAMPLES.samples) >= 455
    assert wrong == []


def test_nothing_is_wrongly_eliminated_and_nothing_missed() -> None:
    confusion = Counter((one.verdict, FOUND[one.id].verdict) for one in SAMPLES.samples)
    assert all(expected == got for expected, got in confusion)


def test_every_elimination_names_its_line_and_rests_on_no_memory() -> None:
    for found in FOUND.values():
        if found.verdict is Verdict.ELIMINATED:
            assert found.item is not None
            assert found.catalogue
            assert found.canonical
            assert found.matched
            assert not found.recalled
            assert found.missing == ()


def test_reasons_lead_with_what_decided() -> None:
    firsts = {verdict: {f.reasons[:1] for f in FOUND.values() if f.verdict is verdict} for verdict in Verdict}
    assert firsts[Verdict.OK] == {()}
    assert firsts[Verdict.ELIMINATED] == {("C01",)}
    assert firsts[Verdict.RESTRICTED] <= {("C04",), ("C08",)}
    assert ("C01",) not in firsts[Verdict.REVIEW]


def test_a_row_is_judged_alone() -> None:
    fresh = library().recogniser(SAMPLES.as_of)
    rows = list(SAMPLES.samples)
    random.Random(5).shuffle(rows)
    for one in rows:
        assert fresh.recognise(one.equipment) == FOUND[one.id]


def test_exact_models_are_linked_to_their_own_line() -> None:
    for found in FOUND.values():
        if found.rule in ("M01", "M02", "M05", "M07", "M09", "M11") and found.item and found.canonical:
            assert found.item.model.replace("-Y", "-", 1) == found.canonical


def test_what_is_missing_settles_a_row_once_it_is_filled_in() -> None:
    filled = {"made": "1990", "voltage_v": "380", "poles": "4", "capacity_kva": "315", "name": "电动机"}
    asked = 0
    for one in SAMPLES.samples:
        found = FOUND[one.id]
        if found.reasons[:1] != ("C03",) or "model" in found.missing:
            continue
        asked += 1
        assert found.missing
        again = RECOGNISER.recognise(replace(one.equipment, **{key: filled[key] for key in found.missing}))
        assert again.verdict is not Verdict.REVIEW, (one.id, again)
    assert asked >= 10
