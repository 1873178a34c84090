"""Tables of models in a draft of rules: lines, pasted blocks, faults, effect, two people; and for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import html

from formserver.equipment.catalogue_models import CatalogueDraft
from tests.support.catalogues import Catalogued
from tests.support.website import fields, texts

FORM = "//main//form[@data-rule-form]"
TABLE = "Y_B3_16"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("tables"))
    yield made
    made.close()


@pytest.fixture
def draft(site: Catalogued) -> CatalogueDraft:
    return site.catalogue_drafts.copy(site.actor("tang"), "matching", "national", "2025", "改表")


def now(site: Catalogued, draft: CatalogueDraft) -> CatalogueDraft:
    return site.catalogue_drafts.get(site.actor("tang"), draft.id)


def url(draft: CatalogueDraft, name: str = "", tail: str = "") -> str:
    return f"/equipment/drafts/{draft.id}/tables" + (f"/{name}{tail}" if name else "")


def typed(page: str, **more: Any) -> dict[str, Any]:
    """The form as drawn, with its lines as lists."""
    form = html.fromstring(page).xpath(FORM)[0]
    return {
        **fields(page, FORM),
        "model": form.xpath(".//input[@name='model']/@value"),
        "power": form.xpath(".//input[@name='power']/@value"),
        "do": "save",
        **more,
    }


def test_a_table_is_drawn_with_its_rules_and_comes_back_unchanged(
    site: Catalogued, draft: CatalogueDraft
) -> None:
    client = site.client("tang")
    assert "3" in texts(client.get(f"/equipment/drafts/{draft.id}"), "//a[contains(., '逐型号表')]")[0]
    page = client.get(url(draft))
    assert "M02" in page.text
    for name in draft.content["tables"]:
        page = client.get(url(draft, name))
        assert client.post(url(draft, name), data=typed(page.text)).status_code == 302
    assert now(site, draft).tag == 1


def test_lines_are_changed_added_and_removed(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    data = typed(client.get(url(draft, TABLE)).text)
    data["power"][0] = "4、4.5 kW"
    data["model"][1] = data["power"][1] = ""
    data["model"] += ["Ｙ355L3-6"]
    data["power"] += ["280kW"]
    page = client.post(url(draft, TABLE), data=data, follow_redirects=True)
    table = now(site, draft).content["tables"][TABLE]
    assert table["112M-2"] == ["4", "4.5"]
    assert "112M-4" not in table
    assert list(table)[-1] == "355L3-6"
    assert table["355L3-6"] == ["280"]
    assert "识别样本" in page.text
    told = client.get(f"/equipment/drafts/{draft.id}")
    for words in ("逐型号表 Y_B3_16", "4、4.5 kW", "112M-4"):
        assert words in told.text
        assert words in client.get(f"/equipment/drafts/{draft.id}/compared").text


def test_a_pasted_block_is_shown_before_it_is_kept(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, TABLE))
    block = "规格\t功率\r\nY112M-2\t4\t5.5\r\nY160L-8\t7.5kW\r\n"
    page = client.post(url(draft, TABLE), data=typed(page.text, block=block, do="paste"))
    assert page.status_code == 200
    assert "新增 1 行" in page.text
    assert now(site, draft).tag == 1
    client.post(url(draft, TABLE), data=typed(page.text))
    table = now(site, draft).content["tables"][TABLE]
    assert (table["112M-2"], table["160L-8"]) == (["4", "5.5"], ["7.5"])


def test_a_line_less_and_more_lines_without_a_script(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, TABLE)).text
    lesser = client.post(url(draft, TABLE), data=typed(page, do="drop:0")).text
    assert html.fromstring(lesser).xpath("//input[@name='model']/@value")[0] == "112M-4"
    for bad in ("drop:x", "drop:99999", "drop:²", "more", "paste"):
        assert client.post(url(draft, TABLE), data=typed(page, do=bad)).status_code == 200, bad
    assert now(site, draft).tag == 1


def test_what_would_be_lost_is_refused_and_stays_typed(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, TABLE)).text
    for models, powers, said in (
        (["112M-2", "Y112M-2"], ["4", "5"], "同一规格"),
        ([""], ["77.7"], "没有写规格"),
        (["112M-2"] * 2001, ["4"] * 2001, "最多"),
    ):
        answer = client.post(url(draft, TABLE), data=typed(page, model=models, power=powers))
        assert answer.status_code == 422
        assert said in answer.text
        shown = html.fromstring(answer.text).xpath("//input[@name='power']/@value")
        assert powers[-1] in shown
    assert now(site, draft).tag == 1


def test_faults_are_told_while_typing_and_on_the_draft(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, TABLE)).text
    data = typed(page, model=["112M-2", "999Z-2", "112M-4"], power=["很大", "4", ""])
    # form first, the rest when the form is good
    told = client.post(url(draft, TABLE, "/check"), data=data).get_json()["faults"]
    assert any("很大" in one for one in told)
    data["power"] = ["0", "4", "4"]
    told = client.post(url(draft, TABLE, "/check"), data=data).get_json()["faults"]
    assert any("999Z-2" in one for one in told)
    assert any("0 kW 不合理" in one for one in told)
    assert now(site, draft).tag == 1
    page = client.post(url(draft, TABLE), data=data, follow_redirects=True).text
    assert "999Z-2 不会与任何型号相符" in page
    over = html.fromstring(client.get(f"/equipment/drafts/{draft.id}").text)
    assert url(draft, TABLE) in over.xpath("//section[@id='faults']//a/@href")
    lost = client.post(url(draft, TABLE), data=typed(page, do="remove"), follow_redirects=True)
    assert "已删去这张表" in lost.text
    assert "没有名为 Y_B3_16 的逐型号表" in client.get(f"/equipment/drafts/{draft.id}").text


def test_a_table_is_added(site: Catalogued, draft: CatalogueDraft) -> None:
    client, form = site.client("tang"), "//main//form[@method='post']"
    page = client.get(url(draft)).text
    for bad in ("", "a b", "../x", TABLE, "字" * 61):
        answer = client.post(url(draft), data=fields(page, form, table=bad))
        assert answer.status_code == 422, bad
    page = client.post(url(draft), data=fields(page, form, table="第五批_高压"), follow_redirects=True).text
    assert "表里还没有型号" in page
    data = typed(page, model=["315L1-2"], power=["160"])
    page = client.post(url(draft, "第五批_高压"), data=data, follow_redirects=True)
    assert now(site, draft).content["tables"]["第五批_高压"] == {"315L1-2": ["160"]}
    assert "还没有规则用到" in page.text


def test_two_people_at_one_table_lose_nothing(site: Catalogued, draft: CatalogueDraft) -> None:
    first, second = site.client("tang"), site.client("wen")
    seen = first.get(url(draft, TABLE)).text
    mine, theirs = typed(seen), typed(second.get(url(draft, TABLE)).text)
    mine["power"][0] = "4.1"
    theirs["power"][0] = "4.2"
    mine["model"].append("160L-8")
    mine["power"].append("7.5")
    first.post(url(draft, TABLE), data=mine)
    answer = second.post(url(draft, TABLE), data=theirs)
    assert answer.status_code == 409
    assert "草案现在是：4.1" in answer.text
    assert "160L-8 7.5 kW" in answer.text
    assert second.post(url(draft, TABLE), data=typed(answer.text)).status_code == 302
    assert now(site, draft).content["tables"][TABLE]["112M-2"] == ["4.2"]
    mine["tag"] = "1"
    second.post(url(draft, TABLE), data=typed(second.get(url(draft, TABLE)).text, do="remove"))
    gone = first.post(url(draft, TABLE), data=mine)
    assert gone.status_code == 409
    assert "7.5" in html.fromstring(gone.text).xpath("//input[@name='power']/@value")


def test_published_tables_are_for_everybody(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    data = typed(client.get(url(draft, TABLE)).text)
    data["model"].append("160L-8")
    data["power"].append("7.7")
    client.post(url(draft, TABLE), data=data)
    site.published(now(site, draft), date(2026, 10, 1), accepted=True, accepted_reason="补入第三批漏列的型号")
    page = site.client("chen").get("/equipment/rules/tables")
    assert "160L-8 7.7 kW" in " ".join(texts(page, "//li"))
    assert "改动了什么" in page.text
    before = site.client("chen").get("/equipment/rules/tables", query_string={"on": "2025-01-01"})
    assert "160L-8 7.7 kW" not in " ".join(texts(before, "//li"))
    for bad in ("昨天", "0000-00-00"):
        assert site.client("chen").get("/equipment/rules/tables", query_string={"on": bad}).status_code == 200


def test_only_maintainers_of_the_agency_open_them(site: Catalogued, draft: CatalogueDraft) -> None:
    catalogue = site.catalogue_drafts.copy(site.actor("tang"), "elimination", "guidance", "2024")
    for tail in ("tables", f"tables/{TABLE}", "words"):
        assert site.client("chen").get(f"/equipment/drafts/{draft.id}/{tail}").status_code == 403
        assert site.client("far").get(f"/equipment/drafts/{draft.id}/{tail}").status_code == 404
        assert site.client("tang").get(f"/equipment/drafts/{catalogue.id}/{tail}").status_code == 404
    assert site.client("tang").get(url(draft, "keine")).status_code == 404
