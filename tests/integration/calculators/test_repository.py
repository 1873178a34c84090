"""Confirmations and kept calculations on both engines, also when several confirm at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from formserver.calculators.models import Confirmation, SavedCalculation
from formserver.calculators.repository import CalculationRepository, ConfirmationRepository
from formserver.core.clock import SystemClock
from formserver.core.errors import AppError
from formserver.core.ids import new_id
from formserver.core.permissions import SYSTEM_SCOPE, Scope
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import ENGINES

pytestmark = pytest.mark.parametrize("database_url", ENGINES, indirect=True)
FIGURE = "limits/cement/gb16780-2021#clinker/comprehensive_coal/3"


@pytest.fixture
def opened(sql_store: SqlStore) -> SqlStore:
    sql_store._repositories.update(
        {ConfirmationRepository: ConfirmationRepository, CalculationRepository: CalculationRepository}
    )
    return sql_store


def confirmation(value: str = "109", figure_id: str = FIGURE) -> Confirmation:
    now = SystemClock().now()
    return Confirmation(new_id(), figure_id, value, "recalled", "第5页表2", "", "u", "甲", "a", now)


def kept(owner: str, agency: str, enterprise: str = "") -> SavedCalculation:
    facts = {"text": "超 0.1 kgce/t", "odd": "\ud800"}
    return SavedCalculation(
        new_id(),
        owner,
        "甲",
        agency,
        enterprise,
        "cement",
        "clinker",
        "熟料",
        facts,
        facts,
        SystemClock().now(),
    )


def test_the_stamp_changes_with_every_confirmation_and_withdrawal(opened: SqlStore) -> None:
    stamps = []
    first, second = confirmation(), confirmation("110")
    for deed in (
        lambda r: None,
        lambda r: r.add(first),
        lambda r: r.add(second),
        lambda r: r.withdraw(second.id, SystemClock().now(), "u", "甲", "看错"),
    ):
        with opened.uow(write=True) as u:
            repository = u.repository(ConfirmationRepository)
            deed(repository)
            stamps.append(repository.stamp())
    assert len(set(stamps)) == 4
    with opened.uow() as u:
        repository = u.repository(ConfirmationRepository)
        assert repository.standing() == {}
        assert repository.get(first.id).withdrawn_reason == "另行确认"
        assert [one.id for one in repository.history([FIGURE, "other"])] == [second.id, first.id]
        with pytest.raises(AppError):
            repository.get("0" * 26)


def test_several_confirm_at_once_and_one_confirmation_counts(opened: SqlStore) -> None:
    def add(no: int) -> None:
        with opened.uow(write=True) as u:
            u.repository(ConfirmationRepository).add(confirmation(str(no)))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(add, range(12)))
    with opened.uow() as u:
        repository = u.repository(ConfirmationRepository)
        assert list(repository.standing()) == [FIGURE]
        assert len(repository.history([FIGURE])) == 12
        standing = repository.standing()[FIGURE]
    with opened.uow(write=True) as u:
        repository = u.repository(ConfirmationRepository)
        assert repository.withdraw(standing.id, SystemClock().now(), "u", "甲", "看错")
        assert not repository.withdraw(standing.id, SystemClock().now(), "u", "甲", "看错")
        assert repository.standing() == {}


def test_kept_calculations_come_back_whole_and_within_the_scope(opened: SqlStore) -> None:
    mine, theirs = kept("u", "city"), kept("v", "town", "firm")
    with opened.uow(write=True) as u:
        for one in (mine, theirs):
            u.repository(CalculationRepository).add(one)
    with opened.uow() as u:
        repository = u.repository(CalculationRepository)
        assert repository.get(mine.id, SYSTEM_SCOPE).request == mine.request
        assert repository.get(mine.id, Scope(agency_ids=frozenset({"city"}))).id == mine.id
        assert repository.get(theirs.id, Scope(enterprise_ids=frozenset({"firm"}))).id == theirs.id
        for scope in (
            Scope(),
            Scope(agency_ids=frozenset({"town"})),
            Scope(enterprise_ids=frozenset({"firm"})),
        ):
            with pytest.raises(AppError):
                repository.get(mine.id, scope)
        assert [one.id for one in repository.own("u", limit=5)] == [mine.id]
        assert repository.own("u", limit=5, after=mine.id) == ()
