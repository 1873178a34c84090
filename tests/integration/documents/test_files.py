"""Files going out and signed paper coming back: names, hashes, limits, and what is no scan."""

from __future__ import annotations

import io
import re

import pytest

from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.papers import Papers
from formserver.core.runner import JobRunner
from formserver.documents.pdf_job import PDF_OFF
from tests.support.house import photo_of_paper
from tests.support.website import Website, fields, texts

FORM = "//form[@id='doc-form']"


def numbered(site: Website) -> Document:
    document, issuing, me = site.saved(), site.context.service(Issuing), site.actor("chen")
    site.approved(document)
    return issuing.take_number(me, document.id, base_version=3)


def finished(site: Website, type_key: str = "pledge_feedback") -> Document:
    document = site.saved(type_key=type_key)
    return site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)


def token(site: Website, username: str) -> dict[str, str]:
    page = site.client(username).get("/documents").text
    return {"X-CSRFToken": re.search(r'csrf-token" content="([^"]+)"', page)[1]}


def test_a_program_named_as_a_scan_is_refused_and_the_pen_fields_stay(site: Website) -> None:
    client, document = site.client("chen"), finished(site)
    page = client.get(f"/documents/{document.id}/sign").text
    data = fields(page, **{"/feedback_date": "2026-11-20", "correction_page": ["x", ""]})
    data.setlist("correction_at", ["/feedback_phone", ""])
    data.setlist("files", [(io.BytesIO(b"MZ\x90\x00" + b"0" * 100), "签字件.pdf")])
    answer = client.post(f"/documents/{document.id}/sign", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert 'value="2026-11-20"' in answer.text
    assert "笔误更正第1行" in answer.text
    assert site.head(document.id).state is State.FINAL
    data = fields(page, **{"/feedback_date": "2026-11-20"})
    data.setlist("files", [(io.BytesIO(b"MZ\x90\x00" + b"0" * 100), "签字件.pdf")])
    answer = client.post(f"/documents/{document.id}/sign", data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "不是扫描件" in answer.text


def test_what_the_pen_wrote_into_rows_becomes_part_of_the_record(site: Website) -> None:
    client, document = site.client("chen"), finished(site)
    page = client.get(f"/documents/{document.id}/sign").text
    assert "廉" in page or "监察人员" in page
    results = re.findall(r'name="(/feedback/@\w+/result)"', page)
    data = fields(page, **{"/feedback_date": "2026-11-20"}, **dict.fromkeys(results, "没有"))
    options = re.findall(r'<option value="([^"]+)"', page.partition(results[0])[2])
    for name in results:
        data.setlist(name, [options[0]])
    data.setlist("files", [(io.BytesIO(photo_of_paper()), "反馈表.jpg")])
    answer = client.post(f"/documents/{document.id}/sign", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, texts(answer, "//main")
    shown = client.get(f"/documents/{document.id}")
    assert site.head(document.id).state is State.SIGNED
    assert "2026-11-20" in shown.text


def test_an_upload_beyond_the_limit_is_refused_by_name_of_the_limit(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, document = site.client("chen"), finished(site)
    monkeypatch.setattr(site.context.settings, "max_upload_mb", 1)
    answer = client.post(
        f"/documents/{document.id}/sign",
        data=b"0" * (2 << 20),
        content_type="multipart/form-data; boundary=x",
        headers=token(site, "chen"),
    )
    assert answer.status_code == 413
    assert "MB" in answer.text


def test_a_download_has_its_chinese_name_and_is_not_sent_twice(site: Website) -> None:
    client, document = site.client("chen"), numbered(site)
    (paper,) = site.context.service(Papers).renditions(site.actor("chen"), document.id)
    url = f"/documents/{document.id}/files/{paper.id}"
    got = client.get(url, buffered=True)
    assert got.headers["ETag"] == f'"{paper.blob_sha256}"'
    assert "%E8%8A%82%E8%83%BD" in got.headers["Content-Disposition"]
    assert int(got.headers["Content-Length"]) == paper.size == len(got.data)
    again = client.get(url, headers={"If-None-Match": got.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    other = site.saved()
    assert client.get(f"/documents/{other.id}/files/{paper.id}", buffered=True).status_code == 404


def test_pdf_conversion_that_is_off_is_told_and_can_be_tried_again(site: Website) -> None:
    client, document = site.client("chen"), numbered(site)

    def off(_job, _report):
        raise PDF_OFF()

    JobRunner(site.context.store, {"pdf": off}, site.context.clock).run_all()
    page = client.get(f"/documents/{document.id}")
    assert "本服务器关闭了 PDF 转换" in page.text
    assert "docx 可正常下载" in page.text
    answer = client.post(re.search(r'action="([^"]+/retry)"', page.text)[1], headers=token(site, "chen"))
    assert answer.status_code == 302
    assert "PDF 排队中" in client.get(f"/documents/{document.id}").text
