"""The small pieces of approvals: what was looked at, what is usual, how a round ends."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from formserver.approvals.models import Decision, Deputy, Round, Step
from formserver.approvals.proofing import _usual
from formserver.approvals.service import Ticket

AT = datetime(2026, 11, 9, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("texts", "usual"),
    [
        (["甲", "甲", "乙"], "甲"),
        (["甲", "甲", "乙", "丙"], "甲"),
        (["甲", "甲", "乙", "乙"], None),
        (["甲", "乙", "丙"], None),
        (["甲", "甲", *"一二三四五"], None),
        (["甲"], None),
    ],
)
def test_usual_is_what_at_least_half_say_more_often_than_anything_else(texts, usual) -> None:
    assert _usual(texts) == usual


@pytest.mark.parametrize("text", ["", "x", "a:1:2", "a:1:2:3:4", "a:-1:1:1", "a:１:1:1", "a:1:1:9999999999"])
def test_a_ticket_that_is_none_is_none(text: str) -> None:
    assert Ticket.read(text) is None


def test_a_ticket_reads_what_it_wrote() -> None:
    ticket = Ticket("01m7z1fcfyfb7rbvnsn9szsn4x", 12, 3, 2)
    assert Ticket.read(str(ticket)) == ticket


def step(position: int, decision: Decision = Decision.OPEN) -> Step:
    return Step("d", 1, position, "审批", "", 2, "u", "张三", AT, decision)


def test_a_round_goes_on_to_the_next_open_step_and_tells_its_end() -> None:
    under_way = Round((step(1, Decision.AGREED), step(2)))
    assert under_way.current == step(2)
    assert under_way.is_last
    assert under_way.outcome is Decision.OPEN
    back = Round((step(1, Decision.RETURNED), step(2, Decision.ENDED)))
    assert back.current is None
    assert back.outcome is Decision.RETURNED
    assert not Round((step(1), step(2))).is_last


def test_a_deputy_holds_on_both_days_named_and_not_after_the_end() -> None:
    first, last = date(2026, 12, 1), date(2026, 12, 7)
    deputy = Deputy("x", "a", "甲", "b", "乙", first, last, "", AT)
    assert [deputy.holds_on(d) for d in (date(2026, 11, 30), first, last, date(2026, 12, 8))] == [
        False,
        True,
        True,
        False,
    ]
    assert not Deputy("x", "a", "甲", "b", "乙", first, last, "", AT, ended_at=AT).holds_on(first)
