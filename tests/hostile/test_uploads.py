"""Files that are not what they say, that grow when opened, that carry something, and names that mean mischief."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from formserver.core.models import RenditionKind
from formserver.core.papers import Papers
from formserver.scans.service import Intake
from tests.hostile.kit import Town, send, sheet
from tests.support.house import photo_of_paper
from tests.support.scans import read_scans, sign_paper


def pdf(pages: int = 1, change: Callable[[PdfWriter], None] | None = None) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if change is not None:
        change(writer)
    writer.write(out)
    return out.getvalue()


def with_action(kind: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )

    return change


def with_javascript(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    named = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("x"), action])})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): named})


def with_attachment(writer: PdfWriter) -> None:
    writer.add_attachment("evil.exe", b"MZ")


def with_link_action(writer: PdfWriter) -> None:
    note = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
            NameObject("/A"): DictionaryObject({NameObject("/S"): NameObject("/Launch")}),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([note])


def encrypted(writer: PdfWriter) -> None:
    writer.encrypt("secret", algorithm="RC4-128")


def page_bomb() -> bytes:
    """Ten thousand pages of one kilobyte together: every kid is the same page."""
    data = pdf()
    kids = b"[" + b" ".join(re.findall(rb"/Kids \[\s*(\d+ 0 R)", data) * 10_000) + b"]"
    return re.sub(rb"/Kids \[[^\]]*\]", b"/Kids " + kids, data).replace(b"/Count 1", b"/Count 10000")


def png_bomb(width: int, height: int) -> bytes:
    """A few kilobytes that say they are a picture of any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def tiff_bomb(frames: int) -> bytes:
    out = io.BytesIO()
    one = Image.new("1", (8, 8))
    one.save(out, "TIFF", compression="group4", save_all=True, append_images=[one] * (frames - 1))
    return out.getvalue()


def picture(kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, kind, **options)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"
REFUSED_SCANS: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.pdf", b""),
    "a program": ("photo.jpg", b"MZ\x90\0" + b"\0" * 500),
    "a Linux program": ("scan.pdf", b"\x7fELF" + b"\0" * 500),
    "a script": ("scan.pdf", b"#!/bin/sh\nrm -rf /\n"),
    "a page": ("photo.jpg", HTML),
    "a drawing": ("photo.png", SVG),
    "a page with a JPEG's first bytes": ("photo.jpg", b"\xff\xd8\xff\xe0" + HTML),
    "a GIF": ("photo.jpg", b"GIF89a" + b"\0" * 50),
    "a docx": ("scan.pdf", sheet([["x"]])),
    "PostScript": ("scan.pdf", b"%!PS-Adobe-3.0\n(x) run"),
    "a PDF with scripts": ("scan.pdf", pdf(1, with_javascript)),
    "a PDF that opens with a script": ("scan.pdf", pdf(1, with_action("/JavaScript"))),
    "a PDF that starts programs": ("scan.pdf", pdf(1, with_action("/Launch"))),
    "a PDF that posts": ("scan.pdf", pdf(1, with_action("/SubmitForm"))),
    "a PDF with a dangerous link": ("scan.pdf", pdf(1, with_link_action)),
    "a PDF with a file inside": ("scan.pdf", pdf(1, with_attachment)),
    "a locked PDF": ("scan.pdf", pdf(1, encrypted)),
    "a cut PDF": ("scan.pdf", pdf(3)[:-200]),
    "a PDF of rubbish": ("scan.pdf", b"%PDF-1.7\n" + b"1 0 obj <<" * 5_000 + b"%%EOF"),
    "a PDF of ten thousand pages": ("scan.pdf", page_bomb()),
    "a PDF with 501 pages": ("scan.pdf", pdf(501)),
    "a PNG of four billion pixels": ("scan.png", png_bomb(65_000, 65_000)),
    "a PNG of two hundred million pixels": ("scan.png", png_bomb(14_500, 14_500)),
    "a PNG that ends early": ("scan.png", picture()[:60]),
    "a JPEG that ends early": ("scan.jpg", photo_of_paper()[:2_000]),
    "a TIFF with 501 pages": ("scan.tif", tiff_bomb(501)),
    "a TIFF of rubbish": ("scan.tif", b"II*\0" + b"\xff" * 2_000),
    "a WebP": ("scan.jpg", picture("WEBP")),
}


@pytest.fixture(scope="module")
def record(town: Town) -> str:
    """A record that waits for its signed scan."""
    return town.final().id


def upload(town: Town, document_id: str, *files: tuple[str, bytes]):
    """Send files and look at the page they lead to, after the worker has looked at what was taken."""
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    client = town.client("chen")
    answer = send(client, "POST", f"/documents/{document_id}/scans/files", data=data)
    assert answer.status_code == 302, answer.text[:500]
    said = client.get(f"/documents/{document_id}/scans").text
    read_scans(town.context)
    return said + client.get(f"/documents/{document_id}/scans").text


def register(town: Town, document_id: str, *files: tuple[str, bytes]):
    """Files that become the signed paper, every remark confirmed."""
    return sign_paper(town.context, town.client("chen"), document_id, *files)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("what", REFUSED_SCANS)
def test_a_scan_that_is_none_is_refused_by_name_and_reason(town: Town, record: str, what: str) -> None:
    name, data = REFUSED_SCANS[what]
    before = town.head(record)
    intake, actor = town.context.service(Intake), town.actor("chen")
    pages = len(intake.heap(actor, record).pages)
    said = upload(town, record, (name, data))
    assert "不能使用文件" in said or "是空文件" in said, what
    assert f"“{name}”" in said
    assert town.head(record) == before
    heap = intake.heap(actor, record)
    assert len(heap.pages) == pages, "no page came of it"
    assert not heap.reading, "and nothing goes on trying"


def test_what_hides_behind_a_good_picture_is_never_served_as_a_page(town: Town) -> None:
    """A polyglot: a real JPEG with a page and a zip behind it. It is kept byte for byte, as a file and nothing else."""
    document = town.final("on_site_statement")
    polyglot = photo_of_paper() + HTML + sheet([["x"]])
    answer = register(town, document.id, ("照片.jpg.html", polyglot))
    assert answer.status_code == 302, answer.text[:500]
    found = town.context.service(Papers).renditions(town.actor("chen"), document.id)
    original = next(r for r in found if r.kind is RenditionKind.ATTACHMENT)
    assert original.media_type == "image/jpeg"
    for rendition in found:
        for query in ("", "?view=1"):
            url = f"/documents/{document.id}/files/{rendition.id}{query}"
            with town.client("chen").get(url, buffered=True) as served:
                assert served.status_code == 200
                assert served.headers["X-Content-Type-Options"] == "nosniff"
                assert (
                    served.mimetype in ("image/jpeg", "application/pdf", original.media_type)
                    or "word" in served.mimetype
                )
                if served.mimetype != "application/pdf" or not query:
                    assert served.headers["Content-Disposition"].startswith("attachment")
    scan = next(r for r in found if r.kind is RenditionKind.SCAN)
    joined = town.context.store.blobs.read(scan.blob_sha256)
    assert len(PdfReader(io.BytesIO(joined)).pages) == 1


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.jpg",
        "..\\..\\windows\\system32\\x.jpg",
        "/etc/cron.d/x.jpg",
        "C:\\x.jpg",
        "a\r\nX-Evil: 1\r\n\r\n<script>.jpg",
        'a"; filename="evil.exe',
        "\u202egpj.exe",
        "扫描😀件.jpg",
        "x" * 3_000 + ".jpg",
        "con.jpg",
        ".htaccess",
        "%2e%2e%2fx.jpg",
        "a;b,c=d.jpg",
    ],
    ids=range(13),
)
def test_file_names_do_no_harm_on_the_way_in_or_out(town: Town, name: str) -> None:
    document = town.final("on_site_statement")
    before = {p for p in town.storage.parent.rglob("*") if "blobs" not in p.parts and "tmp" not in p.parts}
    answer = register(town, document.id, (name, photo_of_paper()))
    assert answer.status_code == 302 or "\r" in name, (
        answer.status_code
    )  # a name that ends the header is no file
    after = {p for p in town.storage.parent.rglob("*") if "blobs" not in p.parts and "tmp" not in p.parts}
    assert {p.name for p in after - before} <= {"formserver.sqlite3-wal", "formserver.sqlite3-shm"}
    client = town.client("chen")
    assert client.get(f"/documents/{document.id}").status_code == 200
    for rendition in town.context.service(Papers).renditions(town.actor("chen"), document.id):
        with client.get(f"/documents/{document.id}/files/{rendition.id}", buffered=True) as served:
            assert served.status_code == 200
            assert "X-Evil" not in served.headers
            given = served.headers["Content-Disposition"]
            assert "\r" not in given
            assert "\n" not in given
            assert not re.search(r"\.(exe|html?|htaccess)[\"']?$", given), given
            assert "%E2%80%AE" not in given
        assert "/" not in rendition.filename
        assert rendition.filename.endswith((".jpg", ".pdf", ".docx"))
        assert len(rendition.filename) < 200
