"""The equipment of 现场核查表 in the form, by plain posts: results of the server, filling from a list, asking anew."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from typing import Any

import pytest

from formserver.core.drafting import Drafting
from formserver.core.models import Document
from formserver.core.papers import Papers
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.support.equipment import MIXED, MOTOR, make_list, ready_list
from tests.support.website import Website, fields

FORM = "//form[@id='doc-form']"


def form_of(site: Website, document: Document, username: str = "chen") -> str:
    return site.client(username).get(f"/documents/{document.id}/edit").text


def body_of(site: Website, document: Document) -> dict[str, Any]:
    found = site.context.service(Drafting).draft_of(site.actor("chen"), document.id)[1].body
    assert isinstance(found, dict)
    return found


def started(site: Website, *rows: dict[str, Any]) -> Document:
    """A form of the enterprise with the equipment section open."""
    body: dict[str, Any] = {"task_types": ["设备淘汰"], "verify_date": "2026-11-17"}
    if rows:
        body["equipment"] = list(rows)
    return site.context.service(Drafting).create(
        site.actor("chen"), "verification_form", enterprise_id=site.enterprise.id, body=body
    )


def post(site: Website, document: Document, do: str, **typed: str) -> str:
    page = form_of(site, document)
    answer = site.client("chen").post(
        f"/documents/{document.id}/edit", data=fields(page, FORM, do=do, **typed), follow_redirects=True
    )
    assert answer.status_code == 200, answer.text[-2000:]
    return answer.text


def test_a_row_typed_into_the_form_is_compared_when_it_is_kept(site: Website) -> None:
    document = started(site)
    post(site, document, "add:/equipment")
    key = body_of(site, document)["equipment"][0]["_k"]
    at = f"/equipment/@{key}"
    page = post(site, document, "keep", **{f"{at}/name": "三相异步电动机", f"{at}/model": "JO2-72-4"})
    (row,) = body_of(site, document)["equipment"]
    assert row["system_suggestion"] == "疑似淘汰"
    assert "第一批 1-1.1 JO2系列" in page
    assert "比对说明" in page


def test_posted_results_are_nobodys(site: Website) -> None:
    document = started(site, {"name": "三相异步电动机", "model": "JO2-72-4", "system_suggestion": "未命中"})
    (row,) = body_of(site, document)["equipment"]
    at = f"/equipment/@{row['_k']}"
    assert row["system_suggestion"] == "疑似淘汰"
    post(
        site,
        document,
        "keep",
        **{f"{at}/system_suggestion": "未命中", f"{at}/list_hit": "伪造", f"{at}/qty": "2"},
    )
    (row,) = body_of(site, document)["equipment"]
    assert (row["system_suggestion"], row["list_hit"]) == ("疑似淘汰", "第一批 1-1.1 JO2系列")


def test_the_draft_of_the_script_is_answered_with_the_result(site: Website) -> None:
    document = started(site, {"name": "三相异步电动机", "model": "YE4-315L1-4"})
    draft = site.context.service(Drafting).draft_of(site.actor("chen"), document.id)[1]
    key = draft.body["equipment"][0]["_k"]
    client, page = site.client("chen"), form_of(site, document)
    answer = client.patch(
        f"/documents/{document.id}/draft",
        json={
            "seq": draft.seq,
            "fields": [[f"/equipment/@{key}/model", "JO2-72-4"], ["rows:/equipment", key]],
        },
        headers={"X-CSRFToken": fields(page, FORM)["csrf_token"]},
    )
    assert answer.status_code == 200, answer.text
    live = answer.json["computed"]["/equipment"]
    assert "data-calc-live" in live
    assert "疑似淘汰" in live


def test_rows_come_from_a_list_of_the_enterprise_once(site: Website) -> None:
    one = ready_list(site, [*MIXED, {**MOTOR, "_verdict": "eliminated", "location": "三车间"}])
    ready_list(site, MIXED, title="无企业的清单", with_enterprise=False)
    reviews, chen = site.context.service(Reviews), site.actor("chen")
    reviews.decide(chen, one.id, 1, Wish("confirm"), seen="")
    reviews.decide(chen, one.id, 2, Wish("out", "photo", "铭牌为二级能效，2012年制造"), seen="")
    document = started(site)
    page = form_of(site, document)
    assert "无企业的清单" not in page
    chosen = {"equipment_list": one.id, "equipment_rows": "standing"}
    page = post(site, document, "equipment-fill:/equipment", **chosen)
    assert "已从“2025年设备清单”填入 2 行" in page
    rows = body_of(site, document)["equipment"]
    assert [(row["location"], row.get("manual_confirm")) for row in rows] == [
        ("一车间", "确认淘汰"),
        ("三车间", None),
    ]
    page = post(site, document, "equipment-fill:/equipment", **chosen)
    assert "没有从“2025年设备清单”填入新的行：2 行表中已有" in page
    page = post(site, document, "equipment-fill:/equipment", **{**chosen, "equipment_rows": "all"})
    assert "填入 3 行；没有填入的：2 行表中已有；1 行在清单中未识别，须先改正。" in page
    rows = body_of(site, document)["equipment"]
    out = next(row for row in rows if row["location"] == "二车间")
    assert (out["manual_confirm"], out["manual_reason"]) == ("排除", "铭牌为二级能效，2012年制造")
    assert all(row["suggestion_note"] for row in rows)
    site.context.service(Drafting).save(chen, document.id)


def test_nothing_typed_is_lost_where_nothing_can_be_filled(site: Website) -> None:
    document = started(site, {"name": "离心泵", "model": "IS80"})
    at = f"/equipment/@{body_of(site, document)['equipment'][0]['_k']}"
    for list_id, said in (("", "请先选择一份设备清单"), ("0" * 26, "不属于本文书的被监察单位")):
        page = post(
            site, document, "equipment-fill:/equipment", equipment_list=list_id, **{f"{at}/location": "泵房"}
        )
        assert said in page
    (row,) = body_of(site, document)["equipment"]
    assert row["location"] == "泵房"


def test_lists_of_another_city_are_not_offered_and_not_taken(site: Website) -> None:
    waishi = site.actor("waishi")
    theirs = make_list(
        site.context, waishi, MIXED, title="外市清单", enterprise=(site.enterprise.id, "川西水泥有限公司", "")
    )
    document = started(site)
    assert "外市清单" not in form_of(site, document)
    page = post(site, document, "equipment-fill:/equipment", equipment_list=theirs.id)
    assert "不属于本文书的被监察单位" in page
    assert "equipment" not in body_of(site, document)


def test_a_long_list_is_taken_in_part_or_refused_in_words(site: Website) -> None:
    rows = [{**MOTOR, "_verdict": "eliminated", "location": f"{n}号"} for n in range(510)]
    one = ready_list(site, rows, title="很长的清单")
    document = started(site)
    page = post(site, document, "equipment-fill:/equipment", equipment_list=one.id, equipment_rows="all")
    assert "共 510 行，超过一次填入的 500 行" in page
    page = post(site, document, "equipment-fill:/equipment", equipment_list=one.id, equipment_rows="standing")
    assert "填入 500 行；没有填入的：10 行超出本表 500 行的上限" in page
    assert len(body_of(site, document)["equipment"]) == 500


@pytest.mark.parametrize(
    "do", ["equipment-fill:/other", "recompare:/equipment/@aaaaaaaa", "recompare-all:/nothing"]
)
def test_buttons_that_were_never_drawn_do_nothing(site: Website, do: str) -> None:
    document = started(site, {"name": "离心泵", "model": "IS80"})
    before = body_of(site, document)
    page = form_of(site, document)
    answer = site.client("chen").post(f"/documents/{document.id}/edit", data=fields(page, FORM, do=do))
    assert answer.status_code == 422
    assert body_of(site, document) == before


def test_an_old_result_stays_until_somebody_asks_anew(site: Website) -> None:
    document = started(site, {"name": "三相异步电动机", "model": "JO2-72-4"})
    drafting, chen = site.context.service(Drafting), site.actor("chen")
    draft = drafting.draft_of(chen, document.id)[1]
    (row,) = draft.body["equipment"]
    old = {**row, "system_suggestion": "未命中", "compared_by": "0123456789abcdef"}
    with site.context.store.uow(write=True) as u:  # as rules of earlier years would have left it
        kept = dataclasses.replace(draft, seq=draft.seq + 1, body={**draft.body, "equipment": [old]})
        u.drafts.put(kept, expected_seq=draft.seq)
    at = f"/equipment/@{row['_k']}"
    page = post(site, document, "keep", **{f"{at}/location": "一车间"})
    assert body_of(site, document)["equipment"][0]["system_suggestion"] == "未命中"
    assert "仍是原来的结果" in page
    page = post(site, document, f"recompare:{at}")
    (now,) = body_of(site, document)["equipment"]
    assert (now["system_suggestion"], now["location"], now["again"]) == ("疑似淘汰", "一车间", 1)
    assert "仍是原来的结果" not in page
    post(site, document, "recompare-all:/equipment")
    assert body_of(site, document)["equipment"][0]["again"] == 2


def test_uncertain_rows_are_told_when_all_is_checked(site: Website) -> None:
    document = started(site, {"name": "三相异步电动机", "model": "Y2-160M-4"})
    page = site.client("chen").get(f"/documents/{document.id}/edit?check=1").text
    assert "第1台“三相异步电动机 Y2-160M-4”比对结果为“待确认”" in page


def test_the_paper_prints_result_and_reason(site: Website) -> None:
    document = site.saved(type_key="verification_form", verify_date="2026-11-17")
    rendered = site.context.service(Papers).preview(site.actor("chen"), document.id)
    text = zipfile.ZipFile(io.BytesIO(rendered)).read("word/document.xml").decode()
    assert "比对结果及说明" in text
    assert "第一批 1-1.1 JO2-72-4" in text
