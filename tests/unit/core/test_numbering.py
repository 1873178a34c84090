"""文号: printing from a pattern, reading what people type."""

from __future__ import annotations

import pytest

from formserver.core.errors import AppError
from formserver.core.numbering import DEFAULT_PATTERN, check_pattern, normalise_number, number_text


@pytest.mark.parametrize(
    ("organ", "word", "text"),
    [
        ("川", "节监通", "川节监通〔2026〕12号"),
        ("川节监", "节监通", "川节监通〔2026〕12号"),
        ("成都节监", "节监告", "成都节监告〔2026〕12号"),
        ("", "节监通", "节监通〔2026〕12号"),
    ],
)
def test_the_organ_word_and_the_type_word_join_without_repeating(organ: str, word: str, text: str) -> None:
    assert number_text(DEFAULT_PATTERN, organ=organ, word=word, year=2026, seq=12) == text


@pytest.mark.parametrize(
    "pattern", ["{organ}{seq}号", "{organ}〔{year}〕号", "{x}{year}{seq}", "{year}{seq}{", ""]
)
def test_a_pattern_without_year_or_serial_or_with_unknown_names_is_refused(pattern: str) -> None:
    with pytest.raises(AppError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("川节监通[2024]12号", "川节监通〔2024〕12号"),
        ("川节监通【2024】012号", "川节监通〔2024〕12号"),
        ("川节监通（2024）第12号", "川节监通〔2024〕12号"),
        ("川节监通﹝2024﹞12 号", "川节监通〔2024〕12号"),
        ("川节监通(2024) 12号", "川节监通〔2024〕12号"),
        ("川节监（安）通〔2024〕1号", "川节监（安）通〔2024〕1号"),
        ("〔2024〕12-1号", "〔2024〕12-1号"),
        ("川经信联〔2024〕3号、川发改〔2024〕5号", "川经信联〔2024〕3号、川发改〔2024〕5号"),
        ("无号", "无号"),
        ("", ""),
    ],
)
def test_typed_numbers_come_to_the_standard_form(typed: str, standard: str) -> None:
    assert normalise_number(typed) == standard


def test_the_standard_form_stays_as_it_is() -> None:
    text = "川节监通〔2026〕120号"
    assert normalise_number(normalise_number(text)) == text
