"""The list in a browser: keyboard, selection, conditions without a new page, views; no sideways scrolling on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW, WIDE, Person, Served


@pytest.fixture(scope="module", autouse=True)
def shelf(served: Served) -> None:
    for _ in range(3):
        served.site.saved(type_key="power_of_attorney")


def test_rows_are_walked_and_chosen_from_the_keyboard(served: Served, person: Callable[..., Person]) -> None:
    somebody = person("chen", WIDE)
    page = somebody.page()
    page.goto(f"{served.url}/documents?view=all&type=power_of_attorney")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 1 份：")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 2 份：")
    page.keyboard.press("Control+a")
    expect(page.locator("tr.list-chosen")).to_have_count(page.locator("tr[data-row]").count())
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/documents/[0-9a-z]{26}"))
    assert not somebody.complaints


def test_a_stretch_is_chosen_with_shift_and_the_deed_asks_first(
    served: Served, person: Callable[..., Person]
) -> None:
    page = person("chen", WIDE).page()
    page.goto(f"{served.url}/documents?view=all&type=power_of_attorney")
    ticks = page.locator('input[name="item"]')
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("已选 3 份：")
    page.click("button[value=finalise]")
    expect(page.locator("h1")).to_have_text("定稿打印（3 份）")


def test_conditions_join_the_sentence_without_a_new_page(
    served: Served, person: Callable[..., Person]
) -> None:
    page = person("chen", WIDE).page()
    page.goto(f"{served.url}/documents?view=all")
    page.evaluate("window.sameDocument = true")
    page.click("[data-list-more] > summary")
    page.select_option("#c-state", "草稿")
    expect(page.locator(".doc-chip")).to_have_text(["草稿"])
    page.select_option("#c-type", "power_of_attorney")
    expect(page.locator(".doc-chip")).to_have_text(["草稿", "授权委托书"])
    page.locator(".doc-chip").first.click()
    expect(page.locator(".doc-chip")).to_have_text(["授权委托书"])
    page.go_back()
    expect(page.locator(".doc-chip")).to_have_count(2)
    assert page.evaluate("window.sameDocument") is True


def test_a_view_stands_above_the_list(served: Served, person: Callable[..., Person]) -> None:
    page = person("he", WIDE).page()
    page.goto(f"{served.url}/documents?state=草稿")
    page.locator(".list-tools summary").nth(1).click()
    page.fill("#view-name", "还在写的")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".list-views a[aria-current]")).to_have_text("还在写的")


@pytest.mark.parametrize("path", ["/documents?view=all", "/documents/generate", "document"])
def test_on_a_phone_nothing_scrolls_sideways(
    served: Served, person: Callable[..., Person], path: str
) -> None:
    if path == "document":
        path = f"/documents/{served.site.saved(type_key='power_of_attorney').id}"
    page = person("chen", NARROW).page()
    page.goto(served.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
