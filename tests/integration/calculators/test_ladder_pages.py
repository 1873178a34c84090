"""阶梯电价 and 能效等级 over HTTP: pages with and without scripts, programs, confirmations, hostile input."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict

from formserver.calculators.models import Confirmation
from formserver.calculators.repository import ConfirmationRepository
from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.issuing import Issuing
from tests.support.api import Program
from tests.support.website import Website, fields, texts

LADDER, GRADES = "/calculators/ladder", "/calculators/grades"
FORM = "//form[@data-live-form]"
STEEL = {"tariff": "steel_differential", "start": "2025-01-01", "end": "2025-12-31", "category": "eliminated"}
MOTOR = {"poles": "4", "kw": "11", "efficiency": "91.4", "on": "2025-06-01"}


@pytest.fixture
def chen(site: Website) -> FlaskClient:
    return site.client("chen")


def posted(client: FlaskClient, page: str, **values: str) -> MultiDict[str, Any]:
    """What posting a page's form would send; fields the page shows only after a switch are added."""
    data = fields(client.get(page).text, FORM)
    for key, value in values.items():
        data[key] = value
    return data


def attributes(answer: Any, path: str) -> list[str]:
    return [str(one) for one in html.fromstring(answer.text).xpath(path)]


def evaluate(client: FlaskClient, page: str, **values: str) -> dict[str, Any]:
    data = posted(client, page, **values)
    answer = client.post(
        f"{page.split('?')[0]}/evaluate", data=data, headers={"X-CSRFToken": data["csrf_token"]}
    )
    assert answer.status_code == 200, answer.text[:300]
    found: dict[str, Any] = answer.json
    return found


def test_the_start_page_leads_to_both(chen: FlaskClient) -> None:
    page = chen.get("/calculators")
    assert {LADDER, GRADES} <= set(attributes(page, "//ul[contains(@class,'calc-tools')]//a/@href"))


def test_a_post_without_scripts_shows_the_form_as_typed_and_the_result(chen: FlaskClient) -> None:
    data = posted(
        chen, LADDER, **STEEL, electricity="1200万", paid="5999999.99", region="河南省", do="calculate"
    )
    page = chen.post(LADDER, data=data)
    assert "6,000,000.00" in page.text
    assert "已算定" in texts(page, "//aside//span[contains(@class,'fs-status')]")
    assert attributes(page, "//input[@id='electricity']/@value") == ["1200万"]
    assert "部分执行" in page.text


def test_what_is_missing_is_said_at_its_field_only_when_asked(chen: FlaskClient) -> None:
    data = posted(chen, LADDER, **STEEL, do="calculate")
    page = chen.post(LADDER, data=data)
    assert texts(page, "//p[@id='electricity-error']") == ["缺少计费电量，请填写。"]
    assert attributes(page, "//div[@data-error-summary]//a/@href") == ["#electricity"]
    assert evaluate(chen, LADDER, **STEEL)["messages"] == {}


def test_the_place_chooses_the_rule(chen: FlaskClient) -> None:
    found = evaluate(chen, LADDER, **STEEL, electricity="12000000", region="河北省唐山市")
    assert "7,200,000.00" in found["html"]
    assert "河北省" in found["html"]
    assert found["summary"] == "已算定：淘汰类，应缴 7,200,000.00 元"


def test_another_rule_asks_for_other_inputs_and_keeps_what_was_typed(chen: FlaskClient) -> None:
    data = posted(chen, LADDER, tariff="cement_ladder", electricity="77", do="switch")
    page = chen.post(LADDER, data=data)
    assert {"object", "commissioned", "value", "tier"} <= set(
        attributes(page, "//select/@name | //input/@name")
    )
    assert attributes(page, "//input[@id='electricity']/@value") == ["77"]
    assert texts(page, "//div[@data-error-summary]") == []


def test_a_confirmed_threshold_settles_the_amount_for_everybody(site: Website, chen: FlaskClient) -> None:
    typed = {
        "tariff": "aluminium",
        "start": "2023-01-01",
        "end": "2023-12-31",
        "value": "13470",
        "electricity": "1000",
    }
    assert "待确认" in evaluate(chen, LADDER, **typed)["summary"]
    confirmation = Confirmation(
        id=new_id(),
        figure_id="tariff/aluminium/fgjg1239-2021#thresholds/2023/value",
        value="13450",
        confidence_before="recalled",
        against_what="文件原文第二条",
        note="",
        confirmed_by=site.actor("admin").user_id,
        confirmed_by_name="系统管理员",
        agency_id=site.actor("admin").agency_id,
        confirmed_at=site.context.clock.now(),
    )
    with site.context.store.uow(write=True) as u:
        u.repository(ConfirmationRepository).add(confirmation)
    assert evaluate(chen, LADDER, **typed)["summary"] == "已算定：加价1级，应缴 10.00 元"


def test_grades_are_looked_up_live_and_by_a_link(chen: FlaskClient) -> None:
    found = evaluate(chen, GRADES, **MOTOR)
    assert found["summary"] == "待确认：3级"
    assert "GB 18613-2020" in found["html"]
    page = chen.get(f"{GRADES}?kind=motor&poles=4&kw=12&efficiency=92")
    assert "相邻的是11kW和15kW" in page.text
    assert attributes(page, "//input[@id='kw']/@value") == ["12"]


def test_a_transformer_asks_for_its_connection_once_its_type_is_chosen(chen: FlaskClient) -> None:
    data = posted(chen, GRADES, kind="transformer", do="switch")
    assert "connection" not in attributes(chen.post(GRADES, data=data), "//select/@name")
    data["type"] = "oil_10kv"
    assert "connection" in attributes(chen.post(GRADES, data=data), "//select/@name")


@pytest.mark.parametrize("page", [LADDER, GRADES])
def test_nothing_sent_breaks_a_page(chen: FlaskClient, page: str) -> None:
    hostile = "<script>alert(1)</script>" + "9" * 5000
    data = posted(
        chen,
        page,
        start="9999-99-99",
        end="今天",
        on="0000-00-00",
        value=hostile,
        kw=hostile,
        electricity="\x00",
        region=hostile,
    )
    for url in (page, f"{page}/evaluate"):
        answer = chen.post(url, data=data, headers={"X-CSRFToken": data["csrf_token"]})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.get_data(as_text=True)
    for name in ("tariff", "kind"):
        data[name] = "../etc"
    assert chen.post(page, data=data).status_code == 404
    assert chen.post(f"{page}/evaluate", data={}).status_code in (400, 403)


def test_who_may_not_use_tools_has_no_page(site: Website) -> None:
    viewer = site.client("viewer")
    assert [viewer.get(url).status_code for url in (LADDER, GRADES)] == [403, 403]


def test_programs_ask_the_same_questions(site: Website) -> None:
    program = Program(site)
    tariffs = program.get("/tariffs").json["items"]
    assert {one["region"] for one in tariffs} == {"", "河北省"}
    asked = {"tariff": "steel_differential", "start": "2025-01-01", "end": "2025-12-31",
             "inputs": {"category": "淘汰类", "electricity": 12000000}}  # fmt: skip
    answer = program.post("/tariffs/evaluate", asked).json
    assert (answer["state"], answer["rate"], answer["due"]) == ("已算定", "0.5", "6000000")
    tables = program.get("/grade-tables").json["items"]
    assert [one["table"] for one in tables][:2] == ["motor", "transformer"]
    answer = program.post(
        "/grade-tables/evaluate", {"table": "motor", "on": "2025-06-01", "inputs": MOTOR}
    ).json
    assert (answer["grade"], answer["passes"], answer["row"]) == ("3级", True, "4极，11kW")
    assert (
        program.post("/tariffs/evaluate", {**asked, "tariff": "glass"}, 404).json["code"] == "TARIFF_UNKNOWN"
    )
    program.post("/tariffs/evaluate", {**asked, "start": "2025-02-31"}, 422)


def test_a_form_with_equipment_offers_the_look_up_of_each(site: Website, chen: FlaskClient) -> None:
    document = site.saved(type_key="verification_form")
    page = chen.get(f"/documents/{document.id}/edit")
    links = [one for one in attributes(page, "//ul[@class='tool-list']//a/@href") if "kind=motor" in one]
    assert any("kw=160" in one and "poles=4" in one for one in links)
    assert "YE4系列为IE4，相当于2级" in page.text
    assert chen.get(links[0]).status_code == 200


def test_the_sheet_is_computed_when_it_is_kept_and_cannot_be_finalised_unsettled(site: Website) -> None:
    rows = [{"_k": "aaaaaaa1", "product": "电解", "tariff": "电解铝行业阶梯电价", "value": "13340", "kwh": "500",
             "paid": "1", "due": "1", "state": "已算定"}]  # fmt: skip
    document = site.saved(
        type_key="ladder_price_sheet", rows=rows, period_from="2025-01-01", period_to="2025-12-31"
    )
    chen = site.actor("chen")
    with site.context.store.uow() as u:
        row = u.documents.version(document.id, 1, chen.scope).body["rows"][0]
    assert (row["state"], row["due"]) == ("待确认", "10")
    page = site.client("chen").get(f"/documents/{document.id}/edit")
    assert "加价2级" in " ".join(texts(page, "//div[@data-calc-result]"))
    assert "这一行还没有算定" in page.text
    with pytest.raises(AppError) as refused:
        site.context.service(Issuing).finalise(chen, document.id, base_version=document.head_version)
    assert "LADDER-UNSETTLED" in {problem.code for problem in refused.value.problems}
