"""The coefficients of GB/T 2589-2020 as shipped: well formed, consistent, and honest about what is not known."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from formserver.calculation.coefficients import Coefficients, coefficients_from_json
from formserver.calculation.model import Confidence
from formserver.calculation.units import convertible, unit

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
DATA: dict[str, Any] = json.loads((SCHEMAS / "coefficients/gbt2589/2020.json").read_text("utf-8"))
META: dict[str, Any] = json.loads((SCHEMAS / "meta/coefficients.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def table() -> Coefficients:
    return coefficients_from_json(DATA, "coefficients/gbt2589/2020", "a" * 64)


def test_the_file_has_the_form_of_its_kind_and_no_floats() -> None:
    jsonschema.Draft202012Validator(META).validate(DATA)

    def no_float(text: str) -> None:
        raise AssertionError(f"{text} is a float")

    json.loads((SCHEMAS / "coefficients/gbt2589/2020.json").read_text("utf-8"), parse_float=no_float)


@pytest.mark.parametrize(
    "change",
    [
        {"coefficient": 0.7143},
        {"coefficient": "-1"},
        {"coefficient": "0.7", "range": ["0.6", "0.8"]},
        {"range": ["0.6"], "coefficient": None},
        {"confidence": "certain"},
        {"unit": ""},
        {"unheard_of": True},
    ],
)
def test_the_form_refuses(change: dict[str, Any]) -> None:
    faulty = {**DATA, "carriers": {"raw_coal": {**DATA["carriers"]["raw_coal"], **change}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(META).validate(faulty)


def test_units_are_known_and_heating_values_belong_to_the_unit(table: Coefficients) -> None:
    for carrier in table.carriers.values():
        assert convertible(carrier.figure.unit, unit("kgce") / unit(carrier.unit)), carrier.key
        if carrier.heat_unit:
            assert convertible(carrier.heat_unit, unit("kJ") / unit(carrier.unit)), carrier.key


def test_coefficients_agree_with_their_heating_values(table: Coefficients) -> None:
    standard = table.standard_coal_heat.value
    assert standard == Decimal("29307.6")
    compared = 0
    for carrier in table.carriers.values():
        ends = [
            (carrier.low or carrier.figure, carrier.heat_low),
            (carrier.high or carrier.figure, carrier.heat_high),
        ]
        for figure, heat in ends:
            if figure.value is None or heat is None:
                continue
            scale = unit(carrier.heat_unit).scale / (unit("kJ") / unit(carrier.unit)).scale
            per = heat * scale.numerator / scale.denominator / standard
            assert abs(per - figure.value) <= figure.value * Decimal("0.01"), carrier.key
            compared += 1
    assert compared > 60


def test_figures_have_ids_of_their_own_and_say_how_sure_they_are(table: Coefficients) -> None:
    ids = [figure.id for figure in table.figures]
    assert len(ids) == len(set(ids))
    assert "coefficients/gbt2589/2020#electricity" in ids
    assert "coefficients/gbt2589/2020#natural_gas/low" in ids
    for figure in table.figures:
        assert (figure.value is None) == (figure.confidence is Confidence.UNKNOWN)
        if figure.confidence is Confidence.VERIFIED:
            assert figure.source, figure.id


def test_ranges_have_no_value_of_their_own(table: Coefficients) -> None:
    ranges = [carrier for carrier in table.carriers.values() if carrier.is_range]
    assert {"natural_gas", "coal_slime", "coke_oven_gas", "biogas"} <= {carrier.key for carrier in ranges}
    for carrier in ranges:
        assert carrier.figure.value is None
        assert carrier.low is not None
        assert carrier.high is not None
        assert carrier.low.value is not None
        assert carrier.high.value is not None
        assert carrier.low.value < carrier.high.value
        assert carrier.heat_value is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("原煤", "raw_coal"),
        ("raw_coal", "raw_coal"),
        ("外购电力", "electricity"),
        ("电", "electricity"),
        ("ＬＮＧ", "lng"),
        ("lng", "lng"),
        ("石油焦", "petroleum_coke"),
        ("乙醇(用作燃料)", "ethanol_fuel"),
        (" 天 然 气 ", "natural_gas"),
        ("新鲜水", "fresh_water"),
    ],
)
def test_carriers_by_the_names_people_use(table: Coefficients, text: str, key: str) -> None:
    found = table.by_title(text)
    assert found is not None
    assert found.key == key
    assert table.carrier(key) is found


def test_names_are_not_shared(table: Coefficients) -> None:
    seen: dict[str, str] = {}
    for carrier in table.carriers.values():
        for name in (carrier.key, carrier.title, *carrier.aliases):
            assert seen.setdefault(name, carrier.key) == carrier.key, name
    assert table.by_title("没有这种能源") is None


def test_the_primary_value_of_electricity_is_no_constant(table: Coefficients) -> None:
    electricity = table.carriers["electricity"]
    assert electricity.two_values
    assert not electricity.primary
    assert "上一年度" in electricity.primary_note
    assert [(one.what, one.text) for one in electricity.alternates] == [("primary", "0.404")]
    assert all(
        not carrier.two_values
        for key, carrier in table.carriers.items()
        if key not in ("electricity", "heat")
    )
