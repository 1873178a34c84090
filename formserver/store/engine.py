"""Connections that keep their word: durable, transactional, with foreign keys, on SQLite and PostgreSQL.

SQLite: Python's own transaction handling is switched off and a begin hook issues BEGIN IMMEDIATE for writers (with
the driver's defaults, two writers both read before one writes, and increments get lost) and plain BEGIN for readers,
who see one snapshot and block nobody. PostgreSQL: READ COMMITTED for writers, who lock rows; one read-only snapshot
for readers.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_TIMEOUT_MS = 30_000
_WRITE = "formserver_write"
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",  # REPLACE must fire the delete triggers of immutable tables
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32768",
    "PRAGMA mmap_size=0",  # a mapped file turns a full disk or a bad sector into a signal, not an error
)


def make_engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql+psycopg://…``. Raises ValueError for other databases."""
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise ValueError("an SQLite store is a file; use MemoryStore for a store without one")
        engine = create_engine(parsed, pool_size=pool_size, max_overflow=20)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=20,
            pool_pre_ping=True,
            connect_args={"options": "-c lock_timeout=30000 -c timezone=UTC"},
        )
    raise ValueError(f"the store runs on SQLite and PostgreSQL, not on {backend}")


def is_sqlite(bind: Engine | Connection) -> bool:
    """Whether this is the embedded database."""
    return bind.dialect.name == "sqlite"


def connect(engine: Engine, *, write: bool) -> Connection:
    """A connection whose next transaction is a writer's or a reader's; the caller begins, commits and closes."""
    connection = engine.connect()
    try:
        if is_sqlite(engine):
            return connection.execution_options(**{_WRITE: write})
        if write:
            return connection.execution_options(isolation_level="READ COMMITTED")
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    except BaseException:
        connection.close()
        raise


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, True)
    if (
        connection.info.get(_WRITE) is not write
    ):  # what this connection was last told; a new one was told nothing
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        connection.info[_WRITE] = write
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
