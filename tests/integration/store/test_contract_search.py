"""What every store promises about lists and search: scope, filters, order, pages, Chinese, pinyin."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from formserver.core.errors import AppError, Kind
from formserver.core.models import Document, Facets, State
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.core.store_ports import MARK_END, MARK_START, DocumentQuery, Page
from tests.support.records import make_document, save, saved

TEXT = "经现场核查，熟料生产线未配备能源计量器具，不符合GB 17167的规定；实测电耗为86.5kWh/t，见附件３。"


def find(store: Any, scope: Scope = SYSTEM_SCOPE, **query: Any) -> Page:
    with store.uow() as u:
        return u.documents.find(DocumentQuery(**query), scope)


def ids(page: Page) -> list[str]:
    return [document.id for document in page.items]


@pytest.fixture
def filled(store: Any) -> tuple[Any, Document]:
    document = saved(
        store,
        make_document(
            number="川节监通〔2026〕12号",
            facets=Facets(enterprise_name="重庆川西水泥（集团）有限公司", doc_date=date(2026, 3, 5)),
        ),
        text=TEXT,
    )
    saved(store, make_document(title="别的", enterprise_id="ent-2", facets=Facets("东风汽车厂")), text="无关")
    return store, document


@pytest.mark.parametrize(
    "typed",
    [
        "计量器具",
        "能源",
        "熟",
        "熟 料",
        "未配备能源计量",
        "gb",
        "GB 17167",
        "171",
        "86.5",
        "kwh/t",
        "KWH",
        "附件3",
        "附件３",
        "川节监通〔2026〕12号",
        "川节监通[2026]12号",
        "川节监通（2026）12号",
        "12号",
        "川西水泥(集团)",
        "水泥，集团",
        "水泥",
        "节能监察通知书 计量",
        "cxsn",
        "chuanxishuini",
        "cxs",
        "qcxsn",
    ],
)
def test_what_stands_in_a_document_is_found(filled: Any, typed: str) -> None:
    store, document = filled
    assert ids(find(store, text=typed)) == [document.id]


@pytest.mark.parametrize(
    "typed",
    [
        "能耗",
        "计量电耗",
        "器具能源",
        "具不符",
        "东西",
        "7167",
        "川节监通〔2026〕1号",
        "！？，",
        "''",
        '"',
        "*",
        "能源 AND NOT 计量",
        "sall",
        "OR",
        "tokens:能源",
        "NEAR(能源 计量)",
        "\\",
        "𠮷",
        "sv0 能源",
    ],
)
def test_what_does_not_stand_there_is_not_found_and_nothing_typed_is_a_command(
    filled: Any, typed: str
) -> None:
    store, _ = filled
    assert find(store, text=typed) == Page((), "", 0)


def test_snippets_mark_every_hit(filled: Any) -> None:
    store, document = filled
    shown = find(store, text="计量器具 gb").snippets[document.id]
    assert f"{MARK_START}计量器具{MARK_END}" in shown
    assert f"{MARK_START}GB{MARK_END} 17167" in shown
    assert find(store).snippets == {}


def test_rare_characters_and_both_planes_are_found(store: Any) -> None:
    document = saved(store, make_document(), text="𠮷野䶮签收")
    assert ids(find(store, text="𠮷野")) == [document.id]
    assert ids(find(store, text="䶮")) == [document.id]


def test_control_characters_cannot_forge_a_mark(store: Any) -> None:
    saved(store, make_document(), text=f"前{MARK_START}假{MARK_END}后 真的")
    (shown,) = find(store, text="真的").snippets.values()
    assert shown.count(MARK_START) == 1


def test_the_newest_change_comes_first(store: Any) -> None:
    first, second, third = (saved(store, make_document()) for _ in range(3))
    assert ids(find(store)) == [third.id, second.id, first.id]
    with store.uow(write=True) as u:
        save(u, u.documents.lock(first.id, SYSTEM_SCOPE), {"n": 2})
    assert ids(find(store)) == [first.id, third.id, second.id]


def test_a_new_text_replaces_the_old_one_and_a_state_change_keeps_it(store: Any) -> None:
    document = saved(store, make_document(), text="旧的内容")
    with store.uow(write=True) as u:
        document = save(u, document, {"n": 2}, text="新的内容")
    assert find(store, text="旧的").count == 0
    with store.uow(write=True) as u:
        u.documents.update(replace(document, state=State.SIGNED))
    assert ids(find(store, text="新的", states=(State.SIGNED,))) == [document.id]
    assert find(store, text="新的", states=(State.DRAFT,)).count == 0


def test_what_was_added_in_a_unit_is_found_in_it_and_gone_with_it(store: Any) -> None:
    with pytest.raises(KeyError), store.uow(write=True) as u:  # noqa: PT012  the unit itself must fail
        u.documents.add(make_document())
        assert u.documents.find(DocumentQuery(), SYSTEM_SCOPE).count == 1
        raise KeyError
    assert find(store).count == 0


FILTERS: list[tuple[dict[str, Any], bool]] = [
    ({"types": ("inspection_notice", "other")}, True),
    ({"types": ("other",)}, False),
    ({"states": (State.NUMBERED, State.DRAFT)}, True),
    ({"states": (State.DRAFT,)}, False),
    ({"agency_id": "agency-1"}, True),
    ({"agency_id": "agency-2"}, False),
    ({"enterprise_id": "ent-1"}, True),
    ({"enterprise_id": "ent-9"}, False),
    ({"task_id": "t-1"}, True),
    ({"task_id": "t-9"}, False),
    ({"created_by": "user-1"}, True),
    ({"created_by": "user-9"}, False),
    ({"number": "川节监通〔2026〕12号"}, True),
    ({"number": "川节监通〔2026〕1号"}, False),
    ({"date_from": date(2026, 3, 5), "date_to": date(2026, 3, 5)}, True),
    ({"date_from": date(2026, 3, 6)}, False),
    ({"date_to": date(2026, 3, 4)}, False),
    ({"date_from": date(2020, 1, 1)}, True),
    ({"date_from": date(2025, 1, 1), "date_to": date(2026, 12, 31), "text": "熟料"}, True),
    ({"date_from": date(2027, 1, 1), "date_to": date(2026, 1, 1)}, False),
    ({"include_void": False}, True),
    ({"include_void": False, "states": (State.VOID,)}, False),
]


@pytest.mark.parametrize(("query", "hit"), FILTERS)
def test_filters_narrow(store: Any, query: dict[str, Any], hit: bool) -> None:
    document = saved(
        store,
        make_document(
            number="川节监通〔2026〕12号",
            state=State.NUMBERED,
            task_id="t-1",
            facets=Facets(doc_date=date(2026, 3, 5)),
        ),
        text=TEXT,
    )
    assert ids(find(store, **query)) == ([document.id] if hit else [])


def test_without_a_date_on_the_paper_the_day_in_china_counts(store: Any) -> None:
    evening = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)  # already the 5th in China
    document = saved(store, make_document(created_at=evening, updated_at=evening))
    assert ids(find(store, date_from=date(2026, 3, 5), date_to=date(2026, 3, 5))) == [document.id]


def test_void_documents_can_be_left_out(store: Any) -> None:
    saved(store, make_document(state=State.VOID))
    kept = saved(store, make_document())
    assert find(store).count == 2
    assert ids(find(store, include_void=False)) == [kept.id]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(frozenset({"a1"})), "0"),
        (Scope(frozenset({"a1", "a2"})), "02"),
        (Scope(frozenset({"a1", "a2"}), max_confidentiality=1), "012"),
        (Scope(frozenset({"a1", "a2"}), max_confidentiality=2), "0123"),
        (Scope(frozenset({"a1", "a2"}), max_confidentiality=9), "01234"),
        (Scope(enterprise_ids=frozenset({"e2"})), "2"),
        (Scope(), ""),
        (Scope(frozenset({"nowhere"}), max_confidentiality=9), ""),
        (SYSTEM_SCOPE, "01234"),
    ],
)
@pytest.mark.parametrize("text", ["", "共同的"])
def test_a_list_shows_what_the_scope_covers(store: Any, scope: Scope, expected: str, text: str) -> None:
    rows = [("a1", "e1", 0), ("a1", "e1", 1), ("a2", "e2", 0), ("a2", "e2", 2), ("a2", "e1", 5)]
    made = [
        saved(store, make_document(agency_id=a, enterprise_id=e, confidentiality=c), text="共同的内容")
        for a, e, c in rows
    ]
    page = find(store, scope, text=text)
    assert sorted(ids(page)) == sorted(made[int(i)].id for i in expected)
    assert page.count == len(expected)


@pytest.mark.parametrize("text", ["", "共同"])
def test_a_scope_over_most_agencies_leaves_the_others_out(store: Any, text: str) -> None:
    made = [saved(store, make_document(agency_id=f"a{i}"), text="共同的内容") for i in range(5)]
    most = Scope(frozenset({"a0", "a1", "a2", "a4", "a9"}))
    assert ids(find(store, most, text=text)) == [made[i].id for i in (4, 2, 1, 0)]
    granted = Scope(most.agency_ids, grants=frozenset({made[3].id}))
    assert len(ids(find(store, granted, text=text))) == 5
    every = Scope(frozenset(f"a{i}" for i in range(9)))
    assert len(ids(find(store, every, text=text))) == 5
    later = saved(store, make_document(agency_id="new"), text="共同的内容")
    assert later.id not in ids(find(store, every, text=text))


def test_grants_are_listed_too(store: Any) -> None:
    made = [saved(store, make_document(agency_id="far")) for _ in range(3)]
    scope = Scope(frozenset({"near"}), grants=frozenset({made[1].id}))
    assert ids(find(store, scope)) == [made[1].id]


def test_pages_follow_each_other_without_gap_or_repeat(store: Any) -> None:
    made = [saved(store, make_document(), text=f"第{i}份").id for i in range(7)]
    seen, cursor = [], ""
    while True:
        page = find(store, limit=3, cursor=cursor, text="份")
        assert page.count == 7
        seen += ids(page)
        cursor = page.next_cursor
        if not cursor:
            break
    assert seen == made[::-1]


@pytest.mark.parametrize("cursor", ["x", "-1", "1 OR 1=1", "9" * 30])
def test_an_invalid_cursor_is_refused(store: Any, cursor: str) -> None:
    with pytest.raises(AppError) as refused:
        find(store, cursor=cursor)
    assert refused.value.kind is Kind.INVALID


def test_counts_stop_at_one_thousand_and_one(store: Any) -> None:
    with store.uow(write=True) as u:
        for _ in range(1_005):
            u.documents.add(make_document())
    page = find(store, limit=5_000)
    assert page.count == 1_001
    assert len(page.items) == 200


def test_a_very_long_text_can_be_saved_and_found(store: Any) -> None:
    text = "，".join(f"第{i}号变压器的容量为{i * 7}千伏安" for i in range(6_000)) + "。压轴词"
    document = saved(store, make_document(), text=text)
    assert ids(find(store, text="第5999号变压器")) == [document.id]
    assert ids(find(store, text="压轴词")) == [document.id]
    assert "压轴词" in find(store, text="压轴词").snippets[document.id]
