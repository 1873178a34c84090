"""Evidence from a phone with a bad connection: lost in the middle, reloaded, gone on; then cited in a row and opened."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import Route, expect

from formserver.core.drafting import Drafting
from formserver.evidence.reading import EvidenceReading
from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.integration.evidence.conftest import film, picture

pytestmark = pytest.mark.browser


def paper(served: Served, type_key: str = "verification_form"):
    site = served.site
    return site.context.service(Drafting).create(
        site.actor("chen"), type_key, enterprise_id=site.enterprise.id
    )


def test_a_phone_loses_the_network_and_goes_on_after_a_reload(person, served: Served, tmp_path) -> None:
    document = paper(served)
    data = film(size=20 << 20)
    (tmp_path / "中控室录像.mp4").write_bytes(data)
    someone = person("chen", NARROW)
    phone = someone.open(f"/documents/{document.id}/evidence")
    shot(phone, "evidence-empty-390")
    begun, pieces = [], []

    def watch(route: Route) -> None:
        request = route.request
        if request.method == "POST" and request.url.endswith("/uploads"):
            begun.append(request.url)
        if request.method == "PATCH":
            pieces.append(request.headers["upload-offset"])
            if len(pieces) > 1:  # nothing gets through any more
                route.abort("internetdisconnected")
                return
        route.continue_()

    phone.route("**/uploads**", watch)
    chosen = phone.locator("#upload-evidence")
    chosen.set_input_files(tmp_path / "中控室录像.mp4")
    line = phone.locator(".fs-upload-list li")
    expect(line).to_contain_text("网络中断", timeout=30_000)
    shot(phone, "evidence-offline-390")
    phone.unroute("**/uploads**", watch)
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.reload()
    expect(line).to_contain_text("再次选择这个文件即可继续")
    resumed: list[str] = []
    phone.on("request", lambda r: resumed.append(r.method) if "/uploads" in r.url else None)
    chosen.set_input_files(tmp_path / "中控室录像.mp4")
    expect(phone.locator(".fs-flash-success")).to_contain_text("已添加 1 份", timeout=30_000)
    assert len(begun) == 1
    assert "POST" not in resumed, "the upload went on; it was not begun again"
    item = (
        served.site.context.service(EvidenceReading).library(served.site.actor("chen"), document.id).by_no(1)
    )
    assert item is not None
    assert item.blob_sha256 == hashlib.sha256(data).hexdigest()
    shot(phone, "evidence-library-390")
    for name in ("填写说明", "撤下"):
        box = phone.locator(".ev-tools").get_by_text(name, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 44
    phone.locator("a.ev-tile").click()
    shot(phone, "evidence-film-390")
    someone.complaints[:] = [c for c in someone.complaints if "ERR_" not in c]


def test_a_row_cites_a_file_and_leads_to_its_page(person, served: Served, tmp_path) -> None:
    document = paper(served)
    (tmp_path / "电机铭牌.png").write_bytes(picture("PNG", (400, 300)))
    page = person("chen", WIDE).open(f"/documents/{document.id}/evidence")
    page.locator("#upload-evidence").set_input_files(tmp_path / "电机铭牌.png")
    expect(page.locator(".fs-flash-success")).to_be_visible()
    number = page.locator(".ev-card strong").last.inner_text()
    page.goto(f"{served.url}/documents/{document.id}/edit")
    page.locator("button[value='add:/check_rows']").click()
    field = page.locator("input[data-pick='evidence']:visible").last
    field.press_sequentially("铭牌 第1页")
    page.locator(".fs-picker-list:visible li", has_text=re.compile("铭牌.*第1页")).first.click()
    assert field.input_value() == f"{number}《电机铭牌》第1页"
    with page.expect_popup() as opened:
        page.get_by_role("link", name=f"查看{number} 第1页").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text(f"{number} 电机铭牌")
    shot(opened.value, "evidence-photo-1440")
