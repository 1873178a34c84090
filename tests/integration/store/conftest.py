"""One store of each kind for the contract tests, PostgreSQL a real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from formserver.store.engine import make_engine
from formserver.store.memory import MemoryStore
from formserver.store.migrate import migrate
from formserver.store.sql_store import SqlStore
from tests.support.postgres import Server, find_binaries, running_server

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server with a migrated template database."""
    if find_binaries() is None:
        pytest.skip("POSTGRESQL IS NOT TESTED: no initdb on this machine (apt-get install postgresql)")
    with running_server() as server:
        server.run("CREATE DATABASE migrated OWNER formserver")
        engine = make_engine(server.url("migrated"))
        migrate(engine)
        engine.dispose()
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: every test would otherwise run all migrations."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database of the engine named by the parameter."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "store.sqlite3")
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    server: Server = request.getfixturevalue("postgres")
    name = server.create_database("migrated")
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def sql_store(database_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """A store on ``database_url``; use with ``@pytest.mark.parametrize("database_url", ENGINES, indirect=True)``."""
    store = SqlStore(database_url, tmp_path / "storage")
    yield store
    store.close()


@pytest.fixture(params=["memory", *ENGINES])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """Each kind of store in turn."""
    if request.param == "memory":
        yield MemoryStore()
        return
    server: Server | None = None
    name = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        assert server is not None
        name = server.create_database("migrated")
        url = server.url(name)
    else:
        shutil.copyfile(request.getfixturevalue("migrated_file"), tmp_path / "store.sqlite3")
        url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    made = SqlStore(url, tmp_path / "storage")
    yield made
    made.close()
    if server is not None:
        server.drop_database(name)
