"""Reviewing an equipment list from the keyboard: walking, confirming, moving in with a reason, undoing, choosing many."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from formserver.equipment.models import EquipmentList
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.browser.conftest import NARROW, WIDE, Person, Served, shot
from tests.support.equipment import many, ready_list


@pytest.fixture
def kept(served: Served) -> EquipmentList:
    return ready_list(served.site, many(12))


def opened(served: Served, someone: Person, one: EquipmentList, more: str = "") -> Page:
    return someone.open(f"/equipment/lists/{one.id}/rows{more}")


def standing(served: Served, one: EquipmentList, number: int) -> tuple[str, str]:
    found = served.site.context.service(Reviews).row(served.site.actor("chen"), one.id, number, RowQuery())
    return found.row.standing, found.row.decided


def test_a_list_is_reviewed_without_the_mouse(
    served: Served, person: Callable[..., Person], kept: EquipmentList
) -> None:
    page = opened(served, person("chen", WIDE), kept)
    page.keyboard.press("j")
    expect(page.locator("[data-row='1'] [data-open]")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("[data-row='1'] .rv-spoken")).to_contain_text("已确认")
    expect(page.locator("[data-row='1'] [data-open]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("i")
    expect(page.locator("[data-decide]")).to_be_visible()
    page.keyboard.press("j")  # a field has the focus: letters write
    page.select_option("#dialog-basis", "photo")
    page.fill("#dialog-reason", "太短")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-fault=reason]")).to_have_text("请写明理由，至少 5 个字。")
    page.fill("#dialog-reason", "铭牌显示一九九九年出厂")
    page.click("[data-decide-submit]")
    expect(page.locator("[data-decide]")).to_be_hidden()
    expect(page.locator("[data-row='2'] .rv-spoken")).to_contain_text("已移入")
    expect(page.locator("[data-review-head]")).to_contain_text("已确认 1 / 3 待确认")
    assert standing(served, kept, 2) == ("eliminated", "in")
    page.keyboard.press("u")
    expect(page.locator("[data-row='2'] .rv-spoken")).to_have_text("未确认")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/rows/1$"))


def test_who_comes_second_keeps_his_words(
    served: Served, person: Callable[..., Person], kept: EquipmentList
) -> None:
    page = opened(served, person("he", WIDE), kept)
    page.locator("[data-row='2'] [data-act=out]").click()
    page.select_option("#dialog-basis", "papers")
    page.fill("#dialog-reason", "合格证写明二〇〇六年出厂")
    wish = Wish("in", "photo", "铭牌显示一九九九年出厂")
    served.site.context.service(Reviews).decide(served.site.actor("chen"), kept.id, 2, wish, seen="")
    page.click("[data-decide-submit]")
    expect(page.locator("[data-decide-error]")).to_contain_text("陈志远")
    expect(page.locator("#dialog-reason")).to_have_value("合格证写明二〇〇六年出厂")
    expect(page.locator("[data-row='2'] .rv-spoken")).to_contain_text("已移入")
    assert standing(served, kept, 2) == ("eliminated", "in")
    page.click("[data-decide-submit]")
    expect(page.locator("[data-row='2'] .rv-spoken")).to_contain_text("已移出")
    assert standing(served, kept, 2) == ("ok", "out")


def test_rows_are_ticked_and_decided_together(
    served: Served, person: Callable[..., Person], kept: EquipmentList
) -> None:
    page = opened(served, person("chen", WIDE), kept)
    expect(page.locator("[data-bulk] button[value=confirm]")).to_be_disabled()
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 2 行：")
    page.click("[data-bulk] button[value=out]")
    expect(page.locator("h1")).to_have_text("移出 2 行")
    page.select_option("#basis", "other")
    page.fill("#reason", "两台都已拆除更换")
    page.get_by_role("button", name="移出 2 行").click()
    expect(page.locator(".fs-flash")).to_contain_text("2 行已移出，结论为正常")


def test_it_works_without_scripts(
    served: Served, person: Callable[..., Person], kept: EquipmentList, browser: object
) -> None:
    someone = person("chen", WIDE)
    cookies = someone.context.cookies()
    plain = browser.new_context(java_script_enabled=False, viewport=WIDE)  # type: ignore[attr-defined]
    plain.add_cookies(cookies)
    page = plain.new_page()
    page.goto(f"{served.url}/equipment/lists/{kept.id}/rows")
    page.locator("[data-row='3'] [data-act=in]").click()
    page.select_option("#basis", "catalogue")
    page.fill("#reason", "条文写明全部规格淘汰")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".fs-flash")).to_contain_text("已移入淘汰清单")
    assert standing(served, kept, 3) == ("eliminated", "in")
    plain.close()


@pytest.mark.parametrize("more", ["", "/2?do=in", "/5", "?standing=review&category=motor", "/again"])
def test_on_a_phone_nothing_scrolls_sideways(
    served: Served, person: Callable[..., Person], kept: EquipmentList, more: str
) -> None:
    page = opened(served, person("chen", NARROW), kept, more)
    shot(page, f"equipment-review-{re.sub('[^a-z0-9]', '', more) or 'rows'}-narrow")
