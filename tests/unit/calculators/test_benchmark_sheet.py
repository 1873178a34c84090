"""What stands on the benchmark page: nothing typed is lost, nothing sent can break it."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from formserver.calculators.benchmark_sheet import (
    MOST_LINES,
    MOST_PERIODS,
    Sheet,
    TypedPeriod,
    empty_sheet,
    new_line,
    read_sheet,
    sheet_of,
)
from formserver.calculators.benchmark_turns import turned

TODAY = date(2026, 11, 21)
CLINKER, CEMENT = "cement.clinker", "cement.cement"


def form(*pairs: tuple[str, str], **values: str) -> MultiDict[str, str]:
    return MultiDict([*values.items(), *pairs])


def filled() -> MultiDict[str, str]:
    return form(
        ("p", "0"),
        ("p0.start", "2025-01-01"),
        ("p0.end", "2025-12-31"),
        ("i0.coal_t", " 208,000 "),
        ("e0", "4"),
        ("e0", "2"),
        ("e0.4.carrier", "电力"),
        ("e0.2.carrier", "原煤"),
        ("e0.2.amount", "5"),
        shown=CLINKER,
        product=CLINKER,
        industry="cement",
        shown_industry="cement",
    )


def test_an_empty_page_asks_for_the_last_full_year() -> None:
    (period,) = empty_sheet(TODAY).periods
    assert (period.start, period.end) == ("2025-01-01", "2025-12-31")


def test_what_was_typed_comes_back_with_lines_in_their_order() -> None:
    sheet = read_sheet(filled(), TODAY)
    assert sheet.periods[0].inputs == {"coal_t": "208,000"}
    assert [(line.no, line.values["carrier"]) for line in sheet.periods[0].lines] == [
        (4, "电力"),
        (2, "原煤"),
    ]
    assert sheet.periods[0].lines[0].values["direction"] == "in"


def test_another_product_and_back_gives_everything_again() -> None:
    there = filled()
    there["product"] = CEMENT
    sheet = read_sheet(there, TODAY)
    assert sheet.product == CEMENT
    assert sheet.periods[0].inputs == {}
    back = form(
        ("p", "0"),
        ("p0.start", "2025-01-01"),
        ("p0.end", "2025-12-31"),
        ("i0.cement_t", "7"),
        shown=CEMENT,
        product=CLINKER,
        kept=sheet.kept_json(),
    )
    again = read_sheet(back, TODAY)
    assert again.periods[0].inputs == {"coal_t": "208,000"}
    assert again.kept == {CEMENT: [{"cement_t": "7"}]}


def test_choosing_an_industry_lets_go_of_the_product_of_the_other() -> None:
    chosen = filled()
    chosen["industry"] = "flat_glass"
    sheet = read_sheet(chosen, TODAY)
    assert (sheet.industry, sheet.product) == ("flat_glass", "")
    assert sheet.kept == {CLINKER: [{"coal_t": "208,000"}]}


def test_a_further_period_has_the_same_energies_and_no_amounts() -> None:
    sheet = read_sheet(filled(), TODAY).with_period()
    first, second = sheet.periods
    assert (second.start, second.end) == ("2024-01-01", "2024-12-31")
    assert second.no != first.no
    assert [line.values["carrier"] for line in second.lines] == ["电力", "原煤"]
    assert [line.values["amount"] for line in second.lines] == ["", ""]
    assert second.inputs == {}


def test_periods_end_at_the_most_and_the_last_one_stays() -> None:
    sheet = read_sheet(filled(), TODAY)
    for _ in range(MOST_PERIODS + 2):
        sheet = turned(sheet, "period")
    assert len(sheet.periods) == MOST_PERIODS
    for period in sheet.periods:
        sheet = turned(sheet, f"without-{period.no}")
    assert len(sheet.periods) == 1


def test_leap_days_have_a_year_before() -> None:
    sheet = Sheet(periods=(TypedPeriod(0, "2024-02-29", "bad"),)).with_period()
    assert (sheet.periods[1].start, sheet.periods[1].end) == ("2023-02-28", "")


def test_lines_are_added_copied_behind_themselves_and_deleted() -> None:
    sheet = read_sheet(filled(), TODAY)
    sheet = turned(sheet, "copy-0-4")
    assert [line.values["carrier"] for line in sheet.periods[0].lines] == ["电力", "电力", "原煤"]
    sheet = turned(turned(sheet, "delete-0-4"), "add-0")
    assert [line.values["carrier"] for line in sheet.periods[0].lines] == ["电力", "原煤", ""]
    sheet = turned(sheet, "suggest-0-diesel")
    assert sheet.periods[0].lines[-1].values["carrier"] == "diesel"
    assert len({line.no for line in sheet.periods[0].lines}) == 4


@pytest.mark.parametrize(
    "do",
    ["", "add-", "add-9", "copy-0-99", "delete-0", "without-x", "add-" + "9" * 500, "suggest-0-", "{{7*7}}"],
)
def test_buttons_no_page_has_change_nothing(do: str) -> None:
    sheet = read_sheet(filled(), TODAY)
    assert turned(sheet, do) == sheet


def test_tables_end_at_the_most_lines() -> None:
    lines = ()
    for _ in range(MOST_LINES):
        lines = (*lines, new_line(lines))
    sheet = read_sheet(filled(), TODAY).with_lines(0, lines)
    assert turned(sheet, "add-0") == turned(sheet, "copy-0-0") == turned(sheet, "suggest-0-diesel") == sheet


@pytest.mark.parametrize(
    "kept",
    ["[", "[]", "1", '{"a": 1}', '{"a": [1]}', '{"a": [{"b": 1}]}', "[" * 100_000, '{"a":"' + "x" * 300_000],
)
def test_broken_keeping_is_forgotten(kept: str) -> None:
    sheet = read_sheet(form(shown=CLINKER, kept=kept), TODAY)
    assert all(one == {} for columns in sheet.kept.values() for one in columns)


def test_texts_are_cut_and_cleaned_and_numbers_of_lines_bounded() -> None:
    sheet = read_sheet(
        form(
            *(("e0", str(i)) for i in range(500)),
            ("p", "0"),
            ("p", "0"),
            ("p", "-1"),
            ("p", "9" * 40),
            ("i0.coal_t", "1\x00" + "2" * 5000),
            shown="x" * 9000,
        ),
        TODAY,
    )
    assert len(sheet.periods) == 1
    assert len(sheet.periods[0].lines) == MOST_LINES
    assert len(sheet.periods[0].inputs["coal_t"]) == 200
    assert "\x00" not in sheet.periods[0].inputs["coal_t"]
    assert len(sheet.product) == 200


def test_kept_calculations_of_another_product_do_not_stand_beside() -> None:
    one = {
        "calculator": "cement",
        "product": "clinker",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
    }
    sheet = sheet_of(
        [
            {**one, "inputs": {"coal_t": "1"}, "energy": [{"carrier": "raw_coal", "q_net": "20000"}]},
            {**one, "product": "cement"},
            {**one, "period": {"start": "2024-01-01", "end": "2024-12-31"}},
        ],
        "熟料",
    )
    assert [period.start for period in sheet.periods] == ["2025-01-01", "2024-01-01"]
    assert sheet.periods[0].lines[0].values["mode"] == "measured"


def test_a_tile_chooses_industry_or_product_and_keeps_what_was_typed() -> None:
    sheet = turned(read_sheet(filled(), TODAY), "industry-flat_glass")
    assert (sheet.industry, sheet.product) == ("flat_glass", "")
    assert sheet.kept == {CLINKER: [{"coal_t": "208,000"}]}
    assert not sheet.is_fresh
    back = turned(sheet, f"product-{CLINKER}")
    assert back.periods[0].inputs == {"coal_t": "208,000"}
    assert empty_sheet(TODAY).is_fresh


def test_an_edition_is_chosen_and_left_to_the_period_again() -> None:
    sheet = turned(read_sheet(filled(), TODAY), "edition-0-gb16780-2021")
    assert sheet.periods[0].edition == "gb16780-2021"
    assert turned(sheet, "edition-0-").periods[0].edition == ""


def test_a_period_is_split_into_two_that_meet() -> None:
    later, earlier = turned(read_sheet(filled(), TODAY), "split-0-2025-07-01").periods
    assert (later.start, later.end) == ("2025-07-01", "2025-12-31")
    assert (earlier.start, earlier.end) == ("2025-01-01", "2025-06-30")
    assert later.inputs == {"coal_t": "208,000"}
    assert earlier.inputs == {}
    assert later.no != earlier.no
    assert [line.values["amount"] for line in earlier.lines] == ["", ""]


@pytest.mark.parametrize(
    "do",
    [
        "split-0-2025-01-01",
        "split-0-2026-01-01",
        "split-0-2025-13-01",
        "split-0-2025-02-31",
        "split-7-2025-07-01",
    ],
)
def test_a_day_outside_the_period_splits_nothing(do: str) -> None:
    sheet = read_sheet(filled(), TODAY)
    assert turned(sheet, do) == sheet


def test_three_periods_cannot_be_split_further() -> None:
    sheet = read_sheet(filled(), TODAY).with_period().with_period()
    assert turned(sheet, "split-0-2025-07-01") == sheet


def test_the_following_year_keeps_the_plant_and_no_amount() -> None:
    first = read_sheet(filled(), TODAY)
    sheet = first.with_lines(0, (new_line((), carrier="原煤", amount="5", unit="t", opening_stock="1"),))
    inputs = {"coal_t": "5", "quenching": "dry"}
    typed = TypedPeriod(0, "2025-01-01", "2025-12-31", "gb-1", inputs, sheet.periods[0].lines)
    later = Sheet(product=CLINKER, title="2025", enterprise_id="E", periods=(typed,)).following_year(
        {"quenching"}
    )
    (period,) = later.periods
    assert (period.start, period.end, period.edition) == ("2026-01-01", "2026-12-31", "")
    assert period.inputs == {"quenching": "dry"}
    assert {key: period.lines[0].values[key] for key in ("carrier", "unit", "amount", "opening_stock")} == {
        "carrier": "原煤",
        "unit": "t",
        "amount": "",
        "opening_stock": "",
    }
    assert (later.title, later.enterprise_id) == ("", "E")


def test_an_address_names_calculator_and_product_apart_or_together() -> None:
    apart = {"industry": "", "calculator": "cement", "product": "clinker", "start": "2024-01-01", "end": ""}
    sheet = empty_sheet(TODAY).asked(**apart)
    assert sheet.product == CLINKER
    assert (sheet.periods[0].start, sheet.periods[0].end) == ("2024-01-01", "2025-12-31")
    assert empty_sheet(TODAY).asked(**{**apart, "product": CLINKER}).product == CLINKER
