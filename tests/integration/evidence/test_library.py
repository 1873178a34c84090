"""Adding, describing, ordering and withdrawing evidence, on the pages people use."""

from __future__ import annotations

import hashlib
import io

import pytest
from werkzeug.datastructures import MultiDict

from formserver.core.errors import AppError
from formserver.core.runner import JobRunner
from formserver.evidence.reading import EvidenceReading
from formserver.evidence.service import EvidenceService
from tests.integration.evidence.conftest import FILES
from tests.support.web import context_of


def library(app, actor, document):
    return context_of(app).service(EvidenceReading).library(actor, document.id, with_links=True)


def test_files_of_every_kind_are_added_by_a_plain_form(app, client_as, people, paper):
    document, client = paper(), client_as("inspector")
    assert "还没有证据" in client.get(f"/documents/{document.id}/evidence").text
    fields = MultiDict([("files", (io.BytesIO(data), name)) for name, data in FILES.items()])
    page = client.post(f"/documents/{document.id}/evidence", fields, content_type="multipart/form-data")
    assert "已添加 10 份：证据1至证据10" in page.text
    items = library(app, people("inspector"), document).items
    assert [(i.no, i.kind, i.extent) for i in items] == [
        (1, "照片", "1张"),
        (2, "照片", "1张"),
        (3, "照片", "1张"),
        (4, "其他", "3页"),
        (5, "表格", ""),
        (6, "音频", "3秒"),
        (7, "视频", "3分25秒"),
        (8, "表格", ""),
        (9, "其他", ""),
        (10, "其他", ""),
    ]
    for item, data in zip(items, FILES.values(), strict=True):
        assert item.blob_sha256 == hashlib.sha256(data).hexdigest()
    assert items[0].proposed["taken_at"] == "2026-05-06T09:31"
    assert items[0].proposed["place"] == "北纬30.66000°，东经104.07000°"
    assert items[0].taken_at == "", "a proposal is not a statement"


@pytest.mark.parametrize("name", FILES)
def test_every_file_can_be_looked_at(app, client_as, paper, add, name):
    item = add(paper(), name)
    client = client_as("inspector")
    page = client.get(f"/evidence/{item.id}")
    assert item.blob_sha256 in page.text
    assert not page.tree.xpath("//main//script[contains(., 'alert')] | //main//b[contains(., '第二行')]")
    for source in page.tree.xpath("//main//img/@src | //main//video/@src | //main//audio/@src"):
        answer = client.http.get(source)
        assert answer.status_code == 200, source
        assert answer.mimetype.startswith(("image/jpeg", "audio/", "video/"))
        answer.close()


def test_a_description_is_kept_with_its_history(app, client_as, people, paper, add):
    item, client = add(paper(), "现场照片.jpg"), client_as("inspector")
    page = client.get(f"/evidence/{item.id}/edit")
    assert "照片信息" in page.text
    changes = {
        "source": "2号水泥磨车间",
        "taken_at": "2026年5月6日 9:31",
        "maker": "李明",
        "title": "电机铭牌",
    }
    client.submit(page, f"/evidence/{item.id}/edit", changes)
    kept, _ = context_of(app).service(EvidenceReading).item(people("inspector"), item.id)
    assert (kept.source, kept.taken_at, kept.title, kept.row_version) == (
        "2号水泥磨车间",
        "2026-05-06T09:31",
        "电机铭牌",
        2,
    )
    shown = client.get(f"/evidence/{item.id}").text
    assert "2号水泥磨车间" in shown
    history = context_of(app).service(EvidenceReading).history(people("inspector"), kept)
    assert [r.title for r in history] == ["修改说明", "添加"]
    assert ("证据名称", "现场照片", "电机铭牌") in history[0].changes


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(client_as, paper, add):
    item, client = add(paper(), "铭牌.png"), client_as("inspector")
    page = client.submit(
        client.get(f"/evidence/{item.id}/edit"),
        f"/evidence/{item.id}/edit",
        {"title": "", "taken_at": "去年夏天", "place": "水泥磨车间"},
        status=422,
    )
    assert page.tree.xpath("string(//*[@id='taken_at-error'])").startswith("“去年夏天”不是可识别的时间")
    assert page.tree.xpath("string(//*[@id='title-error'])") == "请填写“证据名称”。"
    assert page.tree.xpath("//input[@name='place']/@value") == ["水泥磨车间"]


def test_two_people_at_once_do_not_overwrite_each_other(client_as, paper, add):
    item, first = add(paper(), "铭牌.png"), client_as("inspector")
    page = first.get(f"/evidence/{item.id}/edit")
    second = client_as("leader")
    second.submit(second.get(f"/evidence/{item.id}/edit"), f"/evidence/{item.id}/edit", {"place": "甲"})
    refused = first.submit(page, f"/evidence/{item.id}/edit", {"place": "乙"}, status=409)
    assert "已被别人修改" in refused.text
    assert refused.tree.xpath("//input[@name='place']/@value") == ["乙"]


def test_several_are_described_at_once(app, client_as, people, paper, add):
    document = paper()
    items = [add(document, name) for name in ("现场照片.jpg", "铭牌.png", "台账.pdf")]
    client, where = client_as("inspector"), f"/documents/{document.id}/evidence/several"
    page = client.get(f"/documents/{document.id}/evidence")
    chosen = [items[0].id, items[1].id]
    client.submit(page, where, {"chosen": chosen, "place": "2号水泥磨车间", "maker": "罗文博", "move": None})
    kept = library(app, people("inspector"), document).items
    assert [i.place for i in kept] == ["2号水泥磨车间", "2号水泥磨车间", ""]
    refused = client.submit(page, where, {"place": "无人", "move": None}, status=422)
    assert "请先勾选" in refused.text


def test_the_order_is_kept_by_hand(app, client_as, people, paper, add):
    document = paper()
    items = [add(document, name) for name in ("现场照片.jpg", "铭牌.png", "台账.pdf")]
    client = client_as("inspector")
    page = client.get(f"/documents/{document.id}/evidence")
    client.submit(page, f"/documents/{document.id}/evidence/several", {"move": f"up:{items[2].id}"})
    assert [i.no for i in library(app, people("inspector"), document).items] == [1, 3, 2]
    fields = MultiDict([("csrf_token", client.token()), *(("order", items[n].id) for n in (2, 1, 0))])
    assert client.http.post(f"/documents/{document.id}/evidence/order", data=fields).status_code == 204
    assert [i.no for i in library(app, people("inspector"), document).items] == [3, 2, 1]


def test_withdrawing_needs_a_reason_and_keeps_everything(app, client_as, people, paper, add):
    document = paper()
    item, client = add(document, "台账.pdf"), client_as("inspector")
    where = f"/evidence/{item.id}/withdraw"
    assert "请写明理由" in client.submit(client.get(where), where, {"reason": "  "}, status=422).text
    client.submit(client.get(where), where, {"reason": "与本案无关"})
    found = library(app, people("inspector"), document)
    assert (found.items[0].valid, found.items[0].reason, found.valid) == (False, "与本案无关", ())
    with client.http.get(f"/evidence/{item.id}/file") as answer:
        assert answer.data == FILES["台账.pdf"]
    client.submit(client.get(where), where, {"reason": "核对后属于本案"})
    assert library(app, people("inspector"), document).items[0].valid
    assert add(document, "铭牌.png").no == 2


def test_papers_of_one_enterprise_share_the_library_and_its_numbers(app, people, paper, add):
    record, form, alone = paper(), paper("verification_form"), paper(enterprise="")
    assert [add(record, "铭牌.png").no, add(form, "台账.pdf").no, add(alone, "台账.pdf").no] == [1, 2, 1]
    assert len(library(app, people("inspector"), form).items) == 2
    assert len(library(app, people("inspector"), alone).items) == 1


def test_a_form_sent_twice_adds_a_file_once(app, people, paper):
    from formserver.uploads.service import UploadService

    context, actor, document = context_of(app), people("inspector"), paper()
    uploads, service = context.service(UploadService), context.service(EvidenceService)
    item = uploads.create(actor, purpose="evidence", filename="照片.png", size=len(FILES["铭牌.png"]))
    uploads.append(actor, item.id, io.BytesIO(FILES["铭牌.png"]), offset=0)
    first = service.add(actor, document.id, [uploads.take(actor, item.id, "evidence")])
    again = service.add(actor, document.id, [uploads.take(actor, item.id, "evidence")])
    assert [e.id for e in again] == [e.id for e in first]
    assert len(library(app, actor, document).items) == 1


def test_the_bytes_are_compared_with_the_hash_in_the_background(app, client_as, people, paper, add):
    context = context_of(app)
    item = add(paper(), "铭牌.png")
    runner = JobRunner(context.store, context.job_handlers, context.clock)
    runner.run_all()
    reading = context.service(EvidenceReading)
    kept, _ = reading.item(people("inspector"), item.id)
    assert kept.checked_at is not None
    assert not kept.damaged
    path = context.store.blobs.path(item.blob_sha256)
    path.chmod(0o644)
    path.write_bytes(b"x" + FILES["铭牌.png"][1:])
    assert context.service(EvidenceService).check_hash(item.id) is False
    assert "文件已损坏" in client_as("inspector").get(f"/evidence/{item.id}").text


def test_nothing_is_added_to_a_paper_that_is_void(app, people, paper, add):
    import dataclasses

    from formserver.core.models import State
    from formserver.core.permissions import SYSTEM_SCOPE

    document = paper()
    with context_of(app).store.uow(write=True) as u:
        u.documents.update(dataclasses.replace(u.documents.lock(document.id, SYSTEM_SCOPE), state=State.VOID))
    with pytest.raises(AppError, match="已作废"):
        add(document, "铭牌.png")
