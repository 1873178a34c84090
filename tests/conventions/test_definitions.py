"""Every shipped definition file: well formed, complete, consistent with its neighbours, frozen once published."""

import importlib.util
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from formserver.core.clock import FixedClock, SystemClock
from formserver.core.definitions.citations import citation_problems
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.meta import META_SCHEMAS
from formserver.core.definitions.prefill import resolve_prefill
from formserver.core.definitions.providers import ClausesProvider, ClockProvider, LawsProvider
from formserver.core.definitions.source import FileDefinitionSource
from formserver.core.definitions.sources import parse_source
from formserver.core.definitions.tree_check import check_tree, read_tree
from formserver.core.definitions.validation import validate_complete, validate_draft
from formserver.core.errors import Severity

ROOT = Path(__file__).resolve().parents[2]
SOURCE = FileDefinitionSource(ROOT / "schemas", ROOT / "doc_templates")
FIXTURES = ROOT / "tests/fixtures/documents"
CATALOGUE = shipped_catalogue(SystemClock(), SOURCE)
TYPES = {dt.key: dt for dt in CATALOGUE.types()}
CTX = {"state": "草稿", "today": "2026-05-06"}


def fixtures(pattern):
    return sorted(FIXTURES.glob(f"*/{pattern}"))


def name(path):
    return f"{path.parent.name}/{path.stem}"


def read(path):
    return json.loads(path.read_text("utf-8"))


def errors(problems):
    return [(p.pointer, p.code, p.message) for p in problems if p.severity is Severity.ERROR]


def test_the_whole_tree_has_no_problem():
    assert [(p.label, p.pointer, p.message) for p in check_tree(SOURCE)] == []


def test_every_file_of_the_tree_is_a_definition_or_known_by_name():
    known = {path for *_, path in SOURCE.files()}
    known |= {SOURCE.schemas_dir / "published.json", *(SOURCE.schemas_dir / "parts").glob("*.json")}
    known |= {SOURCE.schemas_dir / f"meta/{meta}.json" for meta in META_SCHEMAS.values()}
    known |= {SOURCE.schemas_dir / "meta/condition-vectors.json"}
    folders = [SOURCE.schemas_dir / part for part in ("documents", "clauses", "laws", "meta", "parts")]
    strangers = [p for folder in folders for p in folder.rglob("*") if p.is_file() and p not in known]
    assert strangers == []


def test_published_json_lists_every_file_that_freezes():
    spec = importlib.util.spec_from_file_location("publish", ROOT / "tools/publish_definitions.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.main(["--check"]) == 0, (
        "run: python tools/publish_definitions.py (--force before the first release)"
    )


def test_every_type_has_the_fixtures_minimal_full_and_at_least_one_invalid():
    for key in TYPES:
        folder = FIXTURES / key
        assert (folder / "minimal.json").is_file(), key
        assert (folder / "full.json").is_file(), key
        assert list(folder.glob("invalid_*.json")), key
    assert {path.name for path in FIXTURES.iterdir() if path.is_dir()} == set(TYPES)


@pytest.mark.parametrize("path", fixtures("minimal.json") + fixtures("full.json"), ids=name)
def test_fixture_is_complete_for_printing(path):
    dt = TYPES[path.parent.name]
    assert errors(validate_complete(dt, read(path), stage="print", ctx=CTX)) == []


@pytest.mark.parametrize("path", fixtures("full.json"), ids=name)
def test_full_fixture_states_every_field_that_can_be_stated_together(path):
    dt, body = TYPES[path.parent.name], read(path)
    hidden = dt.hidden(body, CTX)
    silent = [
        p.pointer for p in dt.places(body) if p.value is None and p.field.is_leaf and p.pointer not in hidden
    ]
    fields = [f for f in dt.fields() if f.is_leaf]
    assert len(silent) <= len(fields) // 4, silent


@pytest.mark.parametrize("path", fixtures("invalid_*.json"), ids=name)
def test_invalid_fixture_is_refused_for_the_expected_reason(path):
    dt, case = TYPES[path.parent.name], read(path)
    assert case.keys() <= {"body", "expect", "stage", "ctx"}, "see docs/schema-vocabulary.md"
    assert case["expect"]
    ctx = CTX | case.get("ctx", {})
    found = validate_complete(dt, case["body"], stage=case.get("stage", "draft"), ctx=ctx)
    told = {(p.pointer, p.code) for p in found}
    for wanted in case["expect"]:
        assert (wanted["pointer"], wanted["code"]) in told, sorted(told)


@pytest.mark.parametrize("path", fixtures("*.json"), ids=name)
def test_both_engines_give_the_same_problems(path):
    dt, case = TYPES[path.parent.name], read(path)
    body = case.get("body", case)
    for stage in ("draft", "served"):
        native = validate_complete(dt, body, stage=stage, ctx=CTX)
        assert native == validate_complete(dt, body, stage=stage, ctx=CTX, pure=True)
    assert validate_draft(dt, body) == validate_draft(dt, body, pure=True)


@pytest.mark.parametrize("key", TYPES)
def test_sample_is_complete_and_its_citations_stand(key):
    dt, body = TYPES[key], CATALOGUE.sample(key)
    assert errors(validate_complete(dt, body, stage="print", ctx=CTX)) == []
    stated = dt.facets(body).get("doc_date", ("2026-05-06",))[0][:10]
    assert citation_problems(dt, body, CATALOGUE.laws(), date.fromisoformat(stated)) == []
    assert dt.summary(body) != dt.title or "{" not in dt.document["summary"]


@pytest.mark.parametrize("key", TYPES)
def test_every_label_is_chinese_and_every_source_can_be_parsed(key):
    for field in TYPES[key].fields():
        assert any("一" <= c <= "鿿" for c in field.title), field.pointer
        if field.source:
            parse_source(field.source)


def test_laws_that_libraries_and_samples_cite_are_found_under_every_name():
    laws = CATALOGUE.laws()
    assert laws.laws
    for law in laws.laws:
        for alias in law.names:
            assert laws.find(f"《{alias}》") is law


def test_tree_can_be_read_without_a_problem():
    assert read_tree(SOURCE)[1] == []


@pytest.mark.parametrize("key", TYPES)
def test_a_new_document_starts_well_formed_and_every_library_gives_what_its_field_takes(key):
    dt = TYPES[key]
    clock = FixedClock(datetime(2026, 5, 6, 1, 30, tzinfo=UTC))
    sample = CATALOGUE.sample(key)
    chosen = {k: sample[k] for k in ("items", "task_types") if k in sample}
    providers = {
        "clock": ClockProvider(clock),
        "clauses": ClausesProvider(CATALOGUE, date(2026, 5, 6)),
        "laws": LawsProvider(CATALOGUE, date(2026, 5, 6)),
    }
    found = resolve_prefill(dt, providers, chosen)
    assert errors(validate_draft(dt, found.body | chosen)) == []
    asked = [f for f in dt.children[""] if f.source and parse_source(f.source).namespace in providers]
    hidden = dt.hidden(sample, CTX)
    assert [f.pointer for f in asked if f.key not in found.body and f.pointer not in hidden] == []
    rows = tuple(f.pointer + "/" for f in asked if f.kind == "rows")
    wrong = [e for e in errors(validate_complete(dt, found.body | chosen, ctx=CTX)) if e[0].startswith(rows)]
    assert [e for e in wrong if e[1] != "REQUIRED"] == []
