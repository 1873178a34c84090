"""Rules follow the lines they were made of; what people wrote stays."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.core.canonical import clone
from formserver.core.clock import SystemClock
from formserver.core.definitions.document_type import read_json
from formserver.core.definitions.editions import Catalogue, shipped_catalogue
from formserver.equipment.catalogue_content import put_row, remove_row, row_of
from formserver.equipment.catalogue_deriving import batch_of, with_rules
from formserver.equipment.matching.deriving_lines import derive_batch
from formserver.equipment.matching.library import EquipmentLibrary


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped_catalogue(SystemClock())


@pytest.fixture(scope="module")
def library(catalogue: Catalogue) -> EquipmentLibrary:
    return EquipmentLibrary(catalogue)


@pytest.fixture
def guidance(catalogue: Catalogue) -> dict[str, Any]:
    found = catalogue.definition("elimination", "guidance", "2024")
    made: dict[str, Any] = clone(read_json(found.content, found.id))
    return made


def named(content: dict[str, Any], line_id: str) -> list[dict[str, Any]]:
    return [rule for rule in content["rules"] if f"guidance:{line_id}" in rule["items"]]


def test_untouched_files_stay_as_they_are(library: EquipmentLibrary, catalogue: Catalogue) -> None:
    for definition in catalogue.definitions("elimination"):
        content = read_json(definition.content, definition.id)
        assert with_rules(library, content, content) is content
        assert derive_batch(library, batch_of(content)) == content["rules"], definition.id


def test_a_changed_line_has_its_rules_made_again_in_their_place(
    library: EquipmentLibrary, guidance: dict[str, Any]
) -> None:
    line = row_of(guidance, "items", "switchgear-3")
    assert line is not None
    new = put_row(guidance, "items", "switchgear-3", {**line, "model": "CJ88系列"})
    made = with_rules(library, new, guidance)
    before = [rule["id"] for rule in guidance["rules"]]
    assert [rule["id"] for rule in made["rules"]] == before
    assert all("CJ88" in rule["title"] for rule in named(made, "switchgear-3"))
    others = [rule for rule in made["rules"] if "guidance:switchgear-3" not in rule["items"]]
    assert others == [rule for rule in guidance["rules"] if "guidance:switchgear-3" not in rule["items"]]


def test_rules_of_a_removed_line_go_with_it(library: EquipmentLibrary, guidance: dict[str, Any]) -> None:
    assert named(guidance, "switchgear-3")
    gone = {rule["id"] for rule in named(guidance, "switchgear-3")}
    made = with_rules(library, remove_row(guidance, "items", "switchgear-3"), guidance)
    assert not gone & {rule["id"] for rule in made["rules"]}
    assert len(made["rules"]) == len(guidance["rules"]) - len(gone)


def test_what_people_wrote_stands(library: EquipmentLibrary, guidance: dict[str, Any]) -> None:
    (rule, *_) = named(guidance, "switchgear-3")
    old = put_row(guidance, "rules", rule["id"], {**rule, "evidence": "由维护人员改写"})
    line = row_of(old, "items", "switchgear-3")
    assert line is not None
    made = with_rules(library, put_row(old, "items", "switchgear-3", {**line, "model": "CJ88系列"}), old)
    assert row_of(made, "rules", rule["id"]) == {**rule, "evidence": "由维护人员改写"}
    assert [one["id"] for one in named(made, "switchgear-3")].count(rule["id"]) == 1


@pytest.mark.parametrize(
    "line", [{}, {"id": 3}, {"id": "x", "deadline": 5, "model": None, "category": "飞机"}]
)
def test_faulty_lines_do_not_stop_it(
    library: EquipmentLibrary, guidance: dict[str, Any], line: dict[str, Any]
) -> None:
    with_rules(library, {**guidance, "items": [*guidance["items"], line]}, guidance)
