"""What people add outside the list: counted in a group of its own, and only where it is stated rightly."""

from __future__ import annotations

from typing import Any

import pytest

from formserver.equipment.papers_computer import with_outside
from formserver.equipment.papers_sums import kilo, thousandths, totals

ROW = {"category": "泵", "model": "2BA-6", "quantity": 2, "status": "在用", "power_kw": "4.5"}
MOTORS = {
    "_k": "pw000001",
    "category": "电动机",
    "batch": "第二批",
    "models": 2,
    "units": 5,
    "power_kw": "112.5",
    "capacity_kva": "0",
    "stopped": 0,
    "removed": 1,
}
TAKEN = {"summary": [MOTORS]}


def test_added_rows_have_a_group_of_their_own_and_enter_the_totals() -> None:
    made = with_outside(TAKEN, [ROW])
    assert [row["batch"] for row in made["summary"]] == ["第二批", "清单之外补充"]
    assert made["summary"][1]["group"] == "泵·清单之外补充"
    assert (made["units_total"], made["power_total"], made["removed_total"]) == (7, "121.5", 1)
    assert made["result"] == "有淘汰设备"
    assert len({row["_k"] for row in made["summary"]}) == 2


def test_nothing_added_changes_nothing() -> None:
    assert with_outside(TAKEN, None) == {}
    assert with_outside(TAKEN, []) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 0},
        {"quantity": 10_000},
        {"quantity": True},
        {"quantity": "2"},
        {"category": 5},
        {"status": None},
        {"power_kw": "1e9"},
        {"power_kw": "NaN"},
        {"power_kw": "9" * 40},
        {"capacity_kva": ["1"]},
    ],
)
def test_a_row_that_is_not_stated_rightly_does_not_count_and_does_not_break(change: dict[str, Any]) -> None:
    assert with_outside(TAKEN, [{**ROW, **change}]) == {}
    assert with_outside(TAKEN, ["x", None, {**ROW, **change}, ROW])["units_total"] == 7


def test_power_adds_up_without_rounding() -> None:
    assert kilo(sum(thousandths("0.1", 1) for _ in range(10))) == "1"
    assert kilo(112_500) == "112.5"
    assert kilo(14_000_000) == "14000"
    assert totals([])["power_total"] == "0"
