"""What fits a row, and what comes of it."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest

from formserver.core.errors import AppError
from formserver.equipment.models import Decision, ListRow
from formserver.equipment.review_acts import (
    REVIEW_BLOCKED,
    REVIEW_UNFIT,
    Wish,
    checked_wish,
    outcome,
    settled,
    verbs_for,
)

ROW = ListRow(
    list_id="l",
    number=7,
    sheet="表",
    row=8,
    identity="00" * 32,
    copy=1,
    stated={},
    judged={},
    verdict="eliminated",
    category="motor",
    reason="C01",
    catalogue="第二批",
    grade="",
    standing="eliminated",
)


def row(verdict: str, standing: str = "", decided: str = "") -> ListRow:
    return dataclasses.replace(ROW, verdict=verdict, standing=standing or verdict, decided=decided)


def earlier(act: str, reason: str = "铭牌模糊看不清") -> Decision:
    at = datetime(2025, 5, 6, tzinfo=UTC)
    return Decision(
        "d",
        "l",
        7,
        ROW.identity,
        1,
        act,
        "photo",
        reason,
        "review",
        "ok",
        "review",
        "s",
        "u",
        "甲",
        "a",
        at,
        "older",
    )


@pytest.mark.parametrize(
    ("one", "verbs"),
    [
        (row("eliminated"), ("confirm", "out")),
        (row("review"), ("in", "out")),
        (row("restricted"), ("confirm", "in", "out")),
        (row("ok"), ("confirm", "in")),
        (row("eliminated", decided="confirmed"), ("out", "reset")),
        (row("review", "eliminated", "in"), ("out", "reset")),
        (row("eliminated", "ok", "out"), ("in", "reset")),
        (row("review", "ok", "carried"), ("confirm", "in", "reset")),
        (row("", ""), ()),
    ],
)
def test_the_acts_that_fit(one: ListRow, verbs: tuple[str, ...]) -> None:
    assert verbs_for(one) == verbs


def test_moving_and_taking_back() -> None:
    assert outcome(row("review"), "in") == ("eliminated", "in")
    assert outcome(row("eliminated"), "out") == ("ok", "out")
    assert outcome(row("restricted"), "confirm") == ("restricted", "confirmed")
    assert outcome(row("review", "ok", "out"), "reset") == ("review", "")


@pytest.mark.parametrize("act", ["in", "out", "confirm", "reset"])
def test_a_blocked_row_takes_no_decision(act: str) -> None:
    with pytest.raises(AppError) as raised:
        outcome(row("", ""), act)
    assert raised.value.code is REVIEW_BLOCKED


@pytest.mark.parametrize(
    ("one", "act"),
    [
        (row("review"), "confirm"),
        (row("ok"), "out"),
        (row("eliminated"), "in"),
        (row("eliminated"), "reset"),
        (row("eliminated"), "machine"),
        (row("eliminated"), "nonsense"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(one: ListRow, act: str) -> None:
    with pytest.raises(AppError) as raised:
        outcome(one, act)
    assert raised.value.code is REVIEW_UNFIT
    assert "第7行" in str(raised.value)


def test_confirming_what_was_carried_says_again_what_was_said_then() -> None:
    standing, decided, said = settled(row("review", "ok", "carried"), Wish("confirm"), earlier("out"))
    assert (standing, decided) == ("ok", "out")
    assert said == Wish("out", "photo", "铭牌模糊看不清")


def test_a_reason_given_while_confirming_replaces_the_old_one() -> None:
    wish = Wish("confirm", "", "今年又看过一次")
    _, _, said = settled(row("review", "ok", "carried"), wish, earlier("out"))
    assert said.reason == "今年又看过一次"


@pytest.mark.parametrize(
    ("wish", "fields"),
    [
        (Wish("in"), {"/reason", "/basis"}),
        (Wish("in", "photo", "太 短 了 "), {"/reason"}),
        (Wish("out", "hearsay", "听说已经换掉了"), {"/basis"}),
        (Wish("comment", "", "   "), {"/reason"}),
        (Wish("in", "photo", "看\u200b\u200b\u200b\u3000\u2060\ufeff\u200d清"), {"/reason"}),
        (Wish("comment", "", "\u200b\u200b"), {"/reason"}),
        (Wish("machine", "", ""), {"/act"}),
        (Wish("in", "photo", "字" * 501), {"/reason"}),
        (Wish("in", "photo", "有控制字符\x07的理由"), {"/reason"}),
        (Wish("confirm", "nonsense"), {"/basis"}),
    ],
)
def test_a_wish_is_refused_by_its_fields(wish: Wish, fields: set[str]) -> None:
    with pytest.raises(AppError) as raised:
        checked_wish(wish)
    assert {problem.pointer for problem in raised.value.problems} == fields


def test_a_good_wish_is_trimmed_and_kept() -> None:
    assert checked_wish(Wish("in", "photo", " 铭牌显示\r\n1999年 ")) == Wish(
        "in", "photo", "铭牌显示\n1999年"
    )
    assert checked_wish(Wish("confirm")) == Wish("confirm")
