"""What happens to a document of mine reaches me, and only me; the page, the bell and opening a message."""

from __future__ import annotations

import pytest
from lxml import html

from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.notices import Notice, NoticeBoard
from tests.support.website import fields, texts


def step(site, who, document, key, reason=""):
    head = site.head(document.id).head_version
    return site.context.service(Issuing).transition(
        site.actor(who), document.id, key, base_version=head, reason=reason
    )


def told(site, username):
    user_id = site.actor(username).user_id
    with site.context.store.uow() as u:
        return u.repository(NoticeBoard).latest(user_id)


def empty(site, username):
    actor = site.actor(username)
    with site.context.store.uow(write=True) as u:
        u.repository(NoticeBoard).mark_read(actor.user_id, None, site.context.clock.now())


def count(site, username):
    return site.client(username).get("/notices/count").json["unread"]


def submitted(site):
    document = site.saved("chen")
    return step(site, "chen", document, "submit")


def test_the_author_hears_who_returned_a_document_and_why(site):
    document = submitted(site)
    before = len(told(site, "he"))
    step(site, "he", document, "return", "监察依据第2项已废止。\n请改为<现行条款>。")
    newest = told(site, "chen")[0]
    assert newest.title == f"《{document.title}》已退回，请修改后重新提交"
    assert newest.detail == "何雨桐：监察依据第2项已废止。\n请改为<现行条款>。"
    assert newest.path == f"/documents/{document.id}"
    assert site.client("chen").get(newest.path).status_code == 200
    assert len(told(site, "he")) == before  # who did it needs no message
    page = site.client("chen").get("/notices/").text
    assert "&lt;现行条款&gt;" in page


def test_submitting_again_settles_what_the_return_asked_for(site):
    document = submitted(site)
    step(site, "he", document, "return", "补充联系人")
    assert [n.kind for n in told(site, "chen") if n.document_id == document.id and not n.read_at] == [
        "document.return"
    ]
    step(site, "chen", site.head(document.id), "submit")
    assert [n for n in told(site, "chen") if n.document_id == document.id and not n.read_at] == []


def test_approving_numbering_and_voiding_are_told_with_number_and_reason(site):
    document = submitted(site)
    issuing = site.context.service(Issuing)
    document = step(site, "he", document, "approve")
    document = issuing.take_number(site.actor("he"), document.id, base_version=document.head_version)
    issuing.void(site.actor("he"), document.id, reason="重复制发")
    mine = [n for n in told(site, "chen") if n.document_id == document.id]
    assert [n.kind for n in mine] == ["document.void", "document.number", "document.approve"]
    assert mine[0].detail == "何雨桐：重复制发"
    assert mine[1].title.endswith(f"已取号，文号 {document.number}")
    assert [n.read_at is None for n in mine] == [True, False, False]  # void settles the others


def test_a_deed_that_fails_tells_nobody(site):
    document = submitted(site)
    before = told(site, "chen")
    with pytest.raises(AppError):
        step(site, "he", document, "return", "")
    assert told(site, "chen") == before


def test_ones_own_deeds_are_no_news(site):
    document = site.saved("chen")
    before = told(site, "chen")
    site.context.service(Issuing).void(site.actor("chen"), document.id, reason="作废重来")
    assert told(site, "chen") == before


def test_opening_a_message_marks_it_read_and_goes_there_and_looking_changes_nothing(site):
    empty(site, "chen")
    step(site, "he", submitted(site), "return", "看一下")
    client = site.client("chen")
    assert count(site, "chen") == 1
    page = client.get("/notices/")
    assert count(site, "chen") == 1
    assert texts(page, "//*[@data-bell-count]") == ["1"]
    action = html.fromstring(page.text).xpath("//li[contains(@class, 'fs-unread')]//button/@formaction")
    assert len(action) == 1
    assert client.get(action[0]).status_code == 405
    answer = client.post(action[0], data=fields(page.text, "//main//form[ul]"))
    assert (answer.status_code, answer.headers["Location"]) == (303, told(site, "chen")[0].path)
    assert count(site, "chen") == 0


def test_marking_all_read_says_how_many_and_needs_the_token(site):
    empty(site, "chen")
    for _ in range(2):
        step(site, "he", submitted(site), "return", "看一下")
    client = site.client("chen")
    assert client.post("/notices/read").status_code == 400
    page = client.get("/notices/").text
    answer = client.post("/notices/read", data=fields(page), follow_redirects=True)
    assert "已将 2 条消息标为已读" in answer.text
    assert "全部标为已读" not in answer.text


def test_nobody_opens_or_marks_another_persons_message(site):
    empty(site, "chen")
    step(site, "he", submitted(site), "return", "看一下")
    mine = told(site, "chen")[0]
    stranger = site.client("waishi")
    data = fields(stranger.get("/password").text)
    same = stranger.post("/notices/nonsense/open", data=data)
    answer = stranger.post(f"/notices/{mine.id}/open", data=data)
    assert (answer.status_code, same.status_code) == (404, 404)
    stranger.post("/notices/read", data=data)
    assert count(site, "chen") == 1
    assert mine.title not in stranger.get("/notices/").text


def test_the_list_turns_its_pages_and_refuses_a_wrong_mark(site):
    actor = site.actor("viewer")
    now = site.context.clock.now()
    with site.context.store.uow(write=True) as u:
        u.repository(NoticeBoard).post(
            [Notice(f"many:{i:03}", actor.user_id, now, "test", f"第 {i} 条", "/") for i in range(75)]
        )
    client, seen, url = site.client("viewer"), [], "/notices/"
    for _ in range(3):
        page = client.get(url)
        seen += texts(page, "//*[@class='fs-notice-title']")
        url = next(iter(html.fromstring(page.text).xpath("//a[@rel='next']/@href")), "")
    assert seen == [f"第 {i} 条" for i in range(74, -1, -1)]
    assert url == ""
    assert texts(page, "//*[@data-bell-count]") == ["75"]
    assert client.get("/notices/?before=%00%27").status_code == 422


def test_the_count_asks_strangers_to_sign_in_with_a_problem_not_a_page(site):
    answer = site.app.test_client().get("/notices/count", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_new_document_tells_nobody(site):
    before = told(site, "chen")
    document = site.started("chen")
    site.context.service(Drafting).save_body(
        site.actor("chen"), document.id, site.context.catalogue.sample("inspection_notice"), base_version=0
    )
    assert told(site, "chen") == before
