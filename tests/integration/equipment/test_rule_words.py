"""Word lists of a draft of rules, and lines of catalogues to choose from in the form of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from lxml import html

from formserver.equipment.catalogue_models import CatalogueDraft
from tests.support.catalogues import Catalogued
from tests.support.website import fields, texts

FORM = "//main//form[@data-rule-form]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogued]:
    made = Catalogued(tmp_path_factory.mktemp("words"))
    yield made
    made.close()


@pytest.fixture
def draft(site: Catalogued) -> CatalogueDraft:
    return site.catalogue_drafts.copy(site.actor("tang"), "matching", "national", "2025", "改用词")


def now(site: Catalogued, draft: CatalogueDraft) -> CatalogueDraft:
    return site.catalogue_drafts.get(site.actor("tang"), draft.id)


def test_words_come_back_unchanged(site: Catalogued, draft: CatalogueDraft) -> None:
    client, here = site.client("tang"), f"/equipment/drafts/{draft.id}/words"
    page = client.get(here)
    assert "结束位置最靠后者胜" in page.text
    assert client.post(here, data=fields(page.text, FORM)).status_code == 302
    assert now(site, draft).tag == 1


def test_a_word_changes_what_recognition_says(site: Catalogued, draft: CatalogueDraft) -> None:
    client, here = site.client("tang"), f"/equipment/drafts/{draft.id}/words"
    data = fields(client.get(here).text, FORM)
    data["w.category_keywords.pump"] += "\r\n送水器"
    page = client.post(here, data=data, follow_redirects=True)
    assert "对识别样本的影响" in page.text
    assert "送水器" in " ".join(
        texts(client.get(f"/equipment/drafts/{draft.id}"), "//section[@id='changes']")
    )
    data = fields(page.text, FORM)
    data["w.category_keywords.motor"] = "发动机"
    page = client.post(here, data=data, follow_redirects=True)
    assert "不再与标注一致" in page.text
    data["w.category_keywords.motor"] = "电动机\n电机\n马达"
    data["tag"] = str(now(site, draft).tag)
    client.post(here, data=data)
    site.published(now(site, draft), date(2026, 10, 1))
    page = site.client("chen").get("/equipment/rules/words")
    assert "送水器" in page.text
    assert "改动了什么" in page.text
    assert site.says("送水器电机", "Y160M-4", date(2026, 11, 1)).category == "motor"
    assert site.says("送水器", "QX-1", date(2026, 11, 1)).category == "pump"


def test_faults_of_words_are_told_at_once(site: Catalogued, draft: CatalogueDraft) -> None:
    client, here = site.client("tang"), f"/equipment/drafts/{draft.id}/words"
    page = client.get(here).text
    for name, text, said in (
        ("motor_series", "y2", "大写"),
        ("motor_series", "", "不能为空"),
        ("category_keywords.fan", "风机\n水 扇", "空格"),
        ("category_keywords.fan", "风机\n水泵\n泵", "已在"),
        ("fuel_codes.coal", "Y", "两种燃料"),
        ("motor_frames", "80：Q", "S、M、L"),
        ("motor_frames", "80", "没有写字母"),
        ("motor_core_digits", "999S：1", "不是上面列出"),
        ("motor_frames", "80：M\n80：无", "已经写过"),
        ("unknown_names", "字" * 70_000, "太长"),
    ):
        data = fields(page, FORM, **{f"w.{name}": text})
        told = client.post(f"{here}/check", data=data).get_json()["faults"]
        assert any(said in one for one in told), (name, told)
    assert now(site, draft).tag == 1
    data = fields(page, FORM, **{"w.motor_frames": "80：M\n80：无"})
    answer = client.post(here, data=data)
    assert answer.status_code == 422
    (area,) = html.fromstring(answer.text).xpath("//textarea[@name='w.motor_frames']")
    assert area.text.strip() == "80：M\n80：无"
    page = client.post(here, data=fields(page, FORM, **{"w.motor_series": "y2"}), follow_redirects=True).text
    assert "y2 应写成大写" in page
    faults = html.fromstring(client.get(f"/equipment/drafts/{draft.id}").text).xpath(
        "//section[@id='faults']//a/@href"
    )
    assert f"{here}#w-motor_series" in faults


def test_two_people_at_the_words_lose_nothing(site: Catalogued, draft: CatalogueDraft) -> None:
    first, second = site.client("tang"), site.client("wen")
    here = f"/equipment/drafts/{draft.id}/words"
    mine, theirs = fields(first.get(here).text, FORM), fields(second.get(here).text, FORM)
    mine["w.unknown_names"] += "\n待查"
    theirs["w.unknown_names"] += "\n不详"
    first.post(here, data=mine)
    answer = second.post(here, data=theirs)
    assert answer.status_code == 409
    assert "草案现在有、这里没有：待查" in answer.text
    assert "这里有、草案现在没有：不详" in answer.text
    assert second.post(here, data=fields(answer.text, FORM)).status_code == 302
    names = now(site, draft).content["grammar"]["unknown_names"]
    assert names[0] == ""
    assert names[-1] == "不详"


def test_lines_are_found_and_added_to_a_rule(site: Catalogued, draft: CatalogueDraft) -> None:
    client, here = site.client("tang"), f"/equipment/drafts/{draft.id}/rules/M26"
    page = client.get(here)
    found = client.post(
        here, data=fields(page.text, FORM, do="find", find="JO2", **{"f.evidence": "写到一半"})
    )
    assert found.status_code == 200
    assert "写到一半" in found.text
    refs = html.fromstring(found.text).xpath("//input[@name='line']/@value")
    assert refs
    answer = client.get(f"/equipment/drafts/{draft.id}/line-choices", query_string={"q": "JO2"}).get_json()
    assert [one["ref"] for one in answer["lines"]] == refs
    assert now(site, draft).tag == 1
    client.post(here, data=fields(found.text, FORM, do="save", line=[refs[0], refs[0]]))
    rule = next(one for one in now(site, draft).content["rules"] if one["id"] == "M26")
    assert rule["items"].count(refs[0]) == 1
    assert rule["evidence"] == "写到一半"


def test_lines_are_found_by_number_and_by_hostile_text(site: Catalogued, draft: CatalogueDraft) -> None:
    client, here = site.client("tang"), f"/equipment/drafts/{draft.id}/line-choices"
    first = client.get(here, query_string={"q": "第二批 1-1.1"}).get_json()["lines"]
    assert "batch_2:1-1.1" in [one["ref"] for one in first]
    for text in ("", " ", "\x00[", "%_", "字" * 5000, "a" * 100):
        assert client.get(here, query_string={"q": text}).status_code == 200
    assert client.get(here, query_string={"q": "没有这样的条目"}).get_json() == {"lines": []}
    assert site.client("far").get(here, query_string={"q": "JO2"}).status_code == 404
