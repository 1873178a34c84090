"""What every store promises about head rows, versions, drafts and transactions."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from formserver.core.canonical import sha256_hex
from formserver.core.errors import AppError, Kind
from formserver.core.ids import new_id
from formserver.core.models import Draft, Facets, Projection, Rendition, RenditionKind, Series, State
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from tests.support.records import START, cut, make_document, make_event, save, saved

HERE = Scope(agency_ids=frozenset({"agency-1"}), max_confidentiality=1)
SERIES = Series("agency-1", "inspection_notice", 2026)


def refused(kind: Kind) -> Any:
    return pytest.raises(AppError, check=lambda error: error.kind is kind)


def test_a_saved_document_comes_back_as_it_was(store: Any) -> None:
    document = make_document(
        number="川节监通〔2026〕12号",
        task_id="t-1",
        check_token="tok",
        facets=Facets("川西水泥有限公司", "91510000MA00000000", "510100", "3011", "A", date(2026, 3, 1)),
    )
    body = {"a": "1<2 & ℃ 𠮷 䶮", "rows": [{"_k": "aaaaaaaa", "n": 3, "ok": True, "none": None}]}
    document = saved(store, document, body)
    with store.uow() as u:
        assert u.documents.get(document.id, HERE) == document
        content = u.documents.version(document.id, 1, HERE)
        assert content.body == body
        assert content.envelope["number"] == "川节监通〔2026〕12号"
        assert u.documents.by_token("tok") == document
        assert u.documents.by_token("") is None


def test_versions_come_oldest_first_and_chain(store: Any) -> None:
    document = saved(store, make_document(), {"n": 1}, {"n": 2}, {"n": 3})
    with store.uow() as u:
        first, second, third = u.documents.versions(document.id, HERE)
    assert [first.no, second.no, third.no] == [1, 2, 3]
    assert first.previous_hash == ""
    assert (second.previous_hash, third.previous_hash) == (first.hash, second.hash)


def test_a_version_number_is_taken_once(store: Any) -> None:
    document = saved(store, make_document())
    again = cut(replace(document, head_version=0), {"other": "x"})
    with refused(Kind.CONFLICT), store.uow(write=True) as u:
        u.documents.add_version(again)
    with store.uow() as u:
        assert u.documents.version(document.id, 1, HERE).body == {"k": "v"}


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope(frozenset({"agency-1"})), True),
        (Scope(frozenset({"agency-2"})), False),
        (Scope(frozenset({"agency-2", "agency-1"})), True),
        (Scope(enterprise_ids=frozenset({"ent-1"})), True),
        (Scope(enterprise_ids=frozenset({""})), False),
        (Scope(), False),
        (SYSTEM_SCOPE, True),
    ],
)
def test_outside_the_scope_is_like_unknown(store: Any, scope: Scope, seen: bool) -> None:
    document = saved(store, make_document(number="一号"))
    calls = [
        lambda u: u.documents.get(document.id, scope),
        lambda u: u.documents.version(document.id, 1, scope),
        lambda u: u.documents.versions(document.id, scope),
    ]
    for call in calls:
        with store.uow() as u:
            if seen:
                call(u)
                continue
            with refused(Kind.NOT_FOUND):
                call(u)
    with store.uow(write=True) as u:
        if seen:
            u.documents.lock(document.id, scope)
        else:
            with refused(Kind.NOT_FOUND):
                u.documents.lock(document.id, scope)


def test_a_grant_opens_one_document_but_never_above_the_confidentiality(store: Any) -> None:
    open_one = saved(store, make_document(agency_id="agency-9"))
    sensitive = saved(store, make_document(agency_id="agency-9", confidentiality=2))
    scope = Scope(grants=frozenset({open_one.id, sensitive.id}), max_confidentiality=1)
    with store.uow() as u:
        assert u.documents.get(open_one.id, scope) == open_one
        with refused(Kind.NOT_FOUND):
            u.documents.get(sensitive.id, scope)


def test_an_exception_undoes_everything(store: Any) -> None:
    document = saved(store, make_document())

    def fail_halfway() -> None:
        with store.uow(write=True) as u:
            changed = replace(u.documents.lock(document.id, HERE), title="别的标题")
            save(u, changed, {"n": 2})
            u.numbers.allocate(SERIES)
            u.contents.put(b"never")
            u.jobs.enqueue(kind="k", key="1", payload={}, at=START)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_halfway()
    with store.uow() as u:
        assert u.documents.get(document.id, HERE) == document
        assert len(u.documents.versions(document.id, HERE)) == 1
        assert len(u.events.for_document(document.id)) == 1
        assert u.jobs.latest("k", "1") is None
        with refused(Kind.NOT_FOUND):
            u.contents.get(sha256_hex(b"never"))
    with store.uow(write=True) as u:
        assert u.numbers.allocate(SERIES) == 1


def test_units_do_not_nest(store: Any) -> None:
    with store.uow(), pytest.raises(RuntimeError), store.uow(write=True):
        pass
    with store.uow(write=True):
        pass


def test_a_reader_sees_one_moment_and_does_not_hold_up_writers(store: Any) -> None:
    document = saved(store, make_document())

    def write() -> None:
        with store.uow(write=True) as u:
            save(u, u.documents.lock(document.id, HERE), {"n": 2})

    with store.uow() as u:
        assert u.documents.get(document.id, HERE).head_version == 1
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(20)
        assert not writer.is_alive()
        assert u.documents.get(document.id, HERE).head_version == 1
    with store.uow() as u:
        assert u.documents.get(document.id, HERE).head_version == 2


def test_a_check_token_points_at_one_document(store: Any) -> None:
    saved(store, make_document(check_token="same"))
    with refused(Kind.CONFLICT), store.uow(write=True) as u:
        u.documents.add(make_document(check_token="same"))
    saved(store, make_document())
    saved(store, make_document())  # no token at all is no clash


def test_a_draft_is_replaced_only_from_the_seq_one_knows(store: Any) -> None:
    document = saved(store, make_document())
    draft = Draft(document.id, "u1", 1, 0, {"a": "x"}, {"/d": "5月"}, {"/a": {"from": "库"}}, START)
    with store.uow(write=True) as u:
        u.drafts.put(draft, expected_seq=None)
    with store.uow(write=True) as u:
        u.drafts.put(replace(draft, seq=1, body={"a": "y"}), expected_seq=0)
        u.drafts.put(replace(draft, user_id="u2", updated_at=START + timedelta(hours=1)), expected_seq=None)
        u.drafts.put(replace(draft, user_id="u3"), expected_seq=None)
    for expected in (0, 5, None):
        with refused(Kind.CONFLICT), store.uow(write=True) as u:
            u.drafts.put(replace(draft, seq=2), expected_seq=expected)
    with store.uow(write=True) as u:
        kept = u.drafts.get(document.id, "u1")
        assert kept == replace(draft, seq=1, body={"a": "y"})
        assert [other.user_id for other in u.drafts.others(document.id, "u1")] == ["u2", "u3"]
        u.drafts.delete(document.id, "u1")
        u.drafts.delete(document.id, "nobody")
        assert u.drafts.get(document.id, "u1") is None


def test_a_draft_of_an_unknown_document_with_a_seq_is_a_conflict(store: Any) -> None:
    document = saved(store, make_document())
    draft = Draft(document.id, "u1", 1, 3, {}, {}, {}, START)
    with refused(Kind.CONFLICT), store.uow(write=True) as u:
        u.drafts.put(draft, expected_seq=2)


def test_contents_are_stored_once_by_hash(store: Any) -> None:
    with store.uow(write=True) as u:
        first = u.contents.put("文书".encode())
        assert u.contents.put("文书".encode()) == first
        assert u.contents.get(first) == "文书".encode()
    with store.uow() as u:
        assert u.contents.get(first) == "文书".encode()


def test_renditions_come_oldest_first(store: Any) -> None:
    document = saved(store, make_document())
    rendition = Rendition(
        new_id(),
        document.id,
        1,
        RenditionKind.DOCX,
        "a" * 64,
        5_000_000_000,
        "x/y",
        "通知书.docx",
        2,
        "",
        "u",
        START,
    )
    later = replace(rendition, id=new_id(), kind=RenditionKind.SCAN, created_at=START + timedelta(1))
    with store.uow(write=True) as u:
        u.renditions.add(later)
        u.renditions.add(rendition)
    with store.uow() as u:
        assert u.renditions.for_document(document.id) == (rendition, later)
        assert u.renditions.get(rendition.id) == rendition
        with refused(Kind.NOT_FOUND):
            u.renditions.get(new_id())
    with refused(Kind.CONFLICT), store.uow(write=True) as u:
        u.renditions.add(rendition)


def test_events_come_oldest_first_and_keep_their_data(store: Any) -> None:
    document = saved(store, make_document())
    event = make_event(document.id, action="documents:sign", data={"深": ["a", 1, None]})
    with store.uow(write=True) as u:
        u.events.append(event)
    with store.uow() as u:
        assert u.events.for_document(document.id)[-1] == event


def test_a_repository_of_a_slice_takes_part_in_the_unit(store: Any) -> None:
    class Port:
        pass

    made: list[Any] = []
    store._repositories[Port] = lambda inner: made.append(inner) or Port()
    with store.uow(write=True) as u:
        assert u.repository(Port) is u.repository(Port)
    assert len(made) == 1


def test_state_changes_and_projections_reach_the_head_row(store: Any) -> None:
    document = saved(store, make_document())
    with store.uow(write=True) as u:
        head = u.documents.lock(document.id, HERE)
        head = replace(head, state=State.VOID, facets=Facets(enterprise_name="新名称"))
        u.documents.update(head)
        u.documents.project(head, Projection(facets=head.facets, extra_facets={"x": ("1", "二")}))
    with store.uow() as u:
        assert u.documents.get(document.id, HERE) == head
    with refused(Kind.NOT_FOUND), store.uow(write=True) as u:
        u.documents.update(make_document())
