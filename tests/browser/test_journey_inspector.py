"""An inspector writes a notice without touching the mouse; it is printed by the real worker and signed on the screen."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from formserver.core.issuing import Issuing
from formserver.core.models import RenditionKind, State
from formserver.core.runner import JobRunner
from formserver.evidence.reading import EvidenceReading
from formserver.rendering.page_images import page_sizes
from tests.browser.conftest import Served, shot
from tests.browser.sweep import serious_findings
from tests.integration.evidence.conftest import picture
from tests.support.camera import file_of, sheet
from tests.support.form_page import draft, wait_saved

pytestmark = [pytest.mark.browser, pytest.mark.libreoffice]
FILLED = {
    "/year_check_count": "0",
    "/period_from": "2025-01-01",
    "/period_to": "2025年12月31日",
    "/inspect_from": "2026-12-17 9:30",
    "/inspect_to": "2026-12-17 16:40",
}
PEOPLE = (("陈志远", "51180012031"), ("何雨桐", "51180012032"))


@pytest.fixture
def worker(served: Served) -> Iterator[None]:
    """A worker beside the server, as in service."""
    context = served.site.context
    runner = JobRunner(context.store, context.job_handlers, context.clock)
    thread = threading.Thread(target=runner.run_forever, daemon=True)
    thread.start()
    yield
    runner.stop()
    thread.join(timeout=60)


def tab_to(page: Page, selector: str, *, most: int = 150, back: bool = False) -> None:
    """Press Tab until the control has the focus; a control that cannot be reached so fails the test."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab")


def type_over(page: Page, text: str) -> None:
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def fill_by_keyboard(page: Page) -> None:
    """Only what nobody could know beforehand, in the order of the page."""
    page.keyboard.press("Control+Enter")
    page.locator("[data-error-summary]").wait_for()
    page.locator("form[data-ready]").wait_for()
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    tab_to(page, "[data-error-summary] a[href*='task_source']", most=12)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "/task_source"
    source = page.locator("[name='/task_source']")
    for _ in range(source.locator("option").count()):
        if source.input_value() == "投诉举报":
            break
        page.keyboard.press("ArrowDown")
    for name, text in FILLED.items():
        tab_to(page, f"[name='{name}']")
        type_over(page, text)
    tab_to(page, "[name='/items']")
    page.keyboard.press("Space")
    for number, (name, cert) in enumerate(PEOPLE):
        if number:
            page.keyboard.press("Alt+Insert")
        for key, text in (
            ("name", name),
            ("org", "成都市节能监察支队"),
            ("cert_no", cert),
            ("cert_valid_to", "2028-06-30"),
        ):
            if not page.evaluate("(end) => (document.activeElement.name ?? '').endsWith(end)", f"/{key}"):
                tab_to(page, f"[name^='/inspectors/'][name$='/{key}']")
            type_over(page, text)
            page.keyboard.press("Escape")  # what the list of people offers is not wanted
        tab_to(page, "[name^='/inspectors/'] ~ select, select[name^='/inspectors/']", most=6)
        for _ in range(1 + number):
            page.keyboard.press("ArrowDown")


def test_a_notice_without_a_mouse_until_it_is_signed_on_the_screen(
    person, served: Served, worker: None, tmp_path: Path
) -> None:
    site = served.site
    page = person("chen").open("/")
    page.keyboard.press("n")
    page.wait_for_url("**/documents/new")
    tab_to(page, ".doc-card a[href$='/inspection_notice']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/documents/new/inspection_notice")
    page.keyboard.type("cxsn")
    expect(page.locator(".doc-pick-line")).to_have_count(1)
    tab_to(page, ".doc-pick-line", most=6)
    page.keyboard.press("Enter")
    page.locator("form[data-ready]").wait_for()
    document_id = page.url.split("/")[-2]
    fill_by_keyboard(page)
    wait_saved(page)
    body = draft(site, document_id).body
    assert [(row["name"], row["cert_no"]) for row in body["inspectors"]] == list(PEOPLE)
    assert (body["period_to"], body["inspect_to"]) == ("2025-12-31", "2026-12-17T16:40")
    paper = page.frame_locator(".doc-preview")
    for words in ("川西水泥有限公司", "2026年12月17日", "51180012032"):
        expect(paper.locator("body")).to_contain_text(words, timeout=20_000)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已提交审核")).to_be_visible()
    assert site.head(document_id).state is State.IN_REVIEW

    head = site.head(document_id).head_version
    site.context.service(Issuing).transition(site.actor("he"), document_id, "approve", base_version=head)
    page.reload()
    page.locator(".fs-actions").get_by_text("取号", exact=True).first.click()
    page.locator("main").get_by_role("button", name="取号", exact=True).first.click()
    expect(page.get_by_text(re.compile("已取号：成节监通"))).to_be_visible()
    page.locator("main").get_by_role("button", name="定稿打印", exact=True).first.click()
    expect(page.get_by_text("PDF（打印用）").first).to_be_visible(
        timeout=60_000
    )  # the worker prints; no reload
    assert site.head(document_id).state is State.FINAL
    bring_back_the_paper(page, served, document_id, tmp_path)
    shot(page, "inspector-signed-1440")
    final = site.head(document_id)
    assert final.state is State.SIGNED
    assert final.number.startswith("成节监通")

    (tmp_path / "一号窑电表.jpg").write_bytes(picture("JPEG", (400, 300)))
    page.goto(f"{served.url}/documents/{document_id}/evidence")
    page.locator("#upload-evidence").set_input_files(tmp_path / "一号窑电表.jpg")
    expect(page.locator(".fs-flash-success")).to_contain_text("已添加 1 份")
    library = site.context.service(EvidenceReading).library(site.actor("chen"), document_id)
    # One library serves all papers of a visit, so other tests' files may lie in it as well.
    own = [item.title for item in library.items if item.document_id == document_id]
    assert own == ["一号窑电表"]


def bring_back_the_paper(page: Page, served: Served, document_id: str, folder: Path) -> None:
    """The printed pages come back as scans: recognised by their own codes, bound to the version they show."""
    context = served.site.context
    with context.store.uow() as u:
        files = u.renditions.for_document(document_id)
    pdf = context.store.blobs.read(next(f.blob_sha256 for f in files if f.kind is RenditionKind.PDF))
    pages = [sheet(pdf, number) for number in range(1, len(page_sizes(pdf)) + 1)]
    (folder / "扫描.pdf").write_bytes(file_of(pages, "PDF"))
    page.get_by_role("link", name="上传签字件").first.click()
    page.locator("input[type=file][multiple]").set_input_files(folder / "扫描.pdf")
    expect(page.locator("[data-scan-card]")).to_have_count(len(pages), timeout=90_000)
    bind(page)


def bind(page: Page) -> None:
    page.reload()  # the message of the upload speaks of 正在识别 as well
    expect(page.get_by_text("正在识别")).to_have_count(0, timeout=60_000)
    for tick in page.locator("[name=confirm]").all():
        tick.check()
    page.get_by_role("button", name="登记签字件").click()
    expect(page.get_by_text(re.compile("签字件已登记"))).to_be_visible()


def test_a_pledge_is_signed_on_the_screen_by_everybody(person, served: Served, worker: None) -> None:
    """A tablet goes round; every place that takes a hand gets one; then the pages wait to be bound."""
    site = served.site
    document = site.saved(type_key="integrity_pledge")
    site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)
    page = person("chen").open(f"/documents/{document.id}")
    expect(page.get_by_text("PDF（打印用）").first).to_be_visible(timeout=60_000)
    page.goto(f"{served.url}/documents/{document.id}/signatures")
    expect(page.locator(".sig-page")).not_to_have_count(0)
    shot(page, "inspector-signing-1440")
    assert serious_findings(page) == []
    places = page.locator(".sig-place form[data-sign-form]")
    names = [f"签名人{number}" for number in range(1, places.count() + 1)]
    for number, name in enumerate(names, 1):
        places.first.get_by_role("button", name="签名", exact=True).click()
        page.locator("[data-pad-name]").fill(name)
        draw(page)
        page.get_by_role("button", name="确认签名").click()
        expect(places).to_have_count(len(names) - number)
        page.wait_for_load_state("load")  # before its script a place is signed by choosing a picture
    page.get_by_role("button", name="完成签署").click(timeout=60_000)
    page.wait_for_url("**/scans")
    expect(page.locator("[data-scan-card]").first).to_be_visible(timeout=60_000)
    assert site.head(document.id).state is State.FINAL  # a person looks at the pages before they are bound
    with site.context.store.uow() as u:
        deeds = [event.action for event in u.events.for_document(document.id)]
    assert deeds.count("signature.captured") == len(names) > 0


def draw(page: Page) -> None:
    box = page.locator("[data-pad-canvas]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 60 + 30 * step, box["y"] + (110 if step % 2 else 50))
    page.mouse.up()
