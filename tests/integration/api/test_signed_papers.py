"""Signed papers come in as scans or are signed on a screen; old ones are entered after the fact."""

from __future__ import annotations

import base64
import io

import pytest

from formserver.core.issuing import Issuing
from formserver.core.papers import PDF_JOB
from formserver.core.runner import JobRunner
from formserver.legacy.service import LEGACY_JOB
from tests.integration.api.test_uploads_and_evidence import uploaded
from tests.integration.signatures.test_signing import handwriting, red_seal
from tests.support.api import Program
from tests.support.house import photo_of_paper
from tests.support.scans import read_scans
from tests.support.website import Website
from tests.support.workbooks import sheet


@pytest.fixture
def final(site: Website) -> str:
    """A record that waits for its signatures."""
    document = site.saved("chen", "site_record")
    site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)
    return document.id


def test_scans_are_taken_in_put_right_and_bound(site: Website, program: Program, final: str) -> None:
    at = f"/documents/{final}/scans"
    assert program.get(at).json["pages"] == []
    program.ask("PUT", f"{at}/order", 404, json={"page_ids": []})
    upload = uploaded(program, photo_of_paper(), "一.png", "scans")
    taken = program.post(at, {"upload_ids": [upload]}, 201).json
    assert (taken["refused"], taken["heap"]["reading"]) == ([], True)
    parts = {"files": [(io.BytesIO(photo_of_paper("ivory")), "二.png"), (io.BytesIO(b"no scan"), "三.txt")]}
    assert len(program.ask("POST", f"{at}/files", 201, data=parts).json["refused"]) == 1
    assert program.post(f"{at}/bind", {}, 409, match=2).json["code"] == "SCANS_STILL_READING"
    read_scans(site.context)
    first, second = program.get(at).json["pages"]
    page = f"{at}/pages/{first['id']}"
    assert program.post(page, {"do": "turn", "number": 90}).json["pages"][0]["rotation"] == 90
    program.post(page, {"do": "turn", "number": 45}, 404)
    program.post(page, {"do": "crop", "crop": [0, 0, 1000, 900]})
    assert program.post(page, {"do": "crop", "crop": [0, 0, 10, 900]}, 422).json["code"] == "BAD_CROP"
    program.post(page, {"do": "name", "number": 1})
    program.post(f"{at}/pages/{second['id']}", {"do": "drop"})
    ids = {"page_ids": [second["id"], first["id"]]}
    assert program.ask("PUT", f"{at}/order", 200, json=ids).json["pages"][0]["id"] == second["id"]
    assert program.get(f"{page}/image?large=true").data[:2] == b"\xff\xd8"
    found = program.get(at).json["findings"]
    assert program.post(f"{at}/bind", {}, 412, match=1).json["code"] == "PRECONDITION_FAILED"
    if found:
        assert program.post(f"{at}/bind", {}, 422, match=2).json["errors"]
    confirmed = {"confirmed": [one["key"] for one in found], "pen_fields": {"/confirm_text": "以上属实"}}
    signed = program.post(f"{at}/bind", confirmed, 201, match=2).json
    assert signed["version"]["state"] == "已签署"
    assert program.get(f"/documents/{final}").json["state"] == "已签署"


def test_own_heaps_and_unreadable_files(site: Website, program: Program, final: str) -> None:
    taken = program.post(
        "/scans", {"upload_ids": [uploaded(program, photo_of_paper("azure"), "x.png", "scans")]}, 201
    )
    original = taken.json["heap"]["files"][-1]["id"]
    assert original in [one["id"] for one in program.get("/scans").json["files"]]
    assert original not in [one["id"] for one in Program(site, "he").get("/scans").json["files"]]
    program.post(f"/documents/{final}/scans/files/{original}/retry", None, 404)
    program.ask("DELETE", f"/documents/{final}/scans/files/{original}", 404)
    assert program.post(f"/scans/{final}").json["id"] == final


def test_a_paper_is_signed_on_a_screen(site: Website, program: Program) -> None:
    document = site.saved("chen", "integrity_pledge")
    site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)
    at, context = f"/documents/{document.id}/signatures", site.context
    assert program.get(at, 409).json["code"] == "NO_PDF_YET"
    JobRunner(context.store, {PDF_JOB: context.job_handlers[PDF_JOB]}, context.clock).run_all()
    place = next(p for p in program.get(at).json["places"] if p["kind"] == "signature")
    picture = base64.b64encode(handwriting()).decode()
    given = {"place": place["key"], "signer": "陈志远", "picture": picture, "strokes": "[[[1,2,50,10]]]"}
    program.post(at, {**given, "picture": "%%"}, 422)
    program.post(at, {**given, "picture": base64.b64encode(b"x").decode()}, 422)
    program.post(at, {**given, "place": "nowhere:0"}, 404)
    program.post(f"{at}/finish", None, 409)
    seen = program.post(at, given, 201).json
    mark = next(p["mark"] for p in seen["places"] if p["key"] == place["key"])
    assert mark["signer"] == "陈志远"
    assert program.ask("DELETE", f"{at}/marks/{mark['id']}", 200).json["signed"] == 0
    program.post(at, given, 201)
    heap = program.post(f"{at}/finish", None, 201).json
    assert "屏幕签署" in heap["files"][0]["filename"]


def test_seals_are_kept_by_those_who_may(program: Program, boss: Program) -> None:
    given = {"title": "执法专用章", "width_mm": 42, "picture": base64.b64encode(red_seal()).decode()}
    program.post("/seals", given, 403)
    made = boss.post("/seals", given, 201).json
    boss.post("/seals", {**given, "width_mm": 5}, 422)
    assert made["id"] in [seal["id"] for seal in boss.get("/seals").json["items"]]
    assert boss.post(f"/seals/{made['id']}/retire").json["retired_at"]


def test_old_papers_are_entered_corrected_and_listed(site: Website, program: Program) -> None:
    about = {"title": "节能监察结果告知书", "enterprise_name": "老厂", "doc_date": "2015-03-02"}
    upload = uploaded(program, photo_of_paper("linen"), "旧.png", "legacy")
    program.post("/legacy", {**about, "doc_date": "2015-02-31", "upload_ids": [upload]}, 422)
    made = program.post("/legacy", {**about, "upload_ids": [upload]}, 201).json
    assert made["origin"] == "legacy"
    at = f"/documents/{made['id']}/legacy"
    better = {**about, "enterprise_name": "老水泥厂", "reason": "抄错"}
    program.post(at, better, 412, match=made["version"] + 1)
    assert program.post(at, better, match=made["version"]).json["version"] == made["version"] + 1
    rows = [["文书名称", "被监察单位", "成文日期", "文件名"], ["通知书", "老厂", "2016-01-05", "甲.jpg"]]
    listed = uploaded(program, sheet([*rows, ["通知书", "老厂", "何日", "乙.png"]]), "清单.xlsx", "legacy")
    files = [uploaded(program, photo_of_paper("beige"), "甲.jpg", "legacy")]
    batch = program.post("/legacy/batches", {"list_upload_id": listed, "upload_ids": files}, 201).json
    assert (batch["ready"], len(batch["rows"]), batch["job"]) == (1, 2, None)
    started = program.post(f"/legacy/batches/{batch['id']}/start").json
    assert started["job"]["state"] == "waiting"
    context = site.context
    JobRunner(context.store, {LEGACY_JOB: context.job_handlers[LEGACY_JOB]}, context.clock).run_all()
    done = program.get(f"/legacy/batches/{batch['id']}").json
    assert (done["job"]["state"], done["result"]["entered"]) == ("done", 1)
    Program(site, "he").get(f"/legacy/batches/{batch['id']}", 404 if may_enter(site, "he") else 403)


def may_enter(site: Website, name: str) -> bool:
    return any("legacy" in held for held in site.actor(name).permissions)
