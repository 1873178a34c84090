"""What every store promises about the filters of lists beyond the text: each alone, with others, and counted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from formserver.core.models import State
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.core.store_ports import DocumentQuery
from formserver.store.reindex import reindex
from tests.support.records import make_document, saved


def titles(store: Any, scope: Scope = SYSTEM_SCOPE, **query: Any) -> list[str]:
    with store.uow() as u:
        page = u.documents.find(DocumentQuery(**query), scope)
    assert page.count == len(page.items)
    return sorted(document.title for document in page.items)


@pytest.fixture
def shelf(store: Any) -> Any:
    for values in (
        {"title": "甲", "agency_id": "city-1", "number": "川节监通〔2026〕12号"},
        {"title": "乙", "agency_id": "city-2", "confidentiality": 1, "origin": "legacy"},
        {
            "title": "丙",
            "agency_id": "city-3",
            "confidentiality": 2,
            "origin": "copy:01m7z0m5dneg1s73sryhpvncee",
        },
        {"title": "丁", "agency_id": "city-2", "confidentiality": 1, "number": "外办〔2026〕3号"},
    ):
        saved(store, make_document(**values), text="同样的正文")
    return store


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"agency_ids": ("city-1", "city-2")}, ["丁", "乙", "甲"]),
        ({"agency_ids": ("city-1", "city-2"), "agency_id": "city-2"}, ["丁", "乙"]),
        ({"agency_ids": ("nowhere",)}, []),
        ({"numbered": True}, ["丁", "甲"]),
        ({"numbered": False}, ["丙", "乙"]),
        ({"confidentiality": 0}, ["甲"]),
        ({"confidentiality": 1}, ["丁", "乙"]),
        ({"confidentiality": 2}, ["丙"]),
        ({"confidentiality": 1, "numbered": False}, ["乙"]),
        ({"origins": ("legacy",)}, ["乙"]),
        ({"origins": ("copy",)}, ["丙"]),
        ({"origins": ("copy", "legacy"), "text": "正文"}, ["丙", "乙"]),
        ({"origins": ("legacy",), "states": (State.VOID,)}, []),
        ({"numbered": True, "text": "外办"}, ["丁"]),
    ],
)
def test_filters_hold_alone_and_together(shelf: Any, query: dict[str, Any], found: list[str]) -> None:
    assert titles(shelf, **query) == sorted(found)


def test_no_filter_shows_what_the_scope_hides(shelf: Any) -> None:
    scope = Scope(agency_ids=frozenset({"city-2"}), max_confidentiality=0)
    assert titles(shelf, scope, confidentiality=1) == []
    assert titles(shelf, scope, agency_ids=("city-1", "city-2", "city-3")) == []
    wider = replace(scope, max_confidentiality=1)
    assert titles(shelf, wider, agency_ids=("city-1", "city-2", "city-3")) == ["丁", "乙"]


def test_a_document_that_got_its_number_leaves_those_without(store: Any) -> None:
    document = saved(store, make_document(title="甲"), text="x")
    assert titles(store, numbered=False) == ["甲"]
    with store.uow(write=True) as u:
        u.documents.update(replace(document, number="川节监通〔2026〕1号"))
    assert titles(store, numbered=False) == []
    assert titles(store, numbered=True) == ["甲"]


def test_an_index_made_by_older_rules_is_made_anew_from_the_head_rows(shelf: Any) -> None:
    if not hasattr(shelf, "unit"):
        pytest.skip("the memory twin keeps no index")
    sqlite = shelf.engine.dialect.name == "sqlite"
    with shelf.unit(write=True) as u:
        u.connection.execute(
            text("UPDATE search_entry SET scope = :none"), {"none": "sall" if sqlite else "'sall'"}
        )
        assert reindex(u.connection) == 4
    assert titles(shelf, origins=("legacy",)) == ["乙"]
    assert titles(shelf, numbered=True, text="正文") == ["丁", "甲"]
    first = _id(shelf, "甲")
    with shelf.unit(write=True) as u:  # a row changed later takes its old tokens away again
        u.documents.update(make_document(id=first, title="甲", agency_id="city-1"))
    assert titles(shelf, numbered=True) == ["丁"]


def _id(store: Any, title: str) -> str:
    with store.uow() as u:
        page = u.documents.find(DocumentQuery(text=title), SYSTEM_SCOPE)
    return page.items[0].id
