"""Values over the years against the limits of their own year."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from formserver.calculators.models import SavedCalculation
from formserver.calculators.saved_trend import MOST_POINTS, trends


def kept(year: int, value: str | None, *, name: str = "", third: str | None = "110") -> SavedCalculation:
    indicator: dict[str, Any] = {
        "key": "coal",
        "title": "综合煤耗",
        "unit": "kgce/t",
        "value": value,
        "shown": value,
        "level": 3,
        "computed_passes": True,
        "verdict": "达标",
        "limits": [{"level": level, "limit": limit} for level, limit in ((1, "90"), (2, None), (3, third))],
    }
    result = {
        "start": f"{year}-01-01",
        "end": f"{year}-12-31",
        "product_title": "熟料",
        "indicators": [indicator],
    }
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return SavedCalculation(name or str(year), "o", "o", "a", "e", "cement", "clinker", "t", {}, result, at)


def test_years_stand_in_their_order_the_last_kept_of_a_year_counts() -> None:
    (found,) = trends([kept(2024, "105", name="new"), kept(2025, "100"), kept(2024, "1"), kept(2023, None)])
    assert [(point.when, point.value, point.calculation_id) for point in found.points] == [
        ("2024年", "105", "new"),
        ("2025年", "100", "2025"),
    ]
    assert len(found.lines) == 1
    assert "2024年 105，3 级" in found.spoken


def test_higher_values_stand_higher_and_inside_the_picture() -> None:
    (found,) = trends([kept(2025, "115"), kept(2024, "80")])
    low, high = (float(point.y.rstrip("%")) for point in found.points)
    assert 0 < high < low < 100
    first, third = found.points[0].limits
    assert (first[0], first[2], third[2]) == (1, "先进 90", "限定 110")
    assert high < float(third[1].rstrip("%")) < float(first[1].rstrip("%")) < low


def test_one_value_without_limits_is_a_point() -> None:
    one = kept(2025, "5", third=None)
    one.result["indicators"][0]["limits"] = []
    (found,) = trends([one])
    assert (found.points[0].limits, found.lines) == ((), ())


def test_only_the_last_years_are_drawn() -> None:
    (found,) = trends([kept(year, "100") for year in range(2030, 2000, -1)])
    assert len(found.points) == MOST_POINTS
    assert found.points[-1].when == "2030年"


def test_nothing_kept_draws_nothing() -> None:
    assert trends([]) == ()
