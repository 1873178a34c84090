"""工作台: what waits for the author of documents, and that every number is the list behind it."""

from __future__ import annotations

import re

import pytest
from lxml import html

from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.workbench import documents as work
from tests.support.website import texts


@pytest.fixture(scope="module")
def busy(site):
    """One document of chen's in every state up to the printed one, a returned one, two drafts; one of he's."""
    issuing, chen, he = site.context.service(Issuing), site.actor("chen"), site.actor("he")

    def step(document, who, key, reason=""):
        head = site.head(document.id).head_version
        return issuing.transition(who, document.id, key, base_version=head, reason=reason)

    made = {"drafts": [site.saved(), site.started()]}
    made["returned"] = step(step(site.saved(), chen, "submit"), he, "return", "改正")
    made["approved"] = site.approved(site.saved())
    numbered = site.approved(site.saved())
    made["numbered"] = issuing.take_number(chen, numbered.id, base_version=numbered.head_version)
    record = site.saved("chen", "site_record")
    made["final"] = issuing.finalise(chen, record.id, base_version=1)
    site.saved("he")
    return made


def cards(page):
    """Title → number shown."""
    tree = html.fromstring(page.text)
    return {
        card.xpath("string(.//h2/a[1])"): card.xpath("string(.//h2/a[2])").strip()
        for card in tree.xpath("//section[contains(@class, 'fs-work-card')]")
    }


def own(found):
    return {title: number for title, number in found.items() if title in {heap.title for heap in work.HEAPS}}


def test_each_heap_counts_what_its_list_shows(site, busy):
    client = site.client("chen")
    page = client.get("/")
    assert own(cards(page)) == {
        "退回给我的": "1",
        "我的草稿": "2",
        "待取号": "1",
        "待定稿打印": "1",
        "待上传签字件": "1",
    }
    for link in html.fromstring(page.text).xpath("//a[@class='fs-count']"):
        if not link.get("href").startswith("/documents?"):
            continue
        listed = client.get(link.get("href")).text
        shown = re.search(r"共\s*<strong>(\d+)</strong>\s*份", listed)
        assert shown is not None
        assert shown[1] == link.text_content().strip(), link.get("href")


def test_items_lead_to_their_documents_and_empty_heaps_are_quiet(site, busy):
    page = site.client("chen").get("/")
    hrefs = html.fromstring(page.text).xpath("//section[contains(@class, 'fs-work-card')]//li/a/@href")
    assert f"/documents/{busy['returned'].id}" in hrefs
    assert {f"/documents/{d.id}" for d in busy["drafts"]} <= set(hrefs)
    assert texts(page, "//*[@class='fs-work-done']//li[a='待送达']") == ["待送达没有等待送达的文书"]


def test_many_documents_are_counted_exactly_and_five_are_shown(site, busy, monkeypatch):
    monkeypatch.setattr(work, "SHARED", 4)  # as if there were more than one page of open documents
    page = site.client("chen").get("/")
    assert own(cards(page))["我的草稿"] == "2"
    assert own(cards(page))["待取号"] == "1"


def test_more_than_five_show_the_way_to_all_of_them(site, busy):
    drafting, waishi = site.context.service(Drafting), site.actor("waishi")
    for _ in range(7):
        drafting.create(waishi, "inspection_notice")
    tree = html.fromstring(site.client("waishi").get("/").text)
    card = tree.xpath("//section[contains(@class, 'fs-work-card')][h2/a[1]='我的草稿']")[0]
    assert len(card.xpath(".//li")) == 5
    assert card.xpath("string(.//h2/a[2])") == "7"
    assert "查看全部" in card.text_content()


def test_a_reader_sees_no_work_and_no_button_for_it(site, busy):
    page = site.client("viewer").get("/")
    assert own(cards(page)) == {}
    assert "新建文书" not in page.text
    assert texts(page, "//nav[@class='fs-side']//a")[:2] == ["工作台", "文书应用"]


def test_other_peoples_documents_are_not_my_work(site, busy):
    mine = html.fromstring(site.client("he").get("/").text)
    hrefs = mine.xpath("//section[contains(@class, 'fs-work-recent')]//li/a/@href")
    assert len(hrefs) == 1
    assert f"/documents/{busy['returned'].id}" not in hrefs


def test_the_workbench_is_the_first_menu_entry_and_marked_as_the_current_page(site, busy):
    tree = html.fromstring(site.client("chen").get("/").text)
    assert tree.xpath("string(//nav[@class='fs-side']//a[@aria-current='page'])").strip() == "工作台"
    tree = html.fromstring(site.client("chen").get("/search?q=x").text)
    assert tree.xpath("//nav[@class='fs-side']//a[@aria-current='page']") == []
