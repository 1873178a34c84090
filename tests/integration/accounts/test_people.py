"""Who sees what, what documents learn about people, and the commands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from formserver.accounts.commands import user_commands
from formserver.accounts.service import AccountService
from formserver.agencies.service import AgencyService
from formserver.core.definitions.sources import parse_source
from formserver.core.errors import AppError
from formserver.core.models import Document, State
from formserver.enterprises.service import EnterpriseService
from tests.support.web import context_of

NOW = datetime(2026, 5, 6, tzinfo=UTC)


def document(agency_id, enterprise_id=""):
    return Document(
        "d", "inspection_notice", "v1", "", State.DRAFT, agency_id, "u", NOW, NOW, enterprise_id=enterprise_id
    )


def run(app, *arguments, **more):
    return CliRunner().invoke(user_commands, arguments, obj=context_of(app), **more)


def test_scope_is_the_agency_and_everything_below(app, people):
    id_of = context_of(app).service(AgencyService).id_by_code
    assert people("inspector").scope.agency_ids >= {id_of(c) for c in ("SC", "SC-CD", "SC-CD-JT", "SC-MY")}
    assert people("chengdu").scope.agency_ids == {id_of(c) for c in ("SC-CD", "SC-CD-JT", "SC-CD-GX")}
    assert people("mianyang").scope.agency_ids == {id_of("SC-MY")}


def test_permissions_are_those_of_all_roles_and_no_others(people):
    assert "enterprises:enterprise:import" in people("clerk").permissions
    assert people("nobody").permissions == frozenset()
    assert people("viewer").scope.max_confidentiality == 1


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("agency.issuing_organ", "四川省经济和信息化厅"),
        ("agency.check_cap", 2),
        ("user.name", "李明"),
        ("user.cert_no", "CZinspector"),
        ("enterprise.name", "川西水泥"),
        ("enterprise.site_address", "成都市1号"),
        ("enterprise.year_check_count", None),
        ("team[].cert_no", "CZinspector"),
        ("team[role=记录人].name", None),
    ],
)
def test_new_documents_are_filled_from_the_registers(app, people, source, value):
    context, actor = context_of(app), people("inspector")
    item = context.service(EnterpriseService).create(actor, {"name": "川西水泥", "reg_address": "成都市1号"})
    parsed = parse_source(source)
    with context.store.uow() as u:
        providers = context.prefill_providers(u, actor, document(actor.agency_id, item.id))
        provided = providers[parsed.namespace].provide(parsed, {})
    assert (provided.value if provided else None) == value


def test_an_enterprise_outside_the_scope_fills_nothing(app, people):
    context = context_of(app)
    item = context.service(EnterpriseService).create(people("mianyang"), {"name": "绵阳钢铁"})
    actor = people("chengdu")
    source = parse_source("enterprise.name")
    with context.store.uow() as u:
        providers = context.prefill_providers(u, actor, document(actor.agency_id, item.id))
        assert providers["enterprise"].provide(source, {}) is None


def test_users_are_added_and_listed_from_the_command_line(app, client_as):
    done = run(
        app,
        *("add", "Zhang.San", "--name", "张三", "--agency", "SC-CD", "--role", "inspector"),
        *("--cert-no", "川A001", "--cert-to", "2028-12-31", "--password", "春江潮水连海平 2026"),
    )
    assert done.exit_code == 0, done.output
    assert "张三" in run(app, "list").output
    client_as("").sign_in("zhang.san", "春江潮水连海平 2026")


def test_a_new_password_from_the_command_line_ends_the_sessions(app, client_as):
    client = client_as("viewer")
    assert run(app, "passwd", "viewer", "--password", "春江潮水连海平 2027").exit_code == 0
    assert client.get("/enterprises/").heading == "工业节能监察平台"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("viewer", "--agency", "SC", "--role", "viewer"), "USERNAME_TAKEN"),
        (("new", "--agency", "NOWHERE", "--role", "viewer"), "NOT_FOUND"),
        (("new", "--agency", "SC", "--role", "king"), "UNKNOWN_ROLE"),
        (("a b", "--agency", "SC", "--role", "viewer"), "BAD_USERNAME"),
    ],
)
def test_what_cannot_be_added_is_refused_with_the_reason(app, arguments, code):
    done = run(app, "add", *arguments, "--name", "某", "--password", "春江潮水连海平 2026")
    assert isinstance(done.exception, AppError)
    assert done.exception.code.code == code


def test_a_weak_password_is_refused_on_the_command_line_too(app):
    done = run(app, "passwd", "viewer", "--password", "123")
    assert isinstance(done.exception, AppError)
    assert done.exception.code.code == "WEAK_PASSWORD"


def test_parallel_guesses_are_all_counted(app):
    from concurrent.futures import ThreadPoolExecutor

    context = context_of(app)
    accounts = context.service(AccountService)

    def guess(_n):
        try:
            accounts.authenticate("inspector", "wrong", address="1.2.3.4")
        except AppError as error:
            return error.code.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(40)))
    assert answers.count("WRONG_CREDENTIALS") == context.settings.login_attempts
    assert answers.count("TOO_MANY_ATTEMPTS") == 40 - context.settings.login_attempts


def test_inspectors_are_picked_by_initials_within_the_own_agencies(client_as):
    items = client_as("chengdu").http.get("/people/pick?q=ccd").json["items"]
    assert [(i["name"], i["facts"]["cert_no"]) for i in items] == [("陈成都", "CZchengdu")]
    assert client_as("chengdu").http.get("/people/pick?q=李明").json["items"] == []
    assert client_as("").http.get("/people/pick?q=李明").status_code == 302


def test_an_office_behind_one_address_is_only_stopped_by_very_many_failures(app):
    context = context_of(app)
    accounts = context.service(AccountService)
    limit = context.settings.login_attempts * 10

    def answer(n, address):
        with pytest.raises(AppError) as refused:
            accounts.authenticate(f"nobody{n}", "wrong", address=address)
        return refused.value.code.code

    assert {answer(n, "10.0.0.1") for n in range(limit)} == {"WRONG_CREDENTIALS"}
    assert answer(limit, "10.0.0.1") == "TOO_MANY_ATTEMPTS"
    assert answer(limit, "10.0.0.2") == "WRONG_CREDENTIALS"
    assert answer(limit, "127.0.0.1") == "WRONG_CREDENTIALS"
