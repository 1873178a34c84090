"""能耗对标 in a browser: tiles, blocks from Excel, the keyboard, ways out of editions, kept calculations over the years."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from formserver.calculation.requests import request_from_json
from formserver.calculators.service import Calculators
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
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
BLOCK = "\n".join(
    "\t".join(row)
    for row in (
        ("能源名称", "计量单位", "实物量"),
        ("原煤", "吨", "12,000"),
        ("电力", "万千瓦时", "850"),
        ("高炉煤气", "万立方米", "300"),
        ("合计", "", ""),
    )
)


def field(page: Page, name: str):
    return page.locator(f'[id="{name}"]')


def keep(served: Served, year: int, coal: str, title: str) -> str:
    site = served.site
    request = request_from_json(
        {
            "calculator": "cement",
            "product": "clinker",
            "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
            "inputs": {**CLINKER, "coal_t": coal},
        }
    )
    made = site.context.service(Calculators).save(site.actor("chen"), request, title, site.enterprise.id)
    return made.id


def test_from_a_tile_to_a_pasted_energy_table_and_back(person) -> None:
    page = person("chen", WIDE).open("/calculators/benchmark")
    expect(page.get_by_role("heading", name="建材", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("^建筑石膏")).click()
    page.get_by_role("link", name="建筑石膏", exact=True).click()
    expect(page.get_by_label("查找产品")).to_be_visible()  # by the script
    page.get_by_role("button", name="添加能源").click()
    expect(field(page, "e0.0.carrier")).to_be_focused()
    page.evaluate(PASTE, BLOCK)
    expect(page.locator("[data-line]")).to_have_count(3)
    expect(field(page, "e0.3.unit")).to_have_value("万m³")
    expect(page.locator("[data-energy-note]")).to_contain_text("101.325 kPa")
    shares = page.locator(".calc-share-list")
    expect(shares).to_contain_text("原煤")
    expect(page.locator(".calc-structure")).to_contain_text("电力没有统计期的等价值系数")
    shot(page, "benchmark-pasted")
    page.get_by_role("button", name="撤销粘贴").click()
    expect(page.locator("[data-line]")).to_have_count(1)


def test_a_text_of_one_word_is_pasted_into_its_field(person) -> None:
    page = person("he", WIDE).open("/calculators/benchmark?product=gypsum.building_gypsum")
    page.get_by_role("button", name="添加能源").click()
    prevented = page.evaluate(
        PASTE.replace("document.activeElement.dispatch", "return !document.activeElement.dispatch"), "原煤"
    )
    assert prevented is False
    expect(page.locator("[data-line]")).to_have_count(1)


def test_enter_goes_down_and_adds_a_line_at_the_end(person) -> None:
    page = person("he", WIDE).open("/calculators/benchmark?product=gypsum.building_gypsum")
    page.get_by_role("button", name="添加能源").click()
    page.keyboard.press("Enter")  # an empty last line is enough
    expect(page.locator("[data-line]")).to_have_count(1)
    field(page, "e0.0.carrier").fill("原煤")
    field(page, "e0.0.amount").fill("5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(field(page, "e0.1.carrier")).to_be_focused()
    field(page, "e0.0.amount").focus()
    page.keyboard.press("Enter")
    expect(field(page, "e0.1.amount")).to_be_focused()


def test_a_period_across_editions_is_split_with_one_click(person) -> None:
    page = person("chen", NARROW).open(
        "/calculators/benchmark?product=cement.clinker&start=2022-07-01&end=2023-06-30"
    )
    field(page, "i0.coal_t").fill("208000")
    way = page.get_by_role("button", name=re.compile("分成两期"))
    way.click()
    expect(field(page, "p0.start")).to_have_value("2022-11-01")
    expect(field(page, "p1.end")).to_have_value("2022-10-31")
    expect(field(page, "i0.coal_t")).to_have_value("208000")
    expect(page.locator("[data-results]")).not_to_contain_text("跨越标准换版日")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0


def test_an_input_only_the_second_period_asks_for_stands_under_it(person) -> None:
    page = person("chen", WIDE).open(
        "/calculators/benchmark?product=cement.clinker&start=2022-07-01&end=2023-06-30"
    )
    page.get_by_role("button", name=re.compile("分成两期")).click()
    only = page.locator("[data-row-key]", has=page.locator("[data-cell^='i0.'][hidden]")).locator(
        "[data-cell^='i1.']:not([hidden])"
    )
    both = page.locator("[data-cell='i1.coal_t']")
    expect(only.first).to_be_visible()
    assert abs(only.first.bounding_box()["x"] - both.bounding_box()["x"]) < 2


def test_kept_calculations_over_the_years_are_named_and_deleted(person, served: Served) -> None:
    for year, coal in ((2023, "215000"), (2024, "210000")):
        keep(served, year, coal, f"熟料 {year}")
    last = keep(served, 2025, "205000", "熟料 待删")
    someone = person("chen", WIDE)
    page = someone.open(f"/calculators/saved/{last}")
    page.locator(".fs-subtitle").get_by_role("link").click()
    expect(page.locator("svg.calc-trend-chart").first).to_be_visible()
    shot(page, "benchmark-years")
    page.goto(f"{served.url}/calculators/saved/{last}")
    page.get_by_text("修改名称和企业").click()
    page.get_by_label("名称", exact=True).fill("熟料 改名")
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_role("heading", name="熟料 改名")).to_be_visible()
    page.get_by_text("删除这次计算").click()
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator(".fs-flash-success")).to_contain_text("已删除“熟料 改名”")


def test_pasting_and_tiles_work_without_scripts(browser, served: Served, person) -> None:
    state = person("chen").context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, viewport=WIDE)
    context.set_default_timeout(8000)
    page = context.new_page()
    page.goto(served.url + "/calculators/benchmark")
    page.get_by_role("link", name=re.compile("^建筑石膏")).click()
    page.get_by_role("link", name="建筑石膏", exact=True).click()
    page.get_by_text("从 Excel 或 WPS 粘贴").click()
    page.get_by_label("粘贴的表格").fill(BLOCK)
    page.get_by_role("button", name="加到能源表").click()
    expect(field(page, "e0.1.carrier")).to_have_value("电力")
    expect(page.locator(".calc-structure")).to_contain_text("电力占比")
    context.close()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1440", "390"])
def test_axe_finds_nothing_serious(person, served: Served, viewport: dict[str, int]) -> None:
    if not AXE.exists():
        pytest.skip("NO PAGE WAS CHECKED: axe-core is not installed (npm ci)")
    kept = [keep(served, year, "205000", f"轴 {year}") for year in (2024, 2025)]
    someone = person("chen", viewport)
    page = someone.page()
    load_axe(page)
    paths = (
        "/calculators/benchmark",
        "/calculators/benchmark?industry=sulphuric_acid",
        "/calculators/benchmark?product=cement.clinker&start=2022-07-01&end=2023-06-30",
        f"/calculators/saved/{kept[0]}",
        f"/calculators/enterprises/{served.site.enterprise.id}",
    )
    for path in paths:
        page.goto(someone.url + path)
        for summary in page.locator("main summary:visible").all():
            summary.click()
        assert serious_findings(page) == [], path
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path
    page.goto(someone.url + "/calculators/benchmark?product=gypsum.building_gypsum")
    page.get_by_role("button", name="添加能源").click()
    page.evaluate(PASTE, BLOCK)
    expect(page.locator(".calc-share-list")).to_be_visible()
    for summary in page.locator("main summary:visible").all():
        summary.click()
    assert serious_findings(page) == []
