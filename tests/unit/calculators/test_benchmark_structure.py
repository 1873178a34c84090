"""Totals on both bases, what one lacks, and shares that fill the bar."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from formserver.calculators.benchmark_structure import structure_of


def line(title: str, kgce: str | None, **more: Any) -> dict[str, Any]:
    made = {
        "title": title,
        "carrier": "x",
        "counted": True,
        "direction": "in",
        "equivalent": kgce,
        "primary": kgce,
    }
    return {**made, **more}


def energy(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    sums = {"energy_in": "10000", "energy_out": "1000", "feedstock": "0"}
    made = {"lines": list(lines), "basis": "equivalent", "equivalent": sums, "primary": sums, "troubles": []}
    return {**made, **more}


def test_nothing_without_a_line_that_counts() -> None:
    assert structure_of(None) is None
    assert structure_of(energy()) is None
    assert structure_of(energy(line("原煤", "1", counted=False))) is None


def test_a_total_that_lacks_a_coefficient_names_the_energy() -> None:
    found = structure_of(energy(line("电力", "1000", carrier="electricity", primary=None), primary=None))
    assert found is not None
    equivalent, primary = found.totals
    assert (equivalent.tce, equivalent.chosen, equivalent.lacking) == ("9", True, ())
    assert (primary.tce, primary.lacking) == ("", ("电力",))
    assert found.electricity == "100.0%"


def test_sums_with_troubles_are_not_shown() -> None:
    found = structure_of(energy(line("原煤", "1000"), troubles=[{"code": "X"}]))
    assert found is not None
    assert [one.tce for one in found.totals] == ["", ""]


def test_shares_are_of_the_inputs_the_same_energy_once_the_largest_first() -> None:
    found = structure_of(
        energy(
            line("原煤", "1000"),
            line("电力", "3000", carrier="electricity"),
            line("原煤", "1000"),
            line("热力", "9000", direction="out"),
            line("柴油", "9000", counted=False),
        )
    )
    assert found is not None
    assert [(one.title, one.percent, one.x, one.width) for one in found.shares] == [
        ("电力", "60.0", "0.00%", "60.00%"),
        ("原煤", "40.0", "60.00%", "40.00%"),
    ]
    assert found.electricity == "60.0%"


def test_many_energies_end_in_one_rest_and_fill_the_bar() -> None:
    found = structure_of(energy(*(line(f"能源{i}", str(100 + i)) for i in range(20))))
    assert found is not None
    assert len(found.shares) == 8
    assert found.shares[-1].title == "其他"
    widths = sum((Decimal(one.width.rstrip("%")) for one in found.shares), Decimal(0))
    assert abs(widths - 100) < Decimal("0.1")


def test_energies_of_nothing_have_no_shares() -> None:
    found = structure_of(energy(line("原煤", "0")))
    assert found is not None
    assert (found.shares, found.electricity) == ((), "")
