"""A clock that goes back: order, numbers, chains and leases do not depend on it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE
from formserver.core.store_ports import DocumentQuery
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from formserver.store.verify import verify
from tests.integration.store.conftest import ENGINES, database_url, migrated_file, postgres, sql_store
from tests.support.records import START, make_document, save, saved

__all__ = ["database_url", "migrated_file", "postgres", "sql_store"]


@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_saves_under_a_clock_that_goes_back_keep_their_order(sql_store: SqlStore) -> None:
    document = saved(sql_store, make_document())
    for step in range(1, 6):
        with sql_store.uow(write=True) as u:
            document = save(u, document, {"n": step}, at=START - timedelta(hours=step))
        seal_all(sql_store, START - timedelta(days=step))
    other = saved(sql_store, make_document())
    with sql_store.uow() as u:
        versions = u.documents.versions(document.id, SYSTEM_SCOPE)
        listed = u.documents.find(DocumentQuery(), SYSTEM_SCOPE).items
        newest = u.events.latest_seal()
    assert [v.no for v in versions] == [1, 2, 3, 4, 5, 6]
    assert versions[-1].at < versions[0].at
    assert [d.id for d in listed] == [other.id, document.id]
    assert newest is not None
    assert newest.no == 5
    assert verify(sql_store).ok


def test_ids_of_a_process_grow_whatever_the_clock_says() -> None:
    made = [new_id() for _ in range(1_000)]
    assert made == sorted(set(made))
