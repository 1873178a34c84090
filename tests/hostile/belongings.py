"""One real thing of every kind in the first city, so that a refusal is about who asks and not about a made-up id."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw

from formserver.accounts.session_service import SessionService
from formserver.accounts.tokens import TokenService
from formserver.approvals.deputies import Deputies
from formserver.approvals.service import ApprovalService, Ticket
from formserver.calculation.requests import request_from_json
from formserver.calculators.confirm_figures import Wanted
from formserver.calculators.confirm_service import Figures
from formserver.calculators.maintain_service import Drafts
from formserver.calculators.service import Calculators
from formserver.core.clock import today_in_china
from formserver.core.ids import new_id
from formserver.core.issuing import Issuing
from formserver.core.models import Document
from formserver.documents.bulk_deeds import Item
from formserver.documents.bulk_job import BulkRuns
from formserver.documents.saved_views import SavedViews
from formserver.equipment import review_photos
from formserver.equipment.catalogue_drafts import CatalogueDrafts
from formserver.equipment.sample_service import Samples
from formserver.evidence.service import EvidenceService
from formserver.legacy.service import LegacyBatches
from formserver.notices.service import NoticeService
from formserver.scans.service import Intake
from formserver.signatures.models import CapturedMark, MarkKind
from formserver.signatures.repository import SignatureRepository
from formserver.signatures.seals import SealService
from formserver.uploads.service import UploadService
from tests.support.equipment import ready_list
from tests.support.house import photo_of_paper
from tests.support.scans import read_scans
from tests.support.workbooks import sheet

if TYPE_CHECKING:
    from tests.hostile.kit import Town


def belongings(town: Town, issued: Document) -> dict[str, Any]:
    """Values for the arguments of routes: all of the clerk, of chen and he, none of the stranger."""
    clerk, service = town.actor("clerk"), town.context.service
    town.client("clerk")
    uploads = service(UploadService)
    stored = uploads.receive(clerk, "evidence", "配电室.png", io.BytesIO(photo_of_paper()))
    (evidence,) = service(EvidenceService).add(clerk, issued.id, [stored], {"place": "川西水泥有限公司"})
    upload = uploads.create(clerk, purpose="evidence", filename="视频.mp4", size=1000)
    job, _ = service(BulkRuns).start(clerk, "zip", [Item(issued.id, issued.head_version)])
    assert job is not None
    view = service(SavedViews).save(clerk, "我的水泥厂", {"q": "水泥"}, (), shared=False, default=False)
    token, _ = service(TokenService).create(
        clerk, name="台账", scopes=["documents:document:read"], until=today_in_china(town.context.clock)
    )
    batch = service(LegacyBatches).keep(clerk, "目录.xlsx", _old_papers(), [("一.png", photo_of_paper())])
    waiting, mark, page = _signing(town)
    return {
        "evidence_id": evidence.id,
        "upload_id": upload.id,
        "job_id": job.id,
        "view_id": view.id,
        "token_id": token.id,
        "session_id": service(SessionService).of(clerk)[0].id,
        "batch_id": batch.id,
        "seal_id": service(SealService).add(clerk, "执法章", 42, _stamp()).id,
        "appointment_id": _deputy(town),
        "calculation_id": _calculation(town),
        "calculator": "cement",
        **_maintenance(town),
        **_equipment(town),
        **_catalogues(town),
        "kind": "docx",
        "mark_id": mark,
        "page_id": page,
        "waiting": waiting,
        **_review(town),
    }


def _maintenance(town: Town) -> dict[str, Any]:
    """A draft of the clerk's city and a confirmation; the methods themselves are of everybody."""
    clerk, service = town.actor("clerk"), town.context.service
    draft = service(Drafts).copy(clerk, "soda_ash", "gb29140-2024")
    figures = service(Figures)
    figure = next(one for one in figures.items(clerk, Wanted()) if one.standard == "GB 29140-2024")
    figures.confirm(clerk, {figure.id: figure.value}, "标准原文第5页表2")
    (confirmation, *_) = figures.item(clerk, figure.id)[1]
    return {
        "draft_id": draft.id,
        "confirmation_id": confirmation.id,
        "name": "soda_ash",
        "edition": "gb29140-2024",
        "section_key": "limits",
        "part": "limits",
    }


def _catalogues(town: Town) -> dict[str, Any]:
    """A draft of the clerk's city and a labelled row; published catalogues and rules are of everybody."""
    clerk, service = town.actor("clerk"), town.context.service
    draft = service(CatalogueDrafts).copy(clerk, "elimination", "guidance", "2024")
    rules = service(CatalogueDrafts).copy(clerk, "matching", "national", "2025")
    sample = service(Samples).add(
        clerk, {"name": "离心泵", "model": "QQX-1"}, "ok", "川西水泥有限公司现场所见"
    )
    return {
        "catalogue_draft_id": draft.id,
        "rules_draft_id": rules.id,
        "table_name": next(iter(rules.content["tables"])),
        "catalogue_kind": "elimination",
        "catalogue_name": "guidance",
        "catalogue_edition": "2024",
        "line_id": "motor-1",
        "rule_id": str(draft.content["rules"][0]["id"]),
        "sample_id": sample.row.id,
    }


def _equipment(town: Town) -> dict[str, Any]:
    """A checked list of the enterprise, uploaded by chen."""
    chen, service = town.actor("chen"), town.context.service
    one = ready_list(town)
    plate = io.BytesIO(photo_of_paper())
    stored = service(UploadService).receive(chen, review_photos.PURPOSE, "铭牌.png", plate)
    (photo,) = service(review_photos.NameplatePhotos).add(chen, one.id, 1, [stored])
    return {"list_id": one.id, "number": 1, "photo_id": photo.id, "paper_type": "elimination_list"}


def _old_papers() -> bytes:
    heads = ["文书种类", "文书名称", "被监察单位", "成文日期", "文号", "状态", "文件"]
    return sheet([heads, ["节能监察通知书", "", "川西水泥有限公司", "2019-08-20", "", "已送达", "一.png"]])


def _stamp() -> bytes:
    picture, stream = Image.new("RGB", (300, 300), "white"), io.BytesIO()
    ImageDraw.Draw(picture).ellipse((20, 20, 280, 280), outline="red", width=12)
    picture.save(stream, "PNG")
    return stream.getvalue()


def _deputy(town: Town) -> str:
    today = today_in_china(town.context.clock)
    he = town.actor("he")
    made = town.context.service(Deputies).name(
        town.actor("clerk"), he.user_id, today, today + timedelta(days=1), "出差"
    )
    return made.id


def _calculation(town: Town) -> str:
    """A kept benchmark of the enterprise."""
    request = request_from_json(
        {
            "calculator": "cement",
            "product": "clinker",
            "period": {"start": "2025-01-01", "end": "2025-12-31"},
            "inputs": {"clinker_t": "1550000"},
        }
    )
    keep = town.context.service(Calculators).save
    return keep(town.actor("clerk"), request, "川西水泥有限公司 熟料", town.enterprise.id).id


def _review(town: Town) -> dict[str, str]:
    """A paper that waits for a decision, a remark on it, and the message that came with another decision."""
    service = town.context.service
    document = town.saved()
    service(Issuing).transition(town.actor("chen"), document.id, "submit", base_version=document.head_version)
    document = town.head(document.id)
    waiting, _ = service(ApprovalService).queue(town.actor("he"))
    step = next(one.standing.step for one in waiting if one.document.id == document.id)
    ticket = Ticket(document.id, document.head_version, step.round, step.position)
    remark = service(ApprovalService).remark(town.actor("he"), ticket, "/issue_date", "日期请核对")
    notices, _ = service(NoticeService).page(town.actor("chen"))
    return {"review": document.id, "remark_id": remark.id, "notice_id": notices[0].id}


def _signing(town: Town) -> tuple[str, str, str]:
    """A paper that waits for signatures with a captured mark and a page of its heap: (document, mark, page)."""
    document = town.final()
    chen = town.actor("chen")
    intake = town.context.service(Intake)
    intake.offer(chen, document.id, "扫描.png", photo_of_paper())
    read_scans(town.context)
    page = intake.heap(chen, document.id).pages[0].id
    image = town.context.store.blobs.put_bytes(photo_of_paper())
    mark = CapturedMark(
        id=new_id(),
        document_id=document.id,
        version_no=document.printed_version,
        slot="signature",
        place=0,
        kind=MarkKind.SIGNATURE,
        signer="周国栋",
        image_sha256=image.sha256,
        by=chen.user_id,
        by_name=chen.name,
        at=town.context.clock.now(),
    )
    with town.context.store.uow(write=True) as u:
        u.repository(SignatureRepository).add_mark(mark)
    return document.id, mark.id, page
