from datetime import date

import pytest

from formserver.core.definitions.editions import FileDefinitionSource, shipped_catalogue
from formserver.core.definitions.prefill import prefill_field, resolve_prefill
from formserver.core.definitions.providers import (
    ClausesProvider,
    ClockProvider,
    FactsProvider,
    LawsProvider,
    PreviousPaper,
    PreviousProvider,
    TeamProvider,
)
from formserver.core.definitions.sources import parse_source
from formserver.core.definitions.validation import validate_draft

TEAM = [
    {"name": "张三", "cert_no": "川A001", "role": "组长", "org": "某中心"},
    {"name": "李四", "cert_no": "川A002", "role": "组员", "org": "某中心"},
]


@pytest.fixture
def catalogue(tree, clock):
    return shipped_catalogue(clock, FileDefinitionSource(tree / "schemas", tree / "doc_templates"))


@pytest.fixture
def providers(catalogue, clock):
    return {
        "enterprise": FactsProvider(
            {"name": "某水泥有限公司", "uscc": "", "phone": None}, "来自企业档案", {"id": "e1"}
        ),
        "team": TeamProvider(TEAM),
        "clock": ClockProvider(clock),
        "clauses": ClausesProvider(catalogue),
    }


@pytest.mark.parametrize(
    ("text", "namespace", "argument", "path"),
    [
        ("enterprise.name", "enterprise", "", "name"),
        ("clock.today", "clock", "", "today"),
        ("team[]", "team", "", ""),
        ("team[].cert_no", "team", "", "cert_no"),
        ("team[role=记录人].name", "team", "", "name"),
        ("prev(inspection_notice).enterprise.ent_name", "prev", "inspection_notice", "enterprise.ent_name"),
        ("clauses(duties)", "clauses", "duties", ""),
        ("laws(notice)", "laws", "notice", ""),
        ("const:无异议", "const", "无异议", ""),
    ],
)
def test_sources_are_parsed(text, namespace, argument, path):
    found = parse_source(text)
    assert (found.namespace, found.argument, found.path) == (namespace, argument, path)


def test_library_sources_choose_by_key_or_by_a_place():
    assert parse_source("clauses(confirm_text:site_record)").key == "site_record"
    assert parse_source("clauses(materials, /items)").place == "/items"
    assert parse_source("team[role=记录人].name").select == ("role", "记录人")


@pytest.mark.parametrize(
    "text",
    ["", "enterprise", "enterprise.", "prev(x)", "team[role=记录人]", "clock.year", "const:", "os.system"],
)
def test_unknown_sources_are_refused(text):
    with pytest.raises(ValueError, match="来源"):
        parse_source(text)


def test_a_new_document_starts_with_what_is_known(dt, providers):
    found = resolve_prefill(dt, providers)
    assert found.body["enterprise"] == {"name": "某水泥有限公司"}
    assert found.body["visited_on"] == "2026-05-06"
    assert found.body["mode"] == "现场"
    assert found.body["shown"] is False
    assert found.body["rights"] == "有权申请回避。\n有权陈述申辩。"
    assert [(p["name"], p["cert"], p["role"]) for p in found.body["people"]] == [
        ("张三", "川A001", "组长"),
        ("李四", "川A002", "组员"),
    ]
    assert validate_draft(dt, found.body) == []


def test_every_value_says_where_it_came_from(dt, providers):
    origins = resolve_prefill(dt, providers).origins_as_json()
    assert origins["/enterprise/name"]["text"] == "来自企业档案"
    assert origins["/people"]["text"] == "来自监察组"
    assert origins["/mode"]["text"] == "默认内容"
    rights = origins["/rights"]
    assert rights["frozen"] is True
    assert rights["reference"]["library"] == "rights"
    assert rights["reference"]["edition"] == "2026-01"
    assert len(rights["reference"]["sha256"]) == 64


def test_items_of_a_library_follow_the_list_in_the_body(dt, providers):
    assert [m["name"] for m in resolve_prefill(dt, providers).body["materials"]] == ["营业执照"]
    found = resolve_prefill(dt, providers, {"items": ["计量"]})
    assert [(m["seq"], m["name"]) for m in found.body["materials"]] == [(1, "计量台账"), (2, "营业执照")]
    again = prefill_field(dt, "/materials", providers, {"items": ["统计"]})
    assert [m["name"] for m in again.value] == ["统计报表", "营业执照"]


def test_given_values_stand(dt, providers):
    found = resolve_prefill(dt, providers, {"mode": "书面"})
    assert "mode" not in found.body


def test_nothing_known_leaves_defaults_only(dt):
    assert resolve_prefill(dt, {}).body == {"mode": "现场", "shown": False}


def test_a_value_that_does_not_suit_its_field_is_left_out(dt, providers):
    providers["enterprise"] = FactsProvider({"name": 5}, "来自企业档案", {})
    providers["team"] = TeamProvider([{"name": "张三", "role": "旁观"}])
    found = resolve_prefill(dt, providers)
    assert "enterprise" not in found.body
    assert [set(row) for row in found.body["people"]] == [{"_k", "name"}]


def test_an_earlier_paper_gives_whole_groups_and_days_of_times(schema):
    from formserver.core.definitions.document_type import load_document_type

    properties = schema["properties"]
    properties["enterprise"]["x-source"] = "prev(earlier).enterprise"
    properties["visited_on"]["x-source"] = "prev(earlier).started_at"
    properties["phone"]["x-source"] = "prev(earlier).doc.number"
    properties["times"]["x-source"] = "agency.check_cap"
    properties["period_to"]["x-source"] = "enterprise.since"
    dt = load_document_type(schema)
    paper = PreviousPaper(
        "走访通知书",
        {"enterprise": {"name": "甲公司", "fax": "1"}, "started_at": "2026-05-06T09:30"},
        {"number": "走访〔2026〕1号", "id": "d1", "version": "3"},
    )
    providers = {
        "prev": PreviousProvider(lambda key: paper if key == "earlier" else None),
        "agency": FactsProvider({"check_cap": "2"}, "来自机构资料", {}),
        "enterprise": FactsProvider({"since": date(2020, 1, 2)}, "来自企业档案", {}),
    }
    found = resolve_prefill(dt, providers)
    assert found.body["enterprise"] == {"name": "甲公司"}
    assert found.body["visited_on"] == "2026-05-06"
    assert found.body["phone"] == "走访〔2026〕1号"
    assert found.body["times"] == 2
    assert found.body["period_to"] == "2020-01-02"
    assert found.origins["/enterprise/name"].text == "来自《走访通知书》走访〔2026〕1号"


def test_one_member_is_chosen_by_role():
    source = parse_source("team[role=组员].name")
    assert TeamProvider(TEAM).provide(source, {}).value == "李四"
    assert TeamProvider(TEAM).provide(parse_source("team[role=记录人].name"), {}) is None
    assert TeamProvider([]).provide(parse_source("team[]"), {}) is None


def test_unknown_libraries_and_sets_give_nothing(catalogue):
    assert ClausesProvider(catalogue).provide(parse_source("clauses(unknown)"), {}) is None
    assert ClausesProvider(catalogue).provide(parse_source("clauses(rights:zzz)"), {}) is None
    assert LawsProvider(catalogue, date(2026, 1, 1)).provide(parse_source("laws(unknown)"), {}) is None
