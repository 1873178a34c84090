"""设备清单 and 淘汰设备清单 made from a list over HTTP: bodies, measures, attachments, updating, what may not be forged."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook

from formserver.core.drafting import Drafting
from formserver.core.errors import AppError
from formserver.core.figures import FigureQuery
from formserver.core.models import Document, RenditionKind
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.equipment.models import EquipmentList
from formserver.equipment.papers_models import MOST_INLINE, REF
from formserver.equipment.papers_repository import PaperRepository
from formserver.equipment.papers_service import EquipmentPapers
from formserver.equipment.repository import EquipmentListRepository
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.support.equipment import MIXED, MOTOR, many, ready_list
from tests.support.website import Website, fields, texts

MOVE = Wish("in", "photo", "铭牌照片与目录条目一致")
OUTSIDE = {
    "_k": "ex7ra0w1",
    "category": "泵",
    "name": "单级离心泵",
    "model": "2BA-6",
    "quantity": 1,
    "location": "水塔",
    "status": "在用",
    "basis": "第三批 3-1.1",
    "reason": "现场发现，台账漏列",
}


def make(site: Website, one: EquipmentList, kind: str = "elimination_list", who: str = "chen") -> Document:
    return site.context.service(EquipmentPapers).make(site.actor(who), one.id, kind)


def body_of(site: Website, document: Document) -> dict[str, Any]:
    """What the newest version states."""
    head = site.head(document.id)
    with site.context.store.uow() as u:
        return u.documents.version(document.id, head.head_version, SYSTEM_SCOPE).body


def files_of(site: Website, document: Document) -> dict[str, Any]:
    """Attachments by their hash."""
    with site.context.store.uow() as u:
        found = u.renditions.for_document(document.id)
    return {one.blob_sha256: one for one in found if one.kind is RenditionKind.ATTACHMENT}


def token(client: FlaskClient) -> str:
    page = html.fromstring(client.get("/equipment/").text)
    return str(page.xpath("//meta[@name='csrf-token']/@content")[0])


def post(client: FlaskClient, path: str) -> Any:
    return client.post(path, data={"csrf_token": token(client)})


@pytest.mark.parametrize("kind", ["elimination_list", "equipment_list"])
def test_a_paper_is_made_prefilled_and_its_form_opens(site: Website, kind: str) -> None:
    one, chen = ready_list(site), site.client("chen")
    made = post(chen, f"/equipment/lists/{one.id}/papers/{kind}")
    assert made.status_code == 302
    form = chen.get(made.location)
    assert form.status_code == 200
    assert "Y160M-4" in form.text
    document = site.head(made.location.split("/")[2])
    assert document.head_version == 1
    assert document.enterprise_id == site.enterprise.id
    body = body_of(site, document)
    assert body["enterprise"]["ent_name"] == "川西水泥有限公司"
    assert (body["as_of"], body["list_title"], body["library"]) == ("2025-06-30", one.title, one.library)
    with site.context.store.uow() as u:
        kept = u.repository(EquipmentListRepository).get(one.id, SYSTEM_SCOPE)
    assert kept.document_ids[kind] == document.id


def test_the_original_and_the_workbook_are_attached_with_their_hashes(site: Website) -> None:
    one = ready_list(site)
    document = make(site, one)
    body, files = body_of(site, document), files_of(site, document)
    assert files[one.source_sha256].filename == "原件 设备清单.xlsx"
    assert body["source_sha256"] == one.source_sha256
    detail = files[body["detail_sha256"]]
    assert detail.filename == body["detail_file"]
    with site.client("chen").get(f"/documents/{document.id}/files/{detail.id}") as answer:
        data = answer.data
    assert hashlib.sha256(data).hexdigest() == body["detail_sha256"]
    assert "淘汰设备清单" in load_workbook(io.BytesIO(data), read_only=True).sheetnames


def test_a_list_beyond_the_bound_leaves_its_rows_to_the_attachment(site: Website) -> None:
    rows = ({**MOTOR, "_verdict": "eliminated", "location": f"{n}号"} for n in range(MOST_INLINE + 1))
    document = make(site, ready_list(site, rows))
    body = body_of(site, document)
    assert "rows" not in body
    assert f"共 {MOST_INLINE + 1} 行、{2 * MOST_INLINE + 2} 台（套）" in body["rows_note"]
    assert body["detail_sha256"] in body["rows_note"]
    assert body["units_total"] == 2 * MOST_INLINE + 2
    detail = files_of(site, document)[body["detail_sha256"]]
    book = load_workbook(io.BytesIO(site.context.store.blobs.read(detail.blob_sha256)), read_only=True)
    listed = [row for row in book["淘汰设备清单"].iter_rows(values_only=True) if "Y160M-4" in row]
    assert len(listed) == MOST_INLINE + 1


def test_measures_are_sums_by_category_and_catalogue_and_never_the_count_of_the_verification_form(
    site: Website,
) -> None:
    rows = [*MIXED, {**MOTOR, "_verdict": "eliminated", "status": "停用"}]
    one = ready_list(site, rows)
    papers = [make(site, one, kind) for kind in ("elimination_list", "equipment_list")]
    keys = (
        "eliminated_units",
        "eliminated_kw",
        "eliminated_stopped_units",
        "equipment_units",
        "equipment_count",
    )
    with site.context.store.uow() as u:
        figures = u.documents.figures(FigureQuery(keys, ("2025-06-30",), site.enterprise.id), SYSTEM_SCOPE)
    of_mine = {
        (one.key, one.product): one.value_text
        for one in figures
        if one.document_id in {paper.id for paper in papers}
    }
    assert of_mine == {
        ("eliminated_units", "电动机·第二批"): "2",
        ("eliminated_kw", "电动机·第二批"): "22",
        ("eliminated_stopped_units", "电动机·第二批"): "2",
        ("equipment_units", "电动机"): "4",
        ("equipment_units", "变压器"): "1",
        ("equipment_units", "泵"): "3",
    }


def test_what_comes_from_the_list_cannot_be_forged_and_the_list_cannot_be_changed(site: Website) -> None:
    document, other = make(site, ready_list(site)), make(site, ready_list(site, many(5)))
    chen, drafting = site.actor("chen"), site.context.service(Drafting)
    honest, foreign = body_of(site, document), body_of(site, other)
    forged = {**honest, "units_total": 0, "result": "未发现淘汰设备", REF: foreign[REF], "opinion": "属实"}
    forged["rows"] = [{**honest["rows"][0], "model": "YE3-160M-4", "verdict": "正常"}]
    forged.pop("rows_note")
    drafting.save_body(chen, document.id, forged, base_version=1)
    assert body_of(site, document) == {**honest, "opinion": "属实"}
    draft = drafting.open(chen, document.id).draft
    change = {"op": "set", "at": f"/rows/@{honest['rows'][0]['_k']}/model", "value": "别的"}
    kept = drafting.patch(
        chen, document.id, seq=draft.seq, changes=[change, {"op": "remove", "at": f"/{REF}"}]
    )
    assert kept.body["rows"] == honest["rows"]
    assert kept.body[REF] == honest[REF]


def test_a_new_document_with_a_guessed_reference_gets_nothing(site: Website) -> None:
    chen, drafting = site.actor("chen"), site.context.service(Drafting)
    for ref in ("0" * 26, ready_list(site).id):
        given = {REF: ref, "rows_note": "共 0 行。", "units_total": 3}
        document = drafting.create(chen, "elimination_list", body=given)
        body = drafting.open(chen, document.id).draft.body
        assert not body.keys() & {REF, "rows", "rows_note", "units_total", "list_title"}


def test_a_reference_of_another_type_gives_nothing(site: Website) -> None:
    paper = make(site, ready_list(site), "equipment_list")
    ref = body_of(site, paper)[REF]
    document = site.context.service(Drafting).create(site.actor("chen"), "elimination_list", body={REF: ref})
    assert REF not in site.context.service(Drafting).open(site.actor("chen"), document.id).draft.body


def test_updating_takes_new_decisions_and_leaves_what_people_wrote(site: Website) -> None:
    one = ready_list(site)
    document, chen = make(site, one), site.actor("chen")
    drafting, papers = site.context.service(Drafting), site.context.service(EquipmentPapers)
    body = {**body_of(site, document), "opinion": "待核", "extra_rows": [OUTSIDE]}
    drafting.save_body(chen, document.id, body, base_version=1)
    assert [row["batch"] for row in body_of(site, document)["summary"]] == ["第二批", "清单之外补充"]
    site.context.service(Reviews).decide(chen, one.id, 2, MOVE, seen="")
    assert "清单有改动" in site.client("chen").get(f"/equipment/lists/{one.id}/papers").text
    papers.update(chen, document.id)
    body = body_of(site, document)
    assert [row["number"] for row in body["rows"]] == [1, 2]
    assert body["rows"][1]["way"] == "人工移入"
    assert (body["opinion"], body["extra_rows"], body["units_total"]) == ("待核", [OUTSIDE], 5)
    assert "review_rows" not in body
    assert len(files_of(site, document)) == 3
    assert "清单有改动" not in site.client("chen").get(f"/equipment/lists/{one.id}/papers").text


def test_rows_are_shown_in_the_form_and_cannot_be_typed_into(site: Website) -> None:
    document = make(site, ready_list(site))
    page = site.client("chen").get(f"/documents/{document.id}/edit")
    assert texts(page, "//fieldset[@id='/rows']//tbody/tr/td[3]") == ["Y160M-4"]
    assert not texts(page, "//fieldset[@id='/rows']//input/@name")
    assert "共 1 行" in page.text


def test_what_stands_against_a_paper_is_named_before(site: Website) -> None:
    page = site.client("chen").get(f"/equipment/lists/{ready_list(site).id}/papers")
    assert "1 行还没有人工意见" in page.text
    assert "Y2-160M-4" in page.text
    assert "型号像日期，请改为文本后照铭牌填写。" in page.text


def test_papers_of_another_city_do_not_exist(site: Website) -> None:
    one = ready_list(site)
    document, stranger = make(site, one), site.client("waishi")
    for path in (
        f"/equipment/lists/{one.id}/papers",
        f"/equipment/documents/{document.id}/sheet.xlsx",
    ):
        assert stranger.get(path).status_code == 404
        assert stranger.get(path.replace(one.id, "0" * 26).replace(document.id, "0" * 26)).status_code == 404
    for path in (
        f"/equipment/lists/{one.id}/papers/elimination_list",
        f"/equipment/documents/{document.id}/update",
    ):
        assert post(stranger, path).status_code == 404
    with pytest.raises(AppError):
        make(site, one, who="waishi")


def test_who_only_reads_is_offered_nothing_to_make(site: Website) -> None:
    one, viewer = ready_list(site), site.client("viewer")
    page = viewer.get(f"/equipment/lists/{one.id}/papers")
    assert page.status_code == 200
    assert not texts(page, "//form[contains(@action,'/papers/')]")
    assert post(viewer, f"/equipment/lists/{one.id}/papers/elimination_list").status_code == 403


def test_an_unknown_kind_of_paper_is_no_page(site: Website) -> None:
    one, chen = ready_list(site), site.client("chen")
    made = post(chen, f"/equipment/lists/{one.id}/papers/inspection_notice")
    assert made.status_code == 404


def test_a_list_without_an_enterprise_gives_a_paper_whose_head_people_fill(site: Website) -> None:
    document = make(site, ready_list(site, with_enterprise=False))
    body = body_of(site, document)
    assert "ent_name" not in body.get("enterprise", {})
    assert body["rows"]


def test_the_record_of_a_paper_names_document_and_list(site: Website) -> None:
    one = ready_list(site)
    document = make(site, one)
    with site.context.store.uow() as u:
        (record,) = u.repository(PaperRepository).of_list(one.id)
    assert (record.document_id, record.type, record.held_by) == (document.id, "elimination_list", ())


def test_the_form_works_without_scripts_and_turns_the_pages_of_long_tables(site: Website) -> None:
    rows = [{**MOTOR, "_verdict": "eliminated", "location": f"{n}号"} for n in range(25)]
    document, chen = make(site, ready_list(site, rows)), site.client("chen")
    path, before = f"/documents/{document.id}/edit", body_of(site, document)
    form = "//form[@id='doc-form']"
    first = chen.get(path).text
    turned = chen.post(
        path, data={**fields(first, form).to_dict(), "do": "page:/rows:3"}, follow_redirects=True
    )
    numbers = texts(turned, "//fieldset[@id='/rows']//tbody/tr/td[1]")
    assert numbers == ["21", "22", "23", "24", "25"]
    typed = {**fields(turned.text, form).to_dict(), "/opinion": "限期淘汰", "do": "save"}
    assert chen.post(path, data=typed).status_code == 302
    assert body_of(site, document) == {**before, "opinion": "限期淘汰"}
