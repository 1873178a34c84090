"""The equipment of the demonstration's works as its people write it down: what a row says, and the workbooks handed in.

A works of 1988 that was rebuilt in 2009 and bought since: old motors in small drives, new ones in large. All makers and
figures are made up; the models are real ones, so that every verdict, and every way a workbook can be wrong, occurs.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

LAST_YEAR: Final = "-"
THIS_YEAR: Final = "+"
HEADS: Final = (
    "序号", "位号", "用能设备名称", "规格型号", "生产厂家", "出厂年月", "功率", "变压器容量", "焊接电流",
    "锅炉吨位", "燃料种类", "级数", "电压等级", "台数", "所在车间", "使用情况", "原值（万元）", "备注",
)  # fmt: skip
_RATINGS: Final = {"kW": 6, "kVA": 7, "A": 8, "t/h": 9, "kV": 12}
"""Which column a figure stands in, by its unit; the unit stays in the cell."""

CEMENT_ROWS: Final = """
# 一、矿山及破碎
颚式破碎机电动机|JR128-8|红岭电机厂|1988-05|155kW 380V|8|1|石灰石破碎|备用|
板喂机电动机|Y180L-8|红岭电机厂|1996-03|11kW|8|2|石灰石破碎|在用|
锤式破碎机主电机|YRKK500-8|示范电机有限公司|2009-04|500kW 10kV|8|1|石灰石破碎|在用|
收尘风机|4-72-11 No.8C|蜀江风机厂|1998|22kW||2|石灰石破碎|在用|
# 二、原料制备
立磨主电机|YRKK710-6|示范电机有限公司|2009-06|3800kW 10kV|6|1|原料磨车间|在用|
选粉机电动机|Y200L-4|示范电机有限公司|2004-09|30kW|4|2|原料磨车间|在用|
循环风机电动机|YRKK630-6|示范电机有限公司|2009-06|2500kW 10kV|6|1|原料磨车间|在用|
- 皮带机电动机|JO2-72-4|红岭电机厂|1978|30kW|4|3|原料磨车间|在用|
皮带机电动机|Y160M-4|红岭电机厂|1994年8月|11kW|4|6|原料磨车间|在用|
斗提机电动机|Y280S-4|红岭电机厂|1997|110kW|4|1|原料磨车间|在用|
喂料泵|IS150-125-315|永川水泵厂|2010-03|30kW||2|原料磨车间|在用|
# 三、烧成系统
回转窑主传动电机|ZSN4-400-092|示范电机有限公司|2009-08|630kW 660V||1|1号窑中|在用|直流
窑尾高温风机电机|YRKK800-8|示范电机有限公司|2009-08|2240kW 10kV|8|1|1号窑尾|在用|变频
高温风机|W5-47 No6C|蜀江风机厂|2003-04|||1|1号窑尾|备用|旧系统留用
罗茨鼓风机|LG100×110-1|蜀江风机厂|1988|||1|1号窑头|停用|
篦冷机风机电动机|YE3-280S-4|示范电机有限公司|2021-09|75kW|4|6|1号窑头|在用|
篦冷机风机电动机|Y315M-4|示范电机有限公司|2009-05|132kW|4|2|1号窑头|在用|
+ 窑头排风机电动机|YX3-200L-4|示范电机有限公司|2022-03|30kW|4|1|1号窑头|在用|大修时更换
篦冷机冷却风机|9-26-11 No6.3D|蜀江风机厂|2009|||4|1号窑头|在用|
高压离心通风机|@8-18|蜀江风机厂|1996|||2|1号窑头|备用|
煤磨排风机|9-27-11 No.5|蜀江风机厂|1991|||1|煤粉制备车间|在用|
煤磨电动机|YB2-315M-6|示范防爆电机厂||90kW|6|1|煤粉制备车间|在用|出厂日期看不清
煤磨喂料电动机|YB-160M-4|示范防爆电机厂|2003|11kW|4|2|煤粉制备车间|在用|
# 四、水泥粉磨
1号水泥磨主电机|YR1250-8/1430|示范电机有限公司|1999|1250kW 6kV|8|1|水泥磨车间|备用|
2号水泥磨主电机|YRKK710-8|示范电机有限公司|2010-02|3150kW 10kV|8|1|水泥磨车间|在用|
磨机慢转电动机|YZR225M-8|红岭起重电机厂|1999|22kW|8|2|水泥磨车间|在用|
选粉机电动机|Y225S-4、Y180L-4|红岭电机厂|1998|37kW|4|2|水泥磨车间|在用|两台记在一行
O-Sepa选粉机电动机|YE3-315M-4|示范电机有限公司|2020-11|132kW|4|1|水泥磨车间|在用|
袋收尘风机电动机|Y250M-4|示范电机有限公司|2005-07|55kW|4|3|水泥磨车间|在用|
+ 辊压机电动机|YE5-355L-4|示范电机有限公司|2025-12|315kW|4|2|水泥磨车间|在用|2026年3月投运
# 五、供配电
总降主变压器|SZ11-16000/110|示范变压器有限公司|2009-03|16000kVA 110kV||2|总降压站|在用|
原料配电变压器|S7-1000/10|川江变压器厂|1995-06|1000kVA 10kV||2|原料电气室|在用|
窑尾配电变压器|S9-630/10|川江变压器厂|2005-03|630kVA 10kV||1|窑尾电气室|在用|
窑头配电变压器|SCB10-1600/10|示范变压器有限公司|2009-05|1600kVA 10kV||2|窑头电气室|在用|
生活区变压器|SL7-315/10|川江变压器厂|1989|315kVA 10kV||1|生活区|在用|
- 矿山变压器|SJ-320/10|川江变压器厂|1974|320kVA 10kV||1|矿山|停用|
+ 矿山变压器|SCB18-500/10|示范变压器有限公司|2026-02|500kVA 10kV||1|矿山|在用|替换SJ型
# 六、公用工程
螺杆空压机|LU110-8Ⅱ|示范压缩机有限公司|2012-06|110kW||3|空压站|在用|
活塞空压机|3W-0.9/7|川江压缩机厂|1990|7.5kW||1|机修车间|在用|
动力用空压机|L-20/8|川江压缩机厂|1993|130kW||1|空压站|备用|
循环水泵|8SH-9A|永川水泵厂|1992|110kW||2|循环水泵房|在用|
循环水泵电动机|Y2-280S-4|示范电机有限公司|2006-08|75kW|4|2|循环水泵房|在用|
多级锅炉给水泵|DG46-50×6|永川水泵厂|2010-01|75kW||2|余热电站|在用|
- 排污泵|6PN|永川水泵厂|1986|||1|循环水泵房|停用|
+ 排污泵|6PN|永川水泵厂|1986|||1|循环水泵房|已拆除|2026年5月拆除
深井泵电动机|JLB2-82-4|永川水泵厂|1983|40kW|4|1|水源井|停用|
真空泵|2BE1-253|永川水泵厂|2009|||1|余热电站|在用|
生活锅炉|DZL4-1.25-AⅡ|川江锅炉厂|2007-10|4t/h 煤||1|生活区|停用|
+ 生活锅炉|WNS2-1.0-Y.Q|示范锅炉有限公司|2024-09|2t/h 气||1|生活区|在用|
交流弧焊机|BX1-330|川江焊机厂|1995|330A||4|机修车间|在用|
交流弧焊机|BX3-300|川江焊机厂|2003|300A||3|机修车间|在用|
直流焊机|ZX5-250|川江焊机厂|2003|250A||2|机修车间|在用|
普通车床|C620|川江机床厂|1978|7.5kW||1|机修车间|在用|
# 七、包装
包装机电动机|Y132S-4|红岭电机厂|2001|5.5kW|4|8|包装车间|在用|
装车机电动机|YE4-160M-4|示范电机有限公司|2023-06|11kW|4|6|包装车间|在用|
袋装输送电动机|Y3-132S2-2|示范电机有限公司|2001|7.5kW|2|4|包装车间|在用|
"""
"""name | model | maker | made | figures | poles | count | place | state | remark; ``#`` titles of sections,
``-`` and ``+`` rows of one year only, ``@`` a model the spreadsheet program took for a date."""

PUMP_ROWS: Final = """
加工中心主轴电机|YE3-160M-4|示范电机有限公司|2020-05|11kW|4|6|机加工车间|在用|
试验站电动机|Y280M-2|岷江电机厂|2002-04|90kW|2|1|试验站|在用|
空压机|LU55-8|示范压缩机有限公司|2015-03|55kW||2|空压站|在用|
厂区变压器|S9-500/10|岷江变压器厂|1996-11|500kVA 10kV||1|配电室|在用|
厂区变压器|SCB13-800/10|示范变压器有限公司|2018-07|800kVA 10kV||1|配电室|在用|
直流弧焊机|AX-320|岷江焊机厂|1985|320A||2|焊接车间|停用|
清水泵|4BA-12|自制|1984|||1|试验站|停用|
普通车床|CA6140|岷江机床厂|2008|7.5kW||5|机加工车间|在用|
"""
"""A maker of pumps in another city."""

STEEL_ROWS: Final = """
转炉一次除尘风机电机|YKK560-2|示范电机有限公司|2011-04|1250kW 10kV|2|2|炼钢|在用|
浊环水泵|12SH-13|永川水泵厂|1990|220kW||3|水处理|在用|
冷却塔风机电动机|Y200L-4|示范电机有限公司|2003-05|30kW|4|8|水处理|在用|
"""
STEEL_HEADS: Final = {"规格型号": "型号参数", "台数": "台数/套数", "使用情况": "运行情况"}
"""Headings of a firm of its own mind: a person has to say what they mean."""


def cement_book(year: int, marks: str) -> bytes:
    """The list of a year with its title, person, sections and sum; ``marks``: of which year rows are taken."""
    return _book(
        f"川西水泥有限公司{year}年度主要用能设备台账",
        f"填报单位：川西水泥有限公司（盖章）　　填报人：林晓燕　　填报日期：{year}年11月10日",
        list(_rows(CEMENT_ROWS, marks)),
    )


def plain_book(firm: str, year: int, rows: str, heads: dict[str, str] | None = None) -> bytes:
    """A shorter list, its headings renamed by ``heads``."""
    return _book(f"{firm}用能设备台账", f"统计截止：{year}年10月31日", list(_rows(rows, "")), heads)


def _rows(table: str, marks: str) -> Iterator[str]:
    for line in table.strip().splitlines():
        mark = line[0] if line[0] in (LAST_YEAR, THIS_YEAR) else ""
        if not mark or mark in marks:
            yield line.removeprefix(mark).strip()


def _book(title: str, said: str, rows: Sequence[str], heads: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "设备台账"
    sheet.append([title])
    sheet.append([said])
    sheet.append([(heads or {}).get(one, one) for one in HEADS])
    number = 0
    for line in rows:
        if line.startswith("#"):
            sheet.append([line.removeprefix("# ")])
            continue
        number += 1
        sheet.append(_cells(number, line))
    sheet.append(
        ["合计", *[""] * 12, sum(int(line.split("|")[6]) for line in rows if not line.startswith("#"))]
    )
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(HEADS))
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A1"].font = Font(bold=True, size=16)
    for letter, width in (("C", 24), ("D", 22), ("E", 20), ("O", 16)):
        sheet.column_dimensions[letter].width = width
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _cells(number: int, line: str) -> list[Any]:
    name, model, maker, made, figures, poles, count, place, state, remark = line.split("|")
    cells: list[Any] = [""] * len(HEADS)
    cells[:6] = [number, f"{1000 + number * 7}", name, model, maker, made]
    for figure in figures.split():
        unit = figure.lstrip("0123456789.")
        if unit == "V":
            cells[12] = figure
        elif unit in _RATINGS:
            cells[_RATINGS[unit]] = figure
        else:
            cells[10] = figure
    cells[11] = f"{poles}极" if poles else ""
    cells[13:] = [int(count), place, state, round(int(count) * (3.2 + number % 9), 1), remark]
    if model.startswith("@"):
        month, day = model.removeprefix("@").split("-")
        cells[3] = date(2026, int(month), int(day))
    return [None if cell == "" else cell for cell in cells]
