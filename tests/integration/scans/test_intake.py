"""Real papers, printed by LibreOffice, signed with ink, photographed, and sent back."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable

import pytest
from lxml import html
from pypdf import PdfReader

from formserver.core.issuing import Issuing
from formserver.core.models import RenditionKind, State
from formserver.core.papers import Papers
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.rendering.slots import SlotArea, find_slots, slot_specs
from formserver.scans.service import Heap, Intake
from tests.integration.scans.conftest import Paper, convert
from tests.support.camera import file_of, photo, sheet
from tests.support.scans import intake_form, read_scans, sign_paper, upload
from tests.support.website import Website, texts

pytestmark = pytest.mark.libreoffice
MakePaper = Callable[..., Paper]


def slots_of(site: Website, paper: Paper) -> tuple[SlotArea, ...]:
    kind = site.context.catalogue.type(paper.document.type, paper.document.edition)
    return find_slots(paper.pdf, slot_specs(kind, site.context.catalogue.sample(paper.document.type), {}))


def signed_sheets(site: Website, paper: Paper) -> list:
    areas = slots_of(site, paper)
    return [sheet(paper.pdf, no, areas) for no in range(1, paper.pages + 1)]


def taken_in(site: Website, paper: Paper, *files: tuple[str, bytes], username: str = "chen") -> Heap:
    upload(site.client(username), f"/documents/{paper.document.id}/scans", *files)
    read_scans(site.context)
    return site.context.service(Intake).heap(site.actor(username), paper.document.id)


def said(heap: Heap) -> list[str]:
    return [finding.text for finding in heap.findings]


def test_shuffled_turned_photos_of_a_signed_paper_need_no_word(site: Website, paper: MakePaper) -> None:
    made = paper("site_record")
    sheets = signed_sheets(site, made)
    turns = [0, 180, 92, 3, 268, 181, 90, -4, 270]
    files = [
        (f"IMG_{no}.jpg", file_of(photo(page, turned=turns[no % 9], dark=no % 3 == 1)))
        for no, page in enumerate(sheets)
    ]
    heap = taken_in(site, made, *reversed(files))
    assert said(heap) == []
    assert [page.page_no for page in heap.kept] == list(range(1, made.pages + 1))
    assert [page.rotation for page in heap.kept] == [
        round(turns[no % 9] / 90) * 90 % 360 for no in range(made.pages)
    ]

    client = site.client("chen")
    page = client.get(f"/documents/{made.document.id}/scans")
    names = [n for n in intake_form(page.text) if "confirm" in n]
    typed = {name: "以上笔录已看过，与现场情况一致。" for name in names if name != "confirm"}
    answer = sign_paper(site.context, client, made.document.id, **typed)
    assert answer.status_code == 302, texts(answer, "//main")
    assert site.head(made.document.id).state is State.SIGNED
    kept = site.context.service(Papers).renditions(site.actor("chen"), made.document.id)
    originals = {r.blob_sha256 for r in kept if r.kind is RenditionKind.ATTACHMENT}
    assert originals == {hashlib.sha256(data).hexdigest() for _, data in files}
    (scan,) = (r for r in kept if r.kind is RenditionKind.SCAN)
    joined = PdfReader(io.BytesIO(site.context.store.blobs.read(scan.blob_sha256)))
    assert scan.version_no == made.document.printed_version
    assert len(joined.pages) == made.pages
    assert all(page.mediabox.height > page.mediabox.width for page in joined.pages), "turned upright"
    head = site.head(made.document.id)
    with site.context.store.uow() as u:
        version = u.documents.version(head.id, head.head_version, SYSTEM_SCOPE)
    account = version.envelope["intake"]["pages"]
    assert [p["printed_page"] for p in account] == list(range(1, made.pages + 1))
    assert {p["recognised_by"] for p in account} == {"qr"}


def test_every_kind_of_file_is_read(site: Website, paper: MakePaper) -> None:
    for kind, name in (("HEIF", "a.heic"), ("PNG", "a.png"), ("TIFF", "a.tif"), ("PDF", "a.pdf")):
        made = paper("on_site_statement")
        sheets = signed_sheets(site, made)
        several = kind in ("TIFF", "PDF")
        files = [(name, file_of(sheets, kind))] if several else [(name, file_of(s, kind)) for s in sheets]
        heap = taken_in(site, made, *files)
        assert said(heap) == [], kind
        assert [page.page_no for page in heap.kept] == [1, 2], kind


def test_missing_foreign_outdated_and_doubled_pages_are_named(site: Website, paper: MakePaper) -> None:
    made, other = paper("on_site_statement"), paper("service_receipt")
    stranger = paper("service_receipt", "waishi")
    actor, issuing = site.actor("chen"), site.context.service(Issuing)
    old = signed_sheets(site, made)
    head = site.head(made.document.id)
    issuing.transition(actor, head.id, "reopen", base_version=head.head_version, reason="地址有误")
    issuing.finalise(actor, head.id, base_version=site.head(head.id).head_version)
    new = convert(site, site.head(head.id))
    first = signed_sheets(site, new)[0]
    heap = taken_in(
        site,
        new,
        ("1.jpg", file_of(first)),
        ("1a.jpg", file_of(photo(first))),
        ("2.jpg", file_of(old[1])),
        ("3.jpg", file_of(sheet(other.pdf, 1))),
        ("4.jpg", file_of(sheet(stranger.pdf, 1))),
    )
    text = "\n".join(said(heap))
    assert "重复页" in text
    assert f"第2页是旧版（第2版，现行第{new.document.printed_version}版已重新打印）" in text
    assert f"另一份文书《{other.document.title}》的第1页" in text
    assert "不属于本单位可见的文书" in text
    assert stranger.document.title not in "\n".join(
        finding.text for finding in heap.findings if "不属于" in finding.text
    )
    page = site.client("chen").get(f"/documents/{head.id}/scans")
    assert "不属于本单位可见的文书" in page.text

    refused = sign_paper(
        site.context, site.client("chen"), head.id, ("9.jpg", file_of(first.crop((0, 0, 900, 900))))
    )
    assert refused.status_code == 422
    assert "请移出" in refused.text
    assert site.head(head.id).state is State.FINAL


def test_a_lost_page_and_a_page_without_code_are_named_and_can_be_confirmed(
    site: Website, paper: MakePaper
) -> None:
    made = paper("on_site_statement")
    sheets = signed_sheets(site, made)
    uncoded = sheets[1].crop((0, 0, sheets[1].width, round(sheets[1].height * 0.85)))
    heap = taken_in(site, made, ("2.jpg", file_of(uncoded)))
    assert said(heap) == ["第1张没有识别出二维码，请指定是第几页。", "缺第1页。", "缺第2页。"]
    client, url = site.client("chen"), f"/documents/{made.document.id}/scans"
    (page,) = heap.kept
    data = intake_form(client.get(url).text)
    data.setlist(f"name_{page.id}", ["2"])
    data.setlist("do", [f"name:{page.id}"])
    client.post(url, data=data)
    heap = site.context.service(Intake).heap(site.actor("chen"), made.document.id)
    assert said(heap) == ["缺第1页。"]
    data = intake_form(client.get(url).text)
    data.setlist("do", ["sign"])
    refused = client.post(url, data=data)
    assert refused.status_code == 422
    assert "打勾确认" in refused.text
    assert client.post(url, data={**data, "confirm": "missing:1"}).status_code in (302, 422)


def test_empty_places_for_signatures_are_flagged_by_name(site: Website, paper: MakePaper) -> None:
    made = paper("on_site_statement")
    areas = [area for area in slots_of(site, made) if area.key != "ent_signer"]
    files = [(f"{n}.jpg", file_of(photo(sheet(made.pdf, n, areas), turned=2))) for n in (1, 2)]
    heap = taken_in(site, made, *files)
    assert said(heap) == ["第2页“被监察单位签名”处似为空白，请核对。"]


def test_one_heap_of_two_papers_is_told_apart(site: Website, paper: MakePaper) -> None:
    first, second = paper("on_site_statement"), paper("service_receipt")
    pictures = [*signed_sheets(site, first), *signed_sheets(site, second)]
    client = site.client("he")
    upload(client, "/scans", ("heap.tif", file_of([pictures[2], pictures[1], pictures[0]], "TIFF")))
    read_scans(site.context)
    page = client.get("/scans")
    assert first.document.title in page.text
    assert second.document.title in page.text
    for made, count in ((first, 2), (second, 1)):
        data = intake_form(client.get("/scans").text)
        data.setlist("do", [f"split:{made.document.id}"])
        answer = client.post("/scans", data=data)
        assert answer.location.endswith(f"/documents/{made.document.id}/scans")
        heap = site.context.service(Intake).heap(site.actor("he"), made.document.id)
        assert [p.page_no for p in heap.kept] == list(range(1, count + 1))
        assert said(heap) == []
    assert not site.context.service(Intake).heap(site.actor("he")).pages


def test_the_page_survives_a_closed_tab_and_refusals_keep_what_was_typed(
    site: Website, paper: MakePaper
) -> None:
    made = paper("inquiry_record")
    client, url = site.client("chen"), f"/documents/{made.document.id}/scans"
    data = intake_form(client.get(url).text)
    name = next(n for n in data if n.startswith("/") and "confirm" in n)
    data.setlist(name, ["我看过了，记得对。"])
    data.setlist("correction_new", ["改后的字", ""])
    data.setlist("do", ["keep"])
    assert client.post(url, data=data).status_code == 302
    again = html.fromstring(client.get(url).text)
    assert "我看过了，记得对。" in html.tostring(again, encoding="unicode")
    assert "改后的字" in again.xpath("//input[@name='correction_new']/@value")
    data.setlist("do", ["sign"])
    refused = client.post(url, data=data)
    assert refused.status_code == 422
    assert "我看过了，记得对。" in refused.text
