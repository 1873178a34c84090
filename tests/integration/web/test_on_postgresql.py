"""The registers and their pages on a real PostgreSQL: the same answers as on SQLite."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.app import build_context, create_app
from formserver.core.errors import AppError
from formserver.core.permissions import system_actor
from formserver.enterprises.models import EnterpriseQuery
from formserver.enterprises.service import EnterpriseService
from tests.support.postgres import find_binaries, running_server
from tests.support.web import PASSWORD, CheckedClient, make_settings

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        url = server.url(server.create_database())
        built = build_context(make_settings(tmp_path_factory.mktemp("pg"), database_url=url))
        path = built.settings.schemas_dir / "agencies.json"
        agencies = built.service(AgencyService)
        agencies.load(system_actor(), json.loads(path.read_text(encoding="utf-8"))["agencies"])
        for name, code in (("li", "SC"), ("wang", "SC-MY")):
            built.service(AccountService).add_user(
                username=name,
                name=name,
                password=PASSWORD,
                agency_id=agencies.id_by_code(code),
                roles=("administrator",),
            )
        yield built
        built.store.close()


def actor_of(context, username):
    accounts = context.service(AccountService)
    return accounts.actor_for(next(u for u in accounts.everybody() if u.username == username))


def test_people_sign_in_and_keep_the_register(context):
    client = CheckedClient(create_app(context.settings, context).test_client())
    client.sign_in("li", "wrong", status=401)
    client.sign_in("li")
    client.submit(client.get("/enterprises/new"), "/enterprises/new", {"name": "川西水泥", "phone": "028-1"})
    page = client.get("/enterprises/?q=cxsn")
    url = page.tree.xpath("//td/a/@href")[0]
    client.submit(client.get(f"{url}/edit"), f"{url}/edit", {"phone": "028-2"})
    assert "028-2" in client.get(url).text


def test_search_pages_and_scope_answer_as_on_sqlite(context):
    register, actor = context.service(EnterpriseService), actor_of(context, "li")
    for n in range(12):
        register.create(actor, {"name": f"锦江玻璃{n:02}厂"})
    for query in ("", "jjbl"):
        seen, cursor = [], ""
        while True:
            page = register.search(actor, EnterpriseQuery(text=query, cursor=cursor, limit=5))
            seen += [e.name for e in page.items]
            if not (cursor := page.next_cursor):
                break
        assert len(seen) == len(set(seen)) == page.count
    assert register.search(actor_of(context, "wang"), EnterpriseQuery(text="jjbl")).count == 0
    assert register.search(actor, EnterpriseQuery(text="%")).count == 0


def test_history_cannot_be_rewritten(context):
    with pytest.raises((AppError, DBAPIError)), context.store.unit(write=True) as u:
        u.connection.execute(text("DELETE FROM enterprise_change"))
