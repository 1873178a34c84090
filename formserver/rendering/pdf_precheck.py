"""What a docx may not bring to LibreOffice: anything that reaches outside itself, runs, or explodes.

Templates are judged when they are published; this is the last door, and it also guards files that came another way.
Refusing is deliberate: dropping a linked picture would change what the paper shows without a word.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from formserver.core.errors import Kind, error_code

PDF_BAD_DOCX = error_code(
    "PDF_BAD_DOCX",
    Kind.INVALID,
    zh="无法转换为 PDF：{reason}",
    en="Cannot be converted to PDF: {reason}",
)
PDF_REACHES_OUT = error_code(
    "PDF_REACHES_OUT",
    Kind.INVALID,
    zh="无法转换为 PDF：{part} 引用了文件以外的内容（{what}）。请在 Word 中把它改为嵌入，或删除后重新上传。",
    en="Cannot be converted to PDF: {part} refers to content outside the file ({what}).",
)

MAX_ENTRIES = 2_000
MAX_BYTES = 300 << 20
MAX_RATIO = 200  # XML of long tables reaches about 40
_RATIO_COUNTS_FROM = 10 << 20
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHOWN_ONLY = ("/hyperlink",)  # LibreOffice prints these as text and a PDF link, it opens nothing
_DROPPED = ("/attachedTemplate",)  # Word writes its author's Normal.dotm here; it has no effect on the page
_RUNS = re.compile(r"vbaProject|vbaData|activeX|/oleObject", re.IGNORECASE)
_PRINTED = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml$")
_FIELD = re.compile(
    r"^\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|DDEAUTO|DDE|LINK|DATABASE|RD|MACROBUTTON)\b",
    re.IGNORECASE,
)
_SVG_REFERENCE = re.compile(rb"(?:href\s*=\s*[\"']|url\(\s*[\"']?)\s*(?!#|data:)[^\s\"')#]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CheckedDocx:
    """A docx fit to be opened (author's template link removed) and the non-ASCII characters on its pages."""

    data: bytes
    characters: frozenset[str]


def checked_docx(docx: bytes) -> CheckedDocx:
    """Judge ``docx``. Raises PDF_BAD_DOCX or PDF_REACHES_OUT."""
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            _check_size(archive)
            replaced, characters = _check_parts(archive)
            data = _rewritten(archive, replaced) if replaced else docx
            return CheckedDocx(data, frozenset(characters))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, OSError, zlib.error) as broken:
        raise PDF_BAD_DOCX(
            reason="文件不是完好的 docx（Word 2007 及以后格式）。请用 Word 或 WPS 另存为 .docx。"
        ) from broken


def _check_size(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if len(entries) > MAX_ENTRIES or total > MAX_BYTES:
        raise PDF_BAD_DOCX(reason="文件解压后过大。请减少或压缩其中的图片。")
    if total > _RATIO_COUNTS_FROM and total / packed > MAX_RATIO:
        raise PDF_BAD_DOCX(reason="文件的压缩率异常，疑为压缩炸弹。")
    if "word/document.xml" not in archive.namelist():
        raise PDF_BAD_DOCX(reason="文件中没有 Word 正文。请确认选择的是 .docx 文件。")


def _check_parts(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], set[str]]:
    """Judge every part; the relationship parts that must be replaced, by name, and the characters printed."""
    replaced: dict[str, bytes] = {}
    characters: set[str] = set()
    for name in archive.namelist():
        lower = name.lower()
        if _RUNS.search(lower):
            raise PDF_REACHES_OUT(part=name, what="宏或可执行对象")
        if lower.endswith(".rels"):
            data = archive.read(name)
            kept = _check_relations(name, data)
            if kept is not None:
                replaced[name] = kept
        elif lower.endswith(".svg"):
            if _SVG_REFERENCE.search(archive.read(name)):
                raise PDF_REACHES_OUT(part=name, what="矢量图中的外部引用")
        elif lower.endswith(".xml"):
            data = archive.read(name)
            _check_xml(name, data)
            if _PRINTED.match(name):
                characters |= _characters(data)
    return replaced, characters


def _check_relations(name: str, data: bytes) -> bytes | None:
    if b"External" not in data and b"aFChunk" not in data and b"oleObject" not in data:
        _refuse_entities(name, data)
        return None
    root = _parse(name, data)
    dropped = False
    for relation in root.findall(_RELATION):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if kind.endswith(("/aFChunk", "/oleObject", "/control")):
            raise PDF_REACHES_OUT(part=name, what="嵌入的其他文档或对象")
        if relation.get("TargetMode") != "External" or kind.endswith(_SHOWN_ONLY):
            continue
        if not kind.endswith(_DROPPED):
            raise PDF_REACHES_OUT(part=name, what=target[:200])
        root.remove(relation)
        dropped = True
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) if dropped else None


def _check_xml(name: str, data: bytes) -> None:
    _refuse_entities(name, data)
    if b"instr" not in data:
        return
    root = _parse(name, data)
    code = ""
    for element in root.iter(f"{_W}fldChar", f"{_W}instrText", f"{_W}fldSimple"):
        if element.tag == f"{_W}instrText":
            code += element.text or ""
        elif element.tag == f"{_W}fldSimple":
            _refuse_field(name, element.get(f"{_W}instr", ""))
        else:
            _refuse_field(name, code)
            code = ""
    _refuse_field(name, code)


def _characters(data: bytes) -> set[str]:
    text = data.decode("utf-8", "ignore")
    if "&#" in text:
        text = html.unescape(text)
    return {c for c in set(text) if not c.isascii()}


def _refuse_field(name: str, code: str) -> None:
    if _FIELD.match(code):
        raise PDF_REACHES_OUT(part=name, what=code.strip()[:200])


def _refuse_entities(name: str, data: bytes) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        raise PDF_BAD_DOCX(reason=f"{name} 含有 XML 实体定义或不支持的编码。")


def _parse(name: str, data: bytes) -> etree._Element:
    _refuse_entities(name, data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as broken:
        raise PDF_BAD_DOCX(reason=f"{name} 不是完好的 XML。") from broken


def _rewritten(archive: zipfile.ZipFile, replaced: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            copy.writestr(entry, replaced.get(entry.filename, archive.read(entry)))
    return out.getvalue()
