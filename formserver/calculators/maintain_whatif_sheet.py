"""Old calculations under another edition as an xlsx."""

from __future__ import annotations

from typing import Final

from openpyxl.utils import get_column_letter

from formserver.calculators.maintain_whatif import Outcomes, Target
from formserver.rendering.sheet_writing import Look, add_sheet, book_bytes, new_book, print_setup, put

_HEADS: Final = (
    ("来自", 10),
    ("名称", 34),
    ("产品", 22),
    ("统计期", 24),
    ("原结论", 10),
    ("原结果", 40),
    ("原版本", 18),
    ("新结论", 10),
    ("新结果", 40),
    ("变动", 8),
)


def outcome_sheet(target: Target, outcomes: Outcomes) -> bytes:
    """The table, changed ones first; the same outcomes give the same bytes."""
    book = new_book("试算旧数据")
    sheet = add_sheet(book, "试算旧数据")
    counts = f"{outcomes.found} 项，变动 {outcomes.changed} 项"
    said = f"按 {target.name} {target.edition} 试算，仅供比较，不改变任何文书：{counts}"
    put(sheet, 1, 1, said, Look(bold=True, boxed=False, wrap=False))
    for column, (title, width) in enumerate(_HEADS, 1):
        put(sheet, 2, column, title, Look(bold=True, shaded=True))
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, one in enumerate(outcomes.rows, 3):
        texts = (
            one.source,
            one.title,
            one.product,
            one.period,
            one.old_verdict,
            one.old_said,
            one.old_edition,
        )
        more = (one.new_verdict, one.new_said, "变动" if one.changed else "")
        for column, text in enumerate((*texts, *more), 1):
            put(sheet, row, column, text, Look(size=9))
    sheet.freeze_panes = "A3"
    print_setup(sheet, landscape=True, margins_mm=(12, 10, 12, 10), titles="2:2")
    return book_bytes(book)
