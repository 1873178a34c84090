from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.definitions.grammar import form_breach
from formserver.core.definitions.parsing import (
    join_hard_breaks,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_integer,
    parse_value,
)

TODAY = date(2026, 5, 20)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2024-05-06", "2024-05-06"),
        ("2024.5.6", "2024-05-06"),
        ("2024/5/6", "2024-05-06"),
        ("24/5/6", "2024-05-06"),
        ("24年5月6日", "2024-05-06"),
        ("2024年5月6号", "2024-05-06"),
        ("２０２４．５．６", "2024-05-06"),
        ("二〇二四年五月六日", "2024-05-06"),
        ("二零二四年十二月三十一日", "2024-12-31"),
        ("20240506", "2024-05-06"),
        ("45418", "2024-05-06"),
        ("5月6日", "2026-05-06"),
        ("12月28日", "2025-12-28"),
        ("昨天", "2026-05-19"),
        ("2024-2-29", "2024-02-29"),
    ],
)
def test_certain_dates_are_read_and_the_reading_is_shown(typed, value):
    found = parse_date(typed, TODAY)
    assert found.value == value
    assert found.question == ""
    assert bool(found.interpretation) is (typed != value)


@pytest.mark.parametrize(
    "typed",
    ["5月", "2024年5月", "5.6", "5/6", "2024-2-30", "99/5/6", "2024年5/6", "abc", "2024-13-01", "31.12"],
)
def test_doubtful_dates_become_a_question(typed):
    found = parse_date(typed, TODAY)
    assert found.value is None
    assert found.question.endswith("。")
    assert not found.understood


def test_month_and_day_take_the_nearest_year_across_new_year():
    assert parse_date("12月28日", date(2026, 1, 3)).value == "2025-12-28"
    assert parse_date("1月3日", date(2025, 12, 28)).value == "2026-01-03"
    assert parse_date("2月29日", date(2026, 5, 1)).value is None
    assert parse_date("2月29日", date(2027, 12, 1)).value == "2028-02-29"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2024-5-6 9:30", "2024-05-06T09:30"),
        ("2024-05-06T09:30", "2024-05-06T09:30"),
        ("5月6日上午9点半", "2026-05-06T09:30"),
        ("5月6日下午3点", "2026-05-06T15:00"),
        ("5月6日下午3时20分", "2026-05-06T15:20"),
        ("5月6日晚上8点一刻", "2026-05-06T20:15"),
        ("2024.5.6 9：30", "2024-05-06T09:30"),
        ("2024-05-06 15:20:33", "2024-05-06T15:20"),
        ("5月6日中午12点", "2026-05-06T12:00"),
        ("5月6日下午15点", "2026-05-06T15:00"),
        ("45418.39583", "2024-05-06T09:30"),
    ],
)
def test_times_are_read_to_the_minute(typed, value):
    found = parse_datetime(typed, TODAY)
    assert (found.value, found.question) == (value, "")
    assert bool(found.interpretation) is (typed != value)


@pytest.mark.parametrize(
    "typed", ["9:30", "5月6日", "5月6日24:00", "5月6日上午12点", "5月6日晚上12点", "5月6日9:75", "上午"]
)
def test_doubtful_times_become_a_question(typed):
    found = parse_datetime(typed, TODAY)
    assert found.value is None
    assert found.question


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("1234.5", "", "1234.5"),
        ("1,234.5", "", "1234.5"),
        ("1，234", "", "1234"),
        ("１２３４．５", "", "1234.5"),
        ("1 234 567.8", "", "1234567.8"),
        ("1.2万", "", "12000"),
        ("1.25亿", "", "125000000"),
        ("3千万", "", "30000000"),
        ("1.2万元", "元", "12000"),
        ("1.2万元", "万元", "1.2"),
        ("1200 tce", "tce", "1200"),
        ("95％", "%", "95"),
        ("007.50", "", "7.50"),
        (".5", "", "0.5"),
        ("5.", "", "5"),
        ("+5", "", "5"),
        ("−5", "", "-5"),
        ("-0", "", "0"),
    ],
)
def test_certain_numbers_are_read_in_canonical_form(typed, unit, value):
    found = parse_decimal(typed, unit)
    assert (found.value, found.question) == (value, "")
    assert bool(found.interpretation) is (typed != value)
    assert form_breach("decimal", found.value) is None


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("约1200", ""),
        ("1200左右", ""),
        ("3000余", ""),
        ("无", ""),
        ("1200吨", "tce"),
        ("1.2万", "万元"),
        ("12,34", ""),
        ("1.234,5", ""),
        ("1.2E+5", ""),
        ("abc", ""),
        ("1-2", ""),
    ],
)
def test_doubtful_numbers_become_a_question(typed, unit):
    found = parse_decimal(typed, unit)
    assert found.value is None
    assert found.question.endswith(("。", "？"))


@pytest.mark.parametrize("typed", ["—", "/", "--", "  "])
def test_a_stroke_means_nothing_is_filled_in(typed):
    found = parse_decimal(typed)
    assert found.value is None
    assert found.understood


def test_whole_numbers():
    assert parse_integer("三").value == 3
    assert parse_integer("3次", "次").value == 3
    assert parse_integer("1,200").value == 1200
    assert parse_integer("2.5").question


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_grouped_numbers_keep_their_value(number):
    assert Decimal(parse_decimal(f"{number:,}").value) == number


@given(st.text(max_size=20))
def test_no_text_breaks_a_reader_and_every_value_is_canonical(typed):
    for kind, found in (
        ("date", parse_date(typed, TODAY)),
        ("date-time", parse_datetime(typed, TODAY)),
        ("decimal", parse_decimal(typed, "万元")),
    ):
        assert found.value is None or form_breach(kind, found.value) is None


def read(dt, pointer, typed):
    return parse_value(dt.leaf(pointer), typed, today=TODAY)


def test_a_field_reads_by_its_own_kind(dt):
    assert read(dt, "/visited_on", "2024.5.6").value == "2024-05-06"
    assert read(dt, "/started_at", "2024.5.6 9:30").value == "2024-05-06T09:30"
    assert read(dt, "/figures/0/value", "1,000").value == "1000"
    assert read(dt, "/times", "3次").value == 3
    assert read(dt, "/shown", "√").value is True
    assert read(dt, "/shown", "未").value is False
    assert read(dt, "/shown", "也许").question
    with pytest.raises(ValueError, match="rows"):
        read(dt, "/people", "张三")


def test_choices_are_matched_leniently_and_doubts_are_asked(dt):
    assert read(dt, "/mode", "现场").value == "现场"
    assert read(dt, "/mode", " 现 场").value == "现场"
    assert read(dt, "/mode", "现场监察").question == "“现场监察”是“现场”吗？请选择。"
    assert "书面" in read(dt, "/mode", "电话").question
    assert read(dt, "/items", "计量、统计，计量").value == ["计量", "统计"]
    assert read(dt, "/items", "计量、别的").value is None


def test_text_stays_as_typed_but_for_line_ends(dt):
    assert read(dt, "/other", " 第一行\r\n第二行 ").value == " 第一行\n第二行 "
    assert read(dt, "/other", "a\x07b").value is None
    assert read(dt, "/other", "a\x07b").question
    assert read(dt, "/other", "  ").understood


def test_codes_are_normalised_when_certain_and_kept_with_a_hint_when_not(dt):
    assert read(dt, "/enterprise/uscc", "91510000123456788g").value == "91510000123456788G"
    wrong = read(dt, "/enterprise/uscc", "91510000123456788A")
    assert wrong.value == "91510000123456788A"
    assert "营业执照" in wrong.question


def test_hard_breaks_inside_sentences_are_offered_for_joining():
    pasted = "该企业2025年度能耗为12345.67吨标\n准煤，单位产品能耗符合限额标\n准要求。\n二、计量器具\n（一）进出用能单位"
    joined = "该企业2025年度能耗为12345.67吨标准煤，单位产品能耗符合限额标准要求。\n二、计量器具\n（一）进出用能单位"
    assert join_hard_breaks(pasted) == joined
    assert join_hard_breaks("一行。\n又一行。") is None
