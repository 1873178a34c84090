"""A list over the web: template out, filled in, handed in, checked by the worker, results, faults and files out."""

from __future__ import annotations

import hashlib
import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from formserver.equipment.lists_service import CHECK_JOB, Lists
from formserver.store.tables import event
from tests.support.lists import BAD, MOTOR, PUMP, checked, list_id, template_file, upload, work
from tests.support.website import Website, fields, texts


def figures(site: Website, address: str) -> dict[str, tuple[str, str]]:
    page = site.client("chen").get(address)
    lines = zip(
        texts(page, "//section[@aria-labelledby='results']//tbody/tr/td[1]"),
        texts(page, "//section[@aria-labelledby='results']//tbody/tr/td[2]"),
        texts(page, "//section[@aria-labelledby='results']//tbody/tr/td[3]"),
        strict=True,
    )
    return {word: (rows, units) for word, rows, units in lines}


def test_the_template_filled_in_goes_through_without_questions(site: Website):
    answer = upload(site, template_file([MOTOR, PUMP, BAD]), title="模板清单", as_of="2026-05-06")
    assert answer.status_code == 302
    waiting = site.client("chen").get(answer.location)
    assert "排队中" in waiting.text
    assert "表头与模板一致" in waiting.text
    assert work(site) == 1
    shown = site.client("chen").get(answer.location)
    assert texts(shown, "//h1") == ["模板清单"]
    found = figures(site, answer.location)
    assert sum(int(rows) for rows, _ in found.values()) == 3
    assert found["未识别"][0] == "1"
    assert found["淘汰"] == ("1", "2")
    assert "排队中" not in shown.text
    assert "http-equiv" not in shown.text


def test_the_template_of_this_server_is_understood_by_this_server(site: Website):
    data = site.client("chen").get("/equipment/template.xlsx", buffered=True).data
    answer = upload(site, data, name="设备信息表.xlsx")
    assert "/columns" not in answer.location
    work(site)
    assert "没有读到一行设备" in site.client("chen").get(answer.location).text
    book = load_workbook(io.BytesIO(data))
    for column, value in enumerate(("1", "三相异步电动机", "Y160M-4"), start=1):
        book.worksheets[0].cell(2, column, value)
    filled = io.BytesIO()
    book.save(filled)
    address = checked(site, filled.getvalue(), title="填了一行")
    assert sum(int(rows) for rows, _ in figures(site, address).values()) == 1


def test_the_original_comes_back_byte_for_byte_with_its_hash(site: Website):
    data = template_file([MOTOR])
    address = checked(site, data, title="原件")
    page = site.client("chen").get(address)
    assert hashlib.sha256(data).hexdigest() in page.text
    answer = site.client("chen").get(f"{address}/original", buffered=True)
    assert answer.data == data
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.mimetype == "application/octet-stream"


def test_every_fault_is_told_with_its_cell_and_can_be_taken_as_a_file(site: Website):
    address = checked(
        site, template_file([MOTOR, BAD, {**MOTOR, "made": "", "model": "Y2-160M-4"}]), title="有错"
    )
    page = site.client("chen").get(f"{address}/problems")
    cells = texts(page, "//tbody/tr/td[1]")
    assert any(cell.endswith("M3") for cell in cells)
    only = site.client("chen").get(f"{address}/problems?level=error")
    assert 0 < len(texts(only, "//tbody/tr")) < len(cells)
    assert not texts(site.client("chen").get(f"{address}/problems?code=NOTHING"), "//tbody/tr")
    book = load_workbook(io.BytesIO(site.client("chen").get(f"{address}/problems.xlsx", buffered=True).data))
    rows = list(book["错误表"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(cells)
    assert any(str(row[2]).endswith("M3") and row[1] == "错误" for row in rows)


def test_results_are_one_workbook_with_every_row(site: Website):
    address = checked(site, template_file([MOTOR, PUMP, BAD]), title="结果文件")
    answer = site.client("chen").get(f"{address}/result.xlsx", buffered=True)
    book = load_workbook(io.BytesIO(answer.data))
    assert "汇总" in book.sheetnames
    text = "\n".join(
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )
    assert "Y160M-4" in text
    assert "公告2012年第14号" in text  # the number of the catalogue, as on the paper
    assert "IS80-65-160" in text


def test_problems_are_paged(site: Website):
    address = checked(site, template_file([BAD] * 70), title="很多错")
    first = site.client("chen").get(f"{address}/problems?level=error")
    (further,) = [
        a.get("href") for a in __import__("lxml.html").html.fromstring(first.text).xpath("//a[@rel='next']")
    ]
    second = site.client("chen").get(further)
    assert len(texts(first, "//tbody/tr")) == 50
    assert len(texts(second, "//tbody/tr")) == 20


@pytest.mark.parametrize("part", ["problems", "problems.xlsx", "result.xlsx"])
def test_nothing_is_shown_before_the_check_is_done(site: Website, part: str):
    address = upload(site, template_file([MOTOR])).location
    assert site.client("chen").get(f"{address}/{part}", buffered=True).status_code == 409
    work(site)
    assert site.client("chen").get(f"{address}/{part}", buffered=True).status_code == 200


def test_a_check_can_be_stopped_and_begun_again(site: Website):
    address = upload(site, template_file([MOTOR]), title="停一下").location
    client = site.client("chen")
    page = client.get(address).text
    assert (
        client.post(f"{address}/cancel", data=fields(page, "//form[contains(@action,'/cancel')]")).status_code
        == 302
    )
    assert work(site) == 1
    stopped = client.get(address)
    assert "已取消" in stopped.text
    assert client.get(f"{address}/result.xlsx", buffered=True).status_code == 409
    again = client.get(f"{address}/columns")
    posted = fields(again.text, "//form[@data-columns]", do="confirm")
    assert client.post(f"{address}/columns", data=posted).status_code == 302
    assert work(site) == 1
    assert figures(site, address)["淘汰"][0] == "1"


def test_titles_change_and_a_void_list_speaks_for_nothing(site: Website):
    address = checked(site, template_file([MOTOR]), title="旧名")
    client = site.client("chen")
    form = "//form[contains(@action,'/edit')]"
    page = client.get(f"{address}/edit").text
    assert client.post(f"{address}/edit", data=fields(page, form, title="   ")).status_code == 422
    assert client.post(f"{address}/edit", data=fields(page, form, title="新名")).status_code == 302
    assert texts(client.get(address), "//h1") == ["新名"]
    void = "//form[contains(@action,'/void')]"
    refused = client.post(f"{address}/void", data=fields(page, void, reason="错了"))
    assert refused.status_code == 422
    assert "错了" in refused.text
    assert client.post(f"{address}/void", data=fields(page, void, reason="上传错了企业")).status_code == 302
    shown = client.get(address)
    assert "已作废" in shown.text
    assert "上传错了企业" in shown.text
    assert client.get(f"{address}/columns").status_code == 409
    assert client.post(f"{address}/void", data=fields(page, void, reason="再作废一次")).status_code == 409


def test_the_start_page_finds_lists_by_name_and_state(site: Website):
    checked(site, template_file([MOTOR]), title="可以找到的清单")
    client = site.client("he")
    assert "可以找到的清单" in client.get("/equipment/?q=可以找到").text
    assert "可以找到的清单" not in client.get("/equipment/?q=别的词").text
    assert "可以找到的清单" in client.get("/equipment/?q=可以找到&state=ready").text
    assert "可以找到的清单" not in client.get("/equipment/?q=可以找到&state=open").text
    assert "可以找到的清单" not in client.get("/equipment/?q=可以找到&mine=1").text
    assert "可以找到的清单" in client.get("/search?q=可以找到的清单").text
    assert client.get("/equipment/?state=<script>&after=%00").status_code == 200


def test_every_deed_leaves_a_record(site: Website):
    address = checked(site, template_file([MOTOR]), title="有记录")
    with site.context.store.unit() as unit:  # type: ignore[attr-defined]
        query = select(event.c.action).where(event.c.subject == f"equipment_list:{list_id(address)}")
        actions = {row[0] for row in unit.connection.execute(query)}
    assert actions >= {"equipment.upload", "equipment.check"}
    job = site.context.service(Lists).page(site.actor("chen"), list_id(address)).job
    assert job is not None
    assert job.kind == CHECK_JOB


def test_the_form_takes_one_file_and_does_not_speak_of_several(site: Website):
    page = site.client("chen").get("/equipment/new").text
    assert 'type="file"' in page
    assert "多个文件" not in page
