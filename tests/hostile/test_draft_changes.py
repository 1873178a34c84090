"""Autosaves no form would send: refused or kept as text, and the draft stays whole."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formserver.core.definitions.validation import validate_draft
from tests.hostile.drafts import DEEP, draft_of, still_fine
from tests.hostile.kit import Town, patch, send, token

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

    @settings(max_examples=40, deadline=None)
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
