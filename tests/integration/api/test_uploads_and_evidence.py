"""Files go up in pieces and become evidence; evidence is described, withdrawn, listed and fetched again."""

from __future__ import annotations

import hashlib
import io

import pytest

from formserver.core.ids import new_id
from tests.support.api import Program, token_for
from tests.support.house import photo_of_paper
from tests.support.website import Website

PIECE = "application/octet-stream"


def send(program: Program, upload_id: str, data: bytes, offset: int | str, status: int = 200, **more: object):
    headers = {"Upload-Offset": str(offset), "Content-Type": more.pop("kind", PIECE)}
    return program.ask("PATCH", f"/uploads/{upload_id}", status, data=data, headers=headers)


def uploaded(program: Program, data: bytes, filename: str, purpose: str = "evidence") -> str:
    given = {"filename": filename, "size": len(data), "purpose": purpose}
    made = program.post("/uploads", given, 201).json
    send(program, made["id"], data, 0)
    return str(made["id"])


@pytest.fixture
def at(site: Website) -> str:
    """The library of a new document; its case is the enterprise's, so several tests add to it."""
    return f"/documents/{site.saved().id}/evidence"


def test_an_upload_goes_on_where_the_line_broke(program: Program) -> None:
    data = photo_of_paper()
    given = {"filename": "配电室.png", "size": len(data), "purpose": "evidence"}
    made = program.post("/uploads", given, 201, key="u-1").json
    assert program.post("/uploads", given, 201, key="u-1").json["id"] == made["id"]
    half = len(data) // 2
    assert send(program, made["id"], data[:half], 0).json["offset"] == half
    assert send(program, made["id"], data[:half], 0, 409).json["code"] == "UPLOAD_OFFSET"
    assert program.get(f"/uploads/{made['id']}").json["offset"] == half
    send(program, made["id"], data[half:] + b"x", half, 422)
    assert made["id"] in [u["id"] for u in program.get("/uploads?purpose=evidence").json["items"]]
    rest = program.get(f"/uploads/{made['id']}").json["offset"]
    if rest < len(data):
        send(program, made["id"], data[rest:], rest)
    assert program.get(f"/uploads/{made['id']}").json["offset"] == len(data)
    program.ask("DELETE", f"/uploads/{made['id']}", 204)
    program.get(f"/uploads/{made['id']}", 404)


def test_pieces_that_are_none_are_refused(site: Website, program: Program) -> None:
    made = program.post("/uploads", {"filename": "a.bin", "size": 9 << 20, "purpose": "evidence"}, 201).json
    send(program, made["id"], b"x", "-1", 400)
    send(program, made["id"], b"x", "", 400)
    send(program, made["id"], b"x", 0, 415, kind="text/plain")
    program.ask("PATCH", f"/uploads/{made['id']}", 400, data=b"x", headers={"Content-Type": PIECE})
    send(program, made["id"], b"x" * ((8 << 20) + 70_000), 0, 413)
    assert program.get(f"/uploads/{made['id']}").json["offset"] == 0
    Program(site, "he").get(f"/uploads/{made['id']}", 404)
    program.post("/uploads", {"filename": "a", "size": 1, "purpose": "nonsense"}, 422)
    narrow = Program(site, token=token_for(site, "chen", ["documents:document:read"]))
    narrow.post("/uploads", {"filename": "a", "size": 1, "purpose": "evidence"}, 403)
    program.ask("DELETE", f"/uploads/{made['id']}", 204)


def test_evidence_is_added_described_withdrawn_and_restored(program: Program, at: str) -> None:
    data = photo_of_paper("silver")
    upload = uploaded(program, data, "磨机.png")
    given = {"upload_ids": [upload], "values": {"source": "中控室", "place": "三号磨房"}}
    (item,) = program.post(at, given, 201, key=f"e-{upload}").json["items"]
    assert (item["source"], item["sha256"]) == ("中控室", hashlib.sha256(data).hexdigest())
    assert program.post(at, given, 201).json["items"][0]["id"] == item["id"], (
        "a file sent twice is added once"
    )
    one = f"/evidence/{item['id']}"
    version = int(program.get(one).headers["ETag"].strip('"'))
    told = program.patch(one, {"proves": "磨机在用"}, match=version).json
    assert (told["proves"], told["source"], told["version"]) == ("磨机在用", "中控室", version + 1)
    assert program.patch(one, {"proves": "x"}, 412, match=version).json["code"] == "PRECONDITION_FAILED"
    program.patch(one, {"taken_at": "某日"}, 422, match=version + 1)
    program.patch(one, {"sha256": "0"}, 422, match=version + 1)
    gone = program.post(f"{one}/withdraw", {"reason": "重复"}, match=version + 1).json
    assert (gone["state"], gone["reason"]) == ("撤下", "重复")
    assert item["id"] in [i["id"] for i in program.get(f"{at}?state=撤下").json["items"]]
    back = program.post(f"{one}/restore", {"reason": "误操作"}, match=version + 2).json
    assert back["state"] == "有效"
    titles = [line["title"] for line in program.get(f"{one}/history").json["items"]]
    assert titles == ["恢复", "撤下", "修改说明", "添加"]


def test_small_files_are_added_directly_listed_ordered_and_fetched(program: Program, at: str) -> None:
    parts = {
        "data": '{"kind": "票据"}',
        "files": [(io.BytesIO(photo_of_paper("gold")), "一.png"), (io.BytesIO(b"a,b\n1,2\n"), "二.csv")],
    }
    first, second = program.ask("POST", f"{at}/files", 201, data=parts).json["items"]
    ids = [i["id"] for i in program.get(f"{at}?kind=票据").json["items"]]
    assert {first["id"], second["id"]} <= set(ids)
    order = {"evidence_ids": [second["id"], first["id"]]}
    moved = program.ask("PUT", f"{at}/order", 200, json=order).json["items"]
    assert [i["id"] for i in moved][:2] == [second["id"], first["id"]]
    whole = program.get(f"/evidence/{second['id']}/file")
    assert whole.data == b"a,b\n1,2\n"
    part = program.get(f"/evidence/{second['id']}/file", 206, headers={"Range": "bytes=2-4"})
    assert part.data == b"b\n1"
    program.get(f"/evidence/{second['id']}/file", 416, headers={"Range": "bytes=900-"})
    assert program.get(f"/evidence/{first['id']}/picture").data[:2] == b"\xff\xd8"
    program.get(f"/evidence/{second['id']}/picture", 422)
    assert program.get(f"{at}/archive").data[:2] == b"PK"


def test_a_list_is_made_of_what_counts(site: Website, program: Program, at: str) -> None:
    program.ask("POST", f"{at}/files", 201, data={"files": (io.BytesIO(photo_of_paper("navy")), "图.png")})
    made = program.post(f"{at}/list", None, 201).json
    assert made["type"] == "evidence_list"
    alone = program.post("/documents", {"type": "inspection_notice"}, 201).json
    refused = program.post(f"/documents/{alone['id']}/evidence/list", None, 409).json
    assert refused["code"] == "NO_EVIDENCE"
    foreign = {"upload_ids": [new_id()]}
    assert program.post(f"/documents/{new_id()}/evidence", foreign, 404).json["code"] == "NOT_FOUND"
