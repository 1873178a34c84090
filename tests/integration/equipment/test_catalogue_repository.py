"""Drafts of catalogues and labelled rows on both engines; two people at once on a real PostgreSQL too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from formserver.calculators.maintain_models import DraftState
from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.equipment.catalogue_models import CatalogueDraft
from formserver.equipment.catalogue_repository import CatalogueDraftRepository
from formserver.equipment.matching.model import Verdict
from formserver.equipment.matching.samples import Sample
from formserver.equipment.sample_models import LabelledRow
from formserver.equipment.sample_repository import SampleRepository
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import (  # noqa: F401
    ENGINES,
    database_url,
    migrated_file,
    postgres,
    sql_store,
)

pytestmark = pytest.mark.parametrize("database_url", ENGINES, indirect=True)
AT = datetime(2026, 6, 30, 8, tzinfo=UTC)
CITY, OTHER = Scope(agency_ids=frozenset({"a"})), Scope(agency_ids=frozenset({"b"}))


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:  # noqa: F811
    sql_store._repositories.update({one: one for one in (CatalogueDraftRepository, SampleRepository)})
    return sql_store


def draft(edition: str = "2025+own.1", **more: Any) -> CatalogueDraft:
    made = CatalogueDraft(
        id=new_id(),
        kind="matching",
        name="national",
        edition=edition,
        base="2025",
        agency_id="a",
        state=DraftState.OPEN,
        tag=1,
        content={"title": "识别规则", "tables": {"表": {"80M1-2": ["0.75"]}}, "rules": []},
        purpose="改表",
        created_by="u",
        created_by_name="甲",
        created_at=AT,
        changed_by_name="甲",
        changed_at=AT,
        contributors=("u",),
    )
    return replace(made, **more)


def kept(store: SqlStore, *drafts: CatalogueDraft) -> list[bool]:
    with store.uow(write=True) as u:
        return [u.repository(CatalogueDraftRepository).add(one) for one in drafts]


def labelled(**more: Any) -> LabelledRow:
    sample = Sample(new_id(), {"name": "水泵", "model": "IS80-65-160"}, Verdict.OK, "", "铭牌照片")
    return replace(LabelledRow(sample, date(2025, 6, 1), "a", "甲", AT), **more)


def test_a_draft_comes_back_as_it_was_kept(store: SqlStore) -> None:
    one = draft()
    assert kept(store, one) == [True]
    with store.uow() as u:
        drafts = u.repository(CatalogueDraftRepository)
        assert drafts.get(one.id, CITY) == one
        assert drafts.of_edition("matching", "national", "2025+own.1") == one
        assert drafts.of_edition("matching", "national", "2024") is None
        assert drafts.editions("matching", "national") == {"2025+own.1"}
        assert drafts.names("matching") == {"national"}
        for scope, draft_id in ((OTHER, one.id), (CITY, "0" * 26)):
            with pytest.raises(AppError, match="这份草案"):
                drafts.get(draft_id, scope)


def test_a_name_of_an_edition_is_taken_once_and_the_unit_goes_on(store: SqlStore) -> None:
    assert kept(store, draft(), draft(), draft("2025+own.2")) == [True, False, True]
    with store.uow() as u:
        assert u.repository(CatalogueDraftRepository).editions("matching", "national") == {
            "2025+own.1",
            "2025+own.2",
        }


def test_drafts_are_listed_inside_the_scope_the_newest_change_first(store: SqlStore) -> None:
    later, ended = AT + timedelta(hours=1), draft("2025+own.2", state=DraftState.DISCARDED)
    first, second = draft(), draft("2025+own.3", changed_at=later, agency_id="b")
    catalogue = draft("2026", kind="elimination", name="batch_5")
    kept(store, first, ended, second, catalogue)
    with store.uow() as u:
        drafts = u.repository(CatalogueDraftRepository)
        assert {one.id for one in drafts.list(CITY)} == {first.id, catalogue.id}
        assert [one.id for one in drafts.list(OTHER)] == [second.id]
        assert drafts.list(SYSTEM_SCOPE)[0] == second
        assert [one.id for one in drafts.list(CITY, kind="elimination", name="batch_5")] == [catalogue.id]
        assert ended in drafts.list(CITY, open_only=False)
        assert drafts.list(Scope()) == ()


def test_a_draft_is_written_over_by_who_saw_its_last_revision(store: SqlStore) -> None:
    one = draft()
    kept(store, one)
    with store.uow(write=True) as u:
        drafts = u.repository(CatalogueDraftRepository)
        new = drafts.replace(replace(one, content={"rules": [{"id": "M01"}]}), expected=1)
        assert new is not None
        assert new.tag == 2
        assert drafts.get(one.id, CITY) == new
        assert drafts.replace(one, expected=1) is None
        assert drafts.replace(new, expected=2, state=DraftState.PUBLISHED) is None


def test_of_many_at_once_one_writes(store: SqlStore) -> None:
    one = draft()
    kept(store, one)

    def write(number: int) -> bool:
        with store.uow(write=True) as u:
            changed = replace(one, purpose=str(number))
            return u.repository(CatalogueDraftRepository).replace(changed, expected=1) is not None

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(write, range(6))) == 1


def test_of_many_at_once_one_takes_the_edition(store: SqlStore) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: kept(store, draft())[0], range(6))) == 1


def test_labelled_rows_are_kept_and_removed_with_a_mark(store: SqlStore) -> None:
    mine, theirs = labelled(), labelled(agency_id="b")
    with store.uow(write=True) as u:
        samples = u.repository(SampleRepository)
        for one in (mine, theirs):
            samples.add(one, "u")
        assert samples.list(CITY) == (mine,)
        assert len(samples.list(SYSTEM_SCOPE)) == 2
        assert samples.get(mine.id, CITY) == mine
        for scope, sample_id in ((OTHER, mine.id), (CITY, "0" * 26)):
            with pytest.raises(AppError, match="这行样本"):
                samples.get(sample_id, scope)
    with store.uow(write=True) as u:
        samples = u.repository(SampleRepository)
        samples.remove(mine, AT, "乙")
        samples.remove(mine, AT + timedelta(days=1), "丙")
        assert samples.list(CITY) == ()
        (gone,) = samples.list(CITY, removed=True)
        assert (gone.removed_at, gone.removed_by_name) == (AT, "乙")
