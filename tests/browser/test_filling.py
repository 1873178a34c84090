"""Filling a form in a real browser: nothing typed is lost, whatever happens to tabs, people and the network."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from formserver.core.drafting import Drafting
from tests.browser.conftest import NARROW, WIDE, Served, shot

pytestmark = pytest.mark.browser
SAVED = re.compile("已暂存")


def draft(served: Served, document_id: str, username: str = "chen"):
    return served.site.context.service(Drafting).open(served.site.actor(username), document_id).draft


def field(page: Page, name: str):
    return page.locator(f'[name="{name}"]').first


def wait_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)


def ready(page: Page) -> Page:
    """The script has taken over; before that the page works by plain posts."""
    page.locator("form[data-ready]").wait_for()
    return page


def test_typing_is_kept_within_two_seconds_and_the_state_is_shown(person, served: Served) -> None:
    document = served.site.started()
    page = person("chen").open(f"/documents/{document.id}/edit")
    field(page, "/inspect_place").fill("川经信〔2026〕3号")
    started = time.monotonic()
    wait_saved(page)
    assert time.monotonic() - started < 2.5
    assert draft(served, document.id).body["inspect_place"] == "川经信〔2026〕3号"
    field(page, "/issue_date").fill("5月")
    expect(page.locator('[data-place="/issue_date"] .fs-error')).to_contain_text("5月")
    assert draft(served, document.id).raw == {"/issue_date": "5月"}
    page.reload()
    expect(field(page, "/issue_date")).to_have_value("5月")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("请改正后再保存为版本")).to_be_visible()
    ready(page)
    expect(page.locator("[data-error-summary]")).to_contain_text("成文日期")
    field(page, "/issue_date").fill("2026-11-9")
    wait_saved(page)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存为第1版")).to_be_visible()
    assert served.site.head(document.id).head_version == 1


def test_what_could_not_be_sent_is_back_after_the_tab_was_closed(person, served: Served) -> None:
    document = served.site.started()
    someone = person("chen")
    page = someone.open(f"/documents/{document.id}/edit")
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
    field(page, "/inspect_place").fill("断网时写的文号")
    expect(page.locator("[data-save-state]")).to_contain_text("已留在本机，正在重试")
    page.close()
    page = someone.open(f"/documents/{document.id}/edit")
    expect(page.get_by_text("已恢复上次未能保存的 1 处内容")).to_be_visible()
    expect(field(page, "/inspect_place")).to_have_value("断网时写的文号")
    wait_saved(page)
    assert draft(served, document.id).body["inspect_place"] == "断网时写的文号"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_signing_out_leaves_nobodys_words_in_the_browser(person, served: Served) -> None:
    document = served.site.started()
    someone = person("chen")
    page = someone.open(f"/documents/{document.id}/edit")
    page.route("**/draft", lambda route: route.abort())
    field(page, "/inspect_place").fill("私下的话")
    expect(page.locator("[data-save-state]")).to_contain_text("已留在本机")
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.locator(".fs-person summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/sign-in**")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    someone.complaints.clear()  # the aborted requests


def test_two_windows_show_both_values_and_the_person_chooses(person, served: Served) -> None:
    document = served.site.started()
    someone = person("chen")
    first, second = (someone.open(f"/documents/{document.id}/edit") for _ in range(2))
    field(first, "/inspect_place").fill("第一个窗口")
    wait_saved(first)
    field(second, "/contact_person").fill("罗文博")
    field(second, "/inspect_place").fill("第二个窗口")
    panel = second.locator(".doc-panel")
    expect(panel).to_contain_text("第一个窗口")
    expect(panel).to_contain_text("第二个窗口")
    expect(panel.locator("legend")).to_have_text("监察地点")
    shot(second, "two-windows-1440")
    panel.get_by_text("另一个窗口", exact=True).last.click()
    with second.expect_navigation():
        panel.get_by_role("button", name="按选择继续").click()
    expect(field(second, "/inspect_place")).to_have_value("第一个窗口")
    kept = draft(served, document.id).body
    assert (kept["inspect_place"], kept["contact_person"]) == ("第一个窗口", "罗文博")


def test_two_people_see_both_values_and_nothing_is_lost(person, served: Served) -> None:
    document = served.site.saved()
    pages = [person(name).open(f"/documents/{document.id}/edit") for name in ("chen", "he")]
    for page, value in zip(pages, ("甲", "乙"), strict=True):
        field(page, "/contact_person").fill(value)
        wait_saved(page)
    pages[1].keyboard.press("Control+s")
    expect(pages[1].get_by_text("已保存为第2版")).to_be_visible()
    pages[0].keyboard.press("Control+s")
    expect(pages[0].get_by_role("heading", name="合并双方的修改")).to_be_visible()
    expect(pages[0].locator(".doc-choice")).to_contain_text("甲")
    expect(pages[0].locator(".doc-choice")).to_contain_text("何雨桐保存的")
    shot(pages[0], "two-people-1440")
    pages[0].locator(".doc-option").first.click()
    pages[0].get_by_role("button", name="合并到我的草稿").click()
    expect(field(pages[0], "/contact_person")).to_have_value("甲")
    ready(pages[0]).keyboard.press("Control+s")
    expect(pages[0].get_by_text("已保存为第3版")).to_be_visible()


def test_rows_are_added_moved_and_removed_in_place_with_undo(person, served: Served) -> None:
    document = served.site.saved()
    page = person("chen").open(f"/documents/{document.id}/edit")
    people = page.locator('fieldset[data-rows="/inspectors"]')
    rows = people.locator("tbody tr")
    expect(rows).to_have_count(3)
    page.get_by_role("button", name="添加监察人员").click()
    expect(rows).to_have_count(4)
    page.keyboard.type("新来的人")
    wait_saved(page)
    names = page.locator('fieldset[data-rows="/inspectors"] input[name$="/name"]')
    page.keyboard.press("Alt+ArrowUp")
    expect(names.nth(2)).to_have_value("新来的人")
    people.get_by_role("button", name="删除第 1 行").click()
    expect(rows).to_have_count(3)
    shot(page, "rows-undo-1440")
    page.get_by_role("button", name="撤销").click()
    expect(rows).to_have_count(4)
    expect(names.nth(0)).to_have_value("陈志远")
    wait_saved(page)
    kept = [row.get("name") for row in draft(served, document.id).body["inspectors"]]
    assert kept == ["陈志远", "何雨桐", "新来的人", "罗文博"]


def test_a_conditional_field_appears_in_place(person, served: Served) -> None:
    document = served.site.saved()
    page = person("chen").open(f"/documents/{document.id}/edit")
    reason = page.locator('[data-place="/notice_exempt_reason"]')
    expect(reason).to_be_hidden()
    page.locator('[id="/notice_exempt"]').check()
    expect(reason).to_be_visible()


def test_a_session_that_ends_keeps_the_words_and_continues_after_signing_in(person, served: Served) -> None:
    document = served.site.started()
    someone = person("chen")
    page = someone.open(f"/documents/{document.id}/edit")
    page.wait_for_load_state("networkidle")  # an answer still under way would bring the session back
    cookies = someone.context.cookies()
    someone.context.clear_cookies()
    field(page, "/inspect_place").fill("登录过期时写的")
    expect(page.locator("[data-save-state]")).to_contain_text("登录已过期，填写的内容已留在本机")
    someone.context.add_cookies(cookies)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    wait_saved(page)
    assert draft(served, document.id).body["inspect_place"] == "登录过期时写的"


def test_the_enter_key_never_submits_for_review(person, served: Served) -> None:
    document = served.site.saved()
    page = person("chen").open(f"/documents/{document.id}/edit")
    field(page, "/inspect_place").fill("改了")
    field(page, "/inspect_place").press("Enter")
    wait_saved(page)
    page.wait_for_timeout(300)
    head = served.site.head(document.id)
    assert (head.state.value, head.head_version) == ("草稿", 1)


def test_a_whole_form_can_be_walked_with_the_keyboard_alone(person, served: Served) -> None:
    document = served.site.saved()
    page = person("chen").open(f"/documents/{document.id}/edit")
    seen: list[str] = []
    for _ in range(45):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "document.activeElement.textContent.trim().slice(0, 8) || document.activeElement.name || ''"
            )
        )
    assert seen[0].startswith("跳到正文")
    assert "提交审核" in seen
    assert "保存" in seen
    assert any(name.startswith("/issuing_organ") for name in seen)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none" or seen
    field(page, "/issuing_organ").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("（键盘）")
    wait_saved(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已提交审核")).to_be_visible()


@pytest.mark.parametrize(("name", "viewport"), [("1440", WIDE), ("390", NARROW)])
def test_every_form_fits_the_screen(person, served: Served, name: str, viewport) -> None:
    someone = person("chen", viewport)
    for type_key in ("inspection_notice", "verification_form", "inquiry_record"):
        document = served.site.saved(type_key=type_key)
        page = someone.open(f"/documents/{document.id}/edit")
        page.wait_for_timeout(100)
        shot(page, f"form-{type_key}-{name}")
        page.close()
