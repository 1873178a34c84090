"""Codes on the pages of real papers: readable, in the margin, and the paper says what it said before."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader, PdfWriter

from formserver.core.definitions.document_type import DocumentType, load_document_type
from formserver.core.rendering_port import RenderRequest, StampedPdf
from formserver.rendering.engine import TemplateEngine
from formserver.rendering.page_codes import PageCodeStamper, page_address
from formserver.rendering.page_images import page_image, page_layouts
from formserver.rendering.pdf_pool import LibreOfficePool
from formserver.rendering.pdf_text import pdf_text
from formserver.rendering.qr import qr_png
from formserver.rendering.slots import find_slots, slot_specs

ROOT = Path(__file__).resolve().parents[3]
URL = "https://check.example/check/abcdefghijklmnopqrst"
EXPECTED = {
    "inspection_notice": {"organ_seal"},
    "service_receipt": {"receiver_sign", "server_signs", "organ_seal"},
    "integrity_pledge": {"pledger_signs"},
    "on_site_statement": {"ent_signer", "inspector_signs"},
    "power_of_attorney": {"principal_sign", "enterprise_seal", "agent_sign"},
    "verification_form": {"ent_sign", "ent_seal", "inspector_signs"},
    "site_record": {"ent_sign", "inspector_signs", "recorder_sign", "witness_sign"},
    "inquiry_record": {"person_signs", "inspector_signs", "recorder_sign"},
    "pledge_feedback": {"feedback_sign", "ent_seal"},
}
TYPES = tuple(sorted(path.parent.name for path in ROOT.glob("schemas/documents/*/sample.json")))


def body_of(key: str) -> dict[str, Any]:
    return json.loads((ROOT / f"schemas/documents/{key}/sample.json").read_text(encoding="utf-8"))


def kind_of(key: str) -> DocumentType:
    return load_document_type((ROOT / f"schemas/documents/{key}/v1.schema.json").read_bytes(), key)


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    """The sample of every type as LibreOffice prints it."""
    engine, made = TemplateEngine(), {}
    with LibreOfficePool() as pool:
        for key in TYPES:
            kind = kind_of(key)
            envelope = {"organ": "川西市经济和信息化局", "check_code": "7F3KQ2M9XX", "check_url": URL}
            if kind.numbering.mode == "always":
                envelope["number"] = "川西节监通〔2026〕12号"
            template = (ROOT / f"doc_templates/{key}/v1.docx").read_bytes()
            request = RenderRequest(
                template,
                hashlib.sha256(template).hexdigest(),
                kind.view,
                body_of(key),
                envelope,
                kind.hidden(body_of(key)),
                {"qr": qr_png(URL)},
            )
            made[key] = pool.convert(engine.render(request).docx).pdf
    return made


def stamped(pdf: bytes, code: str = "7F3KQ2M9XX") -> StampedPdf:
    return PageCodeStamper().stamp(pdf, check_url=URL, check_code=code, version=3)


def read(pdf: bytes, no: int, width: int = 1654) -> set[str]:
    picture = Image.open(io.BytesIO(page_image(pdf, no, width=width)))
    return {found.text for found in zxingcpp.read_barcodes(picture)}


@pytest.mark.libreoffice
def test_every_page_of_every_type_says_document_version_and_page(printed: dict[str, bytes]) -> None:
    for key, pdf in printed.items():
        made = stamped(pdf)
        assert pdf_text(made.pdf) == pdf_text(pdf), key
        for code in made.codes:
            assert read(made.pdf, code.page) == {URL, page_address(URL, 3, code.page)}, (key, code.page)


@pytest.mark.libreoffice
def test_the_code_covers_nothing_and_stands_within_reach_of_printers(printed: dict[str, bytes]) -> None:
    for key, pdf in printed.items():
        for code, layout in zip(stamped(pdf).codes, page_layouts(pdf), strict=True):
            x1, y1 = code.x + code.side, code.y + code.side
            taken = [*((c[1:]) for c in layout.chars), *layout.rules, *layout.pictures]
            over = [b for b in taken if b[0] < x1 and b[2] > code.x and b[1] < y1 and b[3] > code.y]
            assert not over, (key, code)
            assert code.x > layout.width / 2, (key, code)
            assert code.y < layout.height / 2, (key, code)
            assert min(code.x, code.y, layout.width - x1, layout.height - y1) >= 14, (key, code)


@pytest.mark.libreoffice
def test_the_stamped_paper_is_still_a_tagged_pdf_a(printed: dict[str, bytes]) -> None:
    before = PdfReader(io.BytesIO(printed["site_record"])).trailer["/Root"]
    after = PdfReader(io.BytesIO(stamped(printed["site_record"]).pdf))
    root = after.trailer["/Root"]
    assert {"/OutputIntents", "/Metadata", "/StructTreeRoot", "/MarkInfo"} <= set(root)
    assert root["/Metadata"].get_object().get_data() == before["/Metadata"].get_object().get_data()
    assert len(after.trailer["/ID"]) == 2


def test_a_page_without_its_check_code_gets_it_in_small_print() -> None:
    writer = PdfWriter()
    for _ in range(2):
        writer.add_blank_page(595, 842)
    data = io.BytesIO()
    writer.write(data)
    made = stamped(data.getvalue())
    assert [text.strip() for text in pdf_text(made.pdf)] == [
        "第1页/共2页 校验码7F3KQ2M9XX",
        "第2页/共2页 校验码7F3KQ2M9XX",
    ]
    assert read(made.pdf, 2) == {page_address(URL, 3, 2)}


@pytest.mark.libreoffice
def test_the_places_of_signatures_are_found_on_every_type(printed: dict[str, bytes]) -> None:
    for key in EXPECTED:
        pdf, kind, body = printed[key], kind_of(key), body_of(key)
        areas = find_slots(pdf, slot_specs(kind, body, {}))
        assert {area.key for area in areas} == EXPECTED[key], key
        sizes = [(area.x1 - area.x0, area.y1 - area.y0) for area in areas]
        assert all(width > 60 and height > 25 for width, height in sizes), (key, sizes)
        pages = len(page_layouts(pdf))
        for slot in kind.slots:
            found = {area.page for area in areas if area.key == slot.key}
            if slot.every_page and found:
                assert found == set(range(1, pages + 1)), (key, slot.key)
