"""Posts no browser would send: never an error page, never a changed row of somebody else, nothing lost."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from formserver.core.definitions.validation import validate_draft
from formserver.core.models import Draft
from formserver.core.permissions import SYSTEM_SCOPE
from tests.hostile.kit import Town, patch, send, token
from tests.support.website import fields

DEEP = 50_000


@pytest.fixture
def open_draft(town: Town) -> str:
    """A document with a saved version and an open draft."""
    document = town.saved()
    assert patch(town.client("chen"), document.id, changes=[]).status_code == 200
    return document.id


def draft_of(town: Town, document_id: str) -> Draft:
    user_id = town.actor("chen").user_id
    with town.context.store.uow() as u:
        found = u.drafts.get(document_id, user_id)
    assert found is not None
    return found


def form_of(client: FlaskClient, document_id: str) -> MultiDict[str, Any]:
    page = client.get(f"/documents/{document_id}/edit")
    assert page.status_code == 200
    return fields(page.text, "//form[@id='document-form' or .//button[@name='do']]")


def still_fine(town: Town, document_id: str, body: dict[str, Any]) -> None:
    """The draft holds what it held and its pages open."""
    assert draft_of(town, document_id).body == body
    client = town.client("chen")
    for page in ("", "/edit", "/edit?check=1", "/draft", "/preview.docx"):
        assert client.get(f"/documents/{document_id}{page}", buffered=True).status_code == 200, page


BAD_CHANGES = [
    "x",
    None,
    7,
    [],
    {},
    {"op": "set"},
    {"op": "set", "at": 7, "value": "x"},
    {"op": "set", "at": "", "value": {}},
    {"op": "set", "at": "no slash", "value": "x"},
    {"op": "set", "at": "/", "value": "x"},
    {"op": "set", "at": "/no_such_field", "value": "x"},
    {"op": "set", "at": "/__proto__/x", "value": "x"},
    {"op": "set", "at": "/_k", "value": "x"},
    {"op": "set", "at": "/inspectors", "value": "not rows"},
    {"op": "set", "at": "/inspectors", "value": [1, 2]},
    {"op": "set", "at": "/inspectors/0/_k", "value": "stolen00"},
    {"op": "set", "at": "/inspectors/-1/name", "value": "x"},
    {"op": "set", "at": "/inspectors/999999/name", "value": "x"},
    {"op": "set", "at": "/inspectors/" + "9" * 5000 + "/name", "value": "x"},
    {"op": "set", "at": "/inspectors/٣/name", "value": "x"},
    {"op": "set", "at": "/inspectors/@nobody00/name", "value": "x"},
    {"op": "set", "at": "/inspectors/0/name", "value": 12.5},
    {"op": "set", "at": "/inspectors/0/name", "value": None},
    {"op": "set", "at": "/inspectors/0/name", "value": ""},
    {"op": "set", "at": "/inspectors/0/name", "value": "a\x00b"},
    {"op": "set", "at": "/inspectors/0/name", "value": "\ud800"},
    {"op": "set", "at": "/inspectors/0/name", "value": "￿"},
    {"op": "set", "at": "/inspectors/0/name", "value": "x" * 200_000},
    {"op": "set", "at": "/inspectors/0/name", "raw": "\ud800"},
    {"op": "set", "at": "/inspectors/0/name", "raw": "\x00"},
    {"op": "set", "at": "/\ud800", "value": "x"},
    {"op": "set", "at": "/\ud800", "raw": "x"},
    {"op": "set", "at": "/no_such_field", "raw": "x"},
    {"op": "set", "at": "/" + "a/" * DEEP, "value": "x"},
    {"op": "insert", "at": "/inspectors", "row": "x"},
    {"op": "insert", "at": "/ent_name", "row": {}},
    {"op": "insert", "at": "/inspectors", "row": {"no_such": "x"}},
    {"op": "move", "at": "/inspectors/@nobody00"},
    {"op": "move", "at": "/inspectors", "before": "@x"},
    {"op": "remove", "at": "/inspectors/0/_k"},
    {"op": "drop table", "at": "/x"},
]


@pytest.mark.parametrize("change", BAD_CHANGES, ids=range(len(BAD_CHANGES)))
def test_a_change_no_form_makes_is_refused_or_kept_as_text_and_the_draft_stays_whole(
    town: Town, open_draft: str, change: Any
) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    answer = patch(town.client("chen"), open_draft, changes=[change])
    assert answer.status_code in (200, 409, 422), (answer.status_code, answer.text[:300])
    still_fine(town, open_draft, before)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"seq": "1"}',
        b'{"seq": 1e400}',
        b'{"seq": 1.5}',
        b'{"seq": NaN}',
        b'{"seq": ' + b"9" * 5000 + b"}",
        b'{"seq": 99999999999999999999}',
        b'{"seq": 1, "fields": {}}',
        b'{"seq": 1, "fields": [["a"]]}',
        b'{"seq": 1, "fields": [["a", 1]]}',
        b'{"seq": 1, "changes": {}}',
        b'{"seq": 1, "pages": []}',
        b'{"seq": 1, "do": ["x"]}',
        b'{"seq": 1, "changes": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b"\xff\xfe{}",
        b'{"seq": 1, "changes": [',
    ],
    ids=range(21),
)
def test_a_payload_that_is_no_payload_is_refused(town: Town, open_draft: str, data: bytes) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    answer = send(
        town.client("chen"),
        "PATCH",
        f"/documents/{open_draft}/draft",
        data=data,
        content_type="application/json",
    )
    assert answer.status_code in (400, 409, 422), (answer.status_code, answer.text[:200])
    still_fine(town, open_draft, before)


DOS = [
    "add:",
    "add:/",
    "add:/no_such",
    "add:/ent_name",
    "add:/_k",
    "add:" + "/a" * 3000,
    "add:no-slash",
    "add:/inspectors/0/_k",
    "add:/\ud800",
    "remove:/inspectors/" + "9" * 5000,
    "remove:/inspectors",
    "remove:/ent_name",
    "copy:/",
    "up:/inspectors/@nobody00",
    "sideways:/inspectors/0",
    "page:/inspectors:" + "9" * 5000,
    "page:/inspectors:-1",
    "page::",
    "next:no-such-step",
    "next:approve",
    "next:" + "x" * 10_000,
    "{{7*7}}",
    "",
    ":",
]


@pytest.mark.parametrize("do", DOS, ids=range(len(DOS)))
def test_buttons_no_page_has_do_nothing(town: Town, open_draft: str, do: str) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    client = town.client("chen")
    answer = patch(client, open_draft, do=do)
    assert answer.status_code in (200, 409, 422), (answer.status_code, answer.text[:200])
    assert draft_of(town, open_draft).body == before
    data = form_of(client, open_draft)
    data["do"] = do.encode("utf-8", "replace").decode()
    answer = client.post(f"/documents/{open_draft}/edit", data=data)
    assert answer.status_code in (200, 302, 403, 409, 422), (answer.status_code, answer.text[-600:])
    if answer.status_code == 302:
        assert client.get(answer.location).status_code in (200, 302)
    head = town.head(open_draft)
    with town.context.store.uow() as u:
        assert u.documents.version(open_draft, head.head_version, SYSTEM_SCOPE).body == before
    assert head.state.value == "草稿"


def test_twenty_thousand_unknown_fields_change_nothing(town: Town, open_draft: str) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    client = town.client("chen")
    many = [[f"/no_such_{n}", "x"] for n in range(20_000)]
    assert patch(client, open_draft, fields=many).status_code == 200
    assert patch(client, open_draft, fields=[*many, ["/one_more", "x"]]).status_code == 422
    data = form_of(client, open_draft)
    for name, value in many[:9_000]:
        data.add(name, value)
    assert (
        client.post(f"/documents/{open_draft}/edit", data={**_lists(data), "do": "keep"}).status_code == 302
    )
    still_fine(town, open_draft, before)
    body = "&".join(f"/no_such_{n}=x" for n in range(20_000)) + f"&csrf_token={token(client)}"
    answer = client.post(
        f"/documents/{open_draft}/edit", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (302, 409, 413, 422)
    still_fine(town, open_draft, before)


def test_row_keys_posted_twice_or_of_another_row_damage_no_row(town: Town, open_draft: str) -> None:
    client = town.client("chen")
    data = form_of(client, open_draft)
    (name,) = {key for key in data if key.startswith("rows:/inspectors")}
    before = copy.deepcopy(draft_of(town, open_draft).body)
    rows = before["inspectors"]
    data.setlist(name, [*data.getlist(name), rows[0]["_k"], rows[0]["_k"], "x", "", "../../..", "i" * 8])
    assert (
        client.post(f"/documents/{open_draft}/edit", data={**_lists(data), "do": "keep"}).status_code == 302
    )
    after = draft_of(town, open_draft).body
    assert after["inspectors"] == rows
    keys = [row["_k"] for row in after["inspectors"]]
    assert len(keys) == len(set(keys))
    # the key of a row of one list, used in another: a new empty row there at most, no row stolen
    other = next(
        k for k, v in before.items() if k != "inspectors" and isinstance(v, list) and isinstance(v[0], dict)
    )
    patch(
        client,
        open_draft,
        fields=[[f"rows:/{other}", rows[0]["_k"]], ["rows:/inspectors", before[other][0]["_k"]]],
    )
    after = draft_of(town, open_draft).body
    assert [r for r in after["inspectors"] if r["_k"] in keys] == rows
    assert [r for r in after[other] if r in before[other]] == before[other]


def _lists(data: MultiDict[str, Any]) -> dict[str, list[Any]]:
    return {key: data.getlist(key) for key in data}


def test_five_thousand_rows_are_cut_where_it_is_said(town: Town, open_draft: str) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    keys = ["zz" + "".join(alphabet[(n >> s) & 31] for s in (25, 20, 15, 10, 5, 0)) for n in range(5_000)]
    answer = patch(town.client("chen"), open_draft, fields=[["rows:/inspectors", key] for key in keys])
    assert answer.status_code in (200, 422)
    after = draft_of(town, open_draft).body
    assert len(after["inspectors"]) <= 500
    assert after["inspectors"][: len(before["inspectors"])] == before["inspectors"]
    rows = [{"_k": key} for key in keys]
    answer = patch(
        town.client("chen"), open_draft, changes=[{"op": "set", "at": "/inspectors", "value": rows}]
    )
    assert answer.status_code == 422
    assert "最多 500 行" in answer.text
    assert patch(town.client("chen"), open_draft, changes=[{"op": "x"}] * 5_001).status_code == 422


def test_an_endless_text_is_refused_with_its_field_and_nothing_else_is_lost(
    town: Town, open_draft: str
) -> None:
    before = copy.deepcopy(draft_of(town, open_draft).body)
    client = town.client("chen")
    data = form_of(client, open_draft)
    text = next(k for k, v in before.items() if isinstance(v, str) and len(v) > 20 and f"/{k}" in data)
    data[f"/{text}"] = "压" * 120_000
    answer = client.post(f"/documents/{open_draft}/edit", data={**_lists(data), "do": "save"})
    assert answer.status_code == 422
    assert "最多 100000 个" in answer.text
    assert draft_of(town, open_draft).body == before
    data[f"/{text}"] = "x" * (9 << 20)
    answer = client.post(f"/documents/{open_draft}/edit", data={**_lists(data), "do": "save"})
    assert answer.status_code == 413
    assert "8" in answer.text


@pytest.mark.parametrize("odd", ["a\x00b", "a\x0bb", "￾", "\x1b[31m", "a\x85b"], ids=range(5))
def test_characters_no_paper_can_carry_are_named_and_the_rest_is_kept(
    town: Town, open_draft: str, odd: str
) -> None:
    client = town.client("chen")
    data = form_of(client, open_draft)
    before = copy.deepcopy(draft_of(town, open_draft).body)
    name = next(k for k, v in before.items() if isinstance(v, str) and len(v) > 20 and f"/{k}" in data)
    data[f"/{name}"] = f"前{odd}后"
    answer = client.post(f"/documents/{open_draft}/edit", data={**_lists(data), "do": "save"})
    assert answer.status_code in (200, 302, 422), answer.status_code
    if odd == "a\x85b":  # unusual but printable: kept as it is
        return
    kept = draft_of(town, open_draft)
    assert kept.body[name] == before[name], "the last good text stays"
    assert kept.raw[f"/{name}"].startswith("前")
    assert "无法印在纸上" in client.get(f"/documents/{open_draft}/edit").text or answer.status_code == 422


def test_a_frozen_document_takes_nothing_whatever_the_door(town: Town) -> None:
    document, client = town.final(), town.client("chen")
    seen = town.head(document.id)
    good_token = token(client)
    answers = {
        "edit": client.get(f"/documents/{document.id}/edit"),
        "post": send(client, "POST", f"/documents/{document.id}/edit", data={"do": "save", "seq": "1"}),
        "patch": client.patch(
            f"/documents/{document.id}/draft",
            json={"seq": 1, "changes": [{"op": "set", "at": "/record_no", "value": "x"}]},
            headers={"X-CSRFToken": good_token},
        ),
        "draft": client.get(f"/documents/{document.id}/draft"),
        "stale": send(
            client,
            "POST",
            f"/documents/{document.id}/stale",
            data={"place": "0", "operation:0": '{"op":"set","at":"/record_no","value":"x"}', "seq": "1"},
        ),
        "conflicts": send(client, "POST", f"/documents/{document.id}/conflicts", data={"choice:/x": "mine"}),
        "again": send(client, "POST", f"/documents/{document.id}/do/finalise", data={"base_version": "2"}),
        "submit": send(client, "POST", f"/documents/{document.id}/do/submit", data={"base_version": "2"}),
    }
    assert {name: a.status_code for name, a in answers.items() if a.status_code not in (302, 409)} == {}
    assert town.head(document.id) == seen


@pytest.mark.parametrize(
    "number", ["9" * 5000, "0." + "1" * 5000, "-" * 5000, "1e999999999", "٣" * 5000, "亿" * 3000, "三" * 5000]
)
def test_endless_numbers_and_dates_are_kept_as_text_everywhere(town: Town, number: str) -> None:
    client = town.client("chen")
    for type_key in ("inspection_notice", "verification_form"):
        document_id = town.saved("chen", type_key).id
        data = form_of(client, document_id)
        before = draft_of(town, document_id).body
        sent = [[name, number] for name, value in data.items(multi=True) if name.startswith("/") and value]
        for start in range(0, len(sent), 20):
            answer = patch(client, document_id, fields=sent[start : start + 20])
            assert answer.status_code in (200, 422), (sent[start][0], answer.status_code)
        assert client.get(f"/documents/{document_id}/edit").status_code == 200
        assert set(before) - {"items", "task_types"} <= set(
            draft_of(town, document_id).body
        )  # ticks outside the list are none


@pytest.mark.parametrize(
    "operation",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * DEEP,
        '{"op":"set","at":"\\ud800","value":"x"}',
        '{"op":"set","at":"/\\ud800","value":"x"}',
        '{"op":"\\ud800","at":"/x"}',
        '{"op":"set"}',
        '{"op":"set","at":7}',
        '{"op":"set","at":"/x","value":' + "[" * 3000 + "]" * 3000 + "}",
        '{"op":"insert","at":"<script>alert(1)</script>","row":{}}',
    ],
    ids=range(12),
)
def test_a_hand_made_choice_between_two_windows_is_refused(
    town: Town, open_draft: str, operation: str
) -> None:
    before = draft_of(town, open_draft)
    for seq in (before.seq, before.seq + 5):
        data = {"place": "0", "operation:0": operation, "seq": str(seq)}
        answer = send(town.client("chen"), "POST", f"/documents/{open_draft}/stale", data=data)
        assert answer.status_code in (409, 422), (answer.status_code, answer.text[-500:])
        assert "<script>alert" not in answer.text
    still_fine(town, open_draft, before.body)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%22",
        "q=%22%22%22*",
        "q=AND+OR+NOT",
        "q=NEAR(a+b)",
        "q=a*",
        "q=-%5E%28%29%7B%7D%5B%5D",
        "q=%F0%A0%AE%B7",
        "q=" + "x" * 7000,
        "from=9999-99-99&to=x",
        "from=0001-01-01&to=9999-12-31",
        "type=x&state=y&mine=2",
        "cursor=%00",
        "ent=%25_%25",
        "q='%3B+DROP+TABLE+document%3B--",
        "page:/inspectors=" + "9" * 5000,
        "page:=1&page:x=1",
        "next=x&check=1&view=1",
    ],
    ids=range(18),
)
def test_odd_questions_get_a_page(town: Town, open_draft: str, query: str) -> None:
    client = town.client("chen")
    for path in ("/documents", "/enterprises/", "/search", "/enterprises/pick", "/people/pick",
                 "/documents/new/inspection_notice", f"/documents/{open_draft}/edit"):  # fmt: skip
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in (200, 302, 422), (path, query[:60], answer.status_code)


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "9" * 5000, "１２", "1e9", "%00", "0x10"])
def test_row_versions_no_page_carries_are_conflicts_not_errors(town: Town, number: str) -> None:
    client = town.client("clerk")
    for url in (f"/enterprises/{town.targets.enterprise}/edit", f"/agencies/{town.targets.agency}/edit"):
        data = fields(client.get(url).text, f"//main//form[@action='{url}']")
        assert data["row_version"]
        data["row_version"] = number
        answer = client.post(url, data=data)
        assert answer.status_code in (302, 409, 422), (url, answer.status_code)
    for key in ("void", "finalise", "number"):
        data = {"base_version": number, "reason": "", "external_number": ""}
        answer = send(client, "POST", f"/documents/{town.targets.issued}/do/{key}", data=data)
        assert answer.status_code in (302, 409, 422), (key, answer.status_code)


# What hypothesis types. One town, one draft: whatever it sends, the next request must find a whole draft.
_text = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["\x00", "\ud800", "５月", "5月6日", "{{7*7}}", "{%p if", "<b>", "￿", "9" * 60, "-0", "1e5"]
    ),
    st.text(st.characters(categories=["Cs", "Cc", "Co", "Zl", "Zp"]), max_size=5),
)
_place = st.one_of(
    st.sampled_from(
        ["/inspectors", "/inspectors/0", "/inspectors/0/name", "/inspect_from", "/materials", "/", "", "/enterprise",
         "/enterprise/ent_name", "/enterprise/ent_name/deeper", "/inspectors/@x/name", "/legal_basis/0", "/a~0~1"]
    ),
    st.lists(_text, max_size=4).map(lambda parts: "".join("/" + p for p in parts)),
)  # fmt: skip
_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _text),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(st.just("_k"), _text), inner, max_size=4)
    ),
    max_leaves=12,
)
_change = st.fixed_dictionaries(
    {"op": st.sampled_from(["set", "insert", "move", "remove", "x"]), "at": _place},
    optional={
        "value": _json,
        "raw": st.one_of(_text, _json),
        "row": _json,
        "before": st.one_of(_text, _json),
    },
)
_payload = st.fixed_dictionaries(
    {},
    optional={
        "changes": st.lists(st.one_of(_change, _json), max_size=4),
        "fields": st.lists(st.tuples(_place, _text).map(list), max_size=6),
        "do": st.one_of(
            _text, st.tuples(st.sampled_from(["add", "remove", "copy", "up"]), _place).map(":".join)
        ),
        "pages": st.one_of(_json, st.dictionaries(_place, st.integers(), max_size=2)),
    },
)


def test_whatever_is_patched_the_draft_stays_whole_and_every_page_opens(town: Town) -> None:
    document_id = town.saved().id
    client = town.client("chen")
    assert patch(client, document_id).status_code == 200
    dt = town.context.catalogue.type("inspection_notice")

    @settings(max_examples=60, deadline=None)
    @given(_payload)
    def attack(payload: dict[str, Any]) -> None:
        before = draft_of(town, document_id)
        answer = client.patch(
            f"/documents/{document_id}/draft",
            data=json.dumps({"seq": before.seq, **payload}),
            content_type="application/json",
            headers={"X-CSRFToken": token(client)},
        )
        assert answer.status_code in (200, 422), (answer.status_code, payload)
        after = draft_of(town, document_id)
        if answer.status_code == 422:
            assert (after.body, after.raw, after.seq) == (before.body, before.raw, before.seq), (
                "all or nothing"
            )
        assert validate_draft(dt, after.body) == []
        for page in ("/edit", "/edit?check=1", ""):
            assert client.get(f"/documents/{document_id}{page}").status_code == 200, (page, payload)
        json.dumps(after.raw, ensure_ascii=False).encode()

    attack()
    assert client.get(f"/documents/{document_id}/preview.docx", buffered=True).status_code == 200
