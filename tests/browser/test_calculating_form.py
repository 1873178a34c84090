"""The calculator inside a form, in a real browser: choose, type, watch the level, save, print."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, Served, shot
from tests.browser.sweep import AXE, load_axe, serious_findings
from tests.support.form_page import draft, edit, wait_saved
from tests.support.sheets import CLINKER

pytestmark = pytest.mark.browser


def begun(person, served: Served, type_key: str = "benchmark_sheet", who: str = "chen") -> tuple[Page, str]:
    """A new document with period, and one empty calculation."""
    document = served.site.started(who, type_key)
    page = edit(person(who), document.id)
    if type_key == "verification_form":
        page.locator('input[name="/task_types"][value="能耗对标"]').check()
    page.locator('[name="/period_from"]').fill("2025-01-01")
    page.locator('[name="/period_to"]').fill("2025-12-31")
    page.locator('[name="/production_state"]').select_option("正常")
    page.locator('button[value="add:/calculations"]').click()
    expect(page.locator(".calc-card")).to_have_count(1)
    return page, document.id


def choose(page: Page, text: str, name: str) -> None:
    """Look a product up by its initials."""
    find = page.locator("[data-calc-find] input").last
    find.click()
    find.press_sequentially(text, delay=20)
    page.locator(".fs-picker-list li", has_text=name).first.click()
    expect(page.locator(".calc-card-head strong, .fs-row-card-head strong").last).to_have_text(name)


def enter(page: Page, served: Served, document_id: str, values: dict[str, str]) -> None:
    """Type inputs, the last one left under the cursor."""
    row = draft(served.site, document_id).body["calculations"][-1]
    for one in row["inputs"]:
        if one["key"] in values:
            control = page.locator(f'[name="/calculations/@{row["_k"]}/inputs/@{one["_k"]}/value"]')
            control.fill("")
            control.press_sequentially(values[one["key"]], delay=5)


def test_a_clinker_row_is_found_filled_judged_saved_and_printed(person, served: Served) -> None:
    page, document_id = begun(person, served)
    choose(page, "snsl", "水泥熟料")
    enter(page, served, document_id, CLINKER)
    verdict = page.locator(".calc-panel .calc-verdict")
    expect(verdict).to_contain_text("达标 · 3级")  # while the cursor still stands in the last field
    assert page.evaluate("document.activeElement.name").endswith("/value")
    expect(page.locator(".calc-bar")).to_have_count(3)
    expect(page.locator('[data-made-rows="/result_rows"]')).to_contain_text("102.57")
    enter(page, served, document_id, {"coal_t": "300000"})
    expect(verdict).to_contain_text("不达标")
    expect(page.locator(".calc-conclusion")).to_contain_text("不达标")
    wait_saved(page)
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存为第1版")).to_be_visible()
    expect(page.locator(".calc-panel .calc-verdict")).to_contain_text("不达标")
    shot(page, "calculating-form")
    paper = page.context.request.get(f"{served.url}/documents/{document_id}/preview.docx")
    assert paper.status == 200
    words = "".join(
        p.text for t in Document(io.BytesIO(paper.body())).tables for c in t._cells for p in c.paragraphs
    )
    assert all(word in words for word in ("熟料单位产品综合煤耗", "超限定值", "300000", "结论：不达标"))


def test_energy_lines_flow_into_the_tables_of_the_verification_form(person, served: Served) -> None:
    page, _ = begun(person, served, "verification_form")
    choose(page, "snsl", "水泥熟料")
    page.locator('button[value^="carriers:"]').click()
    expect(page.locator(".calc-line")).not_to_have_count(0)
    page.locator('.calc-line [name$="/amount"]').first.fill("208000")
    expect(page.locator('[name="/energy_total"]')).to_have_value("148574.4")
    expect(page.locator('fieldset[data-rows="/energy_rows"]')).to_contain_text("来自计算")
    count = page.locator(".calc-line").count()
    page.locator('.calc-line button[value^="remove:"]').last.click()
    expect(page.locator(".calc-line")).to_have_count(count - 1)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".calc-line")).to_have_count(count)
    page.locator('.calc-energy button[value^="add:"]').click()
    expect(page.locator(".calc-line")).to_have_count(count + 1)
    wait_saved(page)


def test_a_filled_row_is_taken_over_and_given_back(person, served: Served) -> None:
    page, document_id = begun(person, served, "verification_form")
    choose(page, "snsl", "水泥熟料")
    enter(page, served, document_id, CLINKER)
    rows = page.locator('fieldset[data-rows="/quota_rows"]')
    expect(rows).to_contain_text("102.57")
    rows.locator('button[value^="detach:"]').first.click()
    expect(rows).to_contain_text("本行由填写人自行填写")
    own = rows.locator('[name$="/value"]').first
    own.fill("99")
    wait_saved(page)
    enter(page, served, document_id, {"coal_t": "200000"})
    expect(page.locator(".calc-panel")).to_contain_text("98.62")
    assert draft(served.site, document_id).body["quota_rows"][0]["value"] == "99"
    rows.locator('button[value^="attach:"]').first.click()
    expect(rows).not_to_contain_text("本行由填写人自行填写")


def test_what_is_typed_without_a_network_is_kept_and_calculated_later(person, served: Served) -> None:
    page, document_id = begun(person, served)
    choose(page, "snsl", "水泥熟料")
    enter(page, served, document_id, {k: v for k, v in CLINKER.items() if k != "coal_t"})
    wait_saved(page)
    page.context.set_offline(True)
    enter_offline = page.locator('.calc-inputs-group [name$="/value"]').first
    enter_offline.fill("208000")
    expect(page.locator("[data-save-state]")).to_have_text(re.compile("已留在本机"))
    page.context.set_offline(False)
    expect(page.locator(".calc-panel .calc-verdict")).to_contain_text("达标 · 3级")
    expect(enter_offline).to_have_value("208000")


def test_a_period_that_crosses_editions_asks_which_one_and_follows_the_choice(person, served: Served) -> None:
    page, document_id = begun(person, served)
    page.locator('[name="/period_from"]').fill("2022-01-01")
    page.locator('[name="/period_to"]').fill("2022-12-31")
    choose(page, "snsl", "水泥熟料")
    editions = page.locator(".calc-editions")
    expect(editions.get_by_role("radio")).to_have_count(3)
    expect(editions).to_contain_text("GB 16780-20122013-10-01 至 2022-10-31")
    expect(editions).to_contain_text("GB 16780-20212022-11-01 起施行")
    link = page.locator(".calc-troubles a", has_text="统计期跨越标准换版日")
    expect(link).to_have_attribute("href", re.compile("/edition$"))
    assert page.evaluate("id => document.getElementById(id) !== null", link.get_attribute("href")[1:])
    shot(page, "calculating-form-editions")
    editions.get_by_text("GB 16780-2021").click()
    enter(page, served, document_id, CLINKER)
    expect(page.locator(".calc-panel .calc-verdict")).to_contain_text("达标")
    expect(page.locator(".calc-panel .calc-standard")).to_contain_text("GB 16780-2021")
    expect(page.locator(".calc-panel")).to_contain_text("由填报人选定")
    wait_saved(page)
    assert draft(served.site, document_id).body["calculations"][0]["edition"] == "gb16780-2021"
    editions.get_by_text("GB 16780-2012").click()
    expect(page.locator(".calc-panel .calc-standard")).to_contain_text("GB 16780-2012")
    page.reload()
    expect(editions.locator("input:checked")).to_have_value("gb16780-2012")
    page.locator("form[data-ready]").wait_for()
    editions.get_by_text("按统计期").click()
    expect(page.locator(".calc-troubles")).to_contain_text("统计期跨越标准换版日")
    wait_saved(page)
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "calculating-form-editions-phone")


def test_the_calculator_fits_a_phone(person, served: Served) -> None:
    page, document_id = begun(person, served)
    page.set_viewport_size(NARROW)
    choose(page, "snsl", "水泥熟料")
    page.locator('button[value^="carriers:"]').click()
    expect(page.locator(".calc-line")).not_to_have_count(0)
    enter(page, served, document_id, CLINKER)
    expect(page.locator(".calc-bar")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "calculating-form-phone")
    if not AXE.exists():
        pytest.skip("NO PAGE WAS CHECKED: axe-core is not installed (npm ci)")
    load_axe(page)
    assert serious_findings(page) == []
