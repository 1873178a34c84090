"""What a file is, by its content; and sizes in words."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from PIL import Image

from formserver.uploads.media import media_type_of
from formserver.uploads.service import size_words


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 10), "white").save(made, kind)
    return made.getvalue()


def workbook() -> bytes:
    made = io.BytesIO()
    openpyxl.Workbook().save(made)
    return made.getvalue()


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("readme.txt", "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (b"%PDF-1.7\n", "application/pdf"),
        (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive(), "application/zip"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2", "video/mp4"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "image/heic"),
        (b"<html><script>alert(1)</script></html>", "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
    ],
)
def test_the_content_decides(tmp_path, data, media):
    path = tmp_path / "照片.jpg"
    path.write_bytes(data)
    assert media_type_of(path) == media


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 字节"),
        (1023, "1023 字节"),
        (1024, "1 KB"),
        (850 << 20, "850 MB"),
        (int(3.25 * (1 << 30)), "3.2 GB"),
    ],
)
def test_sizes_in_words(size, words):
    assert size_words(size) == words
