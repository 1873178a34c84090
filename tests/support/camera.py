"""What people do to paper: sign it, photograph it askew in bad light, scan it upside down."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from formserver.rendering.page_images import page_picture, page_sizes
from formserver.rendering.slots import SlotArea

DPI = 200
SCALE = DPI / 72
DESK = (90, 80, 70)


def sheet(pdf: bytes, page: int, signed: Sequence[SlotArea] = ()) -> Image.Image:
    """A printed page, with ink in the places named."""
    picture = page_picture(pdf, page, scale=SCALE)
    height = page_sizes(pdf)[page - 1][1]
    for area in signed:
        if area.page == page:
            _sign(picture, area, height)
    return picture


def _sign(picture: Image.Image, area: SlotArea, height: float) -> None:
    x0, y0 = area.x0 * SCALE, (height - area.y1) * SCALE
    width, tall = min((area.x1 - area.x0) * SCALE, DPI * 1.2), (area.y1 - area.y0) * SCALE
    points = [
        (x0 + 8 + width * 0.9 * i / 12, y0 + tall / 2 + tall * 0.25 * math.sin(i * 2.1)) for i in range(13)
    ]
    ImageDraw.Draw(picture).line(points, fill=(30, 30, 110), width=3, joint="curve")


def photo(page: Image.Image, *, turned: float = 0, tilt: float = 0.05, dark: bool = False) -> Image.Image:
    """The page on a desk, seen from the front edge, turned anticlockwise by any angle."""
    width, height = (round(side * 1.15) for side in page.size)
    desk = Image.new("RGB", (width, height), DESK)
    desk.paste(page, (round(page.width * 0.07), round(page.height * 0.07)))
    corners = (-width * tilt, 0, 0, height, width, height, width * (1 + tilt), -height * tilt * 0.3)
    seen = desk.transform(
        desk.size, Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC, fillcolor=DESK
    )
    seen = seen.rotate(turned, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=DESK)
    if dark:
        shade = Image.linear_gradient("L").resize(seen.size).point(lambda value: 120 + value // 2)
        seen = Image.composite(seen, Image.new("RGB", seen.size, (20, 20, 15)), shade)
        seen = ImageEnhance.Brightness(seen).enhance(0.6).filter(ImageFilter.GaussianBlur(0.7))
    return seen


def file_of(pictures: Image.Image | Sequence[Image.Image], kind: str = "JPEG") -> bytes:
    """One file: a photo, or the pages of a TIFF or PDF."""
    first, *rest = [pictures] if isinstance(pictures, Image.Image) else list(pictures)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": rest} if kind in ("TIFF", "PDF") else {}
    if kind == "TIFF":
        more["compression"] = "jpeg"
    first.save(out, kind, quality=75, dpi=(DPI, DPI), **more)
    return out.getvalue()
