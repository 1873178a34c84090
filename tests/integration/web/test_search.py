"""搜索: inside the scope, marked, narrowed down by what the hits have; suggestions for who types."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from formserver.core.drafting import Drafting
from formserver.enterprises.service import EnterpriseService
from tests.support.web import context_of

FIRMS = (
    ("川西水泥有限公司", "四川省川西市", "水泥制造"),
    ("川西第二水泥有限公司", "四川省青石县", "水泥制造"),
    ("<b>水泥</b> & 砖瓦厂", "四川省青石县", "砖瓦制造"),
)


@pytest.fixture
def filled(app, people):
    context, inspector = context_of(app), people("inspector")
    register = context.service(EnterpriseService)
    for name, region, industry in FIRMS:
        made = register.create(inspector, {"name": name, "region_name": region, "industry_name": industry})
    drafting = context.service(Drafting)
    for key in ("inspection_notice", "site_record"):
        document = drafting.create(inspector, key, enterprise_id=made.id)
        drafting.save_body(inspector, document.id, context.catalogue.sample(key), base_version=0)
    return app


def facets(page):
    found = {}
    for section in page.tree.xpath("//section[@class='fs-facet']"):
        name = section.xpath("string(h2)")
        found[name] = {
            a.xpath("string(span[1])"): (int(a.xpath("string(span[2])")), a.get("href"))
            for a in section.xpath(".//a")
        }
    return found


def titles(page):
    return [e.text_content() for e in page.tree.xpath("//*[@class='fs-hit-title']")]


def test_hits_are_grouped_marked_and_escaped(filled, client_as):
    page = client_as("inspector").get("/search?q=水泥")
    assert set(titles(page)) >= {name for name, *_ in FIRMS}
    assert not page.tree.xpath("//main//b")
    assert {m.text_content() for m in page.tree.xpath("//mark")} == {"水泥"}
    assert set(facets(page)) == {"类别"}


def test_counts_are_what_choosing_the_value_shows(filled, client_as):
    client = client_as("inspector")
    page = client.get("/search?q=水泥")
    for what, (count, url) in facets(page)["类别"].items():
        narrowed = client.get(url)
        assert len(titles(narrowed)) == count, what
        for name, values in facets(narrowed).items():
            for value, (inner, link) in values.items():
                if name != "类别":
                    assert len(titles(client.get(link))) == inner, (what, name, value)


def test_facets_combine_and_a_chosen_one_can_be_taken_away(filled, client_as):
    client = client_as("inspector")
    page = client.get("/search?q=水泥&what=企业&f=所在地:四川省青石县")
    assert len(titles(page)) == 2
    assert facets(page)["行业"] == {
        value: (1, facets(page)["行业"][value][1]) for value in ("水泥制造", "砖瓦制造")
    }
    both = client.get(facets(page)["行业"]["砖瓦制造"][1])
    assert titles(both) == ["<b>水泥</b> & 砖瓦厂"]
    assert parse_qs(urlsplit(facets(both)["行业"]["砖瓦制造"][1]).query)["f"] == ["所在地:四川省青石县"]
    nothing = client.get("/search?q=水泥&what=企业&f=所在地:四川省青石县&f=行业:炼铁")
    assert "这些条件下没有结果" in nothing.text


def test_documents_have_type_state_and_year(filled, client_as):
    found = facets(client_as("inspector").get("/search?q=水泥&what=文书"))
    assert set(found) == {"类别", "文书种类", "状态", "年份"}
    assert found["状态"]["草稿"][0] == 2


def test_another_citys_person_finds_nothing_and_is_told_so_calmly(filled, client_as):
    found = facets(client_as("chengdu").get("/search?q=水泥"))["类别"]
    assert set(found) == {"计算包"}, "standards are everybody's; enterprises and papers are not"
    page = client_as("chengdu").get("/search?q=川西水泥")
    assert titles(page) == []
    assert "没有找到与“川西水泥”有关的内容" in page.text
    assert client_as("chengdu").http.get("/search/suggest?q=川西水泥").json["items"] == []
    assert client_as("nobody").http.get("/search/suggest?q=水泥").json["items"] == []


def test_suggestions_are_few_and_lead_to_pages_of_ours(filled, client_as):
    client = client_as("inspector")
    answer = client.http.get("/search/suggest?q=%20水泥 ").json
    assert {item["kind"] for item in answer["items"]} == {"企业", "文书", "计算包"}
    assert all(client.http.get(item["url"]).status_code == 200 for item in answer["items"])
    assert client.get(answer["all"]).heading == "“水泥”的搜索结果"
    assert client.http.get("/search/suggest?q=").json["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=",
        "q=%00%02%03",
        "q=" + "水" * 5000,
        "q=水泥&what=没有",
        "q=水泥&what=企业&f=:&f=x&f=" + "a:" * 500,
        "q=%22%20OR%20*%20NEAR(",
        "q=%F0%9F%92%A5",
        "q=" + "a " * 60,
    ],
)
def test_whatever_the_address_says_a_page_comes_back(filled, client_as, query):
    client = client_as("inspector")
    client.get(f"/search?{query}")
    assert client.http.get(f"/search/suggest?{query}").status_code == 200
