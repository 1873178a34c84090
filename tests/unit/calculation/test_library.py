"""The edition follows the statistical period."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import Request
from formserver.calculation.results import Verdict
from formserver.core.errors import AppError


def chosen(library: Library, name: str, start: str, end: str, edition: str = ""):
    """The choice for a period."""
    return library.choose(name, date.fromisoformat(start), date.fromisoformat(end), edition)


@pytest.mark.parametrize(
    ("start", "end", "edition"),
    [
        ("2013-10-01", "2022-10-31", "gb16780-2012"),
        ("2022-11-01", "2022-12-31", "gb16780-2021"),
        ("2025-01-01", "2025-12-31", "gb16780-2021"),
        ("2022-10-31", "2022-10-31", "gb16780-2012"),
        ("2022-11-01", "2022-11-01", "gb16780-2021"),
    ],
)
def test_the_period_chooses_the_edition(library: Library, start, end, edition) -> None:
    found = chosen(library, "cement", start, end)
    assert found.trouble is None
    assert found.calculator is not None
    assert found.calculator.edition == edition


def test_a_period_across_a_change_asks_for_a_choice_and_keeps_it(library: Library) -> None:
    asked = chosen(library, "cement", "2022-01-01", "2022-12-31")
    assert asked.calculator is None
    assert asked.trouble is not None
    assert asked.trouble.code == "PERIOD_CROSSES_EDITIONS"
    taken = chosen(library, "cement", "2022-01-01", "2022-12-31", "gb16780-2021")
    assert taken.trouble is None
    assert taken.notes


def test_a_replaced_edition_without_values_is_named(library: Library) -> None:
    found = chosen(library, "fertiliser", "2023-01-01", "2023-12-31")
    assert found.calculator is None
    assert found.trouble is not None
    assert (found.trouble.code, found.trouble.field) == ("LIMIT_UNKNOWN", "GB 21344-2015")


def test_an_edition_to_come_is_a_preview_without_verdict(library: Library) -> None:
    request = Request(
        "rare_earth", "ion_la_oxide", date(2025, 1, 1), date(2025, 12, 31), edition="gb29435-2025"
    )
    found = calculate(library, request)
    assert found.preview
    assert found.verdict is Verdict.INCOMPLETE
    assert found.troubles[0].code == "STANDARD_NOT_IN_FORCE"


def test_an_edition_nobody_knows_is_a_trouble(library: Library) -> None:
    found = chosen(library, "cement", "2025-01-01", "2025-12-31", "gb16780-1999")
    assert found.trouble is not None
    assert found.trouble.field == "edition"


def test_standing_still_is_never_compliant(library: Library) -> None:
    request = Request("cement", "clinker", date(2025, 1, 1), date(2025, 12, 31), production_state="stopped")
    found = calculate(library, request)
    assert (found.verdict, found.indicators) == (Verdict.NOT_APPLICABLE, ())
    assert "停产" in found.notes[0]


def test_a_product_the_edition_does_not_know_is_a_trouble(library: Library) -> None:
    across = Request("rare_earth", "nd_oxide", date(2026, 7, 1), date(2027, 6, 30))
    assert [one.code for one in calculate(library, across).troubles] == ["PERIOD_CROSSES_EDITIONS"]
    later = Request("rare_earth", "nd_oxide", date(2027, 1, 1), date(2027, 12, 31))
    found = calculate(library, later)
    assert [(one.code, one.field) for one in found.troubles] == [("LIMIT_UNKNOWN", "product")]
    assert "GB 29435-2025" in found.troubles[0].message


def test_a_product_nobody_knows_is_refused(library: Library) -> None:
    with pytest.raises(AppError, match="没有产品"):
        calculate(library, Request("cement", "porcelain", date(2025, 1, 1), date(2025, 12, 31)))
