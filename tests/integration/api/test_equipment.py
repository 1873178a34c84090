"""Recognising equipment for programs: every answer is held against the OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.core.runner import JobRunner
from formserver.equipment.lists_service import CHECK_JOB
from formserver.uploads.service import UploadService
from tests.support.api import Program, token_for
from tests.support.equipment import MIXED, ready_list
from tests.support.lists import MOTOR, PUMP, own_file, template_file
from tests.support.website import Website

LISTED = {"name": "三相异步电动机", "model": "JO2-72-4", "made": "1978-12", "power_kw": "30"}
REASON = "铭牌为2006年制造，不在列"


def uploaded(site: Website, program: Program, data: bytes, username: str = "chen") -> str:
    """The id of a finished upload for a list."""
    made = program.post(
        "/uploads", {"filename": "设备清单.xlsx", "size": len(data), "purpose": "equipment"}, 201
    ).json
    program.ask(
        "PATCH",
        f"/uploads/{made['id']}",
        200,
        data=data,
        headers={"Content-Type": "application/octet-stream", "Upload-Offset": "0"},
    )
    assert site.context.service(UploadService).status(site.actor(username), made["id"]).received == len(data)
    return str(made["id"])


def work(site: Website) -> None:
    context = site.context
    JobRunner(context.store, {CHECK_JOB: context.job_handlers[CHECK_JOB]}, context.clock).run_all()


def test_equipment_is_judged_at_once_in_the_order_it_was_sent(program: Program) -> None:
    asked = {"items": [LISTED, {"name": "离心泵", "model": "IS80-65-160"}], "as_of": "2025-06-30"}
    found = program.post("/equipment-checks", asked).json
    assert [(one["row"], one["verdict"]) for one in found["items"]] == [
        (1, "eliminated"),
        (2, "ok"),
    ]
    assert found["items"][0]["word"] == "淘汰"
    assert found["items"][0]["judgement"]["finding"]["item"]
    assert found["library"] == program.get("/equipment-rules?as_of=2025-06-30").json["library"]
    assert program.get("/equipment-lists").json["items"] == []


def test_the_day_decides_which_catalogues_speak(program: Program) -> None:
    early, late = (
        program.get(f"/elimination-catalogues?as_of={day}").json["items"]
        for day in ("2011-06-30", "2025-06-30")
    )
    assert {one["name"] for one in early} < {one["name"] for one in late}
    asked = {"items": [{"name": "三相异步电动机", "model": "Y160M-4", "made": "1998", "power_kw": "11"}]}
    verdicts = [
        program.post("/equipment-checks", {**asked, "as_of": day}).json["items"][0]["verdict"]
        for day in ("2011-06-30", "2025-06-30")
    ]
    assert verdicts == ["ok", "eliminated"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{"model": 1.5}]},
        {"items": [{}]},
        {"items": [{"name": " ", "power_kw": 11}]},
        {"items": [{"modell": "x"}]},
        {"items": [{"model": "x" * 201}]},
        {"items": [{}] * 501},
        {"items": [{}], "as_of": "2025-13-01"},
        {"items": [{}], "as_of": "1999-01-01"},
        {"items": [{}], "as_of": "9999-12-31"},
        {"items": "x"},
    ],
    ids=lambda body: str(body)[:40],
)
def test_checks_that_make_no_sense_are_refused(program: Program, body: dict[str, Any]) -> None:
    program.post("/equipment-checks", body, 422)


def test_hostile_texts_are_judged_like_any_other(program: Program) -> None:
    odd = ["\u0000", "\ud800", "（" * 200, "Y" * 200, "=cmd()", "一" * 200, "-" * 200, "1" * 200]
    asked = {"items": [{"name": text, "model": text, "made": text, "power_kw": text} for text in odd]}
    found = program.post("/equipment-checks", asked).json["items"]
    assert {one["verdict"] for one in found} <= {"ok", "review"}


def test_lines_of_catalogues_are_found_page_by_page(program: Program) -> None:
    first = program.get("/elimination-lines?q=JO2&as_of=2025-06-30").json["items"]
    assert any(one["seq"] == "1-1.1" for one in first)
    assert program.get("/elimination-lines?q=不存在的型号").json["items"] == []
    page = program.get("/elimination-lines?catalogue=batch_2&limit=50").json
    seen = [one["ref"] for one in page["items"]]
    while "next" in page:
        page = program.get(page["next"].removeprefix("/api/v1")).json
        seen += [one["ref"] for one in page["items"]]
    whole = next(
        one for one in program.get("/elimination-catalogues").json["items"] if one["name"] == "batch_2"
    )
    assert len(seen) == len(set(seen)) == whole["items"]
    program.get("/elimination-lines?cursor=x", 422)
    program.get("/elimination-lines?category=nothing", 422)


def test_a_list_is_handed_in_checked_and_decided(site: Website, program: Program) -> None:
    upload = uploaded(site, program, template_file([MOTOR, PUMP]))
    asked = {
        "upload_id": upload,
        "as_of": "2025-06-30",
        "enterprise_id": site.enterprise.id,
        "title": "接口清单",
    }
    made = program.post("/equipment-lists", asked, 201)
    assert made.json["state"] == "checking"
    assert made.headers["Location"] == f"/api/v1/equipment-lists/{made.json['id']}"
    path = f"/equipment-lists/{made.json['id']}"
    program.get(f"{path}/rows", 409)
    work(site)
    ready = program.get(path).json
    assert (ready["state"], ready["counts"]["rows"]) == ("ready", 2)
    assert ready["id"] in {
        one["id"]
        for one in program.get(f"/equipment-lists?enterprise_id={site.enterprise.id}&state=ready").json[
            "items"
        ]
    }
    (row,) = program.get(f"{path}/rows?standing=eliminated").json["items"]
    assert (row["number"], row["stated"]["values"]["model"], row["seen"]) == (1, "Y160M-4", "")
    program.post(f"{path}/rows/1/decisions", {"act": "out", "basis": "photo", "reason": "短"}, 422)
    done = program.post(
        f"{path}/rows/1/decisions", {"act": "out", "basis": "photo", "reason": REASON, "seen": ""}
    ).json
    assert (done["standing"], done["decided"], done["history"][0]["reason"]) == ("ok", "out", REASON)
    late = {"act": "reset", "reason": "", "seen": ""}
    program.post(f"{path}/rows/1/decisions", late, 409)
    undone = program.post(f"{path}/rows/1/decisions", {**late, "seen": done["seen"]}).json
    assert (undone["standing"], undone["verdict"]) == ("eliminated", "eliminated")
    program.post(f"{path}/rows/9/decisions", {"act": "comment", "reason": "看过"}, 404)
    program.get(f"{path}/rows/9", 404)


def test_a_decision_sent_twice_with_one_key_is_made_once(site: Website, program: Program) -> None:
    path = f"/equipment-lists/{ready_list(site, title='两次').id}/rows/2/decisions"
    body = {"act": "comment", "reason": "已到现场看过"}
    first, second = (program.post(path, body, key="decide-once").json for _ in range(2))
    assert first == second
    assert len(first["history"]) == 1


def test_columns_nobody_knows_are_confirmed_by_the_program(site: Website, program: Program) -> None:
    upload = uploaded(site, program, own_file([MOTOR]))
    made = program.post("/equipment-lists", {"upload_id": upload}, 201).json
    assert made["state"] == "mapping"
    path, plan = f"/equipment-lists/{made['id']}/columns", made["plan"]
    program.ask("PUT", path, 422, json={"plan": {"sheets": "x"}})
    program.ask("PUT", path, 422, json={"plan": plan})
    keys = ("name", "model", "made", "quantity", "status")
    for heading, key in zip(plan["sheets"][0]["headings"], keys, strict=True):
        heading["key"] = key
    confirmed = program.ask("PUT", path, 200, json={"plan": plan}).json
    assert confirmed["state"] == "checking"
    work(site)
    assert program.get(f"/equipment-lists/{made['id']}").json["state"] == "ready"


def test_rows_come_page_by_page(site: Website, program: Program) -> None:
    one = ready_list(site, [*MIXED] * 3, title="十五行")
    page, seen = program.get(f"/equipment-lists/{one.id}/rows?limit=4").json, []
    while True:
        seen += [row["number"] for row in page["items"]]
        if "next" not in page:
            break
        page = program.get(page["next"].removeprefix("/api/v1")).json
    assert seen == list(range(1, 16))
    blocked = program.get(f"/equipment-lists/{one.id}/rows?standing=blocked").json["items"]
    assert [row["verdict"] for row in blocked] == ["", "", ""]
    program.get(f"/equipment-lists/{one.id}/rows?standing=nonsense", 422)
    program.get(f"/equipment-lists/{one.id}/rows?reason=C1", 422)


def test_what_others_own_cannot_be_used_or_found(site: Website, program: Program) -> None:
    one = ready_list(site, title="本市的清单")
    stranger = Program(site, "waishi")
    for path in ("", "/rows", "/rows/1"):
        stranger.get(f"/equipment-lists/{one.id}{path}", 404)
    stranger.post(f"/equipment-lists/{one.id}/rows/1/decisions", {"act": "comment", "reason": "外市"}, 404)
    assert one.id not in {item["id"] for item in stranger.get("/equipment-lists").json["items"]}
    upload = uploaded(site, program, template_file([PUMP]))
    stranger.post("/equipment-lists", {"upload_id": upload}, 404)
    theirs = uploaded(site, stranger, template_file([PUMP]), "waishi")
    stranger.post("/equipment-lists", {"upload_id": theirs, "enterprise_id": site.enterprise.id}, 404)
    stranger.post("/equipment-lists", {"upload_id": theirs, "previous_id": one.id}, 404)


def test_who_may_not_is_told(site: Website) -> None:
    viewer = Program(site, "viewer", token_for(site, "viewer"))
    narrow = Program(site, "chen", token_for(site, "chen", ["equipment:list:read"]))
    one = ready_list(site, title="只读")
    narrow.post("/equipment-lists", {"upload_id": "0" * 26}, 403)
    narrow.post(f"/equipment-lists/{one.id}/rows/1/decisions", {"act": "confirm"}, 403)
    narrow.get(f"/equipment-lists/{one.id}")
    viewer.post("/equipment-lists", {"upload_id": "0" * 26}, 403)
