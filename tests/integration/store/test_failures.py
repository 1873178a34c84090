"""What people are told when the database is locked, gone or unreachable."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from formserver.core.errors import AppError, Kind
from formserver.store.sql_store import SqlStore
from tests.support.records import make_document, saved


def test_a_database_held_by_another_program_is_said_to_be_busy(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(
        "formserver.store.engine._PRAGMAS", ("PRAGMA busy_timeout=50", "PRAGMA journal_mode=WAL")
    )
    store = SqlStore(f"sqlite:///{tmp_path / 'store.sqlite3'}", tmp_path)
    other = sqlite3.connect(tmp_path / "store.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(AppError, match="数据库正忙") as refused:
        saved(store, make_document())
    assert refused.value.kind is Kind.UNAVAILABLE
    with store.uow():  # reading goes on
        pass
    other.close()
    saved(store, make_document())
    store.close()


@pytest.mark.parametrize("make", [lambda p: p.write_text("not a database" * 400), lambda p: p.mkdir()])
def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "store.sqlite3"
    make(path)
    with pytest.raises(AppError) as refused:
        SqlStore(f"sqlite:///{path}", tmp_path)
    assert refused.value.kind is Kind.UNAVAILABLE
    assert refused.value.code.code in {"DATABASE_DAMAGED", "STORE_UNAVAILABLE"}


def test_a_server_that_cannot_be_reached_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="暂时无法读写数据库"):
        SqlStore(f"postgresql+psycopg://x@/y?host={tmp_path}", tmp_path)
