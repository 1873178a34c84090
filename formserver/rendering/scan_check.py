"""What a person uploads as a signed scan: opened and judged by content, never by file name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener
from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject

from formserver.core.errors import Kind, error_code

SCAN_REFUSED = error_code(
    "SCAN_REFUSED",
    Kind.INVALID,
    zh="不能使用文件“{name}”：{reason}",
    en="The file “{name}” cannot be used: {reason}",
)

MAX_BYTES = 50 << 20
MAX_PAGES = 500
MAX_PIXELS = 80_000_000  # A3 at 600 dpi has 70 million
MAX_TOTAL_PIXELS = 2_400_000_000  # of all files together: 200 photos of a phone, half a minute of decoding
IMAGE_FORMATS = ("JPEG", "PNG", "TIFF", "HEIF")  # a phone's MPO is opened as JPEG
register_heif_opener(thumbnails=False)

_FOREIGN = (
    (b"MZ", "这是 Windows 程序"),
    (b"\x7fELF", "这是 Linux 程序"),
    (b"\xcf\xfa\xed\xfe", "这是 macOS 程序"),
    (b"#!", "这是脚本"),
    (b"PK\x03\x04", "这是 Office 文档或压缩包；请先另存为 PDF"),
    (b"\xd0\xcf\x11\xe0", "这是旧版 Office 文档；请先另存为 PDF"),
    (b"Rar!", "这是压缩包"),
    (b"7z\xbc\xaf", "这是压缩包"),
    (b"GIF8", "GIF 不适合扫描件；请使用 PDF、JPEG、PNG 或 TIFF"),
)
_ACTIVE = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition"}
# pypdf reads damaged files with plain Python errors too; each of these then means "damaged"
_DAMAGED = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)


class ScanKind(StrEnum):
    """What the file really is."""

    PDF = "pdf"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Scan:
    """A checked upload. ``signed``: the PDF has signature fields and may only be kept as it is.

    ``pixels`` counts all pages of a picture file: what decoding it costs.
    """

    kind: ScanKind
    pages: int
    signed: bool = False
    pixels: int = field(default=0, compare=False)


def check_scan(data: bytes, name: str = "扫描件") -> Scan:
    """What ``data`` is. Raises SCAN_REFUSED with what is wrong and what to do; ``name`` is what the person sees."""
    return _checked(data, name, decode=True)


def glance_at_scan(data: bytes, name: str = "扫描件") -> Scan:
    """Like :func:`check_scan` from the heads of the pictures alone: what is cut off shows when its pages are read."""
    return _checked(data, name, decode=False)


def _checked(data: bytes, name: str, *, decode: bool) -> Scan:
    if not data:
        raise SCAN_REFUSED(name=name, reason="文件是空的。请重新扫描或重新选择文件。")
    if len(data) > MAX_BYTES:
        raise SCAN_REFUSED(
            name=name,
            reason=f"文件有 {len(data) >> 20} MB，超过 {MAX_BYTES >> 20} MB。请用 200–300 dpi 重新扫描或分成几个文件。",
        )
    if b"%PDF-" in data[:1024]:
        return _check_pdf(data, name)
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise SCAN_REFUSED(name=name, reason=f"{what}，不是扫描件（与扩展名无关）。")
    sizes = [frame.width * frame.height for frame in image_frames(data, name, decode=decode)]
    return Scan(ScanKind.IMAGE, len(sizes), pixels=sum(sizes))


def open_pdf(data: bytes, name: str = "PDF") -> PdfReader:
    """A reader on a complete, unencrypted PDF of acceptable size. Raises SCAN_REFUSED."""
    if b"%%EOF" not in data[-2048:]:
        raise SCAN_REFUSED(name=name, reason="PDF 不完整（上传或扫描中断）。请重新上传完整的文件。")
    with _damage_named(name):
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise SCAN_REFUSED(name=name, reason="PDF 设有密码或加密。请去掉密码后另存，再上传。")
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise SCAN_REFUSED(name=name, reason=f"PDF 有 {count} 页，超过 {MAX_PAGES} 页。请分成几个文件。")
        if count == 0:
            raise SCAN_REFUSED(name=name, reason="PDF 没有页面。请重新扫描。")
        for page in reader.pages:
            _ = page.mediabox
        return reader


def signature_fields(reader: PdfReader) -> bool:
    """Whether the PDF has signature fields, filled or waiting."""
    form = _dictionary(reader.trailer["/Root"]).get("/AcroForm")
    fields = list(_array(_dictionary(form).get("/Fields")))
    for _ in range(10_000):
        if not fields:
            return False
        one = _dictionary(fields.pop())
        if one.get("/FT") == "/Sig":
            return True
        fields += _array(one.get("/Kids"))
    return True  # more fields than any paper has: treat with the greater care


def image_frames(data: bytes, name: str = "扫描件", *, decode: bool = True) -> Iterator[Image.Image]:
    """The pages of an image file, fully decoded unless ``decode`` is False.

    Raises SCAN_REFUSED for what is none, too large or cut off.
    """
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as image:
            frames = getattr(image, "n_frames", 1) if image.format == "TIFF" else 1
            if frames > MAX_PAGES:
                raise SCAN_REFUSED(
                    name=name, reason=f"图片有 {frames} 页，超过 {MAX_PAGES} 页。请分成几个文件。"
                )
            for number in range(frames):
                image.seek(number)
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large(name)
                if decode:
                    image.load()
                yield image
    except UnidentifiedImageError as foreign:
        raise SCAN_REFUSED(
            name=name, reason="不是 PDF、JPEG、HEIC、PNG 或 TIFF。请另存为其中一种后再上传。"
        ) from foreign
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise _too_large(name) from bomb
    except (OSError, SyntaxError, ValueError, EOFError) as damaged:
        raise SCAN_REFUSED(name=name, reason="图片已损坏或不完整。请重新扫描或重新上传。") from damaged


def _check_pdf(data: bytes, name: str) -> Scan:
    reader = open_pdf(data, name)
    with _damage_named(name):
        _refuse_active(reader, name)
        return Scan(ScanKind.PDF, len(reader.pages), signature_fields(reader))


def _refuse_active(reader: PdfReader, name: str) -> None:
    """A scan has no business running anything or carrying other files."""
    root = _dictionary(reader.trailer["/Root"])
    names = _dictionary(root.get("/Names"))
    active = "/JavaScript" in names or "/EmbeddedFiles" in names or "/AA" in root
    active = active or _dictionary(root.get("/OpenAction")).get("/S") in _ACTIVE
    for page in reader.pages:
        active = active or "/AA" in page
        for item in _array(page.get("/Annots")):
            note = _dictionary(item)
            active = active or "/AA" in note or _dictionary(note.get("/A")).get("/S") in _ACTIVE
    if active:
        raise SCAN_REFUSED(name=name, reason="PDF 含有脚本、附件或自动动作。请用“打印为 PDF”另存后再上传。")


@contextmanager
def _damage_named(name: str) -> Iterator[None]:
    try:
        yield
    except LimitReachedError as bomb:
        raise SCAN_REFUSED(name=name, reason="PDF 结构异常庞大，无法读取。请重新扫描。") from bomb
    except _DAMAGED as damaged:
        raise SCAN_REFUSED(name=name, reason="PDF 已损坏，无法读取。请重新扫描或重新导出。") from damaged


def _too_large(name: str) -> Exception:
    return SCAN_REFUSED(
        name=name, reason=f"图片超过 {MAX_PIXELS // 1_000_000} 百万像素。请用 200–300 dpi 重新扫描。"
    )


def _dictionary(value: Any) -> DictionaryObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) else DictionaryObject()


def _array(value: Any) -> ArrayObject:
    found = value.get_object() if value is not None else None
    return found if isinstance(found, ArrayObject) else ArrayObject()
