"""阶梯电价, 能效等级 and 阶梯电价核算表 in a browser: live results, other inputs on a switch, what was typed stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Served

pytestmark = pytest.mark.browser


def field(page: Page, name: str):
    return page.locator(f'[id="{name}"]')


def test_a_ladder_price_while_it_is_typed(person, served: Served) -> None:
    page = person("chen", WIDE).open("/calculators/ladder?tariff=steel_differential")
    results = page.locator("[data-results]")
    field(page, "start").fill("2025-01-01")
    field(page, "end").fill("2025-12-31")
    field(page, "category").select_option("eliminated")
    field(page, "electricity").fill("1200万")
    expect(results).to_contain_text("6,000,000.00")
    field(page, "region").fill("河北省唐山市")
    field(page, "region").press("Tab")
    expect(results).to_contain_text("7,200,000.00")
    expect(field(page, "electricity")).to_have_value("1200万")
    field(page, "electricity").fill("许多")
    expect(field(page, "electricity-error")).to_be_visible()
    field(page, "tariff").select_option("aluminium")
    expect(field(page, "value")).to_be_visible()
    expect(field(page, "electricity")).to_have_value("许多")


def test_a_grade_on_a_phone(person, served: Served) -> None:
    page = person("chen", NARROW).open("/calculators/grades")
    field(page, "poles").select_option("4")
    field(page, "kw").fill("11")
    field(page, "efficiency").fill("91.4")
    expect(page.locator("[data-results]")).to_contain_text("测算 3级")
    field(page, "kw").fill("12")
    expect(page.locator("[data-results]")).to_contain_text("相邻的是11kW和15kW")
    field(page, "kind").select_option("transformer")
    field(page, "type").select_option("oil_10kv")
    expect(field(page, "connection")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def test_a_row_of_the_sheet_shows_what_is_due_while_it_is_typed(person, served: Served) -> None:
    document = served.site.started(type_key="ladder_price_sheet")
    page = person("chen", WIDE).open(f"/documents/{document.id}/edit")
    field(page, "/period_from").fill("2025-01-01")
    field(page, "/period_to").fill("2025-12-31")
    page.locator('button[value="add:/rows"]').click()
    card = page.locator("[data-calculations] [data-row]").first
    row = card.get_attribute("data-row")
    for key, value in (
        ("product", "1号高炉"),
        ("tariff", "钢铁行业差别电价"),
        ("category", "限制类"),
        ("kwh", "1000"),
        ("paid", "30"),
    ):
        page.locator(f'[name="{row}/{key}"]').fill(value)
        page.locator(f'[name="{row}/{key}"]').press("Tab")
    expect(card).to_contain_text("100.00")
    expect(card).to_contain_text("部分执行")
    expect(field(page, "/diff_total")).to_contain_text("70")
