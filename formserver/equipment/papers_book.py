"""设备清单 and 淘汰设备清单 as a workbook: the tables of the document, one sheet each, as its newest version states them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from unicodedata import east_asian_width

from formserver.rendering.sheet_reading import letters
from formserver.rendering.sheet_writing import (
    Look,
    add_sheet,
    book_bytes,
    new_book,
    print_setup,
    put,
    put_wide,
)

_TITLE: Final = Look(size=16, bold=True, align="center", boxed=False)
_FACT: Final = Look(size=9, boxed=False)
_HEAD: Final = Look(size=9, bold=True, align="center", shaded=True)
_TEXT: Final = Look(size=9)
_FIGURE: Final = Look(size=9, align="right")
_MARGINS: Final = (12, 10, 14, 10)
_LINE: Final = 12
"""Points of a line of 9 points."""
_TALLEST: Final = 400
"""What a row of a spreadsheet can be high, in points."""

Columns = Sequence[tuple[str, str, int]]
"""Property, heading, width in characters."""
_PLATE: Final[Columns] = (
    ("number", "清单序号", 6),
    ("place", "原表行号", 10),
    ("name", "设备名称", 12),
    ("model", "型号（原文）", 13),
)
_RATED: Final[Columns] = (
    ("maker", "制造厂", 11),
    ("made", "制造日期", 9),
    ("power", "功率（kW）", 8),
    ("capacity", "容量（kVA）", 8),
)
_USE: Final[Columns] = (
    ("quantity", "数量", 6),
    ("location", "安装地点", 10),
    ("status", "使用状态", 7),
)
_SAID: Final[Columns] = (
    ("opinion", "人工意见", 18),
    ("decided_by", "确认人", 8),
    ("decided_at", "确认时间", 11),
)
_SOURCE: Final[Columns] = (("recalled", "来源", 7),)


@dataclass(frozen=True, slots=True)
class _Sheet:
    key: str
    title: str
    columns: Columns
    note: str = ""


_ELIMINATED: Final = (
    _Sheet("rows", "表1 淘汰设备清单", (
        *_PLATE, ("canonical", "规范型号", 12), *_RATED, ("poles", "极数", 5), *_USE, ("verdict", "判定结论", 7),
        ("catalogue", "依据目录", 8), ("item_no", "条目号", 9), ("document_no", "文号", 12), ("condition", "判定条件", 18),
        ("code", "理由码", 7), ("deadline", "淘汰期限", 10), ("overdue", "逾期天数", 7), ("replacement", "建议替代", 13),
        ("way", "判定方式", 9), *_SAID, *_SOURCE), "rows_note"),
    _Sheet("extra_rows", "表1补 清单之外补充", (
        ("category", "类别", 10), ("name", "设备名称", 12), ("model", "设备型号", 13), ("maker", "制造厂", 11),
        ("made", "制造日期", 9), ("power_kw", "单台功率（kW）", 10), ("capacity_kva", "单台容量（kVA）", 10),
        ("quantity", "数量", 6), ("location", "安装地点", 10), ("status", "使用状态", 7),
        ("basis", "依据目录、条目号", 12), ("reason", "补充理由", 30))),
    _Sheet("review_rows", "表2 待人工确认", (
        *_PLATE, *_RATED, *_USE, ("why", "为什么待确认", 26), ("missing", "缺什么、怎样补", 28),
        ("candidate", "可能依据", 12),
        ("code", "理由码", 7), *_SAID, *_SOURCE), "review_note"),
    _Sheet("restricted_rows", "表3 提示清单", (
        *_PLATE, *_RATED, *_USE, ("why", "提示内容", 26), ("candidate", "依据", 12), ("code", "理由码", 7),
        ("replacement", "建议", 13), *_SAID, *_SOURCE), "restricted_note"),
    _Sheet("moved_rows", "表4 人工移出", (
        *_PLATE, *_USE, ("machine", "自动结论", 8), ("candidate", "自动依据", 12), ("basis", "移出依据", 12),
        ("reason", "移出理由", 30), ("decided_by", "确认人", 8), ("decided_at", "确认时间", 11)), "moved_note"),
)  # fmt: skip
_STATED: Final = (
    _Sheet("rows", "表1 设备清单", (
        *_PLATE, *_RATED, ("poles", "极数", 5), ("voltage", "电压（V）", 8), ("other", "锅炉、焊机参数", 12), *_USE,
        ("commissioned", "投运日期", 9), ("grade", "能效", 9), ("verdict", "比对结论", 7), ("basis", "依据", 12),
        ("way", "判定方式", 9), *_SOURCE, ("remark", "备注", 14)), "rows_note"),
)  # fmt: skip
_BLOCKED: Final = _Sheet(
    "blocked_rows", "未识别（须先改）", (*_PLATE, ("problem", "须先改正的内容", 60)), "blocked_note"
)
_SUMS: Final[Columns] = (
    ("models", "型号数", 9), ("units", "台数（在用、备用）", 12), ("power_kw", "总功率（kW）", 14),
    ("capacity_kva", "总容量（kVA）", 14), ("stopped", "停用台数", 10), ("removed", "已拆除台数", 10),
)  # fmt: skip
_KINDS: Final[Columns] = (
    ("eliminated", "其中淘汰", 10),
    ("review", "其中待确认", 10),
    ("restricted", "其中限制", 10),
)
_FACTS: Final = (
    ("list_title", "设备清单"), ("task_no", "监察任务编号"), ("as_of", "基准日"), ("library", "规则库版本"),
    ("checked_at", "识别时间"),
    ("made_date", "制作日期"), ("taken_by", "制作人"), ("taken_at", "取数时间"), ("source_file", "企业报送原件"),
    ("source_sha256", "原件校验值（SHA-256）"), ("detail_file", "明细附件"), ("detail_sha256", "明细附件校验值（SHA-256）"),
    ("ent_statement", "企业声明"), ("opinion", "监察意见"), ("ent_opinion", "企业意见"),
)  # fmt: skip


def paper_xlsx(title: str, body: Mapping[str, Any], *, organ: str, state: str) -> bytes:
    """The file; the same document gives the same bytes. Texts are never formulas."""
    book = new_book(title)
    stated = "result" not in body
    for part in (*(_STATED if stated else _ELIMINATED), _BLOCKED):
        rows = body.get(part.key)
        if rows or part.key == "rows" or body.get(part.note):
            _table(book, part, rows if isinstance(rows, list) else [], body, title)
    _summary(book, body, stated=stated, organ=organ, state=state, title=title)
    return book_bytes(book)


def _table(book: Any, part: _Sheet, rows: list[Any], body: Mapping[str, Any], title: str) -> None:
    sheet: Any = add_sheet(book, part.title)
    wide = len(part.columns)
    firm = _firm(body)
    put_wide(
        sheet,
        1,
        1,
        f"{firm[0]}{title}" if part.key == "rows" else f"{firm[0]}{part.title}",
        _TITLE,
        columns=wide,
    )
    line = (
        f"统一社会信用代码：{firm[1] or '/'}　基准日：{body.get('as_of', '/')}　规则库版本：{body.get('library', '/')}　"
        f"制作：{body.get('taken_by', '/')} {body.get('taken_at', '')}"
    )
    put_wide(sheet, 2, 1, line, _FACT, columns=wide)
    for column, (_, heading, width) in enumerate(part.columns, start=1):
        put(sheet, 3, column, heading, _HEAD)
        sheet.column_dimensions[letters(column - 1)].width = width
    sheet.row_dimensions[1].height, sheet.row_dimensions[3].height = 26, 3 * _LINE
    at = 4
    for row in rows:
        for column, (key, _, _) in enumerate(part.columns, start=1):
            _cell(sheet, at, column, row.get(key))
        lines = max(_lines(str(row.get(key, "")), width) for key, _, width in part.columns)
        sheet.row_dimensions[at].height = min(lines * _LINE + 4, _TALLEST)
        at += 1
    if part.note and body.get(part.note):
        put_wide(sheet, at, 1, str(body[part.note]), _FACT, columns=wide)
        across = sum(width for _, _, width in part.columns)
        sheet.row_dimensions[at].height = _lines(str(body[part.note]), across) * _LINE + 4
        at += 1
    put_wide(
        sheet,
        at + 1,
        1,
        "被监察单位（签名、盖章）：　　　　　　　　　　　　监察人员（签名）：　　　　　　　　　　　　日期：",
        _FACT,
        columns=wide,
    )
    print_setup(sheet, landscape=True, margins_mm=_MARGINS, titles="3:3")
    sheet.freeze_panes = "A4"


def _summary(book: Any, body: Mapping[str, Any], *, stated: bool, organ: str, state: str, title: str) -> None:
    sheet: Any = add_sheet(book, "汇总")
    lead: Columns = (
        (("category", "类别", 16),) if stated else (("category", "类别", 16), ("batch", "依据目录", 26))
    )
    columns = (*lead, *_SUMS, *(_KINDS if stated else ()))
    wide = len(columns)
    put_wide(sheet, 1, 1, f"{title}汇总", _TITLE, columns=wide)
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 26, 2 * _LINE + 2
    for column, (_, heading, width) in enumerate(columns, start=1):
        put(sheet, 2, column, heading, _HEAD)
        sheet.column_dimensions[letters(column - 1)].width = width
    at = 3
    for row in body.get("summary", ()):
        for column, (key, _, _) in enumerate(columns, start=1):
            _cell(sheet, at, column, _number(key, row.get(key)))
        at += 1
    names = {"power_kw": "power_total", "capacity_kva": "capacity_total"}
    put_wide(sheet, at, 1, "合计", _HEAD, columns=len(lead))
    for column, (key, _, _) in enumerate(columns[len(lead) :], start=len(lead) + 1):
        _cell(sheet, at, column, _number(key, body.get(names.get(key, f"{key}_total"))))
    at += 1
    notes = (
        "review_note",
        "ok_note",
        "blocked_note",
        "summary_note",
        "remark_recalled",
    )
    firm = _firm(body)
    facts = [("制作机关", organ), ("文书状态", state), ("企业名称", firm[0]), ("统一社会信用代码", firm[1])]
    facts += [(word, str(body[key])) for key, word in _FACTS if body.get(key)]
    facts += [("所用淘汰目录", "；".join(body.get("catalogues", ())))]
    lines = [f"{word}：{text}" for word, text in facts if text] + [
        str(body[key]) for key in notes if body.get(key)
    ]
    across = sum(width for _, _, width in columns)
    for text in lines:
        put_wide(sheet, at + 1, 1, text, _FACT, columns=wide)
        sheet.row_dimensions[at + 1].height = min(_lines(text, across) * _LINE + 4, _TALLEST)
        at += 1
    print_setup(sheet, landscape=True, margins_mm=_MARGINS)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many narrow characters; wide ones take two."""
    return sum(
        max(1, math.ceil(sum(2 if east_asian_width(c) in "WFA" else 1 for c in line) / max(1, width - 1)))
        for line in text.split("\n")
    )


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    whole = isinstance(value, int | Decimal) and not isinstance(value, bool)
    put(
        sheet,
        row,
        column,
        value if whole else str(value) if value is not None else None,
        _FIGURE if whole else _TEXT,
    )


def _number(key: str, value: Any) -> Any:
    return Decimal(value) if key in ("power_kw", "capacity_kva") and isinstance(value, str) else value


def _firm(body: Mapping[str, Any]) -> tuple[str, str]:
    firm = body.get("enterprise")
    said = firm if isinstance(firm, Mapping) else {}
    return str(said.get("ent_name", "")), str(said.get("ent_uscc", ""))
