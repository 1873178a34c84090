"""Definitions for the catalogue, on connections of its own.

The catalogue answers inside other units of work (a document is being saved, a job runs), so it cannot open a unit of
the same thread. It reads committed rows only; its rare writes (sync at start, publishing) happen outside any unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlalchemy.exc import DBAPIError

from formserver.core.definitions.repository import Definition
from formserver.store.contents import SqlContents
from formserver.store.definitions import SqlDefinitions
from formserver.store.engine import connect
from formserver.store.failures import translate
from formserver.store.sql_store import SqlStore


class DefinitionAccess:
    """A :class:`~formserver.core.definitions.repository.DefinitionRepository` beside the units of work."""

    def __init__(self, store: SqlStore) -> None:
        self._engine = store.engine

    @contextmanager
    def _definitions(self, *, write: bool = False) -> Iterator[SqlDefinitions]:
        try:
            with connect(self._engine, write=write) as connection, connection.begin():
                yield SqlDefinitions(connection, SqlContents(connection))
        except DBAPIError as error:
            raise translate(error) from error

    def get(self, kind: str, name: str, version: str) -> Definition | None:
        """One definition, or None."""
        with self._definitions() as found:
            return found.get(kind, name, version)

    def list(self, kind: str | None = None, name: str | None = None) -> tuple[Definition, ...]:
        """Every definition of that kind and name."""
        with self._definitions() as found:
            return found.list(kind, name)

    def put(self, definition: Definition) -> None:
        """Insert or replace."""
        with self._definitions(write=True) as found:
            found.put(definition)

    def set_status(
        self, kind: str, name: str, version: str, status: str, valid_to: date | None = None
    ) -> None:
        """Change the status. Raises DEFINITION_NOT_FOUND."""
        with self._definitions(write=True) as found:
            found.set_status(kind, name, version, status, valid_to)

    def stamp(self) -> str:
        """Changes with every put and set_status by any process."""
        with self._definitions() as found:
            return found.stamp()
