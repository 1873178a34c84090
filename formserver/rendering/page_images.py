"""Pages of a PDF as pictures, and where words stand on them: for phones, thumbnails, scans and signatures.

PDFium is not safe for threads, so one lock stands around every call; a page at screen size costs some 20 ms.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from formserver.core.errors import NOT_FOUND, Kind, error_code

PDF_NOT_OPENED = error_code(
    "PDF_NOT_OPENED",
    Kind.INVALID,
    zh="PDF 打不开：文件已损坏、加密，或者不是 PDF。请重新生成或另选文件。",
    en="The PDF cannot be opened: damaged, encrypted or not a PDF.",
)
MOST_PIXELS: Final = 4_000
"""Pixels of the longer side of a picture, whatever the page says of itself."""
_RULE_WIDTH: Final = 4.0
"""Points: a shape thinner than this is a rule."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class PageText:
    """The characters of a page with their boxes: points, origin at the lower left corner of the page."""

    text: str
    boxes: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What is printed on a page: characters with the boxes of their lines (not of their ink), straight rules, pictures.

    Points, origin at the lower left; a rule is the box of its stroke. Blanks are left out.
    """

    chars: tuple[tuple[str, float, float, float, float], ...]
    rules: tuple[tuple[float, float, float, float], ...]
    pictures: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float


@contextmanager
def _opened(pdf: bytes) -> Iterator[Any]:
    with _lock:
        try:
            document = pdfium.PdfDocument(pdf)
        except pdfium.PdfiumError as error:
            raise PDF_NOT_OPENED() from error
        try:
            yield document
        finally:
            document.close()


def _page(document: Any, no: int) -> Any:
    if not 1 <= no <= len(document):
        raise NOT_FOUND(what=f"第{no}页")
    return document[no - 1]


def page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    """Width and height of every page in points, as shown (rotation applied). Raises PDF_NOT_OPENED."""
    with _opened(pdf) as document:
        return [(float(w), float(h)) for w, h in (page.get_size() for page in document)]


def page_image(pdf: bytes, no: int, *, width: int, media_type: str = "image/png") -> bytes:
    """Page ``no`` (from 1) as a picture ``width`` pixels wide. Raises PDF_NOT_OPENED, NOT_FOUND.

    ``media_type`` is ``image/png``, ``image/webp`` or ``image/jpeg``.
    """
    with _opened(pdf) as document:
        page = _page(document, no)
        w, h = page.get_size()
        scale = min(width / w, MOST_PIXELS / max(w, h))
        picture = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
    out = io.BytesIO()
    kind = {"image/png": "PNG", "image/webp": "WEBP", "image/jpeg": "JPEG"}[media_type]
    ways: dict[str, Any] = {"PNG": {}, "WEBP": {"quality": 85, "method": 1}, "JPEG": {"quality": 85}}[kind]
    picture.save(
        out, kind, **ways
    )  # webp's method 1 takes a third of the time of the default, for 2 % more bytes
    return out.getvalue()


def page_picture(pdf: bytes, no: int, *, scale: float, longest: int = MOST_PIXELS) -> Image.Image:
    """Page ``no`` as an RGB picture of ``scale`` pixels per point, at most ``longest`` pixels on its longer side."""
    with _opened(pdf) as document:
        page = _page(document, no)
        scale = min(scale, longest / max(page.get_size()))
        made: Image.Image = page.render(scale=scale, draw_annots=True).to_pil().convert("RGB")
        return made


def page_text(pdf: bytes, no: int) -> PageText:
    """Characters and boxes of page ``no`` in reading order of the file. Raises PDF_NOT_OPENED, NOT_FOUND."""
    with _opened(pdf) as document:
        page = _page(document, no)
        w, h = page.get_size()
        reader = page.get_textpage()
        text, boxes = [], []
        for index in range(reader.count_chars()):
            char = reader.get_text_range(index, 1)
            if len(char) == 1:  # PDFium puts in line ends of its own
                text.append(char)
                left, bottom, right, top = reader.get_charbox(index)
                boxes.append((float(left), float(bottom), float(right), float(top)))
        reader.close()
    return PageText("".join(text), tuple(boxes), float(w), float(h))


def page_layouts(pdf: bytes) -> list[PageLayout]:
    """The layout of every page, with one opening of the file. Raises PDF_NOT_OPENED."""
    with _opened(pdf) as document:
        return [_layout(page) for page in document]


def _layout(page: Any) -> PageLayout:
    width, height = page.get_size()
    reader = page.get_textpage()
    chars = []
    for index in range(reader.count_chars()):
        char = reader.get_text_range(index, 1)
        if len(char) == 1 and not char.isspace():
            chars.append((char, *(float(v) for v in reader.get_charbox(index, loose=True))))
    reader.close()
    rules, pictures = [], []
    for shape in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_PATH, pdfium_c.FPDF_PAGEOBJ_IMAGE)):
        left, bottom, right, top = (float(v) for v in shape.get_bounds())
        if shape.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            pictures.append((left, bottom, right, top))
        elif min(right - left, top - bottom) <= _RULE_WIDTH:
            rules.append((left, bottom, right, top))
    return PageLayout(tuple(chars), tuple(rules), tuple(pictures), float(width), float(height))
