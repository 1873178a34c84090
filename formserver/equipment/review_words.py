"""Words of the review page: reasons, what is missing and where it can be found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REASON_WORDS: Final[Mapping[str, str]] = {
    "C01": "型号和条件全部符合",
    "C02": "只写了系列名",
    "C03": "缺判定所需的数据",
    "C04": "在列，但不在强制年限内",
    "C05": "派生或相邻系列，目录未列",
    "C06": "系列在列，该规格未列",
    "C07": "条件范围外或含限定词",
    "C08": "低于现行强制性能效标准",
    "C09": "一行写了多个型号",
    "C10": "看不出设备类别",
    "C11": "所依据的规则来源待核",
    "C12": "型号与功率、容量或极数矛盾",
    "C13": "型号经易混字符还原",
}
"""After the matching specification §7."""
HOW_TO_GET: Final[Mapping[str, str]] = {
    "name": "写设备全称，须看得出类别（电动机、变压器、泵等）。",
    "model": "照铭牌抄写完整型号，一格一个型号。",
    "made": "看铭牌上的出厂日期或编号，或查合格证、设备档案、采购发票；铭牌请拍照上传。",
    "power_kw": "看铭牌上的额定功率（kW）。",
    "capacity_kva": "看铭牌上的额定容量（kVA）。",
    "poles": "看铭牌；没有写极数时，按同步转速推算：3000 转为 2 极，1500 转为 4 极，1000 转为 6 极，750 转为 8 极。",
    "voltage_v": "看铭牌上的额定电压；隔爆和高压电动机必须填。",
    "boiler_capacity": "看锅炉铭牌或使用登记证上的蒸发量（t/h）或热功率（MW），连同单位。",
    "fuel": "看锅炉使用登记证，或现场查看燃料。",
    "current_a": "看焊机铭牌上的额定焊接电流（A）。",
    "efficiency_pct": "看铭牌或能效检测报告上的额定效率。",
    "p0_w": "看变压器铭牌或出厂试验报告的空载损耗。",
    "pk_w": "看变压器铭牌或出厂试验报告的负载损耗。",
    "label_grade": "看设备上的能效标识。",
}
NOT_KNOWN: Final = "看铭牌、出厂文件或设备档案。"
COLOURS: Final[Mapping[str, str]] = {
    "eliminated": "red",
    "review": "amber",
    "restricted": "blue",
    "ok": "green",
    "": "grey",
}
"""Colours of verdicts; the word always stands beside them."""
