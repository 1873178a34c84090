"""What a person sees when something cannot be shown: what happened, and one thing to do."""

from __future__ import annotations

import pytest
from lxml import html

from tests.support.web import context_of


def buttons(page):
    """The primary buttons of the page's content: text and where they lead."""
    tree = page if not hasattr(page, "tree") else page.tree
    return [
        (a.text_content().strip(), a.get("href"))
        for a in tree.xpath("//main//*[contains(@class, 'btn-primary')]")
    ]


def test_denied_and_missing_pages_lead_back_to_the_workbench(client_as):
    client = client_as("viewer")
    for path, status in (("/enterprises/new", 403), ("/enterprises/no-such-id", 404)):
        assert buttons(client.get(path, status=status)) == [("回到工作台", "/")]


def test_a_stranger_who_is_lost_is_shown_the_way_in(client_as):
    assert buttons(client_as("").get("/no/such/page", status=404)) == [("去登录", "/")]


def test_a_refused_post_leads_back_to_the_page_it_came_from(client_as):
    client = client_as("inspector")
    here = "http://localhost/enterprises/new?name=x"
    page = client.post("/enterprises/new", {"name": "x" * 3_000_000}, status=413, headers={"Referer": here})
    assert buttons(page) == [("返回刚才的页面", "/enterprises/new?name=x")]


@pytest.mark.parametrize(
    "referrer", ["https://example.org/enterprises/new", "http://localhost.example.org/", "", "javascript:1"]
)
def test_nobody_elses_page_is_offered_as_the_way_back(client_as, referrer):
    client = client_as("inspector")
    data = {"name": "x" * 3_000_000}
    page = client.post("/enterprises/new", data, status=413, headers={"Referer": referrer})
    assert buttons(page) == [("回到工作台", "/")]


def test_an_unexpected_error_says_its_number_and_nothing_of_itself(app, client_as):
    client = client_as("inspector")

    def broken():
        raise RuntimeError("secret words of the program")

    context_of(app).home = broken
    answer = client.http.get("/")
    assert answer.status_code == 500
    assert "secret words" not in answer.text
    tree = html.fromstring(answer.text)
    assert tree.xpath("string(//*[@class='fs-request-id']/strong)") == answer.headers["X-Request-ID"]
    assert buttons(tree) == [("重试", "/?")]


def test_a_signed_in_person_without_any_role_is_told_what_to_do(client_as):
    page = client_as("nobody").get("/")
    assert page.heading == "工作台"
    assert "请联系本单位的系统管理员开通" in page.text


def test_the_bell_shows_nothing_to_a_stranger(client_as):
    page = client_as("").get("/sign-in")
    assert not page.tree.xpath("//*[@data-bell]")
    assert not page.tree.xpath("//*[@data-connection]")
