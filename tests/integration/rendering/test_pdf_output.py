"""What is on the paper: page fields, fonts, rare characters, every word that was written."""

from __future__ import annotations

import io
import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from formserver.core.errors import AppError
from formserver.rendering.fonts import FontPolicy, Standing
from formserver.rendering.pdf_office import find_office
from formserver.rendering.pdf_pool import LibreOfficePool
from formserver.rendering.pdf_text import pdf_text

try:
    find_office()
except AppError as missing:
    pytest.skip(str(missing), allow_module_level=True)

pytestmark = pytest.mark.libreoffice

FONTS = Path(__file__).parents[3] / "storage" / "fonts"


@pytest.fixture(scope="module")
def pool() -> Iterator[LibreOfficePool]:
    with LibreOfficePool(1, fonts_dir=FONTS) as shared:
        yield shared


@pytest.fixture(scope="module")
def policy() -> FontPolicy:
    return FontPolicy([FONTS])


def _write(paragraph: Any, text: str, face: str, *, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold = face, Pt(16), bold
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        run._element.get_or_add_rPr().rFonts.set(qn(script), face)


def _field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("text", "99"), ("end", "")):
        run = paragraph.add_run()
        if kind == "text":
            run.text = text
            continue
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _fonts(pdf: bytes) -> set[str]:
    """PostScript names of the embedded subsets, without their tags."""
    with pymupdf.open(stream=pdf) as document:
        found = {font for page in document for font in page.get_fonts()}
    assert all(font[1] != "n/a" for font in found), "a font is not embedded"
    return {font[3].split("+")[1] for font in found}


def test_page_fields_hold_the_real_numbers_instead_of_those_cached_in_the_docx(pool: LibreOfficePool) -> None:
    document = Document()
    footer = document.sections[0].footer.paragraphs[0]
    for words, code in (("第", "PAGE"), ("页共", "NUMPAGES")):
        footer.add_run(words)
        _field(footer, code)
    footer.add_run("页")
    for number in range(1, 4):
        document.add_paragraph(f"正文{number}")
        if number < 3:
            document.add_page_break()
    result = pool.convert(_saved(document))
    pages = ["".join(text.split()) for text in pdf_text(result.pdf)]
    assert result.pages == 3
    assert [f"第{n}页共3页" in text for n, text in enumerate(pages, 1)] == [True] * 3


def test_the_pdf_is_tagged_and_declares_pdf_a_2b(pool: LibreOfficePool) -> None:
    document = Document()
    document.add_paragraph("归档")
    reader = PdfReader(io.BytesIO(pool.convert(_saved(document)).pdf))
    root = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode("utf-8")
    assert root["/MarkInfo"]["/Marked"]
    assert re.search(r"pdfaid:part\D+2\D", metadata)
    assert re.search(r"pdfaid:conformance\W+B", metadata)


@pytest.mark.parametrize(
    "face",
    [
        "仿宋_GB2312",
        "FangSong",
        "楷体_GB2312",
        "KaiTi",
        "方正小标宋简体",
        "黑体",
        "SimHei",
        "宋体",
        "Times New Roman",
    ],
)
def test_each_official_face_is_drawn_with_the_font_the_report_names(
    pool: LibreOfficePool, policy: FontPolicy, face: str
) -> None:
    expected = policy.resolve(face)
    assert expected.face is not None
    document = Document()
    _write(document.add_paragraph(), "ABC" if face == "Times New Roman" else "节能监察", face)
    names = _fonts(pool.convert(_saved(document)).pdf)
    assert len(names) == 1
    with TTFont(expected.face.path, fontNumber=expected.face.number) as font:
        real = font["name"].getDebugName(6)
    if expected.face.path.suffix == ".ttc":  # one collection shares glyphs; LibreOffice names its first face
        assert names.pop().split("-")[1] == real.split("-")[1]
    else:
        assert names == {real}


def test_the_official_faces_stay_distinguishable(pool: LibreOfficePool) -> None:
    document = Document()
    for face in ("楷体_GB2312", "方正小标宋简体", "黑体", "宋体"):
        _write(document.add_paragraph(), "节能监察", face)
    assert len(_fonts(pool.convert(_saved(document)).pdf)) == 4


def test_a_font_in_the_fonts_folder_takes_precedence_over_the_substitute(
    tmp_path: Path, policy: FontPolicy
) -> None:
    """Also under root: the folder is closed to the user LibreOffice runs as, who gets a copy."""
    kai = policy.resolve("楷体_GB2312").face
    assert kai is not None
    with TTFont(kai.path, fontNumber=kai.number) as font:
        names = font["name"]
        names.names = []
        for name_id, text in (
            (1, "方正小标宋简体"),
            (2, "Regular"),
            (4, "方正小标宋简体"),
            (6, "AgencyLicensed"),
        ):
            names.setName(text, name_id, 3, 1, 0x804)
            names.setName(text, name_id, 3, 1, 0x409)
        font.save(tmp_path / "agency.ttf")
    assert FontPolicy([tmp_path]).resolve("方正小标宋_GBK").standing is Standing.OFFICIAL
    document = Document()
    _write(document.add_paragraph(), "节能监察", "方正小标宋简体")
    _write(document.add_paragraph(), "通知书", "方正小标宋_GBK")
    with LibreOfficePool(1, fonts_dir=tmp_path) as licensed:
        assert _fonts(licensed.convert(_saved(document)).pdf) == {"AgencyLicensed"}


@pytest.mark.parametrize("face", ["仿宋_GB2312", "楷体_GB2312", "方正小标宋简体", "黑体", "宋体"])
def test_rare_characters_leave_ink_and_stay_searchable_in_every_face(
    pool: LibreOfficePool, face: str
) -> None:
    rare = "𠮷䶮镕喆℃m³①㎡〔2026〕"
    document = Document()
    _write(document.add_paragraph(), rare, face)
    _write(document.add_paragraph(), rare, face, bold=True)
    result = pool.convert(_saved(document))
    assert result.warnings == ()
    assert pdf_text(result.pdf)[0].replace(" ", "").count(rare) == 2
    with pymupdf.open(stream=result.pdf) as opened:
        for box in opened[0].search_for("𠮷"):
            clip = opened[0].get_pixmap(clip=box, dpi=72, colorspace="gray")
            assert min(clip.samples) < 128


def test_fonts_of_fallback_glyphs_are_the_same_in_every_conversion(pool: LibreOfficePool) -> None:
    document = Document()
    for face in ("仿宋_GB2312", "楷体_GB2312", "不存在的字体"):
        _write(document.add_paragraph(), "监察𠮷䶮镕喆℃³①㎡", face)
    docx = _saved(document)
    first, *others = [_fonts(pool.convert(docx).pdf) for _ in range(6)]
    assert others == [first] * 5


def test_a_character_no_font_has_is_named_in_a_warning(pool: LibreOfficePool, policy: FontPolicy) -> None:
    absent = next(c for c in map(chr, range(0x30000, 0x30100)) if policy.glyph_source(c, "宋体") is None)
    document = Document()
    document.add_paragraph(f"张{absent}")
    (warning,) = pool.convert(_saved(document)).warnings
    assert warning.code == "GLYPH_MISSING"
    assert absent in warning.message


def test_whatever_was_written_is_in_the_text_of_the_pdf(pool: LibreOfficePool, policy: FontPolicy) -> None:
    """Hundreds of random lines over the planes a Chinese office writes in, with seeds that a failure repeats."""
    chance = random.Random(20261121)
    # compatibility ideographs and radicals share glyphs with ordinary characters: a PDF can only name one of the two
    ranges = [(0x21, 0x7E), (0xA1, 0xFF), (0x391, 0x3C9), (0x410, 0x44F), (0x2460, 0x2473), (0x3001, 0x3017)]
    ranges += [(0x4E00, 0x9FA5)] * 6 + [(0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0xFF01, 0xFF5E)]
    faces = ["仿宋_GB2312", "楷体_GB2312", "宋体", "黑体"]
    document, lines = Document(), []
    for number in range(300):
        face = chance.choice(faces)
        text = "".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randint(5, 60)))
        text = "".join(c for c in text if c.isprintable() and policy.glyph_source(c, face) and _own_sign(c))
        lines.append(f"《{number}》{text}《终》")
        _write(document.add_paragraph(), lines[-1], face)
    result = pool.convert(_saved(document))
    printed = "".join("".join(pdf_text(result.pdf)).split())
    assert result.warnings == ()
    assert [line for line in lines if "".join(line.split()) not in printed] == []


def _own_sign(character: str) -> bool:
    return unicodedata.normalize("NFKC", character) == character or character in "①②③④⑤⑥⑦⑧⑨⑩³²℃"


def test_lines_are_kept_apart_and_special_characters_survive(pool: LibreOfficePool) -> None:
    document = Document()
    document.add_paragraph("浓度<5 & pH>7 \"引号\" 'x' ${y} {{z}} 第一行\n第二行")
    (text,) = pdf_text(pool.convert(_saved(document)).pdf)
    assert "浓度<5&pH>7" in text.replace(" ", "")
    assert "{{z}}" in text
    assert "第一行\n第二行" in text.replace(" ", "")
