"""One deed on many documents: each told its fate, nothing beyond the scope, nothing on versions nobody saw."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from formserver.core.errors import AppError, Kind
from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.runner import JobRunner
from formserver.core.signing import Signing
from formserver.documents.bulk_deeds import MOST, BulkDeeds, Item
from formserver.documents.bulk_files import BulkFiles
from formserver.documents.bulk_job import BULK_JOB, BulkRuns
from tests.integration.documents.test_files import finished
from tests.support.house import photo_of_paper
from tests.support.website import Website, texts


def post(site: Website, username: str, path: str, **values: Any) -> TestResponse:
    client = site.client(username)
    token = re.search(r'csrf-token" content="([^"]+)"', client.get("/documents?view=all").text)
    assert token is not None
    data: MultiDict[str, Any] = MultiDict({"csrf_token": token[1]})
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return client.post(path, data=data)


def work(site: Website) -> None:
    runs = site.context.service(BulkRuns)
    runner = JobRunner(site.context.store, {BULK_JOB: runs.handle}, site.context.clock)
    while runner.run_one():
        pass


def approved(site: Website) -> Document:
    document, issuing = site.saved(), site.context.service(Issuing)
    issuing.transition(site.actor("chen"), document.id, "submit", base_version=1)
    issuing.transition(site.actor("he"), document.id, "approve", base_version=2)
    return site.head(document.id)


def item(document: Document) -> str:
    return f"{document.id}:{document.head_version}"


def test_numbers_are_taken_one_by_one_and_refusals_say_why(site: Website) -> None:
    ready, draft = [approved(site), approved(site)], site.saved()
    chosen = [item(d) for d in (*ready, draft)]
    asked = post(site, "chen", "/documents/bulk", deed="number", item=chosen)
    assert "取号（3 份）" in asked.text
    assert "当前为“草稿”" in asked.text
    assert site.head(ready[0].id).state is State.APPROVED
    done = post(site, "chen", "/documents/bulk/run", deed="number", item=chosen)
    assert "2 份已办理，1 份没有办理" in done.text
    numbers = [site.head(d.id).number for d in ready]
    assert all(numbers)
    assert len(set(numbers)) == 2
    assert "只有“已审批”的文书可以" in done.text
    again = post(site, "chen", "/documents/bulk/run", deed="number", item=chosen)
    assert "0 份已办理，3 份没有办理" in again.text


def test_what_changed_since_it_was_looked_at_is_not_touched(site: Website) -> None:
    document = site.saved()
    done = post(site, "chen", "/documents/bulk/run", deed="submit", item=[f"{document.id}:7"])
    assert "您看到的是第7版" in done.text
    assert site.head(document.id).state is State.DRAFT


def test_another_citys_documents_do_not_exist(site: Website) -> None:
    document = site.saved()
    page = post(site, "waishi", "/documents/bulk", deed="submit", item=[item(document)])
    assert page.status_code == 422
    done = post(
        site, "waishi", "/documents/bulk/run", deed="submit", item=[item(document), "nonsense:1", "x", ":"]
    )
    assert document.title not in done.text
    assert "0 份已办理，2 份没有办理" in done.text
    assert site.head(document.id).state is State.DRAFT
    for deed in ("print", "zip"):
        answer = post(site, "waishi", "/documents/bulk/run", deed=deed, item=[item(document)])
        work(site)
        assert "没有找到" in site.client("waishi").get(answer.headers["Location"]).text


def test_five_thousand_are_refused_and_so_are_deeds_without_the_right(site: Website) -> None:
    many = [f"{n:026d}:1" for n in range(5_000)]
    for path in ("/documents/bulk", "/documents/bulk/run"):
        answer = post(site, "chen", path, deed="submit", item=many)
        assert answer.status_code == 422
        assert f"最多处理 {MOST} 份" in answer.text
        assert post(site, "chen", path, deed="submit").status_code == 422
        assert post(site, "viewer", path, deed="submit", item=many[:1]).status_code == 403
        assert post(site, "chen", path, deed="void", item=many[:1]).status_code == 404


def test_many_go_to_the_worker_and_the_page_tells_how_it_ended(site: Website) -> None:
    documents = [site.saved() for _ in range(21)]
    answer = post(site, "chen", "/documents/bulk/run", deed="submit", item=[item(d) for d in documents])
    where = answer.headers["Location"]
    assert "由后台办理" in site.client("chen").get(where).text
    assert site.client("he").get(where).status_code == 404
    work(site)
    assert site.client("chen").get(where + "/state").json["ended"] is True
    assert "21 份已办理" in site.client("chen").get(where).text
    assert all(site.head(d.id).state is State.IN_REVIEW for d in documents)


def test_a_run_that_was_broken_off_is_taken_up_without_false_refusals(site: Website) -> None:
    me, deeds = site.actor("chen"), site.context.service(BulkDeeds)
    documents = [site.saved(), site.saved()]
    items = [Item(d.id, d.head_version) for d in documents]
    asked_at = site.context.clock.now()
    deeds.run(me, "submit", items[:1], since=asked_at)
    assert [one.done for one in deeds.run(me, "submit", items, since=asked_at)] == [True, True]
    later = site.context.clock.now()
    assert [one.done for one in deeds.run(me, "submit", items, since=later)] == [False, False]


def test_all_of_a_filter_is_what_the_filter_finds(site: Website) -> None:
    page = post(site, "chen", "/documents/bulk", deed="zip", all="1", address="type=service_receipt")
    assert page.status_code == 422
    document = site.saved(type_key="service_receipt")
    page = post(site, "chen", "/documents/bulk", deed="zip", all="1", address="type=service_receipt")
    assert texts(page, "//h1") == ["下载（1 份）"]
    assert document.id in page.text


def test_the_zip_holds_the_newest_papers_under_safe_names(site: Website) -> None:
    document = approved(site)
    site.context.service(Issuing).take_number(
        site.actor("chen"), document.id, base_version=document.head_version
    )
    answer = post(site, "chen", "/documents/bulk/run", deed="zip", item=[f"{document.id}:4"])
    work(site)
    where = answer.headers["Location"]
    assert "1 个文件" in site.client("chen").get(where).text
    file = site.client("chen").get(where + "/file")
    names = zipfile.ZipFile(io.BytesIO(file.data)).namelist()
    file.close()
    assert len(names) == 1
    assert names[0].startswith("0001 ")
    assert names[0].endswith(".docx")
    assert not any(part in ("..", "") for name in names for part in name.split("/"))
    assert site.client("he").get(where + "/file").status_code == 404


def test_files_go_after_a_day(site: Website, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    files = site.context.service(BulkFiles)
    document = approved(site)
    outcomes = files.make(site.actor("chen"), "zip", [Item(document.id, 1)], "job1", lambda _p, _t: None)
    assert [one.done for one in outcomes] == [False]
    with pytest.raises(AppError) as gone:
        files.path("job1", "zip")
    assert gone.value.kind is Kind.NOT_FOUND


def test_printing_together_leaves_out_what_has_no_pdf(site: Website) -> None:

    document = finished(site, "power_of_attorney")
    site.context.service(Signing).sign(
        site.actor("chen"), document.id, [("a.jpg", photo_of_paper())], base_version=2
    )
    answer = post(site, "chen", "/documents/bulk/run", deed="print", item=[f"{document.id}:3"])
    work(site)
    page = site.client("chen").get(answer.headers["Location"])
    assert "打印用的 PDF" in page.text
    assert site.client("chen").get(answer.headers["Location"] + "/file").status_code == 404


def test_drafts_for_a_pasted_list_of_enterprises(site: Website) -> None:
    page = post(
        site,
        "chen",
        "/documents/generate",
        names="川西水泥有限公司\n91510000123456788G\n没有这一家\n\n",
        type="",
    )
    assert texts(page, "//tbody//span[contains(@class,'fs-status')]") == ["没有找到", "已对上", "已对上"]
    missing = post(site, "chen", "/documents/generate/run", enterprise=[site.enterprise.id], type="")
    assert missing.status_code == 422
    done = post(
        site, "chen", "/documents/generate/run", enterprise=[site.enterprise.id] * 2, type="inspection_notice"
    )
    assert "1 份已办理" in done.text
    made = re.search(r"/documents/([0-9a-z]{26})", done.text)
    assert made is not None
    assert site.head(made[1]).enterprise_id == site.enterprise.id
    elsewhere = post(
        site, "waishi", "/documents/generate/run", enterprise=[site.enterprise.id], type="inspection_notice"
    )
    assert elsewhere.status_code == 422
    seen = post(site, "waishi", "/documents/generate", names="川西水泥有限公司")
    assert site.enterprise.id not in seen.text
    assert site.enterprise.uscc not in seen.text
