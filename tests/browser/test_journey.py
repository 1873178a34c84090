"""One notice from the first click to the signed record, in a real browser at a desk and on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from formserver.core.issuing import Issuing
from formserver.core.runner import JobRunner
from formserver.core.signing import Signing
from tests.browser.conftest import NARROW, WIDE, Served, shot
from tests.support.house import photo_of_paper

pytestmark = pytest.mark.browser


def button(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.libreoffice
def test_a_notice_from_the_first_click_to_the_signed_record(person, served: Served) -> None:
    page = person("chen").open("/documents")
    page.get_by_role("link", name="新建文书").first.click()
    shot(page, "journey-1-types")
    page.get_by_role("link", name=re.compile("^节能监察通知书")).click()
    page.get_by_role("searchbox", name=re.compile("企业名称、拼音")).fill("cxsn")
    page.get_by_role("button", name=re.compile("川西水泥有限公司")).click()
    page.locator("form[data-ready]").wait_for()
    expect(page.locator('[name="/enterprise/ent_name"]')).to_have_value("川西水泥有限公司")
    expect(page.get_by_text("来自企业档案").first).to_be_visible()
    shot(page, "journey-2-prefilled")

    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-error-summary]")).to_contain_text("请选择“监察内容”")
    shot(page, "journey-3-errors")
    page.locator("[data-error-summary] a", has_text="任务来源").click()
    assert page.evaluate("document.activeElement.name") == "/task_source"
    page.locator('[name="/task_source"]').select_option("投诉举报")
    for name, text in (
        ("/year_check_count", "0"),
        ("/period_from", "2025-01-01"),
        ("/period_to", "2025年12月31日"),
        ("/inspect_from", "2026-12-17 9:30"),
        ("/inspect_to", "2026-12-17 16:40"),
    ):
        page.locator(f'[name="{name}"]').fill(text)
    page.locator('[name="/items"]').first.check()
    people = page.locator('fieldset[data-rows="/inspectors"]')
    page.get_by_role("button", name="添加监察人员").click()
    expect(people.locator("tbody tr")).to_have_count(2)
    for row, (name, cert) in enumerate((("陈志远", "51180012031"), ("何雨桐", "51180012032"))):
        cells = people.locator("tbody tr").nth(row)
        cells.locator("[name$='/name']").fill(name)
        cells.locator("[name$='/org']").fill("成都市节能监察支队")
        cells.locator("[name$='/cert_no']").fill(cert)
        cells.locator("[name$='/cert_valid_to']").fill("2028-06-30")
        cells.locator("select").first.select_option(index=1 + row)
    expect(page.locator("[data-save-state]")).to_contain_text("已暂存")
    expect(page.locator("[data-missing]")).to_have_text("")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("已提交审核")).to_be_visible()
    shot(page, "journey-4-submitted")

    other = person("he").open(page.url.removeprefix(served.url).replace("/documents/", "/approvals/"))
    other.locator(".fs-actions").get_by_text("同意", exact=True).click()
    expect(other.get_by_text("已同意，可以取号").first).to_be_visible()
    page.reload()
    page.locator(".fs-actions").get_by_text("取号", exact=True).first.click()
    shot(page, "journey-5-number")
    button(page, "取号")
    expect(page.get_by_text(re.compile("已取号：成节监通"))).to_be_visible()
    button(page, "定稿打印")
    expect(page.get_by_text(re.compile("PDF 排队中")).first).to_be_visible()
    context = served.site.context
    JobRunner(context.store, context.job_handlers, context.clock).run_all()
    expect(page.get_by_text("PDF（打印用）").first).to_be_visible()
    shot(page, "journey-6-printed")

    page.get_by_role("link", name="上传签字件").click()
    expect(page.locator("#upload-scans")).to_be_visible()
    shot(page, "journey-7-sign")
    document_id = re.search(r"/documents/(\w{26})/", page.url)[1]
    served.site.context.service(Signing).sign(
        served.site.actor("chen"),
        document_id,
        [("签字件.jpg", photo_of_paper())],
        base_version=served.site.head(document_id).head_version,
    )
    page.goto(f"{served.url}/documents/{document_id}")
    expect(page.get_by_text("已签署").first).to_be_visible()
    shot(page, "journey-8-signed")
    with page.expect_download() as got:
        page.get_by_role("link", name="PDF（打印用）").first.click()
    assert got.value.suggested_filename.endswith(".pdf")
    assert "节能监察通知书" in got.value.suggested_filename

    page.locator("[data-search-box]").press("Control+k")
    page.keyboard.type("51180012032")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="川西水泥有限公司节能监察通知书").first).to_be_visible()


@pytest.mark.parametrize(("name", "viewport"), [("1440", WIDE), ("390", NARROW)])
def test_every_page_of_a_document_fits_the_screen(person, served: Served, name: str, viewport) -> None:
    issuing, me = served.site.context.service(Issuing), served.site.actor("chen")
    document = served.site.saved()
    served.site.approved(document)
    issuing.take_number(me, document.id, base_version=3)
    final = issuing.finalise(me, document.id, base_version=4)
    table = served.site.saved(type_key="verification_form")
    someone = person("chen", viewport)
    page = someone.open("/documents")
    for part, path in {
        "list": "/documents?q=水泥&type=inspection_notice&mine=1",
        "empty": "/documents?q=没有这样的文书",
        "new": "/documents/new",
        "pick": "/documents/new/inspection_notice",
        "document": f"/documents/{final.id}",
        "document-tables": f"/documents/{table.id}",
        "version": f"/documents/{final.id}/versions/1",
        "compare": f"/documents/{final.id}/compare",
        "void": f"/documents/{final.id}/do/void",
        "sign": f"/documents/{final.id}/scans",
        "sample": f"/documents/{final.id}/sample",
        "check": f"/check/{final.check_token}",
    }.items():
        page.goto(served.url + path)
        shot(page, f"{part}-{name}")


def test_the_page_as_it_will_print_stands_beside_the_form(person, served: Served) -> None:
    document = served.site.saved()
    page = person("chen").open(f"/documents/{document.id}/edit")
    paper = page.frame_locator(".doc-pane iframe")
    expect(paper.locator("section.docx").first).to_contain_text("节能监察通知书")
    shot(page, "preview-beside-1440")
    page.locator('[name="/contact_person"]').fill("新的联系人")
    expect(paper.locator("body")).to_contain_text("新的联系人")
