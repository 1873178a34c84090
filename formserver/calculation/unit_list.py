"""The units of energy supervision: what each is made of, and every way people write it.

Definitions are in the language of pint and go into a registry of our own; nothing of pint's big list is there, so a
mistyped unit is unknown instead of something else (``mt`` is no milliton, ``h`` no Planck constant).

Standard coal and oil equivalent are dimensions of their own: heat becomes coal only through a coefficient. So are the
year (it has no fixed number of hours), °C (a difference and a state look alike) and whatever is counted in pieces.
"""

from __future__ import annotations

from typing import Final

DEFINITIONS: Final = (
    "kg = [mass]",
    "t = 1000 * kg",
    "g = kg / 1000",
    "mg = g / 1000",
    "m = [length]",
    "km = 1000 * m",
    "cm = m / 100",
    "mm = m / 1000",
    "um = mm / 1000",
    "L = m ** 3 / 1000",
    "mL = L / 1000",
    "kL = 1000 * L",
    "s = [time]",
    "min = 60 * s",
    "h = 3600 * s",
    "d = 24 * h",
    "N = kg * m / s ** 2",
    "kN = 1000 * N",
    "Pa = N / m ** 2",
    "hPa = 100 * Pa",
    "kPa = 1000 * Pa",
    "MPa = 1000 * kPa",
    "J = N * m",
    "kJ = 1000 * J",
    "MJ = 1000 * kJ",
    "GJ = 1000 * MJ",
    "TJ = 1000 * GJ",
    "kcal = 41868 * J / 10",
    "W = J / s",
    "kW = 1000 * W",
    "MW = 1000 * kW",
    "GW = 1000 * MW",
    "Wh = W * h",
    "kWh = 1000 * Wh",
    "MWh = 1000 * kWh",
    "GWh = 1000 * MWh",
    "A = [current]",
    "V = W / A",
    "kV = 1000 * V",
    "VA = [apparent_power]",
    "kVA = 1000 * VA",
    "MVA = 1000 * kVA",
    "lm = [luminous_flux]",
    "Hz = [frequency]",
    "r = [turn]",
    "dB = [decibel]",
    "gce = [standard_coal]",
    "kgce = 1000 * gce",
    "tce = 1000 * kgce",
    "kgoe = [oil_equivalent]",
    "toe = 1000 * kgoe",
    "fraction = []",
    "percent = fraction / 100",
    "permille = fraction / 1000",
    "celsius = [celsius]",
    "year = [year]",
    "month = year / 12",
    "yuan = [money]",
    "Adt = [air_dry_tonne]",
)

COUNTED: Final = (
    "件 台 套 辆 艘 片 块 张 双 只 个 根 条 支 匹 卷 锭 箱 袋 桶 瓶 重量箱 标箱 标准箱 标准台 标准件 标准砖 "
    "人 人次 床 间 户 班 炉 座 次 能量因数"
)
"""Counting units: each is its own dimension, under its Chinese name."""

SPELLINGS: Final[dict[str, str]] = {
    "kg": "KG Kg 千克 公斤",
    "t": "T 吨",
    "g": "克",
    "mg": "毫克",
    "m": "米",
    "km": "千米 公里",
    "cm": "厘米",
    "mm": "毫米",
    "um": "μm 微米",
    "L": "l 升",
    "mL": "ml 毫升",
    "kL": "kl 千升",
    "s": "秒",
    "min": "分钟",
    "h": "小时",
    "d": "天 日",
    "N": "牛",
    "kN": "千牛",
    "Pa": "pa 帕",
    "hPa": "百帕",
    "kPa": "KPa kpa 千帕",
    "MPa": "Mpa 兆帕",
    "J": "焦 焦耳",
    "kJ": "KJ kj 千焦 千焦耳",
    "MJ": "Mj 兆焦 兆焦耳",
    "GJ": "Gj 吉焦 吉焦耳",
    "TJ": "太焦",
    "kcal": "Kcal KCAL 千卡 大卡",
    "W": "w 瓦",
    "kW": "KW kw Kw 千瓦",
    "MW": "兆瓦",
    "GW": "吉瓦",
    "Wh": "瓦时",
    "kWh": "KWh KWH kwh Kwh kWH 千瓦时 千瓦小时 度",
    "MWh": "MWH Mwh 兆瓦时",
    "GWh": "GWH 吉瓦时",
    "A": "安",
    "V": "伏",
    "kV": "KV kv 千伏",
    "VA": "",
    "kVA": "KVA kva 千伏安",
    "MVA": "兆伏安",
    "lm": "流明",
    "Hz": "hz 赫兹",
    "r": "转",
    "dB": "分贝",
    "gce": "克标准煤 克标煤",
    "kgce": "KGCE Kgce kgCE 千克标准煤 公斤标准煤 千克标煤 公斤标煤",
    "tce": "TCE Tce tCE 吨标准煤 吨标煤",
    "kgoe": "KGOE 千克标准油 千克标油 公斤标准油",
    "toe": "TOE 吨标准油 吨标油 吨油当量",
    "fraction": "",
    "percent": "% 百分数 百分点",
    "permille": "‰",
    "celsius": "°C 摄氏度",
    "year": "年 a",
    "month": "月 个月",
    "yuan": "元 人民币元",
    "Adt": "adt ADt ADT 吨风干浆",
}
"""Other spellings of a defined unit, after compatibility normalisation (² is 2, ℃ is °C, ％ is %)."""

POWERED: Final[dict[str, tuple[str, int]]] = {
    "Nm3": ("m", 3),
    "nm3": ("m", 3),
    "NM3": ("m", 3),
    "Sm3": ("m", 3),
    "M3": ("m", 3),
    "M2": ("m", 2),
    "立方米": ("m", 3),
    "标准立方米": ("m", 3),
    "标立方米": ("m", 3),
    "标立方": ("m", 3),
    "标方": ("m", 3),
    "立方": ("m", 3),
    "平方米": ("m", 2),
    "平方公里": ("km", 2),
    "平方千米": ("km", 2),
}
"""Names of areas and volumes. Gas volumes of standard state are cubic metres: which state is meant, the input says."""

MULTIPLES: Final[dict[str, int]] = {
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
}
"""Words of number in front of any unit: 万kWh, 百万片, 百米, 亿元."""

SHOWN: Final[dict[str, str]] = {
    "percent": "%",
    "permille": "‰",
    "celsius": "°C",
    "year": "年",
    "month": "月",
    "yuan": "元",
    "um": "μm",
}
"""How a unit is written on pages where its name in the registry is not that already."""
