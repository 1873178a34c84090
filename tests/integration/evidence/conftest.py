"""A paper with a library of evidence, and files made on the spot."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable

import openpyxl
import pillow_heif
import pytest
from PIL import Image
from pypdf import PdfWriter

from formserver.core.drafting import Drafting
from formserver.core.models import Document
from formserver.enterprises.service import EnterpriseService
from formserver.evidence.models import Evidence
from formserver.evidence.service import EvidenceService
from formserver.uploads.service import UploadService
from tests.support.web import app as plain_app
from tests.support.web import client_as, context_of, people, template_storage

__all__ = ["client_as", "people", "template_storage"]
app = plain_app


def picture(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), *, exif: bool = False) -> bytes:
    """A photo; with EXIF it says 2026-05-06 09:31 and a place in Chengdu."""
    made, image = io.BytesIO(), Image.effect_noise((size[0] // 10, size[1] // 10), 60).resize(size)
    more = {}
    if exif:
        facts = Image.Exif()
        facts.get_ifd(0x8769)[36867] = "2026:05:06 09:31:15"
        facts.get_ifd(0x8825).update({1: "N", 2: (30.0, 39.0, 36.0), 3: "E", 4: (104.0, 4.0, 12.0)})
        more["exif"] = facts
    if kind == "HEIF":
        pillow_heif.from_pillow(image.convert("RGB")).save(made, **more)
    else:
        image.convert("RGB").save(made, kind, **more)
    return made.getvalue()


def pdf(pages: int = 3) -> bytes:
    writer, made = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(made)
    return made.getvalue()


def workbook(rows: int = 3) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "电耗"
    sheet.append(["月份", "电量", "=1+1", "<script>alert(1)</script>"])
    for month in range(1, rows):
        sheet.append([f"{month}月", month * 1000.5])
    book.create_sheet("第二张").append(["另一张"])
    book.save(made)
    return made.getvalue()


def sound(seconds: int = 3) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x01" * 8000 * seconds)
    return made.getvalue()


def film(seconds: int = 205, size: int = 0) -> bytes:
    """The boxes a player looks at: ftyp, moov with mvhd, and ``size`` bytes of mdat."""

    def box(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I4s", len(data) + 8, name) + data

    head = struct.pack(">B3xIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80)
    return (
        box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2mp41")
        + box(b"moov", box(b"mvhd", head))
        + box(b"mdat", bytes(size))
    )


FILES = {
    "现场照片.jpg": picture(exif=True),
    "铭牌.png": picture("PNG"),
    "手机照片.heic": picture("HEIF"),
    "台账.pdf": pdf(),
    "电耗.xlsx": workbook(),
    "笔录录音.wav": sound(),
    "中控室.mp4": film(size=100_000),
    "报表.csv": "月份,电量\n1月,100\n".encode("gb18030"),
    "说明.txt": "第一行\n<b>第二行</b>".encode(),
    "网页.html": b"<html><script>alert(1)</script></html>",
}


@pytest.fixture
def enterprise_id(app, people) -> str:
    register = context_of(app).service(EnterpriseService)
    return register.create(people("inspector"), {"name": "川西水泥有限公司", "uscc": "91510000123456788G"}).id


@pytest.fixture
def paper(app, people, enterprise_id) -> Callable[..., Document]:
    def make(
        type_key: str = "site_record", *, by: str = "inspector", enterprise: str | None = None
    ) -> Document:
        return (
            context_of(app)
            .service(Drafting)
            .create(people(by), type_key, enterprise_id=enterprise_id if enterprise is None else enterprise)
        )

    return make


@pytest.fixture
def add(app, people) -> Callable[..., Evidence]:
    """``add(document, "台账.pdf")``: one file stored and added."""

    def put(
        document: Document, name: str, data: bytes | None = None, *, by: str = "inspector", **values: str
    ) -> Evidence:
        context = context_of(app)
        stored = context.service(UploadService).receive(
            people(by), "evidence", name, io.BytesIO(FILES[name] if data is None else data)
        )
        return context.service(EvidenceService).add(people(by), document.id, [stored], values)[0]

    return put
