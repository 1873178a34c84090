"""Definitions on SQL: one row per edition, the file itself among the immutable contents."""

from __future__ import annotations

import builtins
from datetime import date

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from formserver.core.definitions.repository import DEFINITION_NOT_FOUND, Definition
from formserver.store.contents import SqlContents
from formserver.store.engine import is_sqlite
from formserver.store.rows import Row
from formserver.store.tables import content, store_info
from formserver.store.tables import definition as t

_STAMP = "definitions"


class SqlDefinitions:
    """:class:`~formserver.core.definitions.repository.DefinitionRepository` on a connection."""

    def __init__(self, connection: Connection, contents: SqlContents) -> None:
        self._connection = connection
        self._contents = contents

    def get(self, kind: str, name: str, version: str) -> Definition | None:
        """One definition, or None."""
        statement = _WITH_CONTENT.where(t.c.kind == kind, t.c.name == name, t.c.version == version)
        row = self._connection.execute(statement).mappings().first()
        return _to_definition(row) if row is not None else None

    def list(self, kind: str | None = None, name: str | None = None) -> tuple[Definition, ...]:
        """Every definition of that kind and name, contents included."""
        statement = _WITH_CONTENT.order_by(t.c.kind, t.c.name, t.c.version)
        if kind is not None:
            statement = statement.where(t.c.kind == kind)
        if name is not None:
            statement = statement.where(t.c.name == name)
        return tuple(_to_definition(row) for row in self._connection.execute(statement).mappings())

    def put(self, definition: Definition) -> None:
        """Insert or replace by (kind, name, version)."""
        values = {
            "origin": definition.origin,
            "sha256": definition.sha256,
            "content_sha256": self._contents.put(definition.content),
            "status": definition.status,
            "valid_from": _day(definition.valid_from),
            "valid_to": _day(definition.valid_to),
        }
        key = {"kind": definition.kind, "name": definition.name, "version": definition.version}
        self._upsert(key, values)
        self._touch()

    def _upsert(self, key: dict[str, str], values: dict[str, str | None]) -> None:
        dialect = sqlite if is_sqlite(self._connection) else postgresql
        statement = dialect.insert(t).values(**key, **values)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=builtins.list(key), set_=values)
        )

    def set_status(
        self, kind: str, name: str, version: str, status: str, valid_to: date | None = None
    ) -> None:
        """Change the status, and the last day of validity where one is given. Raises DEFINITION_NOT_FOUND."""
        values: dict[str, str | None] = {"status": status}
        if valid_to is not None:
            values["valid_to"] = valid_to.isoformat()
        one = update(t).where(t.c.kind == kind, t.c.name == name, t.c.version == version)
        if self._connection.execute(one.values(values)).rowcount != 1:
            raise DEFINITION_NOT_FOUND(name=f"{kind}/{name}/{version}")
        self._touch()

    def stamp(self) -> str:
        """The number of changes so far, whoever made them."""
        statement = select(store_info.c.value).where(store_info.c.key == _STAMP)
        return self._connection.execute(statement).scalar() or "0"

    def _touch(self) -> None:
        statement = select(store_info.c.value).where(store_info.c.key == _STAMP).with_for_update()
        known = self._connection.execute(statement).scalar()
        if known is None:
            self._connection.execute(insert(store_info).values(key=_STAMP, value="1"))
        else:
            changed = update(store_info).where(store_info.c.key == _STAMP)
            self._connection.execute(changed.values(value=str(int(known) + 1)))


_WITH_CONTENT = select(t, content.c.data).join(content, content.c.sha256 == t.c.content_sha256)


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _to_definition(row: Row) -> Definition:
    return Definition(
        kind=row["kind"],
        name=row["name"],
        version=row["version"],
        origin=row["origin"],
        sha256=row["sha256"],
        status=row["status"],
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        content=bytes(row["data"]),
    )
