"""Scanned or photographed pages as one PDF. JPEG bytes go in untouched; HEIC, itself lossy, as JPEG of high quality
(without loss a photo would have 36 MB); everything else is stored without loss."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

from formserver.rendering.scan_check import image_frames

_A4 = (595.28, 841.89)  # points
_SMALLEST, _LARGEST = 250.0, 1240.0  # side of a believable sheet in points: below A6, above A3
_ORIENTATION_TAG = 0x0112
#: EXIF orientation → where the unit square's (x, y) goes: (a, b, c, d, e, f) for X = a·x + c·y + e, Y = b·x + d·y + f
_PLACES = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}


def images_to_pdf(images: Sequence[bytes], names: Sequence[str] = ()) -> bytes:
    """One PDF page per image (per page of a TIFF), in order, turned upright by EXIF.

    The page has the scanner's size where the resolution is believable, else the image is fitted to A4. Raises
    SCAN_REFUSED, with the name from ``names`` where given; ValueError for no images at all.
    """
    if not images:
        raise ValueError("no images")
    writer = PdfWriter()
    for number, data in enumerate(images):
        name = names[number] if number < len(names) else f"第 {number + 1} 张图片"
        for frame in image_frames(data, name):
            _add_page(writer, frame, data)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _add_page(writer: PdfWriter, image: Image.Image, data: bytes) -> None:
    orientation = int(image.getexif().get(_ORIENTATION_TAG, 1))
    place = _PLACES.get(orientation, _PLACES[1])
    sideways = place[0] == 0
    width, height = _page_size(image, sideways)
    page = writer.add_blank_page(width, height)
    resources = DictionaryObject()
    resources[NameObject("/XObject")] = DictionaryObject(
        {NameObject("/Scan"): writer._add_object(_image_object(image, data))}
    )
    page[NameObject("/Resources")] = resources
    a, b, c, d, e, f = place
    matrix = (a * width, b * height, c * width, d * height, e * width, f * height)
    content = StreamObject()
    content.set_data(f"q {' '.join(f'{v:.3f}' for v in matrix)} cm /Scan Do Q".encode("ascii"))
    page[NameObject("/Contents")] = writer._add_object(content)


def _image_object(image: Image.Image, data: bytes) -> StreamObject:
    if image.format == "HEIF":
        return _image_object(*_as_jpeg(image))
    untouched = image.format in ("JPEG", "MPO") and image.mode in ("L", "RGB")
    shown = image if untouched else plain_picture(image)
    made = StreamObject()
    made[NameObject("/Type")] = NameObject("/XObject")
    made[NameObject("/Subtype")] = NameObject("/Image")
    made[NameObject("/Width")] = NumberObject(shown.width)
    made[NameObject("/Height")] = NumberObject(shown.height)
    made[NameObject("/BitsPerComponent")] = NumberObject(1 if shown.mode == "1" else 8)
    made[NameObject("/ColorSpace")] = NameObject("/DeviceRGB" if shown.mode == "RGB" else "/DeviceGray")
    made[NameObject("/Filter")] = NameObject("/DCTDecode" if untouched else "/FlateDecode")
    made._data = data if untouched else zlib.compress(shown.tobytes(), 6)
    return made


def _as_jpeg(image: Image.Image) -> tuple[Image.Image, bytes]:
    out = io.BytesIO()
    plain_picture(image).save(out, "JPEG", quality=92)
    made = Image.open(io.BytesIO(out.getvalue()))
    made.load()
    return made, out.getvalue()


def plain_picture(image: Image.Image) -> Image.Image:
    """``image`` as bilevel, grey or RGB; transparent parts become paper."""
    if image.mode in ("1", "L", "RGB"):
        return image
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(paper, layer).convert("RGB")
    return image.convert("RGB")


def _page_size(image: Image.Image, sideways: bool) -> tuple[float, float]:
    across, down = image.size
    horizontal, vertical = (float(v) for v in image.info.get("dpi", (0, 0)))
    if sideways:
        across, down, horizontal, vertical = down, across, vertical, horizontal
    if horizontal > 0 and vertical > 0:
        width, height = across / horizontal * 72, down / vertical * 72
        if min(width, height) >= _SMALLEST and max(width, height) <= _LARGEST:
            return width, height
    sheet = _A4 if down >= across else _A4[::-1]
    scale = min(sheet[0] / across, sheet[1] / down)
    return across * scale, down * scale
