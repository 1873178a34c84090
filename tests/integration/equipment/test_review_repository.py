"""Decisions, photographs and counts on both engines; two people at once on a real PostgreSQL too."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE, Actor, system_actor
from formserver.core.service_kit import Kit
from formserver.equipment.models import Decision, EquipmentList, ListRow, ListState, NameplatePhoto
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_repository import Choice, DecisionRepository, PhotoRepository
from formserver.equipment.review_service import REVIEW_OVERTAKEN, Reviews
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import (  # noqa: F401
    ENGINES,
    database_url,
    migrated_file,
    postgres,
    sql_store,
)
from tests.support.website import Website

pytestmark = pytest.mark.parametrize("database_url", ENGINES, indirect=True)
AT = datetime(2025, 6, 30, 8, tzinfo=UTC)


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:  # noqa: F811
    sql_store._repositories.update(
        {one: one for one in (EquipmentListRepository, DecisionRepository, PhotoRepository)}
    )
    return sql_store


@pytest.fixture
def kept(store: SqlStore) -> EquipmentList:
    one = EquipmentList(
        id=new_id(),
        agency_id="a",
        enterprise_id="",
        enterprise_name="",
        uscc="",
        title="清单",
        as_of=AT.date(),
        state=ListState.READY,
        filename="清单.xlsx",
        source_sha256="0" * 64,
        created_by="u",
        created_by_name="甲",
        created_at=AT,
    )
    with store.uow(write=True) as u:
        lists = u.repository(EquipmentListRepository)
        lists.add(one)
        lists.replace_rows(one.id, [row(one.id, number) for number in range(1, 11)])
    return one


def row(list_id: str, number: int) -> ListRow:
    verdict = ("review", "eliminated")[number % 2]
    return ListRow(
        list_id=list_id,
        number=number,
        sheet="表",
        row=number + 1,
        identity=f"{number:064x}",
        copy=1,
        stated={
            "values": {"quantity": "2", "power_kw": "11.5", "status": "在用"},
            "cells": {"model": f"Y{number}"},
        },
        judged={},
        verdict=verdict,
        category="motor",
        reason="C01",
        catalogue="第二批",
        grade="",
        standing=verdict,
    )


def said(one: EquipmentList, number: int, act: str, **more: object) -> Decision:
    values = {
        "id": new_id(), "list_id": one.id, "number": number, "identity": f"{number:064x}", "copy": 1, "act": act,
        "basis": "", "reason": "", "before": "review", "after": "ok", "machine": "review", "library": "s", "by": "u",
        "by_name": "甲", "agency_id": "a", "at": AT,
    }  # fmt: skip
    return Decision(**{**values, **more})  # type: ignore[arg-type]


def reading(store: SqlStore, ask: Callable[[DecisionRepository], object]) -> object:
    with store.uow() as u:
        return ask(u.repository(DecisionRepository))


def test_what_is_in_force_and_what_was_seen(store: SqlStore, kept: EquipmentList) -> None:
    spoken = [
        said(kept, 2, "in", judged={"verdict": "review"}),
        said(kept, 2, "comment"),
        said(kept, 4, "out"),
        said(kept, 4, "reset"),
        said(kept, 6, "confirm"),
        said(kept, 6, "machine"),
    ]
    with store.uow(write=True) as u:
        u.repository(DecisionRepository).add_many(spoken)
    numbers = [2, 4, 6, 8]
    assert reading(store, lambda d: d.seen(kept.id, numbers)) == {
        2: spoken[0].id,
        4: spoken[3].id,
        6: spoken[5].id,
    }
    assert reading(store, lambda d: d.in_force(kept.id, numbers)) == {2: spoken[0], 6: spoken[4]}
    assert reading(store, lambda d: d.of_row(kept.id, 2)) == (spoken[1], spoken[0])


def test_a_decision_is_never_changed_behind_the_program(store: SqlStore, kept: EquipmentList) -> None:
    own, carried = said(kept, 2, "in"), said(kept, 4, "in", carried_from="older")
    with store.uow(write=True) as u:
        u.repository(DecisionRepository).add_many([own, carried])
    for statement in (
        "UPDATE equipment_decision SET reason = 'x'",
        f"DELETE FROM equipment_decision WHERE id = '{own.id}'",
    ):
        with pytest.raises(DBAPIError), store.engine.begin() as connection:
            connection.execute(text(statement))
    with store.engine.begin() as connection:
        connection.execute(text(f"DELETE FROM equipment_decision WHERE id = '{carried.id}'"))
    assert reading(store, lambda d: d.of_row(kept.id, 2)) == (own,)
    assert reading(store, lambda d: d.of_row(kept.id, 4)) == ()


def test_counts_and_sums_come_from_the_rows(store: SqlStore, kept: EquipmentList) -> None:
    lines = reading(store, lambda d: d.tally(kept.id))
    assert {
        (one.standing, one.rows, one.units, one.watts, one.status)
        for one in lines  # type: ignore[attr-defined]
    } == {("review", 5, 10, 115_000, "在用"), ("eliminated", 5, 10, 115_000, "在用")}
    assert reading(store, lambda d: sum(one.rows for one in d.tally(kept.id, "Y10"))) == 1


def test_a_fingerprint_changes_with_every_decision_about_the_chosen(
    store: SqlStore, kept: EquipmentList
) -> None:
    some, others = Choice((2, 4, 99), RowQuery()), Choice(None, RowQuery(standing="eliminated"))
    before = [reading(store, lambda d, c=c: d.fingerprint(kept.id, c)) for c in (some, others)]
    assert [count for count, _ in before] == [2, 5]  # type: ignore[misc]
    with store.uow(write=True) as u:
        u.repository(DecisionRepository).add_many([said(kept, 4, "out")])
    after = [reading(store, lambda d, c=c: d.fingerprint(kept.id, c)) for c in (some, others)]
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_standings_neighbours_and_what_can_be_carried(store: SqlStore, kept: EquipmentList) -> None:
    with store.uow(write=True) as u:
        decisions = u.repository(DecisionRepository)
        decisions.set_standing(kept.id, {("ok", "out"): [4, 6], ("eliminated", "in"): [8]})
        decisions.add_many([said(kept, 4, "out"), said(kept, 8, "in")])
    assert reading(store, lambda d: d.neighbours(kept.id, RowQuery(standing="ok"), 5)) == (4, 6)
    assert reading(store, lambda d: d.neighbours(kept.id, RowQuery(), 1)) == (0, 2)
    found = reading(store, lambda d: [(one[0], one[2], one[3].act) for one in d.carriable(kept.id)])
    assert found == [(f"{4:064x}", "ok", "out"), (f"{8:064x}", "eliminated", "in")]


def test_photographs_are_marked_never_deleted(store: SqlStore, kept: EquipmentList) -> None:
    photo = NameplatePhoto(new_id(), kept.id, 2, "0" * 64, "铭牌.jpg", "image/jpeg", "u", "甲", AT)
    with store.uow(write=True) as u:
        photos = u.repository(PhotoRepository)
        photos.add(photo)
        assert photos.get(kept.id, photo.id) == photo
        assert photos.remove(photo, AT, "乙")
        assert not photos.remove(photo, AT, "丙")
        assert [one.removed_by_name for one in photos.of_row(kept.id, 2)] == ["乙"]
        assert u.repository(EquipmentListRepository).row(kept.id, 2).photos == 0
        with pytest.raises(AppError):
            photos.get("another-list", photo.id)


def test_of_people_who_decide_at_once_one_does(site: Website, store: SqlStore, kept: EquipmentList) -> None:
    reviews = Reviews(dataclasses.replace(site.context.service(Kit), store=store))
    everybody = [_person(number) for number in range(12)]

    def decide(actor: Actor) -> str:
        try:
            reviews.decide(actor, kept.id, 1, Wish("confirm"), seen="")
        except AppError as error:
            return error.code.code
        return "done"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(decide, everybody))
    assert sorted(set(answers)) == sorted({"done", REVIEW_OVERTAKEN.code})
    assert answers.count("done") == 1
    assert reading(store, lambda d: len(d.of_row(kept.id, 1))) == 1


def _person(number: int) -> Actor:
    system = system_actor(f"第{number}人")
    return Actor(f"u{number}", system.name, "a", system.permissions, SYSTEM_SCOPE)


def test_text_finds_what_the_file_says_and_not_how_it_is_kept(store: SqlStore, kept: EquipmentList) -> None:
    stated = {
        "cells": {"model": "ＹＢ２－100％_L", "name": "隔爆型电动机", "status": "在用"},
        "values": {"quantity": "2"},
        "extra": {"资产编号": "ZC-17"},
        "problems": [],
    }
    with store.uow(write=True) as u:
        u.repository(EquipmentListRepository).add_rows(
            [dataclasses.replace(row(kept.id, 11), stated=stated, standing="review")]
        )

    def found(text: str, **more: str) -> list[int]:
        with store.uow() as u:
            decisions, wanted = u.repository(DecisionRepository), RowQuery(text=text, **more)
            numbers = [one.number for one in decisions.page(kept.id, wanted, after=0, limit=20)]
            assert u.repository(EquipmentListRepository).count(kept.id, wanted) == len(numbers)
            assert sum(line.rows for line in decisions.tally(kept.id, text)) >= len(numbers)
        return numbers

    for said in ("yb2-100%_l", "YB2", "ＹＢ２", "隔爆", "zc-17", "100％"):
        assert found(said) == [11], said
    for how in ("values", "cells", "quantity", "资产编号", "在用", "{", "YB2%L", "YB2_100"):
        assert found(how) == [], how
    assert found("y1") == [1, 10]
    assert found("y1", standing="review") == [10]
    with store.uow(write=True) as u:
        u.repository(EquipmentListRepository).replace_rows(kept.id, [row(kept.id, 3)])
    assert found("y1") == []
    assert found("y3") == [3]
