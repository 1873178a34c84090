"""Every formatter prints what an official paper says, and every lossless one can be read back."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formserver.core.errors import AppError
from formserver.rendering import format_choices, format_text
from formserver.rendering.compile import compile_template
from formserver.rendering.formatters import FORMATTERS
from formserver.rendering.formatters_reference import formatter_table

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
DAYS = st.dates(date(1000, 1, 1)).map(date.isoformat)
MOMENTS = st.datetimes(datetime(1000, 1, 1))  # noqa: DTZ001 - paper has no offset
MINUTES = MOMENTS.map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M").rjust(16, "0"))
DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,8})?", fullmatch=True)


@pytest.mark.parametrize(
    ("template", "values", "printed"),
    [
        ("{{ x | date_cn }}", {"x": "2024-05-06"}, "2024年5月6日"),
        ("{{ x | datetime_cn }}", {"x": "2024-05-06T09:30"}, "2024年5月6日9时30分"),
        ("{{ x | date_iso }}", {"x": "2024-05-06"}, "2024-05-06"),
        ("{{ x | date_range_cn(y) }}", {"x": "2024-01-01", "y": "2024-12-31"}, "2024年1月1日至2024年12月31日"),
        ("{{ x | date_range_cn(y) }}", {"x": "2026-11-17", "y": "2026-11-17"}, "2026年11月17日"),
        (
            "{{ x | date_range_cn(y) }}",
            {"x": "2026-11-17T09:30", "y": "2026-11-17T16:05"},
            "2026年11月17日9时30分至16时05分",
        ),
        ("{{ x | time_cn }}", {"x": "09:05"}, "9时05分"),
        ("{{ x | number }}", {"x": "-1234567.50"}, "-1,234,567.50"),
        ("{{ x | number(2) }}", {"x": "12"}, "12.00"),
        ("{{ x | number | unit('tce') }}", {"x": "1234.5"}, "1,234.5 tce"),
        ("{{ x | unit('万元') }}", {"x": "3"}, "3万元"),
        ("{{ x | money_cn }}", {"x": "100203.05"}, "壹拾万零贰佰零叁元零伍分"),
        ("{{ x | money_cn }}", {"x": "20000"}, "贰万元整"),
        ("{{ x | number_cn }}", {"x": 12}, "十二"),
        ("{{ x | digits_cn }}", {"x": "2024"}, "二〇二四"),
        ("{{ x | nth }}", {"x": 3}, "3．"),
        ("{{ x | nth('（一）') }}", {"x": 11}, "（十一）"),
        ("{{ x | nth('①') }}", {"x": 2}, "②"),
        ("{{ x | article_cn }}", {"x": "12"}, "第十二条"),
        ("{{ x | article_cn }}", {"x": "12之一"}, "第十二条之一"),
        ("{{ x | article_cn }}", {"x": "5.2"}, "第5.2条"),
        ("{{ x | article_ref }}", {"x": {"law": "节约能源法", "article": "12", "paragraph": 1, "item": 2}},
         "《节约能源法》第十二条第一款第二项"),
        ("{{ x | title_marks }}", {"x": "《已有》"}, "《已有》"),
        ("{{ x | prefix('文号：') }}", {"x": "1号"}, "文号：1号"),
        ("{{ x | mask }}", {"x": "110101199001011234"}, "110***********1234"),
        ("{{ x | join_cn }}", {"x": ["甲", "乙、丙", "丁"]}, "甲、“乙、丙”、丁"),
        ("{{ x | lines }}", {"x": ["甲", "乙"]}, "甲\n乙"),
        ("{{ x | paragraphs }}", {"x": "甲\n乙"}, "甲\n乙"),
        ("{{ x | checkbox(['男', '女']) }}", {"x": "女"}, "☐男　☑女"),
        ("{{ x | checkbox(['甲', '乙', '丙'], ' ') }}", {"x": ["丙", "甲"]}, "☑甲 ☐乙 ☑丙"),
        ("{{ x | tick('甲') }}甲{{ x | tick('乙') }}乙", {"x": ["乙"]}, "☐甲☑乙"),
        ("{{ x | tick }}{{ y | tick }}", {"x": True, "y": False}, "☑☐"),
        ("{{ x | either('有', '无') }}{{ x }}", {"x": False}, "无否"),
        ("{{ x | default_slash }}{{ x | line }}{{ x | blank_as('无') }}", {"x": ""}, "/＿＿＿＿＿＿＿＿无"),
    ],
)  # fmt: skip
def test_formatter_prints_as_on_official_paper(
    make_template: Any, text_of: Any, template: str, values: dict[str, Any], printed: str
) -> None:
    assert text_of(compile_template(make_template(template)).render(values)) == printed


@pytest.mark.parametrize(
    ("template", "value"),
    [("date_cn", "2024-02-30"), ("date_cn", "5月6日"), ("date_cn", "2024-05-06T09:30"), ("datetime_cn", "2024-05-06"),
     ("number", "1,2"), ("money_cn", "1.005"), ("number_cn", "x"), ("nth('甲')", "1"), ("checkbox(['甲'])", "乙"),
     ("time_cn", "25:00"), ("either('是', '是')", True), ("nth('①')", "21"), ("checkbox", "甲"), ("line(1000)", "")],
)  # fmt: skip
def test_formatter_refuses_what_it_cannot_say_and_names_field_and_place(
    make_template: Any, template: str, value: Any
) -> None:
    compiled = compile_template(make_template(f"时间：{{{{ x | {template} }}}}"))
    with pytest.raises(AppError) as caught:
        compiled.render({"x": value})
    assert caught.value.code.code == "FIELD_UNPRINTABLE"
    assert "正文第1段" in str(caught.value)
    assert caught.value.problems[0].pointer == "/x"


@given(DAYS)
def test_date_cn_is_lossless(day: str) -> None:
    assert format_text.date_cn_back(format_text.date_cn(day)) == day


@given(MINUTES, MINUTES)
def test_times_and_ranges_are_lossless(start: str, end: str) -> None:
    assert format_text.datetime_cn_back(format_text.datetime_cn(start)) == start
    same_day = start[:10] + end[10:]
    for first, last in (
        (start, end),
        (start, same_day),
        (start, start),
        (start[:10], end[:10]),
        (start[:10], start[:10]),
    ):
        assert format_text.date_range_cn_back(format_text.date_range_cn(first, last)) == (first, last)
    assert format_text.time_cn_back(format_text.time_cn(start[11:])) == start[11:]


@given(DECIMALS)
def test_number_is_lossless(value: str) -> None:
    assert format_text.number_back(format_text.number(value)) == value


@given(st.integers(0, 10**15), st.integers(0, 99), st.booleans())
def test_money_cn_is_lossless_to_the_cent(whole: int, cents: int, negative: bool) -> None:
    amount = f"{'-' if negative and (whole or cents) else ''}{whole}.{cents:02}"
    assert format_text.money_cn_back(format_text.money_cn(amount)) == amount


@given(st.integers(0, 10**16 - 1))
def test_numerals_are_lossless(value: int) -> None:
    text = str(value)
    assert format_text.number_cn_back(format_text.number_cn(text)) == text
    assert format_text.digits_cn_back(format_text.digits_cn(text)) == text
    for style in ("1．", "（一）", "第一", "1."):
        assert format_text.nth_back(format_text.nth(text, style), style) == text


@given(st.integers(1, 9999), st.sampled_from(["", "之一", "之十二"]))
def test_articles_are_lossless(number: int, tail: str) -> None:
    article = f"{number}{tail}"
    assert format_text.article_cn_back(format_text.article_cn(article)) == article
    row = {"law": "工业节能监察办法", "article": article, "paragraph": "3"}
    assert format_text.article_ref_back(format_text.article_ref(row)) == row


@given(st.lists(TEXT, min_size=1), st.sampled_from(["、", "；", "，"]))
def test_join_cn_is_lossless_whatever_the_items_hold(items: list[str], separator: str) -> None:
    assert format_choices.join_cn_back(format_choices.join_cn(items, separator), separator) == items


@given(st.sets(st.sampled_from(["甲", "乙", "丙", "丁"])))
def test_checkbox_is_lossless(chosen: set[str]) -> None:
    options = ["甲", "乙", "丙", "丁"]
    printed = format_choices.checkbox(sorted(chosen), options)
    assert set(format_choices.checkbox_back(printed)) == chosen


@given(TEXT, st.sampled_from(["tce", "万元", "%"]))
def test_affixes_are_lossless(text: str, word: str) -> None:
    assert format_text.unit_back(format_text.unit(text, word), word) == text
    assert format_text.prefix_back(format_text.prefix(text, word), word) == text


def test_every_formatter_but_mask_is_lossless() -> None:
    assert [formatter.name for formatter in FORMATTERS.values() if not formatter.lossless] == ["mask"]


def test_language_reference_lists_every_formatter() -> None:
    reference = Path(__file__).parents[3] / "docs" / "template-language.md"
    assert formatter_table() in reference.read_text(encoding="utf-8"), (
        "run python -m formserver.rendering.formatters_reference"
    )
