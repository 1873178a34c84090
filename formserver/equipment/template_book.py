"""设备信息表: the workbook enterprises fill in, with drop-downs, hints beside the cells, and a sheet of examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation

from formserver.equipment.columns import COLUMNS, Column
from formserver.equipment.reading.limits import MOST_ROWS
from formserver.equipment.reading.planning import GUIDE_SHEET
from formserver.equipment.reading.rows import TEMPLATE_SHEET
from formserver.rendering.sheet_reading import letters
from formserver.rendering.sheet_writing import (
    FONT,
    Look,
    add_sheet,
    book_bytes,
    new_book,
    print_setup,
    put,
    put_wide,
)

_LAST_ROW: Final = MOST_ROWS + 1
_HEAD: Final = Look(size=10, bold=True, align="center", shaded=True)
_NEEDED: Final = Look(size=10, bold=True, align="center", shaded=True, colour="FFC00000")
_TITLE: Final = Look(size=14, bold=True, boxed=False, wrap=False)
_SECTION: Final = Look(size=11, bold=True, boxed=False, wrap=False)
_TEXT: Final = Look(size=10)
_CELL: Final = Look(size=10, number="@")
_TYPED_AS_TEXT: Final = frozenset(
    ("model", "made", "commissioned", "voltage_v", "boiler_capacity", "label_grade")
)
"""Columns whose cells are text from the start: 8-18, 1998-05 and 10/6 would become dates."""
_POLES: Final = ("2", "4", "6", "8", "10", "12", "16")
_LIKE_MADE: Final = "写法同制造日期，不能早于制造日期。"
_WIDTHS: Final = {
    "seq": 6,
    "name": 18,
    "model": 22,
    "manufacturer": 18,
    "location": 16,
    "remark": 20,
    "boiler_capacity": 16,
}
_EXAMPLES: Final[Sequence[dict[str, str]]] = (
    {"seq": "1", "name": "三相异步电动机", "model": "Y2-160M-4", "manufacturer": "某某电机厂", "made": "2002-06",
     "power_kw": "11", "poles": "4", "voltage_v": "380", "quantity": "2", "location": "1号厂房", "status": "在用"},
    {"seq": "2", "name": "油浸式配电变压器", "model": "S9-630/10", "manufacturer": "某某变压器厂", "made": "1997年8月",
     "capacity_kva": "630", "voltage_v": "10kV", "quantity": "1", "location": "变配电室", "status": "在用",
     "commissioned": "1998-03", "p0_w": "1200", "pk_w": "6200"},
    {"seq": "3", "name": "离心泵", "model": "IS100-65-200", "manufacturer": "某某泵业", "made": "2010", "power_kw": "22",
     "quantity": "3", "location": "循环水泵房", "status": "备用", "remark": "电动机另填一行"},
    {"seq": "4", "name": "离心通风机", "model": "9-19No.5A", "manufacturer": "某某风机厂", "made": "2004-11",
     "power_kw": "7.5", "quantity": "1", "location": "原料车间", "status": "在用"},
    {"seq": "5", "name": "燃煤蒸汽锅炉", "model": "DZL4-1.25-AII", "manufacturer": "某某锅炉厂", "made": "2008-05",
     "boiler_capacity": "4t/h", "fuel": "煤", "quantity": "1", "location": "锅炉房", "status": "停用"},
    {"seq": "6", "name": "交流弧焊机", "model": "BX1-330", "manufacturer": "某某焊接设备厂", "made": "1995",
     "voltage_v": "380", "current_a": "330", "quantity": "4", "location": "机修车间", "status": "已拆除"},
)  # fmt: skip
_RULES: Final = (
    "一行填写一种型号的一台或一批设备，一格只写一个型号；红色带 * 的列必须填写。",
    "型号照铭牌抄写，不要加文字说明；“8-18”一类的型号若变成日期，请把单元格设为文本后重新填写。",
    "功率填 kW，容量填 kVA，电压填 V；锅炉的蒸发量或热功率要写明单位（4t/h、2.8MW）。",
    "制造日期可以只写年或年月：1998、1998-05、1998年5月。Y、Y2、Y3、YB2、S9 系列和机床请务必填写。",
    "使用状态、燃料、极数、能效标识等级从下拉列表选择；没有的内容留空，不要写“无”或“/”。",
    "“合计”等行不必填写；可以在右侧增加自己的列，系统会原样保留，但不参与识别。",
    f"一份清单最多 {MOST_ROWS} 行、20 MB；填写在“{TEMPLATE_SHEET}”表，本页的示例不会被读取。",
)


def template_book() -> bytes:
    """The template as an xlsx file; always the same bytes."""
    book = new_book(TEMPLATE_SHEET)
    _form(add_sheet(book, TEMPLATE_SHEET))
    _guide(add_sheet(book, GUIDE_SHEET))
    book.active = 0
    return book_bytes(book)


def heading(column: Column) -> str:
    """What stands above a column: 额定功率（kW）, 设备名称 *."""
    return f"{column.title}{f'（{column.unit}）' if column.unit else ''}{' *' if column.required else ''}"


def _form(sheet: Any) -> None:
    for place, column in enumerate(COLUMNS, start=1):
        letter = letters(place - 1)
        put(sheet, 1, place, heading(column), _NEEDED if column.required else _HEAD)
        width = sheet.column_dimensions[letter]
        width.width = _WIDTHS.get(column.key, 12)
        width.font = Font(name=FONT, size=10)
        width.alignment = Alignment(vertical="center", wrap_text=column.kind == "text")
        if column.key in _TYPED_AS_TEXT:
            width.number_format = "@"
        _validate(sheet, letter, column)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "D2"
    print_setup(sheet, landscape=True, margins_mm=(12, 10, 14, 10), titles="1:1")


def _validate(sheet: Any, letter: str, column: Column) -> None:
    choices = _POLES if column.key == "poles" else column.choices
    if choices:
        rule = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True)
        rule.errorTitle, rule.error = "请从列表中选择", f"{column.title}请从下拉列表中选择。"
        rule.errorStyle = "warning" if column.key == "poles" else "stop"
        rule.showErrorMessage = True
    elif column.key in ("quantity", "seq"):
        rule = DataValidation(
            type="whole", operator="between", formula1=column.lowest or "1", formula2=column.highest
        )
        rule.allow_blank = rule.showErrorMessage = True
        rule.errorTitle, rule.error = (
            "请填写整数",
            f"{column.title}请填写 {column.lowest or 1}～{column.highest} 的整数。",
        )
    elif column.kind == "number":
        rule = DataValidation(
            type="decimal", operator="between", formula1=column.lowest, formula2=column.highest
        )
        rule.allow_blank = rule.showErrorMessage = True
        rule.errorStyle = "warning"
        rule.errorTitle = "请核对"
        rule.error = f"{column.title}一般在 {column.lowest}～{column.highest} {column.unit} 之间，只填数字。"
    elif column.kind in ("text", "model"):
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(column.longest))
        rule.allow_blank = rule.showErrorMessage = True
        rule.errorTitle, rule.error = "太长", f"{column.title}最多 {column.longest} 个字。"
    else:
        rule = DataValidation(allow_blank=True)
    if column.help:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = column.title, column.help
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{_LAST_ROW}")


def _guide(sheet: Any) -> None:
    for place, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[letters(place - 1)].width = _WIDTHS.get(column.key, 12)
    put(sheet, 1, 1, "设备信息表　填写说明", _TITLE)
    row = 3
    for number, text in enumerate(_RULES, start=1):
        put(sheet, row, 1, f"{number}. {text}", Look(size=10, boxed=False, wrap=False))
        row += 1
    row += 1
    put(sheet, row, 1, "示例（不会被读取）", _SECTION)
    row += 1
    for place, column in enumerate(COLUMNS, start=1):
        put(sheet, row, place, heading(column), _NEEDED if column.required else _HEAD)
    sheet.row_dimensions[row].height = 32
    for example in _EXAMPLES:
        row += 1
        for place, column in enumerate(COLUMNS, start=1):
            put(sheet, row, place, example.get(column.key, ""), _CELL)
    row += 2
    put(sheet, row, 1, "各列怎样填写", _SECTION)
    row += 1
    for columns, first, text in ((2, 1, "列"), (1, 3, "是否必填"), (8, 4, "怎样填写")):
        put_wide(sheet, row, first, text, _HEAD, columns=columns)
    for column in COLUMNS:
        row += 1
        choices = f"从列表选择：{'、'.join(column.choices)}。" if column.choices else ""
        words = choices + ("" if column.key == "status" else column.help)
        put_wide(sheet, row, 1, heading(column), _TEXT, columns=2)
        put(sheet, row, 3, "必填" if column.required else "", _TEXT)
        put_wide(
            sheet,
            row,
            4,
            words or (_LIKE_MADE if column.kind == "date" else f"最多 {column.longest} 字。"),
            _TEXT,
            columns=8,
        )
    print_setup(sheet, landscape=True, margins_mm=(12, 10, 14, 10))
