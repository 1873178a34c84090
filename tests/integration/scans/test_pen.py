"""What the pen wrote beside the pages: into rows, refused with its place, kept when the session ends."""

from __future__ import annotations

import re

import pytest
from lxml import html

from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from tests.support.house import photo_of_paper
from tests.support.scans import intake_form, sign_paper, upload
from tests.support.website import PASSWORD, Website, fields, texts


def finished(site: Website, type_key: str = "pledge_feedback") -> Document:
    document = site.saved(type_key=type_key)
    return site.context.service(Issuing).finalise(site.actor("chen"), document.id, base_version=1)


def test_a_program_named_as_a_scan_is_refused_and_the_pen_fields_stay(site: Website) -> None:
    client, document = site.client("chen"), finished(site)
    url = f"/documents/{document.id}/scans"
    page = upload(client, url, ("签字件.pdf", b"MZ\x90\x00" + b"0" * 100))
    assert "不是扫描件" in page.text
    data = intake_form(page.text)
    data.setlist("/feedback_date", ["2026-11-20"])
    data.setlist("correction_page", ["x", ""])
    data.setlist("correction_at", ["/feedback_phone", ""])
    data.setlist("do", ["sign"])
    answer = client.post(url, data=data)
    assert answer.status_code == 422
    assert 'value="2026-11-20"' in answer.text
    assert "笔误更正第1行" in answer.text
    assert site.head(document.id).state is State.FINAL
    data.setlist("correction_page", ["", ""])
    data.setlist("correction_at", ["", ""])
    answer = client.post(url, data=data)
    assert answer.status_code == 422
    assert "没有选择签字件" in answer.text


def test_what_the_pen_wrote_into_rows_becomes_part_of_the_record(site: Website) -> None:
    client, document = site.client("chen"), finished(site)
    page = client.get(f"/documents/{document.id}/scans").text
    results = re.findall(r'name="(/feedback/@\w+/result)"', page)
    first = re.findall(r'<option value="([^"]+)"', page.partition(results[0])[2])[0]
    typed = {"/feedback_date": "2026-11-20", **dict.fromkeys(results, first)}
    answer = sign_paper(site.context, client, document.id, ("反馈表.jpg", photo_of_paper()), **typed)
    assert answer.status_code == 302, texts(answer, "//main")
    assert site.head(document.id).state is State.SIGNED
    assert "2026-11-20" in client.get(f"/documents/{document.id}").text


def test_a_session_that_ended_keeps_what_the_pen_wrote(site: Website) -> None:
    document = finished(site)
    client, url = site.app.test_client(), f"/documents/{document.id}/scans"
    signing_in = {"username": "chen", "password": PASSWORD}
    client.post("/sign-in", data=fields(client.get("/sign-in").text, **signing_in))
    data = intake_form(client.get(url).text)
    data.setlist("/feedback_date", ["2026-11-21"])
    data.setlist("do", ["sign"])
    for cookie in list(client._cookies or ()):
        client.delete_cookie(cookie[2])
    refused = client.post(url, data=data)
    assert refused.status_code == 401
    form = fields(refused.text, "//form[@action='/sign-in']", **signing_in)
    kept = client.post("/sign-in", data=form, follow_redirects=True)
    assert "2026-11-21" in html.tostring(html.fromstring(kept.text), encoding="unicode")


def test_an_upload_beyond_the_limit_is_refused_by_name_of_the_limit(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, document = site.client("chen"), finished(site)
    token = intake_form(client.get("/scans").text)["csrf_token"]
    monkeypatch.setattr(site.context.settings, "max_upload_mb", 1)
    answer = client.post(
        f"/documents/{document.id}/scans/files",
        data=b"0" * (2 << 20),
        content_type="multipart/form-data; boundary=x",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 413
    assert "MB" in answer.text
