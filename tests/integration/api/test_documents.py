"""A document's whole way through the API: every answer is held against the OpenAPI document."""

from __future__ import annotations

import io
import json

import pytest

from tests.support.api import Program, token_for
from tests.support.house import photo_of_paper
from tests.support.website import Website


@pytest.fixture
def saved(site: Website, program: Program) -> str:
    """A notice saved once by the program."""
    made = program.post(
        "/documents", {"type": "inspection_notice", "enterprise_id": site.enterprise.id}, 201
    ).json
    body = program.get("/document-types/inspection_notice/sample").json
    program.post(f"/documents/{made['id']}/versions", {"base_version": 0, "body": body}, 201)
    return str(made["id"])


def test_a_notice_goes_from_creation_to_service(site: Website, program: Program, saved: str) -> None:
    at, leader = f"/documents/{saved}", Program(site, "he")  # nobody approves what they wrote
    seen = program.get(at)
    assert seen.headers["ETag"] == '"1"'
    assert "submit" in [action["key"] for action in seen.json["actions"]]
    assert program.post(f"{at}/submit", {}, match=1).json["state"] == "待审核"
    assert program.post(f"{at}/withdraw", {"reason": "再改"}, match=2).json["state"] == "草稿"
    program.post(f"{at}/submit", {}, match=3)
    assert leader.post(f"{at}/return", {"reason": "日期有误"}, match=4).json["state"] == "已退回"
    program.post(f"{at}/submit", {}, match=5)
    program.post(f"{at}/approve", {}, 409, match=6)
    assert leader.post(f"{at}/approve", {}, match=6).json["state"] == "已审批"
    numbered = program.post(f"{at}/number", {}, match=7)
    assert numbered.json["number"]
    assert program.post(f"{at}/finalise", {}, match=8).json["printed_version"] == 9
    signed = program.ask(
        "POST",
        f"{at}/sign",
        201,
        match=9,
        data={"files": (io.BytesIO(photo_of_paper()), "签字.jpg"), "data": "{}"},
    ).json
    assert signed["version"]["state"] == "已签署"
    assert program.post(f"{at}/serve", {"reason": "邮寄"}, match=10).json["state"] == "已送达"
    assert program.post(f"{at}/archive", {}, match=11).json["state"] == "已归档"
    assert len(program.get(f"{at}/versions").json["items"]) == 12
    assert program.get(f"{at}/versions/1").json["body"]["enterprise"]
    texts = [event["text"] for event in program.get(f"{at}/events").json["items"]]
    assert any(numbered.json["number"] in text for text in texts)
    register = program.get(f"/numbers?type=inspection_notice&year={numbered.json['created_at'][:4]}").json
    assert numbered.json["number"] in [line["text"] for line in register["items"]]
    checked = program.get(f"/check/{site.head(saved).check_token}").json
    assert checked["verdict"] == "genuine"
    assert "number" not in checked


def test_what_waits_for_an_approver_is_listed_and_decided(
    site: Website, program: Program, saved: str
) -> None:
    leader = Program(site, "he")
    program.post(f"/documents/{saved}/submit", {}, match=1)
    waiting = {line["document"]["id"]: line for line in leader.get("/approvals").json["items"]}
    assert saved in waiting
    assert saved not in [line["document"]["id"] for line in program.get("/approvals").json["items"]]
    place = {"round": waiting[saved]["round"], "position": waiting[saved]["position"]}
    leader.post(f"/approvals/{saved}", {"decision": "agree", **place}, 412, match=1)
    moved = {**place, "round": place["round"] + 1}
    assert (
        leader.post(f"/approvals/{saved}", {"decision": "agree", **moved}, 409, match=2).json["code"]
        == "STEP_MOVED"
    )
    leader.post(f"/approvals/{saved}", {"decision": "return", **place}, 422, match=2)
    done = leader.post(f"/approvals/{saved}", {"decision": "agree", "reason": "可以", **place}, match=2)
    assert done.json["state"] == "已审批"
    told = program.get("/notices").json["items"]
    assert any(notice["document_id"] == saved for notice in told)
    program.ask("POST", "/notices/read", 204)
    assert all(notice["read_at"] for notice in program.get("/notices").json["items"])


def test_files_are_listed_downloaded_and_their_pdf_followed(
    site: Website, program: Program, saved: str
) -> None:
    at = f"/documents/{saved}"
    program.post(f"{at}/submit", {}, match=1)
    Program(site, "he").post(f"{at}/approve", {}, match=2)
    program.post(f"{at}/number", {"external_number": f"川外〔2026〕{saved[-6:]}号"}, match=3)
    (paper,) = program.get(f"{at}/files").json["items"]
    assert paper["pdf"]["state"] == "waiting"
    assert program.get(f"{at}/files/{paper['id']}/pdf").json["state"] == "waiting"
    assert program.post(f"{at}/files/{paper['id']}/pdf", None, 409).json["code"] == "JOB_NOT_FAILED"
    got = program.get(f"{at}/files/{paper['id']}")
    assert len(got.data) == paper["size"]
    assert program.get(f"{at}/preview").data[:2] == b"PK"


def test_a_draft_is_opened_changed_saved_and_thrown_away(program: Program, saved: str) -> None:
    at = f"/documents/{saved}"
    program.get(f"{at}/draft", 404)
    draft = program.post(f"{at}/draft").json
    assert program.get(f"{at}/draft").headers["ETag"] == f'"{draft["seq"]}"'
    change = {"op": "set", "at": "/contact_person", "value": "赵敏"}
    new = program.patch(f"{at}/draft", {"changes": [change]}, match=draft["seq"])
    assert new.json["body"]["contact_person"] == "赵敏"
    program.patch(f"{at}/draft", {"changes": [change]}, 412, match=draft["seq"])
    program.patch(f"{at}/draft", {"changes": [change]}, 428)
    assert program.get(f"{at}/problems?stage=print").json["items"] == []
    version = program.post(f"{at}/draft/save", {"reason": "换联系人"}, 201, match=new.json["seq"])
    assert version.json["no"] == 2
    (difference,) = program.get(f"{at}/diff?old=1&new=2").json["items"]
    assert (difference["pointer"], difference["new"]) == ("/contact_person", "赵敏")
    program.post(f"{at}/draft")
    program.ask("DELETE", f"{at}/draft", 204)
    program.get(f"{at}/draft", 404)


def test_a_raw_text_keeps_a_draft_from_being_saved_and_says_where(program: Program, saved: str) -> None:
    draft = program.post(f"/documents/{saved}/draft").json
    changes = [{"op": "set", "at": "/issue_date", "raw": "5月"}]
    new = program.patch(f"/documents/{saved}/draft", {"changes": changes}, match=draft["seq"]).json
    refused = program.post(f"/documents/{saved}/draft/save", {}, 422, match=new["seq"]).json
    assert refused["code"] == "RAW_LEFT"
    (place,) = refused["errors"]
    assert place["pointer"] == "/issue_date"
    assert "5月" in place["message"]


def test_two_programs_that_change_the_same_place_are_told_both_values(
    site: Website, program: Program, saved: str
) -> None:
    other = Program(site, "he")
    body = program.get(f"/documents/{saved}/versions/1").json["body"]
    at = f"/documents/{saved}/versions"
    program.post(at, {"base_version": 1, "body": {**body, "contact_person": "甲"}}, 201)
    other.post(at, {"base_version": 1, "body": {**body, "contact_phone": "028-1234567"}}, 201)
    merged = program.get(f"{at}/3").json["body"]
    assert (merged["contact_person"], merged["contact_phone"]) == ("甲", "028-1234567")
    refused = other.post(at, {"base_version": 1, "body": {**body, "contact_person": "乙"}}, 409).json
    assert refused["code"] == "VERSION_CONFLICT"
    assert "甲" in refused["errors"][0]["message"]
    assert "乙" in refused["errors"][0]["message"]


def test_a_stale_version_stops_every_deed(program: Program, saved: str) -> None:
    for deed in (
        "submit",
        "withdraw",
        "approve",
        "return",
        "number",
        "finalise",
        "serve",
        "reopen",
        "archive",
    ):
        body = {"reason": "试"} if deed in ("return", "serve", "reopen") else {}
        answer = program.client.post(
            f"/api/v1/documents/{saved}/{deed}",
            json=body,
            headers={"Authorization": f"Bearer {program.token}", "If-Match": '"7"'},
        )
        assert answer.status_code in (409, 412), (deed, answer.text)
    program.post(f"/documents/{saved}/void", {"reason": "误建"}, 412, match=7)
    program.post(f"/documents/{saved}/void", {"reason": "误建"}, 428)
    assert program.get(f"/documents/{saved}").json["state"] == "草稿"
    assert program.post(f"/documents/{saved}/void", {"reason": "误建"}, match=1).json["state"] == "已作废"


def test_lists_are_filtered_and_paged_without_gap_or_repeat(program: Program, saved: str) -> None:
    only = "mine=true&type=inspection_notice"
    wanted = {item["id"] for item in program.get(f"/documents?limit=100&{only}").json["items"]}
    assert saved in wanted
    found, address = [], f"/documents?limit=1&{only}"
    while address:
        answer = program.get(address)
        found += [item["id"] for item in answer.json["items"]]
        address = answer.json.get("next", "").removeprefix("/api/v1")
        assert ("rel=" in answer.headers.get("Link", "")) == bool(address)
    assert len(found) == len(set(found))
    assert set(found) == wanted
    assert (
        program.get("/documents?state=已归档&state=已作废&from=2020-01-01&to=2020-12-31").json["items"] == []
    )
    program.get("/documents?q=水泥&enterprise=川西&number=x&limit=5")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1&limit=2",
        "mine=1",
        "state=已完成",
        "from=2026-02-30",
        "from=2026-1-1",
        "unknown=1",
        "q=%00",
        "q=" + "a" * 101,
        "cursor=x",
        "type=../..",
        "&".join(["type=a"] * 51),
    ],
)
def test_parameters_that_make_no_sense_are_refused_by_name(program: Program, query: str) -> None:
    refused = program.get(f"/documents?{query}", 422).json
    if refused["code"] != "BAD_CURSOR":
        assert refused["errors"][0]["pointer"] == query.partition("=")[0]


def test_a_token_reads_what_its_person_may_see_and_no_more(site: Website, saved: str) -> None:
    elsewhere = Program(site, "waishi")
    for path in ("", "/versions", "/versions/1", "/events", "/files", "/problems", "/diff"):
        elsewhere.get(f"/documents/{saved}{path}", 404)
    assert elsewhere.get("/documents?limit=100").json["items"] == []
    reader = Program(site, token=token_for(site, "chen", ["documents:document:read"]))
    reader.get(f"/documents/{saved}")
    refused = reader.post(f"/documents/{saved}/submit", {}, 403, match=1).json
    assert "提交审核" in refused["detail"]
    assert reader.get("/me").json["permissions"] == ["documents:document:read"]


def test_a_problem_says_everything_rfc_9457_asks_for(program: Program, saved: str) -> None:
    body = {"base_version": 1, "body": {"contact_person": 7, "no_such": "x"}}
    answer = program.post(f"/documents/{saved}/versions", body, 422)
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.data)
    assert {"type", "title", "status", "detail", "instance", "code"} <= set(problem)
    assert {(e["pointer"], e["code"]) for e in problem["errors"]} >= {
        ("/contact_person", "TYPE"),
        ("/no_such", "UNKNOWN_FIELD"),
    }
