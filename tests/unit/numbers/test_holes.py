"""Which numbers of a series nobody can account for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from formserver.core.models import NumberEntry, NumberStatus, Series, number_digest
from formserver.numbers.models import holes_in

SERIES = Series("a", "t", 2026)


def line(seq: int, **changes: str) -> NumberEntry:
    at = datetime(2026, 11, 9, tzinfo=UTC)
    return NumberEntry(SERIES, seq, NumberStatus.ISSUED, f"{seq}号", "d", "张三", at, **changes)


@pytest.mark.parametrize(
    ("given", "following", "holes"),
    [
        ([], 57, ()),
        ([57, 58], 59, ()),
        ([57, 59], 60, (58,)),
        ([1], 4, (2, 3)),
        ([-1, 0, 5], 6, ()),
    ],
)
def test_holes_lie_between_the_first_given_and_the_next(given, following, holes) -> None:
    assert holes_in(tuple(line(seq) for seq in given), following) == holes


def test_the_digest_covers_the_reason() -> None:
    assert number_digest(line(1)) == number_digest(line(1))
    assert number_digest(line(1)) != number_digest(line(1, reason="别的"))
