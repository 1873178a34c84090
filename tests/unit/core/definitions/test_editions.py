import dataclasses
import json
from datetime import date

import pytest

from formserver.core.definitions.editions import (
    Catalogue,
    FileDefinitionSource,
    MemoryDefinitionRepository,
    shipped_catalogue,
)
from formserver.core.definitions.publishing import definition_problems, publish_definition
from formserver.core.definitions.repository import edition_order, edition_parts
from formserver.core.definitions.shipped import definition_hash, shipped_dir
from formserver.core.errors import AppError


def source_of(tree):
    return FileDefinitionSource(tree / "schemas", tree / "doc_templates")


def publish(tree):
    found = {
        d.id: d.sha256 for d in source_of(tree).definitions() if d.kind in ("document", "template", "library")
    }
    (tree / "schemas/published.json").write_text(json.dumps({"published": found}), "utf-8")


@pytest.fixture
def catalogue(tree, clock):
    publish(tree)
    return shipped_catalogue(clock, source_of(tree))


def overlay(patch):
    return json.dumps({"extends": "documents/visit_note/v1", "patch": patch}).encode()


def second_edition(tree, schema):
    schema["$id"] = "documents/visit_note/v2"
    schema["title"] = "走访记录（新）"
    path = tree / "schemas/documents/visit_note/v2.schema.json"
    path.write_text(json.dumps(schema), "utf-8")
    (tree / "doc_templates/visit_note/v2.docx").write_bytes(b"PK template two")


def test_editions_sort_with_local_ones_between():
    versions = ["v2", "v1+chengdu.3", "v10", "v1", "v1+chengdu.10", "2026-07", "2026-01"]
    assert sorted(versions, key=edition_order) == [
        "2026-01",
        "2026-07",
        "v1",
        "v1+chengdu.3",
        "v1+chengdu.10",
        "v2",
        "v10",
    ]
    assert edition_parts("v1+chengdu.3") == ("v1", "chengdu")
    assert edition_parts("v1") == ("v1", "")


def test_the_shipped_tree_is_copied_once_by_hash(tree, clock):
    repository = MemoryDefinitionRepository()
    first = Catalogue(repository, clock).sync(source_of(tree))
    assert "document/visit_note/v1" in first.added
    again = Catalogue(repository, clock).sync(source_of(tree))
    assert (again.added, again.replaced, again.refused) == ((), (), ())


def test_the_catalogue_answers_for_types_templates_libraries_samples(catalogue):
    assert [dt.key for dt in catalogue.types()] == ["visit_note"]
    dt = catalogue.type("visit_note")
    assert catalogue.type("visit_note", "v1") is dt
    assert catalogue.template("visit_note", "v1") == b"PK template one"
    assert catalogue.template_sha256("visit_note", "v1") == definition_hash("template", b"PK template one")
    assert catalogue.sample("visit_note")["mode"] == "现场"
    assert catalogue.library("rights").edition == "2026-01"
    assert catalogue.library_names() == ("materials", "rights")
    assert catalogue.measures()["output"]["title"] == "产量"


@pytest.mark.parametrize("question", ["type", "sample"])
def test_an_unknown_type_is_not_found(catalogue, question):
    with pytest.raises(AppError) as caught:
        getattr(catalogue, question)("nothing")
    assert caught.value.code.code == "DEFINITION_NOT_FOUND"
    with pytest.raises(AppError):
        catalogue.template("visit_note", "v9")


def test_a_published_definition_never_changes(tree, clock, catalogue, schema):
    schema["title"] = "改了"
    content = json.dumps(schema).encode()
    path = tree / "schemas/documents/visit_note/v1.schema.json"
    path.write_bytes(content)
    assert catalogue.sync(source_of(tree)).refused == ("document/visit_note/v1",)
    assert catalogue.type("visit_note").title == "走访记录"
    changed = next(d for d in source_of(tree).definitions() if d.kind == "document")
    with pytest.raises(AppError) as caught:
        catalogue.put(changed)
    assert caught.value.code.code == "DEFINITION_FROZEN"


def test_white_space_is_no_change(tree, catalogue, schema):
    path = tree / "schemas/documents/visit_note/v1.schema.json"
    path.write_text(json.dumps(schema, indent=8, ensure_ascii=True), "utf-8", newline="\r\n")
    assert catalogue.sync(source_of(tree)).refused == ()


def test_an_unpublished_file_may_still_be_replaced(tree, clock, schema):
    catalogue = shipped_catalogue(clock, source_of(tree))
    assert catalogue.definitions("document")[0].status == "draft"
    schema["title"] = "改了"
    (tree / "schemas/documents/visit_note/v1.schema.json").write_text(json.dumps(schema), "utf-8")
    assert catalogue.sync(source_of(tree)).replaced == ("document/visit_note/v1",)
    assert catalogue.type("visit_note").title == "改了"
    publish(tree)
    catalogue.sync(source_of(tree))
    assert catalogue.definitions("document")[0].status == "published"


def test_the_newest_edition_in_force_is_chosen_by_date(tree, catalogue, schema):
    schema["x-document"]["valid_from"] = "2026-07-01"
    second_edition(tree, schema)
    catalogue.sync(source_of(tree))
    assert catalogue.type("visit_note").edition == "v1"
    assert catalogue.type("visit_note", on=date(2026, 7, 1)).edition == "v2"
    assert catalogue.type("visit_note", "v2").title == "走访记录（新）"
    assert not catalogue.is_in_force("visit_note", "v2")
    assert catalogue.is_in_force("visit_note", "v2", date(2026, 7, 1))


def test_a_withdrawn_edition_stays_for_documents_pinned_to_it(catalogue):
    catalogue.withdraw("document", "visit_note", "v1", date(2026, 4, 30))
    assert catalogue.types() == ()
    assert catalogue.type("visit_note", "v1").edition == "v1"
    assert not catalogue.is_in_force("visit_note", "v1")
    with pytest.raises(AppError):
        catalogue.type("visit_note")


def test_an_agency_has_its_own_variant_by_inheritance(catalogue):
    patch = {
        "title": "成都走访记录",
        "properties": {"phone": None, "memo": {"type": "string", "title": "备注", "x-section": "base"}},
    }
    made = catalogue.add_local("document", "visit_note", "v1", "chengdu", overlay(patch))
    assert (made.version, made.status) == ("v1+chengdu.1", "draft")
    assert catalogue.type("visit_note", agency="chengdu").edition == "v1"
    publish_definition(catalogue, "document", "visit_note", made.version)
    own = catalogue.type("visit_note", agency="chengdu")
    assert (own.edition, own.title) == ("v1+chengdu.1", "成都走访记录")
    assert "/memo" in own.by_pattern
    assert "/phone" not in own.by_pattern
    assert catalogue.type("visit_note").edition == "v1"
    assert catalogue.type("visit_note", agency="mianyang").edition == "v1"
    assert catalogue.template("visit_note", own.edition) == b"PK template one"
    assert (
        catalogue.add_local("document", "visit_note", "v1", "chengdu", overlay({})).version == "v1+chengdu.2"
    )
    publish_definition(catalogue, "document", "visit_note", "v1+chengdu.2")
    assert catalogue.type("visit_note", agency="chengdu").edition == "v1+chengdu.2"
    with pytest.raises(AppError) as caught:
        catalogue.add_local(
            "document", "visit_note", "v1", "chengdu", overlay({"properties": {"x": {"type": "number"}}})
        )
    assert caught.value.code.code == "DEFINITION_UNREADABLE"
    with pytest.raises(ValueError, match="agency"):
        catalogue.add_local("document", "visit_note", "v1", "成都", overlay({}))


def test_a_faulty_variant_is_not_published_and_every_fault_is_named(catalogue):
    patch = {
        "properties": {
            "other": {"x-show-when": {"at": "/nothing", "empty": False}},
            "mode": {"x-section": "nowhere"},
        }
    }
    made = catalogue.add_local("document", "visit_note", "v1", "chengdu", overlay(patch))
    with pytest.raises(AppError) as caught:
        publish_definition(catalogue, "document", "visit_note", made.version)
    assert caught.value.code.code == "DEFINITION_FAULTY"
    assert {p.pointer for p in caught.value.problems} == {"/properties/mode", "/properties/other"}
    assert catalogue.type("visit_note", agency="chengdu").edition == "v1"


@pytest.mark.parametrize("kind", ["library", "measures", "template"])
def test_other_kinds_are_judged_too(catalogue, kind):
    for definition in catalogue.definitions(kind):
        assert definition_problems(catalogue, kind, definition.name, definition.version) == []


def test_a_newer_shipped_edition_is_offered_beside_a_local_one_with_both_sides(tree, catalogue, schema):
    made = catalogue.add_local("document", "visit_note", "v1", "chengdu", overlay({"title": "成都走访记录"}))
    publish_definition(catalogue, "document", "visit_note", made.version)
    assert catalogue.offers() == ()
    schema["properties"]["phone"]["title"] = "联系电话"
    second_edition(tree, schema)
    catalogue.sync(source_of(tree))
    (offer,) = catalogue.offers()
    assert (offer.base, offer.local, offer.shipped) == ("v1", "v1+chengdu.1", "v2")
    sides = {c.pointer: (c.side, c.conflict) for c in offer.changes}
    assert sides["/title"] == ("both", True)
    assert sides["/properties/phone/title"] == ("shipped", False)
    assert catalogue.type("visit_note", agency="chengdu").edition == "v2"


def test_a_change_by_another_process_is_seen(tree, clock, catalogue, monkeypatch):
    assert catalogue.types()
    repository = catalogue._repository
    definition = repository.get("document", "visit_note", "v1")
    repository.put(dataclasses.replace(definition, status="withdrawn"))
    monkeypatch.setattr("formserver.core.definitions.editions._STAMP_SECONDS", 0.0)
    assert catalogue.types() == ()


def test_files_with_floats_or_broken_json_are_named(tree):
    path = tree / "schemas/clauses/rights/2026-01.json"
    path.write_text('{"a": 1.5}', "utf-8")
    with pytest.raises(AppError, match=r"2026-01\.json"):
        list(source_of(tree).definitions())
    path.write_text("{", "utf-8")
    with pytest.raises(AppError, match=r"2026-01\.json"):
        list(source_of(tree).definitions())


def test_the_shipped_folders_exist():
    assert (shipped_dir("schemas") / "meta/document_type.json").is_file()


@pytest.mark.parametrize("broken", ["{}", "[]", '"text"', '{"$id": "documents/broken/v1"}'])
def test_one_broken_form_does_not_take_the_others_down(tree, clock, broken):
    folder = tree / "schemas/documents/broken"
    folder.mkdir()
    (folder / "v1.schema.json").write_text(broken, "utf-8")
    catalogue = Catalogue(MemoryDefinitionRepository(), clock)
    result = catalogue.sync(source_of(tree))
    assert result.refused == ("document/broken/v1",)
    assert [dt.key for dt in catalogue.types()] == ["visit_note"]
