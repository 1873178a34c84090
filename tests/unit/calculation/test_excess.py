"""超标能耗量 and the numbers shown, held against what a person works out by hand."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

import pytest

from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import request_from_json
from formserver.calculation.results import Verdict
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue

from .conftest import Trial
from .product_cases import Case, cases
from .test_all_products import scaled

BY_HAND = {
    ("kgce/t", "t"): ("0.001", "tce"),
    ("tce/t", "t"): ("1", "tce"),
    ("kWh/t", "t"): ("1", "kWh"),
    ("kWh/m²", "m²"): ("1", "kWh"),
    ("kgce/m³", "m³"): ("0.001", "tce"),
    ("kgce/Adt", "Adt"): ("0.001", "tce"),
    ("gce/(kW·h)", "kWh"): ("0.000001", "tce"),
    ("kgce/GJ", "GJ"): ("0.001", "tce"),
    ("kgce/m²", "m²"): ("0.001", "tce"),
    ("kgoe/t", "t"): ("0.001", "toe"),
    ("kgce/kg", "kg"): ("0.001", "tce"),
    ("kgce/kg", "t"): ("1", "tce"),
    ("kgce/重量箱", "重量箱"): ("0.001", "tce"),
    ("kgce/toe", "toe"): ("0.001", "tce"),
    ("kgce/千m²", "千m²"): ("0.001", "tce"),
    ("kgce/kL", "kL"): ("0.001", "tce"),
    ("kgce/百米", "百米"): ("0.001", "tce"),
    ("kgoe/(t·能量因数)", "t·能量因数"): ("0.001", "toe"),
    ("kgce/百万片", "百万片"): ("0.001", "tce"),
    ("kg/t", "t"): None,
    ("1", "kWh"): None,
}
"""(unit of the indicator, of the output) → what one unit of both together is."""


@lru_cache(maxsize=1)
def everything() -> list[Case]:
    """Every product."""
    return cases(Library(shipped_catalogue(SystemClock())))


def test_the_excess_of_every_kind_of_unit_is_what_a_person_works_out() -> None:
    seen = set()
    for case in everything():
        for one in scaled(case, Decimal(10**6)).indicators:
            hand = BY_HAND[one.unit, one.output_unit]
            held = one.limit(3)
            if one.computed_passes is not False or held is None or held.limit is None:
                continue
            seen.add((one.unit, one.output_unit))
            if hand is None:
                assert (one.excess, one.excess_unit) == (None, "")
                continue
            factor, word = hand
            assert one.value is not None
            assert one.output is not None
            expected = (one.value - held.limit) * one.output * Decimal(factor)
            assert one.excess_unit == word, case.id
            assert one.excess is not None
            assert abs(one.excess - expected) <= abs(expected) * Decimal("1e-20"), case.id
    assert len(seen) >= 17, set(BY_HAND) - seen


@pytest.mark.parametrize(
    ("product", "inputs", "period", "excess", "unit", "deviation"),
    [
        # 15 001 000 / 10 000 000 = 1.5001 of 1.5: no energy per output, so no excess
        ("data_centre.data_centre", {"total_kwh": "15001000", "it_kwh": "10000000"}, "2025", None, "", "0.0067"),
        # 306 − 299 = 7 gce/kWh over a supply of 10⁹ kWh are 7 000 tce
        ("coal_power.power_sc_600", {"standard_coal_tce": "306000", "generation_kwh": "1050000000",
         "auxiliary_kwh": "50000000", "k_total": "1", "rate_addition": "0"}, "2025-04", "7000", "tce", "2.3411"),
        # 45 − 42.5 = 2.5 kgce/GJ of 3 000 000 GJ are 7 500 tce
        ("coal_power.heat_sub_600", {"standard_coal_tce": "450000", "heat_supply_gj": "3000000",
         "heat_total_gj": "10000000", "k_heat": "1"}, "2025-04", "7500", "tce", "5.8824"),
    ],
)  # fmt: skip
def test_an_excess_by_hand(product, inputs, period, excess, unit, deviation) -> None:
    library = everything()[0].library
    name, _, key = product.partition(".")
    first = f"{period}-01-01" if len(period) == 4 else f"{period}-01"
    data = {
        "calculator": name,
        "product": key,
        "inputs": inputs,
        "period": {"start": first, "end": "2025-12-31"},
    }
    one = calculate(library, request_from_json(data)).indicators[0]
    assert (one.excess, one.excess_unit) == (None if excess is None else Decimal(excess), unit)
    if deviation is not None:
        assert one.deviation_pct is not None
        assert f"{one.deviation_pct:.4f}" == deviation


@pytest.mark.parametrize(
    ("power", "digits", "shown"),
    [
        ("100.5", 0, "100"),
        ("101.5", 0, "102"),
        ("100.05", 1, "100.0"),
        ("100.15", 1, "100.2"),
        ("100.25", 1, "100.2"),
        ("100.250000000001", 1, "100.3"),
        ("13.4546", 0, "13"),
        ("0.00", 2, "0.00"),
        ("-0.004", 2, "0.00"),
        ("-0.005", 2, "0.00"),
        ("-0.015", 2, "-0.02"),
        ("1000000000000.005", 2, "1000000000000.00"),
    ],
)
def test_numbers_are_shown_by_the_standard_of_rounding(trial: Trial, power, digits, shown) -> None:
    def places(method, limits) -> None:
        method["inputs"]["electricity"].pop("minimum")
        method["products"][0]["indicators"][0]["digits"] = digits

    assert trial.work_out(places, electricity=power).indicators[0].shown == shown


def test_what_is_shown_never_decides(trial: Trial) -> None:
    """110.004 is shown as 110.00, the limit is 110, and it is over all the same."""
    found = trial.work_out(electricity="110.004").indicators[0]
    assert (found.shown, found.verdict, found.excess) == ("110.00", Verdict.FAIL, Decimal("0.004"))
    assert found.deviation_pct == Decimal("0.004") / 110 * 100 or abs(
        found.deviation_pct - Decimal("0.4") / 110
    ) < Decimal("1e-20")
