"""The reference day as people write it."""

from __future__ import annotations

from datetime import date

import pytest

from formserver.core.errors import AppError
from formserver.equipment.lists_wishes import typed_day

TODAY = date(2026, 5, 6)


@pytest.mark.parametrize("text", ["2026-05-06", "2026-5-6", "2026/5/6", "2026年5月6日", " 2026.05.06 ", ""])
def test_days_are_understood_and_nothing_is_today(text: str):
    assert typed_day(text, TODAY) == TODAY


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2009-12-31", "2027-05-08", "昨天", "2026-05", "二〇二六年", "2026-05-06x"]
)
def test_days_that_are_none_are_refused_in_words(text: str):
    with pytest.raises(AppError) as refused:
        typed_day(text, TODAY)
    assert refused.value.code.code == "EQUIPMENT_LIST_DAY"
    assert text in str(refused.value)
