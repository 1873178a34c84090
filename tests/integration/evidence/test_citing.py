"""Rows that cite evidence, the 证据清单, the archive, and what verify makes of it all."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile

import pytest
from sqlalchemy import update

from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.evidence.bundle import bundle
from formserver.evidence.models import EvidenceState
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.service import EvidenceService
from formserver.evidence.tables import evidence as table
from formserver.evidence.verifying import TITLE, check_evidence
from formserver.store.findings import Fault
from formserver.store.seals import seal_all
from formserver.store.verify import verify
from tests.integration.evidence.conftest import FILES
from tests.support.web import context_of


def reading(app) -> EvidenceReading:
    return context_of(app).service(EvidenceReading)


def cite(app, actor, document, *texts: str):
    """Rows of the check list of a verification form, each citing one text."""
    rows = [
        {"_k": f"row{n:05d}".replace("o", "0"), "item": f"第{n}项", "result": "符合", "evidence": [text]}
        for n, text in enumerate(texts, start=1)
    ]
    drafting = context_of(app).service(Drafting)
    workspace = drafting.open(actor, document.id)
    body = {**workspace.draft.body, "check_rows": [{**row, "seq": n} for n, row in enumerate(rows, start=1)]}
    keys = context_of(app).catalogue.type("verification_form").by_pattern
    body["check_rows"] = [
        {k: v for k, v in row.items() if f"/check_rows/*/{k}" in keys} for row in body["check_rows"]
    ]
    return drafting.save_body(actor, document.id, body, base_version=document.head_version)


def test_a_row_and_a_file_find_each_other(app, client_as, people, paper, add):
    actor, form = people("inspector"), paper("verification_form")
    item = add(form, "台账.pdf")
    cite(app, actor, form, "证据1《台账》第2页", "证据9", "见证据 1（第3页）")
    links = reading(app).library(actor, form.id, with_links=True).links[item.id]
    assert [link.page for link in links] == [2, 3]
    assert all("第" in link.label and "行" in link.label for link in links)
    assert links[0].pointer == "/check_rows/@r0w00001/evidence"
    client = client_as("inspector")
    assert "引用于" in client.get(f"/documents/{form.id}/evidence").text
    answer = client.http.get(f"/documents/{form.id}/evidence/cited?text=证据1《台账》第2页")
    assert answer.headers["Location"] == f"/evidence/{item.id}?page=2"
    assert client.http.get(f"/documents/{form.id}/evidence/cited?text=证据9").status_code == 404
    panel = client.get(f"/documents/{form.id}/edit")
    assert "证据9不在证据库里" in panel.text


def test_a_withdrawn_piece_is_named_where_it_is_cited(app, client_as, people, paper, add):
    actor, form = people("inspector"), paper("verification_form")
    item = add(form, "台账.pdf")
    cite(app, actor, form, "证据1")
    context_of(app).service(EvidenceService).withdraw(actor, item.id, "与本案无关")
    client = client_as("inspector")
    assert "证据1已撤下" in client.get(f"/documents/{form.id}/edit").text
    assert "核查表" in client.get(f"/evidence/{item.id}/withdraw").text


def test_a_deed_keeps_what_its_version_cited(app, people, paper, add):
    context, actor, form = context_of(app), people("inspector"), paper("verification_form")
    item = add(form, "台账.pdf")
    version = cite(app, actor, form, "证据1第2页")
    from formserver.core.service_kit import DocumentDeed
    from formserver.evidence.repository import EvidenceRepository

    with context.store.uow(write=True) as u:
        document = u.documents.get(form.id, actor.scope)
        for _ in range(2):  # a deed that cuts no version of its own tells again
            for handler in context.deed_handlers:
                if getattr(handler, "__self__", None) is reading(app):
                    handler(u, DocumentDeed("submit", actor, document, document.state, "", version.no))
    with context.store.uow() as u:
        kept = u.repository(EvidenceRepository).links_of(form.id, version.no)
    assert [(link.evidence_id, link.page) for link in kept] == [(item.id, 2)]


@pytest.mark.parametrize(
    ("typed", "references"),
    [
        ("", ["证据1《台账》", "证据2《现场照片》"]),
        ("证据2", ["证据2《现场照片》"]),
        ("台账", ["证据1《台账》"]),
        ("证据1《台账》第2页、照片", ["证据2《现场照片》"]),
        ("台账 第3页", ["证据1《台账》第3页"]),
        ("2 00:01:30", ["证据2《现场照片》00:01:30"]),
        ("没有的", []),
    ],
)
def test_the_picker_offers_what_fits(client_as, paper, add, typed, references):
    form = paper("verification_form")
    add(form, "台账.pdf")
    add(form, "现场照片.jpg")
    answer = client_as("inspector").http.get("/evidence/pick", query_string={"q": typed, "document": form.id})
    assert [item["facts"]["reference"] for item in answer.json["items"]] == references


def test_the_list_is_made_with_everything_that_counts(app, client_as, people, paper, add):
    document = paper()
    first = add(
        document,
        "台账.pdf",
        source="能源管理部",
        provider="林晓燕",
        original="复印件",
        taken_at="2026-05-06 10:20",
    )
    gone = add(document, "铭牌.png")
    add(document, "中控室.mp4")
    context_of(app).service(EvidenceService).withdraw(people("inspector"), gone.id, "拍重了")
    client = client_as("inspector")
    page = client.post(f"/documents/{document.id}/evidence/list")
    assert "已生成证据清单，列入 2 份证据" in page.text
    made = page.response.request.path.split("/")[2]
    rows = context_of(app).service(Drafting).open(people("inspector"), made).draft.body["items"]
    assert [row["evidence_no"] for row in rows] == ["证据1", "证据3"]
    assert rows[0]["sha256"] == first.blob_sha256
    assert rows[0]["obtained_at"] == "2026-05-06 10:20"
    assert rows[0]["note"] == "与原件核对无误。"
    assert (rows[0]["source"], rows[0]["extent"]) == ("能源管理部", "3页")
    assert rows[1]["extent"] == "3分25秒"
    again = client.post("/documents/new/evidence_list", {"enterprise": document.enterprise_id})
    other = again.response.request.path.split("/")[2]
    assert len(context_of(app).service(Drafting).open(people("inspector"), other).draft.body["items"]) == 2


def test_the_archive_holds_files_list_and_hashes(app, client_as, people, paper, add):
    document = paper()
    add(document, "台账.pdf", source="=HYPERLINK(1)")
    gone = add(document, "铭牌.png")
    add(document, "笔录录音.wav")
    context_of(app).service(EvidenceService).withdraw(people("inspector"), gone.id, "拍重了")
    answer = client_as("inspector").http.get(f"/documents/{document.id}/evidence.zip")
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names[:3] == ["证据/001 台账.pdf", "已撤下/002 铭牌.png", "证据/003 笔录录音.wav"]
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, _, name = line.partition(" *")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        rows = list(csv.reader(io.StringIO(archive.read("证据目录.csv").decode("utf-8-sig"))))
    assert rows[1][4] == "'=HYPERLINK(1)", "no formula"
    assert rows[2][rows[0].index("理由")] == "拍重了"


def test_the_archive_is_packed_while_it_is_sent(app, people, paper, add):
    import dataclasses

    document = paper()
    item = add(document, "录像.mp4", bytes(30 << 20))
    pieces = bundle(
        context_of(app).store.blobs, [item, dataclasses.replace(item, no=2, state=EvidenceState.WITHDRAWN)]
    )
    assert max(len(piece) for piece in pieces) < 2 << 20


def report_of(app):
    store = context_of(app).store
    seal_all(store, context_of(app).clock.now())
    return verify(store, more=[(TITLE, check_evidence)])


def test_verify_holds_rows_and_files_against_the_sealed_events(app, people, paper, add):
    store, document = context_of(app).store, paper()
    item = add(document, "台账.pdf")
    context_of(app).service(EvidenceService).edit(
        people("inspector"), item.id, {"place": "车间"}, expected_version=1
    )
    report = report_of(app)
    assert report.ok, report.findings
    assert report.checked["证据"] == 1
    with store.unit(write=True) as u:
        u.connection.execute(update(table).values(place="别处"))
    found = report_of(app)
    assert [f.fault for f in found.findings] == [Fault.EVIDENCE]
    assert "证据1《台账》" in found.findings[0].place


def test_verify_finds_rows_that_went_and_files_that_went(app, people, paper, add):
    store, document = context_of(app).store, paper()
    gone, empty = add(document, "台账.pdf"), add(document, "铭牌.png")
    store.blobs.path(empty.blob_sha256).unlink()
    with store.unit(write=True) as u:
        u.connection.execute(table.delete().where(table.c.id == gone.id))
    faults = {f.fault for f in report_of(app).findings}
    assert {Fault.EVIDENCE, Fault.MISSING_BLOB} <= faults


def test_the_list_can_be_finalised_and_printed(app, people, paper, add):
    import json

    context, actor = context_of(app), people("inspector")
    document = paper()
    add(document, "台账.pdf", source="能源管理部")
    sample = json.loads(
        (context.settings.schemas_dir / "documents/evidence_list/sample.json").read_text("utf-8")
    )
    made = context.service(Drafting).create(
        actor, "evidence_list", enterprise_id=document.enterprise_id, body=sample
    )
    context.service(Drafting).save(actor, made.id)
    issuing = context.service(Issuing)
    key = next(
        a.key for a in issuing.actions(actor, reading(app).library(actor, made.id).document) if a.primary
    )
    assert key == "finalise"
    issuing.finalise(actor, made.id, base_version=1)
    with context.store.uow() as u:
        assert u.renditions.for_document(made.id)
    assert FILES
