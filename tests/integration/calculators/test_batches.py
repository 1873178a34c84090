"""A batch over the web: workbook out, filled in, handed in, calculated by the worker, result out; stopped; refused."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import MultiDict

from formserver.calculators.batch_service import BATCH_JOB, Batches
from formserver.core.errors import AppError
from formserver.core.runner import JobRunner
from tests.support.calculating import CLINKER, batch_file
from tests.support.website import Website, fields, texts

POST = "//form[@enctype='multipart/form-data']"


def hand_in(site: Website, data: bytes, username: str = "chen", name: str = "企业.xlsx"):
    client = site.client(username)
    typed: MultiDict[str, object] = fields(client.get("/calculators/batch").text, POST)
    typed.setlist("files", [(io.BytesIO(data), name)])
    return client.post("/calculators/batch", data=typed, content_type="multipart/form-data")


def work(site: Website) -> None:
    context = site.context
    JobRunner(context.store, {BATCH_JOB: context.job_handlers[BATCH_JOB]}, context.clock).run_all()


def test_the_workbook_for_chosen_products_is_offered(site: Website):
    client = site.client("chen")
    page = client.get("/calculators/batch/products?calculator=cement")
    assert "水泥熟料" in page.text
    answer = client.get("/calculators/batch/template.xlsx?product=cement.clinker&product=cement.cement")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert len(load_workbook(io.BytesIO(answer.data)).sheetnames) == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("template.xlsx", 422),
        ("template.xlsx?" + "&".join(f"product=cement.x{i}" for i in range(40)), 422),
        ("template.xlsx?product=cement.nothing", 404),
        ("template.xlsx?product=%00", 404),
        ("products?calculator=nothing", 404),
    ],
)
def test_products_that_do_not_exist_are_refused_in_words(site: Website, query: str, status: int):
    answer = site.client("chen").get(f"/calculators/batch/{query}")
    assert answer.status_code == status


def test_a_batch_goes_from_upload_to_result(site: Website):
    rows = [CLINKER, {**CLINKER, "input/clinker_kwh": 110000000}, {**CLINKER, "input/clinker_t": "abc"}]
    answer = hand_in(site, batch_file("cement.clinker", rows))
    assert answer.status_code == 302
    client, address = site.client("chen"), answer.location
    waiting = client.get(address)
    assert "排队中" in waiting.text
    assert client.get(f"{address}/result.xlsx").status_code == 404
    work(site)
    done = client.get(address)
    assert texts(done, "//h1") == ["批量对标结果"]
    table = dict(zip(texts(done, "//tbody/tr/td[1]"), texts(done, "//tbody/tr/td[2]"), strict=True))
    assert (table["达标"], table["不达标"], table["不完整"]) == ("1", "1", "1")
    result = client.get(f"{address}/result.xlsx")
    assert "%E4%BC%81%E4%B8%9A%20%E7%BB%93%E6%9E%9C.xlsx" in result.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(result.data))
    assert book.sheetnames == ["汇总", "专项监察汇总表", "水泥熟料"]
    assert "企业.xlsx" in client.get("/calculators/batch").text


def test_a_job_that_runs_twice_leaves_the_first_result(site: Website):
    batches, actor = site.context.service(Batches), site.actor("chen")
    blob = site.context.store.blobs.put_bytes(batch_file("cement.clinker", [CLINKER]))
    made = batches.start(actor, "表.xlsx", blob.sha256)
    work(site)
    first = batches.get(actor, made.id)[0]
    job = batches.get(actor, made.id)[1]
    assert job is not None
    batches.work(job, lambda _p, _t: None)
    assert batches.get(actor, made.id)[0].result_sha256 == first.result_sha256


def test_a_batch_can_be_stopped_by_whoever_began_it_and_leaves_no_result(site: Website):
    address = hand_in(site, batch_file("cement.clinker", [CLINKER])).location
    client = site.client("chen")
    page = client.get(address).text
    assert (
        site.client("he")
        .post(f"{address}/cancel", data=fields(site.client("he").get("/calculators/batch").text, POST))
        .status_code
        == 404
    )
    assert client.post(f"{address}/cancel", data=fields(page, "//main//form")).status_code == 302
    work(site)
    assert "已取消" in client.get(address).text
    assert client.get(f"{address}/result.xlsx").status_code == 404
    again = client.post(f"{address}/cancel", data=fields(client.get("/calculators/batch").text, POST))
    assert again.status_code == 302
    assert "已经结束" in client.get(address).text


def test_a_batch_stopped_while_it_runs_ends_at_the_next_report(site: Website, monkeypatch):
    monkeypatch.setattr("formserver.calculators.batch_running.STEP", 1)
    batches, actor = site.context.service(Batches), site.actor("chen")
    blob = site.context.store.blobs.put_bytes(batch_file("cement.clinker", [CLINKER] * 5))
    made = batches.start(actor, "表.xlsx", blob.sha256)
    job = batches.get(actor, made.id)[1]
    assert job is not None
    reported = []

    def report(percent: int, text: str) -> None:
        reported.append(text)
        if len(reported) == 3:
            batches.cancel(actor, made.id)

    assert batches.work(job, report) == {"cancelled": True}
    assert len(reported) == 3
    assert not batches.get(actor, made.id)[0].result_sha256


def test_colleagues_see_a_batch_another_city_does_not(site: Website):
    address = hand_in(site, batch_file("cement.clinker", [CLINKER])).location
    assert site.client("he").get(address).status_code == 200
    assert site.client("waishi").get(address).status_code == 404
    assert site.client("waishi").get(f"{address}/result.xlsx").status_code == 404
    assert site.client("chen").get("/calculators/batch/" + "0" * 26).status_code == 404
    assert "取消这个批次" not in site.client("he").get(address).text


def test_without_the_permission_there_is_no_batch(site: Website):
    assert site.client("viewer").get("/calculators/batch").status_code in (403, 404)
    with pytest.raises(AppError):
        site.context.service(Batches).own(site.actor("viewer"))


@pytest.mark.parametrize(
    "data", [b"PK broken", b"%PDF-1.4", b"MZ\x90\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xls"]
)
def test_what_is_no_workbook_is_refused_in_words_and_nothing_is_kept(site: Website, data: bytes):
    before = len(site.context.service(Batches).own(site.actor("chen"), limit=100))
    answer = hand_in(site, data)
    assert answer.status_code == 422
    assert "不能导入" in "".join(texts(answer, "//*[@role='alert']"))
    assert len(site.context.service(Batches).own(site.actor("chen"), limit=100)) == before


def test_an_upload_without_a_file_asks_for_one(site: Website):
    client = site.client("chen")
    typed = fields(client.get("/calculators/batch").text, POST)
    typed.poplist("files")
    answer = client.post("/calculators/batch", data=typed, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择填好的数据表" in answer.text
