"""Pictures in documents: checked, scaled down, stored once, related to the part that shows them.

PNG and JPEG only, decoded by Pillow before anything is embedded, so that a damaged or disguised file never reaches
Word. Names and relationship ids follow from the content, so equal input gives equal bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from PIL import Image, ImageOps, UnidentifiedImageError

from formserver.core.errors import Kind, error_code
from formserver.rendering.values import Picture

MAX_BYTES = 30 * 1024 * 1024
MAX_PIXELS = 80_000_000
MAX_SIDE = 2000  # pixels; 170 mm of type area at 300 dpi
_DEFAULT_DPI = 96
_EMU_PER_MM = 36_000
_MAX_WIDTH_MM = 160.0
_CACHE_SIZE = 64

IMAGE_UNUSABLE = error_code(
    "IMAGE_UNUSABLE",
    Kind.INVALID,
    zh="图片「{name}」不能使用：{reason}。请换用 PNG 或 JPEG 图片。",
    en="Image {name} cannot be used: {reason}",
)

_REL_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """An image as it goes into the file; sizes in pixels and dots per inch."""

    data: bytes
    extension: str
    width: int
    height: int
    dpi: float
    sha256: str

    @property
    def member(self) -> str:
        """Its name inside the docx."""
        return f"word/media/img{self.sha256[:20]}.{self.extension}"

    @property
    def relationship_id(self) -> str:
        """The id parts refer to it by."""
        return f"rIdImg{self.sha256[:12]}"


_prepared: OrderedDict[str, PreparedImage] = OrderedDict()
_lock = threading.Lock()


def prepare_image(name: str, data: bytes) -> PreparedImage:
    """Check and scale ``data``; the last results are kept. Raises IMAGE_UNUSABLE (Invalid)."""
    key = hashlib.sha256(data).hexdigest()
    with _lock:
        known = _prepared.get(key)
    if known is not None:
        return known
    made = _prepare(name, data)
    with _lock:
        _prepared[key] = made
        while len(_prepared) > _CACHE_SIZE:
            _prepared.popitem(last=False)
    return made


def _prepare(name: str, data: bytes) -> PreparedImage:
    if len(data) > MAX_BYTES:
        raise IMAGE_UNUSABLE(name=name, reason=f"超过 {MAX_BYTES // 1024 // 1024} MB")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise IMAGE_UNUSABLE(name=name, reason="像素过多")
            kind = opened.format or "PNG"
            dpi = _dpi(opened.info.get("dpi"))
            turned = opened.getexif().get(0x0112, 1) != 1
            opened.load()
            width, height = opened.size
            if not turned and max(width, height) <= MAX_SIDE:
                return _image(data, kind, width, height, dpi)
            picture = ImageOps.exif_transpose(opened)
            before = picture.width
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            stream = io.BytesIO()
            if kind == "JPEG":
                picture.convert("RGB").save(stream, "JPEG", quality=88)
            else:
                picture.save(stream, "PNG", optimize=False)
            scaled = dpi * picture.width / before
            return _image(stream.getvalue(), kind, picture.width, picture.height, scaled)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise IMAGE_UNUSABLE(name=name, reason="不是完好的 PNG 或 JPEG 图片") from error


def _image(data: bytes, kind: str, width: int, height: int, dpi: float) -> PreparedImage:
    extension = "png" if kind == "PNG" else "jpeg"
    return PreparedImage(data, extension, width, height, dpi, hashlib.sha256(data).hexdigest())


def _dpi(value: object) -> float:
    try:
        dpi = float(value[0])  # type: ignore[index]
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return _DEFAULT_DPI
    return dpi if 30 <= dpi <= 2400 else _DEFAULT_DPI


class ImageShelf:
    """The images of one render: what each part shows, and what must be written beside the parts."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        self._images = images
        self._used: dict[str, PreparedImage] = {}
        self._by_part: dict[str, dict[str, PreparedImage]] = {}

    def placer(self, part: str) -> Callable[[Picture], str]:
        """The function that turns a Picture printed in ``part`` into XML ("" when no such image was given)."""

        def place(picture: Picture) -> str:
            data = self._images.get(picture.name)
            if data is None:
                return ""
            image = prepare_image(picture.name, data)
            self._used[image.member] = image
            self._by_part.setdefault(part, {})[image.relationship_id] = image
            return f'</w:t>{_drawing(image, picture)}<w:t xml:space="preserve">'

        return place

    def relationships(self, part: str, base: bytes | None) -> bytes | None:
        """The relationships part of ``part``: the template's own plus the images placed in it."""
        added = "".join(
            f'<Relationship Id="{image.relationship_id}" Type="{_REL_IMAGE}" Target="/{image.member}"/>'
            for _, image in sorted(self._by_part.get(part, {}).items())
        )
        if not added:
            return base
        if base is None:
            return f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{_RELS}">{added}</Relationships>'.encode()
        empty = re.search(rb"<Relationships\b[^>]*/>", base)
        if empty is not None:
            opened = empty.group()[:-2] + b">" + added.encode() + b"</Relationships>"
            return base[: empty.start()] + opened + base[empty.end() :]
        head, end, tail = base.rpartition(b"</Relationships>")
        return head + added.encode() + end + tail

    def media(self) -> list[tuple[str, bytes]]:
        """The image files to write, each once."""
        return [(name, image.data) for name, image in sorted(self._used.items())]


def declare_image_types(content_types: bytes) -> bytes:
    """[Content_Types].xml with PNG and JPEG declared."""
    added = b"".join(
        f'<Default Extension="{extension}" ContentType="image/{extension}"/>'.encode()
        for extension in ("png", "jpeg")
        if not re.search(rf'Extension=["\']{extension}["\']'.encode(), content_types, re.IGNORECASE)
    )
    start = re.search(rb"<Types\b[^>]*>", content_types)
    if start is None:
        return content_types
    return content_types[: start.end()] + added + content_types[start.end() :]


def _drawing(image: PreparedImage, picture: Picture) -> str:
    width, height = _size(image, picture)
    cx, cy = round(width * _EMU_PER_MM), round(height * _EMU_PER_MM)
    name = quoteattr(picture.name)
    graphic = (
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:nvPicPr><pic:cNvPr id="0" name={name}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        f'r:embed="{image.relationship_id}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{cx}" cy="{cy}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    )
    namespace = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    properties = f'<wp:docPr id="0" name={name}/><wp:cNvGraphicFramePr/>'
    if not picture.floating:
        return (
            f'<w:drawing><wp:inline {namespace} distT="0" distB="0" distL="0" distR="0">'
            f'<wp:extent cx="{cx}" cy="{cy}"/>{properties}{graphic}</wp:inline></w:drawing>'
        )
    dx, dy = round(picture.dx_mm * _EMU_PER_MM), round(picture.dy_mm * _EMU_PER_MM)
    return (
        f'<w:drawing><wp:anchor {namespace} distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="251659264" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1">'
        '<wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="character"><wp:posOffset>{dx}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{dy}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{cx}" cy="{cy}"/><wp:wrapNone/>{properties}{graphic}</wp:anchor></w:drawing>'
    )


def _size(image: PreparedImage, picture: Picture) -> tuple[float, float]:
    ratio = image.height / image.width
    if picture.width_mm and picture.height_mm:
        return float(picture.width_mm), float(picture.height_mm)
    if picture.height_mm:
        return float(picture.height_mm) / ratio, float(picture.height_mm)
    natural = image.width / image.dpi * 25.4
    width = float(picture.width_mm) if picture.width_mm else min(natural, _MAX_WIDTH_MM)
    return width, width * ratio
