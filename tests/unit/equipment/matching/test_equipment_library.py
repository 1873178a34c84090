"""Which editions hold on a day, in which order their rules stand, and what a result names as its rules."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from formserver.core.clock import FixedClock
from formserver.core.definitions.editions import Catalogue, MemoryDefinitionRepository, shipped_catalogue
from formserver.core.errors import AppError
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.matching.model import Equipment
from tests.support.recognising import AS_OF, library


def test_batches_of_a_day_and_all_of_them() -> None:
    assert [one.name for one in library().batches(AS_OF)] == [
        "batch_1",
        "batch_2",
        "batch_3",
        "batch_4",
        "guidance",
    ]
    assert [one.edition for one in library().batches(date(2023, 1, 1)) if one.name == "guidance"] == ["2019"]
    assert {one.edition for one in library().batches() if one.name == "guidance"} == {"2019", "2024"}
    assert [one.name for one in library().batches(date(2010, 1, 1))] == ["batch_1"]
    assert library().batches(date(2000, 1, 1)) == ()


def test_lines_are_found_by_their_reference_on_a_day() -> None:
    line = library().item("batch_2:1-1.1", AS_OF)
    assert line is not None
    assert (line.model, line.category, line.edition) == ("Y80M1-2", "motor", "2012")
    assert library().item("batch_2:1-1.1", date(2012, 9, 30)) is None
    assert library().item("batch_9:1", AS_OF) is None


def test_national_rules_stand_first_then_those_of_catalogues() -> None:
    definitions = [rule.definition for rule in library().rules(AS_OF)]
    assert definitions[0] == "matching/national/2025"
    assert definitions == sorted(definitions, key=lambda one: (not one.startswith("matching/"), one))


def test_the_stamp_changes_with_what_is_in_force() -> None:
    assert library().stamp(AS_OF) == library().stamp(date(2024, 2, 1)) != library().stamp(date(2024, 1, 31))
    assert library().recogniser(AS_OF) is library().recogniser(AS_OF)


def test_reason_codes_have_words() -> None:
    assert set(library().reason_words(AS_OF)) == {f"C{n:02}" for n in range(1, 14)}


def test_an_own_edition_takes_the_place_of_the_one_it_grew_from() -> None:
    catalogue = shipped_catalogue(FixedClock(datetime(2026, 11, 21, tzinfo=UTC)))
    own = EquipmentLibrary(catalogue)
    row = Equipment("电动机", "JO2-42-4")
    before = own.stamp(AS_OF)
    assert own.recogniser(AS_OF).recognise(row).rule == "M20"
    shipped = json.loads(catalogue.definition("matching", "national", "2025").content)
    shipped["rules"] = [rule for rule in shipped["rules"] if rule["id"] != "M20"]
    shipped["$id"] = "matching/national/2025+chengdu.1"
    draft = catalogue.add_local("matching", "national", "2025", "chengdu", json.dumps(shipped).encode())
    assert own.recogniser(AS_OF).recognise(row).rule == "M20"
    catalogue.mark_published("matching", "national", draft.version)
    assert own.recogniser(AS_OF).recognise(row).rule != "M20"
    assert own.stamp(AS_OF) != before


def test_without_rules_nothing_is_said_to_be_in_order() -> None:
    empty = Catalogue(MemoryDefinitionRepository(), FixedClock(datetime(2026, 11, 21, tzinfo=UTC)))
    with pytest.raises(AppError, match="没有可用的识别规则"):
        EquipmentLibrary(empty).recogniser(AS_OF)


def test_days_long_not_asked_for_are_forgotten() -> None:
    own = EquipmentLibrary(shipped_catalogue(FixedClock(datetime(2026, 11, 21, tzinfo=UTC))))
    first = own.recogniser(AS_OF)
    for days in range(30):
        assert own.item("batch_2:1-1.1", AS_OF - timedelta(days)) is not None
    again = own.recogniser(AS_OF)
    assert again is not first
    assert again.recognise(Equipment("电动机", "Y160M-4")) == first.recognise(Equipment("电动机", "Y160M-4"))
