"""Orders of signers, deputies, remarks, numbers, views, bulk deeds, what waits, one's own account."""

from __future__ import annotations

import io
import itertools

from jsonschema import Draft202012Validator
from openpyxl import load_workbook

from formserver.api.examples import example, request_line
from formserver.core.clock import today_in_china
from formserver.core.jobs import JobState
from tests.support.api import Program, token_for
from tests.support.website import Website


def test_an_order_of_signers_is_set_and_dropped(boss: Program) -> None:
    seen = boss.get("/approval-chains").json
    assert "" in [choice["holder"] for choice in seen["choices"]]
    steps = [{"title": "科长", "holder": ""}, {"title": "主任", "holder": ""}]
    given = {"type": "site_record", "steps": steps}
    made = boss.ask("PUT", "/approval-chains", 200, json=given, match=0).json
    assert made["steps"] == steps
    boss.ask("PUT", "/approval-chains", 412, json=given, match=made["version"] + 5)
    wrong = {**given, "steps": [{"title": "", "holder": "user:nobody"}]}
    assert (
        len(boss.ask("PUT", "/approval-chains", 422, json=wrong, match=made["version"]).json["errors"]) == 2
    )
    boss.ask("PUT", "/approval-chains", 200, json={**given, "steps": []}, match=made["version"])
    assert "site_record" not in [c["type"] for c in boss.get("/approval-chains").json["items"]]


def test_a_deputy_is_named_and_the_time_ended(site: Website, boss: Program) -> None:
    today = today_in_china(site.context.clock).isoformat()
    given = {"deputy_id": site.actor("he").user_id, "from": today, "to": today, "reason": "出差"}
    boss.post("/deputies", {**given, "to": "2026-02-31"}, 422)
    made = boss.post("/deputies", given, 201).json
    assert made["id"] in [one["id"] for one in boss.get("/deputies").json["items"]]
    assert boss.ask("DELETE", f"/deputies/{made['id']}", 200).json["ended_at"]
    Program(site, "he").ask("DELETE", f"/deputies/{made['id']}", 404)


def test_a_field_is_remarked_on_while_a_paper_is_reviewed(
    site: Website, program: Program, boss: Program
) -> None:
    document = site.saved()
    program.post(f"/documents/{document.id}/submit", {}, match=1)
    line = next(w for w in boss.get("/approvals").json["items"] if w["document"]["id"] == document.id)
    at = f"/approvals/{document.id}/remarks"
    place = {"round": line["round"], "position": line["position"], "at": "/issue_date"}
    made = boss.post(at, {**place, "remark": "日期请核对"}, 201, match=2).json
    boss.post(at, {**place, "at": "/no_such", "remark": "x"}, 422, match=2)
    assert [one["id"] for one in boss.get(at).json["items"]] == [made["id"]]
    Program(site, "he").ask("DELETE", f"{at}/{made['id']}", 404)
    boss.ask("DELETE", f"{at}/{made['id']}", 204)
    assert boss.get(at).json["items"] == []


def test_numbers_are_reserved_used_released_and_void(site: Website, program: Program, boss: Program) -> None:
    year = today_in_china(site.context.clock).year
    series = {"type": "inspection_notice", "year": year, "reason": "下乡"}
    made = boss.post("/numbers/reserve", {**series, "count": 3, "whom": "一号平板"}, 201, key="r-1").json[
        "items"
    ]
    assert (
        boss.post("/numbers/reserve", {**series, "count": 3, "whom": "一号平板"}, 201, key="r-1").json[
            "items"
        ]
        == made
    )
    used, released, void = (one["text"] for one in made)
    assert boss.post("/numbers/release", {**series, "text": released}).json["status"] == "已收回"
    assert boss.post("/numbers/void", {**series, "text": void}).json["status"] == "已作废"
    assert boss.post("/numbers/void", {**series, "text": void}, 409).json["code"] == "NOT_FREE"
    document = site.approved(site.saved())
    at = f"/documents/{document.id}/number"
    assert program.post(at, {"reserved_number": used}, match=3).json["number"] == used
    boss.post("/numbers/start", {**series, "start": 1}, 409)
    after = boss.post("/numbers/start", {**series, "year": year + 1, "start": 50}).json
    assert (after["next"], after["holes"]) == (50, [])
    boss.post("/numbers/start", {**series, "year": 1999, "start": 50}, 404)


def test_views_are_saved_and_belong_to_their_owner(site: Website, program: Program) -> None:
    given = {"name": "我的水泥", "query": {"q": "水泥", "state": ["草稿"]}, "columns": ["number"]}
    made = program.post("/views", given, 201).json
    assert made["query"] == given["query"]
    assert made["id"] in [view["id"] for view in program.get("/views").json["items"]]
    program.post("/views", {**given, "query": {"nonsense": "x"}}, 422)
    Program(site, "he").ask("DELETE", f"/views/{made['id']}", 404)
    program.ask("DELETE", f"/views/{made['id']}", 204)


def test_many_documents_are_done_at_once_or_by_the_worker(site: Website, program: Program) -> None:
    papers = [site.saved(), site.saved()]
    items = [{"document_id": one.id, "version": 1} for one in papers]
    run = program.post("/bulk", {"deed": "submit", "items": [*items, {**items[0], "version": 9}]}, 201).json
    assert (run["state"], run["job_id"]) == (JobState.DONE.value, "")
    assert sum(one["done"] for one in run["outcomes"]) >= 1
    job = program.post("/bulk", {"deed": "zip", "items": items}, 201).json
    assert program.get(f"/bulk/{job['job_id']}").json["state"] == JobState.WAITING.value
    program.get(f"/bulk/{job['job_id']}/file", 404)
    Program(site, "he").get(f"/bulk/{job['job_id']}", 404)
    book = load_workbook(io.BytesIO(program.get("/documents-export?state=草稿&column=number").data))
    assert book.sheetnames == ["文书", "说明"]
    for odd in ("type=nonsense", "agency_id=nowhere", f"enterprise_id={items[0]['document_id']}"):
        program.get(f"/documents-export?{odd}", 404)


def test_what_one_document_gives_rise_to(site: Website, program: Program) -> None:
    at = f"/documents/{site.saved().id}"
    assert program.post(f"{at}/copy", None, 201).json["document"]["origin"].startswith("copy:")
    assert program.post(f"{at}/supplement", {"reason": "补正"}, 409).json["code"] == "NOT_TO_SUPPLEMENT"
    assert program.get(f"{at}/package").data[:2] == b"PK"
    assert program.get(f"{at}/exact-preview").json["job"] is None
    program.get(f"{at}/exact-preview/pdf", 404)
    assert program.post(f"{at}/exact-preview").json["job"]["state"] == "waiting"
    assert "values" in program.get(f"{at}/draft/references").json
    program.post(f"{at}/draft/parse", {"at": "/no_such", "columns": [], "rows": []}, 422)


def test_what_waits_and_the_own_account(site: Website, program: Program) -> None:
    site.client("chen")
    cards = {card["title"]: card for card in program.get("/work").json["items"]}
    assert cards["我的草稿"]["count"] >= 1
    session = program.get("/me/sessions").json["items"][0]
    program.ask("DELETE", f"/me/sessions/{session['id']}", 204)
    program.ask("DELETE", f"/me/sessions/{session['id']}", 404)
    site.clients.pop("chen", None)
    spare = Program(site, token=token_for(site, "chen", ["documents:document:read"]))
    mine = program.get("/me/tokens").json["items"]
    assert spare.token not in str(mine)
    token = next(
        one
        for one in mine
        if spare.token.startswith(one["hint"]) and one["scopes"] == ["documents:document:read"]
    )
    Program(site, "he").ask("DELETE", f"/me/tokens/{token['id']}", 404)
    assert program.ask("DELETE", f"/me/tokens/{token['id']}", 200).json["works"] is False
    spare.get("/me", 401)
    answer = program.client.post("/api/v1/me/tokens", headers={"Authorization": f"Bearer {program.token}"})
    assert answer.status_code == 405, "no token makes another"


def test_every_example_fits_its_schema(site: Website, program: Program) -> None:
    schemas = ((o.key, s) for o in site.context.operations for s in (o.body, o.answer) if s is not None)
    for (key, schema), whole in itertools.product(list(schemas), (True, False)):
        given = {**schema, "components": program.document["components"]}
        errors = [e.message for e in Draft202012Validator(given).iter_errors(example(schema, whole=whole))]
        assert not errors, (key, errors[:1])
    for operation in site.context.operations:
        line = request_line(operation, "https://x")
        assert line.startswith(f"curl -X {operation.method} 'https://x/api/v1/")
        assert "{" not in line.splitlines()[0]
