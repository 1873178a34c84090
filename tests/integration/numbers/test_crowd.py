"""Eight at once on one series: numbers given, set aside, skipped and used, on both engines."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from formserver.core.clock import SystemClock
from formserver.core.errors import AppError, Kind
from formserver.core.models import NumberEntry, NumberStatus, Series
from formserver.numbers.models import holes_in
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import ENGINES

SERIES = Series("agency-1", "inspection_notice", 2026)
THREADS, EACH = 8, 12


def line(seq: int, status: NumberStatus, document: str = "") -> NumberEntry:
    text = f"川节监通〔2026〕{seq}号"
    return NumberEntry(SERIES, seq, status, text, document, "张三", SystemClock().now())


def at_once(deed) -> list[object]:
    gate = threading.Barrier(THREADS)

    def one(n: int) -> object:
        gate.wait()
        return deed(n)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_giving_setting_aside_and_skipping_leave_no_gap_and_nothing_twice(sql_store: SqlStore) -> None:
    def work(n: int) -> None:
        for _ in range(EACH):
            with sql_store.uow(write=True) as u:
                seq = u.numbers.allocate(SERIES)
                if n % 3 == 0:
                    u.numbers.record(line(seq, NumberStatus.ISSUED, f"d{seq}"))
                elif n % 3 == 1:
                    u.numbers.record(line(seq, NumberStatus.RESERVED))
                else:  # as the register does when a start value skips numbers
                    used = max((e.seq for e in u.numbers.entries(SERIES)), default=0)
                    for skipped in range(used + 1, used + 3):
                        u.numbers.record(line(skipped, NumberStatus.RELEASED))
                    u.numbers.set_start(SERIES, used + 3)

    at_once(work)
    with sql_store.uow() as u:
        entries, following = u.numbers.entries(SERIES), u.numbers.next_seq(SERIES)
    assert holes_in(entries, following) == ()
    assert [e.seq for e in entries] == list(range(1, following))
    counted = Counter(e.status for e in entries)
    assert counted[NumberStatus.ISSUED] == 3 * EACH
    assert counted[NumberStatus.RESERVED] == 3 * EACH
    assert counted[NumberStatus.RELEASED] == 2 * 2 * EACH


@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_one_reserved_number_goes_to_one_document(sql_store: SqlStore) -> None:
    with sql_store.uow(write=True) as u:
        reserved = u.numbers.record(line(u.numbers.allocate(SERIES), NumberStatus.RESERVED))

    def use(n: int) -> bool:
        taken = replace(reserved, status=NumberStatus.ISSUED, document_id=f"d{n}")
        try:
            with sql_store.uow(write=True) as u:
                u.numbers.change(taken, expected=NumberStatus.RESERVED)
        except AppError as error:
            return error.kind is not Kind.CONFLICT
        return True

    assert at_once(use).count(True) == 1
    with sql_store.uow() as u:
        assert u.numbers.reserved(SERIES.agency_id, SERIES.type) == ()
        (entry,) = u.numbers.entries(SERIES)
    assert entry.status is NumberStatus.ISSUED
