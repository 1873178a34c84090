"""What must hold for every product of every edition, whatever is typed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formserver.calculation.asking import plan_of, read_input, title_of, typed
from formserver.calculation.engine import PRECISION
from formserver.calculation.library import Library
from formserver.calculation.model import Confidence, Figure, Levels, Table
from formserver.calculation.packs import Calculator
from formserver.calculation.requests import request_from_json, request_to_json
from formserver.calculation.results import Result, Trouble, Verdict, result_to_json
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import shipped_catalogue

from .printed_numbers import printed_value
from .product_cases import Case, cases

FIELDS = (
    *(
        "amount",
        "unit",
        "coefficient",
        "coefficient_unit",
        "q_net",
        "q_unit",
        "basis",
        "system",
        "direction",
        "use",
    ),
    *("carrier", "origin", "opening_stock", "name"),
)
DECIDED = (Verdict.PASS, Verdict.FAIL)
NAMES = Library(shipped_catalogue(SystemClock())).names()


@lru_cache(maxsize=1)
def everything() -> dict[str, list[Case]]:
    """Every case by the name of its calculator."""
    found: dict[str, list[Case]] = {}
    for case in cases(Library(shipped_catalogue(SystemClock()))):
        found.setdefault(case.calculator.name, []).append(case)
    return found


def scaled(case: Case, factor: Decimal, only: str = "") -> Result:
    """The result when ``factor`` times as much energy goes in (``only`` of one input or line)."""
    inputs = dict(case.request.inputs)
    for key in case.consumed():
        if not only or key == only:
            inputs[key] = f"{Decimal(inputs[key]) * factor:.12f}"
    lines = tuple(
        replace(line, amount=f"{Decimal(line.amount) * factor:.12f}")
        if not only or line.carrier == only
        else line
        for line in case.request.energy
    )
    return case.result(inputs=inputs, energy=lines)


def worse_or_same(before: Result, after: Result, why: str) -> None:
    """More energy never gives a better level, and never 达标 after 不达标."""
    for one, other in zip(before.indicators, after.indicators, strict=True):
        if one.computed_passes is None or other.computed_passes is None or one.direction != "le":
            continue
        assert one.value is not None
        assert other.value is not None
        assert other.value >= one.value, f"{why}: {one.key} {one.value} → {other.value}"
        assert (other.level or 4) >= (one.level or 4), f"{why}: {one.key}"
        assert one.computed_passes or not other.computed_passes, f"{why}: {one.key}"


@pytest.mark.parametrize("name", NAMES)
def test_every_product_can_be_worked_out(name: str) -> None:
    for case in everything()[name]:
        found = case.result()
        assert {one.code for one in found.troubles} <= {"LIMIT_UNKNOWN"}, case.id
        assert case.product.asks_energy or case.consumed() or name in ("coal_power", "gas_power"), case.id


@pytest.mark.parametrize("name", NAMES)
def test_more_energy_never_improves_anything(name: str) -> None:
    for case in everything()[name]:
        base = case.result()
        ladder = {Decimal("0.5"), Decimal(1), Decimal(2)}
        for one in base.indicators:
            for limit in one.limits:
                if one.value and one.value > 0 and limit.limit and limit.limit > 0:
                    at = (limit.limit / one.value).quantize(Decimal("1.00000000"))
                    ladder |= {at * Decimal(share) for share in ("0.999", "1", "1.001", "1.4")}
        runs = [scaled(case, factor) for factor in sorted(ladder) if factor > 0]
        for before, after in pairwise(runs):
            worse_or_same(before, after, case.id)
        for only in (*case.consumed(), *(line.carrier for line in case.request.energy)):
            more = [scaled(case, factor, only) for factor in (Decimal(1), Decimal("1.5"), Decimal(40))]
            for before, after in pairwise(more):
                worse_or_same(before, after, f"{case.id} {only}")


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_filled_in_is_asked_for_by_name(name: str) -> None:
    for case in everything()[name]:
        base = case.result()
        for one in plan_of(case.calculator, case.product).inputs:
            inputs = {key: text for key, text in case.request.inputs.items() if key != one.key}
            found = case.with_inputs(inputs)
            if ("MISSING_INPUT", one.key) in {(t.code, t.field) for t in found.troubles}:
                assert found.verdict not in DECIDED, f"{case.id} {one.key}"
                continue
            if one.default is not None:
                shown = {i.key: i for i in found.inputs}
                assert one.key not in shown or shown[one.key].by_default, f"{case.id} {one.key}"
            else:
                assert numbers(found) == numbers(base), f"{case.id} {one.key} is used and not missed"
        for number, line in enumerate(case.request.energy):
            for changed, field in ((replace(line, amount=""), "amount"), (replace(line, unit=""), "unit")):
                lines = (*case.request.energy[:number], changed, *case.request.energy[number + 1 :])
                found = case.result(energy=lines)
                assert found.verdict not in DECIDED, case.id
                assert f"energy/{number}/{field}" in {t.field for t in found.troubles}, case.id
        if case.product.asks_energy:
            found = case.result(energy=())
            if case.request.inputs.get("energy_route") == "entered":
                continue  # the total is typed: the table is not looked at
            assert found.verdict not in DECIDED, case.id
            assert "MISSING_INPUT" in {t.code for t in found.troubles}, case.id


def numbers(result: Result) -> list[object]:
    """What an answer says in numbers."""
    return [(one.value, [(limit.level, limit.limit) for limit in one.limits]) for one in result.indicators]


def figures(case: Case) -> Iterator[tuple[Figure, dict[str, object], dict[str, object], dict[str, object]]]:
    """Every figure a product may rest on, with the case when it is another number, recalled, and unknown."""
    plan, calculator = plan_of(case.calculator, case.product), case.calculator

    def both(
        figure: Figure, change
    ) -> tuple[Figure, dict[str, object], dict[str, object], dict[str, object]]:
        assert figure.value is not None
        other = replace(figure, value=figure.value * Decimal("1.37") + 1)
        recalled = replace(figure, confidence=Confidence.RECALLED)
        unknown = replace(figure, value=None, confidence=Confidence.UNKNOWN)
        return figure, change(other), change(recalled), change(unknown)

    for key in plan.constants:
        old = case.product.constants.get(key) or calculator.constants[key]
        if old.value is not None:
            yield both(old, lambda f, key=key: {"calculator": with_constant(case, key, f)})
    for key in plan.tables:
        table = calculator.tables[key]
        for old in table_figures(table):
            if old.value is not None:
                yield both(
                    old,
                    lambda f, key=key, old=old: {
                        "calculator": replace(
                            calculator,
                            tables={**calculator.tables, key: with_figure(calculator.tables[key], old, f)},
                        )
                    },
                )
    for indicator in case.product.indicators:
        row = case.limits.limits[case.product.key, indicator.key]
        for level, old in row.levels.items():
            if old.value is not None:
                yield both(
                    old,
                    lambda f, row=row, level=level: {
                        "limits": replace(
                            case.limits,
                            limits={
                                **case.limits.limits,
                                (row.product, row.indicator): with_level(row, level, f),
                            },
                        )
                    },
                )


def with_constant(case: Case, key: str, figure: Figure) -> Calculator:
    """The calculator with one constant replaced, where the product reads it."""
    if key not in case.product.constants:
        return replace(case.calculator, constants={**case.calculator.constants, key: figure})
    product = replace(case.product, constants={**case.product.constants, key: figure})
    return replace(case.calculator, products={**case.calculator.products, product.key: product})


def table_figures(table: Table) -> list[Figure]:
    """Its values."""
    return [*(f for _, f in table.points), *(f for _, _, f in table.bands), *table.texts.values()]


def with_figure(table: Table, old: Figure, new: Figure) -> Table:
    """The table with one value replaced."""
    return replace(
        table,
        points=tuple((at, new if f is old else f) for at, f in table.points),
        bands=tuple((low, high, new if f is old else f) for low, high, f in table.bands),
        texts={text: new if f is old else f for text, f in table.texts.items()},
    )


def with_level(row: Levels, level: int, figure: Figure) -> Levels:
    """The row with one level replaced."""
    return replace(row, levels={**row.levels, level: figure})


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_that_moves_the_answer_is_answered_for(name: str) -> None:
    """Whatever changes a number when it changes is named while recalled, and stops the verdict while unknown."""
    for case in everything()[name]:
        base = numbers(case.result())
        for figure, other, recalled, unknown in figures(case):
            if numbers(case.result(**other)) == base:
                continue
            doubted = case.result(**recalled)
            assert doubted.verdict is not Verdict.PASS, figure.id
            touched = [one for one in doubted.indicators if figure.id in [f.id for f in one.unconfirmed]]
            assert touched or doubted.troubles, figure.id
            assert all(one.verdict not in DECIDED for one in touched), figure.id
            lost = case.result(**unknown)
            assert lost.verdict is not Verdict.PASS or figure.id.endswith(("/1", "/2")), figure.id
            assert "LIMIT_UNKNOWN" in [one.code for one in lost.troubles] or figure.id.endswith(
                ("/1", "/2")
            ), figure.id


@pytest.mark.parametrize("name", NAMES)
def test_the_printed_steps_come_to_what_they_say(name: str) -> None:
    for case in everything()[name]:
        found = case.result(trace=True)
        for step in found.steps:
            close(printed_value(step.numbers), step.value, f"{case.id} {step.key} {step.numbers}")
            assert step.formula, case.id
            assert not any(f"{key} " in f"{step.formula} " for key in case.calculator.inputs), step.formula
        for one in found.indicators:
            for limit in one.limits:
                for correction in limit.corrections:
                    close(
                        printed_value(correction.numbers), correction.after, f"{case.id} {correction.numbers}"
                    )


def close(printed: Fraction, value: Decimal, what: str) -> None:
    """Equal, but for the twelve digits a sheet has room for."""
    exact = Fraction(value)
    assert abs(printed - exact) <= abs(exact) / 10**9 + Fraction(1, 10**30), (
        f"{what}: {float(printed)} {value}"
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_result_is_plain_data_and_the_same_again(name: str) -> None:
    for case in everything()[name][:12]:
        data = result_to_json(case.result(trace=True))
        text = json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)
        assert json.loads(text) == data
        assert not [value for value in leaves(data) if isinstance(value, float)]
        assert json.dumps(result_to_json(case.result(trace=True)), ensure_ascii=False, sort_keys=True) == text
        asked = request_to_json(case.request)
        assert request_from_json(json.loads(json.dumps(asked))) == case.request


def leaves(value: object) -> Iterator[object]:
    """Everything in plain data that holds nothing else."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


NASTY = st.one_of(
    st.text(max_size=70),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.sampled_from(
        [
            *(
                "NaN",
                "-Infinity",
                "1e999",
                "1e-999",
                "-0",
                "０",
                "１２３",
                "٣",
                "½",
                "²",
                "①",
                " ",
                "\t",
                "\x00",
                "无",
            ),
            *(
                "—",
                "true",
                "9" * 60,
                "9" * 61,
                "0." + "0" * 50 + "1",
                "-1",
                "1,234.5",
                "1.2万",
                "百万",
                "1/3",
            ),
            *("0x1F", "1_000", "是", "否", "+5", "..", "1.2.3"),
        ]
    ),
)


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.lists(NASTY, min_size=1, max_size=6))
def test_nothing_typed_breaks_it_or_decides_unread(rng: random.Random, texts: list[str]) -> None:
    case = rng.choice(everything()[rng.choice(NAMES)])
    plan = plan_of(case.calculator, case.product)
    inputs, lines = dict(case.request.inputs), list(case.request.energy)
    for text in texts:
        if lines and rng.random() < 0.5:
            at = rng.randrange(len(lines))
            lines[at] = replace(lines[at], **{rng.choice(FIELDS): text})
        elif inputs:
            inputs[rng.choice(list(inputs))] = text
    found = case.result(inputs=inputs, energy=tuple(lines), trace=True)
    json.dumps(result_to_json(found), allow_nan=False)
    for one in plan.inputs:
        title, text = title_of(case.calculator, case.product, one.key), typed(inputs, one)
        read = read_input(one, title, text) if text.strip() else None
        if isinstance(read, Trouble) and read.code != "MISSING_INPUT" and not one.asked_when:
            assert found.verdict not in DECIDED, f"{case.id} {one.key} {text!r}"
            assert one.key in {trouble.field for trouble in found.troubles}
    assert not found.troubles or found.verdict not in DECIDED
    assert all(one.message and one.title for one in found.troubles)
    for one in found.indicators:
        assert one.value is None or one.value.is_finite()
        assert one.value is None or len(one.value.as_tuple().digits) <= PRECISION + 10
