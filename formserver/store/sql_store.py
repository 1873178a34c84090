"""The store of the running product: units of work on one SQL connection, blobs beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from formserver.core.store_ports import RepositoryFactory, UnitOfWork
from formserver.store.blobs import LocalBlobs
from formserver.store.contents import SqlContents
from formserver.store.definitions import SqlDefinitions
from formserver.store.documents import SqlDocuments
from formserver.store.drafts import SqlDrafts
from formserver.store.engine import BUSY_TIMEOUT_MS, connect, is_sqlite, make_engine
from formserver.store.events import SqlEvents
from formserver.store.failures import STORE_BUSY, translate
from formserver.store.job_queue import SqlJobs
from formserver.store.migrate import migrate
from formserver.store.numbers import SqlNumbers
from formserver.store.renditions import SqlRenditions
from formserver.store.search import SearchIndex

T = TypeVar("T")
_READ_ONLY = ("readonly database", "read-only transaction")


class SqlUnit:
    """One transaction. ``connection`` is for the store's own tools (verify, rebuild, backup)."""

    def __init__(self, connection: Connection, repositories: Mapping[type[Any], RepositoryFactory]) -> None:
        self.connection = connection
        self.index = SearchIndex(connection)
        self.contents = SqlContents(connection)
        self.documents = SqlDocuments(connection, self.index, self.contents)
        self.drafts = SqlDrafts(connection)
        self.numbers = SqlNumbers(connection)
        self.renditions = SqlRenditions(connection)
        self.events = SqlEvents(connection)
        self.jobs = SqlJobs(connection)
        self.definitions = SqlDefinitions(connection, self.contents)
        self._factories = repositories
        self._made: dict[type[Any], Any] = {}

    def repository(self, port: type[T]) -> T:
        """A slice's repository on this transaction. Raises KeyError for a port no slice registered."""
        if port not in self._made:
            self._made[port] = self._factories[port](self.connection)
        made: T = self._made[port]
        return made


class SqlStore:
    """:class:`~formserver.core.store_ports.Store` on SQLite or PostgreSQL.

    ``repositories`` maps the ports of slices to factories that take the unit's SQLAlchemy connection. Opening a store
    brings its schema up to date. Errors of the database leave a unit as STORE_CONFLICT, STORE_BUSY, DISK_FULL or
    STORE_UNAVAILABLE.
    """

    def __init__(
        self,
        url: str,
        storage_dir: Path,
        *,
        repositories: Mapping[type[Any], RepositoryFactory] | None = None,
        upgrade: bool = True,
    ) -> None:
        self.url = url
        self.storage_dir = storage_dir
        storage_dir.mkdir(parents=True, exist_ok=True)
        self.engine: Engine = make_engine(url)
        self.blobs = LocalBlobs(storage_dir)
        self._repositories = dict(repositories or {})
        self._open = threading.local()
        # Writers of this process queue here; SQLite's own lock is asked for in growing pauses, which is slow and unfair.
        self._writers: threading.Lock | None = threading.Lock() if is_sqlite(self.engine) else None
        if upgrade:
            try:
                migrate(self.engine)
            except DBAPIError as error:
                raise translate(error) from error

    def uow(self, *, write: bool = False) -> AbstractContextManager[UnitOfWork]:
        """A unit of work. Raises RuntimeError inside another unit of the same thread, and when a reader writes."""
        return self.unit(write=write)

    @contextmanager
    def unit(self, *, write: bool = False) -> Iterator[SqlUnit]:
        """Like :meth:`uow`, with the SQL connection in view."""
        if getattr(self._open, "unit", False):
            raise RuntimeError("a unit of work is open already; pass it on instead of opening another")
        self._open.unit = True
        try:
            with self._turn(write=write):
                try:
                    with connect(self.engine, write=write) as connection, connection.begin():
                        unit = SqlUnit(connection, self._repositories)
                        yield unit
                        if write:
                            unit.index.flush()
                except DBAPIError as error:
                    if not write and any(sign in str(error.orig).lower() for sign in _READ_ONLY):
                        raise RuntimeError("this unit of work only reads; open it with write=True") from error
                    raise translate(error) from error
                except PoolTimeout as error:  # every connection of this process is in use
                    raise STORE_BUSY() from error
        finally:
            self._open.unit = False

    @contextmanager
    def _turn(self, *, write: bool) -> Iterator[None]:
        if not write or self._writers is None:
            yield
            return
        if not self._writers.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise STORE_BUSY()
        try:
            yield
        finally:
            self._writers.release()

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()
