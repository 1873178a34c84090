"""The list: the filter as a sentence, views, columns, the workbook; what others may not see stays unseen."""

from __future__ import annotations

import io

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from formserver.core.errors import AppError
from formserver.documents.saved_views import LONGEST_NAME, SavedViews
from formserver.documents.sheet_export import plain_cell
from tests.support.website import Website, fields, texts


@pytest.fixture(scope="module", autouse=True)
def shelf(site: Website) -> None:
    site.saved()
    site.saved(type_key="power_of_attorney")
    site.saved("he")


def chips(page: TestResponse) -> list[str]:
    return texts(page, "//a[@class='doc-chip']")


def titles(page: TestResponse) -> list[str]:
    return texts(page, "//td[contains(@class,'list-title')]/a")


def post(client: FlaskClient, path: str, **values: object) -> TestResponse:
    page = client.get("/documents?view=all").text
    data = {"csrf_token": fields(page, "//form[@method='post']")["csrf_token"], **values}
    return client.post(path, data=data)


def test_the_filter_reads_as_a_sentence_and_each_part_can_go(site: Website) -> None:
    client = site.client("chen")
    page = client.get("/documents?state=草稿&type=inspection_notice&year=2026&numbered=0&level=0&mine=1")
    assert chips(page) == ["我新建的", "草稿", "密级为公开", "没有文号", "2026年", "节能监察通知书"]
    page = client.get(
        "/documents?from=2026-01-01&to=2026-12-31&type=power_of_attorney&type=inspection_notice"
    )
    assert chips(page) == ["2026年", "授权委托书", "节能监察通知书"]
    assert len(titles(page)) == 3


def test_every_condition_narrows_and_unknown_words_are_left_out(site: Website) -> None:
    client, he = site.client("chen"), site.actor("he")
    assert len(titles(client.get(f"/documents?author={he.user_id}"))) == 1
    assert len(titles(client.get(f"/documents?enterprise={site.enterprise.id}"))) == 3
    assert titles(client.get("/documents?numbered=1")) == []
    assert titles(client.get("/documents?origin=legacy")) == []
    assert titles(client.get("/documents?no=川节监通〔2026〕999号")) == []
    nonsense = (
        "author=x&agency=y&enterprise=z&level=77&numbered=maybe&origin=form&state=错&type=no&from=13&year=0"
    )
    page = client.get(f"/documents?{nonsense}")
    assert page.status_code == 200
    assert chips(page) == []


def test_people_elsewhere_see_neither_documents_nor_names(site: Website) -> None:
    client, chen = site.client("waishi"), site.actor("chen")
    page = client.get(f"/documents?author={chen.user_id}&enterprise={site.enterprise.id}")
    assert titles(page) == []
    assert chips(page) == []
    assert "陈志远" not in texts(page, "//main")[0]
    assert "川西水泥" not in texts(page, "//main")[0]


def test_a_view_keeps_filter_and_columns_and_may_open_the_list(site: Website) -> None:
    client = site.client("chen")
    saved = post(
        client,
        "/documents/views",
        name=" 草稿 通知书 ",
        address="state=草稿&type=inspection_notice",
        col=["author", "state"],
    )
    page = client.get(saved.headers["Location"])
    assert "已保存视图“草稿 通知书”" in page.text
    assert texts(page, "//nav[@aria-label='视图']/a[@aria-current]") == ["草稿 通知书"]
    assert texts(page, "//thead//th")[2:] == ["填写人", "状态"]
    post(
        client,
        "/documents/views",
        name="草稿 通知书",
        address="state=草稿",
        col=["state"],
        default="1",
        shared="1",
    )
    opened = client.get("/documents")
    assert opened.status_code == 302
    assert chips(client.get(opened.headers["Location"])) == ["草稿"]
    assert client.get("/documents?view=all").status_code == 200


def test_shared_views_reach_the_own_agency_alone_and_only_the_owner_removes_them(site: Website) -> None:
    views, chen, he = site.context.service(SavedViews), site.actor("chen"), site.actor("he")
    view = views.save(chen, "大家的", {"state": ["草稿"]}, ["state"], shared=True, default=False)
    assert [v.name for v in views.visible(he) if not v.mine and v.id == view.id] == ["大家的"]
    assert all(v.id != view.id for v in views.visible(site.actor("waishi")))
    assert post(site.client("he"), f"/documents/views/{view.id}/delete").status_code == 404
    assert post(site.client("waishi"), f"/documents/views/{view.id}/delete").status_code == 404
    assert post(site.client("chen"), f"/documents/views/{view.id}/delete").status_code == 302
    assert all(v.id != view.id for v in views.visible(chen))


@pytest.mark.parametrize("name", ["", "   ", "长" * (LONGEST_NAME + 1), "坏\x00名"])
def test_names_nobody_can_read_are_refused_and_the_filter_stays(site: Website, name: str) -> None:
    client = site.client("he")
    with pytest.raises(AppError):
        site.context.service(SavedViews).save(site.actor("he"), name, {}, [], shared=False, default=False)
    if "\x00" not in name:
        back = post(client, "/documents/views", name=name, address="state=草稿")
        assert chips(client.get(back.headers["Location"])) == ["草稿"]


def test_columns_are_remembered_without_a_view(site: Website) -> None:
    client = site.client("he")
    post(client, "/documents/columns", col=["updated", "bogus", "author"], address="")
    assert texts(client.get("/documents?view=all"), "//thead//th")[2:] == ["最近改动", "填写人"]


def test_the_workbook_is_what_the_list_shows_and_says_what_it_is(site: Website) -> None:
    client = site.client("chen")
    answer = client.get("/documents/export.xlsx?type=power_of_attorney&col=author&col=enterprise")
    book = load_workbook(io.BytesIO(answer.data))
    answer.close()
    rows = list(book["文书"].iter_rows(values_only=True))
    assert rows[0] == ("文书", "填写人", "被监察单位")
    assert [row[1] for row in rows[1:]] == ["陈志远"]
    about = dict(book["说明"].iter_rows(values_only=True))
    assert (about["条件"], about["份数"], about["导出人"]) == ("授权委托书", "1 份", "陈志远")
    assert not list((site.storage / "tmp").glob("list-*"))
    elsewhere = site.client("waishi").get("/documents/export.xlsx")
    assert load_workbook(io.BytesIO(elsewhere.data))["文书"].max_row == 1
    elsewhere.close()


@pytest.mark.parametrize("text", ["=1+1", " =1", "+86", "-1", "@SUM(A1)", "＝1", "\t=1", "\n=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert plain_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "川西水泥", "〔2026〕1号", "2026-05-06"])
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert plain_cell(text) == text
