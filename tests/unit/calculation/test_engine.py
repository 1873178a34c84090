"""Levels, corrections, confidence and troubles of one calculation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.calculation.energy_lines import EnergyLine
from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import Request
from formserver.calculation.results import Verdict

from .conftest import Trial


def only(result):
    """The one indicator of the small calculator."""
    return result.indicators[0]


@pytest.mark.parametrize(
    ("power", "level", "verdict"),
    [
        ("90", 1, Verdict.PASS),
        ("90.0000001", 2, Verdict.PASS),
        ("100", 2, Verdict.PASS),
        ("110", 3, Verdict.PASS),
        ("110.0000001", None, Verdict.FAIL),
        ("-5", None, Verdict.INCOMPLETE),
    ],
)
def test_the_first_level_kept_is_the_level_and_equality_passes(trial: Trial, power, level, verdict) -> None:
    found = trial.work_out(electricity=power)
    assert (only(found).level, only(found).verdict, found.verdict) == (level, verdict, verdict)


def test_a_new_project_is_held_to_level_two(trial: Trial) -> None:
    assert trial.work_out(electricity="100", new_project=True).verdict is Verdict.PASS
    failed = trial.work_out(electricity="105", new_project=True)
    assert (failed.verdict, only(failed).level, only(failed).excess) == (Verdict.FAIL, 3, Decimal(5))


def test_an_absent_level_is_passed_over_and_never_zero(trial: Trial) -> None:
    def no_second(method, limits) -> None:
        limits["limits"][0]["levels"]["2"] = None
        limits["limits"][0]["absent"] = [2]

    assert only(trial.work_out(no_second, electricity="95")).level == 3
    new = trial.work_out(no_second, electricity="80", new_project=True)
    assert new.verdict is Verdict.INCOMPLETE
    assert [(one.code, one.field) for one in new.troubles] == [("LIMIT_UNKNOWN", "plain/power/2")]
    assert "没有规定" in new.troubles[0].message


def test_an_unknown_limit_neither_passes_nor_fails(trial: Trial) -> None:
    def no_third(method, limits) -> None:
        limits["limits"][0]["levels"]["3"] = None

    for power in ("1", "1000"):
        found = trial.work_out(no_third, electricity=power)
        assert (found.verdict, only(found).computed_passes, only(found).level) == (
            Verdict.INCOMPLETE,
            None,
            None,
        )
        assert found.troubles[0].code == "LIMIT_UNKNOWN"


def test_a_recalled_limit_withholds_the_verdict_until_that_value_is_confirmed(trial: Trial) -> None:
    def recalled(method, limits) -> None:
        limits["limits"][0]["level_confidence"] = {"3": "recalled"}

    found = trial.work_out(recalled, electricity="105")
    assert (found.verdict, only(found).computed_passes, only(found).level) == (Verdict.UNCONFIRMED, True, 3)
    assert [one.id for one in found.unconfirmed] == ["limits/trial/gb1-2020#plain/power/3"]
    known = {("limits/trial/gb1-2020#plain/power/3", "110")}
    assert (
        trial.work_out(recalled, confirmed=lambda *asked: asked in known, electricity="105").verdict
        is Verdict.PASS
    )
    other = {("limits/trial/gb1-2020#plain/power/3", "111")}
    assert (
        trial.work_out(recalled, confirmed=lambda *asked: asked in other, electricity="105").verdict
        is Verdict.UNCONFIRMED
    )


def test_a_recalled_figure_that_was_not_used_does_not_count(trial: Trial) -> None:
    def doubtful_kind(method, limits) -> None:
        method["corrections"]["way"]["expression"] = "if(kind = 'b', limit + share, limit)"

    assert trial.work_out(doubtful_kind, electricity="90", kind="a").verdict is Verdict.PASS
    used = trial.work_out(doubtful_kind, electricity="90", kind="b")
    assert (used.verdict, [one.title for one in used.unconfirmed]) == (Verdict.UNCONFIRMED, ["水分系数"])


def test_a_recalled_formula_is_a_remark(trial: Trial) -> None:
    def recalled(method, limits) -> None:
        method["steps"][0]["confidence"] = "recalled"

    found = trial.work_out(recalled, electricity="90")
    assert found.verdict is Verdict.PASS
    assert [one.id for one in found.unchecked] == ["calculator/trial/gb1-2020#steps/unit_power"]
    checked = trial.work_out(
        recalled, confirmed=lambda _, text: text == "electricity / output", electricity="90"
    )
    assert checked.unchecked == ()


def test_corrections_act_in_order_on_their_levels(trial: Trial) -> None:
    found = only(
        trial.work_out(electricity="120", moisture="14", kind="b", altitude="2000", pressure="81060")
    )
    assert [one.limit for one in found.limits] == [Decimal(103), Decimal(113), Decimal("153.75")]
    assert [step.key for step in found.limits[2].corrections] == ["water", "way", "thin_air"]
    assert found.limits[2].corrections[2].numbers == "123 × 101325 ÷ 81060"
    assert found.level == 3


def test_between_points_is_straight_and_beyond_is_an_error(trial: Trial) -> None:
    assert only(trial.work_out(electricity="1", moisture="11")).limits[0].limit == Decimal(92)
    found = trial.work_out(electricity="1", moisture="14.0001")
    assert [(one.code, one.field) for one in found.troubles] == [("OUT_OF_TABLE_RANGE", "moisture")]
    assert found.verdict is Verdict.INCOMPLETE


def test_limits_that_cross_after_correction_ask_for_a_person(trial: Trial) -> None:
    def steep(method, limits) -> None:
        method["corrections"]["water"] = {
            "title": "倒挂",
            "levels": [1],
            "expression": "limit + lookup(wet, moisture) * 10",
        }

    found = trial.work_out(steep, electricity="115", moisture="14")
    assert (only(found).level, only(found).computed_passes) == (1, None)
    assert found.verdict is Verdict.INCOMPLETE, (
        "115 keeps the corrected 先进值 of 170 and not the 限定值 of 110"
    )
    assert [one.code for one in found.troubles] == ["LIMITS_CROSSED"]
    assert trial.work_out(steep, electricity="115", moisture="14", new_project=True).verdict is Verdict.FAIL
    assert trial.work_out(steep, electricity="109", moisture="14").verdict is Verdict.PASS


@pytest.mark.parametrize(("comparison", "verdict"), [("full", Verdict.FAIL), ("rounded", Verdict.PASS)])
def test_rounding_decides_only_where_the_standard_says_so(trial: Trial, comparison, verdict) -> None:
    def by(method, limits) -> None:
        method["products"][0]["indicators"][0]["comparison"] = comparison

    found = trial.work_out(by, electricity="110.4")
    assert found.verdict is verdict
    assert any("修约" in text for text in only(found).warnings)


def test_efficiency_is_held_from_below(trial: Trial) -> None:
    def at_least(method, limits) -> None:
        method["products"][0]["indicators"][0]["direction"] = "ge"
        limits["limits"][0]["levels"] = {"1": "110", "2": "100", "3": "90"}

    assert only(trial.work_out(at_least, electricity="95")).level == 3
    assert trial.work_out(at_least, electricity="89.9").verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        ({}, "MISSING_INPUT", "electricity"),
        ({"electricity": "1", "output": "0"}, "INVALID_OUTPUT", "output"),
        ({"electricity": "1", "output": "-3"}, "INVALID_OUTPUT", "output"),
        ({"electricity": "一百"}, "INVALID_INPUT", "electricity"),
        ({"electricity": "1", "altitude": "1800"}, "MISSING_INPUT", "pressure"),
        ({"electricity": "1", "kind": "丙"}, "INVALID_INPUT", "kind"),
        ({"electricity": "９" * 200}, "INVALID_INPUT", "electricity"),
        ({"electricity": "无"}, "INVALID_INPUT", "electricity"),
    ],
)
def test_bad_input_names_its_field(trial: Trial, inputs, code, field) -> None:
    found = trial.work_out(**inputs)
    assert (code, field) in [(one.code, one.field) for one in found.troubles]
    assert found.verdict is Verdict.INCOMPLETE
    assert all(one.verdict not in (Verdict.PASS, Verdict.FAIL) for one in found.indicators)


def test_numbers_are_read_as_people_write_them(trial: Trial) -> None:
    found = trial.work_out(electricity="１,０５０", output="10 t")
    assert only(found).value == Decimal(105)


def test_a_step_shows_its_formula_and_its_numbers(trial: Trial) -> None:
    step = trial.work_out(electricity="100", output="3").steps[0]
    assert (step.formula, step.numbers, step.shown) == ("电量 ÷ 产量", "100 ÷ 3", "33.3333")
    assert step.value.quantize(Decimal("1e-20")) == Decimal("33.33333333333333333333")


def test_the_share_over_a_negative_limit_keeps_its_sign(trial: Trial) -> None:
    def negative(method, limits) -> None:
        method["inputs"]["electricity"].pop("minimum")
        limits["limits"][0]["levels"] = {"1": "-30", "2": "-28", "3": "-12"}

    found = only(trial.work_out(negative, electricity="-11.6"))
    assert (found.verdict, found.level) == (Verdict.FAIL, None)
    assert round(found.deviation_pct, 2) == Decimal("3.33")


def test_more_going_out_than_coming_in_is_pointed_out(trial: Trial) -> None:
    def free(method, limits) -> None:
        method["inputs"]["electricity"].pop("minimum")

    assert any(
        "输出能源大于输入能源" in text for text in only(trial.work_out(free, electricity="-5")).warnings
    )


@settings(max_examples=150, deadline=None)
@given(st.decimals(0, 300, places=4), st.decimals(0, 300, places=4))
def test_more_energy_never_improves_the_level(library, one: Decimal, other: Decimal) -> None:
    trial = Trial(library)
    low, high = sorted((one, other))
    better = only(trial.work_out(electricity=str(low))).level or 4
    worse = only(trial.work_out(electricity=str(high))).level or 4
    assert better <= worse


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["electricity", "output", "moisture", "altitude", "pressure", "kind"]),
        st.text(max_size=40),
    )
)
def test_whatever_is_typed_gives_a_result_or_a_trouble(library, typed) -> None:
    found = Trial(library).work_out(**typed)
    assert found.troubles or found.verdict in (Verdict.PASS, Verdict.FAIL)
    assert all(one.message for one in found.troubles)


def test_the_energy_table_is_converted_even_where_no_limits_are_known(library: Library) -> None:
    """GB 21342-2013 held in 2024; its values are not entered."""
    request = Request(
        calculator="coking",
        product="top_charging",
        start=date(2024, 1, 1),
        end=date(2024, 12, 31),
        inputs={},
        energy=(
            EnergyLine("raw_coal", amount="1000", unit="t"),
            EnergyLine("raw_coal", amount="x", unit="t"),
        ),
    )
    found = calculate(library, request)
    assert (found.verdict, found.indicators) == (Verdict.INCOMPLETE, ())
    assert found.energy is not None
    assert found.energy.total == Decimal(714300)
    assert [one.code for one in found.troubles] == ["LIMIT_UNKNOWN", "INVALID_INPUT"]
    assert any(one[0].startswith("coefficients/") for one in found.definitions)
    nothing = calculate(
        library, replace(request, calculator="yellow_phosphorus", product="electric_furnace", energy=())
    )
    assert nothing.energy is None
