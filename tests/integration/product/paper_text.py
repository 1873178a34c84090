"""What a docx says, read by a second pair of eyes: lxml over the parts, line breaks and tabs as Word shows them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def paragraphs(docx: bytes | Path) -> list[str]:
    """The text of every paragraph of the body, in reading order; ``w:br`` is a line end, ``w:tab`` a tab."""
    with zipfile.ZipFile(io.BytesIO(docx) if isinstance(docx, bytes) else docx) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    return [_text(paragraph) for paragraph in root.iter(f"{W}p")]


def document_text(docx: bytes | Path) -> str:
    """All paragraphs, one per line."""
    return "\n".join(paragraphs(docx))


def _text(paragraph: etree._Element) -> str:
    pieces = []
    for element in paragraph.iter(f"{W}t", f"{W}br", f"{W}cr", f"{W}tab"):
        if element.tag == f"{W}t":
            text = element.text or ""
            kept = element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"
            pieces.append(text if kept else text.strip(" \t\n"))
        elif element.tag == f"{W}tab":
            if element.getparent().tag == f"{W}r":  # not a tab stop of the paragraph's properties
                pieces.append("\t")
        else:
            pieces.append("\n")
    return "".join(pieces)
