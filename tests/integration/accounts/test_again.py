"""Signing in again in place: the same person alone, and never into somebody else's session."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from tests.support.website import PASSWORD, Website


@pytest.fixture
def site(tmp_path: Path):
    made = Website(tmp_path)
    yield made
    made.close()


def owner_of(site: Website, document_id: str) -> str:
    page = html.fromstring(site.client("chen").get(f"/documents/{document_id}/edit").text)
    return str(page.xpath("//form[@id='doc-form']//input[@name='_owner']/@value")[0])


def ask(site: Website, client: FlaskClient, **given: str):
    page = html.fromstring(client.get("/sign-in").text)
    token = page.xpath("//meta[@name='csrf-token']/@content")[0]
    return client.post(
        "/sign-in/again", json=given, headers={"X-CSRFToken": token, "Accept": "application/json"}
    )


def test_the_same_person_goes_on(site: Website) -> None:
    document = site.started()
    client = site.app.test_client()
    answer = ask(site, client, username="chen", password=PASSWORD, owner=owner_of(site, document.id))
    assert answer.status_code == 200
    assert answer.get_json()["csrf"]
    state = client.get(f"/documents/{document.id}/draft", headers={"Accept": "application/json"})
    assert state.get_json()["seq"] >= 1


@pytest.mark.parametrize("username", ["he", "waishi"])
def test_nobody_else_gets_a_session(site: Website, username: str) -> None:
    document = site.started()
    client = site.app.test_client()
    answer = ask(site, client, username=username, password=PASSWORD, owner=owner_of(site, document.id))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "ANOTHER_PERSON")
    assert client.get("/documents", headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("given", [{}, {"username": "chen"}, {"username": "chen", "password": PASSWORD}])
def test_what_is_missing_is_refused(site: Website, given: dict[str, str]) -> None:
    client = site.app.test_client()
    answer = ask(site, client, **given)
    assert answer.status_code in (403, 422)
    assert client.get("/documents", headers={"Accept": "application/json"}).status_code == 401


def test_it_needs_the_token_of_this_session(site: Website) -> None:
    document = site.started()
    owner = owner_of(site, document.id)
    answer = site.app.test_client().post(
        "/sign-in/again", json={"username": "chen", "password": PASSWORD, "owner": owner}
    )
    assert answer.status_code == 400


def test_a_page_of_another_person_neither_reads_nor_writes_the_draft(site: Website) -> None:
    document = site.started()
    he = site.client("he")
    headers = {"Accept": "application/json", "X-Form-User": site.actor("chen").user_id}
    assert he.get(f"/documents/{document.id}/draft", headers=headers).status_code == 401
    page = html.fromstring(he.get(f"/documents/{document.id}/edit").text)
    headers["X-CSRFToken"] = str(page.xpath("//meta[@name='csrf-token']/@content")[0])
    answer = he.patch(f"/documents/{document.id}/draft", json={"seq": 1, "fields": []}, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (401, "ANOTHER_PERSON")
