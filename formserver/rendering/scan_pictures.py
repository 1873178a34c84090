"""One page of an uploaded file as an upright picture of bounded size: the only way scans are looked at.

A phone's JPEG is decoded at a fraction of its size (libjpeg does this for nothing), so that a heap of photos never
stands in memory: one page at a time, at most ``longest`` pixels wide or high.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps

from formserver.rendering.page_images import page_picture
from formserver.rendering.scan_check import IMAGE_FORMATS, MAX_PIXELS, SCAN_REFUSED
from formserver.rendering.scan_pdf import plain_picture

READING: Final = 4_000
"""Pixels of the longer side for reading codes: A4 at 340 dpi."""
KEEPING: Final = 3_508
"""Pixels of the longer side in the bound PDF: A4 at 300 dpi."""
SHOWING: Final = 1_600
_PDF_SCALE: Final = 300 / 72
WHOLE: Final = (0, 0, 1000, 1000)


def scan_picture(data: bytes, no: int, name: str, *, longest: int) -> Image.Image:
    """Page ``no`` (from 1) in RGB, turned upright by EXIF. Raises SCAN_REFUSED naming the file."""
    if b"%PDF-" in data[:1024]:
        return page_picture(data, no, scale=_PDF_SCALE, longest=longest)
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as image:
            if no > 1:
                image.seek(no - 1)
            if image.width * image.height > MAX_PIXELS:
                raise SCAN_REFUSED(name=name, reason="图片太大。请用 200–300 dpi 重新扫描。")
            image.draft("RGB", (longest, longest))
            image.load()
            upright = ImageOps.exif_transpose(image)
            picture = plain_picture(upright).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise SCAN_REFUSED(name=name, reason="图片太大。请用 200–300 dpi 重新扫描。") from bomb
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError) as damaged:
        raise SCAN_REFUSED(name=name, reason="图片已损坏或不完整。请重新扫描或重新上传。") from damaged
    picture.thumbnail((longest, longest), reducing_gap=2.0)
    return picture


def turned(picture: Image.Image, rotation: int, crop: tuple[int, int, int, int]) -> Image.Image:
    """The picture turned clockwise by ``rotation`` degrees (a multiple of 90) and cut to ``crop``.

    ``crop`` is left, top, right, bottom of the turned picture in thousandths.
    """
    quarter = {
        90: Image.Transpose.ROTATE_270,
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    if rotation in quarter:
        picture = picture.transpose(quarter[rotation])
    if crop == WHOLE:
        return picture
    width, height = picture.size
    left, top, right, bottom = crop
    box = (left * width // 1000, top * height // 1000, right * width // 1000, bottom * height // 1000)
    return picture.crop((box[0], box[1], max(box[2], box[0] + 1), max(box[3], box[1] + 1)))


def as_jpeg(picture: Image.Image, *, quality: int = 85) -> bytes:
    """The picture as JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def view_of(jpeg: bytes, rotation: int, crop: tuple[int, int, int, int], *, longest: int) -> bytes:
    """A picture of our own making, turned, cut and reduced, as JPEG."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as stored:
        stored.draft("RGB", (longest * 2, longest * 2))
        picture = turned(stored.convert("RGB"), rotation, crop)
    picture.thumbnail((longest, longest), reducing_gap=2.0)
    return as_jpeg(picture, quality=75)
