"""Grades of equipment: rows found or not, full comparison, what is known of the minimum, editions, bad input."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.calculation.grade_checking import check_grades
from formserver.calculation.grade_library import GRADES_UNKNOWN, GradeLibrary
from formserver.calculation.grade_model import (
    GRADE_WORDS,
    GradeRequest,
    GradeResult,
    GradeState,
    GradeTable,
    Row,
)
from formserver.calculation.grades import grade
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.errors import AppError

CATALOGUE = shipped_catalogue(SystemClock())
LIBRARY = GradeLibrary(CATALOGUE)
TABLES = [one for name in LIBRARY.names() for one in LIBRARY.editions(name)]
ON = date(2025, 6, 1)


def ask(table: str, /, **inputs: str) -> GradeResult:
    return ask_on(table, ON, inputs)


def ask_on(table: str, on: date, inputs: dict[str, str]) -> GradeResult:
    return grade(LIBRARY, GradeRequest(table, on, inputs))


def everything(_id: str, _value: str) -> bool:
    return True


@pytest.mark.parametrize("table", TABLES, ids=lambda one: one.id)
def test_every_table_is_sound_and_its_examples_come_out(table: GradeTable) -> None:
    definition = CATALOGUE.definition("grades", table.name, table.edition)
    assert meta_faults("grades", json.loads(definition.content)) == []
    assert len(table.examples) >= 3
    assert check_grades(LIBRARY, table) == []


def test_the_tables_are_as_large_as_the_reference() -> None:
    rows = {one.name: len(one.rows) for one in TABLES}
    assert rows == {"motor": 116, "transformer": 57, "air_compressor": 0, "fan": 0, "pump": 0}


@pytest.mark.parametrize(
    ("efficiency", "word"),
    [
        ("91.3999", "低于3级"),
        ("91.4", "3级"),
        ("93.2999", "3级"),
        ("93.3", "2级"),
        ("94.6", "1级"),
        ("100", "1级"),
    ],
)
def test_the_full_value_is_compared(efficiency: str, word: str) -> None:
    result = ask("motor", poles="4", kw="11", efficiency=efficiency)
    assert (result.grade, result.row) == (word, "4极，11kW")
    assert result.state is GradeState.UNCONFIRMED


def test_a_grade_rests_on_the_limit_kept_and_the_stricter_one_not_kept() -> None:
    result = ask("motor", poles="2", kw="0.75", efficiency="81")
    assert [one.id.rsplit("/", 1)[1] for one in result.unconfirmed] == ["2"]
    assert (result.passes, result.passes_state) == (True, GradeState.SETTLED)
    request = GradeRequest("motor", ON, {"poles": "2", "kw": "0.75", "efficiency": "81"})
    assert grade(LIBRARY, request, confirmed=everything).state is GradeState.SETTLED


def test_one_loss_too_high_is_enough_to_fail() -> None:
    result = ask("transformer", type="oil_10kv", connection="Yyn0", kva="100", p0="10", pk="1500.01")
    assert (result.grade, result.passes) == ("低于3级", False)
    assert [one.id for one in result.unconfirmed] == [
        "grades/transformer/gb20052-2024#rows/oil10-yyn0-100/pk/3"
    ]


def test_a_missing_middle_grade_leaves_two_possibilities() -> None:
    inputs = {"type": "oil_35kv", "kva": "3150", "p0": "1900", "pk": "21000"}
    result = ask("transformer", **inputs)
    assert (result.grade, result.grades, result.passes) == ("", ("2级", "3级"), True)
    assert "2级限值未录入" in result.troubles[0].message
    assert ask("transformer", **{**inputs, "p0": "1700", "pk": "20700"}).grade == "1级"
    assert ask("transformer", **{**inputs, "p0": "2401"}).grade == "低于3级"


@pytest.mark.parametrize(
    ("kw", "beside"),
    [("12", ("11kW", "15kW")), ("0.05", ("0.12kW",)), ("1000", ("200kW",)), ("11.0001", ("11kW", "15kW"))],
)
def test_powers_between_rows_are_named_and_never_interpolated(kw: str, beside: tuple[str, ...]) -> None:
    result = ask("motor", poles="4", kw=kw, efficiency="95")
    assert (result.grade, result.neighbours) == ("", beside)
    assert [one.code for one in result.troubles] == ["OUT_OF_TABLE_RANGE"]
    assert all(word in result.troubles[0].message for word in beside)


def test_a_number_finds_its_row_however_it_is_written() -> None:
    assert ask("motor", poles="4极", kw="11.00", efficiency="91.4").grade == "3级"
    assert ask("motor", poles="4", kw="１１ kW", efficiency="91.4%").grade == "3级"


@pytest.mark.parametrize(
    ("table", "on", "word"),
    [("motor", date(2021, 5, 31), "GB 18613-2012"), ("transformer", date(2025, 1, 31), "GB 20052-2020"),
     ("air_compressor", date(2020, 6, 30), "GB 19153-2009")],
)  # fmt: skip
def test_days_of_an_edition_without_values_name_it(table: str, on: date, word: str) -> None:
    result = ask_on(table, on, {})
    assert (result.troubles[0].code, result.troubles[0].field) == ("LIMIT_UNKNOWN", "on")
    assert word in result.troubles[0].message
    assert result.grade == ""


def test_what_cannot_be_graded_is_still_worked_out() -> None:
    result = ask("air_compressor", type="oil_screw", kw="110", pressure="0.8", power="123.615", flow="20.1")
    assert [one.value for one in result.steps] == [Decimal("6.15")]
    assert [one.code for one in result.troubles] == ["LIMIT_UNKNOWN"]
    pump = ask("pump", type="single", flow="200", head="50", shaft_power="34")
    assert pump.steps[0].value.quantize(Decimal("0.0001")) == Decimal("80.1471")


@pytest.mark.parametrize(
    ("model", "said"),
    [("YE3-160M-4", "IE3"), ("YE4-315L1-4", "IE4"), ("Y200L-4", "Y系列"), ("Y2-160M", "Y2系列"), ("YX3-160", None),
     ("JO2-72-4", None)],
)  # fmt: skip
def test_the_name_of_a_model_is_a_hint_only(model: str, said: str | None) -> None:
    result = ask("motor", poles="4", kw="11", efficiency="91.4", model=model)
    hints = [one for one in result.remarks if "型号提示" in one]
    assert (hints != []) == (said is not None)
    assert said is None or said in hints[0]
    assert result.grade == "3级"


@settings(max_examples=200, deadline=None)
@given(
    row=st.sampled_from(TABLES[0].rows),
    values=st.tuples(*[st.decimals("40", "99.99", places=3)] * 2),
)
def test_more_efficiency_never_worsens_the_grade(row: Row, values: tuple[Decimal, Decimal]) -> None:
    at = row.at
    low, high = (
        ask("motor", poles=at["poles"], kw=at["kw"], efficiency=f"{value:f}").grades
        for value in sorted(values)
    )
    order = list(GRADE_WORDS.values())
    assert order.index(high[0]) <= order.index(low[0])
    assert order.index(high[-1]) <= order.index(low[-1])


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(LIBRARY.names()),
    inputs=st.dictionaries(
        st.sampled_from(["poles", "kw", "efficiency", "type", "connection", "kva", "p0", "pk", "power", "flow", "model",
                         "specific_power", "pressure", "head", "shaft_power"]),
        st.one_of(st.text(max_size=70), st.decimals(allow_nan=True).map(str), st.sampled_from(["4", "11", "oil_10kv"])),
    ),
    on=st.dates(),
)  # fmt: skip
def test_nothing_typed_breaks_it(name: str, inputs: dict[str, str], on: date) -> None:
    result = ask_on(name, on, inputs)
    assert result.state is not GradeState.SETTLED or result.grade


def test_unknown_equipment_is_not_found() -> None:
    with pytest.raises(AppError) as caught:
        ask("boiler")
    assert caught.value.code is GRADES_UNKNOWN
