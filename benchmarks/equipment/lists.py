"""A seeded list of equipment as a large works keeps it: mostly distinct models, old ones among new."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import Any, Final

from openpyxl import Workbook

HEAD: Final = (
    "序号", "设备名称", "设备型号", "制造厂", "制造日期", "额定功率（kW）", "额定容量（kVA）", "极数", "额定电压（V）",
    "蒸发量或热功率", "燃料", "额定电流（A）", "数量", "安装地点", "使用状态", "投运日期", "备注",
)  # fmt: skip
_MAKERS: Final = tuple(
    f"{place}{kind}厂"
    for place in ["东岭", "南塘", "西河", "江北", "红旗", "向阳", "长丰", "永济"]
    for kind in ("电机", "变压器", "水泵", "风机")
)
_FRAMES: Final = ("80M1", "80M2", "90S", "90L", "100L", "112M", "132S", "132M", "160M", "160L", "180M", "200L", "225S",
                  "225M", "250M", "280S", "280M", "315S", "315M", "315L1")  # fmt: skip
_SERIES: Final = (
    "Y",
    "Y2-",
    "Y3-",
    "YB",
    "YB2-",
    "YE2-",
    "YE3-",
    "YE4-",
    "YX3-",
    "YVF2-",
    "YZR",
    "YR",
    "YKK",
)
_KVA: Final = (30, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500)
_POWERS: Final = (
    "0.75",
    "1.1",
    "1.5",
    "2.2",
    "3",
    "4",
    "5.5",
    "7.5",
    "11",
    "15",
    "18.5",
    "22",
    "30",
    "37",
    "45",
    "55",
    "75",
    "90",
    "110",
    "132",
    "160",
)


def large_list(rows: int, seed: int = 20261121) -> tuple[bytes, int]:
    """The xlsx of so many rows, written by openpyxl, and how many distinct models it has."""
    chance = random.Random(seed)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("设备台账")
    sheet.append(["川西建材集团有限公司用能设备台账"])
    sheet.append(HEAD)
    models = set()
    for row in _rows(rows, chance):
        models.add(row[2])
        sheet.append(row)
    sheet.append([None, "合计", None, None, None, None, None, None, None, None, None, None, rows])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), len(models)


def _rows(rows: int, chance: random.Random) -> Iterator[list[Any]]:
    kinds = (_motor, _motor, _motor, _motor, _motor, _motor, _transformer, _pump, _pump, _fan, _fan, _others)
    for number in range(1, rows + 1):
        year = chance.randint(1975, 2024)
        made = chance.choice(
            (year, f"{year}-{chance.randint(1, 12):02}", f"{year}年{chance.randint(1, 12)}月", None)
        )
        row: list[Any] = [number, "", "", chance.choice(_MAKERS), made, *[None] * 12]
        chance.choice(kinds)(row, chance)
        row[12] = chance.choice((1, 1, 1, 2, 3, "2台"))
        row[13] = f"{chance.randint(1, 60)}号{chance.choice(('车间', '厂房', '泵房', '工段'))}"
        row[14] = chance.choice(("在用", "在用", "在用", "备用", "停用", "运行"))
        if chance.random() < 0.2:
            row[16] = f"台账 {chance.randint(1000, 9999)}"
        yield row


def _motor(row: list[Any], chance: random.Random) -> None:
    poles = chance.choice((2, 4, 6, 8))
    row[1] = chance.choice(("三相异步电动机", "电动机", "三相异步电动机", "隔爆型三相异步电动机"))
    if chance.random() < 0.2:
        row[2] = f"JO{chance.choice((2, 3))}-{chance.randint(1, 9)}{chance.randint(1, 2)}-{poles}"
    else:
        end = chance.choice(
            (
                "",
                "",
                f" {chance.choice(_POWERS)}kW",
                f" B{chance.choice((3, 5, 35))}",
                f" {chance.randint(1, 400)}#",
                f"（{chance.randint(1, 900)}号机）",
            )
        )
        row[2] = f"{chance.choice(_SERIES)}{chance.choice(_FRAMES)}-{poles}{end}"
    row[5] = chance.choice(
        (chance.choice(_POWERS), f"{chance.choice(_POWERS)}kW", float(chance.choice(_POWERS)))
    )
    row[7] = chance.choice((poles, None, f"{poles}P"))
    row[8] = chance.choice((380, "380V", "380/660", None))


def _transformer(row: list[Any], chance: random.Random) -> None:
    kva = chance.choice(_KVA)
    row[1] = chance.choice(("油浸式配电变压器", "变压器", "干式变压器"))
    series = chance.choice(("S7", "S8", "S9", "S9-M", "S11", "S13-M", "SCB10", "SCB12", "SG8", "SJL"))
    row[2] = f"{series}-{kva}/{chance.choice((6, 10, 35))}"
    row[6] = chance.choice((kva, f"{kva}kVA"))
    row[8] = chance.choice(("10/0.4kV", "10kV", None))


def _pump(row: list[Any], chance: random.Random) -> None:
    row[1] = chance.choice(("离心泵", "清水泵", "多级离心泵", "渣浆泵"))
    first, second, third = chance.randint(40, 350), chance.randint(32, 300), chance.randint(100, 500)
    row[2] = chance.choice(
        (
            f"IS{first}-{second}-{third}",
            f"{chance.randint(2, 14)}BA-{chance.randint(6, 29)}",
            f"{first}D{second}X{chance.randint(2, 9)}",
        )
    )
    row[5] = chance.choice(_POWERS)


def _fan(row: list[Any], chance: random.Random) -> None:
    row[1] = chance.choice(("离心通风机", "锅炉引风机", "罗茨鼓风机"))
    size = chance.choice(("3.15", "4", "5", "6.3", "8", "10", "12.5", "16"))
    series = chance.choice(("4-72", "9-19", "9-26", "8-18", "9-27", "Y5-47", "G4-73", "Y9-35"))
    row[2] = f"{series}-{chance.randint(11, 16)}No{size}{chance.choice('ACD')}"
    row[5] = chance.choice(_POWERS)


def _others(row: list[Any], chance: random.Random) -> None:
    kind = chance.randrange(4)
    if kind == 0:
        row[1], row[2] = (
            "燃煤蒸汽锅炉",
            f"DZL{chance.choice((1, 2, 4, 6, 10, 20))}-{chance.choice(('0.7', '1.25', '1.6'))}-AⅡ",
        )
        row[9], row[10] = f"{chance.choice((1, 2, 4, 10))}t/h", "煤"
    elif kind == 1:
        row[1], row[2] = (
            "交流弧焊机",
            f"BX{chance.choice((1, 3, 6))}-{chance.choice((120, 250, 300, 330, 500))}",
        )
        row[11] = chance.choice((250, 300, 330, 500))
    elif kind == 2:
        row[1], row[2] = "螺杆空压机", f"LG-{chance.randint(3, 60)}/{chance.choice((7, 8, 10))}"
        row[5] = chance.choice(_POWERS)
    else:
        row[1], row[2] = (
            "皮带输送机",
            f"DTⅡ-{chance.choice((500, 650, 800, 1000))}-{chance.randint(10, 400)}m",
        )
