"""Pages of catalogues without JavaScript: browsing, trying a name plate, importing, drafts, two people at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import html

from formserver.equipment.catalogue_effect import Effects
from formserver.equipment.catalogue_models import CatalogueDraft
from tests.support.catalogues import HEAD, PUMP, TITLES, Catalogued
from tests.support.equipment import ready_list
from tests.support.website import fields, texts
from tests.support.workbooks import sheet

FORM = "//main//form[@method='post' and contains(@action, '{}')]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("catalogue-pages"))
    yield made
    made.close()


def latest(site: Catalogued, who: str = "tang") -> CatalogueDraft:
    return site.catalogue_drafts.list(site.actor(who), open_only=False)[0]


def upload(rows: list[list[Any]]) -> tuple[io.BytesIO, str]:
    return io.BytesIO(sheet(rows)), "目录.xlsx"


def test_every_edition_can_be_looked_through_and_taken_away(site: Catalogued) -> None:
    client = site.client("chen")
    links = html.fromstring(client.get("/equipment/catalogues").text).xpath(
        "//ul[@class='ec-editions']//a/@href"
    )
    assert len(links) == 6
    for link in links:
        page = client.get(link)
        assert page.status_code == 200
        assert "另存草案" not in page.text  # an inspector only reads
        first = html.fromstring(page.text).xpath("//tbody/tr[1]//a/@href")[0]
        assert client.get(first).status_code == 200
        assert client.get(f"{link}/lines.xlsx").data.startswith(b"PK")
    assert client.get("/equipment/catalogues/template.xlsx").data.startswith(b"PK")


def test_lines_are_narrowed_and_paged(site: Catalogued) -> None:
    client, url = site.client("chen"), "/equipment/catalogues/batch_3/2014"
    page = client.get(url)
    assert len(texts(page, "//tbody/tr")) == 100
    following = html.fromstring(page.text).xpath("//a[@rel='next']/@href")[0]
    assert texts(client.get(following), "//tbody/tr")[0] != texts(page, "//tbody/tr")[0]
    (row,) = texts(
        client.get(url, query_string={"q": "Ｙ112m-2", "category": "motor"}),
        "//tbody/tr[contains(., '1-1.1')]",
    )
    assert "Y112M-2" in row
    assert "没有符合条件的条目" in client.get(url, query_string={"confidence": "checked"}).text
    for bad in (
        {"from": "-1"},
        {"from": "9" * 40},
        {"q": "(" * 90},
        {"section": "\x00"},
        {"confidence": "x"},
    ):
        assert client.get(url, query_string=bad).status_code == 200


def test_a_name_plate_is_answered_both_ways(site: Catalogued) -> None:
    client = site.client("chen")
    page = client.get("/equipment/try", query_string={"name": "三相异步电动机", "model": "Y2-160M-4"})
    assert texts(page, "//section[@id='answer']/strong") == ["待确认"]
    assert html.fromstring(page.text).xpath("//form[@class='ec-missing']//input[@name='made' and @type!='hidden']|"
                                            "//form[@class='ec-missing']//input[@name='made' and not(@type)]")  # fmt: skip
    asked = {"name": "三相异步电动机", "model": "Ｙ２－１６０Ｍ－４", "made": "1999"}
    page = client.get("/equipment/try", query_string=asked)
    assert texts(page, "//section[@id='answer']/strong") == ["淘汰"]
    assert any("Y2-160M-4" in text for text in texts(page, "//ul[@class='ec-hits']/li"))
    page = client.get("/equipment/try", query_string={"name": "三相异步电动机", "model": "YE4-160M-4"})
    assert texts(page, "//section[@id='answer']/strong") == ["正常"]
    day = {"name": "变压器", "model": "S7-315/10", "as_of": "2008-01-01"}
    page = client.get("/equipment/try", query_string=day)  # before the first catalogue
    assert texts(page, "//section[@id='answer']/strong") != ["淘汰"]


def test_a_series_is_found_by_one_of_its_models(site: Catalogued) -> None:
    page = site.client("chen").get("/equipment/try", query_string={"name": "电动机", "model": "BJO2-52-4"})
    assert texts(page, "//section[@id='answer']/strong") == ["淘汰"]
    page = site.client("chen").get("/equipment/try", query_string={"name": "变压器", "model": "S7-315"})
    assert not any(text.startswith("S系列") for text in texts(page, "//ul[@class='ec-hits']/li"))


@pytest.mark.parametrize(
    "value", ["'\"><script>alert(1)</script>", "\x00\x01", "A" * 5000, "=1+1", "{{7*7}}", "（" * 80]
)
def test_hostile_name_plates_are_answered(site: Catalogued, value: str) -> None:
    for key in ("name", "model", "made", "power_kw", "as_of", "fuel"):
        page = site.client("chen").get("/equipment/try", query_string={"model": "Y1", key: value})
        assert page.status_code == 200
        assert "<script>alert" not in page.text


def test_importing_by_hand_from_template_to_publication(site: Catalogued) -> None:
    client = site.client("tang")
    page = client.get("/equipment/catalogues/import")
    form = FORM.format("/catalogues/import")
    data = fields(page.text, form, **HEAD, way="new")
    data["file"] = upload([TITLES, PUMP, ["", "", "飞机", "", "", "", "", "", "", "", ""]])
    page = client.post("/equipment/catalogues/import", data=data)
    assert page.status_code == 422
    rows = texts(page, "//tbody/tr")
    assert any("Sheet!C3" in row and "没有这个类别" in row for row in rows)
    assert html.fromstring(page.text).xpath("//input[@name='title']/@value") == [
        "第五批"
    ]  # nothing typed is lost
    data = fields(page.text, form)
    data["file"] = upload([TITLES, PUMP])
    page = client.post("/equipment/catalogues/import", data=data, follow_redirects=True)
    assert "没有问题" in page.text
    assert "新增 1" in page.text
    draft = latest(site)
    assert texts(page, "//section[@id='publish']/p")[0].startswith("草案由您参与编写")
    other = site.client("wen")
    page = other.get(f"/equipment/drafts/{draft.id}")
    data = fields(page.text, FORM.format("/publish"), effective="2026-05-01")
    page = other.post(f"/equipment/drafts/{draft.id}/publish", data=data, follow_redirects=True)
    assert "已发布，内容不再变动" in page.text
    page = site.client("chen").get(
        "/equipment/try", query_string={"name": "离心泵", "model": "QQW88-66", "as_of": "2027-01-01"}
    )
    assert texts(page, "//section[@id='answer']/strong") == ["淘汰"]
    assert "第五批" in site.client("chen").get("/equipment/catalogues").text


@pytest.mark.parametrize("key", ["title", "full_title", "issuer", "issued_on", "valid_from"])
def test_an_empty_head_is_named_by_its_field(site: Catalogued, key: str) -> None:
    client = site.client("tang")
    page = client.get("/equipment/catalogues/import")
    data = fields(page.text, FORM.format("/catalogues/import"), **{**HEAD, key: ""}, way="new")
    data["file"] = upload([TITLES, PUMP])
    page = client.post("/equipment/catalogues/import", data=data)
    assert page.status_code == 422
    assert len(texts(page, f"//*[@id='{key}-error']")) == 1


def test_checking_lines_makes_a_draft_that_says_who_and_where(site: Catalogued) -> None:
    client, url = site.client("admin"), "/equipment/catalogues/guidance/2024"
    page = client.get(url)
    form = FORM.format("/checked")
    refused = client.post(f"{url}/checked", data=fields(page.text, form, line=["switchgear-1"], against="第"))
    assert refused.status_code == 422
    assert html.fromstring(refused.text).xpath("//input[@name='line' and @value='switchgear-1']/@checked")
    data = fields(refused.text, form, line=["switchgear-1", "switchgear-2"], against="原文第 135 页")
    page = client.post(f"{url}/checked", data=data, follow_redirects=True)
    assert "2 条已在草案中标为已核对" in page.text
    draft = latest(site, "admin")
    (item,) = (one for one in draft.content["items"] if one["id"] == "switchgear-1")
    source = draft.content["sources"][item["source"]]
    assert source.startswith("原文第 135 页（市管理员 ")
    assert item["confidence"] == "verified"
    data = fields(client.get(url).text, form, line=["switchgear-3"], against="原文第 136 页")
    client.post(f"{url}/checked", data=data)  # goes on with the open draft
    assert latest(site, "admin").id == draft.id
    nothing = client.post(f"{url}/checked", data=fields(client.get(url).text, form, against="原文第 136 页"))
    assert nothing.status_code == 422


def test_a_line_is_edited_added_and_removed(site: Catalogued) -> None:
    client = site.client("tang")
    client.post(
        "/equipment/editions/elimination/batch_2/2012/copy",
        data=_token(client, "/equipment/catalogues/batch_2/2012", "/copy"),
    )
    draft = latest(site)
    url = f"/equipment/drafts/{draft.id}/lines/1-1.1"
    page = client.get(url)
    answer = client.post(url, data=fields(page.text, FORM.format("/lines/"), do="save"))
    assert answer.status_code == 302
    assert latest(site).tag == 1  # nothing was changed
    page = client.post(
        url,
        data=fields(page.text, FORM.format("/lines/"), do="save", model="Y80M1-22", category="飞机"),
        follow_redirects=True,
    )
    assert "不在可选的值中" in page.text
    new = f"/equipment/drafts/{draft.id}/lines/new"
    data = fields(
        client.get(new).text, FORM.format("/lines/"), do="save", name="新泵", model="QQX1-1", category="pump"
    )
    page = client.post(new, data=data, follow_redirects=True)
    assert "由维护人员录入" in page.text
    assert any("QQX1-1" in text for text in texts(page, "//ul[@class='ec-hits']/li"))  # a rule was made of it
    made = html.fromstring(page.text).xpath(FORM.format("/lines/") + "/@action")[0]
    client.post(made, data=fields(page.text, FORM.format("/lines/"), do="remove"))
    kept = site.catalogue_drafts.get(site.actor("tang"), draft.id)
    assert not [one for one in kept.content["items"] if one["model"] == "QQX1-1"]
    assert not [one for one in kept.content["rules"] if "QQX1" in one["title"]]


def test_two_people_at_once_lose_nothing(site: Catalogued) -> None:
    draft = site.imported(title="第九批")
    first, second = site.client("tang"), site.client("wen")
    url = f"/equipment/drafts/{draft.id}"
    seen_first, seen_second = first.get(url).text, second.get(url).text
    form = FORM.format("/head")
    assert first.post(f"{url}/head", data=fields(seen_first, form, issuer="甲单位")).status_code == 302
    late = second.post(f"{url}/head", data=fields(seen_second, form, document_no="乙文号"))
    assert late.status_code == 409
    assert html.fromstring(late.text).xpath("//input[@name='document_no']/@value") == ["乙文号"]
    assert "草案现在是：甲单位" in late.text
    again = second.post(f"{url}/head", data=fields(late.text, form), follow_redirects=True)
    assert again.status_code == 200
    line = f"{url}/lines/1-1"
    seen_first, seen_second = first.get(line).text, second.get(line).text
    form = FORM.format("/lines/")
    first.post(line, data=fields(seen_first, form, do="save", reason="甲的理由"))
    late = second.post(line, data=fields(seen_second, form, do="save", reason="乙的理由"))
    assert late.status_code == 409
    assert "乙的理由" in late.text
    assert "草案现在是：甲的理由" in late.text


def test_a_draft_is_tried_on_labelled_rows(site: Catalogued) -> None:
    draft = site.imported(title="第十批")
    page = site.client("tang").get(f"/equipment/drafts/{draft.id}/effect")
    assert page.status_code == 200
    assert "结论和规则都不变" in page.text
    assert site.client("tang").get(f"/equipment/drafts/{draft.id}/compared").status_code == 200
    assert site.client("far").get(f"/equipment/drafts/{draft.id}/effect").status_code == 404
    assert site.client("chen").get(f"/equipment/drafts/{draft.id}").status_code == 403


def test_lines_of_a_draft_are_replaced_by_a_file(site: Catalogued) -> None:
    draft = site.imported(title="第十一批")
    client, url = site.client("tang"), f"/equipment/drafts/{draft.id}"
    data = fields(client.get(url).text, FORM.format("/lines.xlsx"))
    data["file"] = upload([TITLES, PUMP, ["1-2", *PUMP[1:4], "QQW99-11", *PUMP[5:]]])
    page = client.post(f"{url}/lines.xlsx", data=data, follow_redirects=True)
    assert "读入 2 条" in page.text
    kept = site.catalogue_drafts.get(site.actor("tang"), draft.id)
    assert [one["id"] for one in kept.content["items"]] == ["1-1", "1-2"]
    assert len(kept.content["rules"]) == 2
    late = fields(page.text, FORM.format("/lines.xlsx"), tag="1")
    late["file"] = upload([TITLES, PUMP])
    assert client.post(f"{url}/lines.xlsx", data=late).status_code == 409
    none = client.post(f"{url}/lines.xlsx", data=fields(page.text, FORM.format("/lines.xlsx")))
    assert none.status_code == 422


def test_withdrawing_asks_for_a_reason(site: Catalogued) -> None:
    draft = site.imported(title="第十二批")
    site.published(draft, date(2026, 7, 1))
    client, url = site.client("wen"), f"/equipment/catalogues/{draft.name}/2026"
    form = FORM.format("/withdraw")
    page = client.post(
        f"/equipment/editions/elimination/{draft.name}/2026/withdraw",
        data=fields(client.get(url).text, form, reason=""),
    )
    assert page.status_code == 422
    assert site.client("chen").get(url).text.count("撤回这个版本") == 0
    page = client.post(
        f"/equipment/editions/elimination/{draft.name}/2026/withdraw",
        data=fields(client.get(url).text, form, reason="公告撤销"),
        follow_redirects=True,
    )
    assert "已撤回" in page.text


def test_unknown_places_are_not_found(site: Catalogued) -> None:
    client = site.client("tang")
    for url in ("catalogues/none/2024", "catalogues/guidance/1999", "catalogues/guidance/2024/lines/none",
                "drafts/01ARZ3NDEKTSV4RRFFQ69G5FAV", "rules/none", "catalogues/%2e%2e/2024", "rules/%00"):  # fmt: skip
        assert client.get(f"/equipment/{url}").status_code == 404, url
    data = _token(client, "/equipment/rules", "/copy")
    assert (
        client.post("/equipment/editions/calculator/cement/gb16780-2021/copy", data=data).status_code == 404
    )


def _token(client: Any, url: str, action: str) -> Any:
    return fields(client.get(url).text, FORM.format(action))


def test_a_draft_is_tried_on_the_newest_lists(site: Catalogued) -> None:
    pump = {"name": "离心泵", "model": "QQW55-44", "made": "1990", "quantity": "1", "status": "在用"}
    ready_list(
        site, rows=[pump, {**pump, "model": "QQW55-45"}, {**pump, "_error": "没有读懂"}], title="泵房清单"
    )
    row = ["1-1", *PUMP[1:4], "QQW55-44", "", "2020-12-31", *PUMP[7:]]
    draft = site.imported("tang", row, title="第十三批", issued_on="2019-01-01", valid_from="2019-02-01")
    page = site.client("tang").get(f"/equipment/drafts/{draft.id}/effect")
    (line,) = (text for text in texts(page, "//tbody/tr") if "泵房清单" in text)
    assert "正常 → 淘汰 1" in line
    assert "QQW55-44" in line
    (effect,) = (e for e in site.context.service(Effects).lists(site.actor("tang"), draft) if e.changed)
    assert (effect.rows, effect.changed) == (2, 1)  # a blocked row is not judged here either
    assert site.context.service(Effects).lists(site.actor("far"), draft) == ()
