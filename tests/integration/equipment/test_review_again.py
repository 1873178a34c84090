"""Judging a list again: shown first, done only when a person says so, decisions kept, the earlier judgement readable."""

from __future__ import annotations

import dataclasses

import pytest

from formserver.core.errors import NOT_ALLOWED, AppError
from formserver.core.runner import JobRunner
from formserver.equipment.matching.library import EquipmentLibrary
from formserver.equipment.models import EquipmentList
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_again import AGAIN_JOB, AGAIN_MOVED_ON, AT_ONCE, CheckingAgain
from formserver.equipment.review_service import REVIEW_CLOSED, Reviews
from tests.support.equipment import AS_OF, MIXED, MOTOR, many, ready_list
from tests.support.website import Website, fields, texts

OLD = "stamp-of-older-rules"
WRONG = ({**MOTOR, "_verdict": "ok"}, {**MOTOR, "location": "二车间", "_verdict": "review"}, MIXED[4])
"""What older rules might have said: the motor is in the second catalogue without a condition of years."""


def made(site: Website, rows: object = WRONG) -> EquipmentList:
    one = ready_list(site, rows)  # type: ignore[arg-type]
    with site.context.store.uow(write=True) as u:
        u.repository(EquipmentListRepository).update(dataclasses.replace(one, library=OLD))
    return one


def stamp(site: Website) -> str:
    return site.context.service(EquipmentLibrary).stamp(AS_OF)


def standings(site: Website, one: EquipmentList) -> list[tuple[str, str, str]]:
    page = site.context.service(Reviews).page(site.actor("chen"), one.id, RowQuery(), after=0, limit=100)
    return [(row.verdict, row.standing, row.decided) for row in page.rows]


def address(one: EquipmentList, more: str = "") -> str:
    return f"/equipment/lists/{one.id}/rows{more}"


def test_a_preview_shows_what_would_change_and_changes_nothing(site: Website) -> None:
    one = made(site)
    before = standings(site, one)
    assert "目录、规则或能效限值有变动" in site.client("chen").get(address(one)).text
    page = site.client("chen").get(address(one, "/again"))
    assert texts(page, "//h2")[0] == "2 行会变，共 3 行"
    first = texts(page, "//tbody/tr")[0]
    assert "正常" in first
    assert "淘汰" in first
    assert "第二批" in first
    assert standings(site, one) == before


def test_the_change_keeps_what_people_decided(site: Website) -> None:
    one, reviews, chen = made(site), site.context.service(Reviews), site.actor("chen")
    reviews.decide(chen, one.id, 2, Wish("out", "papers", "合格证写明新的型号"), seen="")
    client = site.client("chen")
    form = fields(client.get(address(one, "/again")).text, "//main//form", do="apply")
    answer = client.post(address(one, "/again"), data=form, follow_redirects=True)
    assert "2 行有变化" in answer.text
    assert "目录、规则或能效限值有变动" not in answer.text
    assert standings(site, one) == [
        ("eliminated", "eliminated", ""),
        ("eliminated", "ok", "carried"),
        ("", "", ""),
    ]
    kept = reviews.open(chen, one.id)
    assert kept.library == stamp(site)
    assert kept.counts["eliminated"] == 1
    assert kept.definitions
    page = client.get(address(one, "/2"))
    assert "原机器结论" in page.text
    assert "合格证写明新的型号" in page.text
    machine, person = reviews.row(chen, one.id, 2, RowQuery()).history
    assert (machine.act, machine.machine, machine.judged["verdict"]) == ("machine", "eliminated", "review")
    assert (person.machine, person.library) == ("review", OLD)


def test_doing_it_twice_changes_nothing_more(site: Website) -> None:
    one, again, chen = made(site), site.context.service(CheckingAgain), site.actor("chen")
    assert again.apply(chen, one.id, again.stamp(one)) == 2
    before = standings(site, one)
    assert again.apply(chen, one.id, again.stamp(one)) == 0
    assert standings(site, one) == before
    assert len(site.context.service(Reviews).row(chen, one.id, 1, RowQuery()).history) == 1


def test_who_looked_at_the_row_before_is_asked_again(site: Website) -> None:
    one, reviews, chen = made(site), site.context.service(Reviews), site.actor("chen")
    again = site.context.service(CheckingAgain)
    again.apply(chen, one.id, again.stamp(one))
    with pytest.raises(AppError) as raised:
        reviews.decide(site.actor("he"), one.id, 1, Wish("confirm"), seen="")
    assert "重新识别" in str(raised.value)


def test_a_preview_that_is_out_of_date_a_closed_list_and_a_reader(site: Website) -> None:
    one, again = made(site), site.context.service(CheckingAgain)
    with pytest.raises(AppError) as raised:
        again.apply(site.actor("chen"), one.id, "stamp-of-yesterday")
    assert raised.value.code is AGAIN_MOVED_ON
    with pytest.raises(AppError) as raised:
        again.apply(site.actor("viewer"), one.id, again.stamp(one))
    assert raised.value.code is NOT_ALLOWED
    assert site.client("viewer").get(address(one, "/again")).status_code == 403
    assert site.client("waishi").get(address(one, "/again")).status_code == 404
    scope = site.actor("chen").scope
    with site.context.store.uow(write=True) as u:
        lists = u.repository(EquipmentListRepository)
        kept = lists.lock(one.id, scope)
        lists.update(dataclasses.replace(kept, state=type(kept.state).CLOSED))
    with pytest.raises(AppError) as raised:
        again.apply(site.actor("chen"), one.id, again.stamp(one))
    assert raised.value.code is REVIEW_CLOSED


def test_a_list_that_comes_to_the_same_says_so(site: Website) -> None:
    one = made(site, [MOTOR])
    client = site.client("chen")
    page = client.get(address(one, "/again"))
    assert "没有一行的结论或依据会变" in page.text
    client.post(address(one, "/again"), data=fields(page.text, "//main//form", do="apply"))
    assert site.context.service(Reviews).open(site.actor("chen"), one.id).library == stamp(site)


def test_a_long_list_goes_to_the_worker(site: Website) -> None:
    one, client = made(site, many(AT_ONCE + 5)), site.client("chen")
    context = site.context
    runner = JobRunner(context.store, {AGAIN_JOB: context.job_handlers[AGAIN_JOB]}, context.clock)
    page = client.get(address(one, "/again"))
    assert "预览会改变什么" in page.text
    client.post(address(one, "/again"), data=fields(page.text, "//main//form", do="preview"))
    assert "排队中" in client.get(address(one, "/again")).text
    before = standings(site, one)
    runner.run_all()
    page = client.get(address(one, "/again"))
    assert "只列出前 300 行" in page.text
    assert standings(site, one) == before
    client.post(address(one, "/again"), data=fields(page.text, "//main//form", do="apply"))
    runner.run_all()
    assert context.service(Reviews).open(site.actor("chen"), one.id).library == stamp(site)
    assert standings(site, one) != before
