"""The approval pages over plain posts: no script runs here."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from formserver.approvals.models import Decision
from formserver.approvals.pages import PAGES_JOB
from formserver.core.models import Document, State
from formserver.core.runner import JobRunner
from formserver.web.context import AppContext
from formserver.web.feature import WorkCard
from tests.integration.approvals.conftest import Office
from tests.support.website import fields, texts

FORM = "//form[@id='approval-form']"


def follow(office: Office, username: str, answer: TestResponse) -> TestResponse:
    assert answer.status_code == 302, answer.text
    return office.client(username).get(answer.location)


def work_card(office: Office, username: str) -> WorkCard:
    context: AppContext = office.context
    with office.app.test_request_context():
        cards = [make(office.actor(username)) for make in context.work_sources]
    (card,) = [c for c in cards if c is not None and c.title == "待我审批"]
    return card


def decide(office: Office, username: str, document: Document, **typed: str) -> TestResponse:
    client = office.client(username)
    page = client.get(f"/approvals/{document.id}")
    assert page.status_code == 200, page.text
    return client.post(f"/approvals/{document.id}/decide", data=fields(page.text, FORM, **typed))


def test_the_queue_the_card_of_the_day_and_the_menu_lead_to_the_paper(office: Office) -> None:
    document = office.submitted(contact_person="罗审批")
    queue = office.client("he").get("/approvals")
    assert document.title in " ".join(texts(queue, "//ol[contains(@class,'apr-cards')]//strong"))
    card = work_card(office, "he")
    assert card.count >= 1
    assert (
        office.client("he")
        .get(f"/documents/{document.id}/do/approve")
        .location.endswith(f"/approvals/{document.id}")
    )
    assert office.client("clerk").get("/approvals").status_code == 403
    assert office.client("waishi").get(f"/approvals/{document.id}").status_code == 404


def test_agreeing_leads_to_the_next_paper_and_a_second_tap_is_told(office: Office) -> None:
    first, second = office.submitted(), office.submitted()
    page = office.client("he").get(f"/approvals/{first.id}")
    data = fields(page.text, FORM, do="agree")
    done = office.client("he").post(f"/approvals/{first.id}/decide", data=data)
    assert done.location.endswith(f"/approvals/{second.id}")
    assert "已同意，可以取号" in follow(office, "he", done).text
    again = office.client("he").post(f"/approvals/{first.id}/decide", data=data)
    assert again.status_code == 409
    assert "已审批" in again.text
    gone = follow(office, "he", office.client("he").get(f"/approvals/{first.id}"))
    assert "不需要审批" in gone.text


def test_a_refused_return_keeps_what_was_typed(office: Office) -> None:
    document = office.submitted()
    empty = decide(office, "he", document, do="return", reason="  ")
    assert empty.status_code == 422
    assert "退回要写明理由" in empty.text
    long = decide(office, "he", document, do="return", reason="改" * 2001)
    assert long.status_code == 422
    assert "改" * 2001 in long.text
    page = office.client("he").get(f"/approvals/{document.id}")
    data = fields(page.text, FORM, do="return", reason="日期写错，请改")
    office.step("clerk", document, "withdraw")
    office.step("clerk", document, "submit")
    stale = office.client("he").post(f"/approvals/{document.id}/decide", data=data)
    assert stale.status_code == 409
    assert "请刷新" in stale.text
    assert "日期写错，请改" in stale.text
    assert "上次撤回的第2版" in stale.text


def test_marks_go_back_with_the_paper_and_stand_beside_the_form(office: Office) -> None:
    document = office.submitted()
    he, clerk = office.client("he"), office.client("clerk")
    page = he.get(f"/approvals/{document.id}?at=/inspectors/0/cert_no")
    data = fields(page.text, "//form[@id='mark']", remark="证号<b>不符")
    assert "第1行" in " ".join(texts(page, "//form[@id='mark']//label"))
    assert he.post(f"/approvals/{document.id}/remarks", data=data).status_code == 302
    data = fields(
        he.get(f"/approvals/{document.id}?at=/contact_phone").text, "//form[@id='mark']", remark="少一位"
    )
    he.post(f"/approvals/{document.id}/remarks", data=data)
    page = he.get(f"/approvals/{document.id}")
    assert len(texts(page, "//ol[@class='apr-remarks']/li")) == 2
    (first, *_) = re.findall(r"/remarks/(\w+)/remove", page.text)
    token = fields(page.text, FORM)["csrf_token"]
    remove = f"/approvals/{document.id}/remarks/{first}/remove"
    other = fields(office.client("chen").get(f"/approvals/{document.id}").text, FORM)
    assert office.client("chen").post(remove, data=other).status_code == 404, "somebody else's mark"
    assert he.post(remove, data={"csrf_token": token}).status_code == 302
    decide(office, "he", document, do="return", reason="")
    (panel,) = [p for p in office.context.form_panels if p.key == "remarks"]
    with office.app.test_request_context():
        html = panel.html(office.actor("clerk"), office.head(document.id))
    assert html is not None
    assert "少一位" in html
    assert 'href="#/contact_phone"' in html
    assert "<b>" not in html
    assert 'id="/contact_phone"' in clerk.get(f"/documents/{document.id}/edit").text


def test_the_only_approver_writes_the_reason_on_the_page(office: Office) -> None:
    document = office.saved("waishi")
    office.step("waishi", document, "submit")
    assert decide(office, "waishi", document, do="agree").status_code == 422
    done = decide(office, "waishi", document, do="agree", opinion="本机构只有一名审批人")
    assert done.status_code == 302
    assert office.head(document.id).state is State.APPROVED
    (found,) = office.approvals.rounds(office.actor("waishi"), document)
    assert found.steps[0].reason == "本机构只有一名审批人"


def test_many_at_once_each_for_itself(office: Office) -> None:
    good, stale, returned = office.submitted(), office.submitted(), office.submitted()
    page = office.client("zhuren").get("/approvals")
    tickets = {t.split(":")[0]: t for t in re.findall(r'name="ticket" value="([^"]+)"', page.text)}
    office.step("clerk", stale, "withdraw")
    office.step("clerk", stale, "submit")
    office.step("he", returned, "return", "缺附件")
    token = fields(page.text)["csrf_token"]
    chosen = [tickets[d.id] for d in (good, stale, returned)]
    answer = office.client("zhuren").post(
        "/approvals/many",
        data={"csrf_token": token, "do": "agree", "ticket": [*chosen, chosen[0], "x:1:1:1", "rubbish"]},
    )
    assert answer.status_code == 200
    results = texts(answer, "//td[@data-label='结果']")
    assert results == ["已同意", "未办成", "未办成", "未办成"]
    assert [office.head(d.id).state for d in (good, stale, returned)] == [
        State.APPROVED,
        State.IN_REVIEW,
        State.RETURNED,
    ]
    nothing = office.client("zhuren").post("/approvals/many", data={"csrf_token": token, "do": "agree"})
    assert "还没有选择" in follow(office, "zhuren", nothing).text


def test_forty_papers_side_by_side_show_the_odd_one(office: Office) -> None:
    names = [f"第{n}水泥有限公司" for n in range(3)]
    made = []
    for n, name in enumerate(names):
        sample = office.context.catalogue.sample("inspection_notice")
        changes = {"enterprise": {**sample["enterprise"], "ent_name": name}}
        made.append(office.submitted(**changes, contact_person="罗文博" if n else "罗文搏"))
    page = office.client("he").get("/approvals/proof", query_string={"id": [d.id for d in made]})
    assert texts(page, "//td[contains(@class,'apr-odd')]") == ["罗文搏"]
    heads = texts(page, "//thead/tr/th")
    assert heads[:2] == ["已核对", "文书"]
    assert "联系人" in heads
    form = fields(page.text, "//form[@id='proof-form']", do="save")
    form.setlist("ticket", form.getlist("shown")[1:])
    saved = office.client("he").post("/approvals/proof", data=form)
    page = follow(office, "he", saved)
    assert "2 份已核对" in page.text
    form = fields(page.text, "//form[@id='proof-form']", do="agree")
    assert len(form.getlist("ticket")) == 2
    office.client("he").post("/approvals/proof", data=form)
    assert [office.head(d.id).state for d in made] == [State.IN_REVIEW, State.APPROVED, State.APPROVED]
    other = office.client("waishi").get("/approvals/proof", query_string={"id": made[0].id})
    assert other.status_code == 404


def test_an_administrator_sets_the_order_and_a_leader_a_deputy(office: Office) -> None:
    admin, he = office.client("admin"), office.client("he")
    page = admin.get("/approvals/chains?type=inspection_notice")
    data = fields(page.text, "//main//form", do="save")
    data.setlist("title", ["科室负责人", "", "", "", "", ""])
    data.setlist("holder", ["user:" + office.user_id("he"), "role:leader", "", "", "", ""])
    refused = admin.post("/approvals/chains", data=data)
    assert refused.status_code == 422
    assert "请填写第2步的名称" in refused.text
    assert 'value="科室负责人"' in refused.text
    data.setlist("title", ["科室负责人", "机构负责人", "", "", "", ""])
    assert "审批顺序已保存" in follow(office, "admin", admin.post("/approvals/chains", data=data)).text
    document = office.submitted()
    assert "科室负责人" in he.get(f"/approvals/{document.id}").text
    page = he.get("/approvals/deputies")
    bad = he.post("/approvals/deputies", data=fields(page.text, deputy="", to_day="2020-01-01"))
    assert bad.status_code == 422
    assert "请选择受托人" in bad.text
    good = fields(page.text, deputy=office.user_id("chen"), to_day="2099年1月1日")
    assert he.post("/approvals/deputies", data=good).status_code == 422, "longer than a year"
    good = fields(page.text, deputy=office.user_id("chen"), reason="出差")
    good["to_day"] = good["from_day"]
    assert "已委托陈志远" in follow(office, "he", he.post("/approvals/deputies", data=good)).text
    assert "代 何雨桐" in office.client("chen").get("/approvals").text
    assert decide(office, "chen", document, do="agree").status_code == 302
    (panel,) = [p for p in office.context.document_panels if p.key == "approvals"]
    with office.app.test_request_context():
        way = panel.html(office.actor("clerk"), office.head(document.id))
    assert way is not None
    assert "陈志远（代 何雨桐）" in way
    (appointment,) = re.findall(r"/deputies/(\w+)/end", he.get("/approvals/deputies").text)
    token = fields(he.get("/approvals/deputies").text)["csrf_token"]
    ended = he.post(f"/approvals/deputies/{appointment}/end", data={"csrf_token": token})
    assert "已结束" in follow(office, "he", ended).text
    page = admin.get("/approvals/chains?type=inspection_notice")
    admin.post("/approvals/chains", data=fields(page.text, "//main//form", do="drop"))
    assert office.approvals.agree(office.actor("zhuren"), office.ticket(document, 2)) is Decision.AGREED


@pytest.mark.libreoffice
def test_the_worker_prints_the_pages_and_only_people_in_scope_see_them(office: Office) -> None:
    document = office.submitted()
    he = office.client("he")
    waiting = he.get(f"/approvals/{document.id}")
    assert "页面正在生成" in waiting.text
    assert he.get(f"/approvals/{document.id}/printing").json["pages"] == 0
    runner = JobRunner(
        office.context.store, {PAGES_JOB: office.context.job_handlers[PAGES_JOB]}, office.context.clock
    )
    assert runner.run_all() >= 1
    assert he.get(f"/approvals/{document.id}/printing").json["pages"] >= 2
    at = f"/approvals/{document.id}/versions/2"
    picture = he.get(f"{at}/pages/1?w=400")
    assert picture.mimetype == "image/webp"
    assert picture.data[8:12] == b"WEBP"
    assert he.get(f"{at}/paper.pdf").data.startswith(b"%PDF")
    assert he.get(f"{at}/pages/99").status_code == 404
    assert he.get(f"{at}/pages/0").status_code == 404
    for who, status in (("waishi", 404), ("clerk", 403)):
        for path in (f"{at}/pages/1", f"{at}/paper.pdf", f"/approvals/{document.id}/printing"):
            assert office.client(who).get(path).status_code == status
    with office.context.store.uow() as u:
        renditions = u.renditions.for_document(document.id)
    assert renditions == (), "what an approver reads is no record"
