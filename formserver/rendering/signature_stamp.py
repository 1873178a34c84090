"""Draws captured signatures and seals into the slots of a printed paper: each picture where the pen or seal would go.

The paper's own content is not touched; every picture is added behind it with the time of signing in small print, so
that a reader sees it was captured on a screen. A PDF that carries electronic signatures is never written to.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image
from pypdf import PageObject, PdfWriter
from pypdf.generic import DictionaryObject, NumberObject, StreamObject
from pypdf.generic import NameObject as Name

from formserver.core.errors import Kind, error_code
from formserver.rendering.fonts import FontPolicy, font_policy
from formserver.rendering.pdf_font import embed
from formserver.rendering.stamp import (
    covering_face,
    draw_on,
    own_resources,
    use_font,
    writable,
    written,
)

PICTURE_REFUSED = error_code(
    "PICTURE_REFUSED",
    Kind.INVALID,
    zh="图片“{name}”不能使用：{reason}。",
    en="The picture {name} cannot be used: {reason}.",
)
MOST_BYTES: Final = 3 * 1024 * 1024
MOST_PIXELS: Final = 4_000_000
_NOTE_SIZE: Final = 4.5
_FACE: Final = "宋体"


@dataclass(frozen=True, slots=True)
class Mark:
    """One picture and its place: page from 1, box in points with the origin at the lower left corner."""

    page: int
    box: tuple[float, float, float, float]
    png: bytes
    note: str = ""
    kind: str = "signature"


def clean_picture(data: bytes, name: str, *, least_ink: float = 0.0) -> bytes:
    """A picture as PNG with transparency, cut to what is drawn on it; checked by content.

    White becomes transparent where the picture has no transparency of its own, because a seal lies over print.
    ``least_ink`` is the part of the pixels that must be drawn on. Raises PICTURE_REFUSED.
    """
    if len(data) > MOST_BYTES:
        raise PICTURE_REFUSED(name=name, reason=f"超过 {MOST_BYTES // 1048576} MB，请缩小后再上传")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PICTURE_REFUSED(name=name, reason="像素过多，请缩小到 2000×2000 以内")
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise PICTURE_REFUSED(name=name, reason="内容不是 PNG、JPEG 或 WebP 图片，或者已损坏") from broken
    if picture.getchannel("A").getextrema() == (255, 255):
        darkness = picture.convert("L").point(lambda value: min(255, (255 - value) * 2))
        picture.putalpha(darkness)
    drawn = picture.getchannel("A").point(lambda value: 255 if value > 24 else 0)
    box = drawn.getbbox()
    if box is None or sum(drawn.histogram()[255:]) < least_ink * picture.width * picture.height:
        raise PICTURE_REFUSED(name=name, reason="上面几乎没有笔迹，请重新签写")
    out = io.BytesIO()
    picture.crop(box).save(out, "PNG", optimize=True)
    return out.getvalue()


def stamp_marks(
    pdf: bytes, marks: Sequence[Mark], *, name: str = "PDF", policy: FontPolicy | None = None
) -> bytes:
    """The paper with every mark in its place. Raises PDF_SIGNED, SCAN_REFUSED, ValueError for a page it has not."""
    writer = PdfWriter(clone_from=writable(pdf, name))
    words = "".join(mark.note for mark in marks)
    font = embed(writer, covering_face(words, _FACE, policy or font_policy()), words) if words else None
    for number, mark in enumerate(marks):
        if not 1 <= mark.page <= len(writer.pages):
            raise ValueError(f"page {mark.page} of {len(writer.pages)}")
        page = writer.pages[mark.page - 1]
        key, size = f"/FsMark{number}", _add_picture(writer, page, f"/FsMark{number}", mark.png)
        x, y, width, height = _fitted(mark.box, size)
        drawing = f"q {width:.2f} 0 0 {height:.2f} {x:.2f} {y:.2f} cm {key} Do Q\n"
        if mark.note and font is not None:
            face = use_font(page, font)
            left = min(x, float(page.cropbox.right) - font.width(mark.note, _NOTE_SIZE) - 4)
            below = max(2.0, y - _NOTE_SIZE)
            drawing += (
                f"BT 0.35 g {face} {_NOTE_SIZE:g} Tf {left:.2f} {below:.2f} Td {font.hex(mark.note)} Tj ET\n"
            )
        draw_on(writer, page, drawing)
    return written(writer)


def _fitted(
    box: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """The largest place inside the box with the picture's proportions, in its middle."""
    x0, y0, x1, y1 = box
    scale = min((x1 - x0) / size[0], (y1 - y0) / size[1])
    width, height = size[0] * scale, size[1] * scale
    return x0 + (x1 - x0 - width) / 2, y0 + (y1 - y0 - height) / 2, width, height


def _add_picture(writer: PdfWriter, page: PageObject, key: str, png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png), formats=("PNG",)) as opened:
        picture = opened.convert("RGBA")
    mask = _image(picture.getchannel("A").tobytes(), picture.size, "/DeviceGray")
    body = _image(picture.convert("RGB").tobytes(), picture.size, "/DeviceRGB")
    body[Name("/SMask")] = writer._add_object(mask)
    resources = own_resources(page)
    known = resources.get("/XObject")
    objects = DictionaryObject(known.get_object() if known is not None else {})
    objects[Name(key)] = writer._add_object(body)
    resources[Name("/XObject")] = objects
    width, height = picture.size
    return width, height


def _image(data: bytes, size: tuple[int, int], space: str) -> StreamObject:
    stream = StreamObject()
    stream._data = zlib.compress(data, 9)
    stream.update(
        {
            Name("/Type"): Name("/XObject"),
            Name("/Subtype"): Name("/Image"),
            Name("/Width"): NumberObject(size[0]),
            Name("/Height"): NumberObject(size[1]),
            Name("/ColorSpace"): Name(space),
            Name("/BitsPerComponent"): NumberObject(8),
            Name("/Filter"): Name("/FlateDecode"),
        }
    )
    return stream
