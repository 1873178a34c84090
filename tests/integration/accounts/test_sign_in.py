"""Signing in and out, as people and attackers do it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from formserver.accounts.service import AccountService
from formserver.core.clock import FixedClock
from tests.support.web import PASSWORD, context_of


def test_a_person_signs_in_and_sees_who_and_where_they_are(client_as):
    page = client_as("inspector").get("/enterprises/")
    assert "李明" in page.text
    assert "四川省节能监察中心" in page.text


def test_after_signing_in_one_arrives_where_one_was_going(client_as):
    client = client_as("")
    page = client.get("/agencies/")
    assert page.heading == "工业节能监察平台"
    assert page.form("/sign-in")["next"] == "/agencies/"
    arrived = client.submit(page, "/sign-in", {"username": "viewer", "password": PASSWORD})
    assert arrived.heading == "监察机构"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\nx", ""],
)
def test_signing_in_never_leads_to_another_site(client_as, target):
    client = client_as("")
    fields = client.get("/sign-in").form("/sign-in")
    fields["next"], fields["username"], fields["password"] = target, "viewer", PASSWORD
    assert client.http.post("/sign-in", data=fields).location == "/"


@pytest.mark.parametrize(("username", "password"), [("inspector", "wrong"), ("no-such-person", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_sound_alike(client_as, username, password):
    page = client_as("").sign_in(username, password, status=401)
    assert "用户名或密码不正确" in page.text
    assert page.tree.xpath("//input[@name='username']/@value") == [username]
    assert page.tree.xpath("//input[@name='password']/@value") == [""]


def test_a_disabled_account_cannot_sign_in_and_its_session_ends(app, client_as):
    import dataclasses

    from formserver.accounts.repository import UserRepository

    client = client_as("viewer")
    store = context_of(app).store
    with store.uow(write=True) as u:
        users = u.repository(UserRepository)
        users.replace(dataclasses.replace(users.by_username("viewer"), active=False))
    assert client.get("/enterprises/").heading == "工业节能监察平台"
    client.sign_in("viewer", status=401)


def test_names_are_compared_without_case_and_width(client_as):
    client_as("").sign_in(" ＩＮＳＰＥＣＴＯＲ ")


def test_guessing_is_stopped_before_the_password_is_even_looked_at(app, client_as, monkeypatch):
    client = client_as("")
    allowed = context_of(app).settings.login_attempts
    for _ in range(allowed):
        client.sign_in("inspector", "guess", status=401)
    monkeypatch.setattr(
        "formserver.accounts.service.verify_password", lambda *_: pytest.fail("hashed a throttled attempt")
    )
    assert "15 分钟" in client.sign_in("inspector", PASSWORD, status=429).text
    client.sign_in("leader", "x" * 129, status=422)


def test_the_throttle_opens_again_after_fifteen_minutes(app, client_as):
    context = context_of(app)
    accounts = context.service(AccountService)
    clock = accounts._clock = FixedClock(context.clock.now())
    client = client_as("")
    for _ in range(context.settings.login_attempts):
        client.sign_in("inspector", "guess", status=401)
    client.sign_in("inspector", status=429)
    clock.advance(timedelta(minutes=16))
    client.sign_in("inspector")


def test_a_success_forgives_the_failures_before_it(app, client_as):
    client = client_as("")
    for _ in range(2):
        for _ in range(context_of(app).settings.login_attempts - 1):
            client.sign_in("inspector", "guess", status=401)
        client.sign_in("inspector")
        client.post("/sign-out")


def test_the_session_is_new_after_signing_in_and_gone_after_signing_out(client_as):
    client = client_as("")
    client.get("/sign-in")
    with client.http.session_transaction() as session:
        session["planted"] = "by an attacker"
    client.sign_in("viewer")
    with client.http.session_transaction() as session:
        assert "planted" not in session
    client.post("/sign-out")
    with client.http.session_transaction() as session:
        assert "_user_id" not in session
    assert client.get("/enterprises/").heading == "工业节能监察平台"


def test_a_session_ends_when_its_time_is_over(app, client_as):
    client = client_as("viewer")
    context = context_of(app)
    hours = context.settings.session_hours
    context.clock = FixedClock(context.clock.now() + timedelta(hours=hours, seconds=1))
    assert client.get("/enterprises/").heading == "工业节能监察平台"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client_as):
    client = client_as("")
    answer = client.http.get("/sign-in")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_changing_the_password_ends_the_other_sessions(client_as):
    here, elsewhere = client_as("viewer"), client_as("viewer")
    page = here.get("/password")
    new = {"current": PASSWORD, "new": "但愿人长久 2027", "again": "但愿人长久 2027"}
    assert "密码已修改" in here.submit(page, "/password", new).text
    assert here.get("/enterprises/").heading == "企业档案"
    assert elsewhere.get("/enterprises/").heading == "工业节能监察平台"
    elsewhere.sign_in("viewer", "但愿人长久 2027")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"current": "wrong", "new": "但愿人长久 2027", "again": "但愿人长久 2027"}, "现在的密码不正确"),
        ({"current": PASSWORD, "new": "short", "again": "short"}, "至少 10 个字符"),
        ({"current": PASSWORD, "new": "但愿人长久 2027", "again": "别的"}, "两次输入的新密码不一致"),
        (
            {"current": PASSWORD, "new": "viewer viewer viewer", "again": "viewer viewer viewer"},
            "不能包含用户名",
        ),
        ({"current": PASSWORD, "new": "1111111111", "again": "1111111111"}, "太容易被猜到"),
    ],
)
def test_a_bad_new_password_is_refused_with_the_reason(client_as, fields, said):
    client = client_as("viewer")
    assert said in client.submit(client.get("/password"), "/password", fields, status=422).text


def test_a_person_without_a_role_is_told_what_to_do(client_as):
    assert "请联系本单位的系统管理员" in client_as("nobody").get("/").text
