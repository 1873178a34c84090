"""Bodies that are too large, too deep, ambiguous, in another encoding; headers and ids that are none."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from formserver.web.api import API_ROOT
from tests.hostile.kit import Town
from tests.hostile.test_scope import ODD_IDS
from tests.support.api import token_for
from tests.support.house import photo_of_paper


@pytest.fixture(scope="module")
def headers(town: Town) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(town, 'clerk')}"}


def post(town: Town, headers: dict[str, str], path: str, data: Any, **more: Any) -> TestResponse:
    more.setdefault("content_type", "application/json")
    answer = town.app.test_client().post(API_ROOT + path, data=data, headers=headers, **more)
    answer.request.input_stream.close()
    assert answer.mimetype == "application/problem+json", answer.status_code
    return answer


@pytest.mark.parametrize(
    ("data", "status", "word"),
    [
        (b"", 400, "JSON"),
        (b"{", 400, "JSON"),
        (b"nonsense", 400, "JSON"),
        (b'{"type":"a","type":"inspection_notice"}', 400, "两次"),
        (b'{"type":"inspection_notice","body":{"a":{"b":1,"b":2}}}', 400, "两次"),
        (b'{"type":NaN}', 400, "NaN"),
        (b'{"type":Infinity}', 400, "Infinity"),
        (b'{"type":1e999}', 422, "文字"),
        (b'{"type":' + b"9" * 5000 + b"}", 400, "数字"),
        (b'\xff\xfe{\x00"\x00', 400, "UTF-8"),
        ('{"type":"文"}'.encode("gbk"), 400, "UTF-8"),
        (b'\xef\xbb\xbf{"type":"inspection_notice"}', 400, "JSON"),
        (b"[" * 100_000, 400, "层"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, 400, "层"),
        (b"[]", 422, "对象"),
        (b"null", 422, "对象"),
        (b'"text"', 422, "对象"),
        (b'{"type":"inspection_notice","body":[]}', 422, "对象"),
        (b'{"type":"inspection_notice","body":{"x":1.5}}', 422, ""),
        (b'{"type":"inspection_notice","body":{"contact_person":"\\u0000"}}', 422, ""),
        (b'{"type":"inspection_notice","body":{"contact_person":"\\ud800"}}', 422, ""),
        (b'{"type":"inspection_notice","body":{"\\ud800":"x"}}', 422, ""),
        (b'{"type":"../../etc/passwd"}', 422, "写法"),
        (b'{"type":"inspection_notice","__class__":{}}', 422, "__class__"),
    ],
    ids=range(24),
)
def test_a_body_that_is_not_plain_json_is_refused_in_words(
    town: Town, headers: dict[str, str], data: bytes, status: int, word: str
) -> None:
    answer = post(town, headers, "/documents", data)
    assert answer.status_code == status, answer.text[:500]
    assert word in json.dumps(json.loads(answer.data), ensure_ascii=False)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/json; charset=utf-16",
        "application/json; charset=gbk",
        "multipart/form-data",
        "application/xml",
        "",
    ],
)
def test_another_content_type_is_refused(town: Town, headers: dict[str, str], kind: str) -> None:
    answer = post(town, headers, "/documents", b'{"type":"inspection_notice"}', content_type=kind)
    assert answer.status_code == 415


def test_a_huge_body_is_refused_before_it_is_read(town: Town, headers: dict[str, str]) -> None:
    huge = b'{"name":"' + b"a" * 3_000_000 + b'"}'
    assert post(town, headers, "/enterprises", huge).status_code == 413
    many = b'{"type":"inspection_notice","body":{' + b",".join(b'"k%d":1' % n for n in range(300_000)) + b"}}"
    assert post(town, headers, "/documents", many).status_code in (413, 422)


def test_ten_thousand_wrong_places_are_not_all_told(town: Town, headers: dict[str, str]) -> None:
    body = {"name": "x", **{f"k{n}": 1 for n in range(10_000)}}
    answer = post(town, headers, "/enterprises", json.dumps(body).encode())
    assert answer.status_code == 422
    assert len(json.loads(answer.data)["errors"]) <= 200


@pytest.mark.parametrize("odd", ODD_IDS, ids=range(len(ODD_IDS)))
def test_ids_that_are_no_ids_are_not_found(town: Town, headers: dict[str, str], odd: str) -> None:
    raw = odd if "%" in odd else quote(odd, safe="")
    client = town.app.test_client()
    for path in (
        f"/documents/{raw}",
        f"/documents/{raw}/files",
        f"/documents/{town.targets.issued}/files/{raw}",
        f"/documents/{town.targets.issued}/versions/{raw}",
        f"/enterprises/{raw}",
        f"/agencies/{raw}",
        f"/document-types/{raw}",
        f"/document-types/{raw}/schema",
        f"/check/{raw}",
    ):
        answer = client.get(API_ROOT + path, headers=headers)
        assert answer.status_code in (308, 404, 429), (path[:100], answer.status_code)


@pytest.mark.parametrize("mark", ["3", "*", 'W/"4"', '"4", "5"', '"-4"', '"４"', '"99999999999"', '""', '"4'])
def test_a_version_that_is_no_version_changes_nothing(town: Town, headers: dict[str, str], mark: str) -> None:
    marked = {**headers, "If-Match": mark.encode().decode("latin-1")}
    answer = post(town, marked, f"/documents/{town.targets.issued}/void", b'{"reason":"x"}')
    assert answer.status_code == 400
    assert town.head(town.targets.issued).state.value == "已编号"


def test_a_get_with_a_body_and_a_form_with_other_parts_are_refused(
    town: Town, headers: dict[str, str]
) -> None:
    client = town.app.test_client()
    assert client.get(f"{API_ROOT}/me", data=b"{}", headers=headers).status_code == 400
    document = town.final()
    marked = {**headers, "If-Match": f'"{document.head_version}"'}
    for parts in (
        {"data": "{}"},
        {"data": '{"a":1}', "files": (io.BytesIO(b"x"), "a.pdf")},
        {"data": "{}", "files": (io.BytesIO(b"x"), "a.pdf"), "more": "1"},
        {"data": "{", "files": (io.BytesIO(b"x"), "a.pdf")},
        {"data": "{}", "files": (io.BytesIO(b"x"), "a.pdf")},
        {"data": '{"pen_fields":{"":1}}', "files": (io.BytesIO(b"x"), "a.pdf")},
    ):
        answer = post(
            town, marked, f"/documents/{document.id}/sign", parts, content_type="multipart/form-data"
        )
        assert answer.status_code in (400, 422), (parts, answer.text)
    assert town.head(document.id).state.value == "定稿待签"


@pytest.mark.parametrize(
    "data",
    [
        {"pen_fields": {"": "x"}},
        {"pen_fields": {"/": "x"}},
        {"pen_fields": {"nonsense": "x"}},
        {"pen_fields": {"/no/such/place": "x"}},
        {"pen_fields": {"/findings/@zzzzzzzz/x": "x"}},
        {"pen_fields": {"/~9": {"a": [1.5]}}},
        {"corrections": [{"page": 1, "at": "/no_such", "new": "x"}]},
        {"corrections": [{"page": 1, "at": "/findings/99/x", "new": "x"}]},
        {"corrections": [{"page": 1, "at": "/a/b/c/d/e/f/g/h/i/j", "new": "x"}]},
    ],
    ids=range(9),
)
def test_places_that_do_not_exist_cannot_be_written_by_pen(
    town: Town, headers: dict[str, str], data: dict[str, Any]
) -> None:
    document = town.final()
    marked = {**headers, "If-Match": f'"{document.head_version}"'}
    parts = {"data": json.dumps(data), "files": (io.BytesIO(photo_of_paper()), "a.jpg")}
    answer = post(town, marked, f"/documents/{document.id}/sign", parts, content_type="multipart/form-data")
    assert answer.status_code in (400, 422), answer.text
    assert town.head(document.id).state.value == "定稿待签"
