"""The kind word that ends last decides."""

from __future__ import annotations

import pytest

from formserver.equipment.matching.categories import categoriser, plain_name
from tests.support.recognising import AS_OF, library

CATEGORY = categoriser(library().rule_sets(AS_OF)[0].grammar)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("三相异步电动机", "motor"),
        ("水泵电机", "motor"),
        ("隔爆风机电机", "motor"),
        ("变压器油泵", "pump"),
        ("电焊机", "welder"),
        ("弧焊整流器", "welder"),
        ("电机车", "other"),
        ("柴油发电机组", "other"),
        ("PLC控制器", "other"),
        ("plc 控制器", "other"),
        ("混凝土搅拌机", "other"),
        ("矿井提升机", "other"),
        ("制冷剂", "other"),
        ("制冷压缩机", "compressor"),
        ("离心引风机", "fan"),
        ("热水锅炉", "boiler"),
        ("井式渗碳炉", "furnace"),
        ("普通车床", "machine_tool"),
        ("热继电器", "switchgear"),
        ("疏水阀", "valve"),
        ("离心泵机组", "pump"),
        ("离心风机（含电机）", "fan"),
        ("（备用）水 泵", "pump"),
        ("（电动机）", "motor"),
        ("", "unknown"),
        ("设备", "unknown"),
        ("其他", "unknown"),
        ("－", "unknown"),
        ("皮带机", "unknown"),
        ("电" * 10_000, "unknown"),
    ],
)
def test_names(name: str, category: str) -> None:
    assert CATEGORY(plain_name(name)) == category
