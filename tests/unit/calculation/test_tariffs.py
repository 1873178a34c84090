"""Ladder prices: the seven worked examples, boundaries, order, editions of regions, confirmation, bad input."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.calculation.tariff_checking import check_tariff
from formserver.calculation.tariff_library import TARIFF_UNKNOWN, TariffLibrary, specificity
from formserver.calculation.tariff_model import Tariff, TariffRequest, TariffResult, TariffState
from formserver.calculation.tariffs import assess
from formserver.core.canonical import digest
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import Catalogue, shipped_catalogue
from formserver.core.definitions.meta import meta_faults
from formserver.core.definitions.repository import Definition
from formserver.core.errors import AppError

CATALOGUE = shipped_catalogue(SystemClock())
LIBRARY = TariffLibrary(CATALOGUE)
EDITIONS = [one for name in LIBRARY.names() for one in LIBRARY.editions(name)]


def ask(tariff: str, year: int, region: str = "", **inputs: str) -> TariffResult:
    return assess(LIBRARY, TariffRequest(tariff, date(year, 1, 1), date(year, 12, 31), region, "", inputs))


def everything(_id: str, _value: str) -> bool:
    return True


@pytest.mark.parametrize("tariff", EDITIONS, ids=lambda one: one.id)
def test_every_edition_is_sound_and_its_examples_come_out(tariff: Tariff) -> None:
    definition = CATALOGUE.definition("tariff", tariff.name, tariff.edition)
    assert meta_faults("tariff", json.loads(definition.content)) == []
    assert len(tariff.examples) >= 3
    assert check_tariff(LIBRARY, tariff) == []


@pytest.mark.parametrize(
    ("tariff", "year", "inputs", "rate", "due"),
    [
        ("aluminium", 2022, {"value": "13661", "electricity": "1366100000"}, "0.01", "13661000"),
        ("aluminium", 2023, {"value": "13450", "electricity": "1000000000"}, "0", "0"),
        (
            "aluminium",
            2025,
            {"value": "13405.2", "electricity": "670260000", "late": "true"},
            "0.06",
            "60323400",
        ),
        ("aluminium", 2025, {"value": "13340", "electricity": "500000000"}, "0.02", "10000000"),
        ("aluminium", 2015, {"value": "13800", "electricity": "690000000"}, "0.02", "13800000"),
        ("steel_differential", 2025, {"category": "淘汰类", "electricity": "12000000"}, "0.5", "6000000"),
        ("cement_differential", 2025, {"category": "淘汰类", "electricity": "8500000"}, "0.4", "3400000"),
    ],
    ids=[
        "al_2022",
        "al_2023_boundary",
        "al_2025_steps",
        "al_2025_exact_step",
        "al_2013_mid",
        "steel",
        "cement",
    ],
)
def test_worked_examples_of_the_reference(
    tariff: str, year: int, inputs: dict[str, str], rate: str, due: str
) -> None:
    result = ask(tariff, year, **inputs)
    assert (result.rate, result.due, result.troubles) == (Decimal(rate), Decimal(due), ())


def test_a_recalled_threshold_leaves_the_amount_unsettled_until_it_is_confirmed() -> None:
    result = ask("aluminium", 2025, value="13340", electricity="500000000", paid="9000000")
    assert result.state is TariffState.UNCONFIRMED
    assert [one.id for one in result.unconfirmed] == ["tariff/aluminium/fgjg1239-2021#thresholds/2025/value"]
    assert (result.due_fen, result.difference) == (Decimal(10_000_000), Decimal(1_000_000))
    request = TariffRequest(
        "aluminium", date(2025, 1, 1), date(2025, 12, 31), inputs={"value": "13340", "electricity": "1"}
    )
    assert assess(LIBRARY, request, confirmed=everything).state is TariffState.SETTLED


def test_what_is_unset_is_never_worked_out() -> None:
    result = assess(
        LIBRARY,
        TariffRequest(
            "steel_ladder", date(2025, 1, 1), date(2025, 12, 31),
            inputs={"object": "converter", "value": "-30", "electricity": "1000"},
        ),
        confirmed=everything,
    )  # fmt: skip
    assert (result.state, result.rate, result.due) == (TariffState.INCOMPLETE, None, None)
    [trouble] = result.troubles
    assert trouble.code == "LIMIT_UNKNOWN"
    assert "所在省价格主管部门" in trouble.message


@pytest.mark.parametrize(
    ("value", "tier", "rate"),
    [
        ("13700", "第一档", "0"),
        ("13700.000001", "第二档", "0.02"),
        ("13800", "第二档", "0.02"),
        ("13800.01", "第三档", "0.08"),
    ],
)
def test_a_boundary_belongs_to_the_lower_tier(value: str, tier: str, rate: str) -> None:
    result = ask("aluminium", 2015, value=value, electricity="1000")
    assert (result.tier, result.rate) == (tier, Decimal(rate))


@pytest.mark.parametrize(("value", "level"), [("13650", 0), ("13650.01", 1), ("13670", 1), ("13670.01", 2)])
def test_part_of_a_step_counts_whole(value: str, level: int) -> None:
    assert ask("aluminium", 2022, value=value, electricity="1").steps_above == level


@settings(max_examples=150, deadline=None)
@given(
    year=st.sampled_from([2015, 2022, 2024, 2026]),
    values=st.tuples(*[st.decimals("12000", "15000", places=4)] * 2),
    share=st.decimals("0", "60", places=2),
)
def test_more_electricity_for_a_tonne_never_costs_less(
    year: int, values: tuple[Decimal, Decimal], share: Decimal
) -> None:
    extra = {"renewable_share": str(share), "renewable_target": "12.5"} if year > 2021 else {}
    low, high = (ask("aluminium", year, value=f"{v:f}", electricity="1000", **extra) for v in sorted(values))
    assert low.due is not None
    assert high.due is not None
    assert low.due <= high.due


def test_the_day_of_commissioning_chooses_the_ladder() -> None:
    def tier(day: str) -> str:
        return ask(
            "cement_ladder", 2025, object="水泥", commissioned=day, value="89", electricity="1"
        ).tier_rule

    assert tier("2013-09-30") == "≤ 90 kWh/t"
    assert tier("2013-10-01") == "> 88，≤ 90 kWh/t"


@pytest.mark.parametrize(
    ("region", "place", "weight"),
    [("", "四川省", 0), ("河北省", "河北省唐山市丰润区", 3), ("河北省", "河北唐山", 3), ("河北省", "河南省", None),
     ("河北省唐山市", "河北省唐山市", 6), ("河北省", "", None), ("内蒙古自治区", "内蒙古包头市", 6)],
)  # fmt: skip
def test_how_closely_a_region_fits_a_place(region: str, place: str, weight: int | None) -> None:
    assert specificity(region, place) == weight


def test_a_regional_edition_changes_only_what_it_names_and_says_where_each_figure_stands() -> None:
    result = ask("steel_differential", 2025, "河北省邯郸市", category="eliminated", electricity="100")
    assert (result.rate, result.region, result.edition) == (Decimal("0.6"), "河北省", "hebei-2017")
    assert [one[0] for one in result.definitions] == [
        "tariff/steel_differential/hebei-2017",
        "tariff/steel_differential/fgjg2803-2016",
    ]
    edition = next(one for one in EDITIONS if one.edition == "hebei-2017")
    assert {one.id.split("#")[0].rsplit("/", 1)[1] for one in edition.figures} == {
        "hebei-2017",
        "fgjg2803-2016",
    }


def test_a_city_can_set_what_the_country_left_open() -> None:
    library = TariffLibrary(_with_local(_STEEL_OF_A_CITY, "sichuan-2024"))

    def result(place: str, year: int) -> TariffResult:
        inputs = {"object": "blast_furnace", "value": "430", "electricity": "1000"}
        return assess(
            library, TariffRequest("steel_ladder", date(year, 1, 1), date(year, 12, 31), place, "", inputs)
        )

    assert result("四川省攀枝花市", 2025).due == Decimal(50)
    assert result("云南省", 2025).state is TariffState.INCOMPLETE
    assert result("四川省", 2022).edition == "fgjg2803-2016"
    crossing = assess(library, TariffRequest("steel_ladder", date(2023, 7, 1), date(2024, 6, 30), "四川省"))
    assert [one.code for one in crossing.troubles] == ["PERIOD_CROSSES_EDITIONS"]


_STEEL_OF_A_CITY = {
    "$id": "tariffs/steel_ladder/sichuan-2024", "format": 1, "name": "steel_ladder", "region": "四川省",
    "extends": "steel_ladder/fgjg2803-2016", "valid_from": "2024-01-01", "valid_to": None,
    "document": {"number": "川经信〔2024〕1号", "title": "阶梯电价边界", "confidence": "verified"},
    "sources": {}, "unknown": [], "examples": [],
    "ladders": [{"key": "blast_furnace", "title": "高炉工序", "tiers": [
        {"key": key, "title": title, "upto": {"value": upto, "confidence": "verified"},
         "rate": {"value": rate, "confidence": "verified"}}
        for key, title, upto, rate in (("1", "第一档", "415", "0"), ("2", "第二档", "435", "0.05"))
    ]}],
}  # fmt: skip


def _with_local(data: dict[str, object], edition: str) -> Catalogue:
    catalogue = shipped_catalogue(SystemClock())
    content = json.dumps(data).encode()
    catalogue.put(
        Definition(
            "tariff",
            "steel_ladder",
            edition,
            "local",
            digest(data),
            "published",
            date(2024, 1, 1),
            None,
            content,
        )
    )
    assert meta_faults("tariff", data) == []
    return catalogue


def test_half_a_fen_goes_to_the_even_one() -> None:
    assert ask("cement_differential", 2025, category="淘汰类", electricity="0.0125").due_fen == Decimal(
        "0.00"
    )
    assert ask("cement_differential", 2025, category="淘汰类", electricity="0.0375").due_fen == Decimal(
        "0.02"
    )


@pytest.mark.parametrize(
    ("paid", "word"),
    [("0", "未执行"), ("1", "部分执行"), ("40", "已执行"), ("41", "多缴")],
)
def test_how_far_a_price_was_carried_out(paid: str, word: str) -> None:
    assert (
        ask("cement_differential", 2025, category="eliminated", electricity="100", paid=paid).execution
        == word
    )


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        ({"value": "abc"}, "INVALID_INPUT", "value"),
        ({"value": "1e400"}, "INVALID_INPUT", "value"),
        ({"value": "９" * 61}, "INVALID_INPUT", "value"),
        ({"value": "NaN"}, "INVALID_INPUT", "value"),
        ({"value": "13650.0000001"}, "INVALID_INPUT", "value"),
        ({"value": "-1"}, "INVALID_INPUT", "value"),
        ({"electricity": "1" + "0" * 14}, "INVALID_INPUT", "electricity"),
        ({"electricity": ""}, "MISSING_INPUT", "electricity"),
        ({"late": "maybe"}, "INVALID_INPUT", "late"),
        ({"renewable_share": "101"}, "INVALID_INPUT", "renewable_share"),
        ({"renewable_share": "20"}, "MISSING_INPUT", "renewable_target"),
    ],
)
def test_bad_input_is_a_trouble_at_its_field(inputs: dict[str, str], code: str, field: str) -> None:
    result = ask("aluminium", 2022, **{"value": "13700", "electricity": "1000", **inputs})
    assert (code, field) in [(one.code, one.field) for one in result.troubles]
    assert result.state is TariffState.INCOMPLETE


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(LIBRARY.names()),
    inputs=st.dictionaries(
        st.sampled_from(["value", "electricity", "category", "object", "commissioned", "tier", "tier_basis",
                         "renewable_share", "renewable_target", "late", "paid", "other"]),
        st.text(max_size=70) | st.decimals(allow_nan=True).map(str) | st.sampled_from(["1", "cement", "2010-01-01"]),
    ),
    days=st.tuples(st.dates(), st.dates()),
    place=st.text(max_size=12),
)  # fmt: skip
def test_nothing_typed_breaks_it(
    name: str, inputs: dict[str, str], days: tuple[date, date], place: str
) -> None:
    result = assess(LIBRARY, TariffRequest(name, *days, place, "", inputs))
    assert result.state is not TariffState.SETTLED or result.due is not None


def test_periods_that_no_rule_holds_for() -> None:
    assert [one.code for one in ask("aluminium", 2013, value="1", electricity="1").troubles] == [
        "STANDARD_NOT_IN_FORCE"
    ]
    wrong = assess(LIBRARY, TariffRequest("aluminium", date(2025, 2, 1), date(2025, 1, 1)))
    assert [(one.code, one.field) for one in wrong.troubles] == [("INVALID_INPUT", "end")]
    across = assess(LIBRARY, TariffRequest("aluminium", date(2021, 1, 1), date(2022, 12, 31)))
    assert [one.code for one in across.troubles] == ["PERIOD_CROSSES_EDITIONS"]


def test_an_unknown_rule_is_not_found() -> None:
    with pytest.raises(AppError) as caught:
        ask("glass", 2025)
    assert caught.value.code is TARIFF_UNKNOWN
