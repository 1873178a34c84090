"""A clerk with a heap: a view, a selection, numbers for all of it, the register, files to take away, an old paper."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from formserver.core.models import State
from formserver.core.runner import JobRunner
from formserver.core.store_ports import DocumentQuery
from formserver.documents.bulk_job import BULK_JOB
from tests.browser.conftest import Served, shot
from tests.support.house import photo_of_paper

pytestmark = pytest.mark.browser


@pytest.fixture
def worker(served: Served) -> Iterator[None]:
    """A worker that packs; printing is not waited for here."""
    context = served.site.context
    runner = JobRunner(context.store, {BULK_JOB: context.job_handlers[BULK_JOB]}, context.clock)
    thread = threading.Thread(target=runner.run_forever, daemon=True)
    thread.start()
    yield
    runner.stop()
    thread.join(timeout=60)


def keep_as_view(page: Page, name: str) -> None:
    page.locator(".list-tools summary").nth(1).click()
    page.fill("#view-name", name)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator(".list-views a[aria-current]")).to_have_text(name)


def test_a_heap_is_numbered_and_taken_away_from_a_view(
    person, served: Served, worker: None, tmp_path: Path
) -> None:
    site = served.site
    heap = [site.approved(site.saved(contact_person=f"林批量{n}")).id for n in range(3)]
    page = person("chen").open("/documents?state=已审批&q=林批量")
    keep_as_view(page, "批量取号")
    page.goto(served.url + "/documents")
    page.get_by_role("link", name="批量取号").click()
    expect(page.locator('input[name="item"]')).to_have_count(3)
    with page.expect_download() as got:
        page.get_by_role("link", name="导出 xlsx").click()
    got.value.save_as(tmp_path / "清单.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "清单.xlsx").active.iter_rows(values_only=True))
    assert sum("川西水泥有限公司节能监察通知书" in row for row in rows) == 3

    for tick in page.locator('input[name="item"]').all():
        tick.check()
    page.click("button[value=number]")
    page.get_by_role("button", name="确认取号 3 份").click()
    expect(page.get_by_role("status").filter(has_text="3 份已办理")).to_be_visible()
    shot(page, "clerk-numbered-1440")
    done = [site.head(document_id) for document_id in heap]
    assert {document.state for document in done} == {State.NUMBERED}
    assert len({document.number for document in done}) == 3

    page.goto(served.url + "/documents?state=已编号&q=林批量")
    for tick in page.locator('input[name="item"]').all():
        tick.check()
    page.click("button[value=zip]")
    page.get_by_role("button", name="下载 3 份").click()
    with page.expect_download() as got:
        page.get_by_role("link", name="下载文件").click(timeout=30_000)
    got.value.save_as(tmp_path / "文书.zip")
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "文书.zip").read_bytes())).namelist()
    assert sum(name.endswith(".docx") for name in names) == 3

    page.goto(f"{served.url}/numbers?type=inspection_notice")
    expect(page.get_by_text("号码连续，每个号都有去向")).to_be_visible()
    for document in done:
        line = page.locator("tr", has_text=document.number)
        expect(line).to_contain_text("已编号")
        expect(line.get_by_role("link")).to_have_attribute("href", f"/documents/{document.id}")
    shot(page, "clerk-register-1440")


def test_an_old_paper_is_entered_with_its_scan_and_found_again(
    person, served: Served, tmp_path: Path
) -> None:
    scan = tmp_path / "2017年通知书.jpg"
    scan.write_bytes(photo_of_paper())
    page = person("chen").open("/legacy/")
    page.get_by_role("link", name="补录一份").first.click()
    page.get_by_role(
        "button", name="保存", exact=True
    ).first.click()  # what is missing is said, nothing is kept
    expect(page.get_by_role("alert").first).to_be_visible()
    page.locator("input[type=file]").set_input_files(scan)
    page.locator("#type").select_option("inspection_notice")
    page.locator("#state").select_option("已归档")
    for key, text in (
        ("number", "川节监通[2017]031号"),
        ("doc_date", "2017年8月20日"),
        ("enterprise_name", "龙门旧窑水泥厂"),
        ("kept_at", "0132 全宗 2017 年 3 卷"),
    ):
        page.locator(f"#{key}").fill(text)
    page.get_by_role("button", name="保存", exact=True).first.click()
    page.wait_for_url("**/documents/**")
    expect(page.get_by_text("川节监通〔2017〕31号").first).to_be_visible()
    shot(page, "clerk-old-paper-1440")
    page.get_by_label("更多操作").click()
    page.get_by_role("link", name="文号登记簿").click()
    expect(page.locator("tr", has_text="川节监通〔2017〕31号")).to_contain_text("外部取号")

    page.locator("[data-search-box]").fill("龙门旧窑")
    page.locator("[data-search-box]").press("Enter")
    page.wait_for_url("**/search?**")
    expect(page.locator(".fs-hit", has_text="龙门旧窑水泥厂").first).to_be_visible()
    scope = served.site.actor("chen").scope
    with served.site.context.store.uow() as u:
        found = u.documents.find(DocumentQuery(number="川节监通〔2017〕31号"), scope).items
        files = u.renditions.for_document(found[0].id)
    assert [(d.state, d.origin) for d in found] == [(State.ARCHIVED, "legacy")]
    kept = [served.site.context.store.blobs.read(one.blob_sha256) for one in files]
    assert scan.read_bytes() in kept
