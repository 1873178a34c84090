"""Signing on a screen: a real paper from LibreOffice, real places, real pictures; and what is refused."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from formserver.core.errors import AppError
from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.papers import PDF_JOB
from formserver.core.places import to_keyed
from formserver.core.runner import JobRunner
from formserver.rendering.page_images import page_image
from formserver.scans.binding import Binding
from formserver.scans.reading import READ_JOB
from formserver.scans.service import Intake
from formserver.signatures.permissions import SealPermission
from formserver.signatures.seals import SealService
from formserver.signatures.service import SignatureService
from tests.support.website import Website, fields, texts


def handwriting(colour: str = "#101418", size: tuple[int, int] = (1200, 480)) -> bytes:
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.line([(200, 300), (420, 120), (600, 330), (900, 150)], fill=colour, width=14)
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def red_seal() -> bytes:
    picture = Image.new("RGB", (600, 600), "white")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((20, 20, 580, 580), outline="#c00000", width=16)
    pen.regular_polygon((300, 300, 90), 5, fill="#c00000")
    data = io.BytesIO()
    picture.save(data, "JPEG")
    return data.getvalue()


@pytest.fixture(scope="module")
def pledge(site: Website) -> Document:
    return printed(site, "integrity_pledge")


def printed(site: Website, type_key: str) -> Document:
    document = site.saved("chen", type_key)
    site.context.service(Issuing).finalise(
        site.actor("chen"), document.id, base_version=document.head_version
    )
    context = site.context
    JobRunner(context.store, {PDF_JOB: context.job_handlers[PDF_JOB]}, context.clock).run_all()
    return site.head(document.id)


def service(site: Website) -> SignatureService:
    return site.context.service(SignatureService)


def put(site: Website, document: Document, place: str, **values: object) -> None:
    given = {
        "signer": "陈志远",
        "picture": handwriting(),
        "strokes": "[[[1,2,50,10]]]",
        "device": "平板",
        **values,
    }
    service(site).sign(site.actor("chen"), document.id, place, **given)  # type: ignore[arg-type]


def events(site: Website, document: Document) -> list[tuple[str, dict[str, object]]]:
    with site.context.store.uow() as u:
        return [(e.action, e.data) for e in u.events.for_document(document.id)]


def test_the_places_of_a_paper_are_found_on_its_pages(site: Website, pledge: Document):
    seen = service(site).page(site.actor("chen"), pledge.id)
    assert {place.area.kind for place in seen.places} >= {"signature"}
    assert all(1 <= place.area.page <= len(seen.sizes) for place in seen.places)


def test_a_signature_stands_in_its_place_on_the_finished_paper(site: Website, pledge: Document):
    place = next(
        p for p in service(site).page(site.actor("chen"), pledge.id).places if p.area.kind == "signature"
    )
    put(site, pledge, place.key)
    pdf = service(site).finish(site.actor("chen"), pledge.id)
    width, height = PdfReader(io.BytesIO(pdf)).pages[place.area.page - 1].mediabox[2:]
    picture = Image.open(io.BytesIO(page_image(pdf, place.area.page, width=1600))).convert("L")
    scale = 1600 / float(width)
    area = place.area
    box = (
        area.x0 * scale,
        (float(height) - area.y1) * scale,
        area.x1 * scale,
        (float(height) - area.y0) * scale,
    )
    assert sum(picture.crop(tuple(map(int, box))).histogram()[:90]) > 200
    assert "屏幕签署" in PdfReader(io.BytesIO(pdf)).pages[area.page - 1].extract_text()


def test_the_finished_paper_waits_in_the_intake_of_signed_papers(site: Website, pledge: Document):
    place = next(
        p for p in service(site).page(site.actor("chen"), pledge.id).places if p.area.kind == "signature"
    )
    put(site, pledge, place.key)
    finished = site.client("chen").post(
        f"/documents/{pledge.id}/signatures/finish",
        data=fields(
            site.client("chen").get(f"/documents/{pledge.id}/signatures").text,
            "//form[contains(@class,'doc-inline')]",
        ),
    )
    assert finished.status_code == 302
    heap = site.context.service(Intake).heap(site.actor("chen"), pledge.id)
    assert [original.filename for original in heap.originals if "屏幕签署" in original.filename]


def test_a_paper_signed_on_the_screen_is_bound_and_signed(site: Website):
    """Signed twice, as people do who find a place they forgot; the pages are read by the worker, then bound."""
    document, chen = printed(site, "integrity_pledge"), site.actor("chen")
    for place in service(site).page(chen, document.id).places:
        if place.area.kind == "signature":
            put(site, document, place.key)
            service(site).finish(chen, document.id)
    context, intake = site.context, site.context.service(Intake)
    JobRunner(context.store, {READ_JOB: context.job_handlers[READ_JOB]}, context.clock).run_all()
    heap = intake.heap(chen, document.id)
    assert len(heap.originals) == 1
    assert [finding.text for finding in heap.findings if finding.blocks] == []
    head = site.head(document.id).head_version
    with context.store.uow() as u:
        body = u.documents.version(document.id, head, chen.scope).body
    dates = [to_keyed(body, f"/pledgers/{row}/sign_date") for row in range(len(body["pledgers"]))]
    signed = context.service(Binding).sign(
        chen,
        document.id,
        base_version=head,
        pen_fields=dict.fromkeys(dates, "2026-11-17"),
        corrections=(),
        confirmed=frozenset(finding.key for finding in heap.findings),
    )
    assert site.head(document.id).state is State.SIGNED
    assert context.store.blobs.read(signed.scan.blob_sha256).startswith(b"%PDF")


def test_picture_movement_and_device_are_in_the_sealed_event(site: Website, pledge: Document):
    place = next(
        p for p in service(site).page(site.actor("chen"), pledge.id).places if p.area.kind == "signature"
    )
    put(site, pledge, place.key)
    action, data = next(e for e in reversed(events(site, pledge)) if e[0] == "signature.captured")
    assert action == "signature.captured"
    assert site.context.store.blobs.exists(str(data["image_sha256"]))
    with site.context.store.uow() as u:
        assert json.loads(u.contents.get(str(data["strokes_sha256"]))) == [[[1, 2, 50, 10]]]
    assert data["device"] == "平板"


def test_a_second_signature_replaces_the_first_and_one_can_be_taken_back(site: Website, pledge: Document):
    chen = site.actor("chen")
    place = next(p for p in service(site).page(chen, pledge.id).places if p.area.kind == "signature")
    put(site, pledge, place.key, signer="甲")
    put(site, pledge, place.key, signer="乙")
    mark = next(p.mark for p in service(site).page(chen, pledge.id).places if p.key == place.key)
    assert mark is not None
    assert mark.signer == "乙"
    service(site).withdraw(chen, pledge.id, mark.id)
    assert all(p.mark is None for p in service(site).page(chen, pledge.id).places if p.key == place.key)
    with pytest.raises(AppError, match="撤回"):
        service(site).withdraw(chen, pledge.id, mark.id)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"signer": "  "}, "姓名"),
        ({"picture": b""}, "不能使用"),
        ({"picture": b"<svg onload=alert(1)>"}, "不能使用"),
        ({"picture": handwriting("#00000000")}, "没有笔迹"),
    ],
)
def test_what_is_no_signature_is_refused(site: Website, pledge: Document, values, says):
    place = next(
        p for p in service(site).page(site.actor("chen"), pledge.id).places if p.area.kind == "signature"
    )
    with pytest.raises(AppError) as refused:
        put(site, pledge, place.key, **values)
    assert says in refused.value.message() + "".join(p.message for p in refused.value.problems)


def test_a_picture_of_endless_size_is_refused(site: Website, pledge: Document):
    data = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(data, "PNG")
    place = next(
        p for p in service(site).page(site.actor("chen"), pledge.id).places if p.area.kind == "signature"
    )
    with pytest.raises(AppError, match="不能使用"):
        put(site, pledge, place.key, picture=data.getvalue())


def test_no_place_that_is_not_on_the_paper(site: Website, pledge: Document):
    for place in ("organ_seal:0", "nothing:0", "", "pledger_sign:99"):
        with pytest.raises(AppError):
            put(site, pledge, place)


def test_another_city_finds_nothing(site: Website, pledge: Document):
    assert site.client("waishi").get(f"/documents/{pledge.id}/signatures").status_code == 404
    with pytest.raises(AppError, match="没有找到"):
        service(site).page(site.actor("waishi"), pledge.id)


def test_a_draft_cannot_be_signed(site: Website):
    document = site.saved("chen", "integrity_pledge")
    answer = site.client("chen").get(f"/documents/{document.id}/signatures")
    assert answer.status_code == 302
    with pytest.raises(AppError, match="定稿待签"):
        service(site).page(site.actor("chen"), document.id)


def test_a_paper_printed_anew_begins_empty(site: Website):
    document, chen = printed(site, "integrity_pledge"), site.actor("chen")
    place = next(p for p in service(site).page(chen, document.id).places if p.area.kind == "signature")
    put(site, document, place.key)
    issuing = site.context.service(Issuing)
    issuing.transition(chen, document.id, "reopen", base_version=document.head_version, reason="改日期")
    with pytest.raises(AppError, match="定稿待签"):
        put(site, document, place.key)
    head = site.head(document.id)
    issuing.finalise(chen, document.id, base_version=head.head_version)
    context = site.context
    JobRunner(context.store, {PDF_JOB: context.job_handlers[PDF_JOB]}, context.clock).run_all()
    assert site.head(document.id).state is State.FINAL
    assert service(site).page(chen, document.id).signed == 0


def test_the_page_works_by_plain_posts(site: Website, pledge: Document):
    client, address = site.client("chen"), f"/documents/{pledge.id}/signatures"
    page = client.get(address).text
    typed = fields(page, "//form[contains(@class,'sig-form')]", signer="何雨桐")
    typed["image"] = "data:image/png;base64," + base64.b64encode(handwriting()).decode()
    assert client.post(address, data=typed, content_type="multipart/form-data").status_code == 302
    assert "何雨桐" in client.get(address).text
    empty = fields(page, "//form[contains(@class,'sig-form')]", signer="留住的名字")
    refused = client.post(address, data=empty, content_type="multipart/form-data")
    assert refused.status_code == 422


def test_seals_are_managed_used_and_retired_with_a_record(site: Website):
    admin = site.actor("chen")
    holder = type(admin)(
        admin.user_id,
        admin.name,
        admin.agency_id,
        admin.permissions | {SealPermission.MANAGE.value, SealPermission.USE.value},
        admin.scope,
    )
    seals = site.context.service(SealService)
    seal = seals.add(holder, "川西市节能监察中心公章", 42, red_seal())
    with pytest.raises(AppError):
        seals.add(holder, "", 420, b"")
    document = printed(site, "integrity_pledge")
    places = service(site).page(holder, document.id).places
    with pytest.raises(AppError):
        service(site).affix(
            holder, document.id, next(p.key for p in places if p.area.kind == "signature"), seal.id
        )
    seals.retire(holder, seal.id)
    assert service(site).page(holder, document.id).seals == []
    stranger = site.actor("waishi")
    other = type(stranger)(
        stranger.user_id, stranger.name, stranger.agency_id, holder.permissions, stranger.scope
    )
    with pytest.raises(AppError, match="没有找到"):
        seals.picture(other, seal.id)


def test_nobody_uses_a_seal_without_the_permission(site: Website, pledge: Document):
    assert site.client("chen").get("/seals").status_code == 403
    page = site.client("chen").get(f"/documents/{pledge.id}/signatures").text
    data = fields(page, "//form[contains(@class,'sig-form')]", place="organ_seal:0", seal="x")
    answer = site.client("viewer").post(f"/documents/{pledge.id}/signatures/seal", data=data)
    assert answer.status_code in (400, 403)
    assert texts(answer, "//h1")
