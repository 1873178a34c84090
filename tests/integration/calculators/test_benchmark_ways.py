"""The benchmark page beyond typing: its start, ways out of editions, pasted blocks, energy structure, the search box."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from formserver.calculators.service import Calculators
from tests.integration.calculators.conftest import CLINKER
from tests.integration.calculators.test_benchmark_pages import FORM, PAGE, evaluate, opened
from tests.support.website import Website, fields, texts


@pytest.fixture
def chen(site: Website) -> FlaskClient:
    return site.client("chen")


def test_the_start_groups_every_industry_with_products_and_standards(chen: FlaskClient) -> None:
    tree = html.fromstring(chen.get(PAGE).text)
    titles = tree.xpath("//section[contains(@class,'calc-start')]/h2/text()")
    assert [one for one in titles if one != "最近用过"] == ["冶金", "建材", "化工", "轻工", "电力", "其他"]
    tiles = tree.xpath("//a[contains(@class,'calc-tile')][contains(@href,'industry=')]")
    assert len(tiles) >= 46
    (cement,) = [one for one in tiles if one.get("href").endswith("industry=cement")]
    words = " ".join(cement.text_content().split())
    assert "3 种产品" in words
    assert "GB 16780-2021" in words


def test_an_address_opens_the_form_prefilled(chen: FlaskClient) -> None:
    page = chen.get(f"{PAGE}?calculator=cement&product=clinker&start=2024-01-01&end=2024-06-30").text
    found = fields(page, FORM)
    assert (found["shown"], found["p0.start"], found["p0.end"]) == (
        "cement.clinker",
        "2024-01-01",
        "2024-06-30",
    )


@pytest.mark.parametrize(
    "query", ["calculator=x&product=y", "product=..", "calculator=cement&product=<b>", "industry=%00"]
)
def test_an_address_that_leads_nowhere_shows_the_start(chen: FlaskClient, query: str) -> None:
    answer = chen.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert not texts(answer, "//aside[@id='results']")


def test_a_period_across_editions_is_split_by_a_button(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["p0.start"], data["p0.end"] = "2022-07-01", "2023-06-30"
    drawn = html.fromstring(evaluate(chen, data)["html"])
    buttons = drawn.xpath("//button[contains(@class,'calc-way')]/@value")
    assert buttons == ["split-0-2022-11-01", "edition-0-gb16780-2012", "edition-0-gb16780-2021"]
    split = fields(chen.post(PAGE, data={**data, "do": buttons[0]}).text, FORM)
    assert [split[f"p{no}.{key}"] for no in split.getlist("p") for key in ("start", "end")] == [
        "2022-11-01",
        "2023-06-30",
        "2022-07-01",
        "2022-10-31",
    ]
    chosen = chen.post(PAGE, data={**data, "do": buttons[2]})
    assert fields(chosen.text, FORM)["p0.edition"] == "gb16780-2021"
    assert "跨越标准换版日" not in "".join(texts(chosen, "//aside//li"))


def test_limits_that_are_not_entered_lead_to_a_preview_and_to_the_calculator(
    site: Website, chen: FlaskClient
) -> None:
    data = opened(chen, "coking.top_charging")
    data["p0.start"], data["p0.end"] = "2024-01-01", "2024-12-31"
    for person, words in (("chen", "查看计算包"), ("admin", "到计算包补录限额")):
        client = site.client(person)
        fresh = opened(client, "coking.top_charging")
        fresh["p0.start"], fresh["p0.end"] = "2024-01-01", "2024-12-31"
        drawn = html.fromstring(evaluate(client, fresh)["html"])
        (link,) = drawn.xpath("//a[contains(@class,'calc-way')]")
        assert words in link.text_content()
        assert client.get(link.get("href").partition("#")[0]).status_code == 200
    (preview,) = html.fromstring(evaluate(chen, data)["html"]).xpath(
        "//button[contains(@class,'calc-way')]/@value"
    )
    answer = chen.post(PAGE, data={**data, "do": preview})
    assert "测算预览" in answer.text
    back = html.fromstring(answer.text).xpath("//button[contains(@class,'calc-way')]/@value")
    assert "edition-0-" in back


def test_a_block_is_pasted_without_scripts_and_summed_up(chen: FlaskClient) -> None:
    data = opened(chen, "gypsum.building_gypsum")
    data["paste0"], data["do"] = (
        "能源\t实物量\t单位\n原煤\t1000\t吨\n电力\t100\t万千瓦时\n高炉煤气\t1\t万m³",
        "paste-0",
    )
    data = fields(chen.post(PAGE, data=data).text, FORM)
    assert [data[f"e0.{no}.carrier"] for no in data.getlist("e0")] == ["原煤", "电力", "高炉煤气"]
    assert data["paste0"] == ""
    found = evaluate(chen, data)
    assert "101.325 kPa" in found["notes"]["0"]
    drawn = html.fromstring(found["html"])
    words = " ".join(drawn.xpath("string(//section[contains(@class,'calc-structure')])").split())
    for text in ("当量值（本次采用）838.486 tce", "电力没有统计期的等价值系数", "原煤 85.2%", "14.7%"):
        assert text in words, words


def test_origin_and_stocks_are_heard(chen: FlaskClient) -> None:
    data = opened(chen, "gypsum.building_gypsum")
    data = fields(chen.post(PAGE, data={**data, "do": "add-0"}).text, FORM)
    line = {"carrier": "原煤", "amount": "100", "unit": "t", "opening_stock": "10", "purchased": "100"}
    for key, value in line.items():
        data[f"e0.0.{key}"] = value
    assert "库存平衡不符" in evaluate(chen, data)["html"]
    data["e0.0.closing_stock"] = "10"
    assert "库存平衡不符" not in evaluate(chen, data)["html"]
    data["e0.0.origin"] = "own"
    assert "自产" in evaluate(chen, data)["messages"]["e0.0.origin"]
    again = chen.post(PAGE, data={**data, "do": "calculate"}).text
    assert html.fromstring(again).xpath("//details[@id='e0.0-stocks']/@open")
    assert fields(again, FORM)["e0.0.origin"] == "own"


@pytest.mark.parametrize("text", ["snsl", "GB 16780", "水泥熟料"])
def test_the_search_box_of_every_page_leads_to_the_form(chen: FlaskClient, text: str) -> None:
    items = chen.get("/search/suggest", query_string={"q": text}).json["items"]
    assert "/calculators/benchmark?product=cement.clinker" in [one["url"] for one in items]


def test_who_may_not_calculate_finds_no_calculator(site: Website) -> None:
    items = site.client("viewer").get("/search/suggest?q=snsl").json["items"]
    assert [one for one in items if one["kind"] == "计算包"] == []


def test_an_enterprise_typed_by_name_is_found_and_an_unknown_one_is_told(
    site: Website, chen: FlaskClient
) -> None:
    for name, wanted in ((site.enterprise.name, site.enterprise.id), ("没有这家公司", "")):
        data = opened(chen, **CLINKER)
        data["enterprise"], data["do"] = name, "save"
        answer = chen.post(PAGE, data=data)
        kept = site.context.service(Calculators).own(site.actor("chen"), limit=1)[0]
        assert kept.enterprise_id == wanted
        assert ("没有归到企业" in chen.get(answer.location).text) == (not wanted)
