"""Forged posts, borrowed tokens, stolen and planted sessions, redirects away, guessing of names and passwords."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from formserver.accounts import passwords
from formserver.accounts.service import AccountService
from tests.hostile.kit import Town, fresh_token, send
from tests.hostile.test_scope import address, routes
from tests.support.website import PASSWORD, fields

COOKIE = "formserver"


def changing(town: Town) -> list[tuple[str, str]]:
    """(method, address) of every route that changes something."""
    return [
        (method, address(town, rule))
        for rule, method in routes(town, with_sign_out=True)
        if method not in ("GET", "HEAD")
    ]


def signed_in(town: Town, username: str = "clerk", password: str = PASSWORD) -> FlaskClient:
    """A browser of its own, not shared with other tests."""
    client = town.app.test_client()
    page = client.get("/sign-in").text
    answer = client.post("/sign-in", data=fields(page, username=username, password=password))
    assert answer.status_code == 302, answer.text[:500]
    return client


def still_there(town: Town) -> None:
    head = town.head(town.targets.issued)
    assert head.state.value == "已编号"
    assert head.head_version == 4


@pytest.mark.parametrize("forged", ["", "forged", "IjAwMDAi.Zm9v.YmFy", "null", "中", "a" * 5000])
def test_every_change_is_refused_without_the_token_of_the_session(town: Town, forged: str) -> None:
    client = town.client("clerk")
    for method, url in changing(town):
        data = {"csrf_token": forged, "reason": "伪造", "base_version": "4", "do": "save"}
        if method == "POST":
            answer = client.post(url, data=data)
        else:
            answer = client.open(url, method=method, json={"seq": 1, "changes": []})
        assert answer.status_code == 400, (method, url, answer.status_code)
        assert (
            "安全校验" in json.loads(answer.text)["detail"] if answer.is_json else "页面已过期" in answer.text
        )
    still_there(town)


def test_the_token_of_another_persons_session_is_worth_nothing(town: Town) -> None:
    stolen = fresh_token(signed_in(town, "stranger"))
    client = town.client("clerk")
    for method, url in changing(town):
        answer = client.open(url, method=method, headers={"X-CSRFToken": stolen})
        assert answer.status_code == 400, (method, url)
    still_there(town)


def test_a_token_from_before_signing_in_ends_with_that_session(town: Town) -> None:
    client = town.app.test_client()
    page = client.get("/sign-in").text
    before = fields(page)["csrf_token"]
    client.post("/sign-in", data=fields(page, username="clerk", password=PASSWORD))
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize(
    "trick",
    [
        {"data": {"_method": "PATCH"}},
        {"headers": {"X-HTTP-Method-Override": "PATCH"}},
        {"data": b'{"seq":1}', "content_type": "text/plain"},
        {"data": b'{"csrf_token":"x"}', "content_type": "application/json"},
        {"data": b'{"seq":1,"csrf_token":"a', "content_type": "text/plain;application/json"},
        {"data": b"csrf_token", "content_type": "application/x-www-form-urlencoded"},
        {"data": b"--x", "content_type": "multipart/form-data"},
        {"data": b"--x", "content_type": "multipart/form-data; boundary=" + "x" * 300},
        {"data": b"\xff\xfe", "content_type": "application/x-www-form-urlencoded; charset=utf-16"},
        {"query_string": {"csrf_token": "x"}},
        {"headers": {"Origin": "https://evil.example", "Referer": "https://evil.example/"}},
    ],
    ids=range(11),
)
def test_content_types_and_overrides_do_not_get_around_the_token(town: Town, trick: dict) -> None:
    client = town.client("clerk")
    for url in (f"/documents/{town.targets.issued}/do/void", "/enterprises/new", "/password", "/sign-in"):
        answer = client.post(url, **trick)
        assert answer.status_code == 400, (url, answer.status_code)
    still_there(town)


def test_the_right_token_in_the_address_does_not_count(town: Town) -> None:
    client = signed_in(town)
    answer = client.post("/sign-out", query_string={"csrf_token": fresh_token(client)})
    assert answer.status_code == 400


def test_no_answer_invites_another_origin(town: Town) -> None:
    client = town.client("clerk")
    for url in ("/documents", f"/documents/{town.targets.draft}/draft", "/enterprises/pick?q=a", "/sign-in"):
        for method in ("GET", "OPTIONS"):
            answer = client.open(
                url,
                method=method,
                headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"},
            )
            assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


def test_a_planted_session_is_left_behind_at_sign_in(town: Town) -> None:
    attacker, victim = town.app.test_client(), town.app.test_client()
    attacker.get("/sign-in")
    planted = attacker.get_cookie(COOKIE)
    assert planted is not None
    victim.set_cookie(COOKIE, planted.value)
    page = victim.get("/sign-in").text
    victim.post("/sign-in", data=fields(page, username="clerk", password=PASSWORD))
    assert victim.get("/documents").status_code == 200
    attacker.set_cookie(COOKIE, planted.value)
    assert attacker.get("/documents").status_code == 302, "the planted session is nobody's"


@pytest.mark.parametrize("value", ["", "x", "e30.aa.bb", "eyJfdXNlcl9pZCI6IjEifQ.aa.bb", "a" * 4000, "中"])
def test_a_made_up_session_is_nobody(town: Town, value: str) -> None:
    client = town.app.test_client()
    client.set_cookie(COOKIE, value)
    assert client.get("/documents").status_code == 302


def test_the_cookie_is_for_this_site_and_no_script(town: Town) -> None:
    answer = town.app.test_client().get("/sign-in")
    (cookie,) = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(COOKIE + "=")]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain=" not in cookie


def test_changing_the_password_ends_every_other_session(town: Town) -> None:
    town.add("fickle", "换密码", "SC-CD", ("inspector",))
    here, elsewhere = signed_in(town, "fickle"), signed_in(town, "fickle")
    page = here.get("/password").text
    new = "月落乌啼霜满天 2027"
    data = fields(page, "//main//form[@action='/password']", current=PASSWORD, new=new, again=new)
    answer = here.post("/password", data=data)
    assert answer.status_code == 302, answer.text[-1500:]
    assert here.get("/documents").status_code == 200
    assert elsewhere.get("/documents").status_code == 302
    refused = town.app.test_client()
    page = refused.get("/sign-in").text
    again = refused.post("/sign-in", data=fields(page, username="fickle", password=PASSWORD))
    assert again.status_code == 401


def test_signing_out_empties_the_browser_and_a_used_page_cannot_be_fetched_again(town: Town) -> None:
    client = signed_in(town)
    page = client.get("/documents")
    assert page.headers["Cache-Control"] == "no-store", "the back button shows nothing to the next person"
    assert send(client, "POST", "/sign-out").status_code == 302
    assert client.get("/documents").status_code == 302


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/\x00/evil.example",
        "http:/evil.example",
        "/%5cevil.example/..//evil.example",
    ],
    ids=range(14),
)
def test_signing_in_leads_to_no_other_site(town: Town, target: str) -> None:
    client = town.app.test_client()
    page = client.get("/sign-in", query_string={"next": target}).text
    answer = client.post("/sign-in", data=fields(page, username="clerk", password=PASSWORD, next=target))
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "\t" not in answer.location
    assert "\n" not in answer.location
    again = client.get("/sign-in", query_string={"next": target})  # for who is signed in already
    assert again.location.startswith("/")
    assert not again.location.startswith(("//", "/\\"))


def test_a_referrer_of_another_site_is_no_way_back(town: Town) -> None:
    client = town.app.test_client()
    answer = client.post(
        "/enterprises/new", data={"name": "x"}, headers={"Referer": "http://localhost.evil.example/steal"}
    )
    assert answer.status_code == 401
    assert "evil" not in answer.text


def test_who_guesses_too_often_is_stopped_before_anything_is_hashed(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.add("guessed", "被猜", "SC-CD", ("inspector",))
    accounts = town.context.service(AccountService)
    monkeypatch.setattr(accounts, "_attempts_allowed", 5)
    hashed = []
    real = passwords.verify_password

    def counted(password: str, stored: str | None) -> bool:
        hashed.append(password)
        return real(password, stored)

    monkeypatch.setattr("formserver.accounts.service.verify_password", counted)
    client = town.app.test_client()
    page = client.get("/sign-in").text
    statuses = [
        client.post(
            "/sign-in",
            data=fields(page, username=name, password=f"wrong {n}"),
            environ_base={"REMOTE_ADDR": "203.0.113.77"},
        ).status_code
        for n, name in enumerate(
            ["guessed", "GUESSED", " guessed ", "ｇｕｅｓｓｅｄ", "Guessed"] + ["guessed"] * 3
        )
    ]
    assert statuses == [401] * 5 + [429] * 3
    assert len(hashed) == 5
    assert (
        client.post(
            "/sign-in",
            data=fields(page, username="guessed", password=PASSWORD),
            environ_base={"REMOTE_ADDR": "203.0.113.77"},
        ).status_code
        == 429
    ), "the right password does not open it either while it is closed"


def test_an_unknown_and_a_known_name_get_the_same_answer_after_the_same_work(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords._decoy()  # made once
    worked = []
    passwords._decoy()  # made before the counting starts
    real = passwords._hasher

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            worked.append(password)
            return real.verify(stored, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    pages = []
    for name in ("viewer", "no-such-person"):
        client = town.app.test_client()
        answer = client.post(
            "/sign-in", data=fields(client.get("/sign-in").text, username=name, password="wrong password")
        )
        assert answer.status_code == 401
        pages.append(answer.text.replace(name, "NAME"))
    assert len(worked) == 2, "one hash each"
    alerts = [page[page.index('role="alert"') :][:300] for page in pages]
    assert alerts[0] == alerts[1]


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("a" * 5000, "x"),
        ("clerk", "x" * 1_000_000),
        ("cl\x00erk", "x"),
        ("' OR 1=1 --", "x"),
        ("clerk", ""),
        ("", ""),
        ("\u202eklerc", "x"),
        ("<script>alert(1)</script>", "x"),
        ("{{7*7}}", "{{7*7}}"),
    ],
    ids=range(9),
)
def test_odd_names_and_passwords_are_simply_wrong(town: Town, name: str, password: str) -> None:
    client = town.app.test_client()
    answer = client.post(
        "/sign-in", data=fields(client.get("/sign-in").text, username=name, password=password)
    )
    assert answer.status_code in (401, 422)
    assert "<script>alert" not in answer.text
    if "{{" in name:
        assert 'value="{{7*7}}"' in answer.text


def test_a_forged_kept_form_is_neither_shown_nor_sent(town: Town) -> None:
    for kept in (
        '["https://evil.example",[["a","b"]],"x"]',
        '["/sign-out",[],""]',
        "[" * 100_000,
        '{"a":1}',
        '["/documents/x/do/void",[["reason","<script>alert(1)</script>"]],"forged"]',
    ):
        client = town.app.test_client()
        data = fields(client.get("/sign-in").text, username="clerk", password=PASSWORD, kept=kept)
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 302, (kept[:40], answer.status_code)
    still_there(town)
