"""Units people write, and what each is in the unit of the column. Exact decimals, never binary fractions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

_POWER: Final = {"kw": "1", "千瓦": "1", "w": "0.001", "瓦": "0.001", "mw": "1000", "兆瓦": "1000",
                 "马力": "0.73549875", "匹马力": "0.73549875", "ps": "0.73549875"}  # fmt: skip
_CAPACITY: Final = {
    "kva": "1",
    "千伏安": "1",
    "va": "0.001",
    "伏安": "0.001",
    "mva": "1000",
    "兆伏安": "1000",
}
_VOLTAGE: Final = {"v": "1", "伏": "1", "伏特": "1", "kv": "1000", "千伏": "1000", "万伏": "10000"}
_CURRENT: Final = {"a": "1", "安": "1", "安培": "1", "ka": "1000", "千安": "1000"}
_WATTS: Final = {"w": "1", "瓦": "1", "kw": "1000", "千瓦": "1000"}
_PIECES: Final = dict.fromkeys(
    ("台", "套", "台套", "台/套", "台(套)", "个", "只", "组", "件", "座", "辆"), "1"
)
_POLES: Final = {"p": "1", "极": "1", "级": "1", "poles": "1"}
STEAM: Final = ("t/h", "吨/时", "吨/小时", "吨", "蒸吨", "蒸吨/小时", "t", "th", "t/小时", "吨/h")
HEAT: Final = {"mw": "1", "兆瓦": "1", "kw": "0.001", "千瓦": "0.001", "万大卡": "0.01163", "万大卡/小时": "0.01163",
               "万大卡/h": "0.01163", "万千卡/时": "0.01163", "万kcal/h": "0.01163"}  # fmt: skip
UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = {
    key: {unit: Decimal(factor) for unit, factor in units.items()}
    for key, units in {
        "power_kw": _POWER,
        "capacity_kva": _CAPACITY,
        "voltage_v": _VOLTAGE,
        "current_a": _CURRENT,
        "p0_w": _WATTS,
        "pk_w": _WATTS,
        "efficiency_pct": {"%": "1", "％": "1"},
        "quantity": _PIECES,
        "seq": {"号": "1"},
        "poles": _POLES,
    }.items()
}
"""Column key → unit in small letters → factor to the unit of the column. Metric horsepower is 735.49875 W exactly."""
BOILER_UNITS: Final = frozenset(STEAM) | frozenset(HEAT)
_BLANKS: Final = re.compile(r"\s+")


def plain_unit(text: str) -> str:
    """A unit as it stands in the tables: half width, small letters, no blanks."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).lower().replace("·", "")


def fits(key: str, unit: str) -> bool:
    """Whether a (plain) unit belongs to a column."""
    return unit in BOILER_UNITS if key == "boiler_capacity" else unit in UNITS.get(key, {})
