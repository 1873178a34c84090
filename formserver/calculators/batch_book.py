"""The workbook to fill in: a sheet per product with its inputs and energies, one for other energies, one of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from formserver.calculation.requests import PRODUCTION_STATES
from formserver.calculators.batch_columns import YES_NO, BatchColumn, BatchProduct
from formserver.rendering.sheet_reading import letters
from formserver.rendering.sheet_writing import Look, add_sheet, book_bytes, new_book, put

OTHER_SHEET: Final = "其他能源"
WORDS_SHEET: Final = "填写说明"
EXAMPLE: Final = "示例："
"""Begins the enterprise's name in the example row; such rows are not calculated."""
LAST_ROW: Final = 5_000
OTHER_HEADINGS: Final = (
    "数据工作表", "数据行号", "能源品种", "方向", "实物量", "计量单位", "实测低位发热量", "发热量单位",
    "折标系数", "系数单位", "用途", "凭证",
)  # fmt: skip
_HEAD: Final = Look(size=10, bold=True, align="center", shaded=True)
_NEEDED: Final = Look(size=10, bold=True, align="center", shaded=True, colour="FFC00000")
_KEY: Final = Look(size=8, align="left", boxed=False, wrap=False, colour="FF808080")
_EXAMPLE: Final = Look(size=10, wrap=False, colour="FF808080", number="@")
_TEXT: Final = Look(size=10)
_MOST_LISTED: Final = 250
"""Characters of a list inside a validation: Excel allows 255."""


def input_book(products: Sequence[BatchProduct]) -> bytes:
    """The file for these products; the first sheet says how to fill it in."""
    book = new_book("批量对标数据")
    words = add_sheet(book, WORDS_SHEET)
    names = sheet_names(products)
    for product, name in zip(products, names, strict=True):
        _product_sheet(add_sheet(book, name), product)
    if any(column.key.startswith("in/") for product in products for column in product.columns):
        _other_sheet(add_sheet(book, OTHER_SHEET), names)
    _words(words, products, names)
    return book_bytes(book)


def sheet_names(products: Sequence[BatchProduct]) -> list[str]:
    """One name per product, different from each other and from the other sheets."""
    from formserver.rendering.sheet_writing import sheet_title

    taken, names = {WORDS_SHEET, OTHER_SHEET}, []
    for product in products:
        name = base = sheet_title(product.product.title)
        number = 2
        while name in taken:
            name = f"{base[:27]} {number}"
            number += 1
        taken.add(name)
        names.append(name)
    return names


def _product_sheet(sheet: Any, product: BatchProduct) -> None:
    """Row 1 the title, row 2 (hidden) the keys, row 3 the headings, row 4 an example."""
    put(
        sheet,
        1,
        1,
        f"{product.title}　批量对标数据（{product.calculator.standard}）",
        Look(size=14, bold=True, boxed=False, wrap=False),
    )
    typed = _typed_example(product)
    for place, column in enumerate(product.columns, start=1):
        put(sheet, 2, place, column.key, _KEY)
        put(sheet, 3, place, column.heading, _NEEDED if column.required else _HEAD)
        put(sheet, 4, place, _example(column, typed), _EXAMPLE)
        letter = letters(place - 1)
        sheet.column_dimensions[letter].width = max(12, min(24, 1.9 * len(column.heading) + 2))
        if column.help:
            sheet.cell(3, place).comment = Comment(column.help, "填写说明")
        _validate(sheet, letter, column)
    put(sheet, 2, len(product.columns) + 1, product.name, _KEY)
    sheet.row_dimensions[2].hidden = True
    sheet.row_dimensions[3].height = 42
    sheet.freeze_panes = "B4"


def _validate(sheet: Any, letter: str, column: BatchColumn) -> None:
    where = f"{letter}4:{letter}{LAST_ROW}"
    if (
        column.choices
        and len(",".join(column.choices)) <= _MOST_LISTED
        and not any("," in c for c in column.choices)
    ):
        words = ",".join(column.choices).replace('"', '""')
        rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
        rule.errorTitle, rule.error = "请从列表中选择", f"{column.title}请从下拉列表中选择。"
        sheet.add_data_validation(rule)
        rule.add(where)
    elif column.unit and not column.choices:
        rule = DataValidation(
            type="decimal", operator="between", formula1="-1E+15", formula2="1E+15", allow_blank=True
        )
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = "请填写数字", f"{column.title}请只填数字，单位为{column.unit}。"
        sheet.add_data_validation(rule)
        rule.add(where)


def _typed_example(product: BatchProduct) -> Mapping[str, str]:
    """Inputs of a worked example of this product, so that the example row shows what is meant."""
    found = next((one for one in product.calculator.examples if one["product"] == product.product.key), None)
    return found["inputs"] if found else {}


def _example(column: BatchColumn, typed: Mapping[str, str]) -> str:
    examples = {
        "fact/enterprise": f"{EXAMPLE}某某有限公司（本行不计算）",
        "fact/county": "某某县",
        "fact/line": "1号线",
        "fact/start": "2025-01-01",
        "fact/end": "2025-12-31",
        "fact/state": PRODUCTION_STATES["normal"],
        "fact/new": YES_NO[1],
    }
    if column.key in examples:
        return examples[column.key]
    text = str(typed.get(column.key.removeprefix("input/"), ""))
    if column.choices and text not in column.choices:
        return dict(zip(column.values, column.choices, strict=True)).get(text, "")
    return text


def _other_sheet(sheet: Any, names: Sequence[str]) -> None:
    """Energies without a column of their own: each line names the sheet and the row it belongs to."""
    for place, heading in enumerate(OTHER_HEADINGS, start=1):
        put(sheet, 1, place, heading, _NEEDED if place <= 6 else _HEAD)
        sheet.column_dimensions[letters(place - 1)].width = 18
    for letter, choices in (("A", names), ("D", ("输入", "输出")), ("K", ("燃料动力", "原料", "加工转换"))):
        if len(",".join(choices)) <= _MOST_LISTED and not any("," in one for one in choices):
            words = ",".join(choices).replace('"', '""')
            rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True, showErrorMessage=True)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.freeze_panes = "A2"


def _words(sheet: Any, products: Sequence[BatchProduct], names: Sequence[str]) -> None:
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 100
    lines = [
        ("项目", "怎样填写"),
        ("每种产品一张工作表", "一行是一家企业一个统计期的一种产品（工序）；同一家企业可以有多行。带 * 的列必填。"),
        ("单位", "按表头括号里的单位填数字，不要写单位、约数或公式以外的文字；空着表示没有。"),
        ("能源", "输入能源和外供（输出）能源填在各表右侧的能源列；没有列的品种填到“其他能源”表。"),
        ("示例行", f"企业名称以“{EXAMPLE}”开头的行不计算，可以删去。"),
        ("不要改动", "第 2 行（隐藏）用来识别各列，请保留；可以增加自己的列，结果文件会原样保留。"),
    ]  # fmt: skip
    for product, name in zip(products, names, strict=True):
        lines.append(
            (name, f"{product.title}，{product.calculator.standard}《{product.calculator.standard_title}》")
        )
        lines += [("", f"{column.heading}：{column.help}") for column in product.columns if column.help]
    for number, (title, text) in enumerate(lines, start=1):
        put(sheet, number, 1, title, _HEAD if number == 1 else _TEXT)
        put(sheet, number, 2, text, _HEAD if number == 1 else _TEXT)
