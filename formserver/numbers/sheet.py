"""The register as an Excel file: exactly the lines that are shown, no cell a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

from formserver.core.clock import SHANGHAI
from formserver.enterprises.sheets import safe_cell
from formserver.numbers.models import Line

HEADS = ("序号", "文号", "状态", "文书", "经办人", "时间", "理由")
_WIDTHS = (8, 26, 12, 44, 14, 18, 44)


def register_file(title: str, lines: Sequence[Line]) -> bytes:
    """An xlsx with one line per number."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "文号登记簿"
    sheet.append([safe_cell(title)])
    sheet.append(list(HEADS))
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for line in lines:
        entry = line.entry
        when = entry.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        seq = entry.seq if entry.seq > 0 else "外部"
        row = [seq, entry.text, entry.status.value, line.title, entry.by, when, entry.reason]
        sheet.append([safe_cell(value) for value in row])
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A3"
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
