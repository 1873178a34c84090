"""Rows of a form in a real browser: changed without the network, taken back, paged, their cells spoken about."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from formserver.core.ids import new_row_key
from tests.browser.conftest import NARROW, Served, shot
from tests.support.form_page import cells, draft, edit, field, rows_of, wait_saved

pytestmark = pytest.mark.browser
PEOPLE = "/inspectors"


def names(served: Served, document_id: str) -> list[str | None]:
    return [row.get("name") for row in draft(served.site, document_id).body["inspectors"]]


def test_rows_change_without_the_network_and_arrive_when_it_is_back(person, served: Served) -> None:
    document = served.site.saved()
    someone = person("chen")
    page = edit(someone, document.id)
    before = cells(page, PEOPLE, "name")
    someone.context.set_offline(True)
    page.get_by_role("button", name="添加监察人员").click()
    page.keyboard.type("断网时加的")
    page.keyboard.press("Alt+ArrowUp")
    people = page.locator(f'fieldset[data-rows="{PEOPLE}"]')
    people.get_by_role("button", name="复制第 1 行").click()
    people.get_by_role("button", name="删除第 3 行").click()
    expect(page.locator(".doc-snack")).to_contain_text("已删除第3行")
    wanted = [before[0], before[0], "断网时加的", before[2]]
    assert cells(page, PEOPLE, "name") == wanted
    expect(page.locator("[data-save-state]")).to_contain_text("已留在本机，正在重试")
    assert names(served, document.id) == before
    page.close()  # the tab is closed while the network is away
    someone.context.set_offline(False)
    page = edit(someone, document.id)
    assert cells(page, PEOPLE, "name") == wanted
    wait_saved(page)
    assert names(served, document.id) == wanted


def test_a_removed_row_comes_back_whole_also_after_it_was_sent(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    before = draft(served.site, document.id).body["inspectors"]
    people = page.locator(f'fieldset[data-rows="{PEOPLE}"]')
    people.get_by_role("button", name="删除第 2 行").click()
    wait_saved(page)
    assert len(names(served, document.id)) == 2
    page.keyboard.press("Control+z")  # the cursor stands on a button
    expect(rows_of(page, PEOPLE)).to_have_count(3)
    wait_saved(page)
    assert draft(served.site, document.id).body["inspectors"] == before


def test_rows_are_dragged_by_their_handle(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    before = cells(page, PEOPLE, "name")
    rows = rows_of(page, PEOPLE)
    rows.nth(0).scroll_into_view_if_needed()
    grip = rows.nth(0).locator("[data-grip]").bounding_box()
    last = rows.nth(2).bounding_box()
    assert grip is not None
    assert last is not None
    page.mouse.move(grip["x"] + 4, grip["y"] + 4)
    page.mouse.down()
    page.mouse.move(grip["x"] + 4, last["y"] + last["height"] - 6, steps=8)
    page.mouse.up()
    assert cells(page, PEOPLE, "name") == [before[1], before[2], before[0]]
    wait_saved(page)
    assert names(served, document.id) == [before[1], before[2], before[0]]


def test_a_cell_says_what_is_unclear_and_a_screen_reader_hears_it(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    cell = rows_of(page, PEOPLE).nth(1).locator('[name$="/cert_valid_to"]')
    cell.fill("5月")
    cell.press("Tab")
    part = rows_of(page, PEOPLE).nth(1).locator('[data-place$="/cert_valid_to"]')
    expect(part.locator(".fs-error")).to_contain_text("还缺几日")
    described = (cell.get_attribute("aria-describedby") or "").split()
    assert part.locator(".fs-error").get_attribute("id") in described
    assert cell.get_attribute("aria-invalid") == "true"
    expect(page.locator('.fs-toc a[href="#section-people"] .fs-toc-mark, .fs-toc-errors').first).to_have_text(
        "!"
    )
    cell.fill("2027.5.6")
    cell.press("Tab")
    expect(part.locator(".fs-hint")).to_contain_text("2027年5月6日")
    expect(part.locator(".fs-error")).to_have_count(0)
    assert cell.get_attribute("aria-invalid") is None


def test_a_date_is_read_as_one_types(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen"), document.id)
    box = field(page, "/issue_date")
    for typed, said in (("5月6日", "5月6日"), ("24/5/6", "2024年5月6日"), ("2026年五月", "2026年五月")):
        box.fill(typed)
        box.press("Tab")
        part = page.locator('[data-place="/issue_date"]')
        expect(part.locator(".fs-hint, .fs-error").filter(has_text=said)).to_have_count(1)
        expect(box).to_have_value(typed)  # what was typed stays


def test_long_lists_turn_pages_without_losing_a_word(person, served: Served) -> None:
    people = served.site.context.catalogue.sample("inspection_notice")["inspectors"]
    many = [{**people[0], "name": f"第{n}人", "_k": new_row_key()} for n in range(1, 131)]
    document = served.site.saved(inspectors=many)
    page = edit(person("chen"), document.id)
    expect(rows_of(page, PEOPLE)).to_have_count(50)
    rows_of(page, PEOPLE).nth(3).locator('[name$="/name"]').fill("翻页前写的")
    field(page, "/inspect_place").fill("别处也写了")
    page.get_by_role("button", name="101–130 行").click()
    expect(rows_of(page, PEOPLE)).to_have_count(30)
    expect(field(page, "/inspect_place")).to_have_value("别处也写了")
    assert cells(page, PEOPLE, "name")[0] == "第101人"
    page.get_by_role("button", name="添加监察人员").click()
    page.keyboard.type("最后一人")
    wait_saved(page)
    page.get_by_role("button", name="1–50 行", exact=True).click()
    expect(rows_of(page, PEOPLE)).to_have_count(50)
    assert cells(page, PEOPLE, "name")[3] == "翻页前写的"
    kept = names(served, document.id)
    assert (kept[3], kept[-1], len(kept)) == ("翻页前写的", "最后一人", 131)


def test_the_summary_leads_to_a_row_on_another_page(person, served: Served) -> None:
    people = served.site.context.catalogue.sample("inspection_notice")["inspectors"]
    many = [{**people[0], "name": f"第{n}人", "_k": new_row_key()} for n in range(1, 81)]
    document = served.site.saved(inspectors=many)
    page = edit(person("chen"), document.id)
    page.get_by_role("button", name="51–80 行").click()
    expect(rows_of(page, PEOPLE)).to_have_count(30)
    cell = rows_of(page, PEOPLE).nth(29).locator('[name$="/cert_valid_to"]')
    name = cell.get_attribute("name")
    cell.fill("5月")
    wait_saved(page)
    page.goto(f"{served.url}/documents/{document.id}/edit?check=1")
    page.locator("form[data-ready]").wait_for()
    expect(rows_of(page, PEOPLE)).to_have_count(50)
    page.locator("[data-error-summary] a", has_text="5月").click()
    expect(page.locator(f'[name="{name}"]')).to_be_focused()
    expect(page.locator(f'[name="{name}"]')).to_have_value("5月")


def test_rows_on_a_phone(person, served: Served) -> None:
    document = served.site.saved()
    page = edit(person("chen", NARROW), document.id)
    page.locator(".doc-toc-fold > summary").click()
    page.locator(".fs-toc a", has_text="监察人员").click()
    page.get_by_role("button", name="添加监察人员").click()
    page.keyboard.type("手机上加的")
    wait_saved(page)
    shot(page, "form-rows-390")
    assert names(served, document.id)[-1] == "手机上加的"
