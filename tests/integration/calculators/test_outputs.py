"""Result and calculation sheets over the web: of kept calculations and of documents; PDF through the worker."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2
import pytest
from docx import Document
from openpyxl import load_workbook

from formserver.calculation.requests import request_from_json
from formserver.calculators.outputs_document import items_of
from formserver.calculators.outputs_files import PDF_JOB
from formserver.calculators.outputs_reading import DRAFT_WARNING
from formserver.calculators.service import Calculators
from formserver.core.errors import AppError
from formserver.core.runner import JobRunner
from tests.support.calculating import example
from tests.support.website import Website, fields, texts


def kept(site: Website, calculator: str, key: str, username: str = "chen") -> str:
    raw = example(calculator, key)
    request = {name: raw[name] for name in ("product", "period", "inputs", "energy") if name in raw}
    made = site.context.service(Calculators).save(
        site.actor(username),
        request_from_json({"calculator": calculator, **request}),
        f"川西水泥 {key}",
        site.enterprise.id,
    )
    return made.id


def cells(data: bytes) -> str:
    return "\n".join(
        str(c.value) for sheet in load_workbook(io.BytesIO(data)) for row in sheet for c in row if c.value
    )


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    table = (c.text for t in document.tables for r in t.rows for c in r.cells)
    return "\n".join([*(p.text for p in document.paragraphs), *table])


def test_a_kept_calculation_gives_its_sheets_with_the_facts_of_its_enterprise(site: Website):
    address, client = f"/calculators/saved/{kept(site, 'cement', 'we_01')}", site.client("chen")
    sheet = client.get(f"{address}/sheet.xlsx")
    assert "attachment" in sheet.headers["Content-Disposition"]
    for text in ("川西水泥有限公司", "91510000123456788G", "林晓燕", "109.2"):
        assert text in cells(sheet.data)
    assert client.get(f"{address}/sheet.xlsx").data == sheet.data
    assert "川西水泥有限公司" in words(client.get(f"{address}/sheet.docx").data)
    steps = words(client.get(f"{address}/steps.docx").data)
    assert "陈志远" in steps
    assert "109.201650835652" in steps


def test_several_kept_calculations_stand_on_one_sheet(site: Website):
    first, second = kept(site, "cement", "we_01"), kept(site, "coking", "fail")
    data = site.client("chen").get(f"/calculators/saved/{first}/sheet.xlsx?with={second}").data
    assert "顶装焦炉焦炭" in cells(data)
    assert (
        site.client("chen").get(f"/calculators/saved/{first}/sheet.xlsx?with={'0' * 26}").status_code == 404
    )


@pytest.mark.parametrize("part", ["sheet.xlsx", "sheet.docx", "steps.docx", "steps.pdf"])
def test_another_city_finds_nothing(site: Website, part: str):
    address = f"/calculators/saved/{kept(site, 'cement', 'we_01')}/{part}"
    assert site.client("waishi").get(address).status_code == 404


@pytest.mark.parametrize("part", ["sheet.exe", "steps.xlsx", "sheet.pdf"])
def test_other_formats_are_not_found(site: Website, part: str):
    assert (
        site.client("chen").get(f"/calculators/saved/{kept(site, 'cement', 'we_01')}/{part}").status_code
        == 404
    )


@pytest.mark.libreoffice
def test_the_pdf_is_asked_for_made_by_the_worker_and_marked_on_every_page(site: Website):
    address, client = f"/calculators/saved/{kept(site, 'glass', 'pass')}/steps.pdf", site.client("chen")
    page = client.get(address)
    assert page.mimetype == "text/html"
    assert client.post(address, data=fields(page.text, "//main//form")).status_code == 302
    assert "排队中" in client.get(address).text
    context = site.context
    JobRunner(context.store, {PDF_JOB: context.job_handlers[PDF_JOB]}, context.clock).run_all()
    answer = client.get(address)
    assert answer.mimetype == "application/pdf"
    pdf = pypdfium2.PdfDocument(answer.data)
    assert len(pdf) >= 2
    assert all(DRAFT_WARNING in pdf[i].get_textpage().get_text_range() for i in range(len(pdf)))
    again = client.post(address, data=fields(page.text, "//main//form"))
    assert again.status_code == 302
    assert client.get(address).data == answer.data


def test_a_document_gives_the_papers_of_what_it_stores(site: Website):
    document = site.saved(type_key="benchmark_sheet")
    client = site.client("chen")
    page = client.get(f"/documents/{document.id}")
    assert f"/calculators/documents/{document.id}/steps.docx" in page.text
    sheet = client.get(f"/calculators/documents/{document.id}/sheet.xlsx")
    assert sheet.status_code == 200, texts(sheet, "//main")
    for text in ("川西水泥有限公司", "川监任2026-0117", "58640.50", "1号线", "陈志远、何雨桐、罗文博"):
        assert text in cells(sheet.data)
    steps = words(client.get(f"/calculators/documents/{document.id}/steps.docx").data)
    assert "109.201650835652" in steps
    assert site.client("waishi").get(f"/calculators/documents/{document.id}/steps.docx").status_code == 404


def test_a_notice_has_no_such_papers(site: Website):
    document = site.saved()
    client = site.client("chen")
    assert "/calculators/documents/" not in client.get(f"/documents/{document.id}").text
    assert client.get(f"/calculators/documents/{document.id}/sheet.xlsx").status_code == 404


def altered(body: dict[str, Any], **changes: Any) -> dict[str, Any]:
    (row, *rest) = body["calculations"]
    indicators = [dict(one) for one in row["outcome"]["indicators"]]
    indicators[0].update(changes.pop("indicator", {}))
    outcome = {**row["outcome"], "indicators": indicators, **changes}
    return {**body, "calculations": [{**row, "outcome": outcome}, *rest]}


def stored_body(site: Website) -> tuple[Any, dict[str, Any]]:
    document, scope = site.saved(type_key="benchmark_sheet"), site.actor("chen").scope
    with site.context.store.uow() as u:
        content = u.documents.version(document.id, document.head_version, scope)
    return site.context.catalogue.type(document.type, document.edition), content.body


@pytest.mark.parametrize(
    "changes",
    [
        {"indicator": {"value": "1"}},
        {"indicator": {"verdict": "不达标"}},
        {"indicator": {"limit_3": "1"}},
        {"verdict": "不达标"},
        {"definitions": []},
    ],
)
def test_steps_that_do_not_come_out_as_stored_are_refused(site: Website, changes: dict[str, Any]):
    dt, body = stored_body(site)
    library = site.context.service(Calculators).library
    assert items_of(library, dt, body)
    with pytest.raises(AppError) as caught:
        items_of(library, dt, altered(body, **changes))
    assert caught.value.code.code == "CALCULATION_PAPER_CHANGED"


def test_a_document_without_results_says_so(site: Website):
    dt, body = stored_body(site)
    with pytest.raises(AppError) as caught:
        items_of(site.context.service(Calculators).library, dt, {**body, "calculations": []})
    assert caught.value.code.code == "CALCULATION_PAPER_EMPTY"
