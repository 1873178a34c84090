"""Every line of every catalogue speaks: what it names is never 正常, what is kept from memory never 淘汰."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.equipment.matching.deriving_lines import derive_batch, pieces_of
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.library_reading import check_rule
from formserver.equipment.matching.model import Equipment, Verdict
from tests.support.calculating import catalogue
from tools.equipment import check

LIBRARY = EquipmentLibrary(catalogue())
DAYS = (date(2022, 6, 30), date(2025, 6, 30), date(2026, 11, 21))


def test_the_shipped_rules_are_what_their_lines_make_and_no_judge_objects() -> None:
    assert check() == []


@pytest.mark.parametrize("day", DAYS)
def test_every_line_speaks(day: date) -> None:
    recogniser = LIBRARY.recogniser(day)
    silent, settled, seen = [], [], 0
    for batch in LIBRARY.batches(day):
        for item in batch.items:
            for piece in pieces_of(item):
                found = recogniser.recognise(piece)
                seen += 1
                if found.verdict is Verdict.OK:
                    silent.append((item.ref, piece))
                if found.verdict is Verdict.ELIMINATED and found.recalled:
                    settled.append((item.ref, piece))
    assert (silent, settled) == ([], [])
    assert seen > 1300


@pytest.mark.parametrize("day", DAYS)
def test_whatever_is_eliminated_names_its_line(day: date) -> None:
    recogniser = LIBRARY.recogniser(day)
    for batch in LIBRARY.batches(day):
        for item in batch.items:
            for piece in pieces_of(item):
                found = recogniser.recognise(piece)
                if found.verdict is Verdict.ELIMINATED:
                    assert found.item is not None, piece
                    assert found.catalogue, piece


@pytest.mark.parametrize(
    ("name", "model", "ref"),
    [
        ("离心引风机", "W5-47No.59C", "batch_3:3-2.3"),
        ("高压三相笼型异步电动机", "JS157-10,6kV", "batch_4:2-4"),
        ("空压机", "1-0.5/8", "batch_1:7-5"),
        ("电磁起动器", "QC0-10", "batch_2:3-52.1"),
    ],
)
def test_lines_with_faults_of_copying_stay_visible(name: str, model: str, ref: str) -> None:
    found = LIBRARY.recogniser(DAYS[1]).recognise(Equipment(name=name, model=model))
    assert found.verdict in (Verdict.ELIMINATED, Verdict.REVIEW)
    assert found.item is not None
    assert found.item.ref.startswith(ref)


@pytest.mark.parametrize(
    ("day", "model", "verdict"),
    [
        (date(2021, 6, 30), "2BA6", Verdict.ELIMINATED),  # first batch, line by line
        (date(2021, 6, 30), "5BA6", Verdict.REVIEW),  # the series of 2019, from memory
        (date(2015, 6, 30), "5BA6", Verdict.OK),  # nothing named it then
        (date(2025, 6, 30), "5BA6", Verdict.ELIMINATED),  # the series of 2024
    ],
)
def test_a_catalogue_issued_later_does_not_speak(day: date, model: str, verdict: Verdict) -> None:
    found = LIBRARY.recogniser(day).recognise(Equipment(name="单级单吸清水离心泵", model=model))
    assert found.verdict is verdict


def test_every_derived_rule_can_be_used() -> None:
    for batch in LIBRARY.batches():
        for rule in derive_batch(LIBRARY, batch):
            assert check_rule(rule) == []
