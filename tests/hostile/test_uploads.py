"""Files that are not what they say, that grow when opened, that carry something, and names that mean mischief."""

from __future__ import annotations

import io
import re
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from formserver.core.models import RenditionKind
from formserver.core.papers import Papers
from tests.hostile.kit import Town, send, sheet
from tests.hostile.server import Server, Visitor
from tests.support.house import photo_of_paper


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
    data = {"base_version": "2", "files": [(io.BytesIO(content), name) for name, content in files]}
    return send(town.client("chen"), "POST", f"/documents/{document_id}/sign", data=data)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("what", REFUSED_SCANS)
def test_a_scan_that_is_none_is_refused_by_name_and_reason_and_not_kept(
    town: Town, record: str, what: str
) -> None:
    name, data = REFUSED_SCANS[what]
    before, stored = town.head(record), sorted(town.context.store.blobs.all_hashes())
    answer = upload(town, record, (name, data))
    assert answer.status_code == 422, (answer.status_code, what)
    assert "不能使用文件" in answer.text
    assert f"“{name}”" in answer.text
    assert town.head(record) == before
    assert sorted(town.context.store.blobs.all_hashes()) == stored
    refused_among_good = upload(town, record, ("good.jpg", photo_of_paper()), (name, data))
    assert refused_among_good.status_code == 422
    assert town.head(record) == before, "all or nothing"


def test_what_hides_behind_a_good_picture_is_never_served_as_a_page(town: Town) -> None:
    """A polyglot: a real JPEG with a page and a zip behind it. It is kept byte for byte, as a file and nothing else."""
    document = town.final("on_site_statement")
    polyglot = photo_of_paper() + HTML + sheet([["x"]])
    answer = upload(town, document.id, ("照片.jpg.html", polyglot))
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
    answer = upload(town, document.id, (name, photo_of_paper()))
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


def rewritten(data: bytes, change: Callable[[str, bytes], bytes], **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, change(item.filename, old.read(item.filename)))
        for name, content in more.items():
            new.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


GOOD_SHEET = sheet([["单位名称", "住所"], ["试探有限公司", "某地"]])
CELL = b'<c r="%s" t="inlineStr"><is><t>x</t></is></c>'


def with_rows(rows: bytes) -> bytes:
    return rewritten(
        GOOD_SHEET,
        lambda name, x: x.replace(b"</sheetData>", rows + b"</sheetData>") if "sheet1" in name else x,
    )


def with_doctype(name: str, data: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return data
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    return bomb + data.replace(
        b"</sheetData>", b"<row r='9'>" + CELL % b"A9" + b"</row></sheetData>"
    ).replace(b">x<", b">&b;&c;<")


def lying(size: int) -> bytes:
    data = with_rows(b'<row r="3"><c r="A3" t="inlineStr"><is><t>' + b"x" * size + b"</t></is></c></row>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return data.replace(struct.pack("<I", real), struct.pack("<I", 1_000))


REFUSED_SHEETS: dict[str, tuple[str, bytes]] = {
    "nothing": ("a.xlsx", b""),
    "a program": ("a.xlsx", b"MZ" + b"\0" * 100),
    "a page": ("a.xlsx", HTML),
    "a PDF": ("a.xlsx", b"%PDF-1.7"),
    "text": ("a.xlsx", "单位名称,住所\n甲,乙\n".encode()),
    "an old sheet": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "a docx": ("a.xlsx", Path("doc_templates/inspection_notice/v1.docx").read_bytes()),
    "an empty archive": ("a.xlsx", b"PK\x05\x06" + b"\0" * 18),
    "a cut archive": ("a.xlsx", GOOD_SHEET[:-30]),
    "macros": ("a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, xl__vbaProject_dot_bin=b"x")),
    "a document type": ("a.xlsx", rewritten(GOOD_SHEET, with_doctype)),
    "a zip bomb": ("a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, xl__bomb_dot_xml=b" " * 120_000_000)),
    "a zip bomb that lies": ("a.xlsx", lying(30_000_000)),
    "two thousand members": (
        "a.xlsx", rewritten(GOOD_SHEET, lambda _n, x: x, **{f"xl__m{n}_dot_xml": b"<x/>" for n in range(2_000)})
    ),
    "one value in the last cell": ("a.xlsx", with_rows(b'<row r="1048576">' + CELL % b"XFD1048576" + b"</row>")),
    "a value in a cell that cannot be": ("a.xlsx", with_rows(b'<row r="3">' + CELL % b"A1000000000000" + b"</row>")),
    "a row that cannot be": ("a.xlsx", with_rows(b'<row r="99999999999">' + CELL % b"A3" + b"</row>")),
    "too many wide sheets": ("a.xlsx", with_rows(b'<row r="300000">' + CELL % b"ZZ300000" + b"</row>")),
    "more than 5 MB": ("a.xlsx", b"PK\x03\x04" + b"\0" * (5 << 20)),
    "six thousand rows": ("a.xlsx", sheet([["单位名称"], *[[f"公司{n}"] for n in range(6_000)]])),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED_SHEETS)
def test_a_list_of_enterprises_that_is_none_is_refused_with_the_way_out(town: Town, what: str) -> None:
    name, data = REFUSED_SHEETS[what]
    answer = send(
        town.client("clerk"), "POST", "/enterprises/import", data={"file": (io.BytesIO(data), name)}
    )
    assert answer.status_code == 422, (what, answer.status_code)
    assert "不能导入" in answer.text
    assert "请" in answer.text.partition("不能导入")[2][:200]


def test_links_to_other_files_in_a_list_are_not_followed(town: Town) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x>http://evil.example</x></externalLink>'
    data = rewritten(GOOD_SHEET, lambda _n, x: x, xl__externalLinks__externalLink1_dot_xml=link)
    answer = send(
        town.client("clerk"), "POST", "/enterprises/import", data={"file": (io.BytesIO(data), "a.xlsx")}
    )
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "name", ["../../x.xlsx", "a\r\nX-Evil: 1.xlsx", "<script>alert(1)</script>.xlsx", "x" * 900]
)
def test_the_name_of_a_list_is_only_a_name(town: Town, name: str) -> None:
    data = {"file": (io.BytesIO(GOOD_SHEET), name)}
    answer = send(town.client("clerk"), "POST", "/enterprises/import", data=data)
    assert answer.status_code == 302 or "\r" in name  # a name that ends the header is no file
    if answer.status_code != 302:
        return
    page = town.client("clerk").get(answer.location)
    assert "<script>alert" not in page.text
    with town.client("clerk").get(answer.location + "/report.xlsx", buffered=True) as report:
        assert report.headers["Content-Disposition"] == 'attachment; filename="enterprise-import-report.xlsx"'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Town]]:
    town = Town(tmp_path_factory.mktemp("uploads") / "storage")
    made = Server(town.storage)
    yield made, town
    made.stop()
    town.close()


def push(
    server: Server, path: str, cookie: str, token: str, megabytes: int, *, chunked: bool = False
) -> tuple[bytes, int]:
    """Send a body of that size by hand until it is sent or the server hangs up: (answer, megabytes sent)."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {megabytes << 20}"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nX-CSRFToken: {token}\r\n{length}\r\n"
        "Content-Type: multipart/form-data; boundary=zz\r\nConnection: close\r\n\r\n"
    )
    block = b"x" * (1 << 20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as wire:
        wire.sendall(head.encode())
        sent = 0
        try:
            for _ in range(megabytes):
                wire.sendall(b"%x\r\n%s\r\n" % (len(block), block) if chunked else block)
                sent += 1
            if chunked:
                wire.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # it hung up: there may be an answer all the same
        answer = b""
        try:
            while part := wire.recv(65536):
                answer += part
        except OSError:
            pass
    return answer, sent


def test_a_hundred_megabytes_are_refused_and_the_server_stays_small(server: tuple[Server, Town]) -> None:
    running, town = server
    document = town.final()
    visitor = Visitor(running.url, "chen")
    before = running.memory()
    for path in (
        f"/documents/{document.id}/sign",
        "/enterprises/import",
        "/enterprises/new",
        "/sign-in",
        "/no-such",
    ):
        answer, _sent = push(running, path, visitor.cookie(), visitor.token, 100)
        assert b" 413 " in answer[:40] or not answer, answer[:200]
    for path in (f"/documents/{document.id}/sign", "/enterprises/new", "/check/x"):
        answer, _sent = push(running, path, visitor.cookie(), visitor.token, 100, chunked=True)
        assert b" 413 " in answer[:40] or b" 411 " in answer[:40] or not answer, answer[:200]
    answer, _sent = push(running, "/enterprises/new", visitor.cookie(), visitor.token, 60)
    assert b" 413 " in answer[:40]
    assert "超过 2 MB".encode() in answer
    assert running.memory() - before < 60, f"{before} MB before, {running.memory()} MB after"
    assert visitor.get("/documents").status == 200
    assert town.head(document.id).state.value == "定稿待签"


def test_hostile_bytes_on_the_wire_end_in_a_refusal(server: tuple[Server, Town]) -> None:
    running, _ = server
    for raw in (
        b"\0\0\0\0",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-A: b\r\n" * 40_000 + b"\r\n",
        b"GET /sign-in HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.0\r\n\r\n",
        b"GET /static/../../config.py HTTP/1.0\r\n\r\n",
        b"GET /static/%2e%2e/%2e%2e/config.py HTTP/1.0\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", running.port), timeout=20) as wire:
            try:
                wire.sendall(raw)
                wire.shutdown(socket.SHUT_WR)
                answer = wire.recv(65536)
            except OSError:
                answer = b""
        assert b" 500 " not in answer[:40], raw[:80]
        assert b"root:" not in answer
        assert b"class Settings" not in answer
    assert Visitor(running.url).get("/health").status == 200
