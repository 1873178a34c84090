"""Photographs of name plates: added, shown, removed with a mark; nothing that is no photograph."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from formserver.core.errors import AppError
from formserver.equipment.models import EquipmentList
from formserver.equipment.repository import RowQuery
from formserver.equipment.review_photos import (
    MOST_PHOTOS,
    PHOTO_GONE,
    PHOTO_TOO_MANY,
    PURPOSE,
    NameplatePhotos,
)
from formserver.equipment.review_service import Reviews
from formserver.uploads.service import UploadService
from tests.integration.evidence.conftest import picture
from tests.support.equipment import ready_list
from tests.support.website import Website, fields, texts

FORM = "//form[@enctype='multipart/form-data']"


@pytest.fixture
def kept(site: Website) -> EquipmentList:
    return ready_list(site)


def address(one: EquipmentList, more: str = "") -> str:
    return f"/equipment/lists/{one.id}{more}"


def post(
    site: Website, one: EquipmentList, *files: tuple[str, bytes], number: int = 2, who: str = "chen"
) -> Any:
    client = site.client(who)
    typed = fields(client.get(address(one, f"/rows/{number}")).text, FORM)
    typed.setlist("files", [(io.BytesIO(data), name) for name, data in files])
    return client.post(address(one, f"/rows/{number}/photos"), data=typed, content_type="multipart/form-data")


def photos(site: Website, one: EquipmentList, number: int = 2) -> tuple:
    return site.context.service(Reviews).row(site.actor("chen"), one.id, number, RowQuery()).photos


def added(site: Website, one: EquipmentList, count: int) -> tuple:
    actor, uploads = site.actor("chen"), site.context.service(UploadService)
    stored = [
        uploads.receive(actor, PURPOSE, f"{shade}.png", io.BytesIO(coloured(shade))) for shade in range(count)
    ]
    return site.context.service(NameplatePhotos).add(actor, one.id, 2, stored)


def coloured(shade: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 120)).save(made, "PNG")
    return made.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_is_added_counted_and_shown_as_jpeg(site: Website, kept: EquipmentList, kind: str) -> None:
    assert post(site, kept, (f"铭牌.{kind.lower()}", picture(kind, (400, 300)))).status_code == 302
    (photo,) = photos(site, kept)
    assert "照片 1" in texts(site.client("he").get(address(kept, "/rows")), "//li[@data-row='2']")[0]
    for size, longest in (("thumb", 320), ("large", 400)):
        shown = site.client("viewer").get(address(kept, f"/photos/{photo.id}?size={size}"))
        assert shown.mimetype == "image/jpeg"
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in shown.headers["Content-Security-Policy"]
        assert max(Image.open(io.BytesIO(shown.data)).size) == longest
    tag = shown.headers["ETag"]
    again = site.client("viewer").get(address(kept, f"/photos/{photo.id}"), headers={"If-None-Match": tag})
    assert again.status_code == 304


def test_the_same_photo_hangs_once(site: Website, kept: EquipmentList) -> None:
    data = picture()
    post(site, kept, ("a.jpg", data), ("b.jpg", data))
    post(site, kept, ("c.jpg", data))
    assert len(photos(site, kept)) == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("铭牌.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("铭牌.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 200),
        ("铭牌.jpg", b"%PDF-1.7\n1 0 obj"),
        ("铭牌.jpg", b"MZ" + b"\0" * 300),
        ("铭牌.jpg", picture()[:30]),
    ],
)
def test_what_is_no_photograph_is_refused_in_words(
    site: Website, kept: EquipmentList, name: str, data: bytes
) -> None:
    answer = post(site, kept, (name, data))
    assert answer.status_code == 422
    assert "不是能显示的照片" in answer.text
    assert name in answer.text
    assert photos(site, kept) == ()


def test_nothing_chosen_is_said(site: Website, kept: EquipmentList) -> None:
    answer = post(site, kept)
    assert answer.status_code == 422
    assert "请先选择或拍摄照片" in answer.text


def test_a_removed_photo_keeps_its_picture_and_its_mark(site: Website, kept: EquipmentList) -> None:
    (photo,) = added(site, kept, 1)
    client = site.client("he")
    form = fields(client.get(address(kept, "/rows/2")).text, "//form[contains(@action, '/remove')]")
    assert client.post(address(kept, f"/photos/{photo.id}/remove"), data=form).status_code == 302
    (mark,) = photos(site, kept)
    assert mark.removed_by_name == "何雨桐"
    assert site.context.store.blobs.exists(photo.sha256)
    assert client.get(address(kept, f"/photos/{photo.id}")).status_code == 200
    assert "移除" in client.get(address(kept, "/rows/2")).text
    assert client.post(address(kept, f"/photos/{photo.id}/remove"), data=form).status_code == 409
    page = site.context.service(Reviews).page(site.actor("he"), kept.id, RowQuery(), after=1, limit=1)
    assert page.rows[0].photos == 0


def test_a_row_holds_so_many(site: Website, kept: EquipmentList) -> None:
    made = added(site, kept, MOST_PHOTOS)
    actor, service = site.actor("chen"), site.context.service(NameplatePhotos)
    stored = site.context.service(UploadService).receive(
        actor, PURPOSE, "又一张.png", io.BytesIO(coloured(250))
    )
    with pytest.raises(AppError) as raised:
        service.add(actor, kept.id, 2, [stored])
    assert raised.value.code is PHOTO_TOO_MANY
    service.remove(actor, kept.id, made[0].id)
    assert len(service.add(actor, kept.id, 2, [stored])) == 1
    with pytest.raises(AppError) as raised:
        service.remove(actor, kept.id, made[0].id)
    assert raised.value.code is PHOTO_GONE


def test_another_city_sees_and_does_nothing(site: Website, kept: EquipmentList) -> None:
    (photo,) = added(site, kept, 1)
    stranger = site.client("waishi")
    assert stranger.get(address(kept, f"/photos/{photo.id}")).status_code == 404
    other = ready_list(site, username="waishi", with_enterprise=False)
    assert stranger.get(address(other, f"/photos/{photo.id}")).status_code == 404
    form = fields(stranger.get(address(other, "/rows/2")).text, FORM)
    assert stranger.post(address(kept, f"/photos/{photo.id}/remove"), data=form).status_code == 404
    assert stranger.post(address(kept, "/rows/2/photos"), data=form).status_code == 404
    viewer = site.client("viewer")
    page = viewer.get(address(kept, "/rows/2"))
    assert "添加照片" not in page.text
