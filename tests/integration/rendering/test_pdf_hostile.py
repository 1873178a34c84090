"""Documents that want more than to be printed. Three layers stop them; each is tried alone."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from PIL import Image

from formserver.core.errors import AppError
from formserver.rendering import pdf_worker
from formserver.rendering.pdf_home import PoolHome
from formserver.rendering.pdf_office import find_office
from formserver.rendering.pdf_pool import EXPORT, PDF_UNREADABLE, LibreOfficePool
from formserver.rendering.pdf_precheck import PDF_BAD_DOCX, PDF_REACHES_OUT, checked_docx
from formserver.rendering.pdf_worker import OfficeWorker, WorkerLimits

try:
    find_office()
except AppError as missing:
    pytest.skip(str(missing), allow_module_level=True)

pytestmark = pytest.mark.libreoffice

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def _docx(picture: bool = False) -> bytes:
    document = Document()
    document.add_paragraph("正文")
    if picture:
        png = io.BytesIO()
        Image.new("RGB", (20, 20), "red").save(png, "PNG")
        png.seek(0)
        document.add_picture(png)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _changed(
    docx: bytes, name: str, change: Callable[[bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            data = old.read(entry)
            new.writestr(entry, change(data) if entry == name else data)
        for entry, data in (extra or {}).items():
            new.writestr(entry, data)
    return out.getvalue()


def _related(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    one = f'<Relationship Id="rIdX" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
    return _changed(
        _docx(), "word/_rels/document.xml.rels", lambda data: data.replace(b"</Relationships>", one.encode())
    )


def _linked_picture(address: str) -> bytes:
    docx = _changed(
        _docx(picture=True),
        "word/_rels/document.xml.rels",
        lambda data: data.replace(
            b'Target="media/image1.png"', f'Target="{address}" TargetMode="External"'.encode()
        ),
    )
    return _changed(docx, "word/document.xml", lambda data: data.replace(b"r:embed=", b"r:link="))


def _fields(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    paragraph = f"<w:p>{begin}{runs}{end}</w:p><w:sectPr"
    return _changed(
        _docx(), "word/document.xml", lambda data: data.replace(b"<w:sectPr", paragraph.encode(), 1)
    )


@pytest.fixture
def listener() -> Iterator[SimpleNamespace]:
    """A web server that remembers who called."""
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield SimpleNamespace(hits=hits, address=f"http://127.0.0.1:{server.server_port}/leak.png")
    server.shutdown()
    server.server_close()
    thread.join()


HOSTILE = {
    "a linked picture": _linked_picture("http://192.0.2.1/x.png"),
    "a picture from this machine": _linked_picture(Path("/etc/hostname").as_uri()),
    "a linked object": _related("oleObject", "http://192.0.2.1/x.doc"),
    "an embedded object": _related("oleObject", "embeddings/x.bin", ""),
    "an imported web page": _related("aFChunk", "chunk.html", ""),
    "a linked frame": _related("frame", "http://192.0.2.1/"),
    "a sub-document": _related("subDocument", "http://192.0.2.1/x.docx"),
    "a picture field": _fields(' INCLUDEPICTURE "http://192.0.2.1/x.png" \\d '),
    "a DDE field in pieces": _fields(" DDE", 'AUTO cmd "/c calc" '),
    "an included file": _fields(" INCLUDETEXT /etc/passwd "),
    "a macro project": _changed(_docx(), "", bytes, {"word/vbaProject.bin": b"x"}),
    "a drawing that reaches out": _changed(
        _docx(), "", bytes, {"word/media/i.svg": b'<svg><image href="http://192.0.2.1/x"/></svg>'}
    ),
}


@pytest.mark.parametrize("docx", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_reaches_out_is_refused_with_the_part_named(docx: bytes) -> None:
    with pytest.raises(AppError) as caught:
        checked_docx(docx)
    assert caught.value.code is PDF_REACHES_OUT
    assert "word/" in str(caught.value)


BROKEN = {
    "nothing": b"",
    "a text file": b"hello",
    "a PDF": b"%PDF-1.7\n%%EOF",
    "half a docx": _docx()[:5000],
    "a spreadsheet": _changed(_docx(), "", bytes).replace(b"word/document.xml", b"xl/workbook12.xml"),
    "entities": _changed(_docx(), "word/document.xml", lambda d: b'<!DOCTYPE x [<!ENTITY a "b">]>' + d),
    "a bomb": _changed(_docx(), "", bytes, {"word/media/zero.bin": bytes(40 << 20)}),
    "too many parts": _changed(_docx(), "", bytes, {f"word/media/{n}": b"" for n in range(2100)}),
}


@pytest.mark.parametrize("docx", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_sound_docx_is_refused_in_plain_words(docx: bytes) -> None:
    with pytest.raises(AppError) as caught:
        checked_docx(docx)
    assert caught.value.code is PDF_BAD_DOCX
    assert str(caught.value).startswith("无法转换为 PDF：")


def test_a_hyperlink_and_the_authors_template_do_not_stop_the_printing() -> None:
    document = Document()
    document.part.relate_to("https://example.org/", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    settings = document.part.part_related_by(RELATIONSHIP_TYPE.SETTINGS)
    settings.relate_to(
        PureWindowsPath("C:/Normal.dotm").as_uri(), f"{_OFFICE}/attachedTemplate", is_external=True
    )
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as archive:
        assert b"Normal.dotm" in archive.read("word/_rels/settings.xml.rels")
    safe = checked_docx(out.getvalue()).data
    with zipfile.ZipFile(io.BytesIO(safe)) as archive:
        assert b"Normal.dotm" not in archive.read("word/_rels/settings.xml.rels")
        assert b"example.org" in archive.read("word/_rels/document.xml.rels")


def test_the_pool_refuses_a_hostile_document_without_a_request_and_serves_the_next(
    listener: SimpleNamespace,
) -> None:
    with LibreOfficePool(1) as pool:
        pool.warm()
        with pytest.raises(AppError) as caught:
            pool.convert(_linked_picture(listener.address))
        assert caught.value.code is PDF_REACHES_OUT
        unreadable = _changed(_docx(), "word/document.xml", lambda data: data[: len(data) // 2])
        with pytest.raises(AppError) as caught:
            pool.convert(unreadable)
        assert caught.value.code is PDF_UNREADABLE
        assert pool.convert(_docx()).pages == 1
    assert listener.hits == []


def _convert_without_precheck(docx: bytes) -> bytes:
    home = PoolHome(())
    worker = OfficeWorker(find_office(), home.worker(0), home.fontconfig, home.sandbox, WorkerLimits())
    try:
        worker.start()
        return worker.convert(docx, EXPORT, 60)
    finally:
        worker.stop()
        home.remove()


@pytest.fixture
def no_isolation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge without its sandbox, to see what the profile does by itself."""
    nothing = {"network": "", "sockets": "", "no_new_privileges": False, "uid": 0, "address_space_bytes": 0}
    wrapper = tmp_path / "open_bridge.py"
    wrapper.write_text(
        "import importlib.util as u\n"
        f"spec = u.spec_from_file_location('bridge', {str(pdf_worker._BRIDGE)!r})\n"
        "bridge = u.module_from_spec(spec)\n"
        "spec.loader.exec_module(bridge)\n"
        f"bridge.isolate = lambda config: {nothing!r}\n"
        "raise SystemExit(bridge.main())\n"
    )
    monkeypatch.setattr(pdf_worker, "_BRIDGE", wrapper)


@pytest.fixture
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice with the settings it comes with, to see what the sandbox does by itself."""
    monkeypatch.setattr(pdf_worker, "write_profile", lambda folder: (folder / "user").mkdir(parents=True))


@pytest.mark.usefixtures("no_profile", "no_isolation")
def test_unprotected_libreoffice_does_fetch_linked_pictures(listener: SimpleNamespace) -> None:
    _convert_without_precheck(_linked_picture(listener.address))
    assert listener.hits, "if this fails the next two tests prove nothing"


@pytest.mark.usefixtures("no_isolation")
def test_the_profile_alone_stops_the_request(listener: SimpleNamespace) -> None:
    assert _convert_without_precheck(_linked_picture(listener.address)).startswith(b"%PDF")
    assert listener.hits == []


@pytest.mark.usefixtures("no_profile")
def test_the_sandbox_alone_stops_the_request(listener: SimpleNamespace) -> None:
    assert _convert_without_precheck(_linked_picture(listener.address)).startswith(b"%PDF")
    assert listener.hits == []


def test_the_socket_filter_alone_leaves_nothing_but_unix_sockets() -> None:
    """For containers that refuse namespaces."""
    script = (
        "import socket\n"
        "from formserver.rendering import office_bridge as bridge\n"
        "bridge._libc().prctl(38, 1, 0, 0, 0)\n"
        "print(bridge.forbid_sockets())\n"
        "socket.socket(socket.AF_UNIX).close()\n"
        "for family in (socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):\n"
        "    try:\n"
        "        socket.socket(family)\n"
        "    except PermissionError:\n"
        "        print('refused')\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    first, *others = done.stdout.split("\n")[:-1]
    if first.startswith("not available"):
        pytest.skip(first)
    assert first == "unix sockets only"
    assert others == ["refused"] * 3
