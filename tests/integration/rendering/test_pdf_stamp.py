"""Dossiers: merged and stamped, signed papers untouched."""

from __future__ import annotations

import io

import pymupdf
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from formserver.core.errors import AppError, Kind
from formserver.rendering.fonts import FontPolicy
from formserver.rendering.pdf_text import pdf_text
from formserver.rendering.scan_pdf import images_to_pdf
from formserver.rendering.stamp import PDF_SIGNED, STAMP_NO_GLYPH, Part, merge_pdfs, stamp_footer


def _pages(count: int, rotation: int = 0) -> bytes:
    writer = PdfWriter()
    for _ in range(count):
        writer.add_blank_page(595, 842).rotate(rotation)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _signed() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    field = DictionaryObject(
        {NameObject("/FT"): NameObject("/Sig"), NameObject("/T"): TextStringObject("seal")}
    )
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([writer._add_object(field)])}
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_parts_are_merged_in_order_with_an_outline() -> None:
    merged = merge_pdfs([Part("节能监察通知书", _pages(2)), Part("送达回证", _pages(1))])
    reader = PdfReader(io.BytesIO(merged))
    assert len(reader.pages) == 3
    entries = [(item.title, reader.get_destination_page_number(item)) for item in reader.outline]  # type: ignore[union-attr]
    assert entries == [("节能监察通知书", 0), ("送达回证", 2)]


def test_a_signed_part_is_refused_by_name_but_may_be_attached_whole() -> None:
    with pytest.raises(AppError) as caught:
        merge_pdfs([Part("通知书", _pages(1)), Part("已签告知书", _signed())])
    assert caught.value.code is PDF_SIGNED
    assert caught.value.kind is Kind.CONFLICT
    assert "“已签告知书”带有电子签名" in str(caught.value)
    merged = merge_pdfs([Part("通知书", _pages(1))], [Part("已签告知书", _signed())])
    attached = PdfReader(io.BytesIO(merged)).attachments
    assert attached == {"已签告知书.pdf": [_signed()]}


def test_a_signed_pdf_is_never_stamped() -> None:
    with pytest.raises(AppError) as caught:
        stamp_footer(_signed(), lambda page, pages: f"{page}/{pages}", name="回证")
    assert caught.value.code is PDF_SIGNED


@pytest.mark.parametrize("face", ["宋体", "楷体_GB2312", "仿宋_GB2312", "Times New Roman"])
def test_the_footer_is_searchable_text_in_an_embedded_font_on_every_page(face: str) -> None:
    stamped = stamp_footer(_pages(3), lambda page, pages: f"第{page}页 共{pages}页 案卷〔2026〕𠮷", face=face)
    assert pdf_text(stamped) == [f"第{n}页 共3页 案卷〔2026〕𠮷" for n in (1, 2, 3)]
    with pymupdf.open(stream=stamped) as document:
        assert document[2].get_text().strip() == "第3页 共3页 案卷〔2026〕𠮷"
        assert [font[1] != "n/a" for font in document[0].get_fonts()] == [True]
        (box,) = document[0].search_for("案卷")
        ink = document[0].get_pixmap(clip=box, colorspace="gray")
        assert min(ink.samples) < 128
        assert box.y0 > 842 * 0.9


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_footer_is_at_the_foot_of_the_page_as_it_is_read(rotation: int) -> None:
    stamped = stamp_footer(_pages(1, rotation), lambda page, pages: "页脚")
    with pymupdf.open(stream=stamped) as document:
        page = document[0]
        (box,) = page.search_for("页脚")
        box = box * page.rotation_matrix
        assert box.y0 > page.rect.height * 0.9
        assert abs((box.x0 + box.x1) / 2 - page.rect.width / 2) < 2


def test_the_page_keeps_what_was_on_it() -> None:
    photo = io.BytesIO()
    Image.new("RGB", (300, 420), "red").save(photo, "JPEG")
    stamped = stamp_footer(images_to_pdf([photo.getvalue()]), lambda page, pages: "1")
    with pymupdf.open(stream=stamped) as document:
        middle = document[0].get_pixmap().pixel(100, 100)
    assert middle[0] > 200
    assert middle[1] < 60


def test_text_no_font_can_draw_is_refused_instead_of_printed_as_boxes() -> None:
    policy = FontPolicy()
    absent = next(c for c in map(chr, range(0x30000, 0x30100)) if policy.glyph_source(c, "宋体") is None)
    with pytest.raises(AppError) as caught:
        stamp_footer(_pages(1), lambda page, pages: f"第1页{absent}", policy=policy)
    assert caught.value.code is STAMP_NO_GLYPH
    assert absent in str(caught.value)
