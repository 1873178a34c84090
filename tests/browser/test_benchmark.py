"""能耗对标 in a browser: found by pinyin, typed with live results, two years, another product and back, kept, printed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.browser.sweep import AXE, load_axe, serious_findings

pytestmark = pytest.mark.browser

CLINKER = {
    "coal_t": "208000",
    "q_net_ar": "22400",
    "clinker_t": "1550000",
    "clinker_kwh": "83700000",
    "waste_heat_factor": "0",
    "altitude_m": "420",
}


def field(page: Page, name: str):
    return page.locator(f'[id="{name}"]')


def choose(page: Page, words: str) -> None:
    expect(page.get_by_label("查找产品")).to_be_visible()  # by the script
    page.get_by_label("查找产品").press_sequentially(words)
    expect(page.locator(".fs-picker-list li").first).to_contain_text("水泥熟料")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_label("产品或工序")).to_have_value("cement.clinker")


def fill(page: Page, period: int = 0, **changes: str) -> None:
    for key, value in {**CLINKER, **changes}.items():
        field(page, f"i{period}.{key}").fill(value)


def test_a_benchmark_from_the_first_letter_to_the_printed_page(person, served: Served) -> None:
    someone = person("chen", WIDE)
    page = someone.open("/calculators")
    page.get_by_role("link", name=re.compile("^能耗对标")).click()
    choose(page, "snsl")
    results = page.locator("[data-results]")
    expect(results).to_contain_text("还需要填写")
    fill(page)
    expect(results.locator(".calc-verdict")).to_contain_text("达标 · 3 级")
    expect(results).to_contain_text("102.57")
    assert page.locator("svg.calc-bar title").count() == 3
    page.get_by_text("计算过程（3 步）").click()
    expect(results).to_contain_text("102.565050835652")

    field(page, "i0.altitude_m").fill("1800")
    expect(field(page, "i0.pressure_pa")).to_be_visible()
    expect(results).to_contain_text("102.565050835652")  # the opened steps stay open
    results.get_by_role("link", name="环境大气压").click()
    expect(field(page, "i0.pressure_pa")).to_be_focused()
    field(page, "i0.pressure_pa").fill("八万")
    expect(page.locator('[id="i0.pressure_pa-error"]')).to_be_visible()
    field(page, "i0.pressure_pa").fill("81500")
    expect(page.locator('[id="i0.pressure_pa-error"]')).to_be_hidden()
    expect(results).to_contain_text("海拔修正")

    page.get_by_role("button", name="加一期对照").click()
    fill(page, 1, coal_t="200000")
    expect(results.locator(".calc-compare")).to_contain_text("2025年与2024年相比")
    shot(page, "benchmark-two-years")

    page.get_by_label("行业", exact=True).select_option("flat_glass")
    expect(page.get_by_label("产品或工序")).to_have_value("")
    page.get_by_label("行业", exact=True).select_option("cement")
    page.get_by_label("产品或工序").select_option("cement.clinker")
    expect(field(page, "i0.pressure_pa")).to_have_value("81500")
    expect(field(page, "i1.coal_t")).to_have_value("200000")

    page.get_by_label("企业", exact=True).press_sequentially("cxsn")
    page.locator(".fs-picker-list li", has_text="川西水泥").first.click()
    page.locator(".calc-keeping").get_by_role("button", name="保存计算").click()
    expect(page.locator(".fs-flash-success")).to_contain_text("已保存")
    expect(field(page, "i1.coal_t")).to_have_value("200000")
    with someone.context.expect_page() as opened:
        page.get_by_role("button", name="打印").click()
    printed = opened.value
    expect(printed.get_by_role("heading", name="计算过程").first).to_be_visible()
    printed.emulate_media(media="print")
    expect(printed.locator(".fs-side")).to_be_hidden()
    page.goto(served.url + "/calculators")
    expect(page.get_by_role("link", name="川西水泥有限公司 水泥熟料").first).to_be_visible()


def test_an_energy_table_on_a_phone(person, served: Served) -> None:
    page = person("he", NARROW).open("/calculators/benchmark?product=gypsum.building_gypsum")
    page.get_by_role("button", name="添加能源").click()
    carrier = field(page, "e0.0.carrier")
    carrier.press_sequentially("ym")
    page.locator(".fs-picker-list li", has_text="原煤").first.click()
    expect(carrier).to_have_value("原煤")
    expect(field(page, "e0.0.amount")).to_be_focused()
    field(page, "e0.0.amount").fill("1000")
    expect(page.locator('[id="e0.0-out"]')).to_have_text("714,300 kgce")
    assert "kWh" not in page.locator('[id="e0.0.unit"] option').all_text_contents()
    page.locator('[id="e0.0-more"] > summary').click()
    field(page, "e0.0.mode").select_option("measured")
    field(page, "e0.0.q_net").fill("29307.6")
    expect(page.locator('[id="e0.0-out"]')).to_have_text("1,000,000 kgce")
    shot(page, "benchmark-energy-390")
    page.get_by_role("button", name="复制原煤").click()
    expect(field(page, "e0.1.q_net")).to_have_value("29307.6")
    expect(page.locator("[data-energy-total]")).to_contain_text("合计 2,000,000 kgce")
    page.locator('[data-line="1"]').get_by_role("button", name=re.compile("^删除")).click()
    expect(page.locator("[data-energy-total]")).to_contain_text("合计 1,000,000 kgce")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("[data-energy-total]")).to_contain_text("合计 2,000,000 kgce")
    field(page, "i0.output").fill("100000")
    expect(page.locator("[data-summary-chip]")).not_to_contain_text("不完整")


def test_what_was_typed_is_offered_again_and_gone_after_signing_out(person, served: Served) -> None:
    someone = person("waishi", WIDE)
    page = someone.open("/calculators/benchmark")
    choose(page, "水泥熟料")
    field(page, "i0.coal_t").fill("12345")
    expect(page.locator("[data-results]")).to_contain_text("还需要填写")
    page.goto(served.url + "/calculators/benchmark")
    page.get_by_role("button", name="恢复").click()
    expect(field(page, "i0.coal_t")).to_have_value("12345")
    page.locator(".fs-person summary").click()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(re.compile("sign-in"))
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('fs-draft:')).length") == 0


def test_the_page_works_without_scripts(browser, served: Served, person) -> None:
    state = person("chen").context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, viewport=WIDE)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.goto(served.url + "/calculators/benchmark")
    page.get_by_label("行业", exact=True).select_option("cement")
    page.get_by_role("button", name="显示所选产品").click()
    page.get_by_label("产品或工序").select_option("cement.clinker")
    page.get_by_role("button", name="显示所选产品").click()
    fill(page)
    page.get_by_role("button", name="计算", exact=True).last.click()
    expect(page.locator(".calc-verdict")).to_contain_text("达标 · 3 级")
    context.close()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1440", "390"])
def test_axe_finds_nothing_serious(person, viewport: dict[str, int]) -> None:
    if not AXE.exists():
        pytest.skip("NO PAGE WAS CHECKED: axe-core is not installed (npm ci)")
    someone = person("chen", viewport)
    page = someone.page()
    load_axe(page)
    for path in (
        "/calculators",
        "/calculators/benchmark",
        "/calculators/benchmark?product=gypsum.building_gypsum",
    ):
        page.goto(someone.url + path)
        assert serious_findings(page) == [], path
    page.goto(someone.url + "/calculators/benchmark?product=cement.clinker")
    fill(page, coal_t="300000")
    expect(page.locator(".calc-verdict")).to_contain_text("不达标")
    page.get_by_text("计算过程").click()
    page.get_by_text("限额与修正").click()
    assert serious_findings(page) == []
    shot(page, f"benchmark-{viewport['width']}")
