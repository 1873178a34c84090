"""定稿 and what follows: the guard, the list that closes and opens again, prints, workbooks, verification."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook

from formserver.core.deriving import Deriving
from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.service_kit import Kit, projector
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.papers_service import EquipmentPapers
from formserver.equipment.repository import EquipmentListRepository
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from formserver.store.findings import Fault
from formserver.store.verify import verify
from tests.support.equipment import MIXED, MOTOR, ready_list
from tests.support.website import Website

MOVE = Wish("in", "photo", "铭牌照片与目录条目一致")
OFFICERS = [
    {"name": "陈志远", "org": "川西市节能监察中心", "cert_no": "51180012031", "role": "组长"},
    {"name": "何雨桐", "org": "川西市节能监察中心", "cert_no": "51180012032", "role": "组员"},
]
EVIL = "Y160M-4<w:t>&{{ doc.number }}=1+1"


def complete(site: Website, one: EquipmentList, kind: str = "elimination_list") -> Document:
    """A paper of the list with all that people state, saved."""
    chen = site.actor("chen")
    document = site.context.service(EquipmentPapers).make(chen, one.id, kind)
    body = {**body_of(site, document), "inspectors": OFFICERS, "opinion": "按目录期限停止使用。"}
    if kind != "elimination_list":
        body.pop("opinion")
    site.context.service(Drafting).save_body(chen, document.id, body, base_version=1)
    return site.head(document.id)


def body_of(site: Website, document: Document) -> dict[str, Any]:
    with site.context.store.uow() as u:
        head = u.documents.get(document.id, SYSTEM_SCOPE).head_version
        return u.documents.version(document.id, head, SYSTEM_SCOPE).body


def finalise(site: Website, document: Document) -> Document:
    head = site.head(document.id).head_version
    return site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=head)


def state_of(site: Website, one: EquipmentList) -> ListState:
    with site.context.store.uow() as u:
        return u.repository(EquipmentListRepository).get(one.id, SYSTEM_SCOPE).state


def decide(site: Website, one: EquipmentList, number: int = 2) -> None:
    site.context.service(Reviews).decide(site.actor("chen"), one.id, number, MOVE, seen="")


def test_a_finalised_paper_closes_its_list_with_undecided_rows_said_on_it(site: Website) -> None:
    one = ready_list(site)
    document = finalise(site, complete(site, one))
    assert document.state is State.FINAL
    assert state_of(site, one) is ListState.CLOSED
    assert "其中 1 行尚无人工意见" in body_of(site, document)["review_note"]
    with pytest.raises(AppError):
        decide(site, one)


@pytest.mark.parametrize("how", ["reopen", "void"])
def test_going_back_opens_the_list_again(site: Website, how: str) -> None:
    one, chen, issuing = ready_list(site), site.actor("chen"), site.context.service(Issuing)
    document = finalise(site, complete(site, one))
    if how == "reopen":
        issuing.transition(
            chen, document.id, "reopen", base_version=document.head_version, reason="台数写错，退回核对"
        )
    else:
        issuing.void(chen, document.id, reason="清单有误，重新制作")
    assert state_of(site, one) is ListState.READY
    decide(site, one)
    with site.context.store.uow() as u:
        actions = [event.action for event in u.events.for_document(document.id)]
    assert actions.count("equipment.list_closed") == actions.count("equipment.list_opened") == 1


def test_the_list_stays_closed_while_another_paper_holds_it(site: Website) -> None:
    one, chen, issuing = ready_list(site), site.actor("chen"), site.context.service(Issuing)
    first, second = (finalise(site, complete(site, one)) for _ in range(2))
    issuing.void(chen, first.id, reason="重复制作")
    assert state_of(site, one) is ListState.CLOSED
    issuing.void(chen, second.id, reason="重复制作")
    assert state_of(site, one) is ListState.READY


def test_a_copy_of_a_paper_holds_the_list_like_the_paper(site: Website) -> None:
    one, chen = ready_list(site), site.actor("chen")
    paper = complete(site, one)
    deriving = Deriving(site.context.service(Kit), site.context.service(Drafting))
    copied = deriving.copy(chen, paper.id).document
    site.context.service(Drafting).save(chen, copied.id)
    finalise(site, copied)
    finalise(site, paper)
    site.context.service(Issuing).void(chen, paper.id, reason="以副本为准")
    assert state_of(site, one) is ListState.CLOSED


def test_a_list_of_equipment_does_not_close_the_list(site: Website) -> None:
    one = ready_list(site)
    finalise(site, complete(site, one, "equipment_list"))
    assert state_of(site, one) is ListState.READY


@pytest.mark.parametrize("kind", ["elimination_list", "equipment_list"])
def test_a_paper_behind_its_list_is_refused_until_it_is_updated(site: Website, kind: str) -> None:
    one = ready_list(site)
    document = complete(site, one, kind)
    decide(site, one)
    with pytest.raises(AppError, match="按清单更新"):
        finalise(site, document)
    site.context.service(EquipmentPapers).update(site.actor("chen"), document.id)
    assert finalise(site, document).state is State.FINAL


def test_a_paper_whose_list_was_taken_again_by_another_must_be_kept_anew(site: Website) -> None:
    one, chen = ready_list(site), site.actor("chen")
    paper = complete(site, one)
    deriving = Deriving(site.context.service(Kit), site.context.service(Drafting))
    copied = deriving.copy(chen, paper.id).document
    site.context.service(Drafting).save(chen, copied.id)
    decide(site, one)
    site.context.service(EquipmentPapers).update(chen, copied.id)
    with pytest.raises(AppError, match="不一致"):
        finalise(site, paper)


def test_a_paper_without_a_list_is_refused(site: Website) -> None:
    chen, drafting = site.actor("chen"), site.context.service(Drafting)
    body = {"enterprise": {"ent_name": "甲公司"}, "inspectors": OFFICERS, "opinion": "无"}
    document = drafting.create(chen, "elimination_list", body=body)
    drafting.save(chen, document.id)
    with pytest.raises(AppError, match="没有依据的设备清单"):
        finalise(site, document)


def test_hostile_texts_print_as_they_are(site: Website) -> None:
    rows = [{**row, "model": EVIL, "location": EVIL} for row in MIXED]
    document = finalise(site, complete(site, ready_list(site, rows)))
    (paper,) = [
        r
        for r in site.context.service(Papers).renditions(site.actor("chen"), document.id)
        if r.kind == "docx"
    ]
    with zipfile.ZipFile(io.BytesIO(site.context.store.blobs.read(paper.blob_sha256))) as archive:
        text = archive.read("word/document.xml").decode()
    assert "Y160M-4&lt;w:t&gt;&amp;{{ doc.number }}=1+1" in text


def test_the_workbook_of_a_document_holds_its_tables_and_no_formulas(site: Website) -> None:
    rows = [{**row, "model": "=HYPERLINK(1)"} for row in MIXED] + [{**MOTOR, "_verdict": "eliminated"}]
    document = complete(site, ready_list(site, rows))
    answer = site.client("chen").get(f"/equipment/documents/{document.id}/sheet.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == [
        "表1 淘汰设备清单",
        "表2 待人工确认",
        "表3 提示清单",
        "未识别（须先改）",
        "汇总",
    ]
    first = book["表1 淘汰设备清单"]
    assert [first.cell(4, column).value for column in (1, 3, 4)] == [1, "三相异步电动机", "=HYPERLINK(1)"]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "91510000123456788G" in first.cell(2, 1).value
    assert "2025-06-30" in first.cell(2, 1).value


def test_links_lead_from_document_to_files_and_list_and_from_the_verification_form(site: Website) -> None:
    one = ready_list(site)
    document = complete(site, one)
    page = site.client("chen").get(f"/documents/{document.id}").text
    for word in ("清单（xlsx）", "识别明细（xlsx）", "企业报送的原件", f"/equipment/lists/{one.id}/papers"):
        assert word in page
    form = site.context.service(Drafting).create(
        site.actor("chen"), "verification_form", enterprise_id=site.enterprise.id
    )
    assert f"/equipment/lists/{one.id}/papers" in site.client("chen").get(f"/documents/{form.id}").text


def test_records_of_papers_verify(site: Website) -> None:
    finalise(site, complete(site, ready_list(site)))
    kit = site.context.service(Kit)
    found = verify(kit.store, project=projector(kit.catalogue)).counts  # type: ignore[arg-type]
    assert set(found) <= {Fault.UNSEALED}


def test_the_form_says_above_when_the_list_went_on_and_when_there_is_none(site: Website) -> None:
    one, chen = ready_list(site), site.client("chen")
    document = complete(site, one)
    path = f"/documents/{document.id}/edit"
    assert "form-panel-equipment-paper" not in chen.get(path).text
    decide(site, one)
    assert f"/equipment/documents/{document.id}/update" in chen.get(path).text
    bare = site.context.service(Drafting).create(site.actor("chen"), "elimination_list")
    assert "直接新建的没有表格" in chen.get(f"/documents/{bare.id}/edit").text
