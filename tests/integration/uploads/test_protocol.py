"""The tus protocol over HTTP: creation, pieces, checksums, cancelling, and everything that must be refused."""

from __future__ import annotations

import base64
import hashlib
import io

import pytest

from formserver.core.errors import AppError
from tests.integration.uploads.conftest import PURPOSE
from tests.support.web import context_of

DATA = bytes(range(256)) * 2_000  # 512,000 bytes


def upload_id(url: str) -> str:
    return url.rpartition("/")[2]


def pieces_folder(app):
    return context_of(app).settings.storage_dir / "tmp" / "uploads"


def test_a_file_in_three_pieces_becomes_a_blob_with_its_hash(app, tus, people, uploads):
    client = tus("inspector")
    url = client.begin(len(DATA))
    for start in range(0, len(DATA), 200_000):
        assert client.head(url).headers["Upload-Offset"] == str(start)
        answer = client.send(url, DATA[start : start + 200_000], start)
        assert answer.status_code == 204
        assert answer.headers["Upload-Offset"] == str(min(len(DATA), start + 200_000))
    stored = uploads.take(people("inspector"), upload_id(url), PURPOSE)
    assert (stored.sha256, stored.size) == (hashlib.sha256(DATA).hexdigest(), len(DATA))
    assert context_of(app).store.blobs.read(stored.sha256) == DATA
    assert list(pieces_folder(app).iterdir()) == [], "moved, not copied"
    assert uploads.take(people("inspector"), upload_id(url), PURPOSE) == stored, "a form sent twice"
    assert client.head(url).status_code == 404, "the same file chosen again is a new upload"


def test_the_server_says_what_it_can(tus):
    answer = tus("inspector").http.options("/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert {"creation", "checksum", "termination"} <= set(answer.headers["Tus-Extension"].split(","))


def test_a_wrong_offset_is_refused_and_says_where_to_go_on(tus):
    client = tus("inspector")
    url = client.begin(len(DATA))
    client.send(url, DATA[:1000], 0)
    answer = client.send(url, DATA[:1000], 0)
    assert answer.status_code == 409
    assert "1000" in answer.json["detail"]
    assert client.head(url).headers["Upload-Offset"] == "1000"


def test_a_piece_with_a_wrong_checksum_leaves_nothing(tus):
    client = tus("inspector")
    url = client.begin(2_000)
    good = "sha256 " + base64.b64encode(hashlib.sha256(DATA[:1000]).digest()).decode()
    assert client.send(url, DATA[:1000], 0, Upload_Checksum=good).status_code == 204
    assert client.send(url, b"x" * 1000, 1000, Upload_Checksum=good).status_code == 460
    assert client.head(url).headers["Upload-Offset"] == "1000"
    assert client.send(url, DATA[:1000], 1000, Upload_Checksum="md5 AAAA").status_code == 460


def test_more_than_was_announced_is_refused(tus):
    client = tus("inspector")
    url = client.begin(1_000)
    assert client.send(url, DATA[:1001], 0).status_code == 422
    assert client.head(url).headers["Upload-Offset"] == "0"
    assert client.send(url, DATA[:1000], 0).status_code == 204


def test_a_connection_cut_in_the_middle_keeps_what_came(app, tus, people, uploads):
    class Cut(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() >= 300_000:
                raise ConnectionResetError("the other side went away")
            return super().read(min(size or 100_000, 100_000))

    url = tus("inspector").begin(len(DATA))
    with pytest.raises(ConnectionResetError):
        uploads.append(people("inspector"), upload_id(url), Cut(DATA), offset=0)
    assert uploads.status(people("inspector"), upload_id(url)).received == 300_000
    uploads.append(people("inspector"), upload_id(url), io.BytesIO(DATA[300_000:]), offset=300_000)
    stored = uploads.take(people("inspector"), upload_id(url), PURPOSE)
    assert stored.sha256 == hashlib.sha256(DATA).hexdigest()


def test_two_requests_at_once_on_one_upload(app, tus, people, uploads):
    client = tus("inspector")
    url = client.begin(2_000)

    class Slow(io.BytesIO):
        """While the first piece is on its way the second one knocks."""

        answers: tuple[int, ...] = ()

        def read(self, size: int | None = -1, /) -> bytes:
            if not self.answers:
                self.answers = (client.send(url, b"y" * 10, 0).status_code, client.delete(url).status_code)
            return super().read(size)

    slow = Slow(b"x" * 1000)
    uploads.append(people("inspector"), upload_id(url), slow, offset=0)
    assert slow.answers == (423, 423)
    assert client.head(url).headers["Upload-Offset"] == "1000"


def test_cancelling_removes_bytes_and_row(app, tus, uploads, people):
    client = tus("inspector")
    url = client.begin(2_000)
    client.send(url, b"x" * 500, 0)
    assert [u["received"] for u in client.http.get(f"/uploads?purpose={PURPOSE}").json["items"]] == [500]
    assert client.delete(url).status_code == 204
    assert list(pieces_folder(app).iterdir()) == []
    assert client.head(url).status_code == 404
    assert client.http.get(f"/uploads?purpose={PURPOSE}").json["items"] == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"Tus_Resumable": "0.2.2"}, 412),
        ({"Content_Type": "text/plain"}, 415),
        ({"Upload_Offset": "-1"}, 400),
        ({"Upload_Offset": "１"}, 400),
        ({"X_CSRFToken": "wrong"}, 400),
    ],
)
def test_malformed_pieces_are_refused(tus, more, status):
    client = tus("inspector")
    url = client.begin(2_000)
    headers = client.headers(Upload_Offset="0", Content_Type="application/offset+octet-stream")
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    try:
        answer = client.http.patch(url, data=b"x", headers=headers)
    except UnicodeEncodeError:
        pytest.skip("this header cannot even be sent")
    assert answer.status_code == status
    assert client.head(url).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("size", "more", "status", "words"),
    [
        (0, {}, 422, "空文件"),
        (9 << 30, {}, 413, "上限 8 GB"),
        (100, {"purpose": "nothing"}, 422, "刷新"),
        (100, {"Upload_Metadata": "filename ***"}, 400, "文件名"),
        ("1e3", {}, 400, "Upload-Length"),
    ],
)
def test_uploads_that_cannot_begin(tus, size, more, status, words):
    answer = tus("inspector").create(size, **more)
    assert answer.status_code == status
    assert words in answer.json["detail"]


def test_one_person_never_sees_anothers_upload(tus, people, uploads):
    url = tus("inspector").begin(2_000)
    stranger = tus("leader")
    for answer in (stranger.head(url), stranger.send(url, b"x", 0), stranger.delete(url)):
        assert answer.status_code == 404
    with pytest.raises(AppError, match="没有找到"):
        uploads.take(people("leader"), upload_id(url), PURPOSE)


def test_who_may_not_edit_may_not_upload(tus):
    answer = tus("viewer").create(100)
    assert answer.status_code == 403


@pytest.mark.parametrize("wild", ["../../etc/passwd", "..%2f..%2fformserver.sqlite3", "A" * 26, "0" * 25])
def test_an_id_is_never_a_path(tus, wild):
    assert tus("inspector").head(f"/uploads/{wild}").status_code == 404


def test_a_file_for_one_purpose_cannot_be_taken_for_another(app, tus, people, uploads):
    from formserver.core.document_permissions import DocumentPermission
    from formserver.uploads.models import Purpose

    uploads.announce(Purpose("other", DocumentPermission.EDIT))
    url = tus("inspector").begin(3)
    uploads.append(people("inspector"), upload_id(url), io.BytesIO(b"abc"), offset=0)
    with pytest.raises(AppError, match="没有找到"):
        uploads.take(people("inspector"), upload_id(url), "other")
