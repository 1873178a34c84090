"""One old paper at a time: what is kept, what is refused, how it is corrected and found."""

from __future__ import annotations

import io
from datetime import date

import pytest
from lxml import html
from sqlalchemy import update

from formserver.core.errors import AppError
from formserver.core.legacy import LegacyEntry, LegacyPaper
from formserver.core.models import Cause, RenditionKind, State
from formserver.core.service_kit import projector
from formserver.documents.lookup import Lookup
from formserver.store.seals import seal_all
from formserver.store.tables import number_entry
from formserver.store.verify import verify
from tests.support.house import photo_of_paper
from tests.support.website import Website, fields, texts

PAPER = {
    "type": "inspection_notice",
    "state": "已送达",
    "number": "川节监通[2019]017号",
    "doc_date": "2019年8月20日",
    "enterprise_name": "川西水泥有限公司",
    "kept_at": "0132 全宗 12 卷",
    "note": "第二页受潮",
}


def post(site: Website, username: str = "chen", *, scan: bytes | None = None, **values: str):
    page = site.client(username).get("/legacy/new").text
    data = fields(page, "//form[@id='legacy-form']", **{**PAPER, **values})
    data.setlist("files", [(io.BytesIO(scan if scan is not None else photo_of_paper()), "扫描 1.png")])
    return site.client(username).post("/legacy/new", data=data, content_type="multipart/form-data")


def entered(site: Website, **values: str):
    answer = post(site, **values)
    assert answer.status_code == 302, texts(answer, "//*[contains(@class,'fs-error')]")
    return site.head(answer.location.rstrip("/").rpartition("/")[2])


def test_a_paper_is_kept_with_its_number_state_and_date(site: Website):
    document = entered(site)
    assert document.origin == "legacy"
    assert document.state is State.SERVED
    assert document.number == "川节监通〔2019〕17号"
    assert document.facets.doc_date == date(2019, 8, 20)
    assert document.enterprise_id == site.enterprise.id
    seen = site.context.service(Lookup).overview(site.actor("chen"), document.id)
    assert [v.cause for v in seen.versions] == [Cause.IMPORT]
    assert {r.kind for r in seen.renditions} == {RenditionKind.SCAN, RenditionKind.ATTACHMENT}
    original = next(r for r in seen.renditions if r.kind is RenditionKind.ATTACHMENT)
    assert site.context.store.blobs.read(original.blob_sha256) == photo_of_paper()
    assert [(n.text, n.status.value) for n in seen.numbers] == [("川节监通〔2019〕17号", "外部取号")]


def test_nothing_is_made_up_to_fill_the_form(site: Website):
    document = entered(site, number="川节监通〔2018〕3号")
    body = site.context.service(Lookup).version(site.actor("chen"), document.id, 1).body
    assert body == {"enterprise": {"ent_name": "川西水泥有限公司"}, "issue_date": "2019-08-20"}


def test_a_form_that_asks_for_an_hour_gets_none_and_the_list_still_knows_the_day(site: Website):
    document = entered(site, type="site_record", number="")
    assert "started_at" not in site.context.service(Lookup).version(site.actor("chen"), document.id, 1).body
    assert document.facets.doc_date == date(2019, 8, 20)


def test_a_paper_of_no_known_kind_has_its_own_name(site: Website):
    document = entered(site, type="legacy_record", title="节能监察结果告知书", number="川节监告〔2019〕5号")
    assert document.title == "川西水泥有限公司节能监察结果告知书"


def test_it_is_found_by_what_the_catalogue_says(site: Website):
    document = entered(site, number="川节监通〔2017〕99号", note="青石镇旧址搬迁前")
    page = site.client("chen").get("/documents?q=旧址搬迁").text
    assert f"/documents/{document.id}" in page


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"doc_date": "2199-01-01"}, "今天之后"),
        ({"doc_date": "不详"}, "成文日期"),
        ({"enterprise_name": " "}, "被监察单位"),
        ({"type": "legacy_record", "title": ""}, "文书名称"),
        ({"type": "no_such_type"}, "文书种类"),
        ({"state": "草稿"}, "状态"),
        ({"note": "字" * 2001}, "最多 2000"),
    ],
)
def test_what_cannot_be_is_refused_and_the_form_stays_as_typed(site: Website, values, says):
    answer = post(site, **{"number": "", **values})
    assert answer.status_code == 422
    assert says in answer.text
    tree = html.fromstring(answer.text)
    assert tree.xpath("//*[@id='kept_at']/@value") == ["0132 全宗 12 卷"]


def test_a_file_that_is_no_scan_is_refused(site: Website):
    answer = post(site, number="", scan=b"MZ not a picture")
    assert answer.status_code == 422
    assert "扫描" in answer.text or "文件" in answer.text


def test_a_number_is_entered_once(site: Website):
    entered(site, number="川节监通〔2016〕1号")
    answer = post(site, number="川节监通〔2016〕１号")
    assert answer.status_code == 409
    assert "已在登记簿中" in answer.text


def test_a_correction_is_a_version_and_the_scan_stays(site: Website):
    document = entered(site, number="川节监通〔2015〕8号", note="误记")
    client = site.client("chen")
    page = client.get(f"/legacy/{document.id}/correct").text
    typed = fields(page, "//form[@id='legacy-form']", note="第三页缺角", doc_date="2019-08-21")
    refused = client.post(f"/legacy/{document.id}/correct", data=typed)
    assert refused.status_code == 422
    typed["reason"] = "核对原件"
    assert client.post(f"/legacy/{document.id}/correct", data=typed).status_code == 302
    seen = site.context.service(Lookup).overview(site.actor("chen"), document.id)
    assert [v.cause for v in seen.versions] == [Cause.IMPORT, Cause.CORRECT]
    assert seen.document.facets.doc_date == date(2019, 8, 21)
    assert seen.document.number == "川节监通〔2015〕8号"
    stale = client.post(f"/legacy/{document.id}/correct", data=typed)
    assert stale.status_code == 422
    assert "请刷新" in stale.text


def test_other_documents_cannot_be_corrected_here(site: Website):
    document = site.saved()
    assert site.client("chen").get(f"/legacy/{document.id}/correct").status_code == 409


def test_another_city_neither_sees_nor_corrects_it(site: Website):
    document = entered(site, number="川节监通〔2014〕2号")
    stranger = site.client("waishi")
    assert stranger.get(f"/documents/{document.id}").status_code == 404
    assert stranger.get(f"/legacy/{document.id}/correct").status_code == 404


def test_people_without_the_permission_are_refused(site: Website):
    assert site.client("viewer").get("/legacy/new").status_code == 403
    paper = LegacyPaper("inspection_notice", "川西水泥有限公司", date(2019, 8, 20))
    with pytest.raises(AppError, match="补录"):
        site.context.service(LegacyEntry).enter(site.actor("viewer"), paper, [("a.png", photo_of_paper())])


def test_the_record_is_whole_afterwards(site: Website):
    entered(site, number="川节监通〔2013〕6号")
    seal_all(site.context.store, site.context.clock.now())
    report = verify(site.context.store, project=projector(site.context.catalogue))
    assert [str(finding) for finding in report.findings] == []


def test_who_entered_a_number_cannot_be_rewritten_unseen(site: Website):
    entered(site, number="川节监通〔2012〕8号")
    seal_all(site.context.store, site.context.clock.now())
    with site.context.store.uow(write=True) as u:
        u.connection.execute(
            update(number_entry).where(number_entry.c.text == "川节监通〔2012〕8号").values(by="另一个人")
        )
    (finding,) = verify(site.context.store, project=projector(site.context.catalogue)).findings
    assert "川节监通〔2012〕8号" in str(finding)
    assert "登记的经办人" in str(finding)
