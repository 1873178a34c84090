"""Words people use for the choices of a list, each only where it can mean nothing else: 报废 is not yet 已拆除."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def _table(lines: str) -> Mapping[str, str]:
    found = {}
    for line in lines.strip().splitlines():
        choice, _, words = line.strip().partition("：")
        found.update(dict.fromkeys((choice, *words.split()), choice))
    return found


STATUS: Final = _table("""
    在用：使用 使用中 在使用 运行 运行中 在运 在运行 正常 正常使用 正常运行 启用 良好 完好
    备用：备 备用中 热备 冷备
    停用：停运 闲置 停止使用 封存 未使用 停机 已停用 停产
    已拆除：拆除 已拆
""")
FUEL: Final = _table("""
    煤：燃煤 原煤 烟煤 无烟煤
    油：燃油 柴油 轻油 重油
    气：燃气 天然气 煤气 液化气 沼气
    生物质：生物质颗粒 木柴 秸秆
    电：电加热 电力
    其他：其它
""")
GRADE: Final = _table("""
    1级：1 一 i
    2级：2 二 ii
    3级：3 三 iii
    无标识：无 没有
""")
CHOICES: Final = {"status": STATUS, "fuel": FUEL, "label_grade": GRADE}
COUNTED: Final = dict(
    zip("一二两三四五六七八九十", ("1", "2", "2", "3", "4", "5", "6", "7", "8", "9", "10"), strict=True)
)
_NOTHING: Final = "/ \\ - -- — —— – 无 不详 未知 不明 n/a na null none * … 空 不适用"
NO_ENTRY: Final = frozenset(_NOTHING.split())
"""What people write where nothing is to be stated."""
_OTHERS: Final = """
    因数 系数 单价 价格 金额 总功率 总容量 合计 编码 编号 图片 照片 用电量 能耗 耗电 时间段 电话 频率 转速
    类别 分类 净值 原值 单位 日均 年运行 运行时间
"""
OTHER_COLUMNS: Final = tuple(_OTHERS.split())
"""Words of columns about something else whose headings contain one of ours (功率因数, 设备编号, 设备原值)."""
