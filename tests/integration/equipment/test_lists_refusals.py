"""Who may not, what is no list, what is typed wrongly: refused in words, nothing kept, nothing typed lost."""

from __future__ import annotations

import io
import zipfile

import pytest

from formserver.core.errors import AppError
from formserver.equipment.lists_service import Lists
from formserver.equipment.lists_wishes import Wish
from tests.support.lists import MOTOR, POST, checked, list_id, own_file, template_file, upload
from tests.support.website import Website, fields

PARTS = ("", "/columns", "/problems", "/problems.xlsx", "/result.xlsx", "/original", "/edit")
DEEDS = ("/columns", "/columns/preview", "/cancel", "/retry", "/edit", "/void")


@pytest.fixture(scope="module")
def address(site: Website) -> str:
    return checked(site, template_file([MOTOR]), title="只给本机构")


@pytest.mark.parametrize("part", PARTS)
def test_another_city_finds_nothing_exactly_as_for_an_unknown_list(site: Website, address: str, part: str):
    stranger = site.client("waishi")
    assert stranger.get(address + part, buffered=True).status_code == 404
    assert stranger.get(f"/equipment/lists/{'0' * 26}{part}").status_code == 404
    assert site.client("he").get(address + part, buffered=True).status_code == 200


@pytest.mark.parametrize("part", DEEDS)
def test_another_city_changes_nothing(site: Website, address: str, part: str):
    stranger = site.client("waishi")
    typed = fields(
        stranger.get("/equipment/new").text, POST, reason="不是我的清单", title="别人的", do="confirm"
    )
    assert stranger.post(address + part, data=typed).status_code == 404
    assert "只给本机构" in site.client("chen").get(address).text
    assert "已识别" in site.client("chen").get(address).text


@pytest.mark.parametrize("part", DEEDS)
def test_who_only_reads_changes_nothing(site: Website, address: str, part: str):
    reader = site.client("viewer")
    page = reader.get(address).text
    assert "/equipment/new" not in page
    assert "改列的含义" not in page
    token = fields(page, "//form[contains(@action,'sign-out')]")
    assert reader.post(address + part, data=token).status_code == 403
    assert reader.get("/equipment/new").status_code == 403
    with pytest.raises(AppError):
        site.context.service(Lists).start(site.actor("viewer"), Wish(), "a.xlsx", "0" * 64)


@pytest.mark.parametrize("part", DEEDS)
def test_posts_without_the_token_are_refused(site: Website, address: str, part: str):
    assert (
        site.client("chen").post(address + part, data={"title": "x", "reason": "没有令牌的作废"}).status_code
        == 400
    )
    assert "已识别" in site.client("chen").get(address).text


def _zip(name: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ" + b"\0" * 200, "清单.xlsx"),
        (b"%PDF-1.7\n" + b"x" * 100, "清单.pdf"),
        (_zip("a.txt", b"nothing"), "清单.xlsx"),
        (template_file([MOTOR])[:900], "断了的.xlsx"),
        (b"\x00\x01\x02\x03" * 50, "清单.csv"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "照片.xlsx"),
    ],
)
def test_what_is_no_list_is_refused_in_words_and_leaves_none(site: Website, data: bytes, name: str):
    before = site.client("chen").get("/equipment/").text.count("/equipment/lists/")
    answer = upload(site, data, name=name, title="留下的名称", enterprise="")
    assert answer.status_code == 422
    assert "留下的名称" in answer.text
    assert "fs-error" in answer.text
    assert site.client("chen").get("/equipment/").text.count("/equipment/lists/") == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"as_of": "2026-02-30"}, "基准日"),
        ({"enterprise": "没有这家企业"}, "企业档案中没有唯一的"),
        ({"title": "长" * 150}, "清单名称"),
    ],
)
def test_what_is_typed_wrongly_is_told_at_its_field(site: Website, typed: dict[str, str], words: str):
    answer = upload(site, template_file([MOTOR]), **typed)
    assert answer.status_code == 422
    assert words in answer.text


def test_nobody_attaches_a_list_to_what_another_city_owns(site: Website, address: str):
    firm = {"enterprise": "川西水泥有限公司", "enterprise_id": site.enterprise.id}
    assert upload(site, template_file([MOTOR]), "waishi", **firm).status_code == 404
    assert upload(site, template_file([MOTOR]), "waishi", enterprise="川西水泥有限公司").status_code == 422
    assert upload(site, template_file([MOTOR]), "waishi", previous_id=list_id(address)).status_code == 404
    assert site.client("waishi").get(f"/equipment/new?previous={list_id(address)}").status_code == 404


def test_without_a_file_the_form_stays_as_typed(site: Website):
    client = site.client("chen")
    typed = fields(client.get("/equipment/new").text, POST, title="还没选文件", as_of="2026-01-02")
    answer = client.post("/equipment/new", data=typed, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "请选择设备清单文件" in answer.text
    assert "还没选文件" in answer.text
    assert "2026-01-02" in answer.text


def test_texts_of_a_file_are_never_markup(site: Website):
    data = own_file([{**MOTOR, "name": "<script>alert(1)</script>", "model": "=cmd|'/c calc'!A1"}])
    answer = upload(site, data, name="<img src=x>.xlsx", title="<b>名</b>")
    page = site.client("chen").get(answer.location).text
    assert "<script>alert(1)" not in page
    assert "<b>名</b>" not in page
