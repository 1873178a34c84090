"""Small workbooks, written as people write theirs."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import Workbook


def sheet(rows: list[list[Any]]) -> bytes:
    """An xlsx with these rows."""
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    book.close()
    return stream.getvalue()
