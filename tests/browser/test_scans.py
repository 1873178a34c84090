"""Signed papers at a browser, on a phone as well: upload, look, turn, order, cut, register."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from formserver.core.issuing import Issuing
from formserver.core.models import State
from tests.browser.conftest import Served, shot
from tests.support.house import photo_of_paper
from tests.support.scans import read_scans

PHONE = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}


@pytest.mark.parametrize("viewport", [PHONE, WIDE], ids=["390", "1440"])
def test_pages_come_back_from_paper(person, served: Served, tmp_path: Path, viewport: dict[str, int]) -> None:
    site = served.site
    document = site.saved(type_key="pledge_feedback")
    site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)
    files = []
    for colour in ("white", "ivory"):
        files.append(tmp_path / f"{colour}.jpg")
        files[-1].write_bytes(photo_of_paper(colour))
    page = person("chen", viewport).open(f"/documents/{document.id}/scans")
    shot(page, f"scans-empty-{viewport['width']}")
    page.locator("input[type=file][multiple]").set_input_files(files)
    expect(page.get_by_text("正在识别页面")).to_be_visible()
    read_scans(site.context)
    cards = page.locator("[data-scan-card]")
    expect(cards).to_have_count(2)
    page.get_by_label("反馈日期").first.fill("2026-11-20")

    first = cards.first.get_attribute("data-scan-card")
    page.get_by_role("button", name="第1张向右转").press("Enter")
    expect(page.get_by_role("button", name="第1张向右转")).to_be_focused()
    expect(cards.first.locator("img").first).to_have_attribute(
        "src", f"/scans/pages/{first}/image?v=90-0-0-1000-1000"
    )
    page.get_by_role("button", name="第1张后移").press("Enter")
    expect(cards.nth(1)).to_have_attribute("data-scan-card", first)
    cards.nth(1).get_by_text("裁边").click()
    cards.nth(1).locator("[data-crop-edge=left]").fill("10")
    expect(cards.nth(1).locator(".scan-crop-frame")).to_be_visible()
    cards.nth(1).get_by_role("button", name="裁去").click()
    expect(cards.nth(1).locator(".scan-thumb img")).to_have_attribute(
        "src", f"/scans/pages/{first}/image?v=90-100-0-1000-1000"
    )
    page.get_by_role("button", name="第2张移出").click()
    expect(cards).to_have_count(1)
    page.get_by_text("已移出的页面").click()
    page.get_by_role("button", name="放回").click()
    expect(cards).to_have_count(2)
    shot(page, f"scans-pages-{viewport['width']}")

    page.reload()
    expect(page.get_by_label("反馈日期").first).to_have_value("2026-11-20")
    for choice in page.locator("select[name$='/result']").all():
        choice.select_option(index=1)
    for tick in page.locator("[name=confirm]").all():
        tick.check()
    page.get_by_role("button", name="登记签字件").click()
    expect(page.get_by_text("签字件已登记（2 页）")).to_be_visible()
    assert site.head(document.id).state is State.SIGNED
