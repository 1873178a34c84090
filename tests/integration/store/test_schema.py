"""The database itself: migrations, immutable tables, connections."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

import formserver
from formserver.core.clock import SystemClock
from formserver.core.errors import AppError
from formserver.core.models import Rendition, RenditionKind
from formserver.store.engine import connect, make_engine
from formserver.store.metadata import metadata
from formserver.store.migrate import current_revision, differences, downgrade, head_revision, migrate
from formserver.store.seals import seal_all
from formserver.store.sql_store import SqlStore
from tests.integration.store.conftest import ENGINES
from tests.support.records import make_document, make_event, saved


@pytest.fixture(params=ENGINES)
def empty_engine(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield engine
        engine.dispose()
        return
    server = request.getfixturevalue("postgres")
    name = server.create_database()
    engine = make_engine(server.url(name))
    yield engine
    engine.dispose()
    server.drop_database(name)


def import_all_tables() -> None:
    """Every ``tables.py`` and ``*_tables.py`` of the store and the slices, found and not listed: none is forgotten."""
    for package in pkgutil.iter_modules(formserver.__path__, "formserver."):
        if package.ispkg:
            folder = importlib.import_module(package.name)
            for module in pkgutil.iter_modules(folder.__path__):
                if module.name.endswith("tables"):
                    importlib.import_module(f"{package.name}.{module.name}")


def test_the_migrated_schema_is_what_the_tables_declare(empty_engine: Engine) -> None:
    import_all_tables()
    migrate(empty_engine)
    assert differences(empty_engine, metadata) == []
    assert current_revision(empty_engine) == head_revision()


def test_migrations_go_all_the_way_down_and_up_again(empty_engine: Engine) -> None:
    migrate(empty_engine)
    downgrade(empty_engine, "base")
    with connect(empty_engine, write=False) as connection, connection.begin():
        left = set(inspect(connection).get_table_names()) - {"alembic_version"}
    assert left == set()
    migrate(empty_engine)
    assert current_revision(empty_engine) == head_revision()


def test_a_migration_that_fails_leaves_nothing_behind(empty_engine: Engine, monkeypatch: Any) -> None:
    def broken(_table: str, _key: object) -> None:
        raise OSError

    monkeypatch.setattr("formserver.store.immutable.protect", broken)
    with pytest.raises(OSError):  # noqa: PT011  nothing to match: it is ours
        migrate(empty_engine)
    with connect(empty_engine, write=False) as connection, connection.begin():
        assert inspect(connection).get_table_names() == []


def test_a_database_of_a_newer_program_is_refused(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with empty_engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from_the_future'"))
    with pytest.raises(AppError, match="from_the_future"):
        migrate(empty_engine)


ROWS = {
    "version": "document_id, no",
    "content": "sha256",
    "event": "id",
    "event_seal": "event_id",
    "seal": "no",
    "rendition": "id",
}


@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
@pytest.mark.parametrize("table", sorted(ROWS))
def test_an_immutable_row_cannot_be_changed_removed_or_replaced(sql_store: SqlStore, table: str) -> None:
    document = saved(sql_store, make_document())
    with sql_store.uow(write=True) as u:
        u.events.append(make_event(document.id))
        u.renditions.add(
            Rendition("r", document.id, 1, RenditionKind.PDF, "a", 1, "", "", 1, "", "u", document.created_at)
        )
    seal_all(sql_store, SystemClock().now())
    column = ROWS[table].split(", ")[-1]
    deeds = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    if sql_store.url.startswith("sqlite"):
        deeds += [
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
        ]
    else:
        deeds.append(f"TRUNCATE {table} CASCADE")
    with connect(sql_store.engine, write=False) as connection, connection.begin():
        before = connection.execute(text(f"SELECT * FROM {table}")).all()
    assert before
    for deed in deeds:
        with (
            pytest.raises(DBAPIError, match=r"immutable|permission denied"),
            sql_store.engine.begin() as connection,
        ):
            connection.execute(text(deed))
    with connect(sql_store.engine, write=False) as connection, connection.begin():
        assert connection.execute(text(f"SELECT * FROM {table}")).all() == before


@pytest.mark.parametrize("database_url", ENGINES, indirect=True)
def test_a_reader_cannot_write(sql_store: SqlStore) -> None:
    with pytest.raises(RuntimeError, match="only reads"), sql_store.unit() as u:
        u.connection.execute(text("DELETE FROM job"))


def test_every_sqlite_connection_is_durable_and_strict(tmp_path: Any) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}
    connections = [connect(engine, write=False) for _ in range(3)]
    for connection in connections:
        with connection.begin():
            found = {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in expected}
        assert found == expected
        connection.close()
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="store"):
        make_engine(url)
