"""Files going out and signed paper coming back: names, hashes, limits, and what is no scan."""

from __future__ import annotations

import re

from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.core.papers import Papers
from formserver.core.runner import JobRunner
from formserver.documents.pdf_job import PDF_OFF
from tests.support.website import Website

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
