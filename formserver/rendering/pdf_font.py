"""Puts a subset of a font into a PDF that we write ourselves (stamps); LibreOffice does this for converted documents."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass

from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from formserver.rendering.fonts_files import FontFace

# AR PL KaitiM has four bytes more than it declares; fontTools says so on every use, nobody can act on it
logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True, slots=True)
class EmbeddedFont:
    """A font inside a writer: ``codes`` are two-byte character codes, ``widths`` thousandths of the type size."""

    reference: IndirectObject
    codes: dict[str, int]
    widths: dict[str, float]

    def hex(self, text: str) -> str:
        """``text`` as the operand of ``Tj``."""
        return "<" + "".join(f"{self.codes[c]:04X}" for c in text) + ">"

    def width(self, text: str, size: float) -> float:
        """Length of ``text`` in points at ``size`` points."""
        return sum(self.widths[c] for c in text) * size / 1000


def embed(writer: PdfWriter, face: FontFace, text: str) -> EmbeddedFont:
    """Embed what ``text`` needs of ``face``. The face must cover the text; KeyError otherwise."""
    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[])
        options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "mort", "morx"]
        cutter = subset.Subsetter(options)
        cutter.populate(text=text)
        cutter.subset(font)
        compact = io.BytesIO()
        font.save(compact)
    with TTFont(io.BytesIO(compact.getvalue())) as cut:
        return _embed_subset(writer, cut, face, text)


def _embed_subset(writer: PdfWriter, cut: TTFont, face: FontFace, text: str) -> EmbeddedFont:
    cff = cut["CFF "].cff.topDictIndex[0] if "CFF " in cut else None
    keyed = cff is not None and hasattr(cff, "ROS")
    scale = 1000 / cut["head"].unitsPerEm
    cmap = cut.getBestCmap()
    codes: dict[str, int] = {}
    widths: dict[str, float] = {}
    for character in dict.fromkeys(text):
        glyph = cmap[ord(character)]
        # in a CID-keyed font the code is the CID, which the glyph's name carries; elsewhere it is the glyph's index
        codes[character] = int(glyph[3:]) if keyed else cut.getGlyphID(glyph)
        widths[character] = cut["hmtx"][glyph][0] * scale
    program = StreamObject()
    if cff is not None:
        program[NameObject("/Subtype")] = NameObject("/CIDFontType0C")
        program.set_data(cut.getTableData("CFF "))
    else:
        whole = io.BytesIO()
        cut.save(whole)
        program.set_data(whole.getvalue())
        program[NameObject("/Length1")] = NumberObject(len(whole.getvalue()))
    name = NameObject("/FMSRVR+" + "".join(c for c in face.family if c.isascii() and c.isalnum()))
    descriptor = _descriptor(cut, name, scale)
    key = "/FontFile2" if cff is None else "/FontFile3"
    descriptor[NameObject(key)] = writer._add_object(program.flate_encode())
    child = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2" if cff is None else "/CIDFontType0"),
            NameObject("/BaseFont"): name,
            NameObject("/CIDSystemInfo"): DictionaryObject(
                {
                    NameObject("/Registry"): TextStringObject("Adobe"),
                    NameObject("/Ordering"): TextStringObject("Identity"),
                    NameObject("/Supplement"): NumberObject(0),
                }
            ),
            NameObject("/FontDescriptor"): writer._add_object(descriptor),
            NameObject("/W"): _widths(codes, widths),
        }
    )
    if cff is None:
        child[NameObject("/CIDToGIDMap")] = NameObject("/Identity")
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): name,
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(child)]),
            NameObject("/ToUnicode"): writer._add_object(_to_unicode(codes)),
        }
    )
    return EmbeddedFont(writer._add_object(font), codes, widths)


def _descriptor(cut: TTFont, name: NameObject, scale: float) -> DictionaryObject:
    head, hhea = cut["head"], cut["hhea"]
    box = (head.xMin, head.yMin, head.xMax, head.yMax)
    numbers: dict[str, PdfObject] = {
        "/Flags": NumberObject(4),
        "/FontBBox": ArrayObject([NumberObject(round(v * scale)) for v in box]),
        "/ItalicAngle": NumberObject(0),
        "/Ascent": NumberObject(round(hhea.ascent * scale)),
        "/Descent": NumberObject(round(hhea.descent * scale)),
        "/CapHeight": NumberObject(700),
        "/StemV": NumberObject(80),
    }
    made = DictionaryObject(
        {NameObject("/Type"): NameObject("/FontDescriptor"), NameObject("/FontName"): name}
    )
    made.update({NameObject(key): value for key, value in numbers.items()})
    return made


def _widths(codes: dict[str, int], widths: dict[str, float]) -> ArrayObject:
    listed = ArrayObject()
    for character, code in codes.items():
        listed.append(NumberObject(code))
        listed.append(ArrayObject([NumberObject(round(widths[character]))]))
    return listed


def _to_unicode(codes: dict[str, int]) -> StreamObject:
    pairs = [f"<{code:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, code in codes.items()]
    blocks = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks)
    made = StreamObject()
    made.set_data(
        (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
            f"{body}\nendcmap CMapName currentdict /CMap defineresource pop end end"
        ).encode("ascii")
    )
    return made
