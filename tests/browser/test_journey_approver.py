"""A notice is returned from a phone by way of the bell; its author is led from the bell to the field that was marked."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from formserver.core.issuing import Issuing
from formserver.core.models import State
from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.support.form_page import field, wait_saved

pytestmark = pytest.mark.browser


def through_the_bell(page: Page, words: str) -> None:
    """From wherever one is to what the newest message of these words is about."""
    page.get_by_role("link", name=re.compile("^消息")).click()
    page.wait_for_url("**/notices/**")
    page.locator(".fs-notice", has_text=words).first.click()


def test_from_the_bell_to_a_decision_and_back_to_the_marked_field(person, served: Served) -> None:
    site = served.site
    document = site.saved(contact_person="罗铃声")
    phone = person("he", NARROW).open("/")
    bell = phone.get_by_role("link", name=re.compile("^消息"))
    before = bell.inner_text()
    site.context.service(Issuing).transition(site.actor("chen"), document.id, "submit", base_version=1)
    phone.reload()
    assert bell.inner_text() != before
    through_the_bell(phone, "请审批")
    phone.wait_for_url(f"**/approvals/{document.id}")
    phone.locator(".apr-section summary", has_text="联系与监督").click()
    phone.locator("[data-mark='/contact_person']").click()
    phone.get_by_role("dialog").get_by_role("textbox").fill("应为罗文博")
    phone.get_by_role("dialog").get_by_role("button", name="保存批注").click()
    phone.locator(".fs-actions").get_by_text("退回", exact=True).click()
    phone.get_by_label("退回的理由").fill("联系人写错")
    phone.get_by_role("button", name="确认退回").click()
    expect(phone.get_by_text("已退回，填写人会看到理由和批注")).to_be_visible()

    desk = person("chen", WIDE).open("/")
    through_the_bell(desk, "已退回")
    desk.wait_for_url(f"**/documents/{document.id}**")
    if "/edit" not in desk.url:
        desk.locator(".fs-actions").get_by_text("修改", exact=True).click()
    desk.locator("form[data-ready]").wait_for()
    remark = desk.locator(".apr-remarks a", has_text="联系人")
    expect(desk.locator(".apr-remarks")).to_contain_text("应为罗文博")
    shot(desk, "approver-remark-1440")
    remark.click()
    expect(field(desk, "/contact_person")).to_be_focused()
    desk.keyboard.press("Control+a")
    desk.keyboard.type("罗文博")
    wait_saved(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("已提交审核")).to_be_visible()

    phone.goto(served.url)
    through_the_bell(phone, "请审批")
    expect(phone.locator(".apr-diff ins")).to_have_text("罗文博")
    phone.locator(".fs-actions").get_by_text("同意", exact=True).click()
    expect(phone.get_by_text("已同意，可以取号")).to_be_visible()
    head = site.head(document.id)
    assert head.state is State.APPROVED
    scope = site.actor("chen").scope
    with site.context.store.uow() as u:
        version = u.documents.version(document.id, head.head_version, scope)
        deeds = [event.action for event in u.events.for_document(document.id)]
    assert version.body["contact_person"] == "罗文博"
    assert sum("submit" in deed for deed in deeds) == 2
