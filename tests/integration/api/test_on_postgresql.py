"""Sessions, tokens and kept answers on a real PostgreSQL: the same answers as on SQLite."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from formserver.accounts.service import AccountService
from formserver.accounts.tokens import TokenService
from formserver.agencies.service import AgencyService
from formserver.app import build_context, create_app
from formserver.core.permissions import system_actor
from tests.support.postgres import find_binaries, running_server
from tests.support.web import PASSWORD, CheckedClient, context_of, make_settings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        url = server.url(server.create_database())
        built = build_context(make_settings(tmp_path_factory.mktemp("pg"), database_url=url))
        path = built.settings.schemas_dir / "agencies.json"
        agencies = built.service(AgencyService)
        agencies.load(system_actor(), json.loads(path.read_text(encoding="utf-8"))["agencies"])
        built.service(AccountService).add_user(
            username="li",
            name="李明",
            password=PASSWORD,
            agency_id=agencies.id_by_code("SC"),
            roles=("inspector",),
        )
        made = create_app(built.settings, built)
        made.testing = False
        yield made
        built.store.close()


def test_sessions_end_where_they_are_kept(app: Flask) -> None:
    here, copy = CheckedClient(app.test_client()), CheckedClient(app.test_client())
    here.sign_in("li")
    cookie = here.http.get_cookie("formserver")
    assert cookie is not None
    copy.http.set_cookie("formserver", cookie.value)
    assert copy.get("/account/sessions").heading == "我的登录"
    here.post("/sign-out")
    assert copy.get("/account/sessions").heading == "工业节能监察平台"


def test_a_program_creates_once_and_is_refused_what_cannot_be_stored(app: Flask) -> None:
    context = context_of(app)
    accounts = context.service(AccountService)
    actor = accounts.actor_for(accounts.everybody()[0])
    until = (context.clock.now() + timedelta(days=3)).date()
    _, text = context.service(TokenService).create(actor, name="甲", scopes=actor.permissions, until=until)
    client, headers = app.test_client(), {"Authorization": f"Bearer {text}", "Idempotency-Key": "k"}
    first = client.post("/api/v1/enterprises", json={"name": "东山钢铁"}, headers=headers)
    again = client.post("/api/v1/enterprises", json={"name": "东山钢铁"}, headers=headers)
    assert (first.status_code, again.data) == (201, first.data)
    for path in ("/documents?q=a%00b", "/enterprises?q=%00", "/documents/%00", "/check/%00"):
        assert client.get(f"/api/v1{path}", headers=headers).status_code in (404, 422), path
    bad = client.post("/api/v1/enterprises", json={"name": "a\u0000b"}, headers=headers)
    assert bad.status_code == 422
    body = {"type": "inspection_notice", "body": {"contact_person": "\ud800"}}
    assert client.post("/api/v1/documents", json=body, headers=headers).status_code == 422


def test_a_changed_password_is_remembered_and_ends_sessions(app: Flask) -> None:
    client = CheckedClient(app.test_client())
    client.sign_in("li")
    accounts = context_of(app).service(AccountService)
    accounts.set_password("li", "月落乌啼霜满天 2026")
    assert client.get("/account/sessions").heading == "工业节能监察平台"
    with pytest.raises(Exception, match="最近 5 次"):
        accounts.set_password("li", PASSWORD)
