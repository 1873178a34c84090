"""The pages, the sample and the hints beside the form; the form by keyboard, for screen readers, on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.support.form_page import cells, draft, edit, field, rows_of, wait_saved

pytestmark = pytest.mark.browser
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def paper(page: Page) -> FrameLocator:
    return page.frame_locator(".doc-preview")


def test_the_pages_stand_beside_the_form_and_follow_it_without_a_jump(person, served: Served) -> None:
    document = served.site.saved()
    someone = person("chen")
    page = someone.page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => "
        "(window.moved += e.hadRecentInput ? 0 : e.value))).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(f"{served.url}/documents/{document.id}/edit")
    expect(paper(page).locator("section.docx").first).to_contain_text("川西水泥有限公司")
    expect(page.locator("[data-page-no]")).to_contain_text("1/")
    assert page.evaluate("window.moved") < 0.01
    shot(page, "form-pane-1440")
    field(page, "/inspect_place").fill("新写的监察地点五十六号")
    expect(paper(page).locator("body")).to_contain_text("新写的监察地点五十六号")
    expect(page.locator("[data-preview-state]")).to_contain_text("有变化")
    expect(paper(page).locator(".page-changed")).not_to_have_count(0)
    field(page, "/contact_person").focus()
    field(page, "/inspect_place").focus()
    expect(paper(page).locator(".place-found")).to_contain_text("新写的监察地点五十六号")
    expect(paper(page).locator(".place-found")).to_be_in_viewport()


def test_the_pane_folds_away_and_stays_so_on_this_device(person, served: Served) -> None:
    document = served.site.saved()
    someone = person("chen")
    page = edit(someone, document.id)
    page.get_by_role("button", name="收起右侧").click()
    expect(page.locator("#doc-pane")).to_be_hidden()
    page.reload()
    page.locator("form[data-ready]").wait_for()
    expect(page.locator("#doc-pane")).to_be_hidden()
    page.get_by_role("button", name="预览", exact=True).click()
    expect(page.locator("#doc-pane")).to_be_visible()
    expect(paper(page).locator("section.docx").first).to_contain_text("川西水泥有限公司")
    before = page.locator("#doc-pane").bounding_box()
    page.locator("[data-split]").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    after = page.locator("#doc-pane").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] < before["width"] - 40
    page.reload()
    page.locator("form[data-ready]").wait_for()
    again = page.locator("#doc-pane").bounding_box()
    assert again is not None
    assert abs(again["width"] - after["width"]) < 8


def test_the_sample_and_the_hints_are_in_the_pane(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    page.get_by_role("tab", name="预览").press("ArrowRight")
    expect(page.get_by_role("tabpanel", name="范本")).to_contain_text("企业和人员均为虚构")
    expect(page.get_by_role("tabpanel", name="范本")).to_contain_text("川西水泥有限公司")
    page.get_by_role("tab", name="提示").click()
    hints = page.get_by_role("tabpanel", name="提示")
    expect(hints).to_contain_text("现在没有需要提醒的地方")
    field(page, "/enterprise/ent_uscc").fill("91510000123456788A")
    expect(hints.locator(".doc-hint")).to_contain_text("请核对营业执照")
    rows_of(page, "/inspectors").nth(1).locator('[name$="/cert_valid_to"]').fill("2020-01-01")
    expect(hints.locator("details")).not_to_have_count(0)
    hints.get_by_text("为什么").first.click()
    hints.locator(".doc-hint a").first.click()
    assert page.evaluate("document.activeElement.closest('#doc-form') !== null")


def test_a_mark_of_origin_is_refreshed_and_taken_off(person, served: Served) -> None:
    document = served.site.started()
    page = edit(person("chen"), document.id)
    name = "/enterprise/ent_phone"
    mark = page.locator(f'button[data-origin="{name}"]')
    if not mark.count():
        name = page.locator("button[data-origin]").first.get_attribute("data-origin") or ""
        mark = page.locator(f'button[data-origin="{name}"]')
    mark.click()
    page.get_by_role("menuitem", name="刷新").press("Enter")
    expect(page.locator(".doc-snack, dialog[open]").first).to_be_visible()
    mark.click()
    page.get_by_role("menuitem", name="解除").click()
    expect(mark).to_have_count(0)
    assert name not in draft(served.site, document.id).origins


def test_a_law_is_found_by_the_initials_of_its_name(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    page.get_by_role("button", name="添加监察依据").click()
    page.keyboard.type("jynyf")
    options = page.get_by_role("option")
    expect(options.filter(has_text="节约能源法").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    wait_saved(page)
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")
    assert cells(page, "/legal_refs", "law")[-1] == "中华人民共和国节约能源法"
    row = draft(served.site, document.id).body["legal_refs"][-1]
    assert row["article"]
    assert row["version_date"]


@pytest.mark.parametrize(("name", "viewport"), [("1440", WIDE), ("390", NARROW)])
def test_nothing_stands_in_the_way_of_anybody(person, served: Served, name: str, viewport) -> None:
    page = edit(person("chen", viewport), served.site.saved().id)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "async () => (await axe.run(document, { iframes: false })).violations"
        ".filter((v) => ['serious', 'critical'].includes(v.impact))"
        ".map((v) => [v.id, v.nodes.slice(0, 4).map((n) => n.html.slice(0, 160))])"
    )
    assert found == []


def test_a_phone_shows_the_form_or_the_pages(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen", NARROW), document.id)
    field(page, "/inspect_place").fill("手机上写的地点八号")
    wait_saved(page)
    page.locator("[data-views]").get_by_role("button", name="预览").click()
    expect(page.locator("#doc-form")).to_be_hidden()
    expect(paper(page).locator("body")).to_contain_text("手机上写的地点八号")
    shot(page, "form-preview-390")
    page.locator("[data-views]").get_by_role("button", name="填写").click()
    expect(field(page, "/inspect_place")).to_have_value("手机上写的地点八号")


def test_the_keyboard_alone_fills_adds_moves_and_takes_back(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    rows_of(page, "/inspectors").nth(0).locator('[name$="/name"]').focus()
    page.keyboard.press("Alt+Insert")
    expect(rows_of(page, "/inspectors")).to_have_count(4)
    page.keyboard.type("键盘加的")
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowUp")
    assert cells(page, "/inspectors", "name")[1] == "键盘加的"
    page.keyboard.press("Alt+Insert")
    expect(rows_of(page, "/inspectors")).to_have_count(5)
    remove = rows_of(page, "/inspectors").nth(4).get_by_role("button", name="删除第 5 行")
    remove.focus()
    page.keyboard.press("Enter")
    expect(rows_of(page, "/inspectors")).to_have_count(4)
    page.keyboard.press("Control+z")
    expect(rows_of(page, "/inspectors")).to_have_count(5)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存为第2版")).to_be_visible()
