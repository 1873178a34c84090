"""The page of a document: paper first, what is missing, one story, any two versions, copies, supplements, the package."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from formserver.core.deriving import Deriving, made_from
from formserver.core.drafting import Drafting
from formserver.core.issuing import Issuing
from formserver.core.models import Document, State
from formserver.core.signing import Signing
from tests.integration.documents.test_files import finished
from tests.support.house import photo_of_paper
from tests.support.website import Website, fields, texts

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def signed(site: Website) -> Document:
    document, me = finished(site, "power_of_attorney"), site.actor("chen")
    site.context.service(Signing).sign(me, document.id, [("签字.jpg", photo_of_paper())], base_version=2)
    return site.head(document.id)


def test_the_signed_scan_is_the_paper_that_is_shown(site: Website, signed: Document) -> None:
    page = site.client("chen").get(f"/documents/{signed.id}")
    assert 'data-page="1"' in page.text
    assert "/pages/1?w=1000" in page.text
    assert texts(page, "//nav[@data-tabs]/a")[:2] == ["纸面", "内容"]
    assert "打印" in texts(page, "//section[@data-paper]")[0]


def test_what_is_missing_for_the_next_step_stands_on_top(site: Website) -> None:
    document = site.started()
    site.context.service(Drafting).save_body(site.actor("chen"), document.id, {}, base_version=0)
    page = site.client("chen").get(f"/documents/{document.id}")
    step = texts(page, "//section[@aria-label='下一步']")[0]
    assert "提交审核之前还有" in step
    assert "还有" in texts(page, "//section[@aria-label='下一步']//li[last()]")[0]
    whole = site.client("chen").get(f"/documents/{site.saved().id}")
    assert "要处理" not in texts(whole, "//section[@aria-label='下一步']")[0]


def test_the_story_can_be_narrowed_to_versions_and_files(site: Website, signed: Document) -> None:
    client = site.client("chen")
    everything = texts(client.get(f"/documents/{signed.id}"), "//ol[@class='fs-timeline']/li")
    versions = texts(client.get(f"/documents/{signed.id}?history=versions"), "//ol[@class='fs-timeline']/li")
    files = texts(client.get(f"/documents/{signed.id}?history=files"), "//ol[@class='fs-timeline']/li")
    assert len(versions) == 3
    assert len(everything) > len(versions)
    assert all("第" in line and "校验值" in line for line in versions)
    assert any("签字扫描件" in line for line in files)


def test_any_two_versions_are_compared_inside_their_texts(site: Website) -> None:
    me, drafting = site.actor("chen"), site.context.service(Drafting)
    document = site.saved()
    with site.context.store.uow() as u:
        body = u.documents.version(document.id, 1, me.scope).body
    for no, phone in enumerate(("028-86630001", "028-86630002"), start=1):
        drafting.save_body(me, document.id, {**body, "contact_phone": phone}, base_version=no)
    client = site.client("chen")
    page = client.get(f"/documents/{document.id}/compare?v=3&v=1")
    assert "第1版与第3版的差异" in page.text
    assert texts(client.get(f"/documents/{document.id}/compare?old=2&new=3"), "//ins") == ["028-86630002"]
    one = client.get(f"/documents/{document.id}/compare?v=3")
    assert one.status_code == 302
    assert "勾选两个版本" in client.get(one.headers["Location"]).text
    assert client.get(f"/documents/{document.id}/compare?old=1&new=99").status_code == 404
    assert site.client("waishi").get(f"/documents/{document.id}/compare").status_code == 404


def test_a_supplement_leads_to_its_paper_and_back_and_writes_nothing_there(
    site: Website, signed: Document
) -> None:
    client = site.client("chen")
    page = client.get(f"/documents/{signed.id}/supplement").text
    refused = client.post(f"/documents/{signed.id}/supplement", data=fields(page, reason=" "))
    assert refused.status_code == 422
    answer = client.post(f"/documents/{signed.id}/supplement", data=fields(page, reason="委托事项漏写一项"))
    made = site.head(answer.headers["Location"].split("/")[-2])
    assert made_from(made) == ("supp", signed.id)
    assert made.state is State.DRAFT
    assert site.head(signed.id) == signed
    old, new = client.get(f"/documents/{signed.id}").text, client.get(f"/documents/{made.id}").text
    assert made.id in old
    assert "委托事项漏写一项" in old
    assert signed.id in new
    assert "补充文书" in new


def test_what_the_pen_wrote_and_the_date_of_the_day_start_anew(site: Website) -> None:
    document = site.saved(type_key="site_record", confirm_text="以上笔录我已看过，与我说的一致。")
    me = site.actor("chen")
    made = site.context.service(Deriving).copy(me, document.id).document
    with site.context.store.uow() as u:
        draft = u.drafts.get(made.id, me.user_id)
    assert draft is not None
    assert "confirm_text" not in draft.body
    assert made.origin == f"copy:{document.id}"


def test_supplements_are_refused_where_they_make_no_sense(site: Website, signed: Document) -> None:
    document = site.saved()
    page = site.client("chen").get(f"/documents/{document.id}/supplement").text
    assert "请直接修改" in page
    token = fields(site.client("chen").get(f"/documents/{signed.id}/supplement").text, reason="x")
    assert site.client("chen").post(f"/documents/{document.id}/supplement", data=token).status_code == 409
    assert site.client("waishi").get(f"/documents/{signed.id}/supplement").status_code == 404
    assert site.client("viewer").get(f"/documents/{signed.id}/supplement").status_code == 403


def test_the_package_is_whole_and_verifies_with_the_program_inside(
    site: Website, signed: Document, tmp_path: Path
) -> None:
    answer = site.client("chen").get(f"/documents/{signed.id}/package.zip")
    assert answer.status_code == 200
    target = tmp_path / "record.zip"
    target.write_bytes(answer.data)
    answer.close()
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        names = archive.namelist()
        (tmp_path / "verify_record.py").write_bytes(archive.read("verify_record.py"))
        listed = archive.read("清单.sha256").decode().splitlines()
    assert any(name.startswith("文书/") and "签字件" in name for name in names)
    assert len(listed) == len(names) - 1
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify_record.py"), str(target)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list((site.storage / "tmp").glob("package-*"))
    assert site.client("waishi").get(f"/documents/{signed.id}/package.zip").status_code == 404
    assert "下载文书包" in site.client("chen").get(f"/documents/{signed.id}").text


def test_voiding_says_what_it_means(site: Website) -> None:
    document = finished(site, "power_of_attorney")
    page = site.client("chen").get(f"/documents/{document.id}/do/void").text
    assert "作废不是删除" in page
    assert "二维码会显示" in page
    site.context.service(Issuing).void(site.actor("chen"), document.id, reason="重复")
    assert "已作废" in site.client("chen").get(f"/documents/{document.id}").text
