"""The lines of an energy table: as typed, and in standard coal."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from formserver.calculation.model import Figure

DIRECTIONS: Final = {"in": "输入", "out": "输出"}
SYSTEMS: Final = {
    "main": "主要生产系统",
    "auxiliary": "辅助生产系统",
    "attached": "附属生产系统",
    "excluded": "不计入",
}
USES: Final = {"fuel": "燃料动力", "feedstock": "原料", "conversion": "加工转换"}
BASES: Final = {"equivalent": "当量值", "primary": "等价值"}
ORIGINS: Final = {"": "外购", "bought": "外购", "own": "自产", "recovered": "回收自用"}
DEFAULT, MEASURED, TYPED, DIRECT = "默认", "实测", "自填", "直接折标"
"""Where a coefficient comes from: the table, a measured heating value, a person; or the amount is standard coal."""

ELECTRICITY: Final = "electricity"
"""Its amounts are also summed in kWh, and its value has two bases: it is never stated in standard coal."""


@dataclass(frozen=True, slots=True)
class EnergyLine:
    """One line as typed; every field is text. ``carrier`` is a key, a title, or free words with an own coefficient.

    ``origin`` is bought (also ""), own or recovered. The four stocks and flows are optional; with any of them
    opening + purchased − exported − closing must be the amount.
    """

    carrier: str
    direction: str = "in"
    amount: str = ""
    unit: str = ""
    coefficient: str = ""
    coefficient_unit: str = ""
    q_net: str = ""
    q_unit: str = ""
    basis: str = "equivalent"
    system: str = "main"
    use: str = "fuel"
    name: str = ""
    evidence: str = ""
    origin: str = ""
    opening_stock: str = ""
    purchased: str = ""
    exported: str = ""
    closing_stock: str = ""


@dataclass(frozen=True, slots=True)
class ConvertedLine:
    """One line in standard coal, unrounded. ``kgce`` is on the line's own ``basis``, None where that is unknown.

    ``base_amount`` is in ``base_unit``, the unit of the coefficient. ``figure`` is what the value rests on in the
    definitions, None where a person stated it. ``place`` is how messages call the line.
    """

    number: int
    place: str
    carrier: str
    title: str
    group: str
    direction: str
    system: str
    use: str
    basis: str
    counted: bool
    two_values: bool
    amount: Decimal
    unit: str
    base_amount: Decimal
    base_unit: str
    coefficient: Decimal | None
    coefficient_unit: str
    source: str
    figure: Figure | None
    kgce: Decimal | None
    equivalent: Decimal | None
    primary: Decimal | None
    name: str = ""
    evidence: str = ""
