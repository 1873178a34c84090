"""Every route × everybody who has no business there; ids that nobody was given, ids that are no ids."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from formserver.core.permissions import Permission
from formserver.web.permissions import PUBLIC_ROUTES, required_permission
from tests.hostile.kit import SECRETS, Targets, Town, send

OBJECTS = frozenset(
    {"document_id", "rendition_id", "enterprise_id", "import_id", "agency_id", "evidence_id", "upload_id"}
    | {"page_id", "seal_id", "job_id", "view_id", "batch_id", "notice_id", "appointment_id", "token_id"}
    | {"session_id", "calculation_id", "draft_id", "list_id", "photo_id", "catalogue_draft_id", "sample_id"}
    | {"rules_draft_id"}
)
"""What an address can name that belongs to somebody."""
ODD_IDS = (
    "0",
    "-1",
    "00000000000000000000000000",
    "null",
    "undefined",
    "%00",
    "a%00b",
    "..",
    "..%2f..%2fetc%2fpasswd",
    "....//",
    "%2e%2e%2f",
    "%ff%fe",
    "%ed%a0%80",  # half a surrogate pair, in UTF-8
    "' OR 1=1 --",
    "１２３",
    "٣",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%0d%0aX-Evil:1",
    "a" * 5000,
    "中" * 800,
    "*",
    "%25",
)


def routes(town: Town, *, with_sign_out: bool = False) -> list[tuple[Rule, str]]:
    """(rule, method) of everything that is not public; the interface for programs has tests of its own."""
    return [
        (rule, method)
        for rule in sorted(town.app.url_map.iter_rules(), key=str)
        if rule.endpoint not in PUBLIC_ROUTES and not rule.endpoint.startswith("api_v1.")
        if (with_sign_out or rule.endpoint != "accounts.sign_out")
        for method in sorted(rule.methods or ())
        if method in ("GET", "POST", "PATCH", "PUT", "DELETE")
    ]


def address(town: Town, rule: Rule, **over: Any) -> str:
    with town.app.test_request_context():
        values = {**town.targets.arguments(), **over}
        built = rule.build({name: values[name] for name in rule.arguments}, append_unknown=False)
        assert built is not None
        return built[1]


def attack(client: FlaskClient, method: str, url: str) -> Any:
    """A well-formed request, so that the refusal is about who asks and not about the form of the question."""
    if url.startswith("/uploads/"):
        head = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        piece = {"data": b"x", "content_type": "application/offset+octet-stream"} if method == "PATCH" else {}
        return send(client, method, url, headers=head, **piece)
    if method == "PATCH":
        return send(client, method, url, json={"seq": 1, "changes": []})
    if method == "POST":
        return send(
            client, method, url, data={"base_version": "4", "reason": "试探", "do": "save", "seq": "1"}
        )
    return client.get(url, buffered=True)


def names_something(answer: Any) -> list[str]:
    return [word for word in SECRETS if word in answer.get_data(as_text=True)]


def test_a_stranger_is_asked_to_sign_in_at_every_door(town: Town) -> None:
    client = town.app.test_client()
    for rule, method in routes(town, with_sign_out=True):
        url = address(town, rule)
        answer = attack(client, method, url)
        if method == "GET":
            assert answer.status_code == 302, url
            assert answer.location.startswith("/sign-in?next="), url
        else:
            assert answer.status_code == 401, (method, url, answer.status_code)
        assert not names_something(answer), url


def test_a_stranger_learns_nothing_from_which_ids_exist(town: Town) -> None:
    client = town.app.test_client()
    there = client.get(f"/documents/{town.targets.issued}", headers={"Accept": "application/json"})
    not_there = client.get("/documents/nothing", headers={"Accept": "application/json"})
    assert there.status_code == not_there.status_code == 401
    assert {**there.json, "instance": "", "sign_in": ""} == {**not_there.json, "instance": "", "sign_in": ""}


def test_another_city_with_every_role_finds_none_of_our_things(town: Town) -> None:
    client = town.client("stranger")
    asked, wrong = 0, []
    for rule, method in routes(town):
        if not OBJECTS & rule.arguments:
            continue
        papers = (
            town.targets.draft,
            town.targets.issued,
            *(town.targets.more[k] for k in ("waiting", "review")),
        )
        for document in papers if "document_id" in rule.arguments else papers[:1]:
            url = address(town, rule, document_id=document)
            answer = attack(client, method, url)
            if answer.status_code != 404 or names_something(answer):
                wrong.append((method, url, answer.status_code, names_something(answer)))
            asked += 1
    assert not wrong, wrong
    assert asked > 200


def test_another_city_sees_nothing_of_ours_in_lists_and_searches(town: Town) -> None:
    client = town.client("stranger")
    number = town.head(town.targets.issued).number
    pages = [
        "/",
        "/documents",
        "/documents?q=川西水泥",
        "/documents?ent=川西",
        f"/documents?q={quote(number)}",
        "/documents?mine=1",
        "/enterprises/",
        "/enterprises/?q=cxsn",
        "/enterprises/pick?q=川西",
        "/search?q=川西水泥",
        "/search?q=91510000123456788G",
        "/documents/new/inspection_notice?q=川西",
        "/agencies/",
    ]
    for url in pages:
        answer = client.get(url, follow_redirects=True)
        assert answer.status_code == 200, url
        told = answer.get_data(as_text=True).replace("川西水泥”", "")
        assert "川西水泥有限公司" not in told, url
        assert "周国栋" not in told, url
    assert "陈志远" not in client.get("/people/pick?q=陈").get_data(as_text=True)


def test_a_foreign_enterprise_cannot_be_smuggled_into_a_new_document(town: Town) -> None:
    client = town.client("stranger")
    for url in ("/documents/new?enterprise=", "/documents/new/inspection_notice?enterprise="):
        answer = client.get(url + town.targets.enterprise)
        assert answer.status_code == 404
        assert not names_something(answer)
    answer = send(
        client, "POST", "/documents/new/inspection_notice", data={"enterprise": town.targets.enterprise}
    )
    assert answer.status_code == 404


def test_a_cursor_made_elsewhere_opens_no_foreign_page(town: Town) -> None:
    for cursor in ("x", "%00", "e30", "WzEsMl0", "中", "a" * 3000, "../..", "WyIyMDI2IiwiYSJd"):
        for url in ("/documents", "/enterprises/"):
            answer = town.client("stranger").get(f"{url}?cursor={cursor}")
            assert answer.status_code in (200, 422), (url, cursor, answer.status_code)
            assert not names_something(answer)


@pytest.mark.parametrize("who", ["nobody", "viewer", "province"])
def test_who_lacks_the_permission_is_told_so_on_every_route(town: Town, who: str) -> None:
    client, actor = town.client(who), town.actor(who)
    for rule, method in routes(town):
        demanded = required_permission(town.app.view_functions[rule.endpoint])
        url = address(town, rule)
        answer = attack(client, method, url)
        assert answer.status_code < 500, (method, url)
        if isinstance(demanded, Permission) and not actor.may(demanded):
            assert answer.status_code == 403, (method, url, answer.status_code)
            assert not names_something(answer), url
        elif method != "GET" and rule.endpoint.startswith(("documents.", "enterprises.", "agencies.")):
            # reading people may post nothing: deeds and retries are refused by the service
            assert answer.status_code in (302, 403, 404, 409, 422), (method, url, answer.status_code)
    assert town.head(town.targets.issued).state.value == "已编号"


def test_readers_can_do_no_deed_whatever_the_key(town: Town) -> None:
    before = town.head(town.targets.issued)
    for who in ("viewer", "province"):
        for key in (
            "submit",
            "approve",
            "return",
            "number",
            "finalise",
            "void",
            "reopen",
            "serve",
            "archive",
        ):
            for document in (town.targets.draft, town.targets.issued):
                answer = attack(town.client(who), "POST", f"/documents/{document}/do/{key}")
                assert answer.status_code in (302, 403), (who, key, answer.status_code)
    assert town.head(town.targets.issued) == before


@pytest.mark.parametrize("odd", ODD_IDS, ids=range(len(ODD_IDS)))
def test_ids_that_are_no_ids_are_not_found(town: Town, odd: str) -> None:
    client, wrong = town.client("clerk"), []
    raw = odd if "%" in odd else quote(odd, safe="")
    for rule, method in {str(rule): (rule, method) for rule, method in routes(town)}.values():
        for name in rule.arguments & OBJECTS:
            url = address(town, rule, **{name: "PLACE"}).replace("PLACE", raw)
            answer = attack(client, method, url)
            if answer.status_code not in (302, 308, 404, 405):
                wrong.append((method, url[:200], answer.status_code))
            if answer.status_code in (302, 308):
                assert urlsplit(answer.location).netloc in ("", "localhost"), url[:200]
    assert not wrong, wrong
    assert attack(client, "POST", f"/documents/{town.targets.issued}/do/{raw}").status_code < 500
    assert attack(client, "GET", f"/documents/{town.targets.issued}/do/{raw}").status_code in (302, 308, 404)
    assert client.get(f"/documents/new/{raw}").status_code in (200, 302, 308, 404)
    assert client.get(f"/static/{raw}").status_code in (302, 308, 404)


def test_a_rendition_is_only_found_below_its_own_document(town: Town) -> None:
    client, targets = town.client("chen"), town.targets
    own = f"/documents/{targets.issued}/files/{targets.rendition}"
    with client.get(own) as answer:
        assert answer.status_code == 200
    events = _downloads(town, targets)
    for path in ("", "/job"):
        answer = client.get(f"/documents/{targets.draft}/files/{targets.rendition}{path}")
        assert answer.status_code == 404
    answer = send(client, "POST", f"/documents/{targets.draft}/files/{targets.rendition}/retry")
    assert answer.status_code == 404
    assert _downloads(town, targets) == events, "what was not handed out is not in the record"


def _downloads(town: Town, targets: Targets) -> int:
    with town.context.store.uow() as u:
        return sum(e.action == "rendition.downloaded" for e in u.events.for_document(targets.issued))


@pytest.mark.parametrize(
    "number", ["99999999999999999999", "9" * 4500, "１２", "-1", "0", "1e3", "%00", "2147483648"]
)
def test_version_numbers_beyond_reason_are_not_found(town: Town, number: str) -> None:
    client, document = town.client("chen"), town.targets.issued
    for url in (
        f"/documents/{document}/versions/{number}",
        f"/documents/{document}/compare?new={number}",
        f"/documents/{document}/compare?old={number}&new=1",
    ):
        answer = client.get(url)
        assert answer.status_code in (200, 404), (url[:120], answer.status_code)


def test_no_route_answers_another_method_than_its_own(town: Town) -> None:
    client = town.client("clerk")
    for rule, _ in routes(town):
        url = address(town, rule)
        allowed: set[str] = set()
        for other in town.app.url_map.iter_rules():
            if str(other) == str(rule):
                allowed |= other.methods or set()
        for method in {"PUT", "DELETE", "PATCH", "POST"} - allowed:
            answer = client.open(url, method=method)
            assert answer.status_code in (400, 405), (method, url, answer.status_code)
