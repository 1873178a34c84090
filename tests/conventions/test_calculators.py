"""Every shipped calculator keeps the rules of docs/calculators.md and works out its own examples."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

import pytest

from formserver.calculation.checking import check_calculator, check_validity
from formserver.calculation.library import Library
from formserver.calculation.packs import Calculator
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.meta import META_SCHEMAS, meta_faults
from formserver.core.definitions.repository import CALCULATION_KINDS

CATALOGUE = shipped_catalogue(SystemClock())
LIBRARY = Library(CATALOGUE)
EDITIONS = [one for name in LIBRARY.names() for one in LIBRARY.editions(name)]
FILES = [d for kind in (*CALCULATION_KINDS, "industries") for d in CATALOGUE.definitions(kind)]
WORKED = {
    *("WE-01", "WE-03", "WE-04", "WE-06", "WE-07", "WE-08", "WE-09", "WE-11", "WE-12", "WE-14", "WE-16"),
    *("WE-17", "WE-19", "WE-20", "WE-21", "WE-22"),
    *("W01", "W02", "W03", "W04", "W06a", "W06b", "W07", "W08a", "W08b", "W08d", "W09", "W11", "W12", "W14"),
}
"""The thirty worked examples our facts came with."""


def limits_of(one: Calculator):
    """The limits a calculator points to on its last day or, where it is open, its first."""
    return LIBRARY.limits(one, one.valid_to or one.valid_from or date.max)


@pytest.mark.parametrize("definition", FILES, ids=lambda d: d.id)
def test_a_file_has_the_form_of_its_kind(definition) -> None:
    faults = meta_faults(META_SCHEMAS[definition.kind], json.loads(definition.content))
    assert not faults


@pytest.mark.parametrize("one", EDITIONS, ids=lambda one: one.id)
def test_a_calculator_is_sound_and_its_examples_come_out(one: Calculator) -> None:
    problems = check_calculator(one, limits_of(one), LIBRARY)
    assert not [f"{p.pointer} {p.code} {p.message}" for p in problems]


@pytest.mark.parametrize("name", LIBRARY.names())
def test_editions_follow_each_other_without_gap_or_overlap(name: str) -> None:
    assert not [p.message for p in check_validity(LIBRARY.editions(name))]


@pytest.mark.parametrize("one", EDITIONS, ids=lambda one: one.id)
def test_a_calculator_has_three_examples_of_its_own(one: Calculator) -> None:
    own = [example for example in one.examples if example.get("origin", "own") == "own"]
    assert len(own) >= 3


def test_every_worked_example_of_the_facts_is_kept() -> None:
    found = Counter(
        origin.split("/")[0]
        for one in EDITIONS
        for example in one.examples
        if (origin := example.get("origin", "own")) != "own"
    )
    assert set(found) >= WORKED


def test_industries_name_calculators_that_exist() -> None:
    named = {name for industry in LIBRARY.industries() for name in industry.calculators}
    assert named <= set(LIBRARY.names())
    assert set(LIBRARY.names()) <= named
    assert len(LIBRARY.industries()) >= 44


def test_the_catalogue_covers_more_than_forty_industries() -> None:
    assert sum(1 for industry in LIBRARY.industries() if industry.calculators) >= 40
