"""The benchmark page over HTTP, with and without scripts: what is asked, shown, kept and refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from formserver.calculation.requests import request_from_json
from formserver.calculators.service import Calculators
from tests.integration.calculators.conftest import CLINKER, asked
from tests.support.website import Website, fields, texts

PAGE = "/calculators/benchmark"
FORM = "//form[@id='benchmark']"


@pytest.fixture
def chen(site: Website) -> FlaskClient:
    return site.client("chen")


def opened(client: FlaskClient, product: str = "cement.clinker", **values: Any) -> MultiDict[str, Any]:
    """What posting the page of a product would send, with ``values`` typed into the first period."""
    page = client.get(f"{PAGE}?product={product}").text
    return fields(page, FORM, **{f"i0.{key}": value for key, value in values.items()})


def evaluate(client: FlaskClient, data: MultiDict[str, Any]) -> dict[str, Any]:
    token = data["csrf_token"]
    answer = client.post(f"{PAGE}/evaluate", data=data, headers={"X-CSRFToken": token})
    assert answer.status_code == 200, answer.text[:500]
    found: dict[str, Any] = answer.json
    return found


def test_the_start_page_leads_to_the_tools_and_shows_what_was_kept(site: Website, chen: FlaskClient) -> None:
    site.context.service(Calculators).save(site.actor("chen"), request_from_json(asked()), "一号窑 2025")
    answer = chen.get("/calculators")
    assert "能耗对标" in texts(answer, "//ul[contains(@class,'calc-tools')]//strong")
    assert "一号窑 2025" in answer.text
    assert "工具应用" in texts(answer, "//nav//a")


def test_who_may_not_has_neither_menu_nor_page(site: Website) -> None:
    viewer = site.client("viewer")
    assert "工具应用" not in viewer.get("/").text
    for url in ("/calculators", PAGE, "/calculators/products?q=a", "/calculators/carriers"):
        assert viewer.get(url).status_code == 403


def test_every_industry_can_be_chosen_and_those_without_limits_say_so(chen: FlaskClient) -> None:
    page = html.fromstring(chen.get(PAGE).text)
    keys = [key for key in page.xpath("//select[@id='industry']/option/@value") if key]
    assert len(keys) >= 46
    for key in keys:
        answer = chen.get(f"{PAGE}?industry={key}")
        products = html.fromstring(answer.text).xpath("//select[@id='product']//option/@value")
        assert len(products) > 1 or "的限额尚未录入" in answer.text, key


def test_every_product_of_every_calculator_has_its_page(site: Website, chen: FlaskClient) -> None:
    library = site.context.service(Calculators).library
    for name in library.names():
        for product in {product for one in library.editions(name) for product in list(one.products)[:2]}:
            answer = chen.get(f"{PAGE}?product={name}.{product}")
            assert answer.status_code == 200
            assert texts(answer, "//aside[@id='results']"), (name, product)


@pytest.mark.parametrize(
    ("text", "found"),
    [("snsl", "水泥熟料"), ("水泥熟料", "水泥熟料"), ("shuinishuliao", "水泥熟料"), ("GB 16780", "水泥熟料")],
)
def test_products_are_found_by_name_pinyin_and_standard(chen: FlaskClient, text: str, found: str) -> None:
    names = [one["name"] for one in chen.get("/calculators/products", query_string={"q": text}).json["items"]]
    assert found in names


def test_carriers_come_with_the_units_that_fit(chen: FlaskClient) -> None:
    (first, *_) = chen.get("/calculators/carriers?q=dianli&product=cement.clinker").json["items"]
    assert first["name"] == "电力"
    assert first["facts"]["units"][0] == "万kWh"
    assert "t" not in first["facts"]["units"]


def test_a_product_that_only_a_later_edition_knows_says_so(site: Website, chen: FlaskClient) -> None:
    library = site.context.service(Calculators).library
    for name in library.names():
        older, newer = library.editions(name)[0], library.editions(name)[-1]
        for product in set(newer.products) - set(older.products):
            assert older.valid_to is not None
            data = opened(chen, f"{name}.{product}")
            data["p0.start"] = data["p0.end"] = older.valid_to.isoformat()
            assert "请改选产品或版本" in evaluate(chen, data)["html"]
            return
    pytest.skip("no edition brings a new product")


def test_live_results_without_keeping_anything(site: Website, chen: FlaskClient) -> None:
    before = len(site.context.service(Calculators).own(site.actor("chen"), limit=100))
    found = evaluate(chen, opened(chen, **CLINKER))
    assert found["summary"] == "达标 · 3 级"
    assert found["messages"] == {}
    drawn = html.fromstring(found["html"])
    assert "102.57" in drawn.text_content()
    assert len(drawn.xpath("//svg[@role='img']/title")) == 3
    assert "102.565050835652" in drawn.text_content()  # steps with unrounded values
    assert len(site.context.service(Calculators).own(site.actor("chen"), limit=100)) == before


def test_an_input_is_asked_for_when_another_makes_it_necessary(chen: FlaskClient) -> None:
    low, high = (evaluate(chen, opened(chen, **{**CLINKER, "altitude_m": m})) for m in ("420", "1800"))
    assert low["cells"]["i0.pressure_pa"] is False
    assert high["cells"]["i0.pressure_pa"] is True
    assert high["required"]["pressure_pa"] is True
    assert "环境大气压" in html.fromstring(high["html"]).xpath("string(//p[contains(@class,'calc-missing')])")


def test_while_typing_only_wrong_values_are_told_beside_fields_afterwards_all(chen: FlaskClient) -> None:
    data = opened(chen, coal_t="一百吨")
    live = evaluate(chen, data)
    assert set(live["messages"]) == {"i0.coal_t"}
    data["do"] = "calculate"
    answer = chen.post(PAGE, data=data)
    told = texts(answer, "//p[@data-message and not(@hidden)]")
    assert any("一百吨" in text for text in told)
    assert any("缺少熟料产量" in text for text in told)
    assert html.fromstring(answer.text).xpath("//input[@id='i0.coal_t']/@value") == ["一百吨"]
    anchors = html.fromstring(answer.text).xpath("//div[@data-error-summary]//a/@href")
    ids = set(html.fromstring(answer.text).xpath("//@id"))
    assert anchors
    assert {anchor[1:] for anchor in anchors} <= ids


def test_changing_the_product_back_and_forth_loses_nothing(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["product"] = "cement.cement"
    page = chen.post(PAGE, data={**data, "do": "switch"}).text
    there = fields(page, FORM)
    assert there["shown"] == "cement.cement"
    there["industry"] = "flat_glass"
    page = chen.post(PAGE, data={**there, "do": "switch"}).text
    glass = fields(page, FORM)
    assert glass["shown"] == ""
    glass["industry"], glass["product"] = "cement", "cement.clinker"
    back = fields(chen.post(PAGE, data={**glass, "do": "switch"}).text, FORM)
    assert {key: back[f"i0.{key}"] for key in CLINKER} == CLINKER
    assert (back["p0.start"], back["p0.end"]) == ("2025-01-01", "2025-12-31")


def test_energy_lines_by_name_with_measured_heat_and_an_own_coefficient(chen: FlaskClient) -> None:
    data = opened(chen, "gypsum.building_gypsum")
    for do in ("add-0", "add-0", "copy-0-1", "suggest-0-electricity"):
        data = fields(chen.post(PAGE, data=MultiDict([*data.items(multi=True), ("do", do)])).text, FORM)
    assert data.getlist("e0") == ["0", "1", "2", "3"]
    rows = (
        {"carrier": "原煤", "amount": "1,000", "unit": "t"},
        {
            "carrier": "原煤",
            "amount": "1000",
            "unit": "t",
            "mode": "measured",
            "q_net": "29307.6",
            "q_unit": "kJ/kg",
        },
        {
            "carrier": "生物质",
            "amount": "10",
            "unit": "t",
            "mode": "own",
            "coefficient": "0.5",
            "coefficient_unit": "tce/t",
        },
        {"carrier": "电力", "amount": "1", "unit": "万kWh"},
    )
    for no, row in enumerate(rows):
        for key, value in row.items():
            data[f"e0.{no}.{key}"] = value
    found = evaluate(chen, data)
    lines = found["lines"]
    assert lines["e0.0"] == "714,300 kgce"
    assert lines["e0.1"] == "1,000,000 kgce"
    assert lines["e0.2"] == "5,000 kgce"
    assert lines["e0.3"] == "1,229 kgce"
    assert found["totals"]["0"].endswith("合计 1,720,529 kgce")


def test_a_unit_that_does_not_fit_is_told_at_its_field(chen: FlaskClient) -> None:
    data = opened(chen, "gypsum.building_gypsum")
    data = fields(chen.post(PAGE, data={**data, "do": "add-0"}).text, FORM)
    data["e0.0.carrier"], data["e0.0.amount"], data["e0.0.unit"] = "电力", "5", "t"
    assert "计量单位" in evaluate(chen, data)["messages"]["e0.0.unit"]


def test_two_years_side_by_side(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    page = chen.post(PAGE, data={**data, "do": "period"}).text
    data = fields(page, FORM, **{f"i1.{key}": value for key, value in CLINKER.items()})
    data["i1.coal_t"] = "200000"
    assert data.getlist("p") == ["0", "1"]
    found = html.fromstring(evaluate(chen, data)["html"])
    assert found.xpath("//table[contains(@class,'calc-compare-table')]//thead/tr/th/text()") == [
        "指标",
        "2025年",
        "2024年",
    ]
    assert "2025年与2024年相比，熟料单位产品综合煤耗上升" in found.text_content()


def test_a_period_across_editions_asks_for_one_and_names_them(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["p0.start"], data["p0.end"] = "2022-07-01", "2023-06-30"
    found = evaluate(chen, data)
    assert "跨越标准换版日" in found["messages"]["p0.edition"]


@pytest.mark.parametrize("day", ["", "2025-13-01", "0001-01-01", "9999-12-31", "２０２５-01-01", "2025-1-1"])
def test_days_that_are_none_are_told_and_calculate_nothing(chen: FlaskClient, day: str) -> None:
    data = opened(chen, **CLINKER)
    data["p0.end"] = day
    found = evaluate(chen, data)
    assert "p0.start" in found["messages"]
    data["do"] = "save"
    assert chen.post(PAGE, data=data).status_code == 422


def test_keeping_and_opening_again_gives_the_same_page(site: Website, chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["title"], data["enterprise"], data["enterprise_id"] = (
        "二号窑",
        site.enterprise.name,
        site.enterprise.id,
    )
    data["do"] = "save"
    answer = chen.post(PAGE, data=data)
    assert answer.status_code == 302
    again = fields(chen.get(answer.location).text, FORM)
    assert {key: again[f"i0.{key}"] for key in CLINKER} == CLINKER
    kept = site.context.service(Calculators).own(site.actor("chen"), limit=1)[0]
    assert (kept.title, kept.enterprise_id) == ("二号窑", site.enterprise.id)
    shown = chen.get(f"/calculators/saved/{kept.id}")
    assert "102.565050835652" in shown.text
    assert site.client("waishi").get(f"/calculators/saved/{kept.id}").status_code == 404
    assert site.client("waishi").get(answer.location).status_code == 404


def test_a_refused_keeping_shows_the_form_as_typed(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["title"], data["enterprise"], data["enterprise_id"] = "甲", "某公司", "0" * 26
    data["do"] = "save"
    answer = chen.post(PAGE, data=data)
    assert answer.status_code == 404
    assert fields(answer.text, FORM)["i0.coal_t"] == CLINKER["coal_t"]
    assert "没有找到" in texts(answer, "//div[@role='alert']")[0]


def test_a_kept_page_without_a_name_gets_one(site: Website, chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["do"] = "save"
    assert chen.post(PAGE, data=data).status_code == 302
    assert site.context.service(Calculators).own(site.actor("chen"), limit=1)[0].title == "水泥熟料 2025年"


def test_the_printed_page_holds_data_steps_and_limits(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["do"] = "print"
    printed = chen.post(PAGE, data=data).text
    for text in ("统计期入窑燃料实物量", "208000", "计算过程", "限额与修正", "全数值比较法", "结论：达标。"):
        assert text in printed
    assert (
        "<details"
        not in html.fromstring(printed)
        .xpath("//h3[text()='计算过程']/following-sibling::ol")[0]
        .text_content()
    )


def test_standing_still_is_never_a_pass(chen: FlaskClient) -> None:
    data = opened(chen, **CLINKER)
    data["production_state"] = "stopped"
    assert evaluate(chen, data)["summary"] == "不适用"


def test_what_people_type_is_shown_as_text(chen: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>{{7*7}}'
    data = opened(chen, coal_t=evil)
    data["title"] = evil
    data["kept"] = json.dumps({"cement.cement": [{evil: evil}]})
    for answer in (evaluate(chen, data)["html"], chen.post(PAGE, data={**data, "do": "calculate"}).text):
        assert "<script>alert" not in answer
        assert ">49<" not in answer
