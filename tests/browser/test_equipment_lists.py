"""An own list in a real browser: the enterprise by its initials, columns with a preview that follows, results; also without
scripts, on a phone, and for people who cannot see the screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.browser.sweep import AXE, load_axe, serious_findings
from tests.support.lists import BAD, MOTOR, PUMP, checked, own_file, template_file, upload, work
from tests.support.website import PASSWORD

pytestmark = pytest.mark.browser
CHOSEN = ("name", "model", "made", "quantity", "status")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "企业台账.xlsx"
    path.write_bytes(own_file([MOTOR, PUMP]))
    return path


def test_from_the_file_to_the_results(person, served: Served, own: Path) -> None:
    page = person("chen").open("/equipment/")
    page.get_by_role("link", name="上传设备清单").first.click()
    page.get_by_label("企业", exact=True).press_sequentially("cxsn", delay=30)
    page.get_by_role("option").first.click()
    expect(page.get_by_label("企业", exact=True)).to_have_value("川西水泥有限公司")
    page.locator("#upload-equipment").set_input_files(own)
    expect(page.locator(".fs-upload-done")).to_have_count(1)
    page.get_by_role("button", name="上传并识别").click()
    page.wait_for_url("**/columns")
    here = page.url
    for place, key in enumerate(CHOSEN):
        page.locator(f"[name=key-0-{place}]").select_option(key)
    expect(page.locator("[data-preview]")).to_contain_text("IS80-65-160")
    assert page.url == here
    shot(page, "equipment-columns-1440")
    page.get_by_role("button", name="确认并识别").click()
    page.wait_for_url(lambda url: not url.endswith("/columns"))
    expect(page.get_by_text("排队中")).to_be_visible()
    work(served.site)
    page.reload()
    expect(page.get_by_role("link", name="看结果")).to_be_visible()
    shot(page, "equipment-list-1440")


def test_columns_are_confirmed_without_scripts(browser: Browser, served: Served) -> None:
    address = upload(served.site, own_file([MOTOR]), title="没有脚本").location
    context = browser.new_context(viewport=NARROW, java_script_enabled=False, base_url=served.url)
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_label("用户名").fill("chen")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto(address)
    for place, key in enumerate(CHOSEN):
        page.locator(f"[name=key-0-{place}]").select_option(key)
    page.get_by_role("button", name="刷新预览").click()
    expect(page.locator("[data-preview]")).to_contain_text("Y160M-4")
    page.get_by_role("button", name="确认并识别").click()
    expect(page.get_by_text("排队中")).to_be_visible()
    context.close()
    work(served.site)


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["1440", "390"])
def test_axe_finds_nothing_serious_and_nothing_sticks_out(
    person, served: Served, viewport: dict[str, int]
) -> None:
    if not AXE.exists():
        pytest.skip("NO PAGE WAS CHECKED: axe-core is not installed (npm ci)")
    asked = upload(served.site, own_file([MOTOR]), title="问列").location
    address = checked(served.site, template_file([MOTOR, PUMP, BAD]), title="看一看")
    someone = person("chen", viewport)
    page = someone.page()
    load_axe(page)
    paths = {
        "index": "/equipment/",
        "new": "/equipment/new",
        "columns": asked,
        "list": address,
        "problems": f"{address}/problems",
        "edit": f"{address}/edit",
    }
    for name, path in paths.items():
        page.goto(someone.url + path)
        assert serious_findings(page) == [], path
        shot(page, f"equipment-{name}-{viewport['width']}")
