"""Which deeds are possible when."""

from __future__ import annotations

import pytest

from formserver.core.errors import AppError, Kind
from formserver.core.lifecycle import actions_for, available, choose
from formserver.core.models import State

LIFECYCLES = [("outward", "always"), ("outward", "optional"), ("record", "never")]


@pytest.mark.parametrize(("lifecycle", "numbering"), LIFECYCLES)
def test_every_state_is_reached_and_only_the_ends_have_no_way_out(lifecycle: str, numbering: str) -> None:
    reached, frontier = {State.DRAFT}, [State.DRAFT]
    while frontier:
        for action in available(lifecycle, numbering, frontier.pop()):
            if action.target not in reached:
                reached.add(action.target)
                frontier.append(action.target)
    dead_ends = {state for state in reached if not available(lifecycle, numbering, state)}
    assert dead_ends == {State.VOID, State.ARCHIVED}


@pytest.mark.parametrize(("lifecycle", "numbering"), LIFECYCLES)
def test_at_most_one_button_is_the_primary_one(lifecycle: str, numbering: str) -> None:
    for state in State:
        assert sum(action.primary for action in available(lifecycle, numbering, state)) <= 1


@pytest.mark.parametrize(("lifecycle", "numbering"), LIFECYCLES)
def test_going_back_and_voiding_always_need_a_reason(lifecycle: str, numbering: str) -> None:
    for action in actions_for(lifecycle, numbering):
        if action.key in {"reopen", "return", "void"}:
            assert action.needs_reason


def test_a_paper_in_use_cannot_skip_review() -> None:
    with pytest.raises(AppError) as caught:
        choose("outward", "always", State.DRAFT, "finalise")
    assert caught.value.kind is Kind.CONFLICT
    assert "已编号" in str(caught.value)


def test_a_blank_reason_is_no_reason() -> None:
    with pytest.raises(AppError, match="理由"):
        choose("record", "never", State.FINAL, "reopen", "  ")


def test_an_unknown_lifecycle_or_deed_is_refused() -> None:
    with pytest.raises(AppError):
        actions_for("secret", "never")
    with pytest.raises(AppError):
        choose("record", "never", State.DRAFT, "explode")
