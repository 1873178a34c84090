"""Workbooks of the register: differences between two lists, and the last list to correct and send back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import BinaryIO, Final

from formserver.equipment.columns import COLUMNS
from formserver.equipment.matching.model import VERDICT_WORDS
from formserver.equipment.models import EquipmentList, ListRow
from formserver.equipment.register_compare import BLOCKED_WORD, decided_words, verdict_words
from formserver.equipment.register_models import KIND_WORDS, Difference
from formserver.equipment.register_service import Compared
from formserver.equipment.review_acts import DECIDED_WORDS
from formserver.rendering.sheet_streaming import BookStream, Style

LAST_COLUMN: Final = "上次结论/处理"
"""Heading of the marked column. It is no column of a list: reading keeps it beside the others and asks nothing of it."""
SHEET: Final = "设备信息表"
_HEADS: Final = (
    "变化",
    "行号（新）",
    "行号（旧）",
    "设备名称",
    "设备型号",
    "安装地点",
    "项目",
    "原来",
    "现在",
    "说明",
)
_WIDTHS: Final = (12, 11, 11, 24, 24, 22, 16, 26, 26, 30)
_NEAR: Final = "型号、制造日期、地点不完全相同，按名称、型号、地点认作同一台"


def write_differences(target: BinaryIO, compared: Compared) -> None:
    """One line per field that changed, one per piece of equipment that came or went; the summary in front."""
    with BookStream(target) as book:
        with book.sheet("差异明细", _WIDTHS) as sheet:
            sheet.row(_HEADS, Style.HEAD)
            for one in compared.found:
                for line in _lines(one):
                    sheet.row(line)
        with book.sheet("汇总", (26, 60), front=True) as sheet:
            sheet.row(("设备清单差异", ""), Style.TITLE)
            sheet.row(("企业", compared.enterprise.name))
            for title, held in (("旧清单", compared.old), ("新清单", compared.new)):
                sheet.row((title, f"{held.title}（基准日 {held.as_of.isoformat()}）"))
            for kind, count in compared.counts.items():
                sheet.row((KIND_WORDS[kind], count))
            sheet.row(("认同一台的办法", "型号、制造日期、安装地点都相同；其次按名称、型号、安装地点"))


def _lines(one: Difference) -> Iterable[Sequence[str | int]]:
    words = "、".join(KIND_WORDS[kind] for kind in one.kinds)
    shown = one.shown
    head = (
        words,
        one.new.number if one.new else "",
        one.old.number if one.old else "",
        *(shown.values.get(key, "") for key in ("name", "model", "location")),
    )
    if not one.changes:
        yield (*head, "", *_only_side(one), "")
    for change in one.changes:
        yield (*head, change.title, change.old, change.new, _NEAR if one.near else "")


def _only_side(one: Difference) -> tuple[str, str]:
    side = one.shown
    said = "，".join(filter(None, (verdict_words(side), decided_words(side) if side.decided else "")))
    return (said, "") if one.new is None else ("", said)


def write_last_list(target: BinaryIO, one: EquipmentList, rows: Iterable[ListRow]) -> int:
    """The rows as they were stated, in the columns of the template, with the marked column behind them; how many."""
    count = 0
    with BookStream(target) as book:
        widths = [max(10.0, 2.2 * len(_heading(column.title, column.unit))) for column in COLUMNS]
        with book.sheet(SHEET, [*widths, 26]) as sheet:
            heads = [_heading(column.title, column.unit) for column in COLUMNS]
            sheet.row([*heads, LAST_COLUMN], Style.HEAD)
            for row in rows:
                cells = row.stated.get("cells", {})
                sheet.row([*(str(cells.get(column.key, "")) for column in COLUMNS), last_words(row)])
                count += 1
        with book.sheet("说明", (100,)) as sheet:
            sheet.row(("怎样使用这份清单",), Style.TITLE)
            for text in _words(one):
                sheet.row((text,))
    return count


def last_words(row: ListRow) -> str:
    """结论 and 处理 of the last time, for whoever corrects the list."""
    if not row.verdict:
        return BLOCKED_WORD
    said = VERDICT_WORDS.get(row.standing, row.standing)
    return f"{said}／{DECIDED_WORDS.get(row.decided, row.decided)}" if row.decided else said


def _heading(title: str, unit: str) -> str:
    return f"{title}（{unit}）" if unit else title


def _words(one: EquipmentList) -> Iterable[str]:
    yield f"本表是“{one.enterprise_name}”上一次的设备清单“{one.title}”，基准日 {one.as_of.isoformat()}。"
    yield "请逐行核对：已更换的改型号和制造日期，新增的加在后面，已拆除的把使用状态改为“已拆除”，不要删行。"
    yield "型号、制造日期、安装地点没有改动的行，上次的人工处理会沿用到新清单，由监察人员复核。"
    yield f"“{LAST_COLUMN}”一列只供对照，改动它不起作用。"
