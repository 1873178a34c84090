"""Conclusions in sentences: what is said, and what is not said while a figure waits for confirmation."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.calculators.result_view import compared, view_of
from formserver.calculators.wording import changes, conclusion, period_words, short


def result(**more: Any) -> dict[str, Any]:
    limits = [
        {"level": n, "base": x, "limit": x, "corrections": [], "absent": False, "figure": None}
        for n, x in ((1, "94"), (2, "100"), (3, "109"))
    ]
    one = {
        "key": "coal",
        "title": "综合煤耗",
        "unit": "kgce/t",
        "value": "102.565",
        "shown": "102.57",
        "direction": "le",
        "limits": limits,
        "decisive": 3,
        "level": 3,
        "computed_passes": True,
        "verdict": "达标",
        "excess": None,
        "excess_unit": "",
        "benchmark": None,
        "baseline": None,
        "benchmark_text": "",
    }
    one.update(more.pop("indicator", {}))
    return {
        "start": "2025-01-01",
        "end": "2025-12-31",
        "product_title": "水泥熟料",
        "standard": "GB 16780-2021",
        "standard_title": "水泥单位产品能源消耗限额",
        "verdict": "达标",
        "indicators": [one],
        "unconfirmed": [],
        "troubles": [],
        "notes": [],
        "preview": False,
        **more,
    }


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2025-01-01", "2025-12-31", "2025年"),
        ("2025-01-01", "2025-06-30", "2025年1月至6月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2025-01-15", "2026-02-03", "2025年1月15日至2026年2月3日"),
        ("0001-01-01", "9999-12-31", "1年1月1日至9999年12月31日"),
    ],
)
def test_periods_are_named_as_people_name_them(start: str, end: str, words: str) -> None:
    assert period_words(start, end) == words


def test_a_pass_names_value_limit_share_level_and_verdict() -> None:
    assert conclusion(result()) == (
        "2025年，水泥熟料按 GB 16780-2021《水泥单位产品能源消耗限额》核算：综合煤耗为 102.57 kgce/t，"
        "比限定值（3级）109 kgce/t 低 5.90%，达到3级（限定值）。结论：达标。"
    )


def test_a_fail_names_the_excess_and_the_failing_indicator() -> None:
    failing = {
        "value": "120",
        "shown": "120.00",
        "level": None,
        "computed_passes": False,
        "verdict": "不达标",
        "excess": "17600",
        "excess_unit": "tce",
    }
    said = conclusion(result(verdict="不达标", indicator=failing))
    assert "高 10.09%" in said
    assert "超标能耗量 17,600 tce" in said
    assert said.endswith("结论：不达标（综合煤耗）。")


def test_a_figure_that_waits_withholds_the_verdict_in_words_too() -> None:
    said = conclusion(result(verdict="待确认", unconfirmed=[{}, {}], indicator={"verdict": "待确认"}))
    assert "测算达到3级" in said
    assert "2 个数值尚未" in said
    assert "结论：达标" not in said


def test_incomplete_and_preview_never_conclude() -> None:
    nothing = result(verdict="不完整", troubles=[{}], indicator={"value": None, "verdict": "不完整"})
    assert "数据尚不完整" in conclusion(nothing)
    assert "测算预览" in conclusion(result(verdict="不完整", preview=True))
    assert conclusion(result(verdict="不适用", notes=["统计期内停产，不作能耗限额判定。"])).endswith(
        "不作能耗限额判定。"
    )


def test_years_are_compared_from_earlier_to_later_whatever_their_order() -> None:
    before = result(start="2024-01-01", end="2024-12-31", indicator={"value": "100", "shown": "100.00"})
    said = changes([result(), before])
    assert said == ("2025年与2024年相比，综合煤耗上升 2.56%（由 100.00 到 102.57 kgce/t）。",)
    assert changes([before]) == ()


def test_side_by_side_leaves_a_gap_where_a_period_has_no_such_indicator() -> None:
    for one in (first := result(), second := result(indicator={"key": "power", "title": "综合电耗"})):
        one["troubles"] = []
    rows = compared([view_of(first, 0), view_of(second, 1)])
    assert [(row.title, [cell[0] for cell in row.cells]) for row in rows] == [
        ("综合煤耗", ["102.57", ""]),
        ("综合电耗", ["", "102.57"]),
    ]


def test_numbers_are_rounded_half_to_even_and_grouped() -> None:
    assert [short(text) for text in ("1234567.00005", "0.12345", "100", "-0.00001")] == [
        "1,234,567",
        "0.1234",
        "100",
        "0",
    ]
