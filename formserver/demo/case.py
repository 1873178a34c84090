"""The bodies of one complete case: the samples (范本) of every type, tied together and pushed to what paper must bear.

Long paragraphs, ``<``, ``&``, ℃, m³, rare characters (𠮷, 䶮) and tables of forty rows: whatever real inspections
bring, so that a template that cannot carry it shows at once.
"""

from __future__ import annotations

import copy
from typing import Any, Final

from formserver.core.definitions.editions import Catalogue
from formserver.core.drafts import with_row_keys
from formserver.core.models import Json
from formserver.demo.sheets import SHEET, case_sheet, give_calculations

VISIT_DAY: Final = "2026-11-17"
ORDER: Final = (
    "inspection_notice",
    "service_receipt",
    "integrity_pledge",
    "on_site_statement",
    "power_of_attorney",
    "verification_form",
    SHEET,
    "site_record",
    "inquiry_record",
    "pledge_feedback",
)
"""The legal order of the papers of one visit."""

ROWS: Final = 40
_PLACES: Final = (
    "原料磨车间",
    "1号窑尾",
    "煤粉制备车间",
    "2号水泥磨",
    "余热电站",
    "空压站",
    "矿山破碎",
    "包装车间",
)
_MODELS: Final = (
    ("三相异步电动机", "Y200L-4", "30", "kW"),
    ("三相异步电动机", "YE3-280S-4", "75", "kW"),
    ("三相异步电动机", "JO2-72-4", "30", "kW"),
    ("电力变压器", "S7-630/10", "630", "kVA"),
    ("电力变压器", "SCB13-1600/10", "1600", "kVA"),
    ("离心式通风机", "4-72-11 No.8C", "22", "kW"),
    ("螺杆空气压缩机", "LU110-8Ⅱ", "110", "kW"),
    ("单级离心清水泵", "IS150-125-315", "30", "kW"),
)
_ELIMINATED: Final = frozenset({"Y200L-4", "JO2-72-4", "S7-630/10"})
"""Of these, what the elimination catalogues name."""


def complete_case(catalogue: Catalogue, number: str) -> dict[str, Json]:
    """A complete body for every type of :data:`ORDER`; ``number`` is the 文号 of the notice."""
    bodies = {key: copy.deepcopy(catalogue.sample(key)) for key in ORDER}
    bodies[SHEET] = case_sheet(catalogue, VISIT_DAY)
    give_calculations(bodies["verification_form"])
    _many_materials(bodies["inspection_notice"])
    for key in ("site_record", "verification_form"):
        bodies[key]["equipment"] = _equipment(bodies[key]["equipment"])
    _hard_characters(bodies["site_record"])
    for body in bodies.values():
        if "notice_ref" in body and number:
            body["notice_ref"] = number
    if number:
        bodies["service_receipt"]["docs"][0]["doc_no"] = number
    return {key: with_row_keys(body) for key, body in bodies.items()}


def _many_materials(body: Json) -> None:
    rows: list[Json] = body["materials"]
    rows += [
        {"name": f"第{index}号用能设备的铭牌照片、能效标识和购置凭证", "form": "复印件盖章"}
        for index in range(1, ROWS - len(rows) + 1)
    ]


def _equipment(rows: list[Json]) -> list[Json]:
    made = list(rows)
    listed, modern = rows[0], rows[3]  # a motor of an eliminated series, and one that is not
    for index in range(len(rows), ROWS):
        name, model, rated, unit = _MODELS[index % len(_MODELS)]
        row = copy.deepcopy(listed if model.startswith("JO2") else modern)
        for own in ("_k", "serial_no", "photo"):
            row.pop(own, None)
        row.update(
            name=name,
            model=model,
            serial_no=f"{2004 + index % 18}-{index:04d}",
            made_on=f"{2004 + index % 18}-{1 + index % 12:02d}-15",
            maker="示范电机有限公司" if "电动机" in name else "示范通用机械有限公司",
            qty=1 + index % 4,
            rated=rated,
            rated_unit=unit,
            location=f"{_PLACES[index % len(_PLACES)]}（标高 {index % 30}.5 m）",
            state="在用" if index % 5 else "备用",
        )
        if "manual_confirm" in row:
            row["manual_confirm"] = "确认淘汰" if model in _ELIMINATED else "排除"
        made.append(row)
    return made


def _hard_characters(body: Json) -> None:
    section: dict[str, Any] = body["sections"][0]
    section["facts"] += (
        "\n窑尾烟室温度 1050℃ < 1100℃，窑头罩负压 -30Pa & 二次风温 1080℃；废气量 285000m³/h，"
        "O₂ 2.8%；“煤粉水分<1.5%”一栏由𠮷永强填写，䶮工核对。表内“{{ 备注 }}”和“{% 说明 %}”两处为企业原样书写。"
    )
    body["present"].append(
        {"name": "𠮷永强", "org": "川西水泥有限公司", "title": "中控操作员", "capacity": "其他"}
    )
