"""The page that stands for a signed paper in the demonstration, and says so: a demonstration has no pen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from formserver.rendering.fonts import font_policy

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
_INK: Final = (34, 38, 92)
_RED: Final = (192, 36, 36)
_GREY: Final = (176, 182, 190)
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def demo_scan(title: str) -> bytes:
    """A JPEG of one page: the title, lines of a text nobody reads, a signature and a stamp that reads 示范."""
    page = Image.new("RGB", (WIDTH, HEIGHT), (252, 251, 247))
    draw = ImageDraw.Draw(page)
    heading, small = _font(46), _font(26)
    _centred(draw, title, 170, heading, (30, 30, 30))
    _centred(draw, "示范签字件：代替真实的扫描件，没有法律效力", 250, small, (130, 60, 60))
    for number in range(19):
        y = 350 + number * 52
        right = WIDTH - 150 if number % 5 != 4 else WIDTH - 520
        draw.rectangle((150, y, right, y + 14), fill=_GREY if number % 5 else (150, 156, 166))
    draw.text((150, 1420), "签名：", font=small, fill=(30, 30, 30))
    stroke = [(250, 1450), (310, 1400), (340, 1470), (390, 1395), (430, 1460), (520, 1410), (600, 1450)]
    draw.line(stroke, fill=_INK, width=6, joint="curve")
    draw.ellipse((820, 1330, 1080, 1590), outline=_RED, width=9)
    draw.regular_polygon((950, 1460, 46), 5, rotation=0, fill=_RED)
    _centred(draw, "示　范", 1525, small, _RED, middle=950)
    data = io.BytesIO()
    page.save(data, "JPEG", quality=80)
    return data.getvalue()


TRANSFORMER_PLATE: Final = (
    "型号  S7-2500/10",
    "额定容量  2500 kVA",
    "额定电压  10/0.4 kV",
    "出厂编号  2004-0317",
    "示范变压器厂  2004年3月",
)


def nameplate(title: str = "电 力 变 压 器（示范）", lines: Sequence[str] = TRANSFORMER_PLATE) -> bytes:
    """A JPEG of a nameplate with up to five lines, made up."""
    page = Image.new("RGB", (960, 640), (96, 104, 112))
    draw = ImageDraw.Draw(page)
    draw.rounded_rectangle((60, 50, 900, 590), 24, fill=(206, 208, 204), outline=(70, 74, 78), width=6)
    for x, y in ((90, 80), (870, 80), (90, 560), (870, 560)):
        draw.ellipse((x - 12, y - 12, x + 12, y + 12), fill=(120, 124, 128))
    _centred(draw, title, 96, _font(44), (30, 32, 36), middle=480)
    for number, text in enumerate(lines):
        draw.text((150, 190 + number * 74), text, font=_font(38), fill=(30, 32, 36))
    data = io.BytesIO()
    page.save(data, "JPEG", quality=85)
    return data.getvalue()


def _font(size: int) -> Font:
    face = font_policy().resolve("宋体").face
    if face is None:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(face.path), size, index=face.index)


def _centred(
    draw: ImageDraw.ImageDraw,
    text: str,
    y: int,
    font: Font,
    fill: tuple[int, int, int],
    middle: int = WIDTH // 2,
) -> None:
    draw.text((middle - draw.textlength(text, font=font) / 2, y), text, font=font, fill=fill)
