"""Posts no browser would send: never an error page, never a changed row of somebody else, nothing lost."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from formserver.core.drafting import Drafting
from formserver.core.permissions import SYSTEM_SCOPE
from tests.hostile.drafts import DEEP, draft_of, form_of, still_fine
from tests.hostile.kit import Town, patch, send, token
from tests.support.website import fields

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
    body = "&".join(f"/no_such_{n}=x" for n in range(20_000)) + f"&do=keep&csrf_token={token(client)}"
    answer = client.post(
        f"/documents/{open_draft}/edit", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (302, 409, 413, 422)
    assert town.context.service(Drafting).open(town.actor("chen"), open_draft).draft.body == before


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
