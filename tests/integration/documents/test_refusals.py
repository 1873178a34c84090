"""Every address refuses what it should, in words, and keeps what was typed."""

from __future__ import annotations

import re

import pytest

from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.papers import Papers
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


def addresses(site: Website) -> list[tuple[str, str]]:
    """Every route of one document, with its method, for a numbered notice with a file."""
    document = numbered(site)
    (paper,) = site.context.service(Papers).renditions(site.actor("chen"), document.id)
    values = {
        "document_id": document.id,
        "rendition_id": paper.id,
        "no": 1,
        "key": "void",
    }
    found = []
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint.startswith("documents.") and "document_id" in rule.arguments:
            adapter = site.app.url_map.bind("localhost")
            url = adapter.build(rule.endpoint, {k: v for k, v in values.items() if k in rule.arguments})
            found += [(method, url) for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]
    return found


def test_somebody_of_another_city_gets_404_on_every_address(site: Website) -> None:
    headers = token(site, "waishi")
    tried = addresses(site)
    assert len(tried) >= 20
    wrong = []
    for method, url in tried:
        body = {"json": {"seq": 1}} if method == "PATCH" else {}
        answer = site.client("waishi").open(url, method=method, headers=headers, **body)
        if answer.status_code != 404:
            wrong.append((method, url, answer.status_code))
    assert not wrong


def test_somebody_of_another_city_does_not_see_it_in_lists_or_search(site: Website) -> None:
    document = numbered(site)
    for url in ("/documents", f"/documents?q={document.number}", f"/search?q={document.number}"):
        assert document.id not in site.client("waishi").get(url).text
    assert document.id in site.client("chen").get(f"/documents?q={document.number}").text


def test_nobody_signed_in_is_asked_to_sign_in_first(site: Website) -> None:
    stranger = site.app.test_client()
    document = site.saved()
    assert "/sign-in" in stranger.get(f"/documents/{document.id}").location
    answer = stranger.patch(f"/documents/{document.id}/draft", json={"seq": 1})
    assert answer.status_code in (400, 401)


def test_a_viewer_reads_but_has_no_buttons_and_may_not_write(site: Website) -> None:
    document = site.saved()
    viewer = site.client("viewer")
    page = viewer.get(f"/documents/{document.id}")
    assert page.status_code == 200
    assert "提交审核" not in page.text
    assert "新建文书" not in viewer.get("/documents").text
    assert viewer.get(f"/documents/{document.id}/edit").status_code == 403
    headers = token(site, "viewer")
    assert viewer.post(f"/documents/{document.id}/do/submit", headers=headers).status_code == 403
    assert viewer.post("/documents/new/inspection_notice", headers=headers).status_code == 403


def test_a_post_without_the_token_of_the_session_changes_nothing(site: Website) -> None:
    document = site.saved()
    answer = site.client("chen").post(f"/documents/{document.id}/edit", data={"do": "save", "/plan_ref": "x"})
    assert answer.status_code == 400
    assert site.head(document.id).head_version == 1


def test_a_form_with_text_that_does_not_parse_is_shown_again_as_typed(site: Website) -> None:
    client, document = site.client("chen"), site.saved()
    page = client.get(f"/documents/{document.id}/edit").text
    answer = client.post(
        f"/documents/{document.id}/edit",
        data=fields(page, FORM, do="save", **{"/issue_date": "5月", "/contact_person": "新联系人"}),
    )
    assert answer.status_code == 422
    assert 'value="5月"' in answer.text
    assert "新联系人" in answer.text
    assert any("成文日期" in text for text in texts(answer, "//*[@data-error-summary]//a"))
    assert 'value="5月"' in client.get(f"/documents/{document.id}/edit").text


def test_submitting_an_unfinished_form_names_every_gap_and_keeps_the_version(site: Website) -> None:
    client, document = site.client("chen"), site.started()
    page = client.get(f"/documents/{document.id}/edit").text
    answer = client.post(f"/documents/{document.id}/edit", data=fields(page, FORM, do="next:submit"))
    assert answer.status_code == 422
    gaps = texts(answer, "//*[@data-error-summary]//a")
    assert any("监察人员" in gap for gap in gaps)
    head = site.head(document.id)
    assert (head.state, head.head_version) == (State.DRAFT, 1)
    ids = set(re.findall(r'id="([^"]+)"', answer.text))
    links = re.findall(r'<li><a href="#([^"]+)"', answer.text)
    assert links
    assert not [link for link in links if link not in ids]


def test_a_form_from_an_older_window_shows_both_values_and_loses_none(site: Website) -> None:
    client, document = site.client("chen"), site.saved()
    old = client.get(f"/documents/{document.id}/edit").text
    other = client.get(f"/documents/{document.id}/edit").text
    client.post(
        f"/documents/{document.id}/edit",
        data=fields(other, FORM, do="keep", **{"/contact_person": "另一窗口的人"}),
    )
    answer = client.post(
        f"/documents/{document.id}/edit",
        data=fields(
            old, FORM, do="save", **{"/contact_person": "这一页的人", "/inspect_place": "这一页的地点"}
        ),
    )
    assert answer.status_code == 409
    assert "另一窗口的人" in answer.text
    assert "这一页的人" in answer.text
    done = client.post(f"/documents/{document.id}/stale", data=fields(answer.text))
    assert done.status_code == 302
    body = site.context.service(Drafting).open(site.actor("chen"), document.id).draft.body
    assert (body["contact_person"], body["inspect_place"]) == ("这一页的人", "这一页的地点")


def test_two_people_are_led_to_the_page_that_merges(site: Website) -> None:
    document = site.saved()
    for name, value in (("chen", "甲"), ("he", "乙")):
        page = site.client(name).get(f"/documents/{document.id}/edit").text
        site.client(name).post(
            f"/documents/{document.id}/edit", data=fields(page, FORM, do="keep", **{"/contact_person": value})
        )
    page = site.client("he").get(f"/documents/{document.id}/edit").text
    site.client("he").post(f"/documents/{document.id}/edit", data=fields(page, FORM, do="save"))
    client = site.client("chen")
    page = client.get(f"/documents/{document.id}/edit").text
    assert "别人已保存了第2版" in page
    answer = client.post(f"/documents/{document.id}/edit", data=fields(page, FORM, do="save"))
    assert answer.location.endswith("/conflicts")
    merging = client.get(answer.location).text
    assert "何雨桐保存的" in merging
    undecided = client.post(f"/documents/{document.id}/conflicts", data=fields(merging))
    assert undecided.status_code == 422
    decided = fields(merging, **{"choice:/contact_person": "theirs"})
    assert client.post(f"/documents/{document.id}/conflicts", data=decided).status_code == 302
    body = site.context.service(Drafting).open(site.actor("chen"), document.id).draft.body
    assert body["contact_person"] == "乙"


def test_what_was_typed_while_the_document_went_on_is_shown_to_copy(site: Website) -> None:
    client, document = site.client("chen"), site.saved()
    page = client.get(f"/documents/{document.id}/edit").text
    site.context.service(Issuing).transition(site.actor("he"), document.id, "submit", base_version=1)
    answer = client.post(
        f"/documents/{document.id}/edit",
        data=fields(page, FORM, do="save", **{"/contact_person": "来不及了"}),
    )
    assert answer.status_code == 409
    assert texts(answer, "//tbody/tr/th") == ["联系人"]
    assert "来不及了" in answer.text
    assert client.get(f"/documents/{document.id}/edit").status_code == 302


def test_rows_are_added_copied_moved_and_removed_by_plain_posts(site: Website) -> None:
    client, document = site.client("chen"), site.saved()

    def names() -> list[str]:
        draft = site.context.service(Drafting).open(site.actor("chen"), document.id).draft
        return [row.get("name", "") for row in draft.body["inspectors"]]

    def press(verb: str, row: int = -1, **typed: str) -> str:
        page = client.get(f"/documents/{document.id}/edit").text
        keys = re.findall(r'name="rows:/inspectors" value="(\w+)"', page)
        target = "/inspectors" if verb == "add" else f"/inspectors/@{keys[row]}"
        typed = {f"/inspectors/@{keys[-1]}/{k}": v for k, v in typed.items()}
        answer = client.post(
            f"/documents/{document.id}/edit", data=fields(page, FORM, do=f"{verb}:{target}", **typed)
        )
        assert answer.status_code == 302
        return answer.location

    first = names()
    assert "#/inspectors/@" in press("add")
    press("up", name="新来的人")
    assert names() == [*first[:2], "新来的人", first[2]]
    press("copy", 0)
    assert names()[:2] == [first[0], first[0]]
    press("remove", 0)
    assert names() == [*first[:2], "新来的人", first[2]]


def test_materials_of_items_ticked_later_are_added_and_nothing_is_replaced(site: Website) -> None:
    client, document = site.client("chen"), site.started()
    page = client.get(f"/documents/{document.id}/edit").text
    keys = re.findall(r'name="rows:/materials" value="(\w+)"', page)
    ticked = fields(page, FORM, do="refill:/materials", **{f"/materials/@{keys[0]}/note": "我写的"})
    ticked.setlist("/items", site.context.catalogue.type(document.type).by_pattern["/items"].choices[:3])
    answer = client.post(f"/documents/{document.id}/edit", data=ticked)
    assert answer.status_code == 302, texts(answer, "//main")
    rows = site.context.service(Drafting).open(site.actor("chen"), document.id).draft.body["materials"]
    assert len(rows) > len(keys)
    assert [row["_k"] for row in rows][: len(keys)] == keys
    assert rows[0]["note"] == "我写的"
    assert len({row["name"] for row in rows}) == len(rows)


def test_a_table_of_many_rows_is_shown_and_posted_in_pages(site: Website) -> None:
    rows = [{"_k": f"{n:08d}", "name": f"材料{n}", "form": "电子表格"} for n in range(120)]
    client, document = site.client("chen"), site.saved(materials=rows)
    page = client.get(f"/documents/{document.id}/edit").text
    assert "材料49" in page
    assert "材料50" not in page
    turned = client.post(
        f"/documents/{document.id}/edit",
        data=fields(page, FORM, do="page:/materials:3", **{"/materials/@00000007/name": "改了"}),
    )
    third = client.get(turned.location).text
    assert "材料119" in third
    saved = client.post(f"/documents/{document.id}/edit", data=fields(third, FORM, do="save"))
    assert saved.status_code == 302
    body = site.context.service(Drafting).open(site.actor("chen"), document.id).draft.body
    assert [r["name"] for r in body["materials"]][5:9] == ["材料5", "材料6", "改了", "材料8"]
    assert len(body["materials"]) == 120


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {"seq": "1"},
        {"seq": 1, "fields": [["a"]]},
        {"seq": 1, "changes": [{"op": "explode", "at": "/x"}]},
    ],
)
def test_a_patch_that_cannot_be_understood_changes_nothing(site: Website, payload) -> None:
    document = site.started()
    seq = site.client("chen").get(f"/documents/{document.id}/draft").json["seq"]
    if isinstance(payload, dict) and payload["seq"] == 1:
        payload = {**payload, "seq": seq}
    answer = site.client("chen").patch(
        f"/documents/{document.id}/draft",
        json=payload,
        headers={**token(site, "chen"), "Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json["detail"]


def test_a_patch_from_an_older_window_gets_what_the_draft_holds_now(site: Website) -> None:
    document, headers = site.started(), {**token(site, "chen"), "Accept": "application/json"}
    client, url = site.client("chen"), f"/documents/{document.id}/draft"
    seq = client.get(url).json["seq"]
    first = client.patch(url, json={"seq": seq, "fields": [["/contact_person", "甲"]]}, headers=headers)
    assert first.json["seq"] == seq + 1
    late = client.patch(url, json={"seq": seq, "fields": [["/contact_person", "乙"]]}, headers=headers)
    assert late.status_code == 409
    assert (late.json["seq"], late.json["current"]) == (seq + 1, {"/contact_person": ["甲"]})


def test_a_deed_without_its_reason_is_asked_again_with_what_was_typed(site: Website) -> None:
    client, document = site.client("chen"), numbered(site)
    page = client.get(f"/documents/{document.id}/do/void").text
    answer = client.post(f"/documents/{document.id}/do/void", data=fields(page, reason="  "))
    assert answer.status_code == 422
    assert "需要写明理由" in answer.text
    assert site.head(document.id).state is State.NUMBERED


def test_a_deed_on_an_older_version_is_stopped_and_keeps_the_reason(site: Website) -> None:
    client, document = site.client("chen"), numbered(site)
    page = client.get(f"/documents/{document.id}/do/reopen").text
    answer = client.post(
        f"/documents/{document.id}/do/reopen", data=fields(page, reason="地址写错", base_version="1")
    )
    assert answer.status_code == 409
    assert "地址写错" in answer.text
    assert site.head(document.id).state is State.NUMBERED


def test_an_external_number_is_recorded_and_refused_the_second_time(site: Website) -> None:
    client = site.client("chen")
    answers = []
    for _ in range(2):
        document = site.saved()
        site.approved(document)
        page = client.get(f"/documents/{document.id}/do/number").text
        answers.append(
            client.post(
                f"/documents/{document.id}/do/number",
                data=fields(page, external_number="川办节监[2026]007号"),
            )
        )
    assert answers[0].status_code == 302
    assert answers[1].status_code == 409
    assert "川办节监[2026]007号" in answers[1].text


def test_a_deed_that_is_not_possible_now_is_not_found(site: Website) -> None:
    document = site.saved()
    assert site.client("chen").get(f"/documents/{document.id}/do/archive").status_code == 404
    assert site.client("chen").get(f"/documents/{document.id}/do/nonsense").status_code == 404


def test_words_with_markup_stay_words_on_every_page(site: Website) -> None:
    evil = "<script>alert(1)</script>&<b>水泥</b>"
    client, document = site.client("chen"), site.saved(contact_person=evil)
    for url in (
        f"/documents/{document.id}",
        f"/documents/{document.id}/edit",
        f"/documents/{document.id}/versions/1",
        "/documents?q=alert",
        f"/documents?q={'<img src=x onerror=alert(1)>'}",
    ):
        text = client.get(url).text
        assert "<script>alert" not in text, url
        assert "<img src=x" not in text, url


def test_the_difference_of_versions_is_told_by_field(site: Website) -> None:
    client, document = site.client("chen"), site.saved()
    page = client.get(f"/documents/{document.id}/edit").text
    client.post(
        f"/documents/{document.id}/edit", data=fields(page, FORM, do="save", **{"/contact_person": "罗文博"})
    )
    shown = client.get(f"/documents/{document.id}/compare?old=1&new=2")
    assert texts(shown, "//tbody/tr/th") == ["联系人"]
    assert "罗文博" in texts(shown, "//ins")
    assert client.get(f"/documents/{document.id}/compare?old=1&new=99").status_code == 404


@pytest.mark.parametrize(
    "query", ["cursor=broken", "from=x&to=y&type=nope&state=nope", "q=%00", "q=" + "长" * 500]
)
def test_a_strange_address_of_the_list_is_answered_calmly(site: Website, query: str) -> None:
    assert site.client("chen").get(f"/documents?{query}").status_code in (200, 422)


def test_the_list_pages_forward_without_repeating(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formserver.documents.listing.PAGE", 5)
    made = {site.saved().id for _ in range(7)}
    seen: list[str] = []
    url = "/documents?mine=1"
    while url:
        answer = site.client("chen").get(url)
        seen += re.findall(r'list-title"><a href="/documents/(\w+)"', answer.text)
        following = re.search(r'href="([^"]+)" rel="next"', answer.text)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen))
    assert made <= set(seen)
