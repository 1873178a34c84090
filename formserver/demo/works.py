"""The figures of the demonstration's works, year by year: what people would type, plausible for each industry.

Purchased and own electricity of the cement works add up to what kiln and mills used; every other figure is made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from formserver.core.models import Json

CEMENT_WORKS: Final = "川西水泥有限公司"
SECOND_CEMENT_WORKS: Final = "川西第二水泥有限责任公司"
STEEL_WORKS: Final = "川西钢铁集团有限公司"
ALUMINIUM_WORKS: Final = "岷源铝业有限公司"
CARBIDE_WORKS: Final = "芦山电石化工有限公司"
KILN: Final = "1号线"
MILLS: Final = "水泥磨车间"
HILL_MILL: Final = "云岭粉磨站，海拔1860m"
ALTITUDE: Final = "420"
HILL: Final[Mapping[str, str]] = {"altitude_m": "1860", "pressure_pa": "81300"}
"""Above 1500 m limits are corrected by the air pressure that was measured there."""
POTLINE: Final = "一系列"
CONVERTERS: Final = "1、2号转炉"


@dataclass(frozen=True, slots=True)
class CementYear:
    """A statistical period of the cement works; ``clinker_energy`` is the result of its clinker, unrounded."""

    start: str
    end: str
    output_value: str
    clinker: Mapping[str, str]
    clinker_energy: str
    cement: Mapping[str, str]
    hill_cement: Mapping[str, str]
    bought: tuple[tuple[str, str, str], ...]
    """(energy, amount, unit) of the works without the hill mill."""
    hill_electricity: str

    @property
    def rows(self) -> list[Json]:
        """The calculations of a sheet of this period."""
        prepared = {key: self.cement[key] for key in ("cement_t", "preparation_kwh")}
        used = {"clinker_energy": self.clinker_energy}
        return [
            self.clinker_row,
            row("cement.cement", MILLS, {**self.cement, **used, "altitude_m": ALTITUDE}),
            row("cement.cement_preparation", MILLS, prepared),
            row(
                "cement.cement",
                HILL_MILL,
                {**self.hill_cement, **used, **HILL},
                [line("电力", self.hill_electricity, "万kWh", name="外购")],
            ),
        ]

    @property
    def clinker_row(self) -> Json:
        """The kiln, and with it what the works bought."""
        coal, *others = self.bought
        burnt = line(*coal, q_net=self.clinker["q_net_ar"], q_unit="kJ/kg", name="入窑")
        return row("cement.clinker", KILN, self.clinker_inputs, [burnt, *(line(*one) for one in others)])

    @property
    def clinker_inputs(self) -> dict[str, str]:
        """What the clinker asks for."""
        return {**self.clinker, "waste_heat_factor": "0", "altitude_m": ALTITUDE}


CEMENT_YEARS: Final[Mapping[str, CementYear]] = {
    "2024": CementYear(
        "2024-01-01",
        "2024-12-31",
        "61275.8",
        {
            "coal_t": "214300",
            "q_net_ar": "22310",
            "clinker_t": "1562000",
            "clinker_kwh": "87160000",
            "waste_heat_kwh_net": "48690000",
        },
        "111.296311",
        {
            "clinker_ratio_pct": "78.9",
            "cement_t": "1884000",
            "preparation_kwh": "63680000",
            "drying_kgce": "1310000",
        },
        {"clinker_ratio_pct": "70.2", "cement_t": "401500", "preparation_kwh": "13530000"},
        (
            ("原煤", "214300", "t"),
            ("电力", "10215", "万kWh"),
            ("柴油", "425", "t"),
            ("汽油", "19", "t"),
        ),
        "1353",
    ),
    "2025": CementYear(
        "2025-01-01",
        "2025-12-31",
        "58640.5",
        {
            "coal_t": "208000",
            "q_net_ar": "22400",
            "clinker_t": "1550000",
            "clinker_kwh": "83700000",
            "waste_heat_kwh_net": "47922000",
        },
        "109.201651",
        {
            "clinker_ratio_pct": "78.4",
            "cement_t": "1860000",
            "preparation_kwh": "65472000",
            "drying_kgce": "1250000",
        },
        {"clinker_ratio_pct": "68.5", "cement_t": "386000", "preparation_kwh": "12660000"},
        (
            ("原煤", "208000", "t"),
            ("电力", "10125", "万kWh"),
            ("柴油", "412", "t"),
            ("汽油", "18", "t"),
        ),
        "1266",
    ),
    "2026": CementYear(
        "2026-01-01",
        "2026-06-30",
        "28310.4",
        {
            "coal_t": "102600",
            "q_net_ar": "22420",
            "clinker_t": "768000",
            "clinker_kwh": "41010000",
            "waste_heat_kwh_net": "23800000",
        },
        "108.760455",
        {
            "clinker_ratio_pct": "78.1",
            "cement_t": "912000",
            "preparation_kwh": "30005000",
            "drying_kgce": "603000",
        },
        {"clinker_ratio_pct": "67.9", "cement_t": "190200", "preparation_kwh": "6190000"},
        (("原煤", "102600", "t"), ("电力", "4721.5", "万kWh"), ("柴油", "203", "t"), ("汽油", "8", "t")),
        "619",
    ),
}
CLINKER_2023: Final[Mapping[str, str]] = {
    "coal_t": "219800",
    "q_net_ar": "22260",
    "clinker_t": "1571500",
    "clinker_kwh": "90360000",
    "waste_heat_kwh_net": "48250000",
    "waste_heat_factor": "0",
    "altitude_m": ALTITUDE,
}
LIQUID: Final[Mapping[str, Mapping[str, str]]] = {
    "2023": {"cell_ac_kwh": "1668200000", "liquid_t": "124600", "auxiliary_kwh": "46350000"},
    "2024": {"cell_ac_kwh": "1663100000", "liquid_t": "124900", "auxiliary_kwh": "45460000"},
    "2025": {"cell_ac_kwh": "1662500000", "liquid_t": "125000", "auxiliary_kwh": "45000000"},
}


def row(product: str, place: str, inputs: Mapping[str, str], energy: list[Json] | None = None) -> Json:
    """A calculation as people state it."""
    stated = [{"key": key, "value": value} for key, value in inputs.items()]
    return {"product": product, "line": place, "inputs": stated, **({"energy": energy} if energy else {})}


def line(carrier: str, amount: str, unit: str, *, direction: str = "投入", **more: str) -> Json:
    """A line of an energy table."""
    return {"carrier": carrier, "direction": direction, "amount": amount, "unit": unit, **more}


def potline_row(year: str) -> Json:
    """A potline that just keeps its limits."""
    used = [line("电力", "170750", "万kWh"), line("柴油", "310", "t")]
    return row("electrolytic_aluminium.liquid", POTLINE, LIQUID[year], used)


def converter_row() -> Json:
    """Converters that give little gas back: their process uses energy where it should yield some."""
    return row(
        "iron_steel.converter",
        CONVERTERS,
        {"output": "1860000"},
        [
            line("电力", "9672", "万kWh"),
            line("氧气", "10044", "万m³"),
            line(
                "转炉煤气", "17112", "万m³", direction="外供", q_net="7100", q_unit="kJ/m³", name="回收外供"
            ),
            line("热力", "223200", "GJ", direction="外供", name="汽化冷却回收蒸汽"),
        ],
    )


def carbide_row() -> Json:
    """Calcium carbide: its conversion to standard gas yield rests on a figure nobody has confirmed."""
    return row(
        "calcium_carbide.calcium_carbide",
        "1、2号密闭电石炉",
        {"carbide_t": "96000", "gas_yield": "292", "furnace_kwh": "295200000"},
        [line("焦炭", "51600", "t"), line("电力", "30280", "万kWh")],
    )


LADDER_STEEL: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "product": "2号高炉（1080m³）",
        "tariff": "钢铁行业阶梯电价",
        "object": "高炉工序",
        "value": "421.3",
        "published_tier": "第二档",
        "tier_basis": "省2024年度钢铁企业能耗核定结果公示",
        "kwh": "96850000",
        "paid": "4842500",
    },
    {
        "product": "450m³高炉（限制类装置）",
        "tariff": "钢铁行业差别电价",
        "category": "限制类",
        "kwh": "41280000",
        "paid": "3600000",
        "remark": "2025年11月起少缴，已书面催缴。",
    },
)
LADDER_ALUMINIUM: Final[tuple[Mapping[str, Any], ...]] = (
    {
        "product": f"电解铝{POTLINE}",
        "tariff": "电解铝行业阶梯电价",
        "value": "13424.6",
        "kwh": "1707500000",
        "paid": "85375000",
        "remark": "上一年度核定值；2025年的分档标准尚待对照文件原文确认。",
    },
)
