"""Enterprises, agencies, people, search; and that a request sent twice is done once."""

from __future__ import annotations

import json

from openapi_spec_validator import OpenAPIV31SpecValidator

from formserver.api.idempotency import IdempotencyRepository
from tests.support.api import Program
from tests.support.website import Website


def test_the_document_is_valid_openapi_and_names_every_operation_once(program: Program) -> None:
    document = program.get("/openapi.json").json
    OpenAPIV31SpecValidator(document).validate()
    keys = [item["operationId"] for path in document["paths"].values() for item in path.values()]
    assert len(keys) == len(set(keys)) == len(program.site.context.operations)


def test_the_page_for_people_shows_every_operation(site: Website) -> None:
    page = site.client("chen").get("/api/docs").text
    for operation in site.context.operations:
        assert f">{operation.method}</span>" in page
        assert f">{operation.path}</span>" in page
        assert operation.summary in page


def test_an_enterprise_is_created_read_and_changed(program: Program) -> None:
    made = program.post("/enterprises", {"name": "东山钢铁有限公司", "key_user": True}, 201)
    at = f"/enterprises/{made.json['id']}"
    assert made.headers["Location"] == f"/api/v1{at}"
    assert program.get(at).headers["ETag"] == '"1"'
    changed = program.patch(at, {"contact": "李华"}, match=1)
    assert changed.headers["ETag"] == '"2"'
    assert changed.json["name"] == "东山钢铁有限公司"
    assert program.patch(at, {"contact": "王明"}, 412, match=1).json["code"] == "ENTERPRISE_CHANGED"
    program.patch(at, {"contact": "王明"}, 428)
    (newest, _) = program.get(f"{at}/history").json["items"]
    assert newest["fields"] == {"contact": ["", "李华"]}
    refused = program.post("/enterprises", {"name": "东山钢铁有限公司"}, 409).json
    assert refused["code"] == "POSSIBLE_DUPLICATE"
    program.post("/enterprises?accept_duplicate=true", {"name": "东山钢铁有限公司"}, 201)
    names = [item["name"] for item in program.get("/enterprises?q=dsgt&key_user=true").json["items"]]
    assert names == ["东山钢铁有限公司"]


def test_wrong_values_name_their_fields_in_chinese(program: Program) -> None:
    body = {"name": "", "phone": 7, "nonsense": 1}
    problem = program.post("/enterprises", body, 422).json
    said = {entry["pointer"]: entry["message"] for entry in problem["errors"]}
    assert set(said) == {"/name", "/phone", "/nonsense"}
    assert "联系电话" in said["/phone"]
    assert "文字" in said["/phone"]
    (missing,) = program.post("/enterprises", {}, 422).json["errors"]
    assert "单位名称" in missing["message"]


def test_registers_of_agencies_people_and_types_can_be_read(site: Website, program: Program) -> None:
    (root,) = program.get("/agencies").json["items"]
    assert root["id"] == site.agencies["SC-CD"]
    assert root["children"]
    program.get(f"/agencies/{root['id']}")
    program.get(f"/agencies/{site.agencies['SC']}", 404)
    program.get("/agencies/nothing", 404)
    assert [p["name"] for p in program.get("/people?q=陈志").json["items"]] == ["陈志远"]
    keys = [item["key"] for item in program.get("/document-types").json["items"]]
    for key in keys:
        program.get(f"/document-types/{key}")
        assert program.get(f"/document-types/{key}/schema").json["title"]
        assert program.get(f"/document-types/{key}/sample").json
    program.get("/document-types/nothing", 404)
    assert program.get("/search?q=川西水泥").json["items"]
    program.get("/search", 422)
    program.get("/numbers?type=inspection_notice", 422)
    program.get(f"/numbers?type=inspection_notice&year=2026&agency_id={site.agencies['SC']}", 404)


def test_a_creating_request_sent_twice_is_done_once(site: Website, program: Program) -> None:
    body = {"name": "西河玻璃有限公司"}
    first = program.post("/enterprises", body, 201, key="order-1")
    again = program.post("/enterprises", body, 201, key="order-1")
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Idempotent-Replayed"] == "true"
    other = program.post("/enterprises", {"name": "另一家"}, 422, key="order-1").json
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert program.get("/enterprises?q=另一家").json["count"] == 0
    mine = Program(site, "he")
    refused = mine.post("/enterprises", body, 409, key="order-1").json
    assert refused["code"] == "POSSIBLE_DUPLICATE", "keys of two people never meet"


def test_a_refused_request_gives_its_key_back(program: Program) -> None:
    program.post("/enterprises", {"name": "a" * 101}, 422, key="order-2")
    program.post("/documents", {"type": "no_such_type"}, 404, key="order-2")
    program.post("/enterprises", {"name": "北岭陶瓷有限公司"}, 201, key="order-2")


def test_a_request_that_never_ended_is_not_done_again(site: Website, program: Program) -> None:
    body = {"name": "南溪造纸有限公司"}
    program.post("/enterprises", body, 201, key="order-3")
    user_id = site.actor("chen").user_id
    with site.context.store.uow(write=True) as u:  # as if the process had died before it kept the answer
        answers = u.repository(IdempotencyRepository)
        sha256, _ = answers.find(user_id, "order-3")
        answers.release(user_id, "order-3")
        answers.begin(user_id, "order-3", sha256, site.context.clock.now())
    assert program.post("/enterprises", body, 409, key="order-3").json["code"] == "IDEMPOTENCY_UNFINISHED"


def test_a_key_that_is_none_is_refused(program: Program) -> None:
    for key in (" ", "a" * 101, "中"):
        answer = program.client.post(
            "/api/v1/enterprises",
            json={"name": "x"},
            headers={
                "Authorization": f"Bearer {program.token}",
                "Idempotency-Key": key.encode().decode("latin-1"),
            },
        )
        assert answer.status_code == 400, key
        assert json.loads(answer.data)["code"] == "BAD_HEADER"
