"""Pages as pictures: who may see them, how browsers keep them, and that they never fill the disk."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from formserver.core.models import Document, Rendition, RenditionKind
from formserver.core.papers import Papers
from formserver.core.signing import Signing
from formserver.documents.page_pictures import PagePictures, step
from formserver.store.memory_blobs import MemoryBlobs
from tests.integration.documents.test_files import finished
from tests.support.house import photo_of_paper
from tests.support.website import Website


@pytest.fixture(scope="module")
def signed(site: Website) -> tuple[Document, Rendition]:
    document, me = finished(site, "power_of_attorney"), site.actor("chen")
    files = [("承诺书.jpg", photo_of_paper()), ("第二页.jpg", photo_of_paper("ivory"))]
    site.context.service(Signing).sign(me, document.id, files, base_version=2)
    scans = [
        r for r in site.context.service(Papers).renditions(me, document.id) if r.kind is RenditionKind.SCAN
    ]
    return site.head(document.id), scans[0]


def address(signed: tuple[Document, Rendition], no: int) -> str:
    return f"/documents/{signed[0].id}/files/{signed[1].id}/pages/{no}"


def test_a_page_comes_as_wide_as_asked_in_what_the_browser_reads(
    site: Website, signed: tuple[Document, Rendition]
) -> None:
    client = site.client("chen")
    for accept, kind, width, wide in (
        ("image/webp,*/*", "WEBP", "390", 400),
        ("image/png", "PNG", "1001", 1200),
        ("image/avif,image/webp", "WEBP", "99999", 2000),
        ("image/webp", "WEBP", "-5", 400),
        ("image/webp", "WEBP", "viel", 1000),
    ):
        answer = client.get(address(signed, 2), query_string={"w": width}, headers={"Accept": accept})
        assert answer.status_code == 200
        picture = Image.open(io.BytesIO(answer.data))
        assert (picture.format, picture.width) == (kind, wide)
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_browser_that_has_the_picture_is_only_told_so(
    site: Website, signed: tuple[Document, Rendition]
) -> None:
    client = site.client("chen")
    first = client.get(address(signed, 1), headers={"Accept": "image/webp"})
    tag = first.headers["ETag"]
    assert not tag.startswith("W/")
    again = client.get(address(signed, 1), headers={"Accept": "image/webp", "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(address(signed, 1), headers={"Accept": "image/png", "If-None-Match": tag})
    assert other.status_code == 200


def test_looking_at_pages_is_no_download_in_the_history(
    site: Website, signed: tuple[Document, Rendition]
) -> None:
    with site.context.store.uow() as u:
        before = len(u.events.for_document(signed[0].id))
    site.client("chen").get(address(signed, 1))
    with site.context.store.uow() as u:
        assert len(u.events.for_document(signed[0].id)) == before


def test_another_citys_people_and_wrong_pages_find_nothing(
    site: Website, signed: tuple[Document, Rendition]
) -> None:
    assert site.client("waishi").get(address(signed, 1)).status_code == 404
    tag = site.client("chen").get(address(signed, 1)).headers["ETag"]
    hidden = site.client("waishi").get(address(signed, 1), headers={"If-None-Match": tag})
    assert hidden.status_code == 404
    for no in ("0", "3", "99999999999999999999", "-1", "a"):
        assert site.client("chen").get(address(signed, 1)[:-1] + no).status_code == 404
    other = site.saved()
    assert site.client("chen").get(f"/documents/{other.id}/files/{signed[1].id}/pages/1").status_code == 404
    (docx,) = [
        r
        for r in site.context.service(Papers).renditions(site.actor("chen"), signed[0].id)
        if r.kind is RenditionKind.DOCX
    ]
    assert site.client("chen").get(f"/documents/{signed[0].id}/files/{docx.id}/pages/1").status_code == 404


def test_what_is_kept_never_grows_beyond_its_bound(
    site: Website, signed: tuple[Document, Rendition], tmp_path: Path
) -> None:
    blobs = MemoryBlobs()
    pdf = site.context.store.blobs.read(signed[1].blob_sha256)
    sha = blobs.put_bytes(pdf).sha256
    bound = 60_000
    pictures = PagePictures(blobs, tmp_path / "pages", bound)
    for width in (400, 600, 800, 1000, 1200):
        for no in (1, 2):
            drawn = pictures.picture(sha, no, width, "image/png")
            assert pictures.picture(sha, no, width, "image/png") == drawn
    kept = [path.stat().st_size for path in (tmp_path / "pages").rglob("*") if path.is_file()]
    assert sum(kept) <= bound + max(kept, default=0)


def test_a_folder_that_cannot_be_written_costs_nobody_a_page(
    site: Website, signed: tuple[Document, Rendition], tmp_path: Path
) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    pictures = PagePictures(site.context.store.blobs, tmp_path / "pages")
    assert pictures.picture(signed[1].blob_sha256, 1, 400, "image/webp")[8:12] == b"WEBP"


def test_widths_go_in_steps() -> None:
    assert [step(w) for w in (-1, 1, 400, 401, 2000, 2001)] == [400, 400, 400, 600, 2000, 2000]
