"""我的登录 and 访问令牌, as a person uses them; and passwords that were used before."""

from __future__ import annotations

import itertools
import shutil
from datetime import timedelta

import pytest

from formserver.accounts.service import AccountService
from formserver.accounts.session_repository import SessionRepository
from formserver.accounts.tokens import MOST_TOKENS, TokenService
from formserver.app import create_app
from formserver.core.clock import FixedClock, today_in_china
from formserver.core.errors import AppError
from formserver.store.tables import event
from tests.support.web import PASSWORD, context_of, make_settings


def actions(app, username):
    """The audit events of a person, by name."""
    with context_of(app).store.unit() as u:
        user = context_of(app).service(AccountService)
        rows = u.connection.execute(event.select().order_by(event.c.id)).mappings().all()
    people = {person.username: person.id for person in user.everybody()}
    return [row["action"] for row in rows if row["actor_id"] == people[username]]


def test_a_person_sees_their_sessions_and_ends_one(app, client_as):
    phone, desk = client_as("viewer"), client_as("viewer")
    page = desk.get("/account/sessions")
    assert page.heading == "我的登录"
    assert page.text.count("本机") == 1
    rows = page.tree.xpath("//tbody/tr")
    assert len(rows) == 2
    other = next(row for row in rows if "本机" not in row.text_content())
    (action,) = other.xpath(".//form/@action")
    assert "已退出那台设备上的登录" in desk.submit(page, action).text
    assert phone.get("/enterprises/").heading == "工业节能监察平台"
    assert desk.get("/enterprises/").heading == "企业档案"
    assert "account.session_ended" in actions(app, "viewer")


def test_ending_the_session_one_is_in_is_signing_out(client_as):
    client = client_as("viewer")
    page = client.get("/account/sessions")
    (action,) = page.tree.xpath("//tbody//form/@action")
    assert client.submit(page, action).heading == "工业节能监察平台"
    assert client.get("/enterprises/").heading == "工业节能监察平台"


def test_use_is_noted_at_most_once_a_minute_and_old_rows_go(app, client_as):
    context, client = context_of(app), client_as("viewer")
    person = next(u for u in context.service(AccountService).everybody() if u.username == "viewer")
    began = context.clock.now()

    def seen():
        with context.store.uow() as u:
            return u.repository(SessionRepository).of_user(person.id, began)

    (first,) = seen()
    clock = context.clock = FixedClock(first.seen_at + timedelta(seconds=50))
    client.get("/enterprises/")
    assert seen() == (first,)
    clock.advance(timedelta(seconds=20))
    client.get("/enterprises/")
    assert seen()[0].seen_at == clock.now()
    clock.advance(timedelta(hours=context.settings.session_hours))
    client_as("leader")  # whoever signs in sweeps
    assert seen() == ()


def test_a_token_is_made_shown_once_used_and_revoked(app, client_as):
    client = client_as("inspector")
    page = client.get("/account/tokens")
    fields = {"name": "统计平台", "scopes": ["documents:document:read", "enterprises:enterprise:read"]}
    made = client.submit(page, "/account/tokens", fields)
    (text,) = made.tree.xpath("//input[@id='made']/@value")
    assert text.startswith("fs_")
    again = client.get("/account/tokens")
    assert "统计平台" in again.text
    assert "从未使用" in again.text
    assert text not in again.response.text
    program = app.test_client()
    headers = {"Authorization": f"Bearer {text}"}
    assert program.get("/api/v1/me", headers=headers).json["permissions"] == fields["scopes"]
    again = client.get("/account/tokens")
    assert "从未使用" not in again.text
    (action,) = [a for a in again.tree.xpath("//form/@action") if a.endswith("/revoke")]
    assert "已撤销令牌" in client.submit(again, action).text
    assert program.get("/api/v1/me", headers=headers).status_code == 401
    assert {"account.token_created", "account.token_revoked"} <= set(actions(app, "inspector"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "", "scopes": ["documents:document:read"]}, "请给令牌起一个名字"),
        ({"name": "x" * 61, "scopes": ["documents:document:read"]}, "最多 60 个字"),
        ({"name": "甲", "scopes": []}, "至少选择一项权限"),
        ({"name": "甲", "scopes": ["accounts:user:manage"]}, "只能选择您自己拥有的权限"),
        ({"name": "甲", "scopes": ["nonsense"]}, "只能选择您自己拥有的权限"),
        ({"name": "甲", "scopes": ["documents:document:read"], "until": ""}, "最后有效日期"),
        ({"name": "甲", "scopes": ["documents:document:read"], "until": "2020-01-01"}, "最后有效日期"),
        ({"name": "甲", "scopes": ["documents:document:read"], "until": "9999-12-31"}, "最后有效日期"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused_and_what_was_typed_stays(client_as, fields, said):
    client = client_as("inspector")
    answer = client.submit(client.get("/account/tokens"), "/account/tokens", fields, status=422)
    assert said in answer.text
    assert answer.tree.xpath("//input[@id='name']/@value") == [fields["name"]]
    ticked = answer.tree.xpath("//input[@name='scopes'][@checked]/@value")
    assert set(ticked) == set(fields["scopes"]) & {"documents:document:read"}


def test_nobody_revokes_the_token_of_another(app, people):
    context = context_of(app)
    tokens, until = context.service(TokenService), today_in_china(context.clock)
    made, _ = tokens.create(people("inspector"), name="甲", scopes=["documents:document:read"], until=until)
    with pytest.raises(AppError) as refused:
        tokens.revoke(people("leader"), made.id)
    assert refused.value.code.code == "NOT_FOUND"


def test_nobody_gathers_tokens_without_end(app, people):
    context = context_of(app)
    tokens, until = context.service(TokenService), today_in_china(context.clock)
    for n in range(MOST_TOKENS):
        tokens.create(people("inspector"), name=f"{n}", scopes=["documents:document:read"], until=until)
    with pytest.raises(AppError) as refused:
        tokens.create(people("inspector"), name="多", scopes=["documents:document:read"], until=until)
    assert refused.value.code.code == "TOO_MANY_TOKENS"


def test_the_last_five_passwords_are_not_taken_again(app):
    context = context_of(app)
    accounts = context.service(AccountService)
    person = next(u for u in accounts.everybody() if u.username == "viewer")
    chosen = [PASSWORD, *(f"月落乌啼霜满天 202{n}" for n in range(5))]
    for old, new in itertools.pairwise(chosen):
        accounts.change_password(person.id, current=old, new=new, address="127.0.0.1")
    for used in chosen[1:]:
        with pytest.raises(AppError) as refused:
            accounts.change_password(person.id, current=chosen[-1], new=used, address="127.0.0.1")
        assert "最近 5 次" in refused.value.message()
    accounts.change_password(person.id, current=chosen[-1], new=PASSWORD, address="127.0.0.1")


@pytest.mark.parametrize(("address", "secure"), [("https://jn.example", True), ("http://jn.example", False)])
def test_the_cookie_is_for_https_alone_where_the_site_is(template_storage, tmp_path, address, secure):
    folder = tmp_path / "storage"
    shutil.copytree(template_storage, folder)
    site = create_app(make_settings(folder, base_url=address))
    cookie = site.test_client().get("/sign-in").headers["Set-Cookie"]
    context_of(site).store.close()
    assert ("Secure" in cookie) == secure
