"""The pages of a review: what they show, plain posts, refusals that lose nothing."""

from __future__ import annotations

import dataclasses
import html as escape

import pytest

from formserver.equipment.models import EquipmentList, ListState
from formserver.equipment.repository import EquipmentListRepository, RowQuery
from formserver.equipment.review_acts import Wish
from formserver.equipment.review_service import Reviews
from tests.support.equipment import MIXED, many, ready_list
from tests.support.website import Website, fields, texts

JSON = {"Accept": "application/json"}


@pytest.fixture
def kept(site: Website) -> EquipmentList:
    return ready_list(site)


def address(one: EquipmentList, more: str = "") -> str:
    return f"/equipment/lists/{one.id}/rows{more}"


def test_rows_stand_under_their_verdicts_with_everything_beside(site: Website, kept: EquipmentList) -> None:
    page = site.client("chen").get(address(kept))
    assert texts(page, "//nav[@aria-label='按结论']/a") == [
        "全部 5",
        "淘汰 1",
        "待确认 1",
        "限制 1",
        "正常 1",
        "未识别 1",
    ]
    first, second, _, _, last = texts(page, "//ol[@data-review]/li")
    for part in (
        "Y160M-4",
        "“设备信息表”第2行",
        "第二批 2-1.17",
        "逾期 3469 天",
        "建议替代 YE3 系列及以上",
        "C01",
    ):
        assert part in first
    assert "缺制造日期" in second
    assert "铭牌" in second
    assert "设备信息表!C6" in last
    assert "请改为文本" in last


def test_tabs_and_chips_narrow_and_a_reader_has_no_buttons(site: Website, kept: EquipmentList) -> None:
    page = site.client("viewer").get(address(kept, "?standing=blocked"))
    assert len(texts(page, "//ol[@data-review]/li")) == 1
    assert not texts(page, "//main//button[contains(., '移入')]")
    page = site.client("chen").get(address(kept, "?category=transformer&reason=C04"))
    assert len(texts(page, "//ol[@data-review]/li")) == 1
    page = site.client("chen").get(address(kept, "?category=nothing"))
    assert "没有符合条件的行" in page.text


def test_a_hundred_rows_at_a_time(site: Website) -> None:
    kept = ready_list(site, many(230))
    page, numbers = site.client("chen").get(address(kept, "?status=在用")), []
    while True:
        numbers += texts(page, "//ol[@data-review]/li//*[@class='rv-no']")
        following = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
        if 'rel="next"' not in page.text:
            break
        page = site.client("chen").get(escape.unescape(following))
    assert len(numbers) == len(set(numbers)) == 138


def test_a_plain_post_decides_and_comes_back_to_the_row(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    page = client.get(address(kept, "?standing=eliminated")).text
    form = fields(page, "//form[@data-act-form='confirm']")
    answer = client.post(address(kept, "/1/decide?standing=eliminated"), data=form)
    assert answer.status_code == 302
    assert answer.location.endswith("rows?standing=eliminated#row-1")
    assert "已确认" in client.get(address(kept)).text


def test_what_was_typed_stays_when_it_is_refused(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    form = fields(
        client.get(address(kept, "/2?do=in")).text, "//section[@id='decide']//form", act="in", reason="太短"
    )
    answer = client.post(address(kept, "/2/decide"), data=form)
    assert answer.status_code == 422
    assert "至少 5 个字" in answer.text
    assert "请选择依据" in answer.text
    again = fields(answer.text, "//section[@id='decide']//form")
    assert (again["reason"], again["act"]) == ("太短", "in")


def test_the_second_of_two_is_asked_again_with_his_words(site: Website, kept: EquipmentList) -> None:
    client = site.client("he")
    form = fields(
        client.get(address(kept, "/2?do=out")).text,
        "//section[@id='decide']//form",
        act="out",
        basis="papers",
        reason="合格证写明二〇〇六年出厂",
    )
    site.context.service(Reviews).decide(
        site.actor("chen"), kept.id, 2, Wish("in", "photo", "铭牌显示一九九九年出厂"), seen=""
    )
    answer = client.post(address(kept, "/2/decide"), data=form)
    assert answer.status_code == 409
    assert "陈志远" in answer.text
    assert "铭牌显示一九九九年出厂" in answer.text
    again = fields(answer.text, "//section[@id='decide']//form")
    assert (again["act"], again["basis"], again["reason"]) == ("out", "papers", "合格证写明二〇〇六年出厂")
    assert client.post(address(kept, "/2/decide"), data=again).status_code == 302


def test_a_page_that_stays_gets_the_row_drawn_anew(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    page = client.get(address(kept)).text
    form = fields(page, "//form[@data-act-form='confirm']")
    told = client.post(address(kept, "/1/decide"), data=form, headers=JSON)
    assert told.status_code == 200
    assert 'data-row="1"' in told.json["row"]
    assert "已确认" in told.json["row"]
    late = client.post(address(kept, "/1/decide"), data=form, headers=JSON)
    assert late.status_code == 409
    assert "陈志远" in late.json["error"]
    assert 'data-seen="' in late.json["row"]
    short = client.post(
        address(kept, "/2/decide"), data={**fields(page, "//form[@id='many']"), "act": "in"}, headers=JSON
    )
    assert short.status_code == 422
    assert set(short.json["faults"]) == {"reason", "basis"}


def test_many_are_asked_about_and_then_done(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    form = fields(client.get(address(kept)).text, "//form[@id='many']", act="in", row=["2", "3", "x", "77"])
    asked = client.post(address(kept, "/many"), data=form)
    assert texts(asked, "//h1") == ["移入 2 行"]
    assert not any(row.decided for row in rows(site, kept))
    sure = fields(asked.text, "//form[input[@name='sure']]", basis="report", reason="检测")
    refused = client.post(address(kept, "/many"), data=sure)
    assert refused.status_code == 422
    assert fields(refused.text, "//form[input[@name='sure']]")["basis"] == "report"
    sure["reason"] = "检测报告表明低于限定值"
    answer = client.post(address(kept, "/many"), data=sure, follow_redirects=True)
    assert "2 行已移入淘汰清单" in answer.text
    assert [row.number for row in rows(site, kept) if row.decided == "in"] == [2, 3]


def test_everything_a_filter_finds(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    form = fields(client.get(address(kept, "?category=motor")).text, "//form[@id='many']", act="out", all="1")
    asked = client.post(address(kept, "/many?category=motor"), data=form)
    assert texts(asked, "//h1") == ["移出 2 行"]
    sure = fields(asked.text, "//form[input[@name='sure']]", basis="other", reason="已经全部拆除更换")
    site.context.service(Reviews).decide(site.actor("he"), kept.id, 1, Wish("confirm"), seen="")
    moved = client.post(address(kept, "/many?category=motor"), data=sure)
    assert moved.status_code == 409
    assert "已经全部拆除更换" in moved.text
    again = fields(moved.text, "//form[input[@name='sure']]")
    assert client.post(address(kept, "/many?category=motor"), data=again).status_code == 302
    assert [row.standing for row in rows(site, kept)][:2] == ["ok", "ok"]


@pytest.mark.parametrize("act", ["", "comment", "machine", "drop"])
def test_an_act_that_is_none_is_refused_in_words(site: Website, kept: EquipmentList, act: str) -> None:
    client = site.client("chen")
    form = fields(client.get(address(kept)).text, "//form[@id='many']", act=act, all="1")
    answer = client.post(address(kept, "/many"), data=form, follow_redirects=True)
    assert answer.status_code == 200
    assert "请刷新页面" in answer.text


def test_a_closed_list_is_read_only(site: Website, kept: EquipmentList) -> None:
    client = site.client("chen")
    form = fields(client.get(address(kept)).text, "//form[@data-act-form='confirm']")
    with site.context.store.uow(write=True) as u:
        u.repository(EquipmentListRepository).update(dataclasses.replace(kept, state=ListState.CLOSED))
    assert "只能查看" in client.get(address(kept)).text
    refused = client.post(address(kept, "/1/decide"), data=form)
    assert refused.status_code == 409
    assert "重新上传" in refused.text


@pytest.mark.parametrize(
    "more",
    [
        "",
        "/1",
        "/99999",
        "/again",
        "?after=" + "9" * 40,
        "?standing=%00&q=%27",
        "?decided=nonsense&sheet=" + "x" * 300,
    ],
)
def test_another_city_finds_nothing(site: Website, kept: EquipmentList, more: str) -> None:
    assert site.client("waishi").get(address(kept, more)).status_code == 404
    assert site.client("chen").get(address(kept, more)).status_code in (200, 404)


def test_hostile_cells_stay_text(site: Website) -> None:
    evil = "<script>alert(1)</script>"
    kept = ready_list(
        site, [{**MIXED[0], "model": evil, "location": '"><img src=x onerror=alert(1)>', "name": evil}]
    )
    for more in ("", "/1"):
        page = site.client("chen").get(address(kept, more)).text
        assert evil not in page
        assert "<img src=x" not in page


def rows(site: Website, one: EquipmentList) -> list:
    page = site.context.service(Reviews).page(site.actor("chen"), one.id, RowQuery(), after=0, limit=100)
    return list(page.rows)
