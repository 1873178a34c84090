"""Signed scans: judged by content, bound as PDF without touching what was photographed."""

from __future__ import annotations

import io
import zipfile

import pymupdf
import pytest
from PIL import Image, ImageDraw, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from formserver.core.errors import AppError
from formserver.rendering import scan_check
from formserver.rendering.scan_check import SCAN_REFUSED, Scan, ScanKind, check_scan
from formserver.rendering.scan_pdf import images_to_pdf
from formserver.rendering.scan_reader import SignedScanReader


def _sheet(mode: str = "RGB") -> Image.Image:
    """A page whose four corners differ."""
    image = Image.new("RGB", (300, 420), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 100, 80), fill="red")
    draw.rectangle((200, 0, 299, 80), fill="blue")
    draw.rectangle((0, 340, 100, 419), fill="green")
    return image.convert(mode)


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    return _saved(writer)


def _saved(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _with_action(kind: str) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    action = DictionaryObject(
        {NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    return _saved(writer)


def _signed() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    field = DictionaryObject(
        {NameObject("/FT"): NameObject("/Sig"), NameObject("/T"): TextStringObject("seal")}
    )
    parent = DictionaryObject({NameObject("/Kids"): ArrayObject([writer._add_object(field)])})
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(parent)])})
    form[NameObject("/SigFlags")] = NumberObject(3)
    writer.root_object[NameObject("/AcroForm")] = form
    return _saved(writer)


def _encrypted() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.encrypt("secret", algorithm="RC4-128")
    return _saved(writer)


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", "b")
    return out.getvalue()


REFUSED = {
    "empty": (b"", "空的"),
    "a renamed Windows program": (b"MZ\x90\x00" + bytes(200), "Windows 程序"),
    "a renamed Linux program": (b"\x7fELF" + bytes(200), "Linux 程序"),
    "a script": (b"#!/bin/sh\nrm -rf /\n", "脚本"),
    "an Office document": (_zip(), "另存为 PDF"),
    "text": ("现场监察笔录".encode(), "不是 PDF、JPEG"),
    "a page of the web": (b"<html></html>", "不是 PDF、JPEG"),
    "half a PDF": (_pdf()[:300], "不完整"),
    "a PDF with its middle destroyed": (b"%PDF-1.7\n" + b"\x00" * 500 + b"\nstartxref\n9\n%%EOF", "已损坏"),
    "an encrypted PDF": (_encrypted(), "密码"),
    "a PDF with a script": (_with_action("/JavaScript"), "脚本"),
    "a PDF that starts programs": (_with_action("/Launch"), "自动动作"),
    "half a JPEG": (_encoded(_sheet(), "JPEG")[:2000], "图片已损坏"),
    "half a PNG": (_encoded(_sheet(), "PNG")[:700], "图片已损坏"),
}


@pytest.mark.parametrize(("data", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_usable_scan_is_refused_by_its_content(data: bytes, said: str) -> None:
    with pytest.raises(AppError) as caught:
        check_scan(data, "回执.pdf")
    assert caught.value.code is SCAN_REFUSED
    assert "“回执.pdf”" in str(caught.value)
    assert said in str(caught.value)


def test_too_large_too_many_pages_and_too_many_pixels_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_check, "MAX_PAGES", 3)
    monkeypatch.setattr(scan_check, "MAX_PIXELS", 100_000)
    with pytest.raises(AppError, match="4 页"):
        check_scan(_pdf(4))
    with pytest.raises(AppError, match="百万像素"):
        check_scan(_encoded(_sheet(), "JPEG"))
    with pytest.raises(AppError, match="100 MB"):
        check_scan(bytes(100 << 20))


def test_an_image_bomb_is_refused_before_it_is_decoded() -> None:
    header = _encoded(Image.new("1", (1, 1)), "PNG")
    bomb = header[:16] + (60_000).to_bytes(4, "big") * 2 + header[24:]
    with pytest.raises(AppError):
        check_scan(bomb)


def test_sound_files_are_described() -> None:
    assert check_scan(_pdf(2)) == Scan(ScanKind.PDF, 2)
    assert check_scan(_signed()) == Scan(ScanKind.PDF, 1, signed=True)
    assert check_scan(_encoded(_sheet(), "PNG")) == Scan(ScanKind.IMAGE, 1)
    pages = [_sheet("1") for _ in range(3)]
    tiff = _encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
    assert check_scan(tiff) == Scan(ScanKind.IMAGE, 3)


def _looks_like(page: pymupdf.Page, expected: Image.Image) -> bool:
    shown = page.get_pixmap()
    image = Image.frombytes("RGB", (shown.width, shown.height), shown.samples)
    wanted = expected.convert("RGB").resize(image.size)
    for across in (0.1, 0.5, 0.9):
        for down in (0.06, 0.5, 0.94):
            at = (int(across * (image.width - 1)), int(down * (image.height - 1)))
            if max(abs(a - b) for a, b in zip(image.getpixel(at), wanted.getpixel(at), strict=True)) > 40:
                return False
    return True


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright_whatever_way_the_phone_was_held(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = _encoded(_sheet(), "JPEG", exif=exif, quality=95)
    pdf = images_to_pdf([photo])
    with Image.open(io.BytesIO(photo)) as image, pymupdf.open(stream=pdf) as document:
        assert _looks_like(document[0], ImageOps.exif_transpose(image))
    assert photo in pdf, "the JPEG itself must not be encoded again"


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "P", "RGBA", "LA"])
def test_png_scans_of_every_kind_keep_their_looks(mode: str) -> None:
    sheet = _sheet(mode)
    with pymupdf.open(stream=images_to_pdf([_encoded(sheet, "PNG")])) as document:
        assert _looks_like(document[0], sheet)


def test_every_page_of_a_tiff_becomes_a_page_of_the_size_it_was_scanned_from() -> None:
    pages = [Image.new("1", (827, 1169), 1) for _ in range(3)]
    tiff = _encoded(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(100, 100)
    )
    reader = PdfReader(io.BytesIO(images_to_pdf([tiff, _encoded(_sheet(), "JPEG")])))
    assert len(reader.pages) == 4
    assert [round(float(v)) for v in reader.pages[0].mediabox[2:]] == [595, 842]
    assert round(float(reader.pages[3].mediabox.height)) in (833, 842)  # 5:7 fitted to A4


def test_a_bad_image_among_good_ones_is_named() -> None:
    with pytest.raises(AppError, match=r"背面\.jpg"):
        images_to_pdf([_encoded(_sheet(), "JPEG"), b"nonsense"], ["正面.jpg", "背面.jpg"])


def test_a_batch_has_a_budget_that_is_checked_before_anything_is_decoded() -> None:
    out = io.BytesIO()
    Image.new("1", (8_900, 8_900)).save(out, "TIFF", compression="group4")  # 79 megapixels in some kilobytes
    with pytest.raises(AppError) as caught:
        SignedScanReader().read([(f"{no}.tif", out.getvalue()) for no in range(31)])
    assert "30.tif" in str(caught.value)
    assert "合计太大" in str(caught.value)
