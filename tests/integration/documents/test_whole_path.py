"""From an empty form to a served notice found again, by plain posts: no JavaScript anywhere."""

from __future__ import annotations

import hashlib
import io
import re

import pytest

from formserver.core.models import RenditionKind, State
from formserver.core.papers import Papers
from formserver.core.runner import JobRunner
from tests.support.house import photo_of_paper
from tests.support.scans import sign_paper
from tests.support.website import Website, fields, texts


def follow(client, answer):
    assert answer.status_code == 302, answer.text[:2000]
    return client.get(answer.location)


def form_with_sample(site: Website, document_id: str, **over) -> None:
    """Fill the form as a person would have in the end: the draft takes the sample, the page posts it back."""
    client = site.client("chen")
    document = site.head(document_id)
    body = {**site.context.catalogue.sample(document.type), **over}
    seq = client.get(f"/documents/{document_id}/draft").json["seq"]
    changes = [{"op": "set", "at": f"/{key}", "value": value} for key, value in body.items()]
    answer = client.patch(
        f"/documents/{document_id}/draft",
        json={"seq": seq, "changes": changes},
        headers={"X-CSRFToken": client.get(f"/documents/{document_id}/draft").json["csrf"]},
    )
    assert answer.status_code == 200, answer.text


def new_document(site: Website, type_key: str) -> str:
    client = site.client("chen")
    page = client.get(f"/documents/new/{type_key}?q=cxsn")
    answer = client.post(
        f"/documents/new/{type_key}",
        data=fields(page.text, "//form[.//ul[@class='doc-pick']]", enterprise=site.enterprise.id),
    )
    return re.search(r"/documents/(\w+)/edit", answer.location)[1]


def approve(site: Website, document_id: str):
    """Another person agrees on the approval page, where the deed leads."""
    client = site.client("he")
    page = client.get(f"/documents/{document_id}/do/approve", follow_redirects=True)
    form = fields(page.text, "//form[@id='approval-form']", do="agree")
    return client.post(f"/approvals/{document_id}/decide", data=form)


def press(site: Website, document_id: str, key: str, **typed):
    """Open the page of a deed and send its form."""
    client = site.client("chen")
    page = client.get(f"/documents/{document_id}/do/{key}")
    assert page.status_code == 200, texts(page, "//main")
    return client.post(f"/documents/{document_id}/do/{key}", data=fields(page.text, **typed))


def sign(site: Website, document_id: str, *files: tuple[str, bytes], **typed):
    return sign_paper(site.context, site.client("chen"), document_id, *files, **typed)


@pytest.mark.libreoffice
def test_a_notice_lives_its_whole_life_by_plain_posts(site: Website) -> None:
    client = site.client("chen")
    notice = new_document(site, "inspection_notice")
    page = client.get(f"/documents/{notice}/edit")
    assert "川西水泥有限公司" in page.text
    assert "来自企业档案" in page.text

    form_with_sample(site, notice)
    page = client.get(f"/documents/{notice}/edit")
    typed = fields(page.text, "//form[@id='doc-form']", **{"/contact_person": "罗文博（何）", "do": "save"})
    saved = follow(client, client.post(f"/documents/{notice}/edit", data=typed))
    assert "已保存为第1版" in saved.text

    page = client.get(f"/documents/{notice}/edit")
    submitted = follow(
        client,
        client.post(
            f"/documents/{notice}/edit", data=fields(page.text, "//form[@id='doc-form']", do="next:submit")
        ),
    )
    assert "已提交审核" in submitted.text
    assert site.head(notice).state is State.IN_REVIEW
    assert "已同意" in follow(site.client("he"), approve(site, notice)).text
    for key, said in [("number", "已取号"), ("finalise", "已定稿")]:
        assert said in follow(client, press(site, notice, key)).text
    number = site.head(notice).number
    assert re.fullmatch(r"成节监通〔\d{4}〕1号", number)

    waiting = client.get(f"/documents/{notice}")
    assert "PDF 排队中" in waiting.text
    JobRunner(site.context.store, site.context.job_handlers, site.context.clock).run_all()
    ready = client.get(f"/documents/{notice}")
    assert "PDF（打印用）" in ready.text
    papers = site.context.service(Papers).renditions(site.actor("chen"), notice)
    pdf = next(r for r in reversed(papers) if r.kind is RenditionKind.PDF)
    assert f"{pdf.pages} 页" in ready.text
    got = client.get(f"/documents/{notice}/files/{pdf.id}", buffered=True)
    assert hashlib.sha256(got.data).hexdigest() == pdf.blob_sha256
    assert "filename*=UTF-8''" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"

    corrected = sign(
        site,
        notice,
        ("第1页.jpg", photo_of_paper("white")),
        ("第2页.jpg", photo_of_paper("ivory")),
        correction_page=["1", ""],
        correction_at=["/contact_phone", ""],
        correction_new=["028-55550188", ""],
    )
    shown = follow(client, corrected)
    assert "签字件已登记（2 页）" in shown.text
    assert "028-55550188" in shown.text
    assert "签字扫描件" in shown.text

    receipt = new_document(site, "service_receipt")
    rows = [{**site.context.catalogue.sample("service_receipt")["docs"][0], "doc_no": number}]
    form_with_sample(site, receipt, docs=rows)
    page = client.get(f"/documents/{receipt}/edit")
    done = client.post(
        f"/documents/{receipt}/edit", data=fields(page.text, "//form[@id='doc-form']", do="next:finalise")
    )
    assert "已定稿" in follow(client, done).text
    assert "签字件已登记" in follow(client, sign(site, receipt, ("回证.jpg", photo_of_paper()))).text
    assert site.head(notice).state is State.SERVED
    assert "查看送达回证" in client.get(f"/documents/{notice}").text

    found = client.get("/documents?q=罗文博（何）&state=已送达")
    assert texts(found, "//tbody//a") == [site.head(notice).title]
    assert "<mark>" in found.text
    assert site.head(notice).title in client.get(f"/search?q={number}").text


def test_the_check_page_tells_a_stranger_what_is_genuine_and_nothing_else(site: Website) -> None:
    document = site.saved()
    site.approved(document)
    press(site, document.id, "number")
    head = site.head(document.id)
    stranger = site.app.test_client()
    page = stranger.get(f"/check/{head.check_token}")
    assert page.status_code == 200
    assert "真实有效" in page.text
    assert head.number not in page.text
    assert "川西水泥" not in page.text
    (paper,) = site.context.service(Papers).renditions(site.actor("chen"), document.id)

    def asked(**typed):
        return stranger.post(
            f"/check/{head.check_token}",
            data=fields(page.text, **typed),
            content_type="multipart/form-data",
        )

    assert "完全相同" in asked(sha256=paper.blob_sha256.upper()).text
    assert "不一致" in asked(sha256="0" * 64).text
    assert asked(sha256="12ab").status_code == 422
    assert asked().status_code == 422
    with site.context.store.blobs.open(paper.blob_sha256) as stream:
        assert "完全相同" in asked(file=(io.BytesIO(stream.read()), "通知书.docx")).text
    assert "不一致" in asked(file=(io.BytesIO(b"changed"), "通知书.docx")).text
    press(site, document.id, "void", reason="企业名称有误")
    assert "已作废" in stranger.get(f"/check/{head.check_token}").text
    assert stranger.get("/check/unknown").status_code == 404


def test_the_check_page_cannot_be_asked_without_end(site: Website) -> None:
    stranger = site.app.test_client()
    answers = [
        stranger.get("/check/guess", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code
        for _ in range(61)
    ]
    assert answers[:60] == [404] * 60
    assert answers[60] == 429
