"""Decisions of the list before come along, and are confirmed with one click or many at once."""

from __future__ import annotations

from formserver.equipment.models import EquipmentList
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_carrying import Carrier
from formserver.equipment.review_repository import Choice, DecisionRepository
from formserver.equipment.review_service import Reviews
from tests.support.equipment import MIXED, ready_list
from tests.support.website import Website

IN = Wish("in", "photo", "铭牌显示一九九九年出厂")


def carried(site: Website, before: EquipmentList, rows: object = MIXED) -> EquipmentList:
    """A new list as the checking job makes it."""
    new = ready_list(site, rows, previous_id=before.id)  # type: ignore[arg-type]
    with site.context.store.uow(write=True) as u:
        lists, carrier = u.repository(EquipmentListRepository), Carrier(u, before)
        pairs = [carrier.carry(row, new) for row in lists.rows(new.id, RowQuery())]
        lists.replace_rows(new.id, [row for row, _ in pairs])
        u.repository(DecisionRepository).add_many([one for _, one in pairs if one])
    return new


def rows(site: Website, one: EquipmentList) -> dict[int, tuple[str, str, str]]:
    page = site.context.service(Reviews).page(site.actor("chen"), one.id, RowQuery(), after=0, limit=100)
    return {row.number: (row.verdict, row.standing, row.decided) for row in page.rows}


def test_what_was_decided_comes_along_to_be_looked_at(site: Website) -> None:
    before, reviews = ready_list(site), site.context.service(Reviews)
    reviews.decide(site.actor("chen"), before.id, 2, IN, seen="")
    reviews.decide(site.actor("chen"), before.id, 4, Wish("comment", "", "只是意见"), seen="")
    new = carried(site, before)
    assert rows(site, new)[2] == ("review", "eliminated", "carried")
    assert [number for number, found in rows(site, new).items() if found[2]] == [2]
    (said,) = reviews.row(site.actor("he"), new.id, 2, RowQuery()).history
    assert (said.act, said.carried_from, said.by_name, said.reason) == (
        "in",
        before.id,
        "陈志远",
        IN.reason,
    )


def test_one_click_confirms_it_in_the_name_of_who_clicked(site: Website) -> None:
    before, reviews = ready_list(site), site.context.service(Reviews)
    reviews.decide(site.actor("chen"), before.id, 2, IN, seen="")
    new = carried(site, before)
    seen = reviews.row(site.actor("he"), new.id, 2, RowQuery()).seen
    assert seen
    row = reviews.decide(site.actor("he"), new.id, 2, Wish("confirm"), seen=seen)
    assert (row.standing, row.decided) == ("eliminated", "in")
    said = reviews.row(site.actor("he"), new.id, 2, RowQuery()).spoken
    assert said is not None
    assert (said.by_name, said.act, said.basis, said.reason, said.carried_from) == (
        "何雨桐",
        "in",
        "photo",
        IN.reason,
        "",
    )


def test_many_carried_ones_are_confirmed_at_once(site: Website) -> None:
    before, reviews, chen = ready_list(site), site.context.service(Reviews), site.actor("chen")
    reviews.decide(chen, before.id, 2, IN, seen="")
    reviews.decide(chen, before.id, 1, Wish("out", "papers", "已经更换为新电机"), seen="")
    reviews.decide(chen, before.id, 3, Wish("confirm"), seen="")
    new = carried(site, before)
    choice = Choice(None, RowQuery(decided="carried"))
    count, seen = reviews.choice(chen, new.id, choice)
    assert count == 3
    assert reviews.decide_many(chen, new.id, choice, Wish("confirm"), seen=seen).decided == 3
    assert {number: found[2] for number, found in rows(site, new).items() if found[2]} == {
        1: "out",
        2: "in",
        3: "confirmed",
    }


def test_what_was_taken_back_or_is_another_machine_does_not_come_along(site: Website) -> None:
    before, reviews, chen = ready_list(site), site.context.service(Reviews), site.actor("chen")
    reviews.decide(chen, before.id, 2, IN, seen="")
    seen = reviews.row(chen, before.id, 2, RowQuery()).seen
    reviews.decide(chen, before.id, 2, Wish("reset"), seen=seen)
    reviews.decide(chen, before.id, 1, Wish("confirm"), seen="")
    moved = [{**row, "location": "搬到别处"} for row in MIXED]
    assert not any(found[2] for found in rows(site, carried(site, before, moved)).values())
    assert rows(site, carried(site, before))[2][2] == ""


def test_of_two_alike_each_keeps_its_own(site: Website) -> None:
    alike = [MIXED[1], MIXED[1]]
    before, reviews = ready_list(site, alike), site.context.service(Reviews)
    reviews.decide(site.actor("chen"), before.id, 2, IN, seen="")
    assert {number: found[2] for number, found in rows(site, carried(site, before, alike)).items()} == {
        1: "",
        2: "carried",
    }


def test_a_blocked_row_carries_nothing(site: Website) -> None:
    before, reviews = ready_list(site), site.context.service(Reviews)
    reviews.decide(site.actor("chen"), before.id, 2, IN, seen="")
    blocked = [
        {key: value for key, value in row.items() if key != "_verdict"} | {"_error": "数量填了负数。"}
        for row in MIXED
    ]
    assert not any(found[2] for found in rows(site, carried(site, before, blocked)).values())


def test_it_comes_along_from_list_to_list(site: Website) -> None:
    first, reviews = ready_list(site), site.context.service(Reviews)
    reviews.decide(site.actor("chen"), first.id, 2, IN, seen="")
    third = carried(site, carried(site, first))
    assert rows(site, third)[2] == ("review", "eliminated", "carried")
    spoken = reviews.row(site.actor("chen"), third.id, 2, RowQuery()).spoken
    assert spoken is not None
    assert spoken.by_name == "陈志远"
