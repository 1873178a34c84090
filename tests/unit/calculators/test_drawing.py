"""Level bars: everything inside the picture, words that do not touch, both directions, negative limits."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from formserver.calculators.drawing import Bar, bar_of


def indicator(value: str | None, *limits: str | None, direction: str = "le", **more: Any) -> dict[str, Any]:
    return {
        "title": "综合煤耗",
        "unit": "kgce/t",
        "value": value,
        "shown": value or "",
        "direction": direction,
        "limits": [{"level": n, "limit": limit} for n, limit in enumerate(limits, 1)],
        "benchmark": None,
        "baseline": None,
        **more,
    }


def bar(*given: Any, **more: Any) -> Bar:
    made = bar_of(indicator(*given, **more))
    assert made is not None
    return made


def number(text: str) -> float:
    return float(text.removesuffix("%"))


@pytest.mark.parametrize(
    "limits",
    [
        ("94", "100", "109"),
        ("-30", "-10", "5"),
        ("5", "5", "5"),
        ("100", "100.1", "100.2"),
        (None, None, "60"),
    ],
    ids=str,
)
@pytest.mark.parametrize("value", ["-1000", "0", "100", "99999999", None], ids=str)
def test_everything_lies_inside_and_the_zones_fill_the_bar(limits: Any, value: str | None) -> None:
    made = bar(value, *limits)
    for one in (*made.marks, *made.policy):
        assert 0 <= number(one.x) <= 100
    assert value is None or 0 <= number(made.value_x) <= 100
    assert sum(number(zone.width) for zone in made.zones) == pytest.approx(100, abs=0.1)
    assert all(number(zone.width) >= 0 for zone in made.zones)


@pytest.mark.parametrize("limits", [("94", "100", "109"), ("1", "2", "90"), ("5", "5", "5")], ids=str)
def test_words_of_one_row_do_not_touch(limits: Any) -> None:
    made = bar("100", *limits)
    for row in range(made.rows):
        places = sorted(number(mark.x) for mark in made.marks if mark.row == row)
        assert all(right - left >= 24 for left, right in itertools.pairwise(places))


def test_less_is_better_and_more_is_better_turn_the_zones_round() -> None:
    assert [zone.css for zone in bar("100", "94", "100", "109").zones] == [
        "calc-zone-1",
        "calc-zone-2",
        "calc-zone-3",
        "calc-zone-over",
    ]
    upward = bar("70", "90", "80", "60", direction="ge")
    assert [zone.css for zone in upward.zones] == [
        "calc-zone-over",
        "calc-zone-3",
        "calc-zone-2",
        "calc-zone-1",
    ]


def test_policy_marks_stand_apart_and_the_words_name_every_level() -> None:
    made = bar("102.57", "94", "100", "109", benchmark={"value": "100"}, baseline={"value": "117"})
    assert [mark.word for mark in made.policy] == ["标杆", "基准"]
    assert made.spoken == "综合煤耗 102.57 kgce/t；先进值 94，准入值 100，限定值 109"


def test_unknown_limits_have_no_mark_and_none_at_all_no_bar() -> None:
    assert [mark.word for mark in bar("3", None, None, "9").marks] == ["限定"]
    assert bar_of(indicator("3", None, None, None)) is None
