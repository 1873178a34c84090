"""Every operation of the API × everybody who has no business there; tokens that are over; requests that are no requests."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from formserver.accounts.repository import UserRepository
from formserver.accounts.token_repository import TokenRepository
from formserver.accounts.tokens import FAILURES, TokenService
from formserver.api.asking import PATH_SCHEMAS
from formserver.api.examples import example
from formserver.core.clock import FixedClock, today_in_china
from formserver.core.ids import new_id
from formserver.core.permissions import Permission
from formserver.web.api import API_ROOT, Operation, Parameter
from formserver.web.permissions import ANY_SIGNED_IN
from tests.hostile.kit import SECRETS, Town, fresh_token
from tests.hostile.test_csrf_and_sessions import COOKIE, signed_in
from tests.support.api import token_for

OBJECTS = (
    *("document_id", "enterprise_id", "rendition_id", "agency_id", "evidence_id", "upload_id", "page_id"),
    *("original_id", "mark_id", "seal_id", "remark_id", "appointment_id", "view_id", "token_id", "job_id"),
    *("session_id", "batch_id", "calculation_id"),
)
"""What an address can name that belongs to somebody."""
CALCULATION = {
    "calculator": "cement",
    "product": "clinker",
    "period": {"start": "2025-01-01", "end": "2025-12-31"},
}
BODIES: dict[str, Any] = {
    "create_document": {"type": "inspection_notice"},
    "save_version": {"base_version": 4, "body": {}},
    "patch_draft": {"changes": [{"op": "set", "at": "/contact_person", "value": "甲"}]},
    "create_enterprise": {"name": "某公司"},
    "update_enterprise": {"contact": "甲"},
    "number_document": {},
    "finalise_document": {},
    "decide_approval": {"decision": "return", "round": 1, "position": 1, "reason": "试探"},
    "save_draft": {},
    "evaluate_calculation": CALCULATION,
    "save_calculation": {**CALCULATION, "title": "熟料"},
    "start_bulk": {
        "deed": "pdf",
        "items": [{"document_id": example(PATH_SCHEMAS["document_id"]), "version": 1}],
    },
}
"""Where an example of the schema alone would not do."""
ASKED_AGAIN = {"create_upload", "append_upload"}
"""What the service asks for depends on the purpose: everybody signed in may upload, not everybody everything."""


@pytest.fixture(scope="module")
def tokens(town: Town) -> dict[str, str]:
    """A token of everybody, with everything they may do."""
    made = {name: token_for(town, name) for name in ("clerk", "stranger", "viewer", "province")}
    made["reader"] = token_for(town, "clerk", ["documents:document:read", "enterprises:enterprise:read"])
    return made


def ask(town: Town, operation: Operation, headers: dict[str, str], **over: str) -> TestResponse:
    """A well-formed request to one operation, for things of the first city."""
    values = {"original_id": new_id(), "page_no": 1, "batch_id": "0" * 64, **town.targets.arguments(), **over}
    path = operation.path
    for name, value in values.items():
        path = path.replace(f"{{{name}}}", str(value))
    query = {p.name: _plain(p) for p in operation.query if p.required}
    more: dict[str, Any] = {}
    if operation.upload:
        more["data"] = {"files": (io.BytesIO(b"%PDF-1.4"), "a.pdf"), "data": "{}"}
    elif operation.body is not None:
        more["json"] = BODIES.get(operation.key) or example(operation.body, whole=False)
    elif operation.binary:
        more |= {"data": b"x", "content_type": operation.binary}
    headers = {**headers, **{own.name: str(example(own.schema)) for own in operation.headers}}
    if operation.matches:
        headers = {**headers, "If-Match": '"4"'}
    client = town.app.test_client()
    return client.open(
        API_ROOT + path, method=operation.method, headers=headers, query_string=query, buffered=True, **more
    )


def _plain(parameter: Parameter) -> Any:
    known = {"q": "川西", "type": "inspection_notice", "year": "2026"}
    return known.get(parameter.name) or example(parameter.schema)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def says_nothing(answer: TestResponse) -> bool:
    return not any(word in answer.get_data(as_text=True) for word in SECRETS)


def operations(town: Town) -> Iterator[Operation]:
    yield from (o for o in town.context.operations if o.permission is not None)


def test_nobody_gets_in_without_a_token_that_works(town: Town) -> None:
    for headers in (
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic Y2xlcms6eA=="},
    ):
        for operation in operations(town):
            answer = ask(town, operation, headers)
            assert answer.status_code == 401, (operation.key, headers, answer.status_code)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert answer.mimetype == "application/problem+json"
            assert says_nothing(answer)


def test_another_city_with_every_role_finds_nothing_of_ours(town: Town, tokens: dict[str, str]) -> None:
    asked = 0
    for operation in operations(town):
        if not any(f"{{{name}}}" in operation.path for name in OBJECTS):
            continue
        for document in (town.targets.draft, town.targets.issued):
            answer = ask(town, operation, bearer(tokens["stranger"]), document_id=document)
            assert answer.status_code == 404, (operation.key, answer.status_code, answer.text[:300])
            assert says_nothing(answer), operation.key
            asked += 1
    assert asked > 50
    head = town.head(town.targets.issued)
    assert (head.state.value, head.head_version) == ("已编号", 4)


def test_another_city_sees_nothing_of_ours_in_lists(town: Town, tokens: dict[str, str]) -> None:
    for path in (
        "/documents?q=水泥",
        "/documents",
        f"/documents?agency_id={town.targets.agency}",
        f"/documents?enterprise_id={town.targets.enterprise}",
        "/enterprises?q=水泥",
        "/search?q=周国栋",
        "/people?q=陈志",
        "/agencies",
    ):
        answer = town.app.test_client().get(API_ROOT + path, headers=bearer(tokens["stranger"]))
        assert answer.status_code == 200, path
        assert says_nothing(answer), path
    foreign = f"/numbers?type=inspection_notice&year=2026&agency_id={town.targets.agency}"
    answer = town.app.test_client().get(API_ROOT + foreign, headers=bearer(tokens["stranger"]))
    assert answer.status_code == 404
    made = town.app.test_client().post(
        f"{API_ROOT}/documents",
        json={"type": "inspection_notice", "enterprise_id": town.targets.enterprise},
        headers=bearer(tokens["stranger"]),
    )
    assert made.status_code == 404, "a foreign enterprise cannot be smuggled into a document"


@pytest.mark.parametrize("who", ["reader", "viewer", "province"])
def test_a_token_opens_what_it_names_and_its_person_may_do(
    town: Town, tokens: dict[str, str], who: str
) -> None:
    me = town.app.test_client().get(f"{API_ROOT}/me", headers=bearer(tokens[who])).json
    refused = 0
    for operation in operations(town):
        permission = operation.permission
        answer = ask(town, operation, bearer(tokens[who]))
        assert answer.status_code < 500, operation.key
        if permission == ANY_SIGNED_IN or permission.value in me["permissions"]:
            refusals = (401,) if operation.key in ASKED_AGAIN else (401, 403)
            assert answer.status_code not in refusals, (operation.key, answer.text)
        else:
            assert isinstance(permission, Permission)
            assert answer.status_code == 403, (operation.key, answer.status_code)
            refused += 1
    assert refused >= 20
    assert town.head(town.targets.issued).head_version == 4


def test_a_token_gives_no_more_than_its_person_has_left(town: Town) -> None:
    town.add("shrinking", "降权", "SC-CD", ("inspector",))
    token = token_for(town, "shrinking")
    with town.context.store.uow(write=True) as u:
        users = u.repository(UserRepository)
        user = users.by_username("shrinking")
        assert user is not None
        users.replace(dataclasses.replace(user, role_keys=("viewer",)))
    client = town.app.test_client()
    held = client.get(f"{API_ROOT}/me", headers=bearer(token)).json["permissions"]
    assert held
    assert set(held) <= set(town.actor("viewer").permissions)
    with town.context.store.uow(write=True) as u:
        u.repository(UserRepository).replace(dataclasses.replace(user, active=False))
    assert client.get(f"{API_ROOT}/me", headers=bearer(token)).status_code == 401


def test_a_token_that_is_over_or_revoked_opens_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens, actor = town.context.service(TokenService), town.actor("clerk")
    client, clock = town.app.test_client(), town.context.clock
    until = today_in_china(clock)
    made, text = tokens.create(actor, name="短", scopes=["documents:document:read"], until=until)
    assert client.get(f"{API_ROOT}/me", headers=bearer(text)).status_code == 200
    monkeypatch.setattr(tokens, "_clock", FixedClock(made.expires_at + timedelta(seconds=1)))
    assert client.get(f"{API_ROOT}/me", headers=bearer(text)).status_code == 401
    monkeypatch.setattr(tokens, "_clock", clock)
    with pytest.raises(Exception, match="令牌"):
        tokens.revoke(town.actor("stranger"), made.id)
    tokens.revoke(actor, made.id)
    assert client.get(f"{API_ROOT}/me", headers=bearer(text)).status_code == 401
    with town.context.store.uow() as u:
        rows = repr(u.repository(TokenRepository).of_user(actor.user_id))
    assert text not in rows, "the store cannot say what a token was"


@pytest.mark.parametrize("odd", ["fs_", "fs_" + "a" * 43, "x" * 5000, "fs_%00", "' OR 1=1 --", "中文"])
def test_what_is_no_token_is_nobody(town: Town, odd: str) -> None:
    headers = {"Authorization": f"Bearer {odd}".encode().decode("latin-1")}
    client = town.app.test_client()
    answer = client.get(f"{API_ROOT}/me", headers=headers, environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert answer.status_code == 401


def test_who_sends_wrong_tokens_all_the_time_is_stopped(town: Town, tokens: dict[str, str]) -> None:
    def get(token: str, address: str) -> TestResponse:
        client = town.app.test_client()
        return client.get(f"{API_ROOT}/me", headers=bearer(token), environ_base={"REMOTE_ADDR": address})

    statuses = [get(f"fs_{n:043d}", "203.0.113.9").status_code for n in range(FAILURES + 3)]
    assert statuses == [401] * FAILURES + [429] * 3
    assert get("fs_wrong", "203.0.113.10").status_code == 401
    assert get(tokens["clerk"], "203.0.113.9").status_code == 200, (
        "a neighbour's mistake stops no good program"
    )


def test_a_wrong_token_does_not_fall_back_to_the_session(town: Town) -> None:
    client = signed_in(town)
    assert client.get(f"{API_ROOT}/me").status_code == 200
    assert client.get(f"{API_ROOT}/me", headers=bearer("fs_wrong")).status_code == 401


def test_a_token_opens_no_page_and_begins_no_session(town: Town, tokens: dict[str, str]) -> None:
    client = town.app.test_client()
    answer = client.get(f"{API_ROOT}/me", headers=bearer(tokens["clerk"]))
    assert "Set-Cookie" not in answer.headers
    assert client.get_cookie(COOKIE) is None
    for page in ("/documents", "/account/tokens", "/account/sessions", "/password"):
        assert client.get(page, headers=bearer(tokens["clerk"])).status_code == 302, page
    made = client.post("/account/tokens", data={"name": "x"}, headers=bearer(tokens["clerk"]))
    assert made.status_code in (400, 401), "a token makes no other token"


def test_a_session_needs_the_token_of_a_page_for_every_change(town: Town) -> None:
    client = signed_in(town)
    body = {"type": "inspection_notice"}
    forged = client.post(f"{API_ROOT}/documents", json=body)
    assert forged.status_code == 400
    assert json.loads(forged.data)["code"] == "CSRF"
    planted = client.post(f"{API_ROOT}/documents", json=body, headers={"Authorization": "Basic eDp4"})
    assert planted.status_code == 400
    good = client.post(f"{API_ROOT}/documents", json=body, headers={"X-CSRFToken": fresh_token(client)})
    assert good.status_code == 201


def test_no_answer_of_the_api_invites_another_origin(town: Town, tokens: dict[str, str]) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        answer = town.app.test_client().open(
            f"{API_ROOT}/documents",
            method=method,
            headers={**bearer(tokens["clerk"]), "Origin": "https://evil.example"},
        )
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]
