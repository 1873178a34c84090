"""What name and model of a row say about its grade table."""

from __future__ import annotations

from decimal import Decimal

import pytest

from formserver.calculation.grade_model import Series
from formserver.calculation.grade_rows import poles_in, series_says, table_for, transformer_type
from formserver.calculation.model import Confidence


@pytest.mark.parametrize(
    ("name", "unit", "table"),
    [
        ("水泵电机", "", "motor"),
        ("风机用电动机", "", "motor"),
        ("变压器油泵", "", "pump"),
        ("离心通风机", "", "fan"),
        ("螺杆空压机", "", "air_compressor"),
        ("干式", "kVA", "transformer"),
        ("破碎机", "kW", ""),
        ("", "", ""),
    ],
)
def test_the_word_that_ends_last_decides(name: str, unit: str, table: str) -> None:
    assert table_for(name, unit) == table


@pytest.mark.parametrize(
    ("model", "kilovolts", "kind"),
    [
        ("S11-M-630/10", None, "oil_10kv"),
        ("S11-630", None, "oil_10kv"),
        ("S11-3150", Decimal(35), "oil_35kv"),
        ("S11-3150/35/10", None, "oil_35kv"),
        ("SZ11-31500/110", None, ""),
        ("SCB10-1000/35", None, ""),
        ("scb13-1600/10", None, "dry_10kv"),
        ("SCBH15-500/10", None, "dry_10kv_amorphous"),
        ("SBH15-M-400", None, "oil_10kv_amorphous"),
        ("DBK-500", None, ""),
        ("", None, ""),
    ],
)
def test_types_of_transformers(model: str, kilovolts: Decimal | None, kind: str) -> None:
    assert transformer_type(model, kilovolts) == kind


def test_poles_and_hints() -> None:
    assert [poles_in(one) for one in ("Y160M-4", "y160m-4 P", "Y160M-12", "Y160M")] == ["4", "4", "", ""]
    said = [
        series_says(Series("X", text, Confidence.RECALLED))
        for text in ("相当于2级", "低于现行限定值", "未知")
    ]
    assert said == [("2级", False), ("", True), ("", None)]
