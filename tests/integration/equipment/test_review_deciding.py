"""Deciding about rows: what is kept, who may, and two people at once."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from formserver.core.errors import NOT_ALLOWED, NOT_FOUND, AppError
from formserver.equipment.lists_service import Lists
from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_repository import Choice
from formserver.equipment.review_service import (
    REVIEW_CHOICE_MOVED,
    REVIEW_CLOSED,
    REVIEW_NOT_READY,
    REVIEW_NOTHING,
    REVIEW_OVERTAKEN,
    REVIEW_STALE,
    REVIEW_TOO_MANY,
    Reviews,
)
from formserver.store.tables import event
from tests.support.equipment import many, ready_list
from tests.support.website import Website

IN = Wish("in", "photo", "铭牌显示一九九九年出厂")
EVERYTHING = Choice(None, RowQuery())


@pytest.fixture
def kept(site: Website) -> EquipmentList:
    return ready_list(site)


@pytest.fixture
def reviews(site: Website) -> Reviews:
    return site.context.service(Reviews)


def closed(site: Website, one: EquipmentList, state: ListState = ListState.CLOSED) -> None:
    with site.context.store.uow(write=True) as u:
        u.repository(EquipmentListRepository).update(dataclasses.replace(one, state=state))


def refused(code: object, deed: object, *args: object, **more: object) -> AppError:
    with pytest.raises(AppError) as raised:
        deed(*args, **more)  # type: ignore[operator]
    assert raised.value.code is code
    return raised.value


def events(site: Website, one: EquipmentList, action: str) -> list[str]:
    """The data of the audit events of one kind about a list."""
    query = event.select().where(event.c.subject == f"equipment_list:{one.id}", event.c.action == action)
    with site.context.store.unit() as u:  # type: ignore[attr-defined]
        return [str(row["data"]) for row in u.connection.execute(query).mappings()]


def test_a_row_is_moved_in_and_the_machine_is_not_touched(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    row = reviews.decide(site.actor("chen"), kept.id, 2, IN, seen="")
    assert (row.verdict, row.standing, row.decided) == ("review", "eliminated", "in")
    (said,) = reviews.row(site.actor("he"), kept.id, 2, RowQuery()).history
    assert (said.before, said.after, said.machine, said.by_name) == (
        "review",
        "eliminated",
        "review",
        "陈志远",
    )
    assert said.library == kept.library


def test_every_decision_is_an_event(site: Website, reviews: Reviews, kept: EquipmentList) -> None:
    reviews.decide(site.actor("chen"), kept.id, 2, IN, seen="")
    (told,) = events(site, kept, "equipment.decide")
    assert "铭牌显示一九九九年出厂" in told
    assert '"after"' in told


def test_the_second_person_sees_the_first(site: Website, reviews: Reviews, kept: EquipmentList) -> None:
    reviews.decide(site.actor("chen"), kept.id, 2, IN, seen="")
    wish = Wish("out", "papers", "已查出厂合格证")
    error = refused(REVIEW_OVERTAKEN, reviews.decide, site.actor("he"), kept.id, 2, wish, seen="")
    assert "陈志远" in str(error)
    assert "移入" in str(error)
    assert "淘汰" in str(error)
    seen = reviews.row(site.actor("he"), kept.id, 2, RowQuery()).seen
    assert reviews.decide(site.actor("he"), kept.id, 2, wish, seen=seen).standing == "ok"


def test_a_token_of_a_decision_that_never_was_is_refused_in_words(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    refused(REVIEW_STALE, reviews.decide, site.actor("he"), kept.id, 2, IN, seen="0" * 26)


def test_of_many_at_the_same_moment_one_decides(site: Website, reviews: Reviews, kept: EquipmentList) -> None:
    def decide(turn: int) -> str:
        try:
            reviews.decide(site.actor("chen" if turn % 2 else "he"), kept.id, 3, Wish("confirm"), seen="")
        except AppError as error:
            return error.code.code
        return "done"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(decide, range(16)))
    assert said.count("done") == 1
    assert set(said) == {"done", REVIEW_OVERTAKEN.code}
    assert len(reviews.row(site.actor("chen"), kept.id, 3, RowQuery()).history) == 1


def test_a_comment_needs_no_look_at_what_was_decided(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    reviews.decide(site.actor("chen"), kept.id, 2, IN, seen="")
    row = reviews.decide(site.actor("he"), kept.id, 2, Wish("comment", "", "再看一次"), seen="")
    assert (row.comments, row.standing) == (1, "eliminated")
    blocked = reviews.decide(site.actor("he"), kept.id, 5, Wish("comment", "", "原表写成了日期"), seen="")
    assert blocked.comments == 1


def test_taking_back_gives_the_machine_its_word_again(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    reviews.decide(site.actor("chen"), kept.id, 2, IN, seen="")
    file = reviews.row(site.actor("chen"), kept.id, 2, RowQuery())
    row = reviews.decide(site.actor("chen"), kept.id, 2, Wish("reset"), seen=file.seen)
    assert (row.standing, row.decided) == ("review", "")
    file = reviews.row(site.actor("chen"), kept.id, 2, RowQuery())
    assert len(file.history) == 2
    assert file.spoken is None


def test_another_city_finds_nothing_and_a_reader_may_not(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    stranger, viewer = site.actor("waishi"), site.actor("viewer")
    refused(NOT_FOUND, reviews.open, stranger, kept.id)
    refused(NOT_FOUND, reviews.page, stranger, kept.id, RowQuery(), after=0, limit=10)
    refused(NOT_FOUND, reviews.tally, stranger, kept.id)
    refused(NOT_FOUND, reviews.row, stranger, kept.id, 1, RowQuery())
    refused(NOT_FOUND, reviews.decide, stranger, kept.id, 2, IN, seen="")
    refused(NOT_FOUND, reviews.decide_many, stranger, kept.id, EVERYTHING, IN, seen="")
    refused(NOT_ALLOWED, reviews.decide, viewer, kept.id, 2, IN, seen="")
    refused(NOT_ALLOWED, reviews.decide_many, viewer, kept.id, EVERYTHING, IN, seen="")
    refused(NOT_FOUND, reviews.decide, site.actor("chen"), kept.id, 99, IN, seen="")
    assert len(reviews.page(viewer, kept.id, RowQuery(), after=0, limit=10).rows) == 5


def test_a_closed_list_and_one_that_is_not_ready_take_nothing(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    chen = site.actor("chen")
    closed(site, kept)
    error = refused(REVIEW_CLOSED, reviews.decide, chen, kept.id, 2, IN, seen="")
    assert "新清单" in str(error)
    refused(REVIEW_CLOSED, reviews.decide_many, chen, kept.id, EVERYTHING, IN, seen="")
    closed(site, kept, ListState.CHECKING)
    refused(REVIEW_NOT_READY, reviews.open, chen, kept.id)
    refused(REVIEW_NOT_READY, reviews.decide, chen, kept.id, 2, IN, seen="")


def test_a_void_list_is_called_void_and_nobody_is_told_to_wait(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    site.context.service(Lists).void(site.actor("chen"), kept.id, "重复报送，作废")
    said = str(refused(REVIEW_NOT_READY, reviews.decide, site.actor("chen"), kept.id, 2, IN, seen=""))
    assert "已作废" in said
    assert "识别完成后" not in said


def test_many_are_decided_and_what_does_not_fit_is_counted(site: Website, reviews: Reviews) -> None:
    kept, chen = ready_list(site, many(2_500)), site.actor("chen")
    count, seen = reviews.choice(chen, kept.id, EVERYTHING)
    assert count == 2_500
    done = reviews.decide_many(chen, kept.id, EVERYTHING, Wish("confirm"), seen=seen)
    assert (done.decided, done.passed) == (1_500, 1_000)  # not what waits, not what is blocked
    waiting = Choice(None, RowQuery(standing="review"))
    _, seen = reviews.choice(chen, kept.id, waiting)
    done = reviews.decide_many(chen, kept.id, waiting, IN, seen=seen)
    assert (done.decided, done.passed) == (500, 0)
    sums = {line.standing: 0 for line in reviews.tally(chen, kept.id)}
    for line in reviews.tally(chen, kept.id):
        sums[line.standing] += line.rows
    assert sums == {"eliminated": 1_000, "restricted": 500, "ok": 500, "": 500}


def test_many_are_asked_again_when_somebody_was_quicker(
    site: Website, reviews: Reviews, kept: EquipmentList
) -> None:
    chen, choice = site.actor("chen"), Choice((1, 2, 3), RowQuery())
    _, seen = reviews.choice(chen, kept.id, choice)
    reviews.decide(site.actor("he"), kept.id, 2, IN, seen="")
    refused(REVIEW_CHOICE_MOVED, reviews.decide_many, chen, kept.id, choice, IN, seen=seen)
    assert reviews.row(chen, kept.id, 1, RowQuery()).history == ()
    assert not events(site, kept, "equipment.decide_many")
    _, seen = reviews.choice(chen, kept.id, choice)
    assert reviews.decide_many(chen, kept.id, choice, Wish("reset"), seen=seen).decided == 1
    (told,) = events(site, kept, "equipment.decide_many")
    assert '"numbers": [1, 2, 3]' in told or '"numbers":[1,2,3]' in told


def test_nothing_chosen_and_too_much_chosen(site: Website, reviews: Reviews, kept: EquipmentList) -> None:
    chen = site.actor("chen")
    refused(REVIEW_NOTHING, reviews.choice, chen, kept.id, Choice((), RowQuery()))
    refused(REVIEW_NOTHING, reviews.choice, chen, kept.id, Choice(None, RowQuery(category="fan")))
    large = ready_list(site, many(20_001))
    refused(REVIEW_TOO_MANY, reviews.choice, chen, large.id, EVERYTHING)


@pytest.mark.parametrize("text", ["%", "_", '"', "\\", "''; drop table equipment_row;--", "😀" * 50])
def test_no_text_breaks_the_search(site: Website, reviews: Reviews, kept: EquipmentList, text: str) -> None:
    page = reviews.page(site.actor("chen"), kept.id, RowQuery(text=text), after=0, limit=10)
    assert len(page.rows) <= 5


def test_a_text_is_found_in_what_the_file_says(site: Website, reviews: Reviews, kept: EquipmentList) -> None:
    page = reviews.page(site.actor("chen"), kept.id, RowQuery(text="Y2-160"), after=0, limit=10)
    assert [row.number for row in page.rows] == [2]
