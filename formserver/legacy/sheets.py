"""The empty list for 补录, with the choices the platform knows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from formserver.core.legacy import STATES
from formserver.legacy.listing import COLUMNS, NEEDED
from formserver.rendering.sheet_reading import letters

_HELP: Final = {
    "type": "平台已有的种类可从下拉中选择；其他文书留空，在“文书名称”中写明。",
    "title": "原件上的名称，例如：节能监察结果告知书。",
    "number": "照原件填写；没有文号的留空。",
    "enterprise_name": "必填。与企业档案中的名称或信用代码一致时自动关联。",
    "uscc": "18 位，请存成文本。",
    "doc_date": "必填，例如 2019-08-20、2019年8月20日。",
    "state": "已签署、已送达、已归档；不填为已送达。",
    "files": "必填。扫描件的文件名；一份文书有几个文件的，按页序用分号隔开。",
    "kept_at": "全宗、案卷号或库房位置。",
    "note": "缺页、破损、附件另存等。",
}


def list_template(types: Sequence[str]) -> bytes:
    """A sheet with our columns, drop-downs for kind and state, and a page of notes."""
    book = Workbook()
    del book["Sheet"]
    sheet: Worksheet = book.create_sheet("补录清单")
    _head(sheet, [label + ("*" if key in NEEDED else "") for key, label, _ in COLUMNS])
    choices: Worksheet = book.create_sheet("可选的值")
    _head(choices, ["文书种类", "状态"])
    states = [state.value for state in STATES]
    for number, title in enumerate(types, start=2):
        choices.cell(number, 1, title)
    for number, state in enumerate(states, start=2):
        choices.cell(number, 2, state)
    keys = [key for key, _, _ in COLUMNS]
    for key, source in (("type", f"$A$2:$A${len(types) + 1}"), ("state", f"$B$2:$B${len(states) + 1}")):
        rule = DataValidation(
            "list", formula1=f"'可选的值'!{source}", allow_blank=True, showErrorMessage=False
        )
        sheet.add_data_validation(rule)
        column = letters(keys.index(key))
        rule.add(f"{column}2:{column}2000")
    for row in sheet.iter_rows(min_row=2, max_row=300, max_col=len(COLUMNS)):
        for cell in row:
            cell.number_format = "@"
    notes: Worksheet = book.create_sheet("填写说明")
    _head(notes, ["项目", "怎样填写"])
    for key, label, _ in COLUMNS:
        notes.append([label, _HELP[key]])
    notes.column_dimensions["B"].width = 76
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _head(sheet: Worksheet, titles: Sequence[str]) -> None:
    sheet.append(list(titles))
    for index, cell in enumerate(sheet[1]):
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EAF1FB")
        sheet.column_dimensions[letters(index)].width = max(14, 2.4 * len(titles[index]) + 6)
    sheet.freeze_panes = "A2"
