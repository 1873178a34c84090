"""The choice of language: for everybody, kept in a cookie, never a way to somewhere else."""

from __future__ import annotations

import pytest


def choose(client, language, back="/", **more):
    page = client.get("/sign-in")
    fields = {"csrf_token": page.form("/language")["csrf_token"], "language": language, "back": back}
    return client.http.post("/language", data=fields, **more)


def test_a_visitor_reads_the_sign_in_page_in_english_and_comes_back_to_it(client_as):
    client = client_as("")
    answer = choose(client, "en", "/sign-in?next=/enterprises")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/enterprises")
    page = client.get("/sign-in?next=/enterprises")
    assert page.tree.get("lang") == "en"
    assert [label.text_content().strip(" *") for label in page.tree.iter("label")] == [
        "User name",
        "Password",
    ]
    choose(client, "zh")
    assert client.get("/sign-in").tree.get("lang") == "zh-CN"


@pytest.mark.parametrize(
    "back",
    [
        "//example.org",
        "/\\example.org",
        "/\t/example.org",
        "https://example.org",
        "javascript:1",
        "",
        "/a\r\nX: 1",
        "\\",
    ],
)
def test_the_way_back_never_leads_away(client_as, back):
    assert choose(client_as(""), "en", back).headers["Location"] == "/"


def test_an_unknown_language_is_not_found_and_sets_nothing(client_as):
    answer = choose(client_as(""), "fr")
    assert answer.status_code == 404
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_the_choice_needs_the_token_of_the_page(client_as):
    answer = client_as("").http.post("/language", data={"language": "en", "back": "/"})
    assert answer.status_code == 400
    assert "language=" not in answer.headers.get("Set-Cookie", "")


def test_a_made_up_cookie_means_chinese(client_as):
    client = client_as("")
    client.http.set_cookie("language", "../../etc")
    assert client.get("/sign-in").tree.get("lang") == "zh-CN"


def test_errors_and_answers_to_scripts_are_english_and_the_interface_for_programs_is_not(client_as):
    client = client_as("inspector")
    client.http.set_cookie("language", "en")
    assert client.get("/no/such/page", status=404).heading == "Not found"
    as_json = {"Accept": "application/json"}
    assert client.http.get("/enterprises/none", headers=as_json).json["title"] == "Not found"
    assert "没有" in client.http.get("/api/v1/none", headers=as_json).json["detail"]
