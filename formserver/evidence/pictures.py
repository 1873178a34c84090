"""Small and large pictures of evidence, drawn from the stored file and kept on disk for a while.

Pictures are no record: they lie under ``storage/cache/evidence`` and may be deleted at any time. At most two are drawn at
once, a picture has at most so many points, and only known formats are opened, so that no file can exhaust the server.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from pathlib import Path
from typing import Final, Protocol

import pillow_heif
from PIL import Image, ImageOps

from formserver.core.errors import AppError, Kind, error_code
from formserver.core.papers import PDF_TYPE
from formserver.core.store_ports import BlobStore
from formserver.evidence.file_facts import MOST_PDF_BYTES
from formserver.rendering.picture_cache import PictureCache

pillow_heif.register_heif_opener()

NO_PICTURE = error_code(
    "EVIDENCE_NO_PICTURE",
    Kind.INVALID,
    zh="“{name}”不能显示为图片：{reason}。原文件完好，可以下载查看。",
    en="{name} cannot be shown as a picture: {reason}.",
)
THUMB, SCREEN = 320, 2_000
"""Pixels of the longer side (of a PDF page: of its width)."""
MOST_POINTS: Final = 120_000_000
"""A 108-megapixel phone; decoded JPEGs are reduced while reading."""
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "HEIF")
_PICTURES: Final = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp", "image/tiff", "image/heic"}
)
_AT_ONCE: Final = threading.BoundedSemaphore(2)


class Pictured(Protocol):
    """What a picture can be drawn of: a piece of evidence, a photograph of a name plate."""

    @property
    def blob_sha256(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def filename(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def pages(self) -> int: ...


def has_pictures(item: Pictured) -> bool:
    """Whether :meth:`EvidencePictures.picture` can be asked."""
    return item.media_type in _PICTURES or bool(item.pages)


class EvidencePictures:
    """Draws pictures as JPEG, and keeps them."""

    def __init__(self, blobs: BlobStore, folder: Path) -> None:
        self._blobs = blobs
        self._kept = PictureCache(folder)

    def picture(self, item: Pictured, longest: int, *, page: int = 1, turn: int = 0) -> bytes:
        """The picture, or page ``page`` of a PDF. Raises EVIDENCE_NO_PICTURE, NOT_FOUND, PDF_NOT_OPENED."""
        tag = hashlib.sha256(f"1 {item.blob_sha256} {longest} {page} {turn}".encode()).hexdigest()[:32]
        name = f"{tag}.jpg"
        if (kept := self._kept.read(name)) is not None:
            return kept
        with _AT_ONCE:
            drawn = self._draw(item, longest, page, turn)
        self._kept.keep(name, drawn)
        return drawn

    def _draw(self, item: Pictured, longest: int, page: int, turn: int) -> bytes:
        if item.media_type == PDF_TYPE and item.pages:
            from formserver.rendering.page_images import page_image

            return page_image(self._read(item, MOST_PDF_BYTES), page, width=longest, media_type="image/jpeg")
        try:
            return self._photo(item, longest, turn)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
            raise NO_PICTURE(name=item.filename, reason="图片的像素太多") from bomb
        except AppError:
            raise
        except (OSError, SyntaxError, ValueError, EOFError, MemoryError, RuntimeError) as damaged:
            raise NO_PICTURE(name=item.filename, reason="图片已损坏或不完整") from damaged

    def _photo(self, item: Pictured, longest: int, turn: int) -> bytes:
        with self._blobs.open(item.blob_sha256) as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own bound follows
            with Image.open(file, formats=_FORMATS) as image:
                if image.width * image.height > MOST_POINTS:
                    raise NO_PICTURE(name=item.filename, reason="图片的像素太多")
                if image.format != "JPEG" and image.width * image.height > MOST_POINTS // 2:
                    raise NO_PICTURE(name=item.filename, reason="图片的像素太多")
                image.draft("RGB", (longest, longest))
                image.load()
                upright = ImageOps.exif_transpose(image)
        if upright.mode in ("RGBA", "LA", "P"):
            ground = Image.new("RGB", upright.size, "white")
            ground.paste(upright, mask=upright.convert("RGBA").getchannel("A"))
            upright = ground
        shown = upright.convert("RGB")
        shown.thumbnail((longest, longest), reducing_gap=2.0)
        if turn:
            shown = shown.rotate(-turn, expand=True)
        out = io.BytesIO()
        shown.save(out, "JPEG", quality=82)
        return out.getvalue()

    def _read(self, item: Pictured, most: int) -> bytes:
        if item.size > most:
            raise NO_PICTURE(name=item.filename, reason="文件太大")
        with self._blobs.open(item.blob_sha256) as file:
            return file.read()
