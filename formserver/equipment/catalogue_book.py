"""The lines of an elimination catalogue as xlsx: the template, and an edition in the same columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from formserver.equipment.catalogue_content import STATE_WORDS, rows_of, source_of, state_of
from formserver.equipment.matching.model import CATEGORY_WORDS
from formserver.rendering.sheet_streaming import streamed
from formserver.rendering.sheet_writing import Look, add_sheet, book_bytes, new_book, put

SHEET: Final = "目录条目"
NOTES: Final = "填写说明"
HEADS: Final[tuple[tuple[str, str, float, int], ...]] = (
    ("seq", "条目号", 10, 40),
    ("section", "部分", 18, 100),
    ("category", "类别", 14, 20),
    ("name", "名称", 26, 100),
    ("model", "型号", 22, 200),
    ("condition", "条件", 26, 500),
    ("deadline", "淘汰期限", 18, 200),
    ("reason", "淘汰理由", 24, 500),
    ("replacement", "建议替代", 24, 500),
    ("source", "来源", 30, 300),
    ("confidence", "核对状态", 12, 20),
    ("note", "说明", 24, 500),
)
"""Key, heading, width in characters, most characters of a cell."""
CATEGORIES: Final = tuple(word for key, word in CATEGORY_WORDS.items() if key != "unknown")
_HELP: Final = (
    ("条目号", "照原文填写，如 1-1.1；原文没有的不填。"),
    ("类别", "从下拉表中选：" + "、".join(CATEGORIES) + "。"),
    ("名称", "必填，照原文。"),
    (
        "型号",
        "照原文抄写，一行一个型号或一个系列（JO2系列、S7-30/10～S7-1600/10）。没有型号、只凭名称淘汰的不填。",
    ),
    ("条件", "如 额定功率0.75kW；2003年（含）前生产。"),
    ("淘汰期限", "照原文；其中的日期（2015-12-31、2015年12月31日、2015年底）作为最后一天。"),
    ("来源", "文件、网址或页码。不填的记为“导入的表格”。"),
    (
        "核对状态",
        "已核对：您与公布的原文逐字对照过，会记下您的姓名和日期。见公开来源：抄自公开的文本，未对照原文。"
        "凭记忆：不会自动判淘汰；不填即是。",
    ),
    ("说明", "对文本的说明，如 原文疑有错字、列出的是机座号；不是淘汰的条件，不印在清单上。"),
)


def template() -> bytes:
    """The empty table with drop-downs and a sheet of explanations."""
    book = new_book(SHEET)
    sheet = add_sheet(book, SHEET)
    for column, (_, title, width, _) in enumerate(HEADS, 1):
        put(sheet, 1, column, title, Look(bold=True, shaded=True))
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = width
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "A2"
    _choices(sheet, "category", CATEGORIES)
    _choices(sheet, "confidence", tuple(STATE_WORDS.values()))
    notes = add_sheet(book, NOTES)
    for row, (title, text) in enumerate(_HELP, 1):
        put(notes, row, 1, title, Look(bold=True, shaded=True))
        put(notes, row, 2, text, Look())
    notes.column_dimensions["A"].width = 12
    notes.column_dimensions["B"].width = 90
    return book_bytes(book)


def catalogue_book(content: Mapping[str, Any]) -> bytes:
    """An edition in the columns of the template; the same content gives the same bytes."""
    rows = [tuple(title for _, title, _, _ in HEADS)]
    rows += [tuple(_cell(key, line, content) for key, _, _, _ in HEADS) for line in rows_of(content, "items")]
    facts = [("项目", "内容")]
    facts += [
        (title, str(content.get(key) or ""))
        for key, title in (
            ("title", "简称"),
            ("full_title", "全称"),
            ("issuer", "发布单位"),
            ("document_no", "文号"),
            ("issued_on", "发布日期"),
            ("valid_from", "施行日期"),
            ("note", "说明"),
        )
    ]
    return streamed([(SHEET, [width for _, _, width, _ in HEADS], rows), (NOTES, [14, 80], facts)])


def _cell(key: str, line: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    value = line.get(key)
    if key == "deadline":
        return str(value.get("text") or value.get("on") or "") if isinstance(value, dict) else ""
    if key == "category":
        return CATEGORY_WORDS.get(str(value), str(value))
    if key == "confidence":
        return STATE_WORDS[state_of(content, line)]
    if key == "source":
        return source_of(content, line)
    return str(value or "")


def _choices(sheet: Any, key: str, words: tuple[str, ...]) -> None:
    place = next(at for at, head in enumerate(HEADS, 1) if head[0] == key)
    letter = get_column_letter(place)
    rule = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    rule.error = "请从下拉表中选择。"
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}20001")
