"""An approver decides on a phone between two meetings; the author finds the marks beside the fields."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from formserver.approvals.pages import PAGES_JOB
from formserver.core.issuing import Issuing
from formserver.core.models import State
from formserver.core.runner import JobRunner
from tests.browser.conftest import NARROW, WIDE, Served, shot

pytestmark = pytest.mark.browser


def print_pages(served: Served) -> None:
    context = served.site.context
    handlers = {PAGES_JOB: context.job_handlers[PAGES_JOB]}
    JobRunner(context.store, handlers, context.clock).run_all()


@pytest.mark.libreoffice
def test_an_approver_marks_returns_and_agrees_on_a_phone(person, served: Served) -> None:
    site = served.site
    issuing, chen = site.context.service(Issuing), site.actor("chen")
    document = site.saved(contact_person="罗批阅")
    issuing.transition(chen, document.id, "submit", base_version=1)

    phone = person("he", NARROW).open("/approvals")
    card = phone.locator(".apr-card", has=phone.locator(f"a[href='/approvals/{document.id}']"))
    expect(card).to_contain_text("陈志远")
    shot(phone, "approvals-queue-390")
    card.locator("a").click()
    expect(phone.locator("[data-approval-printing]")).to_contain_text("页面正在生成")
    print_pages(served)
    expect(phone.locator(".apr-pages img").first).to_be_visible()
    shot(phone, "approvals-paper-390")

    bar = phone.locator(".fs-actions")
    for name in ("同意", "退回"):
        box = bar.get_by_text(name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= NARROW["height"], "the two buttons are always in reach"

    phone.locator(".apr-section summary", has_text="联系与监督").click()
    phone.locator("[data-mark='/contact_person']").click()
    dialog = phone.get_by_role("dialog")
    expect(dialog).to_contain_text("批注“联系人”")
    dialog.get_by_role("textbox").fill("姓名与名册不符")
    shot(phone, "approvals-mark-390")
    dialog.get_by_role("button", name="保存批注").click()
    expect(phone.locator(".apr-remarks")).to_contain_text("姓名与名册不符")
    bar.get_by_text("退回", exact=True).click()
    phone.get_by_label("退回的理由").fill("请按批注改")
    phone.get_by_role("button", name="确认退回").click()
    expect(phone.get_by_text("已退回，填写人会看到理由和批注")).to_be_visible()
    assert site.head(document.id).state is State.RETURNED

    desk = person("chen", WIDE).open(f"/documents/{document.id}/edit")
    desk.locator('[name="/contact_person"]').fill("罗文博")
    desk.locator("form[data-ready]").wait_for()
    expect(desk.locator("[data-save-state]")).to_contain_text("已暂存")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("已提交审核")).to_be_visible()

    phone.goto(f"{served.url}/approvals/{document.id}")
    expect(phone.locator(".apr-diff")).to_contain_text("罗批阅")
    expect(phone.locator(".apr-diff ins")).to_have_text("罗文博")
    shot(phone, "approvals-diff-390")
    bar.get_by_text("同意", exact=True).click()
    expect(phone.get_by_text("已同意，可以取号")).to_be_visible()
    assert site.head(document.id).state is State.APPROVED


def test_a_desk_decides_by_keyboard_and_compares_many(person, served: Served) -> None:
    site = served.site
    issuing, chen = site.context.service(Issuing), site.actor("chen")
    made = [site.saved(contact_person=name) for name in ("罗文博", "罗文博", "罗文搏")]
    for document in made:
        issuing.transition(chen, document.id, "submit", base_version=1)
    desk = person("he", WIDE).open(f"/approvals/{made[0].id}")
    shot(desk, "approvals-paper-1440")
    desk.keyboard.press("j")
    desk.wait_for_url(f"**/approvals/{made[1].id}")
    desk.keyboard.press("r")
    expect(desk.get_by_label("退回的理由")).to_be_focused()
    desk.keyboard.type("a")
    desk.keyboard.press("Escape")
    assert site.head(made[1].id).state is State.IN_REVIEW, "a letter typed into a reason decides nothing"
    desk.locator("h1").click()
    desk.keyboard.press("a")
    expect(desk.get_by_text("已同意，可以取号")).to_be_visible()
    assert site.head(made[1].id).state is State.APPROVED
    for document in (made[0], made[2]):
        desk.locator(f".apr-tick input[name=ticket][value^='{document.id}']").check()
    desk.get_by_role("button", name="成批校对").click()
    expect(desk.locator(".apr-proof tbody tr")).to_have_count(2)
    shot(desk, "approvals-proof-1440")
    for path, name in (("/approvals/chains", "chains"), ("/approvals/deputies", "deputies")):
        desk.goto(served.url + path)
        shot(desk, f"approvals-{name}-1440")
