"""What a library says while definitions are published, withdrawn and replaced under it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from formserver.calculation.engine import calculate
from formserver.calculation.library import Library
from formserver.calculation.requests import Request, request_from_json
from formserver.calculation.results import Verdict, result_to_json
from formserver.core.clock import SystemClock
from formserver.core.definitions.editions import Catalogue, shipped_catalogue
from formserver.core.definitions.shipped import definition_hash

from .conftest import LIMITS, METHOD


@pytest.fixture
def catalogue() -> Catalogue:
    """A catalogue of its own, to be changed."""
    return shipped_catalogue(SystemClock())


def put(
    catalogue: Catalogue, kind: str, edition: str, data: dict[str, Any], status: str = "published"
) -> None:
    """Store an edition of the small calculator or its limits."""
    content = json.dumps({**data, "$id": f"{kind}s/trial/{edition}".replace("limitss", "limits")}).encode()
    days = {key: date.fromisoformat(data[key]) if data[key] else None for key in ("valid_from", "valid_to")}
    like = catalogue.definition("calculator", "cement", "gb16780-2021")
    catalogue.put(
        replace(
            like, kind=kind, name="trial", version=edition, content=content, status=status, origin="local",
            sha256=definition_hash(kind, content), **days,
        )
    )  # fmt: skip


def method(
    first: str | None, last: str | None, limits: str = "trial/gb1-2020", **more: Any
) -> dict[str, Any]:
    """The small calculator in other days."""
    return {**METHOD, "earlier": [], "valid_from": first, "valid_to": last, "limits": limits, **more}


def table(first: str | None, last: str | None, third: str) -> dict[str, Any]:
    """Limits in other days with another 限定值."""
    row = {**LIMITS["limits"][0], "levels": {"1": "90", "2": "100", "3": third}}
    return {**LIMITS, "valid_from": first, "valid_to": last, "limits": [row]}


def asked(start: str, end: str, edition: str = "") -> Request:
    """One tonne with 105 kWh."""
    return request_from_json(
        {
            "calculator": "trial",
            "product": "plain",
            "period": {"start": start, "end": end},
            "edition": edition,
            "inputs": {"output": "1", "electricity": "105"},
        }
    )


def chosen(library: Library, start: str, end: str, edition: str = "") -> tuple[str, str]:
    """(edition, code of the trouble)."""
    found = library.choose("trial", date.fromisoformat(start), date.fromisoformat(end), edition)
    return (found.calculator.edition if found.calculator else "", found.trouble.code if found.trouble else "")


@pytest.fixture
def three(catalogue: Catalogue) -> Library:
    """Three editions in a row: 2012 (open to the past through an unentered one), 2020 and, from a leap day, 2024."""
    before = [{"number": "GB 1-2000", "valid_from": None, "valid_to": "2012-12-31", "confidence": "recalled"}]
    put(
        catalogue,
        "calculator",
        "gb1-2012",
        method("2013-01-01", "2019-12-31", "trial/gb1-2012", earlier=before),
    )
    put(catalogue, "calculator", "gb1-2020", method("2020-01-01", "2024-02-28"))
    put(catalogue, "calculator", "gb1-2024", method("2024-02-29", None, "trial/gb1-2024"))
    put(catalogue, "limits", "gb1-2012", table("2013-01-01", "2019-12-31", "112"))
    put(catalogue, "limits", "gb1-2020", table("2020-01-01", "2024-02-28", "110"))
    put(catalogue, "limits", "gb1-2024", table("2024-02-29", None, "104"))
    return Library(catalogue)


@pytest.mark.parametrize(
    ("start", "end", "edition", "code"),
    [
        ("2019-12-31", "2019-12-31", "gb1-2012", ""),
        ("2020-01-01", "2020-01-01", "gb1-2020", ""),
        ("2024-02-28", "2024-02-28", "gb1-2020", ""),
        ("2024-02-29", "2024-02-29", "gb1-2024", ""),
        ("2024-02-28", "2024-02-29", "", "PERIOD_CROSSES_EDITIONS"),
        ("2019-12-31", "2020-01-01", "", "PERIOD_CROSSES_EDITIONS"),
        ("2019-06-01", "2024-12-31", "", "PERIOD_CROSSES_EDITIONS"),
        ("2012-12-31", "2013-01-01", "", "PERIOD_CROSSES_EDITIONS"),
        ("2012-12-31", "2012-12-31", "", "LIMIT_UNKNOWN"),
        ("0001-01-01", "0001-01-01", "", "LIMIT_UNKNOWN"),
        ("9999-12-31", "9999-12-31", "gb1-2024", ""),
    ],
)
def test_every_day_has_its_edition(three: Library, start, end, edition, code) -> None:
    assert chosen(three, start, end) == (edition, code)
    found = calculate(three, asked(start, end))
    assert (found.verdict in (Verdict.PASS, Verdict.FAIL)) is (code == "")


def test_a_chosen_edition_brings_its_own_limits(three: Library) -> None:
    for edition, limit in (("gb1-2020", "110"), ("gb1-2024", "104")):
        found = calculate(three, asked("2023-06-01", "2024-05-31", edition))
        assert result_to_json(found)["indicators"][0]["limits"][2]["limit"] == limit
        assert [one for one, _ in found.definitions] == [
            f"calculator/trial/{edition}",
            f"limits/trial/{edition}",
        ]
    outside = calculate(three, asked("2025-01-01", "2025-12-31", "gb1-2012"))
    assert (outside.verdict, outside.preview) == (Verdict.INCOMPLETE, True)
    assert outside.definitions[1][0] == "limits/trial/gb1-2012"


def test_own_limits_hold_from_their_day_and_never_for_another_edition(
    catalogue: Catalogue, three: Library
) -> None:
    put(catalogue, "limits", "gb1-2024+own.1", table("2025-01-01", None, "103"))
    put(catalogue, "limits", "gb1-2020+own.1", table("2023-01-01", None, "106"))
    said = {
        (start, end, edition): calculate(three, asked(start, end, edition)).definitions[1][0]
        for start, end, edition in (
            ("2022-01-01", "2022-12-31", ""), ("2023-01-01", "2023-12-31", ""), ("2024-03-01", "2024-12-31", ""),
            ("2025-01-01", "2025-12-31", ""), ("2024-02-01", "2025-03-01", "gb1-2020"),
        )
    }  # fmt: skip
    assert [one.removeprefix("limits/trial/") for one in said.values()] == [
        "gb1-2020", "gb1-2020+own.1", "gb1-2024", "gb1-2024+own.1", "gb1-2020+own.1",
    ]  # fmt: skip


def test_an_own_edition_of_the_method_follows_from_its_day(catalogue: Catalogue, three: Library) -> None:
    put(catalogue, "calculator", "gb1-2024+own.1", method("2025-07-01", None, "trial/gb1-2024"))
    assert chosen(three, "2025-06-30", "2025-06-30") == ("gb1-2024", "")
    assert chosen(three, "2025-07-01", "2025-07-01") == ("gb1-2024+own.1", "")
    put(
        catalogue,
        "calculator",
        "gb1-2024+own.2",
        method("2025-07-01", None, "trial/gb1-2024"),
        status="draft",
    )
    assert chosen(three, "2025-07-01", "2025-07-01") == ("gb1-2024+own.1", ""), "a draft holds nowhere"


def test_what_is_withdrawn_is_gone_and_nothing_stands_in_for_it(catalogue: Catalogue, three: Library) -> None:
    assert calculate(three, asked("2025-01-01", "2025-12-31")).verdict is Verdict.FAIL
    catalogue.withdraw("limits", "trial", "gb1-2024")
    found = calculate(three, asked("2025-01-01", "2025-12-31"))
    assert (found.verdict, found.troubles[0].code) == (Verdict.INCOMPLETE, "LIMIT_UNKNOWN")
    catalogue.withdraw("calculator", "trial", "gb1-2024")
    assert chosen(three, "2025-01-01", "2025-12-31")[1] == "STANDARD_NOT_IN_FORCE"
    assert calculate(three, asked("2025-01-01", "2025-12-31", "gb1-2024")).troubles[0].field == "edition"


def test_what_was_built_of_older_definitions_is_not_kept_for_newer_ones(catalogue: Catalogue) -> None:
    def slow() -> str:
        """Begun before and ended after somebody published."""
        put(catalogue, "limits", "gb1-2020", table("2020-01-01", None, "110"))
        catalogue.definitions("limits")
        return "old"

    assert catalogue.remember("what", slow) == "old"
    assert catalogue.remember("what", lambda: "new") == "new"


def test_eight_threads_agree_while_definitions_are_published(catalogue: Catalogue, three: Library) -> None:
    stop, wrong, answers = threading.Event(), [], set()

    def ask() -> None:
        while not stop.is_set():
            try:
                found = calculate(three, asked("2025-01-01", "2025-12-31"))
                answers.add((found.definitions[1][0], found.indicators[0].limits[2].limit, found.verdict))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault looked for
                wrong.append(error)
                return

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for number in range(1, 9):
        put(catalogue, "limits", f"gb1-2024+own.{number}", table("2025-01-01", None, f"{104 + number}"))
    stop.set()
    for one in threads:
        one.join(timeout=60)
    assert not wrong
    expected = {("limits/trial/gb1-2024", 104, Verdict.FAIL)} | {
        (f"limits/trial/gb1-2024+own.{n}", 104 + n, Verdict.PASS) for n in range(1, 9)
    }
    assert answers <= expected, "limits and their numbers always belong together"
    last = calculate(three, asked("2025-01-01", "2025-12-31"))
    assert last.definitions[1][0] == "limits/trial/gb1-2024+own.8", "and the newest is seen at once"
