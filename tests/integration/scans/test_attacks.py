"""Too much, of other people, at the same time, and broken off in the middle."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter

from formserver.core.errors import AppError, Kind
from formserver.core.jobs import Job
from formserver.core.models import State
from formserver.core.runner import JobRunner, LeaseLost
from formserver.scans.editing import HEAP_CLOSED, Change, Pages
from formserver.scans.reading import READ_JOB, ScanReading
from formserver.scans.service import MOST_PAGES, Intake
from tests.integration.scans.conftest import Paper
from tests.integration.scans.test_intake import said, signed_sheets, taken_in
from tests.support.camera import file_of, sheet
from tests.support.scans import intake_form, read_scans, sign_paper, upload
from tests.support.website import Website, texts

pytestmark = pytest.mark.libreoffice
MakePaper = Callable[..., Paper]


def blank_pdf(pages: int) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def grey(level: int) -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), level).save(out, "PNG")
    return out.getvalue()


def test_a_heap_takes_two_hundred_pages_and_says_which_file_was_too_much(
    site: Website, paper: MakePaper
) -> None:
    made = paper()
    actor, intake = site.actor("chen"), site.context.service(Intake)
    url, client = f"/documents/{made.document.id}/scans", site.client("chen")
    page = upload(
        client, url, ("a.pdf", blank_pdf(MOST_PAGES - 1)), ("b.pdf", blank_pdf(2)), ("c.png", grey(9))
    )
    assert texts(page, "//*[contains(@class, 'fs-flash-error')]") == [
        f"“b.pdf”没有收下：这批签字件已有{MOST_PAGES - 1}页，再加2页就超过{MOST_PAGES}页。请先登记这一批，或分几批上传。"
    ]
    assert sum(o.pages for o in intake.heap(actor, made.document.id).originals) == MOST_PAGES
    again = upload(client, url, ("c.png", grey(9)), ("d.pdf", blank_pdf(501)))
    assert "超过 500 页" in again.text
    assert sum(o.pages for o in intake.heap(actor, made.document.id).originals) == MOST_PAGES, (
        "sent twice, kept once"
    )


def test_another_city_can_neither_see_nor_touch_a_heap(site: Website, paper: MakePaper) -> None:
    made = paper()
    heap = taken_in(site, made, ("1.jpg", file_of(sheet(made.pdf, 1))))
    (page,) = heap.kept
    stranger = site.client("waishi")
    token = intake_form(stranger.get("/scans").text)["csrf_token"]
    assert stranger.get(f"/documents/{made.document.id}/scans").status_code == 404
    assert stranger.get(f"/scans/pages/{page.id}/image").status_code == 404
    for deed in (
        f"drop:{page.id}",
        f"turn:{page.id}:90",
        f"crop:{page.id}",
        f"split:{made.document.id}",
        "order",
    ):
        answer = stranger.post("/scans", data={"csrf_token": token, "do": deed})
        assert answer.status_code in (302, 404), deed
        assert made.document.title not in answer.text
    assert site.context.service(Intake).heap(site.actor("chen"), made.document.id).pages == heap.pages
    assert site.client("viewer").get(f"/documents/{made.document.id}/scans").status_code == 403


def test_a_heap_without_a_document_is_its_owners_alone(site: Website) -> None:
    upload(site.client("chen"), "/scans", ("mine.png", grey(77)))
    read_scans(site.context)
    mine = site.context.service(Intake).heap(site.actor("chen"))
    assert mine.pages
    colleague = site.client("he")
    assert colleague.get(f"/scans/pages/{mine.pages[0].id}/image").status_code == 404
    with pytest.raises(AppError) as caught:
        site.context.service(Pages).change(site.actor("he"), Change("drop", mine.pages[0].id))
    assert caught.value.kind is Kind.NOT_FOUND


def test_two_people_on_one_heap_do_not_undo_each_other_and_one_registers_it(
    site: Website, paper: MakePaper
) -> None:
    made = paper()
    files = [(f"{n}.jpg", file_of(one)) for n, one in enumerate(signed_sheets(site, made))]
    heap = taken_in(site, made, *files)
    pages, first = site.context.service(Pages), heap.kept[0].id
    pages.change(site.actor("chen"), Change("turn", first, 90))
    pages.change(site.actor("he"), Change("turn", first, -90))
    pages.change(site.actor("he"), Change("crop", first, crop=(10, 10, 990, 990)))
    both = site.context.service(Intake).heap(site.actor("chen"), made.document.id).kept[0]
    assert (both.rotation, both.crop) == (0, (10, 10, 990, 990))
    url = f"/documents/{made.document.id}/scans"
    forms = {name: intake_form(site.client(name).get(url).text) for name in ("chen", "he")}
    answers = []
    for name, data in forms.items():
        data.setlist("do", ["sign"])
        answers.append(site.client(name).post(url, data=data))
    assert [a.status_code for a in answers] == [302, 302]
    assert site.head(made.document.id).state is State.SIGNED
    assert site.head(made.document.id).head_version == made.document.head_version + 1, "registered once"
    assert "已签署" in site.client("he").get(answers[1].location).text
    with pytest.raises(AppError) as caught:
        pages.change(site.actor("chen"), Change("drop", first))
    assert caught.value.code is HEAP_CLOSED


def test_reading_goes_on_where_a_killed_worker_stopped(site: Website, paper: MakePaper) -> None:
    made = paper("inquiry_record")
    url = f"/documents/{made.document.id}/scans"
    upload(site.client("chen"), url, ("all.pdf", file_of(signed_sheets(site, made), "PDF")))
    reading = site.context.job_handlers[READ_JOB].__self__  # type: ignore[attr-defined]
    assert isinstance(reading, ScanReading)
    seen: list[int] = []

    def die(percent: int, _text: str) -> None:
        seen.append(percent)
        if len(seen) == 3:
            raise LeaseLost

    (original,) = site.context.service(Intake).heap(site.actor("chen"), made.document.id).originals
    with site.context.store.uow() as u:
        job = u.jobs.latest(READ_JOB, original.id)
    assert isinstance(job, Job)
    with pytest.raises(LeaseLost):
        reading.handle(job, die)
    half = site.context.service(Intake).heap(site.actor("chen"), made.document.id)
    assert [page.no for page in half.pages] == [1, 2]
    assert half.reading
    assert "正在识别" in site.client("chen").get(url).text
    refused = sign_paper(site.context, site.client("chen"), made.document.id)
    assert refused.status_code in (409, 422)
    JobRunner(site.context.store, {READ_JOB: reading.handle}, site.context.clock).run_all()
    whole = site.context.service(Intake).heap(site.actor("chen"), made.document.id)
    assert [page.page_no for page in whole.kept] == list(range(1, made.pages + 1))
    assert said(whole) == []
    reading.handle(job, lambda _percent, _text: None)
    assert site.context.service(Intake).heap(site.actor("chen"), made.document.id).pages == whole.pages


def test_nothing_is_taken_for_a_paper_that_does_not_wait_for_signatures(site: Website) -> None:
    draft = site.saved("chen", "on_site_statement")
    client = site.client("chen")
    token = intake_form(client.get("/scans").text)["csrf_token"]
    answer = client.post(
        f"/documents/{draft.id}/scans/files",
        data={"csrf_token": token, "files": (io.BytesIO(grey(1)), "a.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 409
    assert "定稿待签" in answer.text
    assert client.get(f"/documents/{draft.id}/scans").status_code == 302


def test_an_electronically_signed_pdf_is_kept_as_it_is_or_not_at_all(site: Website, paper: MakePaper) -> None:
    from tests.integration.rendering.test_pdf_stamp import _signed

    made = paper()
    taken_in(site, made, ("签名.pdf", _signed()), ("照片.jpg", file_of(sheet(made.pdf, 1))))
    refused = sign_paper(site.context, site.client("chen"), made.document.id)
    assert refused.status_code == 422
    assert "带有电子签名" in refused.text
    assert site.head(made.document.id).state is State.FINAL
