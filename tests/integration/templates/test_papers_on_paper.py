"""The first four papers as they leave the printer: page counts, what stands on which page, nothing lost."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from lxml import etree

from formserver.core.definitions.document_type import load_document_type
from formserver.core.rendering_port import RenderRequest
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.pdf_pool import LibreOfficePool
from formserver.rendering.qr import qr_png

ROOT = Path(__file__).resolve().parents[3]
TYPES = ("inspection_notice", "service_receipt", "power_of_attorney", "on_site_statement")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
pytestmark = pytest.mark.libreoffice


def body_of(key: str, name: str) -> dict[str, Any]:
    folder = ROOT / ("schemas" if name == "sample" else "tests/fixtures") / "documents" / key
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def rendered(key: str, body: dict[str, Any]) -> bytes:
    kind = load_document_type((ROOT / f"schemas/documents/{key}/v1.schema.json").read_bytes(), key)
    template = (ROOT / f"doc_templates/{key}/v1.docx").read_bytes()
    envelope = {"organ": "川西市经济和信息化局", "check_code": "7F3K-Q2M9"}
    if kind.numbering.mode == "always":
        envelope["number"] = "川西节监通〔2026〕12号"
    request = RenderRequest(
        template=template,
        template_sha256=hashlib.sha256(template).hexdigest(),
        schema=kind.view,
        body=body,
        envelope=envelope,
        hidden=kind.hidden(body),
        images={"qr": qr_png("https://example.test/c/7F3KQ2M9")},
    )
    return TemplateEngine().render(request).docx


@pytest.fixture(scope="module")
def pool() -> Iterator[LibreOfficePool]:
    with LibreOfficePool() as made:
        yield made


def pages(pool: LibreOfficePool, key: str, body: dict[str, Any]) -> list[str]:
    with pymupdf.open(stream=pool.convert(rendered(key, body)).pdf) as opened:
        return ["".join(page.get_text().split()) for page in opened]


@pytest.mark.parametrize("key", TYPES)
def test_the_template_may_be_published(key):
    kind = load_document_type((ROOT / f"schemas/documents/{key}/v1.schema.json").read_bytes(), key)
    template = (ROOT / f"doc_templates/{key}/v1.docx").read_bytes()
    assert TemplateEngine().check_template(template, kind.view) == []


@pytest.mark.parametrize(
    ("key", "name", "most"),
    [
        ("inspection_notice", "sample", 4),
        ("service_receipt", "sample", 1),
        ("service_receipt", "minimal", 1),
        ("power_of_attorney", "sample", 1),
        ("power_of_attorney", "minimal", 1),
        ("on_site_statement", "sample", 2),
    ],
)
def test_an_ordinary_case_stays_within_its_pages(pool, key, name, most):
    found = pages(pool, key, body_of(key, name))
    assert len(found) <= most
    assert all(len(text) > 60 for text in found), "a page with next to nothing on it"


@pytest.mark.parametrize("key", TYPES)
@pytest.mark.parametrize("name", ["sample", "full", "minimal"])
def test_no_character_of_the_document_is_missing_from_the_pdf(pool, key, name):
    docx = rendered(key, body_of(key, name))
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    written = Counter("".join("".join(root.itertext(f"{{{W}}}t")).split()))
    with pymupdf.open(stream=pool.convert(docx).pdf) as opened:
        shown = Counter("".join("".join(page.get_text() for page in opened).split()))
    assert written - shown == Counter()


@pytest.mark.parametrize("name", ["sample", "full", "minimal"])
def test_organ_and_date_never_stand_alone(pool, name):
    body = body_of("inspection_notice", name)
    year, month, day = body["issue_date"].split("-")
    signed = f"{year}年{int(month)}月{int(day)}日"
    page = next(text for text in pages(pool, "inspection_notice", body) if signed in text)
    assert "附件：1．请准备的材料清单" in page
    assert "监督电话" in page


def test_the_head_of_the_material_list_is_repeated_on_each_page(pool):
    found = pages(pool, "inspection_notice", body_of("inspection_notice", "full"))
    listed = [text for text in found if "号生产线" in text]
    assert len(listed) > 1
    assert all("序号材料名称形式说明" in text for text in listed)


def test_who_signs_the_statement_signs_under_an_opinion(pool):
    body = body_of("on_site_statement", "full")
    last = pages(pool, "on_site_statement", body)[-1]
    assert "意见" in last
    assert "签名人身份" in last


def test_a_direct_service_not_yet_made_leaves_the_refusal_cells_open(pool):
    open_cells = pages(pool, "service_receipt", body_of("service_receipt", "minimal"))[0]
    closed = pages(pool, "service_receipt", body_of("service_receipt", "sample"))[0]
    assert "见证人签名单位" in open_cells
    assert "见证人签名/单位/" in closed


def test_a_notice_by_publication_shows_its_course_and_no_receiver(pool):
    body = body_of("service_receipt", "sample") | {
        "service_method": "公告送达",
        "notice_place": "市政府网站",
        "notice_date": "2026-11-09",
        "notice_reason": "邮件以“迁移新址不明”退回。",
        "service_date": "2026-12-09",
    }
    for name in ("receiver_name", "receiver_capacity", "received_at", "service_place"):
        body.pop(name)
    (text,) = pages(pool, "service_receipt", body)
    assert "迁移新址不明" in text
    assert "收件人身份" not in text
