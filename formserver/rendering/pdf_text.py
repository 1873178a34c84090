"""The text of a PDF as a reader would search or copy it."""

from __future__ import annotations

import io

from pypdf import PdfReader


def pdf_text(pdf: bytes) -> list[str]:
    """The text of each page, in order. Raises pypdf's ``PdfReadError`` for what is no PDF."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
