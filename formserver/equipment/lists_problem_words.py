"""Problems of cells in groups: a few words for each code of reading, the column they stand in, how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from formserver.equipment.models import EquipmentList

LEVEL_WORDS: Final[Mapping[str, str]] = {"error": "错误", "warning": "警告", "note": "提示"}
LEVEL_COLOURS: Final[Mapping[str, str]] = {"error": "red", "warning": "amber", "note": "grey"}
WORDS: Final[Mapping[str, str]] = {
    "BOILER_UNIT": "没有写明单位",
    "CELL_FAULT": "单元格出错",
    "CHOICE": "不在可选的词中",
    "COUNT": "数量不对",
    "DATE": "看不出日期",
    "DATE_EARLY": "日期太早",
    "DATE_FUTURE": "晚于基准日",
    "DATE_ORDER": "日期先后不对",
    "DATE_UNCLEAR": "年份不清楚",
    "FORMULA": "公式没有结果",
    "MERGED": "合并单元格",
    "MODEL_DATE": "型号变成了日期",
    "MODEL_EMPTY": "没有型号",
    "MODEL_LINES": "一格几个型号",
    "MODEL_NUMBER": "型号是数字",
    "NAME_EMPTY": "没有名称",
    "NAME_SHORT": "名称太短",
    "NUMBER": "不是数字",
    "NUMBER_RANGE": "数值太大或太小",
    "NUMBER_ZERO": "填的是 0",
    "POLES": "没有这样的极数",
    "QUANTITY_EMPTY": "没有数量",
    "REPEATED": "重复的设备",
    "SEQ": "序号不对",
    "SEQ_TWICE": "序号重复",
    "STATUS_EMPTY": "没有使用状态",
    "TEXT_LONG": "太长",
    "WANTED": "应当填写",
}


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """Problems of one kind in one column."""

    level: str
    code: str
    column: str
    count: int

    @property
    def title(self) -> str:
        """``设备型号：重复的设备``."""
        return "：".join(filter(None, (self.column, WORDS.get(self.code, ""))))


def problem_groups(one: EquipmentList) -> list[ProblemGroup]:
    """How often each problem occurs, as the check counted: errors first, then the most frequent."""
    found = one.mapping.get("problems", [])
    return [
        ProblemGroup(str(group["level"]), str(group["code"]), str(group["column"]), int(group["count"]))
        for group in (found if isinstance(found, list) else [])
    ]


def problem_totals(one: EquipmentList) -> dict[str, int]:
    """Problems by level."""
    groups = problem_groups(one)
    return {level: sum(group.count for group in groups if group.level == level) for level in LEVEL_WORDS}
