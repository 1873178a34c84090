"""Dossiers: merges PDFs, stamps a line on every page. A signed PDF is never opened for writing, only attached whole."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from formserver.core.errors import Kind, error_code
from formserver.rendering.fonts import FontPolicy, font_policy
from formserver.rendering.fonts_files import FontFace, coverage
from formserver.rendering.pdf_font import EmbeddedFont, embed
from formserver.rendering.scan_check import open_pdf, signature_fields

PDF_SIGNED = error_code(
    "PDF_SIGNED",
    Kind.CONFLICT,
    zh="“{name}”带有电子签名，合并或加注会使签名失效，因此没有改动。请把它作为附件整体放入案卷。",
    en="“{name}” carries signatures; writing to it would break them. Attach it whole instead.",
)
STAMP_NO_GLYPH = error_code(
    "STAMP_NO_GLYPH",
    Kind.INVALID,
    zh="页脚文字中的“{characters}”没有可用的字体字形。请安装含有这些字的字体（FONTS_DIR）。",
    en="No installed font can draw “{characters}” of the footer.",
)

_POINTS_PER_MM = 72 / 25.4
_FONT_KEY = "/FormserverStamp"


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a dossier: its title in the outline and its PDF."""

    title: str
    pdf: bytes


def merge_pdfs(parts: Sequence[Part], attachments: Sequence[Part] = ()) -> bytes:
    """``parts`` one after another with an outline entry each; ``attachments`` (signed PDFs) embedded untouched.

    Raises PDF_SIGNED for a signed part, SCAN_REFUSED for one that cannot be read, ValueError for no parts.
    """
    if not parts:
        raise ValueError("nothing to merge")
    writer = PdfWriter()
    for part in parts:
        reader = writable(part.pdf, part.title)
        first = len(writer.pages)
        writer.append(reader, import_outline=False)
        writer.add_outline_item(title=part.title, page_number=first)
    for part in attachments:
        name = part.title if part.title.lower().endswith(".pdf") else f"{part.title}.pdf"
        writer.add_attachment(name, part.pdf)
    return written(writer)


def stamp_footer(
    pdf: bytes,
    line: Callable[[int, int], str],
    *,
    name: str = "PDF",
    face: str = "宋体",
    size: float = 9.0,
    bottom_mm: float = 8.0,
    policy: FontPolicy | None = None,
) -> bytes:
    """Print ``line(page, pages)`` (1-based) centred at the foot of every page, as searchable text.

    ``size`` in points. Raises PDF_SIGNED, SCAN_REFUSED and STAMP_NO_GLYPH.
    """
    writer = PdfWriter(clone_from=writable(pdf, name))
    total = len(writer.pages)
    lines = [line(number, total) for number in range(1, total + 1)]
    text = "".join(lines)
    if not text:
        return pdf
    font = embed(writer, covering_face(text, face, policy or font_policy()), text)
    for page, words in zip(writer.pages, lines, strict=True):
        if page.rotation:
            page.transfer_rotation_to_content()
        _print(page, writer, font, words, size, bottom_mm)
    return written(writer)


def _print(
    page: PageObject, writer: PdfWriter, font: EmbeddedFont, words: str, size: float, bottom_mm: float
) -> None:
    """Add the line to ``page`` behind its own content, whose graphics state is closed off first."""
    box = page.cropbox
    x = float(box.left) + (float(box.width) - font.width(words, size)) / 2
    y = float(box.bottom) + bottom_mm * _POINTS_PER_MM
    _own_fonts(page)[NameObject(_FONT_KEY)] = font.reference
    draw_on(writer, page, f"BT {_FONT_KEY} {size:g} Tf {x:.2f} {y:.2f} Td {font.hex(words)} Tj ET\n")


def draw_on(writer: PdfWriter, page: PageObject, drawing: str) -> None:
    """Draw behind the page's own content, whose graphics state is closed off first, as no part of its text."""
    before, after = StreamObject(), StreamObject()
    before.set_data(b"q\n")
    after.set_data(f"\nQ /Artifact BMC q\n{drawing}Q EMC\n".encode("ascii"))
    own = page.get("/Contents")
    inner = own.get_object() if own is not None else None
    streams = list(inner) if isinstance(inner, ArrayObject) else [own] if own is not None else []
    page[NameObject("/Contents")] = ArrayObject(
        [writer._add_object(before), *streams, writer._add_object(after.flate_encode())]
    )


def own_resources(page: PageObject) -> DictionaryObject:
    """The resources of this page alone, made from those it has or inherits: several pages may share one dictionary."""
    holder: DictionaryObject | None = page
    for _ in range(100):
        if holder is None or "/Resources" in holder:
            break
        parent = holder.get("/Parent")
        holder = parent.get_object() if parent is not None else None
    found = holder["/Resources"].get_object() if holder is not None and "/Resources" in holder else None
    own = DictionaryObject(found) if isinstance(found, DictionaryObject) else DictionaryObject()
    page[NameObject("/Resources")] = own
    return own


def _own_fonts(page: PageObject) -> DictionaryObject:
    own = own_resources(page)
    fonts = own.get("/Font")
    own_fonts = DictionaryObject(fonts.get_object() if fonts is not None else {})
    own[NameObject("/Font")] = own_fonts
    return own_fonts


def use_font(page: PageObject, font: EmbeddedFont) -> str:
    """Let ``page`` set text in ``font``; returns the name to set it by."""
    _own_fonts(page)[NameObject(_FONT_KEY)] = font.reference
    return _FONT_KEY


def writable(pdf: bytes, name: str) -> PdfReader:
    """A reader whose pages may be written elsewhere. Raises PDF_SIGNED, SCAN_REFUSED."""
    reader = open_pdf(pdf, name)
    if signature_fields(reader):
        raise PDF_SIGNED(name=name)
    return reader


def covering_face(text: str, face: str, policy: FontPolicy) -> FontFace:
    """The first face of the chain that draws the whole line: one line in two faces looks like a forgery."""
    resolved = policy.resolve(face)
    points = {ord(c) for c in text}
    chain = ((resolved.face,) if resolved.face else ()) + resolved.fallbacks
    for candidate in chain:
        if points <= coverage(candidate):
            return candidate
    drawn = frozenset().union(*(coverage(c) for c in chain)) if chain else frozenset()
    raise STAMP_NO_GLYPH(characters="".join(chr(p) for p in sorted(points - drawn)) or text[:20])


def written(writer: PdfWriter) -> bytes:
    """The bytes of a finished PDF."""
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
