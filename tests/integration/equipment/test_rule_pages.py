"""Rules for people who are no programmers: reading them, editing a draft by form or record, order, freeing recalled ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import html

from formserver.core.clock import today_in_china
from formserver.equipment.catalogue_marking import Marking
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.matching.library import EquipmentLibrary
from tests.support.catalogues import Catalogued
from tests.support.website import fields, texts

FORM = "//main//form[@data-rule-form]"
RAW = "//main//details//form[@data-rule-form]"
NATIONAL = ("matching", "national", "2025")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("rules"))
    yield made
    made.close()


@pytest.fixture
def draft(site: Catalogued) -> CatalogueDraft:
    return site.catalogue_drafts.copy(site.actor("tang"), *NATIONAL, "改规则")


def now(site: Catalogued, draft: CatalogueDraft) -> CatalogueDraft:
    return site.catalogue_drafts.get(site.actor("tang"), draft.id)


def rule_of(site: Catalogued, draft: CatalogueDraft, rule_id: str) -> dict[str, Any]:
    return next(one for one in now(site, draft).content["rules"] if one["id"] == rule_id)


def url(draft: CatalogueDraft, rule_id: str = "", tail: str = "") -> str:
    return f"/equipment/drafts/{draft.id}/rules" + (f"/{rule_id}{tail}" if rule_id else "")


def test_every_rule_has_a_page_in_words(site: Catalogued) -> None:
    client = site.client("chen")
    library = site.context.service(EquipmentLibrary)
    for rule in library.rules(today_in_china(site.context.clock))[::7]:
        page = client.get(f"/equipment/rules/{rule.id}")
        assert page.status_code == 200, rule.id
        assert texts(page, "//ul[@class='ec-conditions']/li"), rule.id


def test_rules_are_filtered(site: Catalogued) -> None:
    client = site.client("chen")
    page = client.get("/equipment/rules", query_string={"category": "transformer", "verdict": "restricted"})
    assert set(texts(page, "//tbody//td[4]/span[1]")) == {"限制"}
    page = client.get("/equipment/rules", query_string={"confidence": "recalled"})
    assert texts(page, "//tbody/tr")
    assert all("凭记忆" in text for text in texts(page, "//tbody/tr"))
    assert "没有符合条件的规则" in client.get("/equipment/rules", query_string={"q": "没有这样的"}).text
    for bad in ({"on": "昨天"}, {"from": "x"}, {"q": "\x00["}, {"from_definition": "../.."}):
        assert client.get("/equipment/rules", query_string=bad).status_code == 200


def test_a_rule_is_edited_by_its_form(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, "M26"))
    assert client.post(url(draft, "M26"), data=fields(page.text, FORM, do="save")).status_code == 302
    assert now(site, draft).tag == 1  # drawn and sent back, nothing changes
    data = fields(page.text, FORM, do="save", **{"f.power_kw.low": "5.5", "f.made_after": "1970-01-01"})
    page = client.post(url(draft, "M26"), data=data, follow_redirects=True)
    assert "已保存。" in page.text
    rule = rule_of(site, draft, "M26")
    assert (rule["power_kw"], rule["made_after"]) == (["5.5", 125], "1970-01-01")
    data = fields(page.text, FORM, do="save", **{"f.power_kw.low": "很大", "f.pattern": "("})
    page = client.post(url(draft, "M26"), data=data, follow_redirects=True)
    assert "处问题" in page.text
    assert html.fromstring(page.text).xpath("//input[@name='f.power_kw.low']/@value") == ["很大"]
    overview = client.get(f"/equipment/drafts/{draft.id}")
    assert "规则 M26" in texts(overview, "//section[@id='faults']")[0]
    assert "改正上面的问题后可以发布" in site.client("wen").get(f"/equipment/drafts/{draft.id}").text


def test_faults_are_told_while_somebody_types_and_nothing_is_kept(
    site: Catalogued, draft: CatalogueDraft
) -> None:
    client = site.client("tang")
    page = client.get(url(draft, "M20"))
    data = fields(page.text, FORM, **{"f.pattern": "^(a+)+$"})
    told = client.post(url(draft, "M20", "/check"), data=data).get_json()
    assert any("重复" in text for text in told["faults"])
    data = fields(page.text, FORM, **{"f.pattern": "^JO9$"})
    told = client.post(url(draft, "M20", "/check"), data=data).get_json()
    assert told["faults"] == []
    assert "型号是 JO9" in told["conditions"]
    told = client.post(url(draft, "M20", "/check"), data=fields(page.text, RAW, raw="{")).get_json()
    assert "不能读取" in told["faults"][0]
    assert now(site, draft).tag == 1


def test_the_record_itself_can_be_edited(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    page = client.get(url(draft, "M20"))
    for raw in ("{", "[]", "{}", '{"id": "m"}', '{"id": "M20", "x": ' + "[" * 5000, "1" * 250_000):
        answer = client.post(url(draft, "M20"), data=fields(page.text, RAW, raw=raw))
        assert answer.status_code == 422, raw[:20]
        assert html.fromstring(answer.text).xpath("//textarea[@name='raw']")[0].text.strip() == raw
    record = {**rule_of(site, draft, "M20"), "id": "M20X", "evidence": "改名"}
    page = client.post(
        url(draft, "M20"), data=fields(page.text, RAW, raw=json.dumps(record)), follow_redirects=True
    )
    assert page.status_code == 200
    assert rule_of(site, draft, "M20X")["evidence"] == "改名"


def test_rules_are_added_moved_and_removed(site: Catalogued, draft: CatalogueDraft) -> None:
    client = site.client("tang")
    form = "//main//form[@method='post']"
    page = client.post(
        url(draft), data=fields(client.get(url(draft)).text, form, do="add"), follow_redirects=True
    )
    assert rule_of(site, draft, "X01")["verdict"] == "review"
    data = fields(page.text, FORM, do="save", **{"f.title": "样泵", "f.pattern_list": "QQX-1\r\nQQX-2", "f.category": "pump",
                  "f.source.catalogue": "企业自查"})  # fmt: skip
    page = client.post(url(draft, "X01"), data=data, follow_redirects=True)
    assert "型号是 QQX-1、QQX-2 之一" in page.text
    client.post(url(draft), data=fields(client.get(url(draft)).text, form, do="up:M02"))
    assert [one["id"] for one in now(site, draft).content["rules"]][:2] == ["M02", "M01"]
    assert "规则的先后次序有变动" in client.get(f"/equipment/drafts/{draft.id}").text
    client.post(url(draft, "X01"), data=fields(page.text, FORM, do="remove", tag=str(now(site, draft).tag)))
    assert "X01" not in {one["id"] for one in now(site, draft).content["rules"]}


def test_two_people_at_one_rule_lose_nothing(site: Catalogued, draft: CatalogueDraft) -> None:
    first, second = site.client("tang"), site.client("wen")
    seen, late = first.get(url(draft, "M22")).text, second.get(url(draft, "M22")).text
    first.post(url(draft, "M22"), data=fields(seen, FORM, do="save", **{"f.evidence": "甲写的"}))
    answer = second.post(url(draft, "M22"), data=fields(late, FORM, do="save", **{"f.evidence": "乙写的"}))
    assert answer.status_code == 409
    assert "乙写的" in answer.text
    assert "草案现在是：甲写的" in answer.text
    assert second.post(url(draft, "M22"), data=fields(answer.text, FORM, do="save")).status_code == 302
    assert rule_of(site, draft, "M22")["evidence"] == "乙写的"


def test_recalled_rules_are_freed_when_their_lines_are_checked(
    site: Catalogued, draft: CatalogueDraft
) -> None:
    marking = site.context.service(Marking)
    assert marking.freeable(draft) == ()
    lines = ["machine_tool-1", "machine_tool-2"]
    checked, count = marking.mark(site.actor("tang"), "guidance", "2024", lines, "原文第 136 页")
    assert count == 2
    site.published(checked, date(2024, 2, 1))
    assert [one["id"] for one in marking.freeable(draft)] == ["K05"]
    day = date(2026, 11, 1)
    assert site.says("普通车床", "C620", day).verdict == "review"
    client, form = site.client("tang"), "//main//form[@method='post']"
    page = client.post(
        url(draft),
        data=fields(client.get(url(draft)).text, form, do="free", rule=["K05", "M01"]),
        follow_redirects=True,
    )
    assert "所选规则已标为有出处" in page.text
    freed = rule_of(site, draft, "K05")
    assert (freed["confidence"], freed["verdict"], freed["reason"]) == ("verified", "eliminated", "C01")
    draft = now(site, draft)
    site.published(draft, date(2026, 10, 1), accepted=True, accepted_reason="车床条目已与原文核对")
    assert site.says("普通车床", "C620", day).verdict == "eliminated"


def test_only_maintainers_open_drafts_of_rules(site: Catalogued, draft: CatalogueDraft) -> None:
    assert site.client("chen").get(url(draft)).status_code == 403
    assert site.client("far").get(url(draft, "M01")).status_code == 404
    assert site.client("tang").get(url(draft, "M999")).status_code == 404
