"""Bytes in parts, pictures, sheets; files that lie about what they are, and requests that ask for too much."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from lxml import html

from tests.integration.evidence.conftest import FILES, film, pdf, picture, workbook
from tests.support.web import context_of


def part(client, item, wanted: str, *, view: bool = True):
    query = "?view=1" if view else ""
    return client.http.get(f"/evidence/{item.id}/file{query}", headers={"Range": wanted})


def test_a_recording_is_streamed_in_parts(client_as, paper, add):
    data = film(size=9 << 20)
    item, client = add(paper(), "录像.mp4", data), client_as("inspector")
    with part(client, item, "bytes=100-199") as answer:
        assert answer.status_code == 206
        assert answer.headers["Content-Range"] == f"bytes 100-199/{len(data)}"
        assert answer.data == data[100:200]
    with part(client, item, "bytes=0-") as answer:
        assert answer.headers["Content-Range"] == f"bytes 0-{(4 << 20) - 1}/{len(data)}", (
            "a player asks again"
        )
        assert len(answer.data) == 4 << 20
    with part(client, item, f"bytes={8 << 20}-") as answer:
        assert answer.data == data[8 << 20 :]
    with client.http.get(f"/evidence/{item.id}/file?view=1") as answer:
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.data == data
        tag = answer.headers["ETag"]
    with client.http.get(f"/evidence/{item.id}/file?view=1", headers={"If-None-Match": tag}) as answer:
        assert answer.status_code == 304


def test_a_download_can_be_continued_whole(client_as, paper, add):
    data = film(size=9 << 20)
    item, client = add(paper(), "录像.mp4", data), client_as("inspector")
    with part(client, item, "bytes=1000-", view=False) as answer:
        assert answer.status_code == 206
        assert answer.data == data[1000:]
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "wanted", ["bytes=999999999-", "bytes=-0", "bytes=5-1", "bytes=0-1,5-9", "bytes=" + "0-0," * 500 + "1-1"]
)
def test_ranges_that_make_no_sense_cost_nothing(client_as, paper, add, wanted):
    item, client = add(paper(), "中控室.mp4"), client_as("inspector")
    with part(client, item, wanted) as answer:
        assert answer.status_code in (200, 416)
        assert len(answer.data) <= len(FILES["中控室.mp4"]) or answer.status_code == 416


@pytest.mark.parametrize("name", ["网页.html", "图.svg", "铭牌.jpg"])
def test_what_could_run_is_only_downloaded(client_as, paper, add, name):
    evil = {
        "网页.html": FILES["网页.html"],
        "图.svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "铭牌.jpg": b"<!doctype html><html><body onload=alert(1)>",
    }[name]
    item, client = add(paper(), name, evil), client_as("inspector")
    assert "不在网页上打开" in client.get(f"/evidence/{item.id}").text
    for query in ("", "?view=1"):
        with client.http.get(f"/evidence/{item.id}/file{query}") as answer:
            assert answer.mimetype == "application/octet-stream"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client.http.get(f"/evidence/{item.id}/thumb").status_code == 404


def test_pictures_are_small_upright_and_kept(app, client_as, paper, add):
    item, client = add(paper(), "手机照片.heic"), client_as("inspector")
    thumb = client.http.get(f"/evidence/{item.id}/thumb")
    assert thumb.mimetype == "image/jpeg"
    assert len(thumb.data) < 60_000
    again = client.http.get(f"/evidence/{item.id}/thumb", headers={"If-None-Match": thumb.headers["ETag"]})
    assert again.status_code == 304
    assert len(list((context_of(app).settings.storage_dir / "cache" / "evidence").rglob("*.jpg"))) == 1
    turned = client.http.get(f"/evidence/{item.id}/picture?turn=90")
    from PIL import Image

    assert Image.open(io.BytesIO(turned.data)).size == (900, 1200)
    assert client.http.get(f"/evidence/{item.id}/picture?turn=45").data != turned.data


def test_a_bomb_of_a_picture_is_not_opened(client_as, paper, add):
    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = (40_000).to_bytes(4, "big") + (40_000).to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(100_000)))
        + chunk(b"IEND", b"")
    )
    item, client = add(paper(), "炸弹.png", bomb), client_as("inspector")
    answer = client.http.get(f"/evidence/{item.id}/thumb")
    assert answer.status_code == 302
    assert "no-picture" in answer.headers["Location"]
    assert client.get(f"/evidence/{item.id}").text


@pytest.mark.parametrize("data", [picture()[:3000], b"\xff\xd8\xff\xe0" + b"\x00" * 50, pdf()[:200]])
def test_broken_files_are_kept_and_said_to_be_broken(client_as, paper, add, data):
    item, client = add(paper(), "残缺.jpg", data), client_as("inspector")
    assert client.get(f"/evidence/{item.id}").text
    with client.http.get(f"/evidence/{item.id}/file") as answer:
        assert answer.data == data


def test_pages_of_a_pdf_are_pictures(client_as, paper, add):
    item, client = add(paper(), "台账.pdf"), client_as("inspector")
    page = client.get(f"/evidence/{item.id}?page=2")
    assert "第 2 页，共 3 页" in page.text
    assert client.http.get(f"/evidence/{item.id}/picture?page=2").mimetype == "image/jpeg"
    assert client.http.get(f"/evidence/{item.id}/picture?page=99").status_code == 404
    assert "第 3 页" in client.get(f"/evidence/{item.id}?page=99").text


def test_a_workbook_is_a_table_with_nothing_in_it_alive(client_as, paper, add):
    item, client = add(paper(), "电耗.xlsx", workbook(600)), client_as("inspector")
    page = client.get(f"/evidence/{item.id}")
    assert len(page.tree.xpath("//div[contains(@class, 'ev-sheet')]//tr")) == 500
    assert "只显示前 500 行" in page.text
    assert "<script>alert(1)</script>" in page.text, "as text"
    assert "另一张" in client.get(f"/evidence/{item.id}?sheet=1").text
    assert client.get(f"/evidence/{item.id}?sheet=77").text


def test_chinese_tables_of_old_programs_are_read(client_as, paper, add):
    item, client = add(paper(), "报表.csv"), client_as("inspector")
    assert "电量" in client.get(f"/evidence/{item.id}").text


def test_a_workbook_that_unpacks_without_end_is_refused_in_words(client_as, paper, add):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(210 << 20))
    item, client = add(paper(), "炸弹.xlsx", made.getvalue()), client_as("inspector")
    assert "展开后过大" in client.get(f"/evidence/{item.id}").text


@pytest.mark.parametrize("way", ["", "/file", "/thumb", "/picture", "/edit", "/withdraw"])
@pytest.mark.parametrize("who", ["chengdu", "mianyang"])
def test_another_city_finds_nothing(client_as, paper, add, who, way):
    item = add(paper(), "铭牌.png")
    answer = client_as(who).http.get(f"/evidence/{item.id}{way}")
    assert answer.status_code == 404
    assert item.title not in answer.text


def test_another_city_can_change_nothing(client_as, paper, add):
    document = paper()
    item, stranger = add(document, "铭牌.png"), client_as("chengdu")
    fields = {
        "csrf_token": stranger.token(),
        "reason": "x",
        "title": "x",
        "row_version": "1",
        "place": "x",
        "chosen": item.id,
    }
    for where in (
        f"/evidence/{item.id}/edit",
        f"/evidence/{item.id}/withdraw",
        f"/documents/{document.id}/evidence",
        f"/documents/{document.id}/evidence/several",
        f"/documents/{document.id}/evidence/order",
        f"/documents/{document.id}/evidence/list",
    ):
        assert stranger.http.post(where, data=fields).status_code == 404, where
    for where in (f"/documents/{document.id}/evidence", f"/documents/{document.id}/evidence.zip"):
        assert stranger.http.get(where).status_code == 404
    assert stranger.http.get(f"/evidence/pick?q=1&document={document.id}").status_code == 404


def test_who_only_reads_sees_no_buttons(client_as, paper, add):
    document = paper()
    item, reader = add(document, "铭牌.png"), client_as("viewer")
    page = reader.get(f"/documents/{document.id}/evidence")
    assert "证据1" in page.text
    assert not page.tree.xpath("//main//form[@method='post'][not(contains(@action, '/several'))]")
    assert reader.http.get(f"/evidence/{item.id}/edit").status_code == 403
    assert html.fromstring(reader.http.get(f"/evidence/{item.id}").text).xpath("//h1")
    assert client_as("nobody").http.get(f"/evidence/{item.id}").status_code == 403
