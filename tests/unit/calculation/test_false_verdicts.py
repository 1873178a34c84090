"""Ways a wrong 达标 or a wrong number could get onto a paper, each closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from formserver.calculation.energy import EnergyLine, balance
from formserver.calculation.engine import calculate, calculate_with
from formserver.calculation.library import Library
from formserver.calculation.model import Confidence
from formserver.calculation.requests import REQUEST_FAULTY, Request, request_from_json, request_to_json
from formserver.calculation.results import Verdict, plain, result_to_json
from formserver.core.errors import AppError

from .conftest import Trial

YEAR = {"start": "2025-01-01", "end": "2025-12-31"}


def sugar(library: Library, *energy: dict[str, str]):
    """A product held by its energy table."""
    product = next(iter(library.calculator("sugar").products))
    data = {"calculator": "sugar", "product": product, "period": YEAR, "energy": list(energy)}
    return calculate(library, request_from_json({**data, "inputs": {"output": "100"}}))


ELECTRIC = {"carrier": "electricity", "direction": "in", "amount": "10", "unit": "kWh"}


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ({**ELECTRIC, "system": "excluded"},),
        ({**ELECTRIC, "direction": "out"},),
        ({**ELECTRIC, "direction": "out"}, {**ELECTRIC, "system": "excluded"}),
    ],
)
def test_a_table_without_any_input_that_counts_is_no_zero(trial: Trial, lines) -> None:
    def by_energy(method, limits) -> None:
        method["steps"][0] = {
            "key": "unit_power",
            "title": "单位综合能耗",
            "unit": "kgce/t",
            "expression": "total_energy / output",
        }
        method["products"][0]["asks_energy"] = True
        method["products"][0]["indicators"][0] |= {"unit": "kgce/t", "corrections": []}
        limits["limits"][0]["unit"] = "kgce/t"

    found = work_with_energy(trial, by_energy, lines)
    assert found.verdict is Verdict.INCOMPLETE
    assert ("MISSING_INPUT", "energy") in [(one.code, one.field) for one in found.troubles]
    assert work_with_energy(trial, by_energy, (ELECTRIC,)).verdict is Verdict.PASS


def test_without_a_line_of_electricity_none_was_used_is_not_known(trial: Trial) -> None:
    def by_power(method, limits) -> None:
        method["steps"][0]["expression"] = "electricity_in / output"
        method["products"][0]["asks_energy"] = True

    coal = {
        "carrier": "raw_coal",
        "amount": "5",
        "unit": "t",
        "coefficient": "0.7",
        "coefficient_unit": "kgce/kg",
    }
    missing = work_with_energy(trial, by_power, (coal,))
    assert [(one.code, one.field) for one in missing.troubles] == [("MISSING_INPUT", "energy")]
    assert "电力" in missing.troubles[0].message
    zero = work_with_energy(trial, by_power, (coal, {**ELECTRIC, "amount": "0"}))
    assert zero.verdict is Verdict.PASS
    assert any("算得的值为 0" in text for text in zero.indicators[0].warnings)


def work_with_energy(trial: Trial, change, lines):
    """The small calculator with an energy table."""
    calculator, limits = trial.made(change)
    request = request_from_json(
        {
            "calculator": "trial",
            "product": "plain",
            "period": YEAR,
            "inputs": {"output": "1", "electricity": "1"},
            "energy": list(lines),
        }
    )
    return calculate_with(trial.library, calculator, request, limits=limits)


def test_what_another_answer_hid_does_not_count(trial: Trial) -> None:
    def hidden(method, limits) -> None:
        method["inputs"]["bonus"] = {
            "title": "优惠", "unit": "kWh", "required": False, "asked_when": "kind = 'b'", "default": "0",
        }  # fmt: skip
        method["steps"][0]["expression"] = "(electricity - bonus) / output"

    asked = trial.work_out(hidden, electricity="112", bonus="50", kind="b")
    assert asked.indicators[0].value == 62
    found = trial.work_out(hidden, electricity="112", bonus="50", kind="a")
    assert (found.indicators[0].value, found.verdict) == (112, Verdict.FAIL)
    assert "bonus" not in [one.key for one in found.inputs]


def test_a_hidden_input_without_default_is_missing_when_a_formula_needs_it(trial: Trial) -> None:
    def hidden(method, limits) -> None:
        method["inputs"]["bonus"] = {"title": "优惠", "unit": "kWh", "asked_when": "kind = 'b'"}
        method["steps"][0]["expression"] = "(electricity - bonus) / output"

    found = trial.work_out(hidden, electricity="112", bonus="50", kind="a")
    assert [(one.code, one.field) for one in found.troubles] == [("MISSING_INPUT", "bonus")]


def test_conditions_that_ask_for_each_other_end(trial: Trial) -> None:
    def round_about(method, limits) -> None:
        method["inputs"]["one"] = {"title": "一", "unit": "1", "asked_when": "other > 0", "default": "1"}
        method["inputs"]["other"] = {"title": "二", "unit": "1", "asked_when": "one > 0", "default": "1"}
        method["steps"][0]["expression"] = "electricity / output * one * other"

    assert trial.work_out(round_about, electricity="90").verdict is Verdict.PASS


@pytest.mark.parametrize("written", ["kWh/kg", "kgce/t", "没有"])
def test_limits_in_another_unit_decide_nothing(trial: Trial, written) -> None:
    def other(method, limits) -> None:
        limits["limits"][0]["unit"] = written

    found = trial.work_out(other, electricity="90")
    assert (found.verdict, found.troubles[0].code) == (Verdict.INCOMPLETE, "UNIT_MISMATCH")


@pytest.mark.parametrize(
    ("power", "said"),
    [("100", "达到标杆水平"), ("100.1", "介于标杆水平与基准水平之间"), ("117", "介于标杆水平与基准水平之间"),
     ("117.1", "未达到基准水平")],
)  # fmt: skip
def test_the_policy_scale_is_read_in_its_own_unit_and_its_ends_count(trial: Trial, power, said) -> None:
    def scaled(method, limits) -> None:
        limits["limits"][0]["benchmark"] = {
            "benchmark": "0.1", "baseline": "0.117", "unit": "kWh/kg", "confidence": "verified",
        }  # fmt: skip

    assert trial.work_out(scaled, electricity=power).indicators[0].benchmark_text == said


def test_the_policy_scale_of_an_efficiency_is_held_from_below(trial: Trial) -> None:
    def at_least(method, limits) -> None:
        method["products"][0]["indicators"][0]["direction"] = "ge"
        limits["limits"][0]["levels"] = {"1": "110", "2": "100", "3": "90"}
        limits["limits"][0]["benchmark"] = {"benchmark": "110", "baseline": "95", "confidence": "recalled"}

    assert (
        trial.work_out(at_least, electricity="111").indicators[0].benchmark_text == "达到标杆水平（待确认）"
    )
    assert (
        trial.work_out(at_least, electricity="94").indicators[0].benchmark_text == "未达到基准水平（待确认）"
    )


def test_a_deep_chain_of_steps_is_a_trouble(trial: Trial) -> None:
    def deep(method, limits) -> None:
        nested = "abs(" * 29 + "{}" + ")" * 29
        method["steps"] = [
            {"key": "unit_power", "title": "电耗", "unit": "kWh/t", "expression": "s0 / output"}
        ]
        method["steps"] += [
            {"key": f"s{n}", "title": f"第{n}步", "unit": "kWh", "expression": nested.format(f"s{n + 1}")}
            for n in range(400)
        ] + [{"key": "s400", "title": "末步", "unit": "kWh", "expression": "electricity"}]

    found = trial.work_out(deep, electricity="90")
    assert [one.code for one in found.troubles] == ["FORMULA_CIRCLE"]
    assert found.verdict is Verdict.INCOMPLETE


def test_long_numbers_are_written_out_wherever_they_are(trial: Trial) -> None:
    assert plain(Decimal("12345678901234567890123456789.1234567890125")) == (
        "12345678901234567890123456789.123456789012"
    )
    assert plain(Decimal("0.0000000000015")) == "0.000000000002"
    assert plain(Decimal("-0.0000000000001")) == "0"
    assert plain(Decimal("-0.000")) == "0"
    assert plain(Decimal("1E+5")) == "100000"
    found = trial.work_out(electricity="12345678901234567890123", output="7")
    assert result_to_json(found)["indicators"][0]["value"] == "1763668414462081127160.428571428571"


def test_a_number_without_unit_may_end_in_one(trial: Trial) -> None:
    def plain_factor(method, limits) -> None:
        method["inputs"]["factor"] = {"title": "系数", "unit": "1"}
        method["steps"][0]["expression"] = "electricity * factor / output"

    for text, value in (("1,231.11", "1231.11"), ("+11", "11"), (".51", "0.51"), ("011", "11")):
        found = trial.work_out(plain_factor, electricity="1", factor=text)
        assert found.indicators[0].value == Decimal(value)


def test_a_primary_value_rests_on_its_own_figure(library: Library) -> None:
    shipped = library.coefficients("gbt2589", date(2025, 12, 31))
    of_year = replace(
        shipped.carriers["electricity"].figure,
        id="coefficients/gbt2589/2020#electricity/primary/2025",
        value=Decimal("0.3"),
        confidence=Confidence.RECALLED,
    )
    carrier = replace(shipped.carriers["electricity"], two_values=True, primary={2025: of_year})
    coefficients = replace(shipped, carriers={**shipped.carriers, "electricity": carrier})
    line = EnergyLine("electricity", "in", "1000", "kWh", q_net="3600", q_unit="kJ/kWh", basis="primary")
    found = balance([line], coefficients, date(2025, 12, 31)).lines[0]
    assert found.figure is not None
    assert (found.figure.id, found.kgce) == (of_year.id, 300)


def test_a_figure_of_an_excluded_line_did_not_enter(library: Library) -> None:
    doubtful = next(
        one
        for one in library.coefficients("gbt2589", date(2025, 12, 31)).carriers.values()
        if one.figure.value is not None
        and one.figure.confidence is Confidence.RECALLED
        and not one.two_values
    )
    line = {"carrier": doubtful.key, "amount": "1", "unit": doubtful.unit, "origin": "bought"}
    counted = sugar(library, ELECTRIC, line)
    assert doubtful.figure.id in [one.id for one in counted.unconfirmed]
    excluded = sugar(library, ELECTRIC, {**line, "system": "excluded"})
    assert doubtful.figure.id not in [one.id for one in excluded.unconfirmed]


@pytest.mark.parametrize(
    "change",
    [
        {"production_state": []},
        {"production_state": {}},
        {"inputs": {"output": 10**5000}},
        {"inputs": {"output": 1.5}},
        {"inputs": {"output": "1" * 201}},
        {"inputs": {str(n): "1" for n in range(501)}},
        {"energy": [{}] * 501},
        {"energy": [{"what": "x" * 10**6, 3: 4}]},
        {"edition": "x" * 500},
        {"product": "x" * 500},
        {"period": {"start": "2025-02-30", "end": "2025-12-31"}},
        {"period": {"start": 1, "end": None}},
        {"period": "2025"},
        {"new_project": "true"},
        {5: 6, "x": 7},
    ],
)
def test_a_faulty_request_is_refused_with_its_place(change) -> None:
    with pytest.raises(AppError) as refused:
        request_from_json({"calculator": "cement", "product": "clinker", "period": YEAR, **change})
    assert refused.value.code == REQUEST_FAULTY
    assert len(refused.value.message()) < 400


def test_a_request_is_kept_as_it_was_made() -> None:
    asked = request_from_json(
        {
            "calculator": "cement",
            "product": "clinker",
            "period": YEAR,
            "energy": [{}, {"direction": "", "system": ""}, {"direction": "out", "use": "feedstock"}],
        }
    )
    assert asked.energy[1].direction == ""
    assert request_from_json(request_to_json(asked)) == asked


def test_a_period_in_reverse_is_said_first(library: Library) -> None:
    for start, end in (
        ("2026-01-01", "2025-01-01"),
        ("2022-12-31", "2022-01-01"),
        ("2030-01-01", "1990-01-01"),
    ):
        found = calculate(
            library, Request("cement", "clinker", date.fromisoformat(start), date.fromisoformat(end))
        )
        assert [(one.code, one.field) for one in found.troubles] == [("INVALID_INPUT", "period")]


def test_control_characters_never_reach_a_paper(trial: Trial) -> None:
    typed = {
        "carrier": "煤\x00\u202e",
        "amount": "1\x1b",
        "unit": "k\x1fg",
        "name": "\x07",
        "evidence": "表\x0b1",
    }
    good = {**ELECTRIC, "unit": "k\x1fWh", "name": "电\x00表", "evidence": "\u202e票"}
    for lines in ((typed,), (good,), ({**good, "amount": "1\x00"},), ({**good, "direction": "\x00"},)):
        data = sugar(trial.library, *lines)
        texts = [one.message + one.title for one in data.troubles] + list(data.notes)
        assert data.energy is not None
        texts += [one.unit + one.name + one.evidence + one.place + one.title for one in data.energy.lines]
        assert all(text.isprintable() for text in texts)
    found = trial.work_out(electricity="9\x00", kind="丙\x1b")
    assert all(one.message.isprintable() for one in found.troubles)


def test_an_input_the_calculator_does_not_know_is_pointed_out(trial: Trial) -> None:
    found = trial.work_out(electricity="90", altitud="2000")
    assert any("altitud" in text and "未采用" in text for text in found.notes)
    assert not trial.work_out(electricity="90", altitude="20").notes
